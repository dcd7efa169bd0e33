/*
 * Predictions that depend on one rule of a kernel, of conntrack or of a NAT.
 * Each expectation is derived from the rule, and was seen in the laboratory.
 */
#include "predict_fixture.h"

#define CONE "port-restricted-cone"

/* between - at an RTT of 100 ms, where SYNs that are retransmitted after 10 ms
   do not race */
static void between(const char *column, const char *nat_a, const char *nat_b,
		    double skew, struct prediction *out)
{
	struct trial t = {
		.approach = approach_of(column), .topology = "two-nats",
		.nat_a = nat_a, .nat_b = nat_b, .rtt_ms = 100,
		.skew_ms = skew,
	};

	predict_trial(&t, out);
}

/*
 * The spoofed SYN-ACK acknowledges what B has not sent, so B says RST. A NAT
 * that only translates keeps its session, and A's own SYN-ACK fits. To
 * conntrack without window tracking, the RST ends the connection: the SYN that
 * B's kernel retransmits at once opens another one, with another offset, so A's
 * SYN-ACK, which is on its way, no longer fits. With window tracking the
 * SYN-ACK is invalid, or too old to change anything: the session stays.
 */
static void syn_ack_fails_after_conntrack_renews_the_offset(void **state)
{
	struct prediction p;

	(void)state;
	between("stunt1/none", CONE, CONE "+sequence-numbers=rewrite", 110, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	assert_false(p.chance);
	between("stunt1/none", CONE, CONE "+sequence-numbers=rewrite"
		"+tcp-state=conntrack", 110, &p);
	assert_int_equal(p.result.cause, CAUSE_SEQUENCE_REFUSED);
	assert_false(p.chance);
	between("stunt1/none", CONE, CONE "+sequence-numbers=rewrite"
		"+tcp-state=conntrack+window=tracked", 110, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	assert_false(p.chance);
}

/*
 * NAT A drops B's SYN after conntrack has seen it. The random offset decides
 * whether a SYN-ACK that fits nothing passes. If it passes, A sends a RST,
 * whose empty acknowledgement equals last_end, which is 0 while nothing was
 * ignored: conntrack closes. If it does not pass, A's SYN connects when it is
 * retransmitted after 1 s.
 */
static void random_offset_decides_by_chance(void **state)
{
	struct prediction p;

	(void)state;
	between("stunt1/none", CONE "+syn-in-after-syn-out=drop"
		"+sequence-numbers=rewrite+tcp-state=conntrack+window=tracked",
		CONE "+sequence-numbers=rewrite", 110, &p);
	assert_true(p.chance);
	assert_true((p.result.outcome == OUTCOME_CONNECTED) !=
		    (p.alternative.outcome == OUTCOME_CONNECTED));
}

/* A reset of an ESTABLISHED socket is not a connect() that a time exceeded
   ended: A takes over the cause that B has seen. */
static void reset_of_established_socket_is_no_failed_connect(void **state)
{
	struct prediction p;

	(void)state;
	between("stunt1/low", CONE, CONE "+sequence-numbers=rewrite", 10, &p);
	assert_int_equal(p.result.cause, CAUSE_SEQUENCE_REFUSED);
}

/*
 * The kernel compares IP_MINTTL, 2, with the TTL that an error quotes
 * (tcp_v4_err). NAT A has no port for A's SYN. With TTL 1, which A finds behind
 * a NAT that is no hop, A's socket stays, and B connects to it through the
 * mapping for S. With TTL 2 connect() fails, in either order.
 */
static void icmp_error_quoting_ttl_1_does_not_close_the_socket(void **state)
{
	const char *nat = "full-cone+mapping=address-port+collision=refuse"
			  "+exhausted=icmp-host";
	char keeps[128];
	struct prediction p;

	(void)state;
	snprintf(keeps, sizeof(keeps), "%s+ttl=keep", nat);
	between("stunt2/low/keep-syn", keeps, CONE, 10, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	between("stunt2/low/keep-syn", nat, CONE, 10, &p);
	assert_int_equal(p.result.cause, CAUSE_ICMP_FROM_NAT);
}

/*
 * Only S's answers pass NAT A. The probe that reaches S needs a port that an
 * earlier one has: it gets out only if the NAT happens to give it the other
 * address. Else the next probe does, and the TTL is one too high. With one
 * address no probe does.
 */
static void ttl_probe_may_get_another_address_by_chance(void **state)
{
	const char *nat = CONE "+icmp-source=peer-only+collision=refuse"
			  "+udp-mapping=address-port";
	char two[128];
	struct prediction p;

	(void)state;
	snprintf(two, sizeof(two), "%s+addresses=2+pooling=arbitrary", nat);
	between("stunt1/low", two, CONE, 10, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	assert_true(p.chance);
	assert_int_equal(p.alternative.cause, CAUSE_NO_USABLE_TTL);
	between("stunt1/low", nat, CONE, 10, &p);
	assert_int_equal(p.result.cause, CAUSE_NO_USABLE_TTL);
	assert_false(p.chance);
}

/*
 * The time exceeded ends B's session at NAT B, so A's SYN-ACK is dropped. B's
 * SYN-ACK opens another session when it is repeated. A's passes if it comes
 * later. Both are repeated after 0.5 to 1 s.
 */
static void order_of_repeated_syn_acks_decides(void **state)
{
	struct prediction p;

	(void)state;
	between("natblaster/low", CONE, CONE "+after-time-exceeded-in=end"
		"+non-syn=open", 110, &p);
	assert_true(p.chance);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	assert_int_equal(p.alternative.cause, CAUSE_SYN_ACK_REFUSED);
}

/*
 * NAT B drops a router's time exceeded, so B finds a TTL that is too high, and
 * its SYN expires at NAT A. NAT A has a hole only for a moment after A's SYN
 * was retransmitted. If neither repeated SYN-ACK comes in that moment, B's is
 * refused. If only B's does, B still waits, retransmits its SYN, and gets a
 * time exceeded from NAT A itself: its TTL is of no use. That both come then,
 * and the hosts connect, is the least likely: two results are named.
 */
static void of_three_results_the_two_likeliest_are_named(void **state)
{
	struct prediction p;

	(void)state;
	between("natblaster/low", "imc05-icmp-ends",
		"rfc4787-req12a-peer-only", 110, &p);
	assert_true(p.chance);
	assert_int_equal(p.result.cause, CAUSE_SYN_ACK_REFUSED);
	assert_int_equal(p.alternative.outcome, OUTCOME_NOT_APPLICABLE);
	assert_int_equal(p.alternative.cause, CAUSE_NO_USABLE_TTL);
}

/*
 * NAT B's RST ends A's connect(), which is repeated after 1 to 2 s. B's kernel
 * retransmits its SYN after 1 s, which opens NAT B for A's SYN. B's SYN enters
 * NAT A only if it crosses A's.
 */
static void repeated_connect_may_cross_the_peers_syn(void **state)
{
	struct trial t = {
		.approach = approach_of("p2pnat/none"),
		.topology = "two-nats", .nat_a = CONE "+after-rst-in=end",
		.nat_b = CONE "+unsolicited-syn=rst", .rtt_ms = 100,
		.skew_ms = 110, .timeout_ms = 6000,
	};
	struct prediction p;

	(void)state;
	predict_trial(&t, &p);
	assert_true(p.chance);
	assert_int_equal(p.result.mechanism[0], MECHANISM_SYN_THROUGH_HOLE);
	assert_int_equal(p.alternative.mechanism[0],
			 MECHANISM_SIMULTANEOUS_OPEN);
}

/*
 * The low TTL ends in A's own firewall, so that both hosts' retransmissions
 * decide: B's leaves 1.5 d after A's. Both are rounded up to steps of 80 ms. At
 * 187 ms they are 80 or 160 ms apart, and d = 93.5 ms is between: chance
 * decides whether they cross. At 300 ms they are 160 or 240 apart, d is 150,
 * and B's kernel always answers A's SYN.
 */
static void steps_of_timers_decide_whether_syns_cross(void **state)
{
	struct trial t = {
		.approach = approach_of("stunt2/low/keep-syn"),
		.topology = "firewall", .nat_a = CONE, .nat_b = CONE,
		.rtt_ms = 187, .timeout_ms = 4000,
	};
	struct prediction p;

	(void)state;
	predict_trial(&t, &p);
	assert_true(p.chance);
	assert_int_equal(p.result.mechanism[0], MECHANISM_SYN_THROUGH_HOLE);
	assert_int_equal(p.alternative.mechanism[0],
			 MECHANISM_SIMULTANEOUS_OPEN);
	t.rtt_ms = 300;
	predict_trial(&t, &p);
	assert_false(p.chance);
	assert_int_equal(p.result.mechanism[0], MECHANISM_SYN_THROUGH_HOLE);
}

/*
 * A's port towards B differs from the one that B was told. A connects, and B's
 * own SYN goes to the told port: to A's kernel both are one connection, and it
 * answers B's SYN with ACKs, for which B's kernel has no socket. B's RST to the
 * first ACK has a number before the 32 bytes that A has received since, and
 * resets nothing (RFC 5961 3.2). No RST of A's ends what B waits for.
 */
static void rst_behind_the_window_closes_no_socket(void **state)
{
	struct prediction p;

	(void)state;
	between("p2pnat/none", "cgn-symmetric", "full-cone", 110, &p);
	assert_int_equal(p.result.cause, CAUSE_PORT_NOT_PREDICTED);
}

/* With 16 addresses to choose from, the preserved port is free: A can ask S
   which endpoint it has now. */
static void collision_is_per_external_address(void **state)
{
	struct prediction p;

	(void)state;
	between("stunt1/none", CONE "+mapping=address-port+collision=refuse"
		"+addresses=16+pooling=arbitrary", CONE, 110, &p);
	assert_int_equal(p.result.cause, CAUSE_PORT_NOT_PREDICTED);
}

/*
 * NAT B's error ends A's connect() at 137.5 ms. It is repeated after 1 to 2 s,
 * but only if 1 s is left then until 3037.5 ms: chance decides whether there is
 * a second connect(). It meets the hole of B's SYN.
 */
static void connect_drawn_too_late_is_not_repeated(void **state)
{
	struct trial t = {
		.approach = approach_of("p2pnat/none"),
		.topology = "two-nats",
		.nat_a = CONE "+syn-in-after-syn-out=drop",
		.nat_b = CONE "+unsolicited-syn=icmp-admin", .rtt_ms = 100,
		.skew_ms = 110, .timeout_ms = 3000,
	};
	struct prediction p;

	(void)state;
	predict_trial(&t, &p);
	assert_true(p.chance);
	assert_int_equal(p.result.mechanism[0], MECHANISM_SYN_THROUGH_HOLE);
	assert_int_equal(p.alternative.cause, CAUSE_ICMP_FROM_NAT);
}

/* predict_in - as between(), in another topology */
static void predict_in(const char *topology, const char *column,
		       const char *nat_a, const char *nat_b, double skew,
		       struct prediction *out)
{
	struct trial t = {
		.approach = approach_of(column), .topology = topology,
		.nat_a = nat_a, .nat_b = nat_b, .rtt_ms = 100,
		.skew_ms = skew,
	};

	predict_trial(&t, out);
}

/*
 * An error that quotes another port than the host's reaches no probe's socket.
 * A firewall translates nothing: the port is the host's, whatever `udp-ports`
 * says, so the first router's time exceeded is found.
 */
static void probe_through_a_firewall_keeps_its_port(void **state)
{
	struct prediction p;

	(void)state;
	predict_in("firewall", "stunt1/low", CONE "+ttl=keep",
		   CONE "+ttl=keep+udp-ports=sequential+icmp-payload=leave",
		   10, &p);
	assert_int_equal(p.result.mechanism[0], MECHANISM_SPOOFED_SYN_ACK);
	assert_int_equal(p.result.mechanism[1], MECHANISM_SPOOFED_SYN_ACK);
}

/*
 * B's SYN comes first, and NAT A answers it. A NAT's answer is from the address
 * that the SYN was for, which is the peer's. A firewall's is from its own
 * address, and NAT B lets only the peer's errors in: B's connect() goes on.
 */
static void error_of_a_firewall_is_not_the_peers(void **state)
{
	const char *admin = CONE "+unsolicited-syn=icmp-admin";
	const char *peer_only = CONE "+icmp-source=peer-only";
	struct prediction p;

	(void)state;
	between("stunt1/none", admin, peer_only, -110, &p);
	assert_int_equal(p.result.cause, CAUSE_ICMP_FROM_NAT);
	predict_in("firewall", "stunt1/none", admin, peer_only, -110, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
}

/* NAT A hides the routers, so A finds a TTL that reaches NAT B. Its RST ends
   the socket, and tells that the TTL is too high. */
static void rst_for_a_low_ttl_syn_tells_that_the_ttl_is_too_high(void **state)
{
	struct prediction p;

	(void)state;
	predict_in("adjacent", "stunt1/low", CONE "+icmp-source=peer-only",
		   "rst", 110, &p);
	assert_int_equal(p.result.outcome, OUTCOME_NOT_APPLICABLE);
	assert_int_equal(p.result.cause, CAUSE_NO_USABLE_TTL);
}

/*
 * NAT B drops A's SYN, which has TTL 1 behind NAT A, in silence. B's NAT hides
 * the routers, so B's SYN has TTL 3, and A's kernel takes it. It answers with a
 * SYN-ACK of A's own low TTL and the SYN's number, which expires at NAT B at
 * 207.5 ms. The time exceeded reaches A at 257.5, before the acknowledgement of
 * its proof at 282.5.
 */
static void syn_ack_with_the_low_ttl_expires_as_the_syn(void **state)
{
	struct prediction p;

	(void)state;
	predict_in("adjacent", "stunt1/low", CONE "+ttl=keep",
		   CONE "+icmp-source=peer-only", 70, &p);
	assert_int_equal(p.result.outcome, OUTCOME_NOT_APPLICABLE);
	assert_int_equal(p.result.cause, CAUSE_NO_USABLE_TTL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			syn_ack_fails_after_conntrack_renews_the_offset),
		cmocka_unit_test(random_offset_decides_by_chance),
		cmocka_unit_test(
			reset_of_established_socket_is_no_failed_connect),
		cmocka_unit_test(
			icmp_error_quoting_ttl_1_does_not_close_the_socket),
		cmocka_unit_test(ttl_probe_may_get_another_address_by_chance),
		cmocka_unit_test(order_of_repeated_syn_acks_decides),
		cmocka_unit_test(
			of_three_results_the_two_likeliest_are_named),
		cmocka_unit_test(repeated_connect_may_cross_the_peers_syn),
		cmocka_unit_test(steps_of_timers_decide_whether_syns_cross),
		cmocka_unit_test(rst_behind_the_window_closes_no_socket),
		cmocka_unit_test(collision_is_per_external_address),
		cmocka_unit_test(connect_drawn_too_late_is_not_repeated),
		cmocka_unit_test(probe_through_a_firewall_keeps_its_port),
		cmocka_unit_test(error_of_a_firewall_is_not_the_peers),
		cmocka_unit_test(
			rst_for_a_low_ttl_syn_tells_that_the_ttl_is_too_high),
		cmocka_unit_test(syn_ack_with_the_low_ttl_expires_as_the_syn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
