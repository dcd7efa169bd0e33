#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "report/make_record.h"
#include "report/nat_log.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define HOST_A 0x0a000002u
#define NAT_A  0xc6120001u
#define NAT_B  0xc6130001u
#define PORT_A 20001
#define PORT_B 30001

static const struct method stunt2 = { .name = "stunt2", .ordered = true };
static const struct trial trial = {
	.approach = { .method = &stunt2, .low_ttl = true },
	.nat_a = "rst", .nat_b = "rst", .topology = "two-nats", .rtt_ms = 40,
};

struct record_scene {
	struct observations f;
	struct trial_report v;
};

static int begin(void **state)
{
	struct record_scene *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	s->f.seed = 9;
	s->f.started_at = 1000 * NS_PER_MS;
	s->f.port[0][0] = PORT_A;
	s->f.port[1][0] = PORT_B;
	s->f.server_ports[0] = 8123;
	for (unsigned i = 0; i < 2; i++) {
		struct attempt_result *r = &s->f.result[i];

		s->f.has[i] = true;
		strcpy(r->id, "00112233445566aa");
		strcpy(r->session[0], "name");
		r->received = 32;
		r->outcome = OUTCOME_CONNECTED;
		r->mechanism = MECHANISM_SYN_THROUGH_HOLE;
	}
	s->f.server_count = 1;
	s->f.server[0] = (struct server_report){
		.at = 1010 * NS_PER_MS, .introduced = true, .session = "name",
	};
	s->f.result[0].opener = true;
	s->f.result[0].authenticated_at = 1060 * NS_PER_MS;
	s->f.result[1].authenticated_at = 1071 * NS_PER_MS + 500 * NS_PER_US;
	*state = s;
	return 0;
}

static int end(void **state)
{
	free(*state);
	return 0;
}

static void failed(struct record_scene *s, unsigned host, enum cause cause,
		   const char *explain)
{
	s->f.result[host].outcome = OUTCOME_FAILED;
	s->f.result[host].cause = (uint8_t)cause;
	snprintf(s->f.result[host].explain, EXPLAIN_TEXT, "%s", explain);
}

static void nat_says(struct record_scene *s, const char *name,
		     enum nat_side side, const struct segment *segment,
		     const char *reason)
{
	struct nat_observation *n = &s->f.nat[s->f.nat_count++];

	snprintf(n->name, sizeof(n->name), "%s", name);
	n->report.at = 1030 * NS_PER_MS - s->f.nat_count;
	n->report.side = (uint8_t)side;
	n->report.verdict = NAT_DROP;
	n->report.length = (uint8_t)segment_build(segment, n->report.bytes,
						  sizeof(n->report.bytes));
	snprintf(n->report.reason, sizeof(n->report.reason), "%s", reason);
}

static const struct segment syn_of_a = {
	.source = { NAT_A, PORT_A }, .destination = { NAT_B, PORT_B },
	.flags = TCP_SYN, .ttl = 60, .sequence = 1000, .window = 64240,
};

static void a_connected_trial_has_both_mechanisms_and_its_time(void **state)
{
	struct record_scene *s = *state;
	const struct trial_record *r = &s->v.record;

	make_record(&trial, &s->f, &s->v);
	assert_int_equal(r->outcome, OUTCOME_CONNECTED);
	assert_string_equal(r->id, "00112233445566aa");
	assert_string_equal(r->opener, "a");
	assert_string_equal(r->explain, "");
	assert_int_equal(r->mechanism_b, MECHANISM_SYN_THROUGH_HOLE);
	assert_int_equal(r->exchanged_a_to_b, 32);
	/* 1010 ms to 1071.5 ms, the later one */
	assert_true(r->connect_ms > 61.49 && r->connect_ms < 61.51);
	assert_true(s->v.ladder.zero == 1010 * NS_PER_MS);
	assert_true(trial_timeout(&r->setting) > 1299 &&
		    trial_timeout(&r->setting) < 1301);
}

static void connect_time_counts_from_the_last_introduction(void **state)
{
	struct record_scene *s = *state;

	for (unsigned i = 0; i < 2; i++) {
		s->f.result[i].order = 1;
		strcpy(s->f.result[i].session[1], "second");
	}
	s->f.result[0].opener = false;
	s->f.result[1].opener = true;
	s->f.server_count = 2;
	s->f.server[1] = (struct server_report){
		.at = 1050 * NS_PER_MS, .introduced = true,
		.session = "second",
	};
	make_record(&trial, &s->f, &s->v);
	assert_true(s->v.record.connect_ms > 21.49 &&
		    s->v.record.connect_ms < 21.51);
	assert_string_equal(s->v.record.opener, "b");
}

static void a_half_connected_trial_is_failed(void **state)
{
	struct record_scene *s = *state;

	failed(s, 1, CAUSE_NOT_AUTHENTICATED, "no proof came.");
	make_record(&trial, &s->f, &s->v);
	assert_int_equal(s->v.record.outcome, OUTCOME_FAILED);
	assert_int_equal(s->v.record.cause, CAUSE_NOT_AUTHENTICATED);
	assert_string_equal(s->v.record.explain, "B: no proof came.");
	assert_int_equal(s->v.record.mechanism_a, MECHANISM_NONE);
	assert_string_equal(s->v.record.opener, "");
	assert_true(s->v.record.connect_ms < 0);
}

static void the_trial_outcome_follows_from_both_hosts(void **state)
{
	static const struct {
		enum outcome a, b, both;
	} cases[] = {
		{ OUTCOME_CONNECTED, OUTCOME_CONNECTED, OUTCOME_CONNECTED },
		{ OUTCOME_CONNECTED, OUTCOME_FAILED, OUTCOME_FAILED },
		{ OUTCOME_FAILED, OUTCOME_NOT_APPLICABLE,
		  OUTCOME_NOT_APPLICABLE },
		{ OUTCOME_ERROR, OUTCOME_NOT_APPLICABLE,
		  OUTCOME_NOT_APPLICABLE },
		{ OUTCOME_ERROR, OUTCOME_FAILED, OUTCOME_ERROR },
		{ OUTCOME_FAILED, OUTCOME_FAILED, OUTCOME_FAILED },
	};
	struct record_scene *s = *state;
	struct attempt_result *r = s->f.result;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r[0].outcome = (uint8_t)cases[i].a;
		r[1].outcome = (uint8_t)cases[i].b;
		assert_int_equal(trial_outcome(&r[0], &r[1]), cases[i].both);
		assert_int_equal(trial_outcome(&r[1], &r[0]), cases[i].both);
	}
	assert_int_equal(trial_outcome(&r[0], NULL), OUTCOME_ERROR);
}

static void the_more_telling_cause_is_recorded(void **state)
{
	static const struct {
		enum cause less, more;
	} cases[] = {
		{ CAUSE_NONE, CAUSE_PEER_VANISHED },
		{ CAUSE_PEER_VANISHED, CAUSE_NOTHING_ARRIVED },
		{ CAUSE_NOTHING_ARRIVED, CAUSE_SYN_REFUSED },
		{ CAUSE_NOTHING_ARRIVED, CAUSE_RST_FROM_NAT },
		{ CAUSE_NOTHING_ARRIVED, CAUSE_ICMP_FROM_NAT },
		{ CAUSE_SYN_REFUSED, CAUSE_SYN_ACK_REFUSED },
		{ CAUSE_SYN_ACK_REFUSED, CAUSE_SEQUENCE_REFUSED },
		{ CAUSE_RST_FROM_NAT, CAUSE_PORT_NOT_PREDICTED },
		{ CAUSE_NO_PEER, CAUSE_RENDEZVOUS_LOST },
		{ CAUSE_PEER_VANISHED, CAUSE_NO_USABLE_TTL },
		{ CAUSE_NO_PEER, CAUSE_NO_PRIVILEGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cause_more_telling(cases[i].less,
						    cases[i].more),
				 cases[i].more);
		assert_int_equal(cause_more_telling(cases[i].more,
						    cases[i].less),
				 cases[i].more);
	}
}

/* Every cause has a rank of its own: no tie hides one. */
static void no_two_causes_have_equal_precedence(void **state)
{
	(void)state;
	for (int a = 0; a < CAUSE_COUNT; a++)
		for (int b = 0; b < CAUSE_COUNT; b++)
			assert_int_equal(cause_more_telling((enum cause)a,
						     (enum cause)b),
					 cause_more_telling((enum cause)b,
						     (enum cause)a));
}

static void the_explanation_says_what_the_nats_did(void **state)
{
	struct record_scene *s = *state;

	failed(s, 0, CAUSE_NOTHING_ARRIVED, "Nothing came.");
	failed(s, 1, CAUSE_NOTHING_ARRIVED, "Nothing came.");
	nat_says(s, "nat-b", NAT_OUTSIDE, &syn_of_a, "filtering = address");
	nat_says(s, "nat-b", NAT_OUTSIDE, &syn_of_a, "filtering = address");
	make_record(&trial, &s->f, &s->v);
	assert_string_equal(s->v.record.explain, "Nothing came. NAT B dropped"
			    " A's SYN (filtering = address).");
	assert_int_equal(s->v.middle.count, 2);
	assert_string_equal(s->v.middle.events[0].text,
			    "nat-b: filtering = address");
	assert_int_equal(s->v.middle.events[0].kind, TRACE_DROPPED);
	assert_true(s->v.middle.events[0].at < s->v.middle.events[1].at);
}

static void nat_reports_about_other_trials_are_left_out(void **state)
{
	struct segment other = syn_of_a;
	struct record_scene *s = *state;

	other.source.port = 11111;
	other.destination.port = 8123;	/* S's is nobody's */
	nat_says(s, "nat-a", NAT_OUTSIDE, &other, "timeout");
	nat_says(s, "nat-a", NAT_OUTSIDE, &syn_of_a, "too early");
	s->f.nat[1].report.at = s->f.started_at - 1;
	nat_says(s, "nat-a", NAT_OUTSIDE, &syn_of_a, "cut short");
	s->f.nat[2].report.length = 10;
	make_record(&trial, &s->f, &s->v);
	assert_int_equal(s->v.middle.count, 0);
}

/* In the first order the peer's public port is only in the packets. */
static void the_ports_of_a_trial_are_read_from_its_packets(void **state)
{
	struct segment out = syn_of_a, in = syn_of_a;
	struct record_scene *s = *state;
	uint8_t bytes[100];
	size_t n;

	out.source.address = HOST_A;
	out.destination.port = 45678;
	n = segment_build(&out, bytes, sizeof(bytes));
	trace_packet(&s->f.result[0].trace, 1, TRACE_PACKET_OUT, bytes, n, n,
		     NULL);
	in.source.port = 23456;
	in.destination.port = 45678;
	nat_says(s, "nat-b", NAT_OUTSIDE, &in, "filtering = address-port");
	make_record(&trial, &s->f, &s->v);
	assert_int_equal(s->v.middle.count, 1);
}

static void a_spoofed_packet_is_attributed_to_s(void **state)
{
	struct segment spoofed = syn_of_a;
	struct record_scene *s = *state;
	char text[200];

	spoofed.flags = TCP_SYN | TCP_ACK;
	spoofed.acknowledgement = 78;
	s->f.server[s->f.server_count++] = (struct server_report){
		.at = 1020 * NS_PER_MS, .session = "name", .spoofed = spoofed,
	};
	nat_says(s, "nat-b", NAT_OUTSIDE, &spoofed, "after-rst-in = syn");
	nat_log_sentences(&s->f, text, sizeof(text));
	assert_string_equal(text,
			    "NAT B dropped S's SYN-ACK (after-rst-in = syn).");
	make_record(&trial, &s->f, &s->v);
	assert_int_equal(s->v.middle.count, 2);
	assert_int_equal(s->v.middle.events[0].kind, TRACE_SPOOFED);
}

static void icmp_errors_belong_to_the_trial_they_quote(void **state)
{
	struct record_scene *s = *state;
	struct nat_observation *n = &s->f.nat[0];
	uint8_t syn[100], error[576];
	char text[200];
	size_t length = segment_build(&syn_of_a, syn, sizeof(syn));

	nat_says(s, "nat-a", NAT_OUTSIDE, &syn_of_a, "icmp-in = drop");
	length = icmp_error_build(error, sizeof(error), 0xc0000201u,
				  ICMP_TYPE_TIME_EXCEEDED, 0, syn, length);
	assert_in_range(length, 56, 128);
	memcpy(n->report.bytes, error, length);
	n->report.length = (uint8_t)length;
	nat_log_sentences(&s->f, text, sizeof(text));
	assert_string_equal(text, "NAT A dropped an ICMP time exceeded"
			    " (icmp-in = drop).");
}

static void sentences_that_do_not_fit_are_left_out_whole(void **state)
{
	struct record_scene *s = *state;
	char text[60];

	nat_says(s, "nat-b", NAT_OUTSIDE, &syn_of_a, "one");
	nat_says(s, "nat-b", NAT_OUTSIDE, &syn_of_a, "two");
	nat_log_sentences(&s->f, text, sizeof(text));
	assert_string_equal(text, "NAT B dropped A's SYN (two)."
			    " NAT B dropped A's SYN (one).");
	nat_log_sentences(&s->f, text, 40);
	assert_string_equal(text, "NAT B dropped A's SYN (two).");
	nat_log_sentences(&s->f, text, 1);
	assert_string_equal(text, "");
}

/* NAT by NAT, whichever did something first; without consequences. */
static void sentences_are_ordered_by_nat_then_time(void **state)
{
	struct segment ack = syn_of_a;
	struct record_scene *s = *state;
	char text[200];

	ack.flags = TCP_ACK;
	nat_says(s, "nat-a", NAT_INSIDE, &syn_of_a, "later");
	nat_says(s, "nat-b", NAT_OUTSIDE, &ack, "after-rst-in = end");
	nat_says(s, "nat-b", NAT_OUTSIDE, &syn_of_a, "earlier");
	nat_log_sentences(&s->f, text, sizeof(text));
	assert_string_equal(text, "NAT A dropped A's SYN (later)."
			    " NAT B dropped A's SYN (earlier).");
}

static void a_lab_that_broke_gives_outcome_error(void **state)
{
	struct record_scene *s = *state;

	s->f.has[1] = false;
	strcpy(s->f.broke, "The lab's host-b was killed by signal 9.");
	make_record(&trial, &s->f, &s->v);
	assert_int_equal(s->v.record.outcome, OUTCOME_ERROR);
	assert_int_equal(s->v.record.cause, CAUSE_NONE);
	assert_string_equal(s->v.record.explain, s->f.broke);
	assert_null(s->v.ladder.b);
	assert_non_null(s->v.ladder.a);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, begin, end)

/* What the ladder draws before the hosts */
static void gates_of(struct record_scene *s, const char *topology,
		     const char *a, const char *b, const char *before_a,
		     const char *before_b)
{
	struct trial t = trial;

	t.topology = topology;
	t.nat_a = a;
	t.nat_b = b;
	make_record(&t, &s->f, &s->v);
	assert_string_equal(s->v.ladder.nat_name[0], before_a);
	assert_string_equal(s->v.ladder.nat_name[1], before_b);
}

static void nats_and_firewalls_in_front_of_hosts_are_named(void **state)
{
	struct record_scene *s = *state;

	gates_of(s, "two-nats", "rst", "rst", "NAT A", "NAT B");
	gates_of(s, "two-nats", "rst", "none", "NAT A", "");
	gates_of(s, "nested-2", "rfc5382,cgn", "none,none", "NATs A", "");
	gates_of(s, "nested-2", "none,cgn", "nonesuch", "NATs A", "NATs B");
	gates_of(s, "public-a", "none", "rst", "", "NAT B");
	gates_of(s, "firewall", "rst", "rst", "firewall A", "firewall B");
	gates_of(s, "one-nat", "rst", "rst", "NAT", "NAT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(a_connected_trial_has_both_mechanisms_and_its_time),
		SCENE(connect_time_counts_from_the_last_introduction),
		SCENE(a_half_connected_trial_is_failed),
		SCENE(the_trial_outcome_follows_from_both_hosts),
		SCENE(the_more_telling_cause_is_recorded),
		SCENE(no_two_causes_have_equal_precedence),
		SCENE(the_explanation_says_what_the_nats_did),
		SCENE(nat_reports_about_other_trials_are_left_out),
		SCENE(the_ports_of_a_trial_are_read_from_its_packets),
		SCENE(a_spoofed_packet_is_attributed_to_s),
		SCENE(icmp_errors_belong_to_the_trial_they_quote),
		SCENE(sentences_that_do_not_fit_are_left_out_whole),
		SCENE(sentences_are_ordered_by_nat_then_time),
		SCENE(a_lab_that_broke_gives_outcome_error),
		SCENE(nats_and_firewalls_in_front_of_hosts_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
