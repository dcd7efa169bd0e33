#include "lab/delay_queue.h"

#include <string.h>
#include <sys/mman.h>

/* Before each record's bytes; aligned as int64_t is. */
struct record_head {
	int64_t due;
	uint64_t length;	/* WRAPPED: the next record is at the start */
};

#define WRAPPED UINT64_MAX
#define HEAD sizeof(struct record_head)

static size_t record_size(size_t length)
{
	return HEAD + ((length + 7) & ~(size_t)7);
}

bool delay_queue_open(struct delay_queue *f, size_t size)
{
	void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			  MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*f = (struct delay_queue){ .size = size };
	if (room == MAP_FAILED)
		return false;
	f->room = room;
	return true;
}

void delay_queue_close(struct delay_queue *f)
{
	if (f->room)
		munmap(f->room, f->size);
	*f = (struct delay_queue){ 0 };
}

static struct record_head *head_at(const struct delay_queue *f, size_t at)
{
	return (struct record_head *)(void *)(f->room + at);
}

/*
 * place - where a record of @need bytes can begin
 * There is always room for a head at the end, to say that it wrapped, and
 * the end never catches up with the first: equal means empty.
 */
static bool place(struct delay_queue *f, size_t need)
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

bool delay_queue_put(struct delay_queue *f, int64_t due, const void *bytes,
		     size_t length)
{
	size_t need = record_size(length);

	if (!place(f, need))
		return false;
	*head_at(f, f->end) = (struct record_head){ due, length };
	memcpy(f->room + f->end + HEAD, bytes, length);
	f->end += need;
	f->count++;
	return true;
}

void delay_queue_next(const struct delay_queue *f, size_t *at,
		      struct delay_queue_record *out)
{
	const struct record_head *h = head_at(f, *at);

	if (h->length == WRAPPED) {
		*at = 0;
		h = head_at(f, 0);
	}
	*out = (struct delay_queue_record){
		.due = h->due,
		.bytes = f->room + *at + HEAD,
		.length = h->length,
	};
	*at += record_size(h->length);
}

void delay_queue_drop(struct delay_queue *f, unsigned count)
{
	struct delay_queue_record r;

	for (; count; count--, f->count--)
		delay_queue_next(f, &f->first, &r);
}
