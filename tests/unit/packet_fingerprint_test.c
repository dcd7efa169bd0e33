/* Which packets are the same, by identity.h: two runs of a trial, each with
   numbers of its own, and what a kernel may do otherwise in each. */
#include "nat/packet_fingerprint.h"

#include "base/rng.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOST UINT32_C(0x0a000002)
#define PEER UINT32_C(0xcb007102)
#define ROUTER UINT32_C(0xcb007101)

/* One side's numbers, as a run draws them. */
struct fingerprint_run {
	struct packet_fingerprint identity;
	uint32_t mine, theirs;
};

static struct fingerprint_run begun(uint32_t mine, uint32_t theirs)
{
	struct fingerprint_run r = { .mine = mine, .theirs = theirs };

	return r;
}

/* sent - a segment from @port, its numbers from the run's own on */
static uint64_t sent(struct fingerprint_run *r, uint16_t port, uint8_t flags,
		     uint32_t sequence, uint32_t acknowledged, uint16_t payload)
{
	uint8_t bytes[128 + 1000] = { 0 };
	struct segment s = {
		.source = { HOST, port },
		.destination = { PEER, 8123 },
		.sequence = r->mine + sequence,
		.acknowledgement = flags & TCP_ACK ?
			r->theirs + acknowledged : 0,
		.flags = flags,
		.window = 64240,
		.ttl = 63,
		.id = (uint16_t)(r->mine ^ sequence),
	};
	size_t length = segment_build(&s, bytes, sizeof(bytes));

	bytes[2] = (uint8_t)((length + payload) >> 8);
	bytes[3] = (uint8_t)(length + payload);
	return packet_fingerprint(&r->identity, bytes, length + payload);
}

/* A connection, twice, with numbers that wrap in one of them: the same. */
static void sequence_numbers_are_relative(void **state)
{
	struct fingerprint_run a = begun(1000, 2000),
			       b = begun(UINT32_MAX, UINT32_MAX - 3);

	(void)state;
	assert_int_equal(sent(&a, 40001, TCP_SYN, 0, 0, 0),
			 sent(&b, 40001, TCP_SYN, 0, 0, 0));
	assert_int_equal(sent(&a, 40001, TCP_ACK, 1, 1, 0),
			 sent(&b, 40001, TCP_ACK, 1, 1, 0));
	assert_int_equal(sent(&a, 40001, TCP_ACK | TCP_PSH, 1, 1, 100),
			 sent(&b, 40001, TCP_ACK | TCP_PSH, 1, 1, 100));
	assert_int_equal(sent(&a, 40001, TCP_ACK, 101, 51, 0),
			 sent(&b, 40001, TCP_ACK, 101, 51, 0));
	assert_int_equal(sent(&a, 40001, TCP_ACK | TCP_FIN, 101, 51, 0),
			 sent(&b, 40001, TCP_ACK | TCP_FIN, 101, 51, 0));
	assert_int_equal(sent(&a, 40001, TCP_RST, 102, 0, 0),
			 sent(&b, 40001, TCP_RST, 102, 0, 0));
}

/* What one run's kernel sends besides leaves the rest what it is: an earlier
   acknowledgement, another connection, a SYN once more. */
static void packets_between_do_not_change_fingerprints(void **state)
{
	struct fingerprint_run a = begun(7, 70), b = begun(9, 90);

	(void)state;
	sent(&a, 40001, TCP_SYN, 0, 0, 0);
	sent(&b, 40001, TCP_SYN, 0, 0, 0);
	sent(&b, 40001, TCP_SYN, 0, 0, 0);
	sent(&b, 40002, TCP_SYN, 500, 0, 0);
	assert_int_equal(sent(&a, 40001, TCP_ACK, 1, 1, 0),
			 sent(&b, 40001, TCP_ACK, 1, 1, 0));
	sent(&b, 40001, TCP_ACK, 1, 31, 0);
	sent(&b, 40002, TCP_ACK, 501, 1, 10);
	assert_int_equal(sent(&a, 40001, TCP_ACK, 1, 61, 20),
			 sent(&b, 40001, TCP_ACK, 1, 61, 20));
	assert_int_equal(sent(&a, 40001, TCP_ACK, 21, 61, 0),
			 sent(&b, 40001, TCP_ACK, 21, 61, 0));
}

/* Sent again it is what it was, also with more, and with another number of
   the header; what differs in what is told is another packet. */
static void retransmission_has_the_same_fingerprint(void **state)
{
	struct fingerprint_run r = begun(5, 6);
	uint64_t all[9];

	(void)state;
	all[0] = sent(&r, 40001, TCP_SYN, 0, 0, 0);
	assert_int_equal(sent(&r, 40001, TCP_SYN, 0, 0, 0), all[0]);
	all[1] = sent(&r, 40001, TCP_SYN | TCP_ACK, 0, 1, 0);
	all[2] = sent(&r, 40001, TCP_ACK, 1, 1, 0);
	all[3] = sent(&r, 40001, TCP_ACK, 1, 1, 100);
	assert_int_equal(sent(&r, 40001, TCP_ACK | TCP_PSH, 1, 9, 200),
			 all[3]);
	all[4] = sent(&r, 40001, TCP_ACK, 101, 1, 100);
	all[5] = sent(&r, 40001, TCP_ACK, 201, 2, 0);
	all[6] = sent(&r, 40001, TCP_RST, 201, 2, 0);
	all[7] = sent(&r, 40002, TCP_SYN, 0, 0, 0);
	all[8] = sent(&r, 40002, TCP_ACK, 1, 1, 100);
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(all[i], all[j]);
	/* a new connection of the same ports counts from its own SYN */
	r.mine = 90000;
	assert_int_equal(sent(&r, 40001, TCP_SYN, 0, 0, 0), all[0]);
	assert_int_equal(sent(&r, 40001, TCP_ACK, 101, 1, 100), all[4]);
}

/* A connection whose SYN never came here is counted from its first packet,
   which comes after a SYN. */
static void connection_without_syn_counts_from_its_first_packet(void **state)
{
	struct fingerprint_run a = begun(5, 6), b = begun(50, 60);
	uint64_t first;

	(void)state;
	sent(&a, 40001, TCP_SYN, 0, 0, 0);
	first = sent(&a, 40001, TCP_ACK, 1, 1, 40);
	assert_int_equal(sent(&b, 40001, TCP_ACK, 1, 1, 40), first);
	assert_int_equal(sent(&b, 40001, TCP_ACK, 41, 1, 40),
			 sent(&a, 40001, TCP_ACK, 41, 1, 40));
}

/* An error is told by what it quotes, but for the numbers. */
static uint64_t error_for(struct fingerprint_run *r, uint16_t port,
			  uint8_t type)
{
	uint8_t packet[100], error[576];
	struct segment s = {
		.source = { HOST, port }, .destination = { PEER, 8123 },
		.sequence = r->mine, .flags = TCP_SYN, .ttl = 1,
		.id = (uint16_t)r->mine,
	};
	size_t length = segment_build(&s, packet, sizeof(packet));

	length = icmp_error_build(error, sizeof(error), ROUTER, type, 0,
				  packet, length);
	assert_int_not_equal(length, 0);
	return packet_fingerprint(&r->identity, error, length);
}

static void errors_have_the_quoted_connections_fingerprint(void **state)
{
	struct fingerprint_run a = begun(5, 6), b = begun(50, 60);
	uint64_t exceeded = error_for(&a, 40001, ICMP_TYPE_TIME_EXCEEDED);

	(void)state;
	assert_int_equal(error_for(&b, 40001, ICMP_TYPE_TIME_EXCEEDED),
			 exceeded);
	assert_int_not_equal(error_for(&a, 40002, ICMP_TYPE_TIME_EXCEEDED),
			     exceeded);
	assert_int_not_equal(error_for(&a, 40001, ICMP_TYPE_UNREACHABLE),
			     exceeded);
}

static uint64_t datagram(uint8_t protocol, uint16_t from, uint16_t to,
			 uint16_t offset)
{
	struct packet_fingerprint identity = { .met = 0 };
	uint8_t bytes[28] = { 0 };
	struct ipv4 ip = {
		.source = HOST, .destination = PEER, .total_length = 28,
		.ttl = 9, .protocol = protocol, .fragment_offset = offset,
	};

	ipv4_build(bytes, &ip);
	bytes[20] = (uint8_t)(from >> 8);
	bytes[21] = (uint8_t)from;
	bytes[22] = (uint8_t)(to >> 8);
	bytes[23] = (uint8_t)to;
	return packet_fingerprint(&identity, bytes, sizeof(bytes));
}

static void datagrams_have_the_fingerprint_of_their_ports(void **state)
{
	uint64_t udp = datagram(IPV4_UDP, 5, 6, 0);

	(void)state;
	assert_int_equal(datagram(IPV4_UDP, 5, 6, 0), udp);
	assert_int_not_equal(datagram(IPV4_UDP, 5, 7, 0), udp);
	assert_int_not_equal(datagram(IPV4_UDP, 4, 6, 0), udp);
	assert_int_not_equal(datagram(47, 5, 6, 0), udp);
	/* a later fragment has no ports */
	assert_int_equal(datagram(IPV4_UDP, 5, 6, 1480),
			 datagram(IPV4_UDP, 7, 8, 1480));
	assert_int_not_equal(datagram(IPV4_UDP, 5, 6, 1480),
			     datagram(IPV4_UDP, 5, 6, 2960));
}

/* Far more connections than there is room for: those of the trial before
   them are forgotten, and the ones after are told as ever. */
static void oldest_connections_are_forgotten(void **state)
{
	struct fingerprint_run a = begun(5, 6), b = begun(50, 60);

	(void)state;
	for (uint16_t port = 1024; port < 20 * FINGERPRINT_CONNECTIONS; port++)
		sent(&a, port, TCP_SYN, port, 0, 0);
	sent(&a, 40001, TCP_SYN, 0, 0, 0);
	sent(&b, 40001, TCP_SYN, 0, 0, 0);
	assert_int_equal(sent(&a, 40001, TCP_ACK, 1, 1, 40),
			 sent(&b, 40001, TCP_ACK, 1, 1, 40));
}

/* Bytes of any kind: nothing is read behind their end (the sanitizers look). */
static void no_byte_behind_the_end_is_read(void **state)
{
	struct packet_fingerprint identity = { .met = 0 };
	struct rng r;

	(void)state;
	rng_seed(&r, 1);
	for (int i = 0; i < 100000; i++) {
		uint8_t bytes[80];
		size_t length = rng_below(&r, sizeof(bytes) + 1);
		uint8_t *end = bytes + sizeof(bytes) - length;

		rng_fill(&r, bytes, sizeof(bytes));
		if (length > 9) {
			end[0] = 0x45;
			end[6] &= 0xe0;
			end[9] = (uint8_t[]){ 1, 6, 17, end[9] }[i % 4];
		}
		packet_fingerprint(&identity, end, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence_numbers_are_relative),
		cmocka_unit_test(packets_between_do_not_change_fingerprints),
		cmocka_unit_test(retransmission_has_the_same_fingerprint),
		cmocka_unit_test(
			connection_without_syn_counts_from_its_first_packet),
		cmocka_unit_test(
			errors_have_the_quoted_connections_fingerprint),
		cmocka_unit_test(datagrams_have_the_fingerprint_of_their_ports),
		cmocka_unit_test(oldest_connections_are_forgotten),
		cmocka_unit_test(no_byte_behind_the_end_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
