#include "lab/stretches.h"

#include "base/bitmap.h"

#include <stdlib.h>

#define BLOCK 16	/* trials */
#define BLOCKS_AHEAD 64	/* blocks searched for one that fits */
#define GOLDEN 0.618	/* of all blocks: a step of this length spreads any
			   number of blocks evenly over the plan */

static unsigned common_divisor(unsigned x, unsigned y)
{
	while (y) {
		unsigned rest = x % y;

		x = y;
		y = rest;
	}
	return x;
}

/* cut - cut the plan into blocks, and find a step that reaches all of them */
static void cut(struct stretches *s)
{
	s->block_size = s->slots > 1 ? BLOCK : s->count;
	s->block_size = s->block_size ? s->block_size : 1;
	s->blocks = (s->count + s->block_size - 1) / s->block_size;
	s->step = (unsigned)(s->blocks * GOLDEN);
	s->step = s->step ? s->step : 1;
	while (common_divisor(s->step, s->blocks) > 1)
		s->step++;
}

bool stretches_begin(struct stretches *s, unsigned slots, unsigned count,
		     const uint8_t *skip)
{
	*s = (struct stretches){ .slots = slots, .count = count };
	cut(s);
	s->of = calloc(slots, sizeof(*s->of));
	s->taken = calloc(count / 8 + 1, 1);
	s->dealt = calloc(s->blocks / 8 + 1, 1);
	if (!s->of || !s->taken || !s->dealt)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (skip && bitmap_test(skip, i))
			bitmap_set(s->taken, i);
		else
			s->left++;
	return true;
}

void stretches_end(struct stretches *s)
{
	free(s->of);
	free(s->taken);
	free(s->dealt);
	*s = (struct stretches){ .slots = 0 };
}

/* trim - advance over trials that are taken; Return: is any trial left? */
static bool trim(const struct stretches *s, struct stretch *of)
{
	while (of->next < of->end && bitmap_test(s->taken, of->next))
		of->next++;
	return of->next < of->end;
}

/* block - compute the block of that turn, without the taken trials in front */
static struct stretch block(const struct stretches *s, unsigned turn)
{
	unsigned start = (unsigned)((uint64_t)turn * s->step % s->blocks) *
		s->block_size;
	struct stretch b = { start, start + s->block_size };

	if (s->count - start < s->block_size)
		b.end = s->count;
	trim(s, &b);
	return b;
}

/* deal - give @slot the first of the next BLOCKS_AHEAD blocks whose first trial
   fits, else the next block (it may be empty); Return: false: no block is
   left */
static bool deal(struct stretches *s, unsigned slot, stretches_fit fits,
		 void *argument)
{
	unsigned chosen, examined = 0;

	while (s->turn < s->blocks && bitmap_test(s->dealt, s->turn))
		s->turn++;
	chosen = s->turn;
	for (unsigned i = s->turn; fits && i < s->blocks &&
	     examined < BLOCKS_AHEAD; i++) {
		struct stretch b;

		if (bitmap_test(s->dealt, i))
			continue;
		examined++;
		b = block(s, i);
		if (b.next < b.end && fits(argument, slot, b.next)) {
			chosen = i;
			break;
		}
	}
	if (chosen >= s->blocks)
		return false;
	bitmap_set(s->dealt, chosen);
	s->of[slot] = block(s, chosen);
	return true;
}

/* share - give @slot the second half of the longest stretch; Return: false: all
   stretches are empty */
static bool share(struct stretches *s, unsigned slot)
{
	struct stretch *from = NULL;
	unsigned most = 0, half;

	for (unsigned i = 0; i < s->slots; i++) {
		struct stretch *of = &s->of[i];

		if (!trim(s, of) || of->end - of->next <= most)
			continue;
		from = of;
		most = of->end - of->next;
	}
	if (!from)
		return false;
	half = from->next + most / 2;
	s->of[slot] = (struct stretch){ half, from->end };
	from->end = half;
	return true;
}

unsigned stretches_choose(struct stretches *s, unsigned slot,
			  stretches_fit fits, void *argument)
{
	struct stretch *of = &s->of[slot];

	while (!trim(s, of))
		if (!deal(s, slot, fits, argument) && !share(s, slot))
			return STRETCHES_NONE;
	for (unsigned i = of->next; fits && i < of->end; i++)
		if (!bitmap_test(s->taken, i) && fits(argument, slot, i))
			return i;
	return of->next;
}

void stretches_take(struct stretches *s, unsigned number)
{
	bitmap_set(s->taken, number);
	s->left--;
}
