/*
 * At which skews the result of a trial changes. First the range is sampled at
 * a grid of skews. Then each change between two neighbours is narrowed until
 * they are as close as the resolution. The caller runs the trials, all that
 * are pending at once:
 *
 *	bisection_begin(&b, &range)
 *	while (bisection_pending(&b)) {
 *		for each sample that has no result yet:
 *			sample->result = ..., sample->known = true
 *		bisection_refine(&b, parts)
 *	}
 *
 * An interval that is narrower than the grid's step, and that no sample of the
 * grid falls into, is missed. Skews are in ns. Pure.
 */
#ifndef TCPTRAV_PLAN_BISECTION_H
#define TCPTRAV_PLAN_BISECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where chance decides, the result can change at every skew. */
#define BISECTION_SAMPLES_MAX 4096

struct skew_range {
	int64_t from, to;	/* from < to */
	int64_t step;		/* of the grid; above 0, at most to - from */
	int64_t resolution;	/* above 0 */
};

/* What a trial at a skew gave. */
struct skew_result {
	uint8_t outcome;	/* enum outcome */
	uint8_t cause;		/* enum cause */
	uint8_t mechanism[2];	/* enum mechanism, at A and at B */
};

struct skew_sample {
	int64_t skew;
	bool known;		/* it has a result */
	struct skew_result result;
};

struct bisection {
	struct skew_range range;
	struct skew_sample *samples;	/* by skew, each skew once */
	size_t count;
};

/* Neighbouring samples with the same result. */
struct skew_interval {
	size_t first, last;	/* indices of its samples */
	int64_t from, to;	/* halfway to the next sample on either side;
				   the end of the range where there is none */
	struct skew_result result;
};

/*
 * bisection_begin - the grid: both ends of the range, and the middles of its
 * steps, so that no sample is at a multiple of the step
 * Return: false: out of memory
 */
bool bisection_begin(struct bisection *b, const struct skew_range *range);

void bisection_free(struct bisection *b);

/* bisection_pending - the number of samples that have no result yet */
size_t bisection_pending(const struct bisection *b);

/* bisection_gaps - the number of neighbours that have different results and are
   further apart than the resolution; all samples have results */
size_t bisection_gaps(const struct bisection *b);

/*
 * bisection_refine - add samples that divide each gap into so many parts, but
 * into none that is smaller than the resolution
 * @parts: at least 2. With two, the fewest trials are needed; with more, fewer
 *         rounds: to make a gap smaller 256 times takes 8 rounds of 1 trial, 4
 *         of 3 or 2 of 15.
 * Nothing is added beyond BISECTION_SAMPLES_MAX.
 * Return: false: out of memory
 */
bool bisection_refine(struct bisection *b, unsigned parts);

/* bisection_is_cut - was it ended by BISECTION_SAMPLES_MAX? Then some intervals
   end between samples that are further apart than the resolution. */
bool bisection_is_cut(const struct bisection *b);

/*
 * bisection_interval - the interval that begins with sample @first
 * Return: false: there is no such sample. Start with 0; the next one begins
 *         with out->last + 1.
 */
bool bisection_interval(const struct bisection *b, size_t first,
			struct skew_interval *out);

/*
 * bisection_window - the longest run of connected intervals that begins at
 * sample @first or after it, whatever the mechanisms
 * @out:   result is that of its first interval
 * Return: false: there is none. The next one begins after out->last.
 */
bool bisection_window(const struct bisection *b, size_t first,
		      struct skew_interval *out);

/* skew_results_equal - are outcome, cause and both mechanisms the same? */
bool skew_results_equal(const struct skew_result *a,
			const struct skew_result *b);

#endif
