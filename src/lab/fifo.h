/*
 * Frames on their way: a queue in order of entry, each with the time at
 * which it comes out. The room is address space of which only what is in use
 * takes memory: an empty queue begins at its start again.
 */
#ifndef TCPTRAV_LAB_FIFO_H
#define TCPTRAV_LAB_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fifo {
	uint8_t *room;		/* NULL: none */
	size_t size;
	size_t first, end;	/* offsets of the oldest record, of the next */
	unsigned count;
};

/* fifo_open - false when there is no address space of @size bytes */
bool fifo_open(struct fifo *f, size_t size);
void fifo_close(struct fifo *f);

/* fifo_put - add a copy of @bytes; false when there is no room for it */
bool fifo_put(struct fifo *f, int64_t due, const void *bytes, size_t length);

/* One record, in place; good until it is dropped. */
struct fifo_record {
	int64_t due;
	uint8_t *bytes;
	size_t length;
};

/*
 * fifo_next - the record at @at, which is moved on to the one behind it
 * @at: f->first for the oldest; there are f->count from there on
 */
void fifo_next(const struct fifo *f, size_t *at, struct fifo_record *out);

/* fifo_drop - forget the oldest @count records */
void fifo_drop(struct fifo *f, unsigned count);

#endif
