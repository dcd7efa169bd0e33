/* Address resolution: ARP (RFC 826, 1122, 5227) and NDP (RFC 4861). */
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

static struct neighbours *new_table(void)
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

static size_t put_ethernet(uint8_t *frame, const uint8_t to[6],
			   const uint8_t from[6], uint16_t type)
{
	memset(frame, 0, 256);
	memcpy(frame + FRAME_VIRTIO, to, 6);
	memcpy(frame + FRAME_VIRTIO + 6, from, 6);
	put16(frame + FRAME_VIRTIO + 12, type);
	return FRAME_IP;
}

/* arp_arrives - padded as on a wire */
static bool arp_arrives(struct neighbours *n, bool reply, uint32_t sender,
			const uint8_t mac[6], uint32_t target, int64_t now)
{
	uint8_t frame[256];
	struct arp arp = { .reply = reply, .sender = sender,
			   .target = target };

	memcpy(arp.sender_mac, mac, 6);
	put_ethernet(frame, reply ? own_mac : all, mac, 0x0806);
	arp_build(&arp, frame + FRAME_IP);
	return neighbour_input(n, frame, FRAME_VIRTIO + 60, now);
}

/* expect_arp - the next frame out is an ARP message */
static void expect_arp(struct neighbours *n, int64_t now, const uint8_t to[6],
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

static void expect_nothing(struct neighbours *n, int64_t now)
{
	uint8_t *frame;
	size_t length;

	assert_false(neighbour_output(n, now, &frame, &length));
}

static enum neighbour_result find(struct neighbours *n, uint32_t to,
				  int64_t now, uint8_t mac[6])
{
	struct neighbour_address a = neighbour_ipv4(to);

	return neighbour_find(n, &a, now, mac);
}

static void expect_request(struct neighbours *n, uint32_t whom,
			   const uint8_t to[6], int64_t now)
{
	struct arp arp;

	expect_arp(n, now, to, &arp);
	assert_false(arp.reply);
	assert_int_equal(arp.sender, OWN);
	assert_int_equal(arp.target, whom);
	expect_nothing(n, now);
}

/* RFC 826: a request for one of our addresses is answered, and its sender is
   learned; a request for another address does neither. */
static void requests_for_own_addresses_are_answered(void **state)
{
	struct neighbours *n = new_table();
	struct arp arp;
	uint8_t mac[6];

	(void)state;
	assert_true(arp_arrives(n, false, PEER, peer_mac, OWN + 1, 0));
	expect_arp(n, 0, peer_mac, &arp);
	assert_true(arp.reply);
	assert_int_equal(arp.sender, OWN + 1);
	assert_int_equal(arp.target, PEER);
	assert_memory_equal(arp.target_mac, peer_mac, 6);
	expect_nothing(n, 0);
	assert_int_equal(find(n, PEER, 0, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);

	assert_true(arp_arrives(n, false, PEER + 1, other_mac, OWN + 2, 0));
	expect_nothing(n, 0);
	assert_int_equal(find(n, PEER + 1, 0, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* RFC 5227 2.1.1: a probe has no sender address. */
static void arp_probe_is_answered_and_teaches_nothing(void **state)
{
	struct neighbours *n = new_table();
	struct arp arp;

	(void)state;
	assert_true(arp_arrives(n, false, 0, peer_mac, OWN, 0));
	expect_arp(n, 0, peer_mac, &arp);
	assert_true(arp.reply);
	assert_int_equal(arp.sender, OWN);
	expect_nothing(n, 0);
	neighbours_free(n);
}

static void queued_frames_leave_in_order_once_resolved(void **state)
{
	struct neighbours *n = new_table();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	uint8_t one[256], two[256], mac[6], *frame;
	size_t length = put_ethernet(one, all, own_mac, 0x0800) + 100;

	(void)state;
	put_ethernet(two, all, own_mac, 0x0800);
	one[255] = 1;
	two[255] = 2;
	assert_int_equal(find(n, PEER, 0, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, one, 256));
	expect_request(n, PEER, all, 0);
	assert_int_equal(find(n, PEER, 1, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, two, 256));
	expect_nothing(n, 1);
	assert_true(arp_arrives(n, true, PEER, peer_mac, OWN, 2));
	for (int i = 1; i <= 2; i++) {
		assert_true(neighbour_output(n, 2, &frame, &length));
		assert_int_equal(length, 256);
		assert_int_equal(frame[255], i);
		assert_memory_equal(frame + FRAME_VIRTIO, peer_mac, 6);
	}
	expect_nothing(n, 2);
	assert_int_equal(neighbours_dropped(n), 0);
	assert_int_equal(find(n, PEER, 3, mac), NEIGHBOUR_RESOLVED);
	neighbours_free(n);
}

/* RFC 1122 2.3.2.1: at most one request a second. */
static void neighbour_is_unreachable_after_three_requests(void **state)
{
	struct neighbours *n = new_table();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	uint8_t frame[256] = { 0 }, mac[6];

	(void)state;
	assert_int_equal(find(n, PEER, 0, mac), NEIGHBOUR_PENDING);
	assert_true(neighbour_queue(n, &peer, frame, sizeof(frame)));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(neighbour_wake(n), i * S);
		expect_nothing(n, i * S - 1);
		expect_request(n, PEER, all, i * S);
	}
	assert_int_equal(neighbours_dropped(n), 0);
	expect_nothing(n, 3 * S);
	assert_int_equal(neighbours_dropped(n), 1);
	assert_int_equal(neighbour_wake(n), TIME_NEVER);
	assert_int_equal(find(n, PEER, 3 * S, mac), NEIGHBOUR_UNREACHABLE);
	expect_nothing(n, 3 * S);
	assert_int_equal(find(n, PEER, 6 * S, mac), NEIGHBOUR_PENDING);
	expect_request(n, PEER, all, 6 * S);
	neighbours_free(n);
}

/* Packets go to its old MAC meanwhile, until it does not answer the probes. */
static void neighbour_in_use_is_probed_by_unicast_then_broadcast(void **state)
{
	struct neighbours *n = new_table();
	uint8_t mac[6];
	int64_t t = NEIGHBOUR_REACHABLE_TIME;

	(void)state;
	arp_arrives(n, true, PEER, peer_mac, OWN, 0);
	assert_int_equal(find(n, PEER, t - 1, mac), NEIGHBOUR_RESOLVED);
	expect_nothing(n, t - 1);
	assert_int_equal(find(n, PEER, t, mac), NEIGHBOUR_RESOLVED);
	expect_request(n, PEER, peer_mac, t);
	assert_true(arp_arrives(n, true, PEER, peer_mac, OWN, t + 1));
	expect_nothing(n, 2 * t - 1);
	t = 2 * t + 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(find(n, PEER, t + i * S, mac),
				 NEIGHBOUR_RESOLVED);
		expect_request(n, PEER, peer_mac, t + i * S);
	}
	expect_request(n, PEER, all, t + 3 * S);
	assert_int_equal(find(n, PEER, t + 3 * S, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* RFC 826: any message of a host that is in the table updates its entry. */
static void gratuitous_arp_changes_a_known_mac(void **state)
{
	struct neighbours *n = new_table();
	uint8_t mac[6];

	(void)state;
	arp_arrives(n, true, PEER, peer_mac, OWN, 0);
	arp_arrives(n, false, PEER, other_mac, PEER, 1);	/* gratuitous */
	expect_nothing(n, 1);
	assert_int_equal(find(n, PEER, 2, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, other_mac, 6);
	neighbours_free(n);
}

static void packets_off_the_link_go_to_the_gateway(void **state)
{
	struct neighbours *n = new_table();
	uint8_t mac[6];

	(void)state;
	assert_int_equal(find(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	expect_request(n, GATEWAY, all, 0);
	arp_arrives(n, true, GATEWAY, peer_mac, OWN, 1);
	assert_int_equal(find(n, FAR + 9, 2, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);
	assert_int_equal(find(n, OWN + 1, 2, mac), NEIGHBOUR_UNREACHABLE);
	neighbours_set_count(n, 1);
	assert_int_equal(find(n, OWN + 1, 2, mac), NEIGHBOUR_PENDING);
	neighbours_free(n);
}

/* Nor is an address off the link; truncated messages are ignored. */
static void own_foreign_and_multicast_addresses_are_not_learned(void **state)
{
	static const uint8_t group[6] = { 3, 0, 0, 0, 0, 1 };
	struct neighbours *n = new_table();
	uint8_t frame[256], mac[6];
	struct arp arp;

	(void)state;
	arp_arrives(n, false, OWN, peer_mac, OWN, 0);
	expect_nothing(n, 0);
	arp_arrives(n, false, FAR, peer_mac, OWN, 0);
	expect_arp(n, 0, peer_mac, &arp);
	assert_int_equal(find(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	arp_arrives(n, true, GATEWAY, group, OWN, 0);
	assert_int_equal(find(n, FAR, 0, mac), NEIGHBOUR_PENDING);
	put_ethernet(frame, all, peer_mac, 0x0806);
	for (size_t i = FRAME_IP; i < FRAME_IP + ARP_LENGTH; i++)
		assert_true(neighbour_input(n, frame, i, 0));
	assert_false(neighbour_input(n, frame, FRAME_IP - 1, 0));
	put_ethernet(frame, own_mac, peer_mac, 0x0800);
	assert_false(neighbour_input(n, frame, 100, 0));
	neighbours_free(n);
}

/* A neighbour in use is not evicted. */
static void table_and_queue_are_bounded(void **state)
{
	struct neighbours *n = new_table();
	struct neighbour_address peer = neighbour_ipv4(PEER);
	struct neighbour_config c = { .ipv4 = { neighbour_ipv4(0x0a000001), 1,
						96 + 8, false, { { 0 } } } };
	uint8_t frame[256] = { 0 }, mac[6];

	(void)state;
	find(n, PEER, 0, mac);
	for (int i = 0; i < NEIGHBOUR_QUEUE; i++)
		assert_true(neighbour_queue(n, &peer, frame, sizeof(frame)));
	assert_false(neighbour_queue(n, &peer, frame, sizeof(frame)));
	neighbours_free(n);

	n = neighbours_new(&c);
	assert_non_null(n);
	arp_arrives(n, true, 0x0a000002, peer_mac, 0x0a000001, 0);
	for (uint32_t i = 0; i < 20 * NEIGHBOURS; i++) {
		arp_arrives(n, true, 0x0a010000 + i, other_mac, 0x0a000001, i);
		assert_int_equal(find(n, 0x0a000002, i, mac),
				 NEIGHBOUR_RESOLVED);
	}
	assert_memory_equal(mac, peer_mac, 6);
	neighbours_free(n);
}

static bool ndp_arrives(struct neighbours *n, struct ndp *ndp,
			const uint8_t mac[6], int64_t now)
{
	uint8_t frame[256];
	size_t length = put_ethernet(frame, own_mac, mac, 0x86dd);

	memcpy(ndp->mac, mac, 6);
	length += ndp_build(ndp, frame + FRAME_IP);
	return neighbour_input(n, frame, length, now);
}

static void expect_ndp(struct neighbours *n, int64_t now, const uint8_t to[6],
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

/* RFC 4861 7.2.4: for both of our addresses; also in duplicate address
   detection (RFC 4862 5.4.3), where the source is unspecified. */
static void solicitations_for_own_addresses_are_answered(void **state)
{
	static const uint8_t link_local[16] = { 0xfe, 0x80, [8] = 0, 0, 0,
						0xff, 0xfe, 0, 0, 1 };
	static const uint8_t nodes[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct neighbours *n = new_table();
	struct ndp ndp = { .has_mac = true }, out;

	(void)state;
	memcpy(ndp.source, peer6, 16);
	memcpy(ndp.target, own6, 16);
	assert_true(ndp_arrives(n, &ndp, peer_mac, 0));
	expect_ndp(n, 0, peer_mac, &out);
	assert_true(out.advertisement && out.solicited && out.override);
	assert_memory_equal(out.source, own6, 16);
	assert_memory_equal(out.destination, peer6, 16);
	assert_memory_equal(out.target, own6, 16);
	expect_nothing(n, 0);
	memcpy(ndp.target, link_local, 16);
	memset(ndp.source, 0, 16);
	assert_true(ndp_arrives(n, &ndp, peer_mac, 0));
	expect_ndp(n, 0, nodes, &out);
	assert_true(out.advertisement && !out.solicited);
	assert_memory_equal(out.target, link_local, 16);
	memcpy(ndp.target, peer6, 16);
	assert_true(ndp_arrives(n, &ndp, peer_mac, 0));
	expect_nothing(n, 0);
	neighbours_free(n);
}

/* RFC 4861 7.2.2; 7.2.5: an advertisement nobody asked for is ignored. */
static void neighbour_is_solicited_at_its_multicast_group(void **state)
{
	static const uint8_t group[6] = { 0x33, 0x33, 0xff, 1, 2, 3 };
	struct neighbours *n = new_table();
	struct neighbour_address peer = neighbour_ipv6(peer6);
	struct ndp in = { .advertisement = true, .has_mac = true }, out;
	uint8_t mac[6];

	(void)state;
	memcpy(in.source, peer6, 16);
	memcpy(in.destination, own6, 16);
	memcpy(in.target, peer6, 16);
	ndp_arrives(n, &in, peer_mac, 0);	/* unsolicited */
	assert_int_equal(neighbour_find(n, &peer, 0, mac), NEIGHBOUR_PENDING);
	expect_ndp(n, 0, group, &out);
	assert_false(out.advertisement);
	assert_memory_equal(out.target, peer6, 16);
	assert_int_equal(out.source[0], 0xfe);
	ndp_arrives(n, &in, peer_mac, 1);
	assert_int_equal(neighbour_find(n, &peer, 1, mac), NEIGHBOUR_RESOLVED);
	assert_memory_equal(mac, peer_mac, 6);
	/* 7.2.5: without the override flag the MAC stays */
	ndp_arrives(n, &in, other_mac, 2);
	neighbour_find(n, &peer, 2, mac);
	assert_memory_equal(mac, peer_mac, 6);
	in.override = true;
	ndp_arrives(n, &in, other_mac, 3);
	neighbour_find(n, &peer, 3, mac);
	assert_memory_equal(mac, other_mac, 6);
	neighbours_free(n);
}

/* RFC 4861 7.1.1: truncated, or with any bit of it changed. */
static void invalid_ndp_is_not_parsed(void **state)
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
		cmocka_unit_test(requests_for_own_addresses_are_answered),
		cmocka_unit_test(arp_probe_is_answered_and_teaches_nothing),
		cmocka_unit_test(queued_frames_leave_in_order_once_resolved),
		cmocka_unit_test(neighbour_is_unreachable_after_three_requests),
		cmocka_unit_test(
			neighbour_in_use_is_probed_by_unicast_then_broadcast),
		cmocka_unit_test(gratuitous_arp_changes_a_known_mac),
		cmocka_unit_test(packets_off_the_link_go_to_the_gateway),
		cmocka_unit_test(
			own_foreign_and_multicast_addresses_are_not_learned),
		cmocka_unit_test(table_and_queue_are_bounded),
		cmocka_unit_test(solicitations_for_own_addresses_are_answered),
		cmocka_unit_test(neighbour_is_solicited_at_its_multicast_group),
		cmocka_unit_test(invalid_ndp_is_not_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
