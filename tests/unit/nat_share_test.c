/*
 * What inside hosts share, and what happens when it is used up: addresses,
 * pooling, port-block, ports-per-host, mappings-per-second, sessions and
 * exhausted (RFC 6888, RFC 4787 REQ-2, RFC 5508 REQ-8).
 */
#include "nat_fixture.h"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_sized(f, &p, 0);		/* of the profile's size */
}

/* address_of - the external address of a new mapping; 0: none */
static uint32_t address_of(struct nat_fixture *f, uint32_t host, unsigned port)
{
	give(f, NAT_INSIDE, tcp(SYN, host, port, PEER, 80, P, 0));
	return f->result.verdict == NAT_FORWARD ?
		read32(f->last.bytes + 12) : 0;
}

/* addresses and pooling = paired: RFC 4787 REQ-2 and RFC 6888 REQ-2, across
   protocols; all addresses are used. */
static void paired_hosts_keep_one_external_address(void **state)
{
	unsigned used = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "addresses = 4");
	for (unsigned i = 0; i < 16; i++) {
		uint32_t first = address_of(&f, HOST + i, 5000);

		assert_in_range(first, OUTSIDE, OUTSIDE + 3);
		used |= 1U << (first - OUTSIDE);
		for (unsigned j = 1; j < 8; j++)
			assert_int_equal(address_of(&f, HOST + i, 5000 + j),
					 first);
		passes(&f, NAT_INSIDE, udp(HOST + i, 5000, PEER, 80));
		assert_int_equal(read32(f.last.bytes + 12), first);
		passes(&f, NAT_INSIDE, echo(8, HOST + i, PEER, 80));
		assert_int_equal(read32(f.last.bytes + 12), first);
	}
	assert_int_equal(used, 15);
	fixture_end(&f);
}

/* pooling = arbitrary: 64 mappings on 4 addresses are not all on one, but
   each mapping keeps its own; answers to each address find their host. */
static void arbitrary_mappings_use_all_addresses(void **state)
{
	unsigned used = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "addresses = 4\npooling = arbitrary");
	for (unsigned i = 0; i < 64; i++) {
		uint32_t address = address_of(&f, HOST, 5000 + i);

		assert_in_range(address, OUTSIDE, OUTSIDE + 3);
		used |= 1U << (address - OUTSIDE);
		assert_int_equal(address_of(&f, HOST, 5000 + i), address);
		passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, address,
					    source_port(&f), 1, P + 1));
		assert_int_equal(read32(f.last.bytes + 16), HOST);
		assert_int_equal(destination_port(&f), 5000 + i);
	}
	assert_int_equal(used, 15);
	fixture_end(&f);
}

/* An answer to another of the NAT's addresses is none. */
static void reply_to_another_external_address_is_dropped(void **state)
{
	struct nat_fixture f;
	uint32_t address;

	(void)state;
	start(&f, "addresses = 2\nunsolicited-syn = icmp-port");
	address = address_of(&f, HOST, 5000);
	drops(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, address ^ 3, 5000, 1,
				   1), "non-syn = drop");
	/* The answer to a SYN there comes from there. */
	give(&f, NAT_OUTSIDE, tcp(SYN, PEER, 80, OUTSIDE + 1, 7777, 1, 0));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(read32(f.result.reply + 12), OUTSIDE + 1);
	drops(&f, NAT_OUTSIDE, tcp(SYN, PEER, 80, OUTSIDE + 2, 7777, 1, 0),
	      "not the outside address");
	fixture_end(&f);
}

/* paired, and the address is out of ports: new flows are dropped (RFC 7857
   4), for that host alone. */
static void paired_host_without_ports_is_dropped_alone(void **state)
{
	struct profile p = profile_with("addresses = 2\nports = random\n"
					"mapping = address-port\n"
					"exhausted = drop");
	struct nat_fixture f;
	uint32_t one;

	(void)state;
	fixture_sized(&f, &p, 130000);
	one = address_of(&f, HOST, 5000);
	for (unsigned i = 1; i < 64512; i++)
		passes(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER + i, 80, P,
					   0));
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, STRANGER, 80, P, 0),
	      "no port is left");
	assert_int_not_equal(address_of(&f, HOST + 1, 5000), one);
	assert_int_not_equal(read32(f.last.bytes + 12), 0);
	fixture_end(&f);
}

/* port-block: RFC 6888 REQ-14. A host's ports are of one block, no two hosts
   have one block, and it is given back with the host's last mapping. */
static void port_block_is_one_hosts_until_its_last_mapping(void **state)
{
	unsigned first[8];
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = random\nport-block = 64\nexhausted = drop\n"
	      "timeout-syn = 10");
	for (unsigned i = 0; i < 8; i++) {
		for (unsigned j = 0; j < 64; j++) {
			passes(&f, NAT_INSIDE, tcp(SYN, HOST + i, 5000 + j,
						   PEER, 80, P, 0));
			if (!j)
				first[i] = (source_port(&f) - 1024) / 64;
			assert_int_equal((source_port(&f) - 1024) / 64,
					 first[i]);
		}
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(first[i], first[k]);
		drops(&f, NAT_INSIDE, tcp(SYN, HOST + i, 6000, PEER, 80, P,
					  0), "no port is left");
		/* UDP has ports of its own, of the same block. */
		passes(&f, NAT_INSIDE, udp(HOST + i, 6000, PEER, 80));
		assert_int_equal((source_port(&f) - 1024) / 64, first[i]);
	}
	fixture_end(&f);
}

static void port_blocks_run_out(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = sequential\nport-block = 16384\naddresses = 2\n"
	      "exhausted = drop\ntimeout-syn = 10");
	for (unsigned i = 0; i < 6; i++)	/* 3 whole ones an address */
		assert_int_not_equal(address_of(&f, HOST + i, 5000), 0);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST + 6, 5000, PEER, 80, P, 0),
	      "port-block");
	assert_int_not_equal(address_of(&f, HOST, 5001), 0);
	pass_time(&f, 10);
	for (unsigned i = 10; i < 16; i++)
		assert_int_not_equal(address_of(&f, HOST + i, 5000), 0);
	fixture_end(&f);
}

/* ports-per-host: RFC 6888 REQ-4, per protocol; a mapping has any number of
   sessions, and one that is gone makes room. */
static void ports_per_host_limits_mappings_per_protocol(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports-per-host = 3\nexhausted = drop\ntimeout-syn = 10");
	for (unsigned i = 0; i < 3; i++)
		assert_int_not_equal(address_of(&f, HOST, 5000 + i), 0);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 6000, PEER, 80, P, 0),
	      "ports-per-host");
	for (unsigned i = 0; i < 20; i++)
		passes(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 100 + i, P,
					   0));
	assert_int_not_equal(address_of(&f, HOST + 1, 6000), 0);
	passes(&f, NAT_INSIDE, udp(HOST, 6000, PEER, 80));
	passes(&f, NAT_INSIDE, echo(8, HOST, PEER, 6));
	pass_time(&f, 10);
	for (unsigned i = 0; i < 3; i++)
		assert_int_not_equal(address_of(&f, HOST, 7000 + i), 0);
	assert_int_equal(address_of(&f, HOST, 7003), 0);
	fixture_end(&f);
}

/* What is refused for want of a port is not counted. */
static void refused_mapping_is_not_counted(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports-per-host = 2\ncollision = refuse\nexhausted = drop");
	address_of(&f, HOST + 1, 5000);
	for (unsigned i = 0; i < 5; i++)
		drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0),
		      "no port is left");
	assert_int_not_equal(address_of(&f, HOST, 5001), 0);
	assert_int_not_equal(address_of(&f, HOST, 5002), 0);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5003, PEER, 80, P, 0),
	      "ports-per-host");
	fixture_end(&f);
}

/* mappings-per-second: RFC 6888 REQ-4c */
static void mappings_per_second_limits_new_mappings(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "mappings-per-second = 5\nexhausted = drop");
	for (unsigned second = 0; second < 3; second++) {
		for (unsigned i = 0; i < 5; i++)
			assert_int_not_equal(address_of(&f, HOST,
					5000 + second * 10 + i), 0);
		drops(&f, NAT_INSIDE, tcp(SYN, HOST, 6000, PEER, 80, P, 0),
		      "mappings-per-second");
		/* Mappings there are, and other hosts, are no matter. */
		assert_int_not_equal(address_of(&f, HOST, 5000), 0);
		assert_int_not_equal(address_of(&f, HOST + 1,
						5000 + second), 0);
		pass_time(&f, 1);
	}
	fixture_end(&f);
}

/* ---- exhausted ---- */

/* exhausted's three values: a full table; whoever has a session keeps it
   (RFC 6888 REQ-11d), and what is said quotes the packet. */
static void exhausted(const char *value, int code)
{
	struct packet_bytes syn = tcp(SYN, HOST, 6000, PEER, 99, P, 0);
	char text[80];
	struct nat_fixture f;

	snprintf(text, sizeof(text), "sessions = 4\nexhausted = %s", value);
	start(&f, text);
	for (unsigned i = 0; i < 4; i++)
		assert_int_not_equal(address_of(&f, HOST, 5000 + i), 0);
	for (unsigned i = 0; i < 10; i++) {
		give(&f, NAT_INSIDE, syn);
		assert_string_equal(f.result.reason, "sessions");
		assert_int_equal(f.result.verdict, code ? NAT_REPLY :
				 NAT_DROP);
		if (!code)
			continue;
		assert_int_equal(read32(f.result.reply + 12), INSIDE);
		assert_int_equal(read32(f.result.reply + 16), HOST);
		assert_int_equal(f.result.reply[20], 3);
		assert_int_equal(f.result.reply[21], code);
		assert_memory_equal(f.result.reply + 28, syn.bytes, 28);
	}
	for (unsigned i = 0; i < 4; i++) {
		passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE,
					    5000 + i, 1, P + 1));
		assert_int_equal(destination_port(&f), 5000 + i);
	}
	fixture_end(&f);
}

static void exhausted_values_answer_as_they_say(void **state)
{
	(void)state;
	exhausted("drop", 0);
	exhausted("icmp-admin", 13);		/* RFC 5508 REQ-8 */
	exhausted("icmp-host", 1);		/* RFC 6888 REQ-11 */
}

/* sessions: the number of the profile, to one */
static void sessions_limits_sessions_exactly(void **state)
{
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	start(&f, "sessions = 100\nfiltering = endpoint-independent");
	for (unsigned i = 0; i < 100; i++)
		passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1 + i));
	give(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 101));
	assert_string_equal(f.result.reason, "sessions");
	/* A stranger is not answered, whoever the mapping lets in. */
	drops(&f, NAT_OUTSIDE, udp(STRANGER, 1, OUTSIDE, 5000), "sessions");
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 100);
	assert_int_equal(c.mappings, 1);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paired_hosts_keep_one_external_address),
		cmocka_unit_test(arbitrary_mappings_use_all_addresses),
		cmocka_unit_test(reply_to_another_external_address_is_dropped),
		cmocka_unit_test(paired_host_without_ports_is_dropped_alone),
		cmocka_unit_test(
			port_block_is_one_hosts_until_its_last_mapping),
		cmocka_unit_test(port_blocks_run_out),
		cmocka_unit_test(ports_per_host_limits_mappings_per_protocol),
		cmocka_unit_test(refused_mapping_is_not_counted),
		cmocka_unit_test(mappings_per_second_limits_new_mappings),
		cmocka_unit_test(exhausted_values_answer_as_they_say),
		cmocka_unit_test(sessions_limits_sessions_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
