#include "lab/stretches.h"

#include <stdlib.h>

#define LOOK_AHEAD 1024	/* trials, for one that fits */

static bool is_taken(const struct stretches *s, unsigned number)
{
	return s->taken[number / 8] >> number % 8 & 1;
}

static void mark(struct stretches *s, unsigned number)
{
	s->taken[number / 8] |= (uint8_t)(1U << number % 8);
}

bool stretches_begin(struct stretches *s, unsigned slots, unsigned count,
		     const uint8_t *skip)
{
	*s = (struct stretches){ .slots = slots };
	s->of = calloc(slots, sizeof(*s->of));
	s->taken = calloc(count / 8 + 1, 1);
	if (!s->of || !s->taken)
		return false;
	for (unsigned i = 0; i < slots; i++) {
		s->of[i].next = (unsigned)((uint64_t)count * i / slots);
		s->of[i].end = (unsigned)((uint64_t)count * (i + 1) / slots);
	}
	for (unsigned i = 0; i < count; i++)
		if (skip && skip[i / 8] >> i % 8 & 1)
			mark(s, i);
		else
			s->left++;
	return true;
}

void stretches_end(struct stretches *s)
{
	free(s->of);
	free(s->taken);
	*s = (struct stretches){ .slots = 0 };
}

/* trim - nobody looks again at what is taken in front; Return: is any left? */
static bool trim(struct stretches *s, struct stretch *of)
{
	while (of->next < of->end && is_taken(s, of->next))
		of->next++;
	return of->next < of->end;
}

/* half - the latter, of the greater length */
static unsigned half(const struct stretch *of)
{
	return of->next + (of->end - of->next) / 2;
}

/* longest - the one whose latter half is to be had; NULL: none is left */
static struct stretch *longest(struct stretches *s, unsigned slot,
			       stretches_fit fits, void *argument)
{
	struct stretch *found = NULL;
	unsigned most = 0;

	for (unsigned i = 0; i < s->slots; i++) {
		struct stretch *of = &s->of[i];

		if (!trim(s, of) || of->end - of->next <= most ||
		    (fits && !fits(argument, slot, half(of))))
			continue;
		found = of;
		most = of->end - of->next;
	}
	return found;
}

/* share - give @slot the latter half of another's; false: none has any */
static bool share(struct stretches *s, unsigned slot, stretches_fit fits,
		  void *argument)
{
	struct stretch *from = longest(s, slot, fits, argument);
	struct stretch got;

	if (!from && fits)
		from = longest(s, slot, NULL, NULL);
	if (!from)
		return false;
	got = (struct stretch){ half(from), from->end };
	from->end = got.next;
	s->of[slot] = got;
	return true;
}

unsigned stretches_next(const struct stretches *s, unsigned slot)
{
	const struct stretch *of = &s->of[slot];

	for (unsigned i = 0; of->next == of->end && i < s->slots; i++)
		of = &s->of[i];
	return of->next;
}

unsigned stretches_choose(struct stretches *s, unsigned slot,
			  stretches_fit fits, void *argument)
{
	struct stretch *of = &s->of[slot];
	unsigned end;

	while (!trim(s, of))
		if (!share(s, slot, fits, argument))
			return STRETCHES_NONE;
	end = of->end - of->next < LOOK_AHEAD ? of->end :
		of->next + LOOK_AHEAD;
	for (unsigned i = of->next; fits && i < end; i++)
		if (!is_taken(s, i) && fits(argument, slot, i))
			return i;
	return of->next;
}

void stretches_take(struct stretches *s, unsigned number)
{
	mark(s, number);
	s->left--;
}
