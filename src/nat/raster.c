#include "nat/raster.h"

#define SQUEEZED 8

/* since - the beginning of the width that @at is in */
static int64_t since(const struct raster *r, int64_t at)
{
	return ((at - r->phase) % r->width + r->width) % r->width;
}

int64_t raster_enters(const struct raster *r, int64_t now)
{
	return r->width ? now - since(r, now) + r->width / 2 : now;
}

int64_t raster_hand_over(const struct raster *r, int64_t now, int64_t due)
{
	int64_t beyond;

	if (!r->width)
		return due;
	beyond = since(r, due);
	return due - beyond + (r->place < 0 ? since(r, now) :
			       r->place + beyond / SQUEEZED);
}
