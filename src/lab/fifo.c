#include "lab/fifo.h"

#include <string.h>
#include <sys/mman.h>

/* Before each record's bytes; aligned as int64_t is. */
struct head {
	int64_t due;
	uint64_t length;	/* WRAPPED: the next record is at the start */
};

#define WRAPPED UINT64_MAX
#define HEAD sizeof(struct head)

static size_t record_size(size_t length)
{
	return HEAD + ((length + 7) & ~(size_t)7);
}

bool fifo_open(struct fifo *f, size_t size)
{
	void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			  MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*f = (struct fifo){ .size = size };
	if (room == MAP_FAILED)
		return false;
	f->room = room;
	return true;
}

void fifo_close(struct fifo *f)
{
	if (f->room)
		munmap(f->room, f->size);
	*f = (struct fifo){ 0 };
}

static struct head *head_at(const struct fifo *f, size_t at)
{
	return (struct head *)(void *)(f->room + at);
}

/*
 * place - where a record of @need bytes can begin
 * There is always room for a head at the end, to say that it wrapped, and
 * the end never catches up with the first: equal means empty.
 */
static bool place(struct fifo *f, size_t need)
{
	if (!f->count)
		f->first = f->end = 0;
	if (f->end < f->first)
		return f->end + need < f->first;
	if (f->end + need + HEAD <= f->size)
		return true;
	if (need >= f->first)
		return false;
	head_at(f, f->end)->length = WRAPPED;
	f->end = 0;
	return true;
}

bool fifo_put(struct fifo *f, int64_t due, const void *bytes, size_t length)
{
	size_t need = record_size(length);

	if (!place(f, need))
		return false;
	*head_at(f, f->end) = (struct head){ due, length };
	memcpy(f->room + f->end + HEAD, bytes, length);
	f->end += need;
	f->count++;
	return true;
}

void fifo_next(const struct fifo *f, size_t *at, struct fifo_record *out)
{
	const struct head *h = head_at(f, *at);

	if (h->length == WRAPPED) {
		*at = 0;
		h = head_at(f, 0);
	}
	*out = (struct fifo_record){
		.due = h->due,
		.bytes = f->room + *at + HEAD,
		.length = h->length,
	};
	*at += record_size(h->length);
}

void fifo_drop(struct fifo *f, unsigned count)
{
	struct fifo_record r;

	for (; count; count--, f->count--)
		fifo_next(f, &f->first, &r);
}
