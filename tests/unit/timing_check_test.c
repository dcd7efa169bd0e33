#include "ladder_fixture.h"

#include "lab/timing_check.h"

/* The fixture's NATBlaster: d = 20 ms, messages in 30 ms, SYN-ACKs in 20. */
#define D 20
#define NEAR 0.001	/* ms */

static const struct method together = { .name = "natblaster" };
static const struct method in_order = { .name = "stunt2", .ordered = true };
static const struct method in_order_at_times = {
	.name = "p2pnat", .variant_ordered = true,
};

struct run {
	struct trial trial;
	struct observations f;
};

/* begin - both introduced at 1,000 ms, what S did 15 ms before */
static int begin(void **state)
{
	struct run *r = calloc(1, sizeof(*r));
	struct ladder_scene *s = natblaster_low_scene();

	assert_non_null(r);
	r->trial.approach.method = &together;
	r->trial.rtt_ms = 2 * D;
	r->f.result[0] = s->a;
	r->f.result[1] = s->b;
	for (unsigned i = 0; i < 2; i++) {
		r->f.has[i] = true;
		r->f.result[i].introduced_at = MS(1000);
		strcpy(r->f.result[i].session[0], "name");
	}
	r->f.server_count = 1;
	r->f.server[0] = (struct server_report){
		.at = MS(985), .introduced = true, .session = "name",
	};
	free(s);
	*state = r;
	return 0;
}

static int end(void **state)
{
	free(*state);
	return 0;
}

static double late(const struct run *r)
{
	return timing_check(&r->trial, &r->f);
}

/* first - the host's first event of the kind, from @from on */
static struct trace_event *first(struct run *r, unsigned host,
				 enum trace_event_kind kind, double from)
{
	struct trace *s = &r->f.result[host].trace;

	for (uint32_t i = 0; i < s->count; i++)
		if (s->events[i].kind == kind &&
		    s->events[i].at >= MS(1000 + from))
			return &s->events[i];
	fail_msg("there is none");
	return NULL;
}

/* B's first SYN left 0.3 ms after the introduction: the largest of it. */
static void in_time_the_largest_is_the_first_syns(void **state)
{
	assert_float_equal(late(*state), 0.3, NEAR);
}

/* S that never answers is no late machine: the trial counts, at once. */
static void a_silent_rendezvous_is_not_late(void **state)
{
	struct run *r = *state;

	r->f.result[1].cause = CAUSE_RENDEZVOUS_LOST;
	assert_float_equal(late(r), 0.3, NEAR);
	assert_true(late(r) < timing_check_limit(&r->trial));
}

static void a_syn_ack_is_late_on_its_way(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_IN, 40)->at += MS(7);
	assert_float_equal(late(r), 7, NEAR);
}

/* An ACK changes nothing any more, however late. */
static void an_ack_may_be_late(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_IN, 60)->at += MS(50);
	assert_float_equal(late(r), 0.3, NEAR);
}

static void an_introduction_is_late_on_its_way(void **state)
{
	struct run *r = *state;

	r->f.server[0].at -= MS(9);
	assert_float_equal(late(r), 9.3, NEAR);		/* B's first SYN */
	strcpy(r->f.server[0].session, "other");	/* not of this order */
	assert_true(late(r) < 0.3);
}

static void a_first_syn_is_late_after_the_introduction(void **state)
{
	struct run *r = *state;

	first(r, 0, TRACE_PACKET_OUT, 0)->at = MS(1006);
	assert_float_equal(late(r), 6, NEAR);
}

/* B was without a CPU until A's SYN had come: its listener has answered that,
   and its kernel refuses connect(), which is then as late as a SYN. */
static void a_syn_that_the_kernel_refuses_is_late_too(void **state)
{
	struct run *r = *state;
	struct trace_event *syn = first(r, 1, TRACE_PACKET_OUT, 0);

	syn->kind = TRACE_NOTE;
	syn->subject = SUBJECT_NO_SYN;
	syn->at = MS(1021);
	r->trial.skew_ms = 4;
	assert_float_equal(late(r), 17, NEAR);
	syn->subject = SUBJECT_NONE;
	assert_true(late(r) < 1);
}

/* Held for --skew, which is not late: A for a negative one, B for another. */
static void a_syn_held_for_the_skew_is_not_late(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_OUT, 0)->at = MS(1012);
	r->trial.skew_ms = 10;
	assert_float_equal(late(r), 2, NEAR);
	r->trial.skew_ms = -10;
	assert_float_equal(late(r), 12, NEAR);
}

/* A host that waits for the other's hole sends its SYN when it is told to. */
static void the_host_that_waits_for_the_hole_is_not_late(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_OUT, 0)->at = MS(1012);
	r->trial.approach.method = &in_order;
	r->f.result[0].opener = true;
	assert_float_equal(late(r), 0.2, NEAR);		/* A's */
	r->f.result[1].opener = true;
	assert_float_equal(late(r), 12, NEAR);

	r->f.result[1].opener = false;
	r->trial.approach.method = &in_order_at_times;
	assert_float_equal(late(r), 12, NEAR);
	r->trial.approach.variant = true;
	assert_float_equal(late(r), 0.2, NEAR);
}

static void without_delay_or_a_result_nothing_is_late(void **state)
{
	struct run *r = *state;

	r->trial.rtt_ms = 0;
	assert_float_equal(late(r), 0, 0);
	r->trial.rtt_ms = 2 * D;
	r->f.has[1] = false;
	assert_float_equal(late(r), 0, 0);
}

/* What was lost, and comes later, is not late: only the links know there. */
static void over_links_with_faults_the_links_say_it(void **state)
{
	struct run *r = *state;
	struct link_options links = { .text = "jitter=5" };

	first(r, 1, TRACE_PACKET_IN, 40)->at += MS(1000);
	assert_float_equal(late(r), 1000, NEAR);
	r->f.links_late_ms = 3;
	assert_float_equal(late(r), 1000, NEAR);
	r->trial.loss = 0.1;
	assert_float_equal(late(r), 3, NEAR);
	r->trial.loss = 0;
	r->trial.links = &links;
	assert_float_equal(late(r), 3, NEAR);
	r->f.has[0] = false;
	assert_float_equal(late(r), 0, 0);
}

static void without_faults_the_links_can_be_late_too(void **state)
{
	struct run *r = *state;

	r->f.links_late_ms = 3;
	assert_float_equal(late(r), 3, NEAR);
}

static void the_limit_is_half_of_d(void **state)
{
	const struct trial t = { .rtt_ms = 2 * D, .skew_ms = D, .loss = 0.1 };

	(void)state;
	assert_float_equal(timing_check_limit(&t), D / 2, NEAR);
	assert_float_equal(timing_check_limit(&(struct trial){ .skew_ms = D }),
			   0, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(in_time_the_largest_is_the_first_syns),
		CASE(a_silent_rendezvous_is_not_late),
		CASE(a_syn_ack_is_late_on_its_way),
		CASE(an_ack_may_be_late),
		CASE(an_introduction_is_late_on_its_way),
		CASE(a_first_syn_is_late_after_the_introduction),
		CASE(a_syn_that_the_kernel_refuses_is_late_too),
		CASE(a_syn_held_for_the_skew_is_not_late),
		CASE(the_host_that_waits_for_the_hole_is_not_late),
		CASE(without_delay_or_a_result_nothing_is_late),
		CASE(over_links_with_faults_the_links_say_it),
		CASE(without_faults_the_links_can_be_late_too),
		CASE(the_limit_is_half_of_d),
	};

	return cmocka_run_group_tests_name("timing_check", tests, NULL, NULL);
}
