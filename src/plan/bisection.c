#include "plan/bisection.h"

#include "base/result_codes.h"

#include <stdlib.h>
#include <string.h>

#define UNIT 1000	/* samples are at whole us, if the resolution allows */

bool skew_results_equal(const struct skew_result *a,
			const struct skew_result *b)
{
	return a->outcome == b->outcome && a->cause == b->cause &&
	       a->mechanism[0] == b->mechanism[0] &&
	       a->mechanism[1] == b->mechanism[1];
}

/* append - add a sample without a result, unless it is the last one again */
static void append(struct skew_sample *samples, size_t *count, int64_t skew)
{
	if (!*count || samples[*count - 1].skew != skew)
		samples[(*count)++] = (struct skew_sample){ .skew = skew };
}

bool bisection_begin(struct bisection *b, const struct skew_range *range)
{
	int64_t length = range->to - range->from;
	size_t steps = (size_t)((length + range->step - 1) / range->step);

	*b = (struct bisection){ .range = *range };
	if (steps > BISECTION_SAMPLES_MAX - 2)
		steps = BISECTION_SAMPLES_MAX - 2;
	b->samples = calloc(steps + 2, sizeof(*b->samples));
	if (!b->samples)
		return false;
	append(b->samples, &b->count, range->from);
	for (size_t i = 0; i < steps; i++)
		append(b->samples, &b->count,
		       range->from + (int64_t)(((double)i + 0.5) *
					       (double)length / (double)steps));
	append(b->samples, &b->count, range->to);
	return true;
}

void bisection_free(struct bisection *b)
{
	free(b->samples);
	*b = (struct bisection){ .samples = NULL };
}

size_t bisection_pending(const struct bisection *b)
{
	size_t pending = 0;

	for (size_t i = 0; i < b->count; i++)
		pending += !b->samples[i].known;
	return pending;
}

/* is_wide - does the result change between sample @i and the next one, and are
   they further apart than the resolution? */
static bool is_wide(const struct bisection *b, size_t i)
{
	const struct skew_sample *s = &b->samples[i];

	return i + 1 < b->count &&
	       s[1].skew - s[0].skew > b->range.resolution &&
	       !skew_results_equal(&s[0].result, &s[1].result);
}

/* divide - append the skews that divide the gap from @a to @b into parts that
   are not smaller than the resolution */
static void divide(struct skew_sample *samples, size_t *count, int64_t a,
		   int64_t b, int64_t resolution, unsigned most_parts)
{
	int64_t unit = resolution < UNIT ? 1 : UNIT;
	int64_t parts = (b - a + resolution - 1) / resolution;

	if (parts > most_parts)
		parts = most_parts;
	for (int64_t i = 1; i < parts; i++) {
		int64_t skew = a + (b - a) * i / parts;
		int64_t rounded = skew - skew % unit;

		if (rounded > a && rounded < b)
			skew = rounded;
		append(samples, count, skew);
	}
}

size_t bisection_gaps(const struct bisection *b)
{
	size_t gaps = 0;

	for (size_t i = 0; i < b->count; i++)
		gaps += is_wide(b, i);
	return gaps;
}

bool bisection_refine(struct bisection *b, unsigned parts)
{
	size_t more = bisection_gaps(b) * (parts - 1), count = 0;
	struct skew_sample *samples;

	if (!more || b->count + more > BISECTION_SAMPLES_MAX)
		return true;
	samples = calloc(b->count + more, sizeof(*samples));
	if (!samples)
		return false;
	for (size_t i = 0; i < b->count; i++) {
		samples[count++] = b->samples[i];
		if (is_wide(b, i))
			divide(samples, &count, b->samples[i].skew,
			       b->samples[i + 1].skew, b->range.resolution,
			       parts);
	}
	free(b->samples);
	b->samples = samples;
	b->count = count;
	return true;
}

bool bisection_is_cut(const struct bisection *b)
{
	return bisection_gaps(b) > 0;
}

/* edge - halfway between sample @i and the next one */
static int64_t edge(const struct bisection *b, size_t i)
{
	const struct skew_sample *s = &b->samples[i];

	return s[0].skew + (s[1].skew - s[0].skew) / 2;
}

bool bisection_interval(const struct bisection *b, size_t first,
			struct skew_interval *out)
{
	size_t last = first;

	if (first >= b->count)
		return false;
	while (last + 1 < b->count &&
	       skew_results_equal(&b->samples[first].result,
				  &b->samples[last + 1].result))
		last++;
	*out = (struct skew_interval){
		.first = first,
		.last = last,
		.from = first ? edge(b, first - 1) : b->range.from,
		.to = last + 1 < b->count ? edge(b, last) : b->range.to,
		.result = b->samples[first].result,
	};
	return true;
}

bool bisection_window(const struct bisection *b, size_t first,
		      struct skew_interval *out)
{
	struct skew_interval next;

	do {
		if (!bisection_interval(b, first, out))
			return false;
		first = out->last + 1;
	} while (out->result.outcome != OUTCOME_CONNECTED);
	while (bisection_interval(b, out->last + 1, &next) &&
	       next.result.outcome == OUTCOME_CONNECTED) {
		out->last = next.last;
		out->to = next.to;
	}
	return true;
}
