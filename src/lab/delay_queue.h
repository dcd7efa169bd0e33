/*
 * Frames on their way: a queue in order of entry, each with the time at
 * which it comes out. The room is address space of which only what is in use
 * takes memory: an empty queue begins at its start again.
 */
#ifndef TCPTRAV_LAB_DELAY_QUEUE_H
#define TCPTRAV_LAB_DELAY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delay_queue {
	uint8_t *room;		/* NULL: none */
	size_t size;
	size_t first, end;	/* offsets of the oldest record, of the next */
	unsigned count;
};

/* delay_queue_open - false when there is no address space of @size bytes */
bool delay_queue_open(struct delay_queue *f, size_t size);
void delay_queue_close(struct delay_queue *f);

/* delay_queue_put - add a copy of @bytes; false when there is no room for it */
bool delay_queue_put(struct delay_queue *f, int64_t due, const void *bytes,
		     size_t length);

/* One record, in place; good until it is dropped. */
struct delay_queue_record {
	int64_t due;
	uint8_t *bytes;
	size_t length;
};

/*
 * delay_queue_next - the record at @at, which is moved on to the one behind it
 * @at: f->first for the oldest; there are f->count from there on
 */
void delay_queue_next(const struct delay_queue *f, size_t *at,
		      struct delay_queue_record *out);

/* delay_queue_drop - forget the oldest @count records */
void delay_queue_drop(struct delay_queue *f, unsigned count);

#endif
