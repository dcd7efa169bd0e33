#include "ladder_fixture.h"

#include "lab/lateness.h"

/* The fixture's NATBlaster: d = 20 ms, messages in 30 ms, SYN-ACKs in 20. */
#define D 20
#define NEAR 0.001	/* ms */

static const struct method together = { .name = "natblaster" };
static const struct method spoofing = {
	.name = "stunt1", .needs = NEED_SPOOFING,
};
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
	struct scene *s = natblaster_low_scene();

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
	return lateness(&r->trial, &r->f);
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
static void of_a_machine_in_time(void **state)
{
	assert_float_equal(late(*state), 0.3, NEAR);
}

/* the timeout of one order: 900 ms and ten round trips */
static void of_a_silent_rendezvous(void **state)
{
	struct run *r = *state;

	r->f.result[1].cause = CAUSE_RENDEZVOUS_LOST;
	assert_float_equal(late(r), 1300, NEAR);
	r->f.late_ms = late(r);
	assert_true(lateness_share(&r->trial, &r->f) > 1);
}

static void of_a_syn_ack(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_IN, 40)->at += MS(7);
	assert_float_equal(late(r), 7, NEAR);
}

/* An ACK changes nothing any more, however late. */
static void not_of_what_comes_after(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_IN, 60)->at += MS(50);
	assert_float_equal(late(r), 0.3, NEAR);
}

static void of_an_introduction(void **state)
{
	struct run *r = *state;

	r->f.server[0].at -= MS(9);
	assert_float_equal(late(r), 9, NEAR);
	strcpy(r->f.server[0].session, "other");	/* not of this order */
	assert_float_equal(late(r), 0.3, NEAR);
}

static void of_a_first_syn(void **state)
{
	struct run *r = *state;

	first(r, 0, TRACE_PACKET_OUT, 0)->at = MS(1006);
	assert_float_equal(late(r), 6, NEAR);
}

/* B was without a CPU until A's SYN had come: its listener has answered that,
   and its kernel refuses connect(), which is then as late as a SYN. */
static void of_a_syn_that_the_kernel_refuses(void **state)
{
	struct run *r = *state;
	struct trace_event *syn = first(r, 1, TRACE_PACKET_OUT, 0);

	syn->kind = TRACE_NOTE;
	syn->at = MS(1021);
	strcpy(syn->text, "no SYN sent: Cannot assign requested address");
	r->trial.skew_ms = 4;
	assert_float_equal(late(r), 17, NEAR);
	strcpy(syn->text, "TTL 2: hop 2 is the first outside");
	assert_true(late(r) < 1);
}

/* Held for --skew, which is not late: A for a negative one, B for another. */
static void but_for_the_skew(void **state)
{
	struct run *r = *state;

	first(r, 1, TRACE_PACKET_OUT, 0)->at = MS(1012);
	r->trial.skew_ms = 10;
	assert_float_equal(late(r), 2, NEAR);
	r->trial.skew_ms = -10;
	assert_float_equal(late(r), 12, NEAR);
}

/* A host that waits for the other's hole sends its SYN when it is told to. */
static void nor_of_one_that_waits(void **state)
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

static void nothing_can_be_said(void **state)
{
	struct run *r = *state;

	r->trial.rtt_ms = 0;
	assert_float_equal(late(r), 0, 0);
	r->trial.rtt_ms = 2 * D;
	r->f.has[1] = false;
	assert_float_equal(late(r), 0, 0);
}

/* What was lost, and comes later, is not late: there it is the cable that
   knows; and elsewhere it is not asked. */
static void over_links_with_faults(void **state)
{
	struct run *r = *state;
	struct link_options links = { .text = "jitter=5" };

	r->f.cable_late_ms = 3;
	first(r, 1, TRACE_PACKET_IN, 40)->at += MS(1000);
	assert_float_equal(late(r), 1000, NEAR);
	r->trial.loss = 0.1;
	assert_float_equal(late(r), 3, NEAR);
	r->trial.loss = 0;
	r->trial.links = &links;
	assert_float_equal(late(r), 3, NEAR);
	r->f.has[0] = false;
	assert_float_equal(late(r), 0, 0);
}

static double share_of(const struct trial *t, double late_ms)
{
	struct observations *f = calloc(1, sizeof(*f));
	double share;

	assert_non_null(f);
	f->late_ms = late_ms;
	share = lateness_share(t, f);
	free(f);
	return share;
}

static double share(const struct method *m, double skew_ms, double late_ms)
{
	return share_of(&(struct trial){ .rtt_ms = 2 * D,
			.approach.method = m, .skew_ms = skew_ms }, late_ms);
}

static void the_share_is_of_half_of_d(void **state)
{
	(void)state;
	assert_float_equal(share(&together, 0, D / 2), 1, NEAR);
	assert_float_equal(share(&together, 0, 1), 0.1, NEAR);
	assert_float_equal(share(&spoofing, 3 * D, 1), 0.1, NEAR);
	assert_float_equal(share_of(&(struct trial){ 0 }, 5), 0, 0);
}

/* At d, and for stunt1 at d/2, two packets meet: 20 and 10 ms. */
static void or_of_what_the_skew_leaves(void **state)
{
	(void)state;
	assert_float_equal(share(&spoofing, 4, 3), 1, NEAR);
	assert_float_equal(share(&spoofing, -4, 3), 1, NEAR);
	assert_float_equal(share(&together, 4, 8), 1, NEAR);
	assert_float_equal(share(&together, 28, 4), 1, NEAR);
	assert_float_equal(share(&together, D, D / 8.0), 1, NEAR);
	assert_float_equal(share(&spoofing, -D / 2.0, D / 8.0), 1, NEAR);
	assert_float_equal(share(&together, -D / 2.0, 5), 1, NEAR);
	/* 4 ms is in any machine's reach; d/8 would be 8 */
	assert_float_equal(share_of(&(struct trial){ .rtt_ms = 128,
		.approach.method = &spoofing, .skew_ms = 24 }, 4), 1, NEAR);
}

/* 1 ms, where what is sent again with a kernel's ticks races; less, if
   something else is nearer */
static void or_of_what_comes_again(void **state)
{
	struct trial t = { .rtt_ms = 2 * D, .loss = 0.1,
			       .approach.method = &together };

	(void)state;
	assert_float_equal(share_of(&t, 1), 1, NEAR);
	t.rtt_ms = 300;
	assert_float_equal(share_of(&t, 1), 1, NEAR);
	t.rtt_ms = 3;
	assert_float_equal(share_of(&t, 0.75), 1, NEAR);
}

/* To run one of those again is cheap: it counts a quarter, but only there. */
static void where_it_strains_the_machine_less(void **state)
{
	struct run *r = *state;

	r->trial.rtt_ms = 10;
	r->f.late_ms = r->f.cable_late_ms = 1;
	r->trial.loss = 0.1;
	assert_float_equal(lateness_strain(&r->trial, &r->f), 0.25, NEAR);
	r->trial.loss = 0;
	r->f.late_ms = 2.5;
	assert_float_equal(lateness_strain(&r->trial, &r->f), 1, NEAR);
}

/* It can take a minute there, and most of what is late does no harm. */
static void run_again_less_often_where_packets_are_lost(void **state)
{
	struct trial t = { .rtt_ms = 2 * D, .approach.method = &together };

	(void)state;
	assert_int_equal(lateness_repeats(&t), 16);
	t.loss = 0.1;
	assert_int_equal(lateness_repeats(&t), 4);
}

/* B's SYN, 5.2 ms after it was due, is sent again 1 s later: then it matters
   where in a step it left, and how late what comes of that was. */
static void or_of_what_a_host_sends_again(void **state)
{
	struct run *r = *state;
	struct trace *s = &r->f.result[1].trace;
	const struct trace_event *syn = first(r, 1, TRACE_PACKET_OUT, 0);
	int64_t left = syn->at;

	r->f.due_at = left - MS(5.2);
	r->f.cable_late_ms = 7;
	assert_float_equal(late(r), 0.3, NEAR);

	trace_packet(s, left + MS(1000), TRACE_PACKET_OUT, syn->bytes,
		     syn->length, syn->full_length, NULL);
	assert_float_equal(late(r), 7, NEAR);
	r->f.cable_late_ms = 0;
	assert_float_equal(late(r), 5.2, NEAR);
	r->f.result[0].late = MS(9);
	assert_float_equal(late(r), 9, NEAR);

	r->f.late_ms = 4;
	assert_float_equal(lateness_share(&r->trial, &r->f), 1, NEAR);
	assert_float_equal(lateness_strain(&r->trial, &r->f), 0.25, NEAR);
	r->trial.approach.method = &in_order;
	assert_float_equal(lateness_share(&r->trial, &r->f), 0.4, NEAR);
	assert_float_equal(lateness_strain(&r->trial, &r->f), 0.4, NEAR);
	r->trial.approach.method = &together;
	r->f.due_at = 0;		/* it was not */
	assert_float_equal(late(r), 0.3, NEAR);
}

/* S waits for both hosts' words, and is late after the second's: here B's,
   after 15 ms on its way. */
static void or_of_what_is_spoofed(void **state)
{
	struct run *r = *state;
	const struct trace_event *syn = first(r, 1, TRACE_PACKET_OUT, 0);

	r->f.due_at = syn->at;
	trace_packet(&r->f.result[1].trace, syn->at + MS(1000),
		     TRACE_PACKET_OUT, syn->bytes, syn->length,
		     syn->full_length, NULL);
	trace_text(&r->f.result[0].trace, MS(1500), TRACE_MESSAGE_OUT,
		   "spoof, please");
	trace_text(&r->f.result[1].trace, MS(1700), TRACE_MESSAGE_OUT,
		   "spoof, please");
	r->f.server[1].at = MS(1718);
	r->f.server_count = 2;
	assert_float_equal(late(r), 3, NEAR);
	r->f.server[1].at = MS(1400);		/* who had asked? */
	assert_float_equal(late(r), 0.3, NEAR);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(of_a_machine_in_time),
		CASE(of_a_silent_rendezvous),
		CASE(of_a_syn_ack),
		CASE(not_of_what_comes_after),
		CASE(of_an_introduction),
		CASE(of_a_first_syn),
		CASE(of_a_syn_that_the_kernel_refuses),
		CASE(but_for_the_skew),
		CASE(nor_of_one_that_waits),
		CASE(nothing_can_be_said),
		CASE(over_links_with_faults),
		CASE(the_share_is_of_half_of_d),
		CASE(or_of_what_the_skew_leaves),
		CASE(or_of_what_comes_again),
		CASE(where_it_strains_the_machine_less),
		CASE(run_again_less_often_where_packets_are_lost),
		CASE(or_of_what_a_host_sends_again),
		CASE(or_of_what_is_spoofed),
	};

	return cmocka_run_group_tests_name("lateness", tests, NULL, NULL);
}
