/*
 * A queue of frames, in the order in which they were added, each with the time
 * at which it is due. The queue reserves address space, of which only the used
 * part takes memory: an empty queue starts again at the beginning.
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

/* delay_queue_open - reserve @size bytes of address space; Return: false if
   that failed */
bool delay_queue_open(struct delay_queue *f, size_t size);
void delay_queue_close(struct delay_queue *f);

/* delay_queue_put - add a copy of @bytes; Return: false if it does not fit */
bool delay_queue_put(struct delay_queue *f, int64_t due, const void *bytes,
		     size_t length);

/* A record of the queue; valid until it is dropped. */
struct delay_queue_record {
	int64_t due;
	uint8_t *bytes;
	size_t length;
};

/*
 * delay_queue_next - read the record at @at, and advance @at to the next one
 * @at: f->first for the oldest record; f->count records follow from there
 */
void delay_queue_next(const struct delay_queue *f, size_t *at,
		      struct delay_queue_record *out);

/* delay_queue_drop - remove the oldest @count records */
void delay_queue_drop(struct delay_queue *f, unsigned count);

#endif
