/* The pure part of host/capture, on frames of each link type. */
#include "host/capture.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SELF 0xc0000201		/* 192.0.2.1 */
#define ALIAS 0xc0000203
#define PEER 0xc6336407		/* 198.51.100.7 */
#define ROUTER 0xcb007101
#define PORT 40001

static const uint32_t local[] = { ALIAS, SELF };
static const struct capture_match watched = {
	.port = PORT, .local = local, .count = 2,
};

struct test_frame {
	size_t length;
	uint8_t bytes[2048];
};

/* segment - a packet with @flags and @data bytes of zeroes */
static struct test_frame segment(uint32_t from, uint16_t from_port, uint32_t to,
				 uint16_t to_port, uint8_t flags, size_t data)
{
	struct segment s = {
		.source = { from, from_port }, .destination = { to, to_port },
		.flags = flags, .ttl = 64, .sequence = 77,
	};
	struct test_frame p = { 0 };

	p.length = segment_build(&s, p.bytes, sizeof(p.bytes));
	assert_int_equal(p.length, 40);
	p.length += data;
	put16(p.bytes + 2, (uint16_t)p.length);
	return p;
}

static struct test_frame icmp_for(const struct test_frame *dead, uint8_t type,
				  uint32_t from)
{
	struct test_frame p = { 0 };

	p.length = icmp_error_build(p.bytes, 576, from, type, 0, dead->bytes,
				    dead->length);
	assert_true(p.length >= 56);
	return p;
}

static struct test_frame own_syn(void)
{
	return segment(SELF, PORT, PEER, 7, TCP_SYN, 0);
}

/* in_frame - a packet after a link header */
static struct test_frame in_frame(const uint8_t *header, size_t length,
				  const struct test_frame *p)
{
	struct test_frame frame = { .length = length + p->length };

	memcpy(frame.bytes, header, length);
	memcpy(frame.bytes + length, p->bytes, p->length);
	return frame;
}

/* find_ip - capture_ip_offset() on a copy that ends where the frame ends, so
   that a sanitizer sees a read beyond it */
static int find_ip(int link, const uint8_t *frame, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	int at;

	assert_non_null(copy);
	memcpy(copy, frame, length);
	at = capture_ip_offset(link, copy, length);
	free(copy);
	return at;
}

static const struct link_case {
	int link;
	uint8_t header[24];
	int at;				/* the packet's offset; -1: none */
	size_t length;			/* of the header */
} links[] = {
	{ DLT_EN10MB, { [12] = 0x08, 0x00 }, 14, 14 },
	{ DLT_EN10MB, { [12] = 0x81, 0x00, 0, 5, 0x08, 0x00 }, 18, 18 },
	{ DLT_EN10MB, { [12] = 0x88, 0xa8, 0, 5, 0x81, 0x00, 0, 6, 0x08,
			0x00 }, 22, 22 },
	{ DLT_EN10MB, { [12] = 0x08, 0x06 }, -1, 14 },		/* ARP */
	{ DLT_EN10MB, { [12] = 0x86, 0xdd }, -1, 14 },		/* IPv6 */
	{ DLT_RAW, { 0 }, 0, 0 },
	{ DLT_LINUX_SLL, { 0, 4, [14] = 0x08, 0x00 }, 16, 16 },
	{ DLT_LINUX_SLL, { 0, 4, [14] = 0x86, 0xdd }, -1, 16 },
	{ DLT_LINUX_SLL2, { 0x08, 0x00 }, 20, 20 },
	{ DLT_LINUX_SLL2, { 0x86, 0xdd }, -1, 20 },
	{ DLT_NULL, { 2, 0, 0, 0 }, 4, 4 },
	{ DLT_NULL, { 0, 0, 0, 2 }, 4, 4 },
	{ DLT_NULL, { 10, 0, 0, 0 }, -1, 4 },			/* IPv6 */
	{ DLT_LOOP, { 0, 0, 0, 2 }, 4, 4 },
	{ DLT_IEEE802_11, { 0 }, -1, 14 },
};

static void ip_header_is_found_after_each_link_header(void **state)
{
	struct test_frame syn = own_syn(), frame;
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		frame = in_frame(links[i].header, links[i].length, &syn);
		assert_int_equal(find_ip(links[i].link, frame.bytes,
					 frame.length), links[i].at);
		for (cut = 0; cut <= links[i].length; cut++)
			assert_int_equal(find_ip(links[i].link, frame.bytes,
						 cut), -1);
	}
}

static void ipv6_is_not_found(void **state)
{
	uint8_t version6[40] = { 0x60 };

	(void)state;
	assert_int_equal(find_ip(DLT_RAW, version6, sizeof(version6)), -1);
}

/* passes_excluding - does the filter pass @p after an Ethernet header? */
static bool passes_excluding(uint32_t exclude, uint16_t port,
			     const struct test_frame *p)
{
	static const uint8_t ethernet[14] = { [12] = 0x08, 0x00 };
	struct test_frame frame = in_frame(ethernet, sizeof(ethernet), p);
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
	struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)frame.length,
		.len = (bpf_u_int32)frame.length,
	};
	struct bpf_program program;
	char text[CAPTURE_FILTER];
	bool ok;

	capture_filter(port, exclude, DLT_EN10MB, text);
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN))
		fail_msg("%s: %s", text, pcap_geterr(pcap));
	ok = pcap_offline_filter(&program, &header, frame.bytes) != 0;
	pcap_freecode(&program);
	pcap_close(pcap);
	return ok;
}

static bool passes(uint16_t port, const struct test_frame *p)
{
	return passes_excluding(0, port, p);
}

static bool segment_passes(uint8_t flags, size_t data)
{
	struct test_frame p = segment(SELF, PORT, PEER, 7, flags, data);

	return passes(0, &p);
}

static void filter_passes_syn_fin_rst_and_small_segments(void **state)
{
	(void)state;
	assert_true(segment_passes(TCP_SYN, 0));
	assert_true(segment_passes(TCP_SYN | TCP_ACK, 1000));
	assert_true(segment_passes(TCP_RST, 0));
	assert_true(segment_passes(TCP_FIN | TCP_ACK, 1000));
	assert_true(segment_passes(TCP_ACK, 0));
	assert_true(segment_passes(TCP_PSH | TCP_ACK, 32));
	assert_true(segment_passes(TCP_PSH | TCP_ACK, CAPTURE_BYTES - 40));
	assert_false(segment_passes(TCP_PSH | TCP_ACK, CAPTURE_BYTES - 39));
}

static void filter_passes_its_port_and_icmp_errors_only(void **state)
{
	struct test_frame mine = own_syn();
	struct test_frame other = segment(PEER, 7, SELF, PORT + 1, TCP_SYN, 0);
	struct test_frame answer = segment(PEER, 7, SELF, PORT, TCP_SYN, 0);
	struct test_frame te = icmp_for(&mine, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	struct test_frame un = icmp_for(&mine, ICMP_TYPE_UNREACHABLE, ROUTER);

	(void)state;
	assert_true(passes(PORT, &mine));
	assert_true(passes(PORT, &answer));
	assert_false(passes(PORT, &other));
	assert_true(passes(0, &other));
	assert_true(passes(PORT, &te));
	assert_true(passes(0, &un));
	te.bytes[20] = ICMP_TYPE_ECHO;
	assert_false(passes(0, &te));
	mine.bytes[9] = 17;			/* UDP */
	assert_true(passes(0, &mine));
	assert_true(passes(PORT, &mine));
	assert_false(passes(PORT + 2, &mine));
	mine.bytes[9] = 132;			/* SCTP */
	assert_false(passes(0, &mine));
}

static void filter_excludes_tcp_of_one_address(void **state)
{
	struct test_frame to = own_syn();
	struct test_frame from = segment(PEER, 7, SELF, PORT, TCP_SYN, 0);
	struct test_frame other = segment(PEER + 1, 7, SELF, PORT, TCP_SYN, 0);
	struct test_frame te = icmp_for(&to, ICMP_TYPE_TIME_EXCEEDED, PEER);

	(void)state;
	assert_false(passes_excluding(PEER, PORT, &to));
	assert_false(passes_excluding(PEER, 0, &from));
	assert_true(passes_excluding(PEER, PORT, &other));
	assert_true(passes_excluding(PEER, PORT, &te));
}

static void filter_compiles_for_each_link_type(void **state)
{
	static const int each[] = { DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL,
				    DLT_LINUX_SLL2, DLT_NULL, DLT_LOOP };
	struct bpf_program program;
	char text[CAPTURE_FILTER];
	pcap_t *pcap;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		pcap = pcap_open_dead(each[i], 160);
		capture_filter(65535, UINT32_MAX, each[i], text);
		assert_int_equal(pcap_compile(pcap, &program, text, 1,
					      PCAP_NETMASK_UNKNOWN), 0);
		pcap_freecode(&program);
		pcap_close(pcap);
	}
}

/* look - capture_accept() on a copy that ends where the packet ends */
static bool look(const struct capture_match *by, const struct test_frame *p,
		 size_t length, struct captured_packet *out)
{
	uint8_t *copy = malloc(length ? length : 1);
	bool told;

	assert_non_null(copy);
	memcpy(copy, p->bytes, length);
	memset(out, 0, sizeof(*out));
	told = capture_accept(by, copy, length, out);
	free(copy);
	return told;
}

static void segments_of_the_port_are_accepted_with_direction(void **state)
{
	struct test_frame out = segment(ALIAS, PORT, PEER, 7, TCP_SYN, 0);
	struct test_frame in = segment(PEER, 7, SELF, PORT, TCP_SYN, 0);
	struct test_frame same = segment(PEER, PORT, SELF, PORT, TCP_SYN, 0);
	struct test_frame other = segment(SELF, 7, PEER, 8, TCP_SYN, 0);
	struct captured_packet c;

	(void)state;
	assert_true(look(&watched, &out, out.length, &c));
	assert_true(c.outgoing);
	assert_int_equal(c.length, 40);
	assert_int_equal(c.full_length, 40);
	assert_memory_equal(c.bytes, out.bytes, 40);
	assert_true(look(&watched, &in, in.length, &c));
	assert_false(c.outgoing);
	assert_true(look(&watched, &same, same.length, &c));
	assert_false(c.outgoing);
	assert_false(look(&watched, &other, other.length, &c));
}

static void on_loopback_the_port_decides_the_direction(void **state)
{
	struct test_frame to = segment(SELF, 7, ALIAS, PORT, TCP_SYN, 0);
	struct test_frame from = segment(ALIAS, PORT, SELF, 7, TCP_SYN, 0);
	struct captured_packet c;

	(void)state;
	assert_true(look(&watched, &to, to.length, &c));
	assert_false(c.outgoing);
	assert_true(look(&watched, &from, from.length, &c));
	assert_true(c.outgoing);
}

static void icmp_errors_are_accepted_by_the_quoted_segment(void **state)
{
	struct test_frame syn = own_syn();
	struct test_frame other = segment(SELF, 9, PEER, 7, TCP_SYN, 0);
	struct test_frame te = icmp_for(&syn, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	struct test_frame not_ours =
		icmp_for(&other, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	struct test_frame sent = icmp_for(&syn, ICMP_TYPE_UNREACHABLE, SELF);
	struct captured_packet c;

	(void)state;
	assert_true(look(&watched, &te, te.length, &c));
	assert_false(c.outgoing);
	assert_int_equal(c.length, te.length);
	assert_false(look(&watched, &not_ours, not_ours.length, &c));
	assert_false(look(&watched, &sent, sent.length, &c));
	syn.bytes[9] = 17;			/* UDP from that port */
	te = icmp_for(&syn, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	assert_true(look(&watched, &te, te.length, &c));
	syn.bytes[9] = 132;			/* SCTP */
	te = icmp_for(&syn, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	assert_false(look(&watched, &te, te.length, &c));
}

/* A truncated packet is accepted if both ports are there. */
static void truncated_packets_are_accepted_if_the_ports_are_there(void **state)
{
	struct test_frame syn = own_syn();
	struct test_frame te = icmp_for(&syn, ICMP_TYPE_TIME_EXCEEDED, ROUTER);
	struct captured_packet c;
	struct segment s;
	size_t n;

	(void)state;
	for (n = 0; n < syn.length; n++) {
		assert_int_equal(look(&watched, &syn, n, &c), n >= 24);
		assert_int_equal(c.length, n >= 24 ? n : 0);
		assert_int_equal(c.full_length, n >= 24 ? 40 : 0);
		assert_false(n >= 24 && segment_parse(c.bytes, c.length, &s));
	}
	for (n = 0; n < te.length; n++)		/* IP, ICMP, IP, 8 bytes */
		assert_int_equal(look(&watched, &te, n, &c), n >= 56);
}

static void padding_is_cut_and_fragments_are_refused(void **state)
{
	struct test_frame syn = own_syn();
	struct test_frame fin = segment(SELF, PORT, PEER, 7, TCP_FIN, 1000);
	struct captured_packet c;

	(void)state;
	assert_true(look(&watched, &syn, 46, &c));	/* Ethernet pads */
	assert_int_equal(c.length, 40);
	assert_true(look(&watched, &fin, 160, &c));
	assert_int_equal(c.length, CAPTURE_BYTES);
	assert_int_equal(c.full_length, 1040);
	put16(syn.bytes + 6, 1);			/* a later fragment */
	assert_false(look(&watched, &syn, syn.length, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_header_is_found_after_each_link_header),
		cmocka_unit_test(ipv6_is_not_found),
		cmocka_unit_test(filter_passes_syn_fin_rst_and_small_segments),
		cmocka_unit_test(filter_passes_its_port_and_icmp_errors_only),
		cmocka_unit_test(filter_excludes_tcp_of_one_address),
		cmocka_unit_test(filter_compiles_for_each_link_type),
		cmocka_unit_test(
			segments_of_the_port_are_accepted_with_direction),
		cmocka_unit_test(on_loopback_the_port_decides_the_direction),
		cmocka_unit_test(
			icmp_errors_are_accepted_by_the_quoted_segment),
		cmocka_unit_test(
			truncated_packets_are_accepted_if_the_ports_are_there),
		cmocka_unit_test(padding_is_cut_and_fragments_are_refused),
	};

	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
