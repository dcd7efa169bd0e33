/* Two hosts with the code's keys, for tests of sealed datagrams. */
#ifndef TCPTRAV_DATAGRAM_FIXTURE_H
#define TCPTRAV_DATAGRAM_FIXTURE_H

#include "rendezvous/sealed_channel.h"

#include <string.h>

static const struct endpoint public_a = { 0x9b63190b, 62000 };
static const struct endpoint public_b = { 0x8a4c1d07, 31000 };

/* begin_channels - the channels of A and of B, with the keys of one attempt */
static inline void begin_channels(struct sealed_channel *a,
				  struct sealed_channel *b)
{
	uint8_t nonce_a[NONCE_BYTES] = { 1 }, nonce_b[NONCE_BYTES] = { 2 };
	uint8_t bits[10] = "datagrams";
	char code[CODE_TEXT];
	struct keys keys_a, keys_b;

	code_make(bits, code);
	keys_derive(code, nonce_a, nonce_b, &keys_a);
	keys_derive(code, nonce_b, nonce_a, &keys_b);
	sealed_channel_begin(a, &keys_a, &public_a, &public_b);
	sealed_channel_begin(b, &keys_b, &public_a, &public_b);
}

#endif
