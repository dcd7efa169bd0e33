/*
 * Which slot runs which of a plan's trials. Each slot has a stretch of the
 * plan to itself and goes along it; one that is through takes the latter half
 * of the longest that is left. So neighbours in the plan, which share a cell,
 * mostly its NATs and their low TTL, run one after another in one slot, and
 * those that wait are at work beside those that don't: a method that fails in
 * its first order behind some NAT waits behind most of its pairs, and these
 * are neighbours, too. Pure.
 */
#ifndef TCPTRAV_LAB_STRETCHES_H
#define TCPTRAV_LAB_STRETCHES_H

#include <stdbool.h>
#include <stdint.h>

#define STRETCHES_NONE UINT32_MAX

struct stretch {
	unsigned next, end;	/* trials: from, and the first behind it */
};

struct stretches {
	struct stretch *of;	/* by slot */
	unsigned slots;
	uint8_t *taken;		/* bits, as lab_plan's skip */
	unsigned left;		/* trials */
};

/* Does trial @number fit what slot @slot has built up? */
typedef bool (*stretches_fit)(void *argument, unsigned slot, unsigned number);

/*
 * stretches_begin - share @count trials out among @slots, one at least
 * @skip:  bits of those that nobody is to run, or NULL; copied
 * Return: false when there is no memory; end it in any case
 */
bool stretches_begin(struct stretches *s, unsigned slots, unsigned count,
		     const uint8_t *skip);
void stretches_end(struct stretches *s);

/* stretches_next - where @slot's stretch goes on, or, when it is through, any
   other's; at a guess: that trial may be taken. Some are left. */
unsigned stretches_next(const struct stretches *s, unsigned slot);

/*
 * stretches_choose - the trial that is @slot's turn: of the next ones in its
 * stretch the first that fits, else the first; when its stretch is through,
 * of another's: the longest that begins with one that fits, else the longest
 * @fits: NULL: whatever is next
 * Return: STRETCHES_NONE: none is left
 */
unsigned stretches_choose(struct stretches *s, unsigned slot,
			  stretches_fit fits, void *argument);

/* stretches_take - @number, which is left, is nobody's any more */
void stretches_take(struct stretches *s, unsigned number);

#endif
