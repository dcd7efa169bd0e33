/*
 * What nobody asked for: the axes unsolicited-syn (its answers that come at
 * once are in nat_filter_test.c), ban-time, unsolicited-takes-port, filtering
 * = open and non-syn. RFC 5382 REQ-4, RFC 9293 3.10.7.1; docs/linux.md,
 * "What netfilter lets through".
 */
#include "nat_fixture.h"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

static struct packet_bytes syn_to(unsigned port)
{
	return tcp(SYN, PEER, B_PORT, OUTSIDE, port, Q, 0);
}

/* ---- icmp-after-6s: RFC 5382 REQ-4 ---- */

static const char six[] = "unsolicited-syn = icmp-after-6s\n"
	"ports = preserve";

/* Not before 6 s, and then once: port unreachable that quotes the SYN. */
static void port_unreachable_comes_once_after_6_s(void **state)
{
	struct packet_bytes syn = syn_to(A_PORT);
	struct nat_fixture f;

	(void)state;
	start(&f, six);
	assert_int_equal(nat_wake(f.nat), TIME_NEVER);
	drops(&f, NAT_OUTSIDE, syn,
	      "no mapping, unsolicited-syn = icmp-after-6s");
	assert_int_equal(nat_wake(f.nat), f.now + 6 * NS_PER_S);
	assert_false(comes_out(&f, NAT_OUTSIDE));
	f.now += 6 * NS_PER_S - 1;
	assert_false(comes_out(&f, NAT_OUTSIDE));
	f.now++;
	assert_true(comes_out(&f, NAT_OUTSIDE));
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_int_equal(read32(f.last.bytes + 16), PEER);
	assert_int_equal(f.last.bytes[20], 3);
	assert_int_equal(f.last.bytes[21], 3);
	assert_memory_equal(f.last.bytes + 28, syn.bytes, 40);
	assert_false(comes_out(&f, NAT_OUTSIDE));
	assert_int_equal(nat_wake(f.nat), TIME_NEVER);
	fixture_end(&f);
}

/* The inside host's SYN to that very endpoint cancels it, whenever. */
static void syn_out_to_that_peer_cancels_the_delayed_error(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, six);
	drops(&f, NAT_OUTSIDE, syn_to(A_PORT),
	      "no mapping, unsolicited-syn = icmp-after-6s");
	f.now += 6 * NS_PER_S - 1;
	ladder_on(&f, "SYN-out");
	f.now += NS_PER_S;
	assert_false(comes_out(&f, NAT_OUTSIDE));
	ladder_on(&f, "SYN-in SYNACK-out");	/* the peer tried again */
	fixture_end(&f);
}

/* No other SYN does: another remote endpoint, another port, another host's,
   nor what is no SYN. */
static void other_packets_cancel_no_delayed_error(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, six);
	drops(&f, NAT_OUTSIDE, syn_to(A_PORT),
	      "no mapping, unsolicited-syn = icmp-after-6s");
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, PEER, B_PORT + 1, P,
				   0));
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, STRANGER, B_PORT, P,
				   0));
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT + 1, PEER, B_PORT, P,
				   0));
	passes(&f, NAT_INSIDE, udp(HOST, A_PORT, PEER, B_PORT));
	f.now += 6 * NS_PER_S;
	assert_true(comes_out(&f, NAT_OUTSIDE));
	fixture_end(&f);
}

/* Many at once are told in order; more than there is room for are not. */
static void delayed_errors_come_in_order_up_to_the_limit(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, six);
	for (unsigned i = 0; i < 1000; i++) {
		give(&f, NAT_OUTSIDE, syn_to(1 + i));
		f.now += NS_PER_MS;
	}
	f.now += 6 * NS_PER_S;
	for (unsigned i = 0; comes_out(&f, NAT_OUTSIDE); i++) {
		assert_in_range(i, 0, 127);
		assert_int_equal(read16(f.last.bytes + 50), 1 + i);
	}
	assert_int_equal(read16(f.last.bytes + 50), 128);
	fixture_end(&f);
}

/* They are ICMP errors of the NAT's own: icmp-rate counts them. */
static void delayed_errors_count_for_icmp_rate(void **state)
{
	unsigned sent = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = icmp-after-6s\nicmp-rate = 3");
	for (unsigned i = 0; i < 10; i++)
		give(&f, NAT_OUTSIDE, syn_to(1 + i));
	f.now += 6 * NS_PER_S;
	while (comes_out(&f, NAT_OUTSIDE))
		sent++;
	assert_int_equal(sent, 3);
	fixture_end(&f);
}

/* icmp-admin: 3/13 */
static void icmp_admin_answers_3_13(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = icmp-admin");
	give(&f, NAT_OUTSIDE, syn_to(A_PORT));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_string_equal(f.result.reason,
			    "no mapping, unsolicited-syn = icmp-admin");
	assert_int_equal(f.result.reply[20], 3);
	assert_int_equal(f.result.reply[21], 13);
	fixture_end(&f);
}

/* ---- ban ---- */

static void ban_blocks_the_sender_for_ban_time(void **state)
{
	static const char why[] = "unsolicited-syn = ban";
	struct packet_bytes about = tcp(SYN, OUTSIDE, 5000, PEER, 80, P, 0);
	struct packet_bytes later = udp(PEER, 80, OUTSIDE, 5000);
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = ban\nban-time = 100");
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, STRANGER, 80, P, 0));
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, Q,
				    P + 1));
	drops(&f, NAT_OUTSIDE, syn_to(4444),
	      "no mapping, unsolicited-syn = ban");
	/* Whatever it sends: of its sessions, of any protocol, a fragment */
	drops(&f, NAT_OUTSIDE, tcp(ACK, PEER, 80, OUTSIDE, 5000, Q + 1, P + 1),
	      why);
	drops(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 5000), why);
	drops(&f, NAT_OUTSIDE, echo(8, PEER, OUTSIDE, 7), why);
	drops(&f, NAT_OUTSIDE, icmp_error(3, 1, PEER, &about, 0), why);
	set16(later.bytes + 6, 185);
	seal(later.bytes);
	drops(&f, NAT_OUTSIDE, later, why);
	/* nobody else, and nothing on the way out */
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, STRANGER, 80, OUTSIDE, 5000, Q,
				    P + 1));
	passes(&f, NAT_INSIDE, tcp(ACK, HOST, 5000, PEER, 80, P + 1, Q + 1));
	pass_time(&f, 99.9);
	drops(&f, NAT_OUTSIDE, tcp(ACK, PEER, 80, OUTSIDE, 5000, Q + 1, P + 1),
	      why);
	pass_time(&f, 0.1);
	passes(&f, NAT_OUTSIDE, tcp(ACK, PEER, 80, OUTSIDE, 5000, Q + 1,
				    P + 1));
	fixture_end(&f);
}

/* The peer that knocked too early: its later SYN, into the hole, too. */
static void peer_that_sent_too_early_stays_blocked(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = ban\nban-time = 5");
	ladder_on(&f, "!SYN-in SYN-out !SYN-in !SYNACK-in");
	pass_time(&f, 5);
	ladder_on(&f, "SYN-in");
	fixture_end(&f);
}

/* ---- unsolicited-takes-port ---- */

static void takes_port_yes_gives_the_tuple_to_the_nats_stack(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-takes-port = yes\ntimeout-syn = 10");
	ladder_on(&f, "!SYN-in SYN-out");
	assert_int_not_equal(source_port(&f), A_PORT);
	/* The tuple is the NAT's own: what comes there finds nobody. */
	drops(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, B_PORT, OUTSIDE, A_PORT,
				   Q, P + 1), "non-syn = drop");
	/* towards others, and for other ports, all is as before */
	passes(&f, NAT_INSIDE, tcp(SYN, HOST + 1, A_PORT, PEER, B_PORT + 1, P,
				   0));
	assert_int_equal(source_port(&f), A_PORT);
	/* as long as a SYN is remembered */
	pass_time(&f, 10);
	passes(&f, NAT_INSIDE, tcp(SYN, HOST + 2, A_PORT + 1, PEER, B_PORT,
				   P, 0));
	assert_int_equal(source_port(&f), A_PORT + 1);
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, PEER, B_PORT, P, 0));
	assert_int_equal(source_port(&f), A_PORT);
	fixture_end(&f);
}

/* A mapping that there is serves its other sessions. */
static void mapping_keeps_serving_others_after_takes_port(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-takes-port = yes");
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, STRANGER, 80, P, 0));
	assert_int_equal(source_port(&f), A_PORT);
	drops(&f, NAT_OUTSIDE, syn_to(A_PORT), "filtering = address-port, "
	      "unsolicited-syn = drop");
	ladder_on(&f, "SYN-out");
	assert_int_not_equal(source_port(&f), A_PORT);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, STRANGER, 80, OUTSIDE, A_PORT,
				    Q, P + 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, STRANGER, 81, P, 0));
	assert_int_equal(source_port(&f), A_PORT);
	fixture_end(&f);
}

/* The host's port is taken towards the sender of the datagram alone. */
static void datagram_takes_port(const char *profile)
{
	struct nat_fixture f;

	start(&f, profile);
	drops(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 5000), "no mapping");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	assert_int_not_equal(source_port(&f), 5000);
	passes(&f, NAT_INSIDE, udp(HOST + 1, 5000, PEER, 81));
	assert_int_equal(source_port(&f), 5000);
	pass_time(&f, 20);
	passes(&f, NAT_INSIDE, udp(HOST + 2, 5000, PEER, 80));
	assert_int_equal(source_port(&f), 5000);
	fixture_end(&f);
}

/* Linux with unsolicited-syn = rst: its own stack answers. An RST ends the
   entry of a SYN; nothing ends that of a datagram. */
static void a_datagram_takes_the_port_as_a_syn_does(void **state)
{
	(void)state;
	datagram_takes_port("unsolicited-takes-port = yes\ntimeout-udp = 20\n"
			    "ports = preserve-overlap\nmapping = connection");
	datagram_takes_port("base = netfilter-rst\ntimeout-udp = 20");
}

static void a_conntrack_that_drops_keeps_no_datagram(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "base = netfilter");
	drops(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 5000), "no mapping");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	assert_int_equal(source_port(&f), 5000);
	fixture_end(&f);
}

static void takes_port_no_takes_nothing(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-takes-port = no");
	ladder_on(&f, "!SYN-in SYN-out");
	assert_int_equal(source_port(&f), A_PORT);
	fixture_end(&f);
}

/* ---- filtering = open ---- */

/* Even to a port without a mapping, which the inside host that sent last then
   gets. */
static void filtering_open_maps_the_last_sender(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = open\naddresses = 2");
	drops(&f, NAT_OUTSIDE, syn_to(4444),
	      "no mapping, unsolicited-syn = drop");	/* nobody has sent */
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	passes(&f, NAT_INSIDE, udp(HOST + 1, 5001, PEER, 80));
	passes(&f, NAT_OUTSIDE, tcp(SYN, PEER, B_PORT, OUTSIDE + 1, 4444, Q,
				    0));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	assert_int_equal(destination_port(&f), 4444);
	/* Its answer comes from where the SYN went. */
	passes(&f, NAT_INSIDE, tcp(SYN | ACK, HOST + 1, 4444, PEER, B_PORT, P,
				   Q + 1));
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE + 1);
	assert_int_equal(source_port(&f), 4444);
	/* and the port is taken now; the other address is not the host's */
	drops(&f, NAT_OUTSIDE, udp(STRANGER, 9, OUTSIDE, 4444), "no mapping");
	passes(&f, NAT_OUTSIDE, udp(STRANGER, 9, OUTSIDE + 1, 4444));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	fixture_end(&f);
}

static void filtering_open_takes_the_port(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = open\ntimeout-syn = 10");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	passes(&f, NAT_OUTSIDE, syn_to(4444));
	passes(&f, NAT_INSIDE, tcp(SYN, HOST + 1, 4444, PEER, 1, P, 0));
	assert_int_equal(source_port(&f), 4445);
	pass_time(&f, 10);
	passes(&f, NAT_INSIDE, tcp(SYN, HOST + 2, 4444, PEER, 1, P, 0));
	assert_int_equal(source_port(&f), 4444);
	fixture_end(&f);
}

/* ---- non-syn ---- */

static void non_syn_rst_answers_rst(void **state)
{
	struct packet_bytes data = tcp(ACK, HOST, 5000, PEER, 80, 700, 900);
	struct nat_fixture f;

	(void)state;
	start(&f, "non-syn = rst");
	/* RFC 9293 3.10.7.1: with an ACK, its number and no ACK */
	give(&f, NAT_INSIDE, data);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_string_equal(f.result.reason, "non-syn = rst");
	assert_int_equal(read32(f.result.reply + 12), PEER);
	assert_int_equal(read32(f.result.reply + 16), HOST);
	assert_int_equal(read32(f.result.reply + 24), 900);
	assert_int_equal(f.result.reply[33], RST);
	/* without one: 0, and an ACK of all that was sent */
	give(&f, NAT_OUTSIDE, tcp(FIN, PEER, 80, OUTSIDE, 5000, 700, 0));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(read32(f.result.reply + 24), 0);
	assert_int_equal(read32(f.result.reply + 28), 701);
	assert_int_equal(f.result.reply[33], RST | ACK);
	/* never a RST to a RST */
	drops(&f, NAT_INSIDE, tcp(RST, HOST, 5000, PEER, 80, 700, 0),
	      "non-syn = rst");
	fixture_end(&f);
}

static void non_syn_open_opens_a_session(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "non-syn = open");
	drops(&f, NAT_OUTSIDE, tcp(ACK, PEER, B_PORT, OUTSIDE, A_PORT, Q, P),
	      "non-syn = drop");		/* from inside alone */
	ladder_on(&f, "ACK-out ACK-in");
	drops(&f, NAT_OUTSIDE, tcp(ACK, STRANGER, 1, OUTSIDE, A_PORT, Q, P),
	      "non-syn = drop");
	fixture_end(&f);
	assert_string_equal(ladder("non-syn = drop", "!ACK-out"),
			    "non-syn = drop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_unreachable_comes_once_after_6_s),
		cmocka_unit_test(
			syn_out_to_that_peer_cancels_the_delayed_error),
		cmocka_unit_test(other_packets_cancel_no_delayed_error),
		cmocka_unit_test(delayed_errors_come_in_order_up_to_the_limit),
		cmocka_unit_test(delayed_errors_count_for_icmp_rate),
		cmocka_unit_test(icmp_admin_answers_3_13),
		cmocka_unit_test(ban_blocks_the_sender_for_ban_time),
		cmocka_unit_test(peer_that_sent_too_early_stays_blocked),
		cmocka_unit_test(
			takes_port_yes_gives_the_tuple_to_the_nats_stack),
		cmocka_unit_test(mapping_keeps_serving_others_after_takes_port),
		cmocka_unit_test(a_datagram_takes_the_port_as_a_syn_does),
		cmocka_unit_test(a_conntrack_that_drops_keeps_no_datagram),
		cmocka_unit_test(takes_port_no_takes_nothing),
		cmocka_unit_test(filtering_open_maps_the_last_sender),
		cmocka_unit_test(filtering_open_takes_the_port),
		cmocka_unit_test(non_syn_rst_answers_rst),
		cmocka_unit_test(non_syn_open_opens_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
