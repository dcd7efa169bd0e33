/*
 * Predictions against the tables of tests/lab/expected (derived from the
 * ladders; Linux's measured), cell by cell, and against the bounds of
 * docs/latency.md, to the microsecond.
 */
#include "predict_fixture.h"

#include "base/rng.h"
#include "profile/random_profile.h"
#include "profile/profile.h"

#include <math.h>
#include <stdlib.h>

#define TABLES "tests/lab/expected/"
#define COLUMNS 12
#define RTT 40.0
#define D (RTT / 2)

static const char *short_name(enum mechanism m)
{
	static const char *const names[] = {
		[MECHANISM_NONE] = "none",
		[MECHANISM_SPOOFED_SYN_ACK] = "spoofed",
		[MECHANISM_FORGED_SYN_ACK] = "forged",
		[MECHANISM_SIMULTANEOUS_OPEN] = "simultaneous",
		[MECHANISM_SYN_THROUGH_HOLE] = "hole",
	};

	return names[m];
}

/* Times are exact, but for the arithmetic. */
static void assert_ms(double is, double expected)
{
	assert_true(fabs(is - expected) < 1e-6);
}

static size_t split(char *line, char *out[COLUMNS])
{
	size_t count = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *word; count < COLUMNS && (word = strsep(&line, "\t"));)
		out[count++] = word;
	return count;
}

static void check_cell(const struct trial *row, const char *column,
		       const char *expected)
{
	struct trial t = *row;
	struct prediction p;
	char got[64];

	t.approach = approach_of(column);
	predict_trial(&t, &p);
	cell_text(&p.result, short_name, got);
	if (strcmp(got, expected) != 0)
		fail_msg("%s, %s, skew %g, %s: \"%s\", not \"%s\"", t.topology,
			 t.nat_a, t.skew_ms, column, got, expected);
	assert_false(p.chance);
}

/* table - check each cell of a file
   @topology: NULL: its first column is one, else a NAT there */
static void table(const char *name, const char *topology, uint8_t ttl,
		  enum candidate_use candidates)
{
	char path[128], line[1024], head[1024], *titles[COLUMNS];
	char *cells[COLUMNS];
	size_t count;
	FILE *f;

	snprintf(path, sizeof(path), TABLES "%s", name);
	f = fopen(path, "r");
	if (!f || !fgets(head, sizeof(head), f))
		fail_msg("cannot read %s", path);
	count = split(head, titles);
	assert_int_equal(count, COLUMNS);
	while (fgets(line, sizeof(line), f)) {
		struct trial t = { .rtt_ms = RTT, .ttl = ttl,
				   .candidates = candidates };

		assert_int_equal(split(line, cells), count);
		t.topology = topology ? topology : cells[0];
		if (topology)
			t.nat_a = cells[0];
		if (topology && strcmp(topology, "one-nat") != 0)
			t.nat_b = cells[0];
		trial_complete(&t);
		t.skew_ms = atof(cells[1]);
		for (size_t i = 2; i < count; i++)
			check_cell(&t, titles[i], cells[i]);
	}
	fclose(f);
}

static void profiles_table_is_predicted(void **state)
{
	(void)state;
	table("profiles.tsv", "two-nats", 0, CANDIDATES_AUTO);
}

static void linux_table_is_predicted(void **state)
{
	(void)state;
	table("kernel.tsv", "two-nats", 0, CANDIDATES_AUTO);
}

static void topologies_table_is_predicted(void **state)
{
	(void)state;
	table("topologies.tsv", NULL, 0, CANDIDATES_PUBLIC);
}

static void candidates_table_is_predicted(void **state)
{
	(void)state;
	table("candidates.tsv", "one-nat", 0, CANDIDATES_AUTO);
}

static enum candidate_kind candidate_of(const char *topology, const char *nat,
					enum candidate_use use)
{
	struct trial t = {
		.approach = approach_of("p2pnat/none"), .topology = topology,
		.nat_a = nat, .rtt_ms = RTT, .candidates = use,
	};
	struct prediction p;

	trial_complete(&t);
	predict_trial(&t, &p);
	return p.result.candidate;
}

/* The public candidate's SYN leaves first: a NAT that hairpins lets it win. A
   NAT that gives each host an address of its own hides that they share it. */
static void the_first_candidate_to_prove_itself_is_predicted(void **state)
{
	const char *none = "port-restricted-cone+hairpin=no";

	(void)state;
	assert_int_equal(candidate_of("one-nat", none, CANDIDATES_AUTO),
			 CANDIDATE_OF_PRIVATE);
	assert_int_equal(candidate_of("one-nat", none, CANDIDATES_PUBLIC),
			 CANDIDATE_NONE);
	assert_int_equal(candidate_of("one-nat", "rfc5382", CANDIDATES_AUTO),
			 CANDIDATE_OF_PUBLIC);
	assert_int_equal(candidate_of("two-nats", "rfc5382", CANDIDATES_AUTO),
			 CANDIDATE_OF_PUBLIC);
	assert_int_equal(candidate_of("one-nat", "port-restricted-cone"
				      "+hairpin=no+addresses=2",
				      CANDIDATES_AUTO), CANDIDATE_NONE);
}

/* docs/latency.md: the bounds, in d, between NATs that drop */
static const struct {
	const char *column;
	double bound, answered;		/* 0: the answer ends it */
} bounds[] = {
	{ "stunt1/low", 3.25, 3.25 },
	{ "stunt1/none", 3.25, 3.25 },
	{ "stunt2/low", 6.25, 6.25 },
	{ "stunt2/none", 9.25, 8.25 },
	{ "stunt2/low/keep-syn", 6.25, 6.25 },
	{ "stunt2/none/keep-syn", 9.25, 0 },
	{ "natblaster/low", 4.25, 4.25 },
	{ "natblaster/none", 3.75, 3.75 },
	{ "p2pnat/none", 3.75, 3.75 },
	{ "p2pnat/none/sequential", 9.25, 8.25 },
};

enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]) };

static double time_of(const char *column, const char *nat, double skew)
{
	struct trial t = {
		.approach = approach_of(column), .topology = "two-nats",
		.nat_a = nat, .nat_b = nat, .rtt_ms = RTT, .skew_ms = skew,
	};
	struct prediction p;

	predict_trial(&t, &p);
	return p.connect_ms;
}

static void connect_time_equals_the_latency_bound(void **state)
{
	/* it answers SYNs with RST, and RSTs do not change it */
	const char *answers = "port-restricted-cone+unsolicited-syn=rst";

	(void)state;
	for (int i = 0; i < BOUNDS; i++) {
		assert_ms(time_of(bounds[i].column,
					   "port-restricted-cone", 0),
				   bounds[i].bound * D);
		assert_ms(time_of(bounds[i].column, answers, 0),
				   bounds[i].answered > 0 ?
				   bounds[i].answered * D : -1);
	}
}

/* docs/latency.md, "With skew": s of 5 ms is below d, one of 60 above it */
static void connect_time_with_skew_equals_the_bound(void **state)
{
	const char *nat = "port-restricted-cone";

	(void)state;
	assert_ms(time_of("stunt1/low", nat, 5), 3.25 * D + 5);
	assert_ms(time_of("natblaster/low", nat, 60), 4.25 * D + 60);
	assert_ms(time_of("natblaster/none", nat, 60), 3.75 * D + 60);
	assert_ms(time_of("p2pnat/none", nat, 5), 3.75 * D + 5);
	assert_ms(time_of("p2pnat/none", nat, 60), 4.75 * D + 60);
	assert_ms(time_of("p2pnat/none", "full-cone", 60), 4.75 * D);
	/* the connector is at its SYN after 2.25 d anyway */
	assert_ms(time_of("stunt2/low", nat, 60),
			   6.25 * D + (60 - 1.5 * D));
	assert_ms(time_of("stunt2/low", nat, -60), 6.25 * D + 60);
}

static void explanation_names_nat_and_axis(void **state)
{
	struct trial t = {
		.approach = approach_of("p2pnat/none"),
		.topology = "two-nats", .nat_a = "no-syn-in",
		.nat_b = "no-syn-in", .rtt_ms = RTT, .skew_ms = 60,
	};
	struct prediction p;

	(void)state;
	predict_trial(&t, &p);
	assert_int_equal(p.result.cause, CAUSE_SYN_REFUSED);
	assert_non_null(strstr(p.explain, "NAT A dropped B's SYN "
			       "(syn-in-after-syn-out = drop)."));
	assert_non_null(strstr(p.explain, "NAT B dropped A's SYN "
			       "(filtering = address-port, unsolicited-syn ="
			       " drop)."));
}

/* nested-2: a carrier's NAT in front of the home's gives each connection
   another
   port. A firewall is a hop, so the TTL that is found expires in it. */
static void nested_firewall_and_adjacent_decide_as_derived(void **state)
{
	struct trial t = {
		.approach = approach_of("natblaster/low"),
		.topology = "nested-2", .nat_a = "rfc5382,cgn-symmetric",
		.nat_b = "rfc5382", .rtt_ms = RTT,
	};
	struct prediction p;

	(void)state;
	predict_trial(&t, &p);
	assert_int_equal(p.result.cause, CAUSE_PORT_NOT_PREDICTED);
	t.nat_a = "rfc5382,port-restricted-cone";
	predict_trial(&t, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	t.topology = "firewall";
	t.nat_a = t.nat_b = "port-restricted-cone";
	predict_trial(&t, &p);
	assert_int_equal(p.result.outcome, OUTCOME_FAILED);
	t.ttl = 2;
	predict_trial(&t, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	t.topology = "adjacent";
	t.ttl = 0;
	predict_trial(&t, &p);
	assert_int_equal(p.result.cause, CAUSE_NO_USABLE_TTL);
}

static void races_and_programs_are_refused(void **state)
{
	struct trial t = {
		.approach = approach_of("p2pnat/none"),
		.topology = "two-nats", .nat_a = "rst", .nat_b = "rst",
		.rtt_ms = RTT, .skew_ms = -D,
	};
	struct error e = { .kind = ERROR_NONE };
	struct prediction_setup setup;

	(void)state;
	assert_false(prediction_setup_make(&t, &setup, &e));
	assert_string_equal(e.text, "a skew of -20 ms is the one-way delay: one"
			    " host's SYN would leave just when the other's"
			    " arrives");
	t.skew_ms = 0;
	t.rtt_ms = 0;
	assert_false(prediction_setup_make(&t, &setup, &e));
	t.rtt_ms = RTT;
	t.nat_a = "exec:/bin/true";
	assert_false(prediction_setup_make(&t, &setup, &e));
	assert_string_equal(e.text, "what the program \"/bin/true\" does as a"
			    " NAT cannot be predicted");
	t.nat_a = "rst";
	t.candidates = CANDIDATES_LAN;
	assert_false(prediction_setup_make(&t, &setup, &e));
	assert_string_equal(e.text, "what answers at private addresses, with"
			    " --candidates lan, cannot be predicted");
}

/* Any two NATs, any approach: a result, the same each time; connected only with
   a mechanism at each host. */
static void any_pair_has_one_repeatable_answer(void **state)
{
	struct approach all[APPROACHES_MAX];
	size_t count = approaches_all(all);
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4);
	for (int i = 0; i < 3000; i++) {
		struct trial t = {
			.approach = all[i % (int)count], .rtt_ms = 100,
		};
		struct prediction_setup s = {
			.trial = &t,
			.path = (enum path_kind)rng_below(&rng, 3),
			.levels = { 1, 1 },
		};
		struct prediction once, again;

		t.skew_ms = (double)rng_below(&rng, 40) * 5 - 98;
		profile_random(&rng, &s.profiles[0][0]);
		profile_random(&rng, &s.profiles[1][0]);
		if (s.path == PATH_ONE_NAT)
			s.profiles[1][0] = s.profiles[0][0];
		predict(&s, &once);
		predict(&s, &again);
		assert_memory_equal(&once, &again, sizeof(once));
		assert_true(once.result.outcome != OUTCOME_ERROR);
		assert_int_equal(once.result.outcome == OUTCOME_CONNECTED,
				 once.result.cause == CAUSE_NONE);
		assert_int_equal(once.result.outcome == OUTCOME_CONNECTED,
				 once.result.mechanism[0] &&
					 once.result.mechanism[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_table_is_predicted),
		cmocka_unit_test(linux_table_is_predicted),
		cmocka_unit_test(topologies_table_is_predicted),
		cmocka_unit_test(candidates_table_is_predicted),
		cmocka_unit_test(
			the_first_candidate_to_prove_itself_is_predicted),
		cmocka_unit_test(connect_time_equals_the_latency_bound),
		cmocka_unit_test(connect_time_with_skew_equals_the_bound),
		cmocka_unit_test(explanation_names_nat_and_axis),
		cmocka_unit_test(
			nested_firewall_and_adjacent_decide_as_derived),
		cmocka_unit_test(races_and_programs_are_refused),
		cmocka_unit_test(any_pair_has_one_repeatable_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
