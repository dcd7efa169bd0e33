#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "lab/configure_trial.h"

#include <string.h>

static const struct method ordered = {
	.name = "ordered", .ordered = true, .variant = "other",
};
static const struct method parallel = {
	.name = "parallel", .variant = "sequential", .variant_ordered = true,
};

static const struct cell cell = {
	.server = { 0xcb007101, 8123 },
	.server_ports = { 8123, 8124, 8125, 8126, 8127, 8128 },
};

static struct trial a_trial(void)
{
	return (struct trial){
		.approach = { .method = &ordered, .low_ttl = true },
		.nat_a = "rst", .nat_b = "icmp", .topology = "two-nats",
		.rtt_ms = 40,
	};
}

static const uint8_t nothing_known[2];

static void the_first_trial_has_the_plans_seed(void **state)
{
	(void)state;
	assert_int_equal(trial_seed(99, 0), 99);
	assert_int_not_equal(trial_seed(99, 1), 99);
}

static void equal_seeds_give_equal_configurations(void **state)
{
	struct attempt_config one[2], two[2];
	struct trial t = a_trial();

	(void)state;
	trial_configure(&t, 3, &cell, nothing_known, one);
	trial_configure(&t, 3, &cell, nothing_known, two);
	assert_memory_equal(one, two, sizeof(one));
	trial_configure(&t, 4, &cell, nothing_known, two);
	assert_string_not_equal(one[0].code, two[0].code);
	assert_memory_not_equal(one[0].nonce, two[0].nonce, NONCE_BYTES);
}

/* The SYN-ACK of a SYN that came with the trial is sent after 1, 3, 7, 15 s. */
static void the_next_syn_ack_ends_a_kernels_memory_of_a_syn(void **state)
{
	(void)state;
	for (int64_t due = 1, last = 0; due < 100; due = 2 * due + 1) {
		for (int64_t age = last; age < due; age++)
			assert_true(age * NS_PER_S +
				    trial_syn_ack_expiry(age * NS_PER_S) >=
				    due * NS_PER_S);
		last = due;
	}
}

/* What the peer lost, it sends again after its RTO: 1 s, 3 s, 7 s. */
static void a_connection_lingers_while_the_peer_may_send_again(void **state)
{
	struct trial t = a_trial();

	(void)state;
	t.timeout_ms = 15000;
	assert_int_equal(trial_linger(&t), 660 * NS_PER_MS);
	t.loss = 0.1;
	assert_int_equal(trial_linger(&t), 15 * NS_PER_S);
	t.timeout_ms = 100;
	assert_int_equal(trial_linger(&t), 660 * NS_PER_MS);
}

static void both_hosts_have_one_valid_code(void **state)
{
	struct attempt_config c[2];
	struct trial t = a_trial();
	char code[CODE_TEXT];

	(void)state;
	trial_configure(&t, 3, &cell, nothing_known, c);
	assert_string_equal(c[0].code, c[1].code);
	assert_true(code_check(c[0].code, code, NULL));
}

static void host_a_is_a_in_both_orders(void **state)
{
	struct trial t = a_trial();

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct attempt_config c[2];

		trial_configure(&t, seed, &cell, nothing_known, c);
		for (unsigned order = 0; order < 2; order++)
			assert_true(memcmp(c[0].nonce[order],
					   c[1].nonce[order],
					   NONCE_BYTES) < 0);
	}
}

static void skew_holds_one_host_back(void **state)
{
	struct attempt_config c[2];
	struct trial t = a_trial();

	(void)state;
	t.skew_ms = 60;
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_equal(c[0].hold, 0);
	assert_int_equal(c[1].hold, 60 * NS_PER_MS);
	t.skew_ms = -2.5;
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_equal(c[0].hold, 2500 * NS_PER_US);
	assert_int_equal(c[1].hold, 0);
	t.skew_ms = 20.001;	/* in binary a little less */
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_equal(c[1].hold, 20001 * NS_PER_US);
}

/* 900 ms + 10 RTT */
static void the_default_timeout_is_900_ms_and_ten_round_trips(void **state)
{
	struct attempt_config c[2];
	struct trial t = a_trial();

	(void)state;
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_equal(c[0].timeout, 1300 * NS_PER_MS);
	assert_int_equal(c[1].timeout, 1300 * NS_PER_MS);
	t.timeout_ms = 250;
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_equal(c[0].timeout, 250 * NS_PER_MS);
	assert_true(trial_result_timeout(&t) >
		    4 * c[0].timeout + 2 * c[0].wait);
}

static void each_order_has_ports_of_its_own(void **state)
{
	struct attempt_config c[2];
	struct trial t = a_trial();

	(void)state;
	assert_int_equal(approach_orders(&t.approach), 2);
	trial_configure(&t, 1, &cell, nothing_known, c);
	assert_int_not_equal(c[0].port[0], c[0].port[1]);
	assert_int_equal(c[0].server_port[0], 8124);
	assert_int_equal(c[0].server_port[1], 8125);
	assert_int_equal(c[1].server_port[1], 8125);
	assert_int_equal(c[0].check_port, 8127);
	t.approach.method = &parallel;
	assert_int_equal(approach_orders(&t.approach), 1);
	t.approach.variant = true;
	assert_int_equal(approach_orders(&t.approach), 2);
}

static void a_known_ttl_is_told_only_to_ttl_auto(void **state)
{
	const uint8_t known[2] = { 3, 4 };
	struct attempt_config c[2];
	struct trial t = a_trial();

	(void)state;
	trial_configure(&t, 1, &cell, known, c);
	assert_true(c[0].approach.low_ttl);
	assert_int_equal(c[0].ttl, 0);
	assert_int_equal(c[0].known_ttl, 3);
	assert_int_equal(c[1].known_ttl, 4);
	t.ttl = 6;
	trial_configure(&t, 1, &cell, known, c);
	assert_true(c[0].approach.low_ttl);
	assert_int_equal(c[0].ttl, 6);
	assert_int_equal(c[0].known_ttl, 0);
	t.approach.low_ttl = false;
	trial_configure(&t, 1, &cell, known, c);
	assert_false(c[0].approach.low_ttl);
	assert_int_equal(c[0].known_ttl, 0);
}

/* Over links with faults a host searches within the trial. */
static void the_low_ttl_is_searched_before_a_trial_without_faults(void **state)
{
	struct link_options jitter = { .text = "jitter=5" };
	struct trial t = a_trial();

	(void)state;
	assert_true(trial_needs_search(&t));
	t.ttl = 4;
	assert_false(trial_needs_search(&t));
	t.ttl = 0;
	t.approach.low_ttl = false;
	assert_false(trial_needs_search(&t));
	t = a_trial();
	t.loss = 0.1;
	assert_false(trial_needs_search(&t));
	t.loss = 0;
	t.links = &jitter;
	assert_false(trial_needs_search(&t));
}

static void a_cell_serves_all_trials_with_its_nats_and_links(void **state)
{
	struct trial a = a_trial(), b = a_trial();

	(void)state;
	b.approach.method = &parallel;
	b.skew_ms = 5;
	b.timeout_ms = 1;
	assert_true(trial_same_cell(&a, &b));
	b.rtt_ms = 41;
	assert_false(trial_same_cell(&a, &b));
	b = a_trial();
	b.nat_b = "rst";
	assert_false(trial_same_cell(&a, &b));
	b = a_trial();
	b.spoofing_dropped = true;
	assert_false(trial_same_cell(&a, &b));
}

/* Emulated NATs become each other; a kernel's, a program and no NAT do not. */
static void a_cell_serves_all_emulated_nats(void **state)
{
	struct trial a = a_trial(), b = a_trial();

	(void)state;
	b.nat_a = "symmetric+ports=random";
	b.nat_b = "/some/where.nat";
	assert_true(trial_fits_cell(&a, &b));
	b.nat_b = "linux";
	assert_false(trial_fits_cell(&a, &b));
	assert_false(trial_fits_cell(&b, &a));
	a.nat_b = "linux";
	assert_true(trial_fits_cell(&a, &b));
	a.nat_b = b.nat_b = "exec:/bin/nat";
	assert_true(trial_fits_cell(&a, &b));
	b.nat_b = "none";
	assert_false(trial_fits_cell(&a, &b));
	a = b = a_trial();
	a.nat_a = "rfc5382,linux";
	b.nat_a = "symmetric,linux";
	assert_false(trial_fits_cell(&a, &b));
	a.nat_a = "rfc5382,rst";
	b.nat_a = "symmetric,ban";
	assert_true(trial_fits_cell(&a, &b));
	b.rtt_ms = 41;
	assert_false(trial_fits_cell(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_trial_has_the_plans_seed),
		cmocka_unit_test(equal_seeds_give_equal_configurations),
		cmocka_unit_test(
			a_connection_lingers_while_the_peer_may_send_again),
		cmocka_unit_test(
			the_next_syn_ack_ends_a_kernels_memory_of_a_syn),
		cmocka_unit_test(both_hosts_have_one_valid_code),
		cmocka_unit_test(host_a_is_a_in_both_orders),
		cmocka_unit_test(skew_holds_one_host_back),
		cmocka_unit_test(
			the_default_timeout_is_900_ms_and_ten_round_trips),
		cmocka_unit_test(each_order_has_ports_of_its_own),
		cmocka_unit_test(a_known_ttl_is_told_only_to_ttl_auto),
		cmocka_unit_test(
			the_low_ttl_is_searched_before_a_trial_without_faults),
		cmocka_unit_test(
			a_cell_serves_all_trials_with_its_nats_and_links),
		cmocka_unit_test(a_cell_serves_all_emulated_nats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
