/*
 * What udp must do between NATs, with the times of docs/methods/udp.md.
 * tests/lab/expected/README.md derives the table.
 */
#include "predict_fixture.h"

#include "profile/profile.h"

#define D 20.0
#define TABLE "tests/lab/expected/udp.tsv"
#define COLUMNS 5
#define ROWS 118	/* as many as `tcptrav list nats` has */

static struct prediction predict_udp(const char *a, const char *b, double skew)
{
	const struct trial t = {
		.topology = "two-nats", .nat_a = a, .nat_b = b,
		.approach = approach_of("udp/none"), .rtt_ms = 2 * D,
		.skew_ms = skew,
	};
	struct prediction out;

	predict_trial(&t, &out);
	return out;
}

static const char *short_name(enum mechanism m)
{
	return m == MECHANISM_KNOCK_THROUGH_HOLE ? "hole" : "answered";
}

/* The first knocks cross at these skews. */
static void check_cell(const char *a, const char *b, const char *expected)
{
	const double skews[] = { 0, 2, -2 };

	for (size_t i = 0; i < sizeof(skews) / sizeof(skews[0]); i++) {
		struct prediction p = predict_udp(a, b, skews[i]);
		char got[64];

		cell_text(&p.result, short_name, got);
		if (strcmp(got, expected) != 0)
			fail_msg("%s, %s, skew %g: \"%s\", not \"%s\"", a, b,
				 skews[i], got, expected);
		assert_false(p.chance);
	}
}

static void split(char *line, char *out[COLUMNS])
{
	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < COLUMNS; i++) {
		out[i] = strsep(&line, "\t");
		assert_non_null(out[i]);
	}
}

static void the_table_is_predicted(void **state)
{
	char head[256], line[256], *titles[COLUMNS], *cells[COLUMNS];
	FILE *f = fopen(TABLE, "r");
	unsigned rows = 0;

	(void)state;
	if (!f || !fgets(head, sizeof(head), f))
		fail_msg("cannot read %s", TABLE);
	split(head, titles);
	for (; fgets(line, sizeof(line), f); rows++) {
		split(line, cells);
		for (size_t i = 1; i < COLUMNS; i++)
			check_cell(cells[0], titles[i], cells[i]);
	}
	fclose(f);
	assert_int_equal(rows, ROWS);
}

/* Other skews change mechanisms, not what connects. */
static void the_classic_nats_do_the_same_at_any_skew(void **state)
{
	static const char *const nats[4] = {
		"full-cone", "restricted-cone", "port-restricted-cone",
		"symmetric",
	};
	const double skews[] = { 0, 19, 21, 60, 199, 500, -21, -60, -500 };

	(void)state;
	for (size_t i = 0; i < sizeof(skews) / sizeof(skews[0]); i++)
		for (int a = 0; a < 4; a++)
			for (int b = 0; b < 4; b++) {
				struct prediction p = predict_udp(
					nats[a], nats[b], skews[i]);

				assert_int_equal(p.result.outcome, a + b < 5 ?
						 OUTCOME_CONNECTED :
						 OUTCOME_FAILED);
			}
}

/* Its own stack answers the early datagram, and keeps its port. */
static void linux_rst_loses_its_port_to_an_early_knock(void **state)
{
	struct prediction p;

	(void)state;
	p = predict_udp("linux-rst", "port-restricted-cone", 60);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	p = predict_udp("linux-rst", "port-restricted-cone", -60);
	assert_int_equal(p.result.outcome, OUTCOME_FAILED);
	p = predict_udp("linux-rst", "restricted-cone", -60);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	p = predict_udp("linux", "port-restricted-cone", -60);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
}

static void assert_connects(const struct prediction *p, double ms,
			    enum mechanism a, enum mechanism b)
{
	assert_true(p->connect_ms > ms - 0.01 && p->connect_ms < ms + 0.01);
	assert_int_equal(p->result.mechanism[0], a);
	assert_int_equal(p->result.mechanism[1], b);
}

/* 0.75 d for the introduction, then d for each datagram. */
static void hosts_connect_in_the_derived_time(void **state)
{
	struct prediction p;

	(void)state;
	/* both knocks pass: heard at 1.75 d, connected at 2.75 d */
	p = predict_udp("port-restricted-cone", "port-restricted-cone", 0);
	assert_connects(&p, 2.75 * D, MECHANISM_KNOCK_THROUGH_HOLE,
			MECHANISM_KNOCK_THROUGH_HOLE);
	/* A's first knock is dropped; B's, A's answer, B's answer */
	p = predict_udp("port-restricted-cone", "port-restricted-cone", 60);
	assert_connects(&p, 60 + 3.75 * D, MECHANISM_KNOCK_THROUGH_HOLE,
			MECHANISM_KNOCK_ANSWERED);
	/* A's first knock waits for B: B's first is an answer already */
	p = predict_udp("port-restricted-cone", "full-cone", 60);
	assert_connects(&p, 60 + 2.75 * D, MECHANISM_KNOCK_ANSWERED,
			MECHANISM_KNOCK_THROUGH_HOLE);
	/* B's knock to the wrong port is dropped; A's, B's answer, A's */
	p = predict_udp("symmetric", "restricted-cone", 0);
	assert_connects(&p, 3.75 * D, MECHANISM_KNOCK_ANSWERED,
			MECHANISM_KNOCK_THROUGH_HOLE);
}

/* B's first knock shows A its private endpoint. A's answer goes there, without
   the NAT, and shows A's. */
static void an_inside_source_leads_to_the_lan(void **state)
{
	struct trial t = {
		.topology = "one-nat",
		.nat_a = "full-cone+udp-hairpin=internal-source",
		.approach = approach_of("udp/none"), .rtt_ms = 2 * D,
		.skew_ms = -30,
	};
	struct prediction p;

	(void)state;
	trial_complete(&t);
	predict_trial(&t, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	assert_connects(&p, 30 + 2.75 * D, MECHANISM_KNOCK_THROUGH_HOLE,
			MECHANISM_KNOCK_ANSWERED);
}

static void the_axes_of_udp_decide(void **state)
{
	struct trial t = { .approach = approach_of("udp/none"),
			   .rtt_ms = 2 * D };
	struct prediction_setup s = {
		.trial = &t, .path = PATH_ROUTED, .levels = { 1, 1 },
	};
	struct prediction p;

	(void)state;
	profile_defaults(&s.profiles[0][0]);
	profile_defaults(&s.profiles[1][0]);
	s.profiles[0][0].mapping = MAPPING_ADDRESS_PORT;
	s.profiles[0][0].udp_mapping = MAPPING_ENDPOINT_INDEPENDENT + 1;
	predict(&s, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	s.profiles[0][0].mapping = MAPPING_ENDPOINT_INDEPENDENT;
	s.profiles[0][0].udp_mapping = MAPPING_ADDRESS_PORT + 1;
	predict(&s, &p);
	assert_int_equal(p.result.outcome, OUTCOME_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_predicted),
		cmocka_unit_test(the_classic_nats_do_the_same_at_any_skew),
		cmocka_unit_test(linux_rst_loses_its_port_to_an_early_knock),
		cmocka_unit_test(hosts_connect_in_the_derived_time),
		cmocka_unit_test(an_inside_source_leads_to_the_lan),
		cmocka_unit_test(the_axes_of_udp_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
