/*
 * The input is a datagram from anybody, which must change nothing, and then the
 * content of one that the peer has sealed, for a host that knocks and for one
 * that is connected. No host sends more than its budget, and no data is longer
 * than the content.
 */
#include "fuzz.h"

#include "method/datagram_session.h"

#include <string.h>

static const struct endpoint here = { 0x0a000001, 4321 };
static const struct endpoint there = { 0x0a000002, 4322 };

static void begin_hosts(struct knocking *a, struct knocking *b)
{
	uint8_t one[NONCE_BYTES] = { 1 }, two[NONCE_BYTES] = { 2 };
	const uint8_t bits[10] = { 0 };
	char code[CODE_TEXT];
	struct keys k;

	memset(a, 0, sizeof(*a));
	a->deadline = NS_PER_S;
	a->keepalive = 15;
	*b = *a;
	code_make(bits, code);
	assert(keys_derive(code, one, two, &k));
	sealed_channel_begin(&a->channel, &k, &here, &there);
	assert(keys_derive(code, two, one, &k));
	sealed_channel_begin(&b->channel, &k, &here, &there);
	knocking_begin(a, NS_PER_S);
	knocking_begin(b, NS_PER_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sealed[SEALED_DATAGRAM_MAX], out[SEALED_DATAGRAM_MAX];
	struct knocking a, b, before;
	struct datagram_session s;
	unsigned sent = 0;
	int64_t next;
	size_t length;

	begin_hosts(&a, &b);
	before = b;
	assert(!knocking_receive(&b, &there, data, size, 0));
	assert(memcmp(&b, &before, sizeof(b)) == 0);
	length = size > SEALED_DATAGRAM_PLAIN ? 0 :
		 sealed_channel_seal(&a.channel, data, size, sealed);
	if (!length)
		return 0;
	datagram_session_begin(&s, &b, 0);
	assert(knocking_receive(&b, &there, sealed, length, 0));
	assert(b.level >= KNOCK_HEARD && b.level <= KNOCK_CONNECTED);
	while (knocking_next(&b, 0, out))
		sent++;
	assert(sent <= 2);
	assert(datagram_session_receive(&s, &there, sealed, length, 0, out) <
	       (long)size || size == 0);
	for (sent = 0; datagram_session_tick(&s, 0, out, &next); sent++)
		;
	assert(sent <= 2);
	return 0;
}
