/*
 * Who gets in, and what those are told who don't: RFC 5382 REQ-3 and REQ-4,
 * the terms of RFC 4787 5, and the paper's four kinds of endpoint filtering.
 */
#include "nat_fixture.h"

/* Strangers of four kinds, seen from a mapping that has a session with
   PEER:B_PORT. */
static const struct {
	uint32_t address;
	unsigned port;
} strangers[] = {
	{ PEER, B_PORT },		/* no stranger */
	{ PEER, B_PORT + 1 },
	{ STRANGER, B_PORT },
	{ STRANGER, B_PORT + 1 },
};

/* Who of them passes. Open and endpoint-independent: all; address: its other
   ports too; the others: nobody but the session. */
static const struct {
	const char *value;
	bool passes[4];
} filterings[] = {
	{ "open", { true, true, true, true } },
	{ "endpoint-independent", { true, true, true, true } },
	{ "address", { true, true, false, false } },
	{ "address-port", { true, false, false, false } },
	{ "connection", { true, false, false, false } },
};

static struct profile filtering(const char *value, const char *more)
{
	char text[120];

	snprintf(text, sizeof(text), "filtering = %s\n%s", value, more);
	return profile_with(text);
}

static void filtering_decides_on_unsolicited_syns(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct profile p = filtering(filterings[i].value, "");

		for (size_t j = 0; j < 4; j++) {
			bool passes = filterings[i].passes[j];
			struct nat_fixture f;

			fixture_start(&f, &p);
			ladder_on(&f, "SYN-out");
			give(&f, NAT_OUTSIDE,
			     tcp(SYN, strangers[j].address, strangers[j].port,
				 OUTSIDE, A_PORT, Q, 0));
			assert_int_equal(f.result.verdict,
					 passes ? NAT_FORWARD : NAT_DROP);
			if (passes)
				assert_int_equal(destination_port(&f), A_PORT);
			fixture_end(&f);
		}
	}
}

static void filtering_decides_on_unsolicited_datagrams(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct profile p = filtering(filterings[i].value, "");
		char reason[64];

		snprintf(reason, sizeof(reason), "filtering = %s",
			 filterings[i].value);
		for (size_t j = 0; j < 4; j++) {
			bool passes = filterings[i].passes[j];
			struct nat_fixture f;

			fixture_start(&f, &p);
			give(&f, NAT_INSIDE, udp(HOST, A_PORT, PEER, B_PORT));
			assert_int_equal(f.result.verdict, NAT_FORWARD);
			give(&f, NAT_OUTSIDE,
			     udp(strangers[j].address, strangers[j].port,
				 OUTSIDE, A_PORT));
			assert_int_equal(f.result.verdict,
					 passes ? NAT_FORWARD : NAT_DROP);
			if (!passes)
				assert_string_equal(f.result.reason, reason);
			fixture_end(&f);
		}
	}
}

/* Filtering is per protocol: RFC 7857 6. */
static void filtering_is_per_protocol(void **state)
{
	struct profile p = filtering("endpoint-independent", "");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	give(&f, NAT_OUTSIDE, udp(PEER, B_PORT, OUTSIDE, A_PORT));
	assert_int_equal(f.result.verdict, NAT_DROP);
	assert_string_equal(f.result.reason, "no mapping");
	fixture_end(&f);
}

/* Address filtering asks for a session of this mapping, not of the NAT. */
static void address_filtering_needs_a_session_of_the_mapping(void **state)
{
	struct profile p = filtering("address", "");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1));
	give(&f, NAT_INSIDE, udp(HOST, 6000, STRANGER, 1));
	give(&f, NAT_OUTSIDE, udp(STRANGER, 2, OUTSIDE, 5000));
	assert_int_equal(f.result.verdict, NAT_DROP);
	give(&f, NAT_OUTSIDE, udp(STRANGER, 2, OUTSIDE, 6000));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	fixture_end(&f);
}

/* One whose session was ended is a stranger, whatever the filtering; what
   is then said is why the session ended. */
static void peer_of_an_ended_session_is_unsolicited(void **state)
{
	struct profile p = filtering("address", "after-rst-in = end\n"
				     "unsolicited-syn = rst");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out RST-in ?SYN-in");
	assert_string_equal(f.result.reason,
			    "after-rst-in = end, unsolicited-syn = rst");
	assert_string_equal(ladder_on(&f, "!SYNACK-in"), "after-rst-in = end");
	fixture_end(&f);

	p = filtering("endpoint-independent", "after-rst-in = end");
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out RST-in SYN-in");	/* anyone may */
	fixture_end(&f);
}

/* A host that answers through its cone: the whole handshake is let pass. */
static void handshake_from_outside_passes_a_cone(void **state)
{
	struct profile p = filtering("endpoint-independent", "");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	give(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 7, OUTSIDE, A_PORT, 9, 0));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	give(&f, NAT_INSIDE, tcp(SYN | ACK, HOST, A_PORT, STRANGER, 7, 8, 10));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(source_port(&f), A_PORT);
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	give(&f, NAT_OUTSIDE, tcp(ACK, STRANGER, 7, OUTSIDE, A_PORT, 10, 9));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	/* Only a SYN may open: the same packet of another stranger fails. */
	give(&f, NAT_OUTSIDE, tcp(ACK, STRANGER, 8, OUTSIDE, A_PORT, 10, 9));
	assert_string_equal(f.result.reason, "non-syn = drop");
	fixture_end(&f);
}

/* ---- the answers ---- */

static struct packet_bytes unsolicited(void)
{
	return tcp(SYN, STRANGER, 777, OUTSIDE, 4444, 123456, 0);
}

/* answered - to an unsolicited SYN, by a NAT with @value */
static void answered(struct nat_fixture *f, const char *value,
		     struct packet_bytes syn)
{
	char text[60];
	struct profile p;

	snprintf(text, sizeof(text), "unsolicited-syn = %s", value);
	p = profile_with(text);
	fixture_start(f, &p);
	give(f, NAT_OUTSIDE, syn);
	fixture_end(f);
}

static void unsolicited_syn_drop_answers_nothing(void **state)
{
	struct nat_fixture f;

	(void)state;
	answered(&f, "drop", unsolicited());
	assert_int_equal(f.result.verdict, NAT_DROP);
	assert_string_equal(f.result.reason,
			    "no mapping, unsolicited-syn = drop");
}

/* A RST as RFC 9293 3.10.7.1 has it for a port that is closed. */
static void unsolicited_syn_rst_answers_as_a_closed_port(void **state)
{
	const uint8_t *ip, *t;
	struct nat_fixture f;

	(void)state;
	answered(&f, "rst", unsolicited());
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_string_equal(f.result.reason,
			    "no mapping, unsolicited-syn = rst");
	assert_int_equal(f.result.reply_length, 40);
	ip = f.result.reply;
	t = ip + 20;
	assert_int_equal(read32(ip + 12), OUTSIDE);
	assert_int_equal(read32(ip + 16), STRANGER);
	assert_int_equal(ip[9], 6);
	assert_int_equal(read16(t), 4444);
	assert_int_equal(read16(t + 2), 777);
	assert_int_equal(read32(t + 4), 0);
	assert_int_equal(read32(t + 8), 123457);
	assert_int_equal(t[13], RST | ACK);
}

/* Data and FIN of a SYN count in what the RST acknowledges. */
static void rst_acknowledges_data_and_fin_of_the_syn(void **state)
{
	struct packet_bytes syn = unsolicited();
	struct nat_fixture f;

	(void)state;
	syn.length += 10;
	set16(syn.bytes + 2, (unsigned)syn.length);
	syn.bytes[33] |= FIN;
	seal(syn.bytes);
	answered(&f, "rst", syn);
	assert_int_equal(read32(f.result.reply + 28), 123456 + 12);
}

/* An ICMP error from the outside address that quotes the SYN as it came. */
static void assert_icmp(const struct nat_fixture *f, unsigned code)
{
	struct packet_bytes syn = unsolicited();
	const uint8_t *ip = f->result.reply;

	assert_int_equal(f->result.verdict, NAT_REPLY);
	assert_int_equal(read32(ip + 12), OUTSIDE);
	assert_int_equal(read32(ip + 16), STRANGER);
	assert_int_equal(ip[9], 1);
	assert_int_equal(ip[20], 3);
	assert_int_equal(ip[21], code);
	assert_memory_equal(ip + 28, syn.bytes, 28);
}

static void unsolicited_syn_icmp_quotes_the_syn(void **state)
{
	struct nat_fixture f;

	(void)state;
	answered(&f, "icmp-port", unsolicited());
	assert_icmp(&f, 3);
	assert_string_equal(f.result.reason,
			    "no mapping, unsolicited-syn = icmp-port");
	answered(&f, "icmp-host", unsolicited());
	assert_icmp(&f, 1);
	assert_string_equal(f.result.reason,
			    "no mapping, unsolicited-syn = icmp-host");
}

/* The answer comes whatever the SYN's TTL: it ends at the NAT anyway. */
static void unsolicited_syn_is_answered_at_any_ttl(void **state)
{
	struct packet_bytes syn = unsolicited();
	struct nat_fixture f;

	(void)state;
	syn.bytes[8] = 1;
	seal(syn.bytes);
	answered(&f, "rst", syn);
	assert_int_equal(f.result.reply[9], 6);
	answered(&f, "drop", syn);
	assert_int_equal(f.result.verdict, NAT_DROP);
}

/* Only SYNs are answered. */
static void only_unsolicited_syns_are_answered(void **state)
{
	struct nat_fixture f;

	(void)state;
	answered(&f, "rst", udp(STRANGER, 777, OUTSIDE, 4444));
	assert_int_equal(f.result.verdict, NAT_DROP);
	answered(&f, "rst", tcp(SYN | ACK, STRANGER, 7, OUTSIDE, 44, 1, 1));
	assert_int_equal(f.result.verdict, NAT_DROP);
	answered(&f, "icmp-port", tcp(RST, STRANGER, 7, OUTSIDE, 44, 1, 1));
	assert_int_equal(f.result.verdict, NAT_DROP);
	answered(&f, "icmp-port", echo(0, STRANGER, OUTSIDE, 44));
	assert_int_equal(f.result.verdict, NAT_DROP);
}

/* Every pair of values gives a reason that names both, as the axes do. */
static void every_refusal_names_both_axes(void **state)
{
	static const char *const answers[] = { "drop", "rst", "icmp-port",
					       "icmp-host" };

	(void)state;
	for (size_t i = 2; i < 5; i++)
		for (size_t j = 0; j < 4; j++) {
			char more[60], reason[90];
			struct profile p;
			struct nat_fixture f;

			snprintf(more, sizeof(more), "unsolicited-syn = %s",
				 answers[j]);
			snprintf(reason, sizeof(reason), "filtering = %s, %s",
				 filterings[i].value, more);
			p = filtering(filterings[i].value, more);
			fixture_start(&f, &p);
			ladder_on(&f, "SYN-out");
			give(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 7, OUTSIDE,
						  A_PORT, Q, 0));
			assert_string_equal(f.result.reason, reason);
			fixture_end(&f);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filtering_decides_on_unsolicited_syns),
		cmocka_unit_test(filtering_decides_on_unsolicited_datagrams),
		cmocka_unit_test(filtering_is_per_protocol),
		cmocka_unit_test(
			address_filtering_needs_a_session_of_the_mapping),
		cmocka_unit_test(peer_of_an_ended_session_is_unsolicited),
		cmocka_unit_test(handshake_from_outside_passes_a_cone),
		cmocka_unit_test(unsolicited_syn_drop_answers_nothing),
		cmocka_unit_test(unsolicited_syn_rst_answers_as_a_closed_port),
		cmocka_unit_test(rst_acknowledges_data_and_fin_of_the_syn),
		cmocka_unit_test(unsolicited_syn_icmp_quotes_the_syn),
		cmocka_unit_test(unsolicited_syn_is_answered_at_any_ttl),
		cmocka_unit_test(only_unsolicited_syns_are_answered),
		cmocka_unit_test(every_refusal_names_both_axes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
