/* The chart of an exploration: where its bars must be follows from the skews,
   not from a picture that was drawn. */
#include "report/skew_svg.h"

#include "base/clock.h"
#include "base/result_codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS NS_PER_MS

static const struct method method = { .name = "m<1>" };

static const struct skew_range range = {
	.from = -60 * MS, .to = 60 * MS, .step = 5 * MS,
	.resolution = NS_PER_US,
};

/* The bars are from x = 148 to 548: 400 wide, for 120 ms. */
static double x_of(double ms)
{
	return 148 + (ms + 60) * 400 / 120;
}

/* explored - a bisection that connects between @from and @to ms */
static struct bisection explored(int64_t from, int64_t to,
				 const enum mechanism by[2])
{
	struct bisection b;

	assert_true(bisection_begin(&b, &range));
	while (bisection_pending(&b)) {
		for (size_t i = 0; i < b.count; i++) {
			struct skew_sample *s = &b.samples[i];

			s->known = true;
			s->result = (struct skew_result){
				.outcome = OUTCOME_FAILED,
				.cause = CAUSE_RST_FROM_NAT };
			if (s->skew > from * MS && s->skew < to * MS)
				s->result = (struct skew_result){
					.outcome = OUTCOME_CONNECTED,
					.mechanism = { by[0], by[1] } };
		}
		assert_true(bisection_refine(&b, 2));
	}
	return b;
}

static char *drawn(const struct skew_row *rows, size_t count)
{
	const struct skew_chart chart = {
		.title = "two-nats (a&b, \"c\")", .range = &range,
		.delay = 20 * MS, .rows = rows, .count = count,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	skew_svg(&chart, f);
	fclose(f);
	return text;
}

/* assert_box - a box from @from to @to ms of the class */
static void assert_box(const char *svg, double from, double to,
		       const char *class)
{
	char end[64];

	snprintf(end, sizeof(end), "class=\"%s\">", class);
	for (const char *p = svg; (p = strstr(p, "<rect x=")); p++) {
		double x, y, width, height;
		const char *close = strchr(p, '>');

		if (sscanf(p, "<rect x=\"%lf\" y=\"%lf\" width=\"%lf\""
			   " height=\"%lf\"", &x, &y, &width, &height) != 4 ||
		    strncmp(close - strlen(end) + 1, end, strlen(end)) != 0)
			continue;
		if (x > x_of(from) - 0.2 && x < x_of(from) + 0.2 &&
		    x + width > x_of(to) - 0.2 && x + width < x_of(to) + 0.2)
			return;
	}
	fail_msg("no %s from %g to %g in:\n%s", class, from, to, svg);
}

static void bars_are_where_the_skews_are(void **state)
{
	static const enum mechanism both[2] = {
		MECHANISM_FORGED_SYN_ACK, MECHANISM_FORGED_SYN_ACK };
	static const enum mechanism different[2] = {
		MECHANISM_SYN_THROUGH_HOLE, MECHANISM_SPOOFED_SYN_ACK };
	struct bisection one = explored(-20, 20, both);
	struct bisection two = explored(-61, 10, different);
	const struct skew_row rows[] = {
		{ .approach = { .method = &method }, .skews = &one,
		  .derived = &two },
		{ .approach = { .method = &method, .low_ttl = true },
		  .skews = &two },
	};
	char *svg = drawn(rows, 2);

	(void)state;
	assert_box(svg, -20, 20, "f");
	assert_box(svg, -60, -20, "n");
	assert_box(svg, 20, 60, "n");
	assert_box(svg, -60, 10, "d");	/* derived */
	assert_box(svg, -60, 10, "h");	/* A's, */
	assert_box(svg, -60, 10, "s");	/* and B's over its lower half */
	assert_non_null(strstr(svg, "m&lt;1&gt; none"));
	assert_non_null(strstr(svg, "m&lt;1&gt; low"));
	assert_non_null(strstr(svg, "two-nats (a&amp;b, &quot;c&quot;)"));
	assert_non_null(strstr(svg, "-20.000 to 20.000 ms: connected,"
			       " forged-syn-ack"));
	assert_non_null(strstr(svg, "20.000 to 60.000 ms: failed,"
			       " rst-from-nat"));
	free(svg);
	bisection_free(&one);
	bisection_free(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_are_where_the_skews_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
