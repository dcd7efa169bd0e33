/*
 * Which slot runs which of a plan's trials. The plan is cut into blocks of
 * neighbours, which mostly share a cell, its NATs and their low TTL. A slot
 * runs a block from first to last, then one from far away. Blocks are
 * interleaved so that slow trials do not run all at once: behind some NATs a
 * method fails, and waits, with nearly each NAT of the peer, and these trials
 * are neighbours. When no block is left, a slot takes the second half of what
 * another slot still has to run. A single slot runs the plan from first to
 * last. Pure.
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
	unsigned count;		/* of all trials */
	uint8_t *taken;		/* base/bitmap.h */
	unsigned left;		/* trials that nobody has taken */
	/* private */
	unsigned size, blocks;	/* of a block; how many */
	unsigned step;		/* from block to block */
	unsigned turn;		/* all blocks before its turn are dealt */
	uint8_t *dealt;		/* by turn */
};

/* Does trial @number fit what slot @slot has built up? */
typedef bool (*stretches_fit)(void *argument, unsigned slot, unsigned number);

/*
 * stretches_begin - share @count trials out among @slots, one at least
 * @skip:  those that nobody is to run (base/bitmap.h), or NULL; copied
 * Return: false when there is no memory; end it in any case
 */
bool stretches_begin(struct stretches *s, unsigned slots, unsigned count,
		     const uint8_t *skip);
void stretches_end(struct stretches *s);

/*
 * stretches_choose - the trial that is @slot's turn: of those before it the
 * first that fits, else the first; of the next blocks, too, the first that
 * begins with one that fits, else the first
 * @fits:  NULL: whatever is next
 * Return: STRETCHES_NONE: none is left
 */
unsigned stretches_choose(struct stretches *s, unsigned slot,
			  stretches_fit fits, void *argument);

/* stretches_take - @number, which is left, is nobody's any more */
void stretches_take(struct stretches *s, unsigned number);

#endif
