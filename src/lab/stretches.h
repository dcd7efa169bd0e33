/*
 * Decides which slot of the lab runs which trial of the plan next. Each slot
 * has a stretch: consecutive trials of the plan, which it runs one by one.
 *
 * The plan is cut into blocks of consecutive trials, which mostly share a cell,
 * its NATs and their low TTL. A slot gets a block as its stretch, and when it
 * has finished that, a block from another part of the plan. Blocks are
 * interleaved so that slow trials do not run all at once: some NATs make a
 * method fail by timeout with nearly every NAT of the peer, and these trials
 * are consecutive. When no block is left, a slot takes the second half of
 * the longest stretch of another slot. A single slot runs the plan from first
 * to last. Pure.
 */
#ifndef TCPTRAV_LAB_STRETCHES_H
#define TCPTRAV_LAB_STRETCHES_H

#include <stdbool.h>
#include <stdint.h>

#define STRETCHES_NONE UINT32_MAX

/* Trials @next to @end - 1. */
struct stretch {
	unsigned next, end;
};

struct stretches {
	struct stretch *of;	/* by slot */
	unsigned slots;
	unsigned count;		/* trials of the plan */
	uint8_t *taken;		/* base/bitmap.h: trials that a slot has
				   started, and those that are skipped */
	unsigned left;		/* trials that are not taken */
	/* private */
	unsigned block_size;	/* trials */
	unsigned blocks;
	unsigned step;		/* blocks from one turn to the next */
	unsigned turn;		/* the blocks of all turns before are dealt */
	uint8_t *dealt;		/* bitmap by turn */
};

/* Can trial @number run in the cell that @slot has now? */
typedef bool (*stretches_fit)(void *argument, unsigned slot, unsigned number);

/*
 * stretches_begin - prepare to distribute @count trials to @slots (at least 1)
 * @skip:  bitmap of trials that are not to be run (base/bitmap.h), or NULL;
 *         copied
 * Return: false: out of memory. Call stretches_end() in any case.
 */
bool stretches_begin(struct stretches *s, unsigned slots, unsigned count,
		     const uint8_t *skip);
void stretches_end(struct stretches *s);

/*
 * stretches_choose - choose the next trial for @slot: the first of its stretch
 * that @fits, else the first of its stretch. If its stretch is finished, the
 * slot first gets a block that begins with a trial that @fits, else the next
 * block.
 * @fits:  NULL: all trials fit
 * Return: the trial's number; it is not taken yet. STRETCHES_NONE: no trial is
 *         left.
 */
unsigned stretches_choose(struct stretches *s, unsigned slot,
			  stretches_fit fits, void *argument);

/* stretches_take - mark trial @number, which is left, as taken */
void stretches_take(struct stretches *s, unsigned number);

#endif
