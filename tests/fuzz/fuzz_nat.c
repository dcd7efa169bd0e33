/*
 * The input is a NAT's life: one byte for each axis, then packets, each after
 * five bytes: what to do with it, the time that has passed, its length (16
 * bits) and how much of an earlier packet it quotes.
 *
 * A NAT never writes but to a packet that it forwards, and to no more than
 * that packet; what it forwards with right checksums leaves with right ones.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "nat/nat.h"
#include "profile/profile.h"
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define INSIDE  UINT32_C(0xc0a80101)
#define OUTSIDE UINT32_C(0xcb007101)

enum {
	FROM_OUTSIDE = 1,
	PARTIAL = 2,
	FIX_LENGTH = 4,		/* total_length as it is */
	FIX_ADDRESS = 8,	/* a destination on the other side */
	FIX_CHECKSUMS = 16,
	QUOTE = 32,		/* after 28 bytes comes an earlier packet */
	ANSWER = 64,		/* the last one that was forwarded the other
				   way, ends exchanged, is put before it */
	PACKET_MAX = 1500,
};

struct input {
	const uint8_t *at, *end;
};

struct life {
	struct nat *nat;
	int64_t now;
	uint8_t last[2][PACKET_MAX];	/* forwarded, by the side they came
					   from */
	size_t last_length[2];
};

static uint8_t next_byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static struct profile read_profile(struct input *in)
{
	struct profile p;

	profile_defaults(&p);
	for (size_t i = 0; i < axis_count; i++) {
		int *field = (int *)(void *)((char *)&p + axes[i].offset);
		uint8_t byte = next_byte(in);

		if (axes[i].values)
			*field = byte % (int)axes[i].value_count;
		else
			*field = 1 + byte % 60;
	}
	return p;
}

/* layers - is there a whole transport header in a whole packet? */
static bool layers(const uint8_t *bytes, size_t length, struct ipv4 *ip,
		   size_t *field)
{
	static const size_t at[] = { [IPV4_ICMP] = 2, [IPV4_TCP] = 16,
				     [IPV4_UDP] = 6 };

	if (!ipv4_parse(bytes, length, ip) || ip->total_length > length ||
	    (ip->protocol != IPV4_ICMP && ip->protocol != IPV4_TCP &&
	     ip->protocol != IPV4_UDP))
		return false;
	*field = ip->header_length + at[ip->protocol];
	return *field + 2 <= ip->total_length;
}

static uint16_t transport_sum(const uint8_t *bytes, const struct ipv4 *ip)
{
	uint16_t length = (uint16_t)(ip->total_length - ip->header_length);
	uint32_t sum = ip->protocol == IPV4_ICMP ? 0 :
		checksum_pseudo(ip->source, ip->destination, ip->protocol,
				length);

	return checksum_fold(checksum_add(sum, bytes + ip->header_length,
					  length));
}

/* is_right - both checksums are; a datagram may have none */
static bool is_right(const uint8_t *bytes, size_t length)
{
	struct ipv4 ip;
	size_t field;

	return layers(bytes, length, &ip, &field) &&
		checksum_fold(checksum_add(0, bytes, ip.header_length)) ==
		0xffff &&
		(transport_sum(bytes, &ip) == 0xffff ||
		 (ip.protocol == IPV4_UDP && !get16(bytes + field)));
}

static void fix_checksums(uint8_t *bytes, size_t length)
{
	struct ipv4 ip;
	size_t field;

	if (!layers(bytes, length, &ip, &field))
		return;
	put16(bytes + 10, 0);
	put16(bytes + 10, (uint16_t)~checksum_fold(
				  checksum_add(0, bytes, ip.header_length)));
	put16(bytes + field, 0);
	put16(bytes + field, (uint16_t)~transport_sum(bytes, &ip));
}

/* answer - write the last packet of the other way, ends exchanged */
static void answer(uint8_t *bytes, size_t length, const uint8_t *last)
{
	uint8_t swapped[24];

	if (length < sizeof(swapped))
		return;
	memcpy(swapped, last, sizeof(swapped));
	memcpy(swapped + 12, last + 16, 4);
	memcpy(swapped + 16, last + 12, 4);
	memcpy(swapped + 20, last + 22, 2);
	memcpy(swapped + 22, last + 20, 2);
	memcpy(bytes, swapped, sizeof(swapped));
}

static void fix(const struct life *l, uint8_t *bytes, size_t length,
		unsigned what, size_t quoted)
{
	unsigned side = what & FROM_OUTSIDE;
	const uint8_t *other = l->last[!side];

	if (what & ANSWER && l->last_length[!side] >= 24)
		answer(bytes, length, other);
	if (what & QUOTE && length > 28) {
		size_t n = length - 28;

		if (n > l->last_length[!side])
			n = l->last_length[!side];
		memcpy(bytes + 28, other, n < quoted ? n : quoted);
	}
	if (what & FIX_LENGTH && length >= 4) {
		bytes[0] = 0x40 | (bytes[0] & 15);
		put16(bytes + 2, (uint16_t)length);
	}
	if (what & FIX_ADDRESS && length >= 20)
		put32(bytes + 16, side == NAT_OUTSIDE ? OUTSIDE :
		      UINT32_C(0xc6336400) | (bytes[19] & 3));
	if (what & FIX_CHECKSUMS)
		fix_checksums(bytes, length);
}

static void check(struct life *l, unsigned side, const uint8_t *before,
		  const struct nat_packet *packet, const struct nat_result *r)
{
	size_t length = packet->length;

	assert(strlen(r->reason) < 64);
	if (r->verdict == NAT_FORWARD) {
		assert(!*r->reason && !r->reply_length);
		if (!packet->partial && is_right(before, length))
			assert(is_right(packet->bytes, length));
		memcpy(l->last[side], packet->bytes, length);
		l->last_length[side] = length;
		return;
	}
	assert(*r->reason);
	assert(!memcmp(packet->bytes, before, length));
	assert((r->verdict == NAT_REPLY) == (r->reply_length > 0));
	assert(r->reply_length <= NAT_REPLY_ROOM);
	assert(!r->reply_length || is_right(r->reply, r->reply_length));
}

/* one_packet - in memory of its exact size */
static void one_packet(struct life *l, struct input *in)
{
	unsigned what = next_byte(in);
	unsigned elapsed = next_byte(in);
	size_t length = (size_t)(next_byte(in) << 8 | next_byte(in)) %
		PACKET_MAX;
	size_t quoted = next_byte(in);
	uint8_t *bytes = calloc(1, length + 1), *before = malloc(length + 1);
	struct nat_packet packet = { bytes, length, what & PARTIAL };
	struct nat_result result;
	size_t n = (size_t)(in->end - in->at);

	assert(bytes && before);
	memcpy(bytes, in->at, n < length ? n : length);
	in->at += n < length ? n : length;
	fix(l, bytes, length, what, quoted);
	memcpy(before, bytes, length);
	l->now += elapsed * (elapsed & 1 ? NS_PER_S : NS_PER_MS);
	packet.bytes = realloc(bytes, length ? length : 1);
	assert(packet.bytes);
	nat_input(l->nat, what & FROM_OUTSIDE ? NAT_OUTSIDE : NAT_INSIDE,
		  &packet, l->now, &result);
	check(l, what & FROM_OUTSIDE, before, &packet, &result);
	free(packet.bytes);
	free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	struct nat_config config = {
		.profile = read_profile(&in),
		.inside_address = INSIDE,
		.outside_address = OUTSIDE,
		.seed = 1,
		.sessions = 8,
	};
	static struct life l;
	struct nat_counts c;

	memset(&l, 0, sizeof(l));
	l.nat = nat_new(&config);
	assert(l.nat);
	while (in.at < in.end) {
		one_packet(&l, &in);
		nat_counts(l.nat, &c);
		assert(c.sessions <= 8 && c.mappings <= 8);
	}
	nat_free(l.nat);
	return 0;
}
