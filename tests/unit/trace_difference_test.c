/* In which packet two trials differ, told from traces that are written by
   hand. d is 20 ms; A is introduced at 0. */
#include "report/trace_difference.h"

#include "ladder_fixture.h"

#define RST_REASON "nat-b: filtering = address-port, unsolicited-syn = rst"

struct two_trials {
	struct ladder_scene *scene[2];
};

static struct two_trials two_trials_new(void)
{
	struct two_trials t;

	for (int i = 0; i < 2; i++) {
		t.scene[i] = scene_new();
		t.scene[i]->ladder.middle = &t.scene[i]->middle;
	}
	return t;
}

/* assert_difference - @one: in the first trial; "": they do not differ */
static void assert_difference(struct two_trials *t, const char *one,
			      const char *two)
{
	char of_one[DIFFERENCE_TEXT], of_two[DIFFERENCE_TEXT];
	struct kept_timeline kept[2];
	bool differ;

	for (int i = 0; i < 2; i++) {
		assert_true(kept_timeline_make(&t->scene[i]->ladder, &kept[i]));
		free(t->scene[i]);
	}
	differ = trace_difference(&kept[0], &kept[1], of_one, of_two);
	assert_string_equal(of_one, one);
	assert_string_equal(of_two, two);
	assert_int_equal(differ, *one != '\0');
	kept_timeline_free(&kept[0]);
	kept_timeline_free(&kept[1]);
}

static struct segment syn_a(void)
{
	return from_a(TCP_SYN, 0, 0, 64240, 7);
}

static struct segment syn_b(void)
{
	return from_b(TCP_SYN, 0, 0, 64240, 9);
}

/* lost_at_b - A sends its SYN at 0 ms, and NAT B refuses it at 20 ms */
static void lost_at_b(struct ladder_scene *s, enum trace_event_kind kind,
		      const char *reason)
{
	struct segment out = syn_a(), at_nat = translated(syn_a());

	at_nat.destination = b_out;
	add(&s->a.trace, 0, TRACE_PACKET_OUT, &out, NULL);
	if (reason)
		add(&s->middle, 20, kind, &at_nat, reason);
}

/* The skew is d: A's SYN is at NAT B when B's leaves. */
static void a_syn_that_meets_a_nats_rst(void **state)
{
	struct two_trials t = two_trials_new();
	struct segment rst = translated(from_b(TCP_RST | TCP_ACK, 0, 1, 0, 0));

	(void)state;
	passes(t.scene[0], syn_a(), 0, 20);
	passes(t.scene[0], syn_b(), 19.9, 39.9);
	lost_at_b(t.scene[1], TRACE_ANSWERED, RST_REASON);
	add(&t.scene[1]->a.trace, 40, TRACE_PACKET_IN, &rst, NULL);
	/* the hole that the RST closed: a consequence */
	add(&t.scene[1]->b.trace, 20.1, TRACE_PACKET_OUT,
	    &(struct segment){ .source = b_in, .destination = a_out,
			       .flags = TCP_SYN, .sequence = Q, .ttl = 64,
			       .id = 9, .window = 64240 }, NULL);
	assert_difference(&t, "A's SYN reaches B",
			  "NAT B answers A's SYN with RST (filtering ="
			  " address-port, unsolicited-syn = rst)");
}

static void a_syn_that_a_nat_drops(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	lost_at_b(t.scene[0], TRACE_DROPPED, "nat-b: unsolicited-syn = drop");
	passes(t.scene[1], syn_a(), 0, 20);
	assert_difference(&t, "NAT B drops A's SYN (unsolicited-syn = drop)",
			  "A's SYN reaches B");
}

/* The kernel's NATs do not report what they drop. */
static void a_syn_that_is_lost_on_the_way(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	passes(t.scene[0], syn_a(), 0, 20);
	lost_at_b(t.scene[1], TRACE_DROPPED, NULL);
	assert_difference(&t, "A's SYN reaches B", "A's SYN does not reach B");
}

static void a_retransmitted_syn_is_the_second(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	for (int i = 0; i < 2; i++)
		passes(t.scene[i], syn_a(), 0, 20);
	passes(t.scene[0], from_a(TCP_SYN, 0, 0, 64240, 8), 1000, 1020);
	assert_difference(&t, "A's second SYN reaches B",
			  "A sends no second SYN");
}

/* Both arrive in both trials, and B's own SYN leaves before or after A's
   comes. */
static void the_order_of_two_syns_at_a_host(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	passes(t.scene[0], syn_a(), 0, 20);
	passes(t.scene[0], syn_b(), 19.999, 40);
	passes(t.scene[1], syn_a(), 0, 20);
	passes(t.scene[1], syn_b(), 20.001, 40);
	assert_difference(&t, "at B, B's SYN comes before A's SYN",
			  "at B, A's SYN comes before B's SYN");
}

/* NAT A lets all in: B's SYN comes before A has called connect(), and A's
   kernel refuses it. The RST is only the consequence. */
static void an_order_explains_a_packet_that_one_trial_lacks(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	passes(t.scene[0], syn_b(), 0, 20);
	passes(t.scene[0], from_a(TCP_RST | TCP_ACK, 0, 1, 0, 0), 20.001, 40);
	passes(t.scene[0], syn_a(), 20.002, 40.002);
	passes(t.scene[1], syn_b(), 0, 20);
	passes(t.scene[1], syn_a(), 19.999, 39.999);
	assert_difference(&t, "at A, B's SYN comes before A's SYN",
			  "at A, A's SYN comes before B's SYN");
}

/* P2P-NAT behind NATs that let all in: B's listener takes A's SYN, if it comes
   first, and B's connect() finds the 4-tuple in use. */
static void a_syn_that_is_not_sent_because_another_came_first(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	for (int i = 0; i < 2; i++) {
		passes(t.scene[i], syn_a(), 0, 20);
		passes(t.scene[i], from_b(TCP_SYN | TCP_ACK, 0, 1, 64240, 10),
		       20.01, 40.01);
	}
	passes(t.scene[0], syn_b(), 19.999, 39.999);
	assert_difference(&t, "at B, B's SYN comes before A's SYN",
			  "at B, A's SYN comes first");
}

static void a_message_that_one_trial_lacks(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	for (int i = 0; i < 2; i++)
		passes(t.scene[i], syn_a(), 0, 20);
	says_about(&t.scene[1]->a.trace, 50, TRACE_MESSAGE_OUT, SUBJECT_GONE,
		   "gave up");
	assert_difference(&t, "A does not say gave up", "A says gave up");
}

/* Nothing but times differs. */
static void equal_traces_do_not_differ(void **state)
{
	struct two_trials t = two_trials_new();

	(void)state;
	passes(t.scene[0], syn_a(), 0, 20);
	passes(t.scene[1], syn_a(), 0.001, 20.002);
	assert_difference(&t, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_that_meets_a_nats_rst),
		cmocka_unit_test(a_syn_that_a_nat_drops),
		cmocka_unit_test(a_syn_that_is_lost_on_the_way),
		cmocka_unit_test(a_retransmitted_syn_is_the_second),
		cmocka_unit_test(the_order_of_two_syns_at_a_host),
		cmocka_unit_test(
			an_order_explains_a_packet_that_one_trial_lacks),
		cmocka_unit_test(
			a_syn_that_is_not_sent_because_another_came_first),
		cmocka_unit_test(a_message_that_one_trial_lacks),
		cmocka_unit_test(equal_traces_do_not_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
