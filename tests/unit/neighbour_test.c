/* Who is next to an interface: ARP (RFC 826, 1122, 5227) and NDP (4861). */
#include "gateway/neighbour.h"
#include "wire/arp.h"
#include "wire/bytes.h"
#include "wire/ndp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OWN 0xc0000201		/* 192.0.2.1/24, and the one above */
#define PEER 0xc0000207
#define GATEWAY 0xc00002fe
#define FAR 0xcb007101
#define S NS_PER_S

static const uint8_t own_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t peer_mac[6] = { 2, 0, 0, 0, 0, 7 };
static const uint8_t other_mac[6] = { 2, 0, 0, 0, 0, 8 };
static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t own6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
static const uint8_t peer6[16] = { 0x20, 1, 0xd, 0xb8, [13] = 1, 2, 3 };

static struct neighbours *make(void)
{
	struct neighbour_config c = {
		.ipv4 = { neighbour_ipv4(OWN), 2, 96 + 24, true,
			  neighbour_ipv4(GATEWAY) },
		.ipv6 = { .address = neighbour_ipv6(own6), .count = 1,
			  .prefix = 64 },
	};
	struct neighbours *n;

	memcpy(c.mac, own_mac, 6);
	n = neighbours_new(&c);
	assert_non_null(n);
	return n;
}

static size_t frame_of(uint8_t *frame, const uint8_t to[6],
		       const uint8_t from[6], uint16_t type)
{
	memset(frame, 0, 256);
	memcpy(frame + FRAME_VIRTIO, to, 6);
	memcpy(frame + FRAME_VIRTIO + 6, from, 6);
	put16(frame + FRAME_VIRTIO + 12, type);
	return FRAME_IP;
}

/* hear - an ARP message comes in, padded as on a wire */
static bool hear(struct neighbours *n, bool reply, uint32_t sender,
		 const uint8_t mac[6], uint32_t target, int64_t now)
{
	uint8_t frame[256];
	struct arp arp = { .reply = reply, .sender = sender,
			   .target = target };

	memcpy(arp.sender_mac, mac, 6);
	frame_of(frame, reply ? own_mac : all, mac, 0x0806);
	arp_build(&arp, frame + FRAME_IP);
	return neighbour_input(n, frame, FRAME_VIRTIO + 60, now);
}

/* said - the next frame out is an ARP message */
static void said(struct neighbours *n, int64_t now, const uint8_t to[6],
		 struct arp *arp)
{
	uint8_t *frame;
	size_t length;

	assert_true(neighbour_output(n, now, &frame, &length));
	assert_int_equal(length, FRAME_IP + ARP_LENGTH);
	assert_memory_equal(frame + FRAME_VIRTIO, to, 6);
	assert_memory_equal(frame + FRAME_VIRTIO + 6, own_mac, 6);
	assert_int_equal(get16(frame + FRAME_VIRTIO + 12), 0x0806);
	assert_true(arp_parse(frame + FRAME_IP, length - FRAME_IP, arp));
	assert_memory_equal(arp->sender_mac, own_mac, 6);
}

static void silent(struct neighbours *n, int64_t now)
{
	uint8_t *frame;
	size_t length;

	assert_false(neighbour_output(n, now, &frame, &length));
}

static enum neighbour_result way(struct neighbours *n, uint32_t to, int64_t now,
				 uint8_t mac[6])
{
	struct neighbour_address a = neighbour_ipv4(to);

	return neighbour_find(n, &a, now, mac);
}

static void asks(struct neighbours *n, uint32_t whom, const uint8_t to[6],
		 int64_t now)
{
	struct arp arp;

	said(n, now, to, &arp);
	assert_false(arp.reply);
	assert_int_equal(arp.sender, OWN);
	assert_int_equal(arp.target, whom);
	silent(n, now);
}

/* RFC 826: a request for each of the own addresses is answered, its sender
   then known; for others' it is not. */
static void test_answer(void **state)
{
	struct neighbours *n = make();
	struct arp arp;
	uint8_t mac[6];

	(void)state;
	assert_true(hear(n, false, PEER, peer_mac, OWN + 1, 0));
	said(n, 0, peer_mac, &arp);
	assert_true(arp.reply);
	assert_int_equal(arp.sender, OWN + 1);
	assert_int_equal(arp.target, PEER);
	assert_memory_equal(arp.target_mac, peer_mac, 6);
	silent(n, 0);
	assert_int_equal(way(n, PEER, 0, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);

	assert_true(hear(n, false, PEER + 1, other_mac, OWN + 2, 0));
	silent(n, 0);
	assert_int_equal(way(n, PEER + 1, 0, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* RFC 5227 2.1.1: a probe has no sender; it is answered, nothing learned. */
static void test_probe(void **state)
{
	struct neighbours *n = make();
	struct arp arp;

	(void)state;
	assert_true(hear(n, false, 0, peer_mac, OWN, 0));
	said(n, 0, peer_mac, &arp);
	assert_true(arp.reply);
	assert_int_equal(arp.sender, OWN);
	silent(n, 0);
	neighbours_free(n);
}

/* Who is not known is asked for; the frame waits and leaves with the answer,
   in order. */
static void test_wait(void **state)
{
	struct neighbours *n = make();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	uint8_t one[256], two[256], mac[6], *frame;
	size_t length = frame_of(one, all, own_mac, 0x0800) + 100;

	(void)state;
	frame_of(two, all, own_mac, 0x0800);
	one[255] = 1;
	two[255] = 2;
	assert_int_equal(way(n, PEER, 0, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, one, 256));
	asks(n, PEER, all, 0);
	assert_int_equal(way(n, PEER, 1, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, two, 256));
	silent(n, 1);
	assert_true(hear(n, true, PEER, peer_mac, OWN, 2));
	for (int i = 1; i <= 2; i++) {
		assert_true(neighbour_output(n, 2, &frame, &length));
		assert_int_equal(length, 256);
		assert_int_equal(frame[255], i);
		assert_memory_equal(frame + FRAME_VIRTIO, peer_mac, 6);
	}
	silent(n, 2);
	assert_int_equal(neighbours_dropped(n), 0);
	assert_int_equal(way(n, PEER, 3, mac), NEIGHBOUR_RESOLVED);
	neighbours_free(n);
}

/* RFC 1122 2.3.2.1: once a second at most; three times, then it is left. */
static void test_silence(void **state)
{
	struct neighbours *n = make();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	uint8_t frame[256] = { 0 }, mac[6];

	(void)state;
	assert_int_equal(way(n, PEER, 0, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, frame, sizeof(frame)));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(neighbour_wake(n), i * S);
		silent(n, i * S - 1);
		asks(n, PEER, all, i * S);
	}
	assert_int_equal(neighbours_dropped(n), 0);
	silent(n, 3 * S);
	assert_int_equal(neighbours_dropped(n), 1);
	assert_int_equal(neighbour_wake(n), TIME_NEVER);
	assert_int_equal(way(n, PEER, 3 * S, mac), NEIGHBOUR_UNREACHABLE);
	silent(n, 3 * S);
	assert_int_equal(way(n, PEER, 6 * S, mac), NEIGHBOUR_PENDING);
	asks(n, PEER, all, 6 * S);
	neighbours_free(n);
}

/* One in use is asked again, itself, and used meanwhile; when it is silent
   all are asked. */
static void test_refresh(void **state)
{
	struct neighbours *n = make();
	uint8_t mac[6];
	int64_t t = NEIGHBOUR_REACHABLE_TIME;

	(void)state;
	hear(n, true, PEER, peer_mac, OWN, 0);
	assert_int_equal(way(n, PEER, t - 1, mac), NEIGHBOUR_RESOLVED);
	silent(n, t - 1);
	assert_int_equal(way(n, PEER, t, mac), NEIGHBOUR_RESOLVED);
	asks(n, PEER, peer_mac, t);
	assert_true(hear(n, true, PEER, peer_mac, OWN, t + 1));
	silent(n, 2 * t - 1);
	t = 2 * t + 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(way(n, PEER, t + i * S, mac),
				 NEIGHBOUR_RESOLVED);
		asks(n, PEER, peer_mac, t + i * S);
	}
	asks(n, PEER, all, t + 3 * S);
	assert_int_equal(way(n, PEER, t + 3 * S, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* RFC 826: what is in the table is mended by any message of its owner. */
static void test_moved(void **state)
{
	struct neighbours *n = make();
	uint8_t mac[6];

	(void)state;
	hear(n, true, PEER, peer_mac, OWN, 0);
	hear(n, false, PEER, other_mac, PEER, 1);	/* gratuitous */
	silent(n, 1);
	assert_int_equal(way(n, PEER, 2, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, other_mac, 6);
	neighbours_free(n);
}

/* What is not on the link goes to the gateway; without one, nowhere. */
static void test_gateway(void **state)
{
	struct neighbours *n = make();
	uint8_t mac[6];

	(void)state;
	assert_int_equal(way(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	asks(n, GATEWAY, all, 0);
	hear(n, true, GATEWAY, peer_mac, OWN, 1);
	assert_int_equal(way(n, FAR + 9, 2, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);
	assert_int_equal(way(n, OWN + 1, 2, mac), NEIGHBOUR_UNREACHABLE);
	neighbours_set_count(n, 1);
	assert_int_equal(way(n, OWN + 1, 2, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* Nobody else's address, nor a group's MAC, is believed; nonsense is not
   read. */
static void test_lies(void **state)
{
	static const uint8_t group[6] = { 3, 0, 0, 0, 0, 1 };
	struct neighbours *n = make();
	uint8_t frame[256], mac[6];
	struct arp arp;

	(void)state;
	hear(n, false, OWN, peer_mac, OWN, 0);
	silent(n, 0);
	hear(n, false, FAR, peer_mac, OWN, 0);
	said(n, 0, peer_mac, &arp);
	assert_int_equal(way(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	hear(n, true, GATEWAY, group, OWN, 0);
	assert_int_equal(way(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	frame_of(frame, all, peer_mac, 0x0806);
	for (size_t i = FRAME_IP; i < FRAME_IP + ARP_LENGTH; i++)
		assert_true(neighbour_input(n, frame, i, 0));
	assert_false(neighbour_input(n, frame, FRAME_IP - 1, 0));
	frame_of(frame, own_mac, peer_mac, 0x0800);
	assert_false(neighbour_input(n, frame, 100, 0));
	neighbours_free(n);
}

/* The table and the queue are bounded; whoever is in use stays. */
static void test_bounds(void **state)
{
	struct neighbours *n = make();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	struct neighbour_config c = { .ipv4 = { neighbour_ipv4(0x0a000001), 1,
						96 + 8, false, { { 0 } } } };
	uint8_t frame[256] = { 0 }, mac[6];

	(void)state;
	way(n, PEER, 0, mac);
	for (int i = 0; i < NEIGHBOUR_QUEUE; i++)
		assert_true(neighbour_queue(n, &peer, frame, sizeof(frame)));
	assert_false(neighbour_queue(n, &peer, frame, sizeof(frame)));
	neighbours_free(n);

	n = neighbours_new(&c);
	assert_non_null(n);
	hear(n, true, 0x0a000002, peer_mac, 0x0a000001, 0);
	for (uint32_t i = 0; i < 20 * NEIGHBOURS; i++) {
		hear(n, true, 0x0a010000 + i, other_mac, 0x0a000001, i);
		assert_int_equal(way(n, 0x0a000002, i, mac),
				 NEIGHBOUR_RESOLVED);
	}
	assert_memory_equal(mac, peer_mac, 6);
	neighbours_free(n);
}

static bool hear6(struct neighbours *n, struct ndp *ndp,
		  const uint8_t mac[6], int64_t now)
{
	uint8_t frame[256];
	size_t length = frame_of(frame, own_mac, mac, 0x86dd);

	memcpy(ndp->mac, mac, 6);
	length += ndp_build(ndp, frame + FRAME_IP);
	return neighbour_input(n, frame, length, now);
}

static void said6(struct neighbours *n, int64_t now, const uint8_t to[6],
		  struct ndp *ndp)
{
	uint8_t *frame;
	size_t length;

	assert_true(neighbour_output(n, now, &frame, &length));
	assert_memory_equal(frame + FRAME_VIRTIO, to, 6);
	assert_int_equal(get16(frame + FRAME_VIRTIO + 12), 0x86dd);
	assert_true(ndp_parse(frame + FRAME_IP, length - FRAME_IP, ndp));
	assert_true(ndp->has_mac);
	assert_memory_equal(ndp->mac, own_mac, 6);
}

/* RFC 4861 7.2.4: solicitations for both its addresses, and those of a host
   that only wants to know whether the address is taken (RFC 4862 5.4.3). */
static void test_ndp_answer(void **state)
{
	static const uint8_t link_local[16] = { 0xfe, 0x80, [8] = 0, 0, 0,
						0xff, 0xfe, 0, 0, 1 };
	static const uint8_t nodes[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct neighbours *n = make();
	struct ndp ndp = { .has_mac = true }, out;

	(void)state;
	memcpy(ndp.source, peer6, 16);
	memcpy(ndp.target, own6, 16);
	assert_true(hear6(n, &ndp, peer_mac, 0));
	said6(n, 0, peer_mac, &out);
	assert_true(out.advertisement && out.solicited && out.override);
	assert_memory_equal(out.source, own6, 16);
	assert_memory_equal(out.destination, peer6, 16);
	assert_memory_equal(out.target, own6, 16);
	silent(n, 0);
	memcpy(ndp.target, link_local, 16);
	memset(ndp.source, 0, 16);
	assert_true(hear6(n, &ndp, peer_mac, 0));
	said6(n, 0, nodes, &out);
	assert_true(out.advertisement && !out.solicited);
	assert_memory_equal(out.target, link_local, 16);
	memcpy(ndp.target, peer6, 16);
	assert_true(hear6(n, &ndp, peer_mac, 0));
	silent(n, 0);
	neighbours_free(n);
}

/* RFC 4861 7.2.2: all that may have the address are asked. */
static void test_ndp_ask(void **state)
{
	static const uint8_t group[6] = { 0x33, 0x33, 0xff, 1, 2, 3 };
	struct neighbours *n = make();
	struct neighbour_address peer = neighbour_ipv6(peer6);
	struct ndp in = { .advertisement = true, .has_mac = true }, out;
	uint8_t mac[6];

	(void)state;
	memcpy(in.source, peer6, 16);
	memcpy(in.destination, own6, 16);
	memcpy(in.target, peer6, 16);
	hear6(n, &in, peer_mac, 0);	/* that nobody asked for */
	assert_int_equal(neighbour_find(n, &peer, 0, mac), NEIGHBOUR_PENDING);
	said6(n, 0, group, &out);
	assert_false(out.advertisement);
	assert_memory_equal(out.target, peer6, 16);
	assert_int_equal(out.source[0], 0xfe);
	hear6(n, &in, peer_mac, 1);
	assert_int_equal(neighbour_find(n, &peer, 1, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);
	/* 7.2.5: without the flag another does not take its place */
	hear6(n, &in, other_mac, 2);
	neighbour_find(n, &peer, 2, mac);
	assert_memory_equal(mac, peer_mac, 6);
	in.override = true;
	hear6(n, &in, other_mac, 3);
	neighbour_find(n, &peer, 3, mac);
	assert_memory_equal(mac, other_mac, 6);
	neighbours_free(n);
}

/* RFC 4861 7.1.1: a hop limit of 255, a checksum that is right, whole
   options; what is not so is dropped, whatever it says. */
static void test_ndp_valid(void **state)
{
	uint8_t packet[NDP_LENGTH];
	struct ndp ndp = { .has_mac = true }, out;

	(void)state;
	memcpy(ndp.source, peer6, 16);
	memcpy(ndp.destination, own6, 16);
	memcpy(ndp.target, own6, 16);
	ndp_build(&ndp, packet);
	assert_true(ndp_parse(packet, NDP_LENGTH, &out));
	for (size_t i = 0; i < NDP_LENGTH; i++)
		assert_false(ndp_parse(packet, i, &out));
	for (size_t i = 4; i < NDP_LENGTH; i++) {
		packet[i] ^= 1;
		assert_false(ndp_parse(packet, NDP_LENGTH, &out));
		packet[i] ^= 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_gateway),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ndp_answer),
		cmocka_unit_test(test_ndp_ask),
		cmocka_unit_test(test_ndp_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
