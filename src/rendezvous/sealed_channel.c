#include "rendezvous/sealed_channel.h"

#include "wire/bytes.h"

#include <sodium.h>
#include <string.h>

#define COUNTER_BYTES 8
#define AEAD_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define PURPOSE "sealed datagrams"	/* a method's name has no blank */

void sealed_channel_begin(struct sealed_channel *c, const struct keys *k,
			  const struct endpoint *a, const struct endpoint *b)
{
	memset(c, 0, sizeof(*c));
	proof_make(k, true, PURPOSE, a, b, c->key_out);
	proof_make(k, false, PURPOSE, a, b, c->key_in);
}

size_t sealed_channel_seal(struct sealed_channel *c, const void *plain,
			   size_t length, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE] = { 0 };

	if (length > SEALED_DATAGRAM_PLAIN || c->sent == UINT64_MAX)
		return 0;
	c->sent++;
	put32(out, (uint32_t)(c->sent >> 32));
	put32(out + 4, (uint32_t)c->sent);
	memcpy(nonce, out, COUNTER_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + COUNTER_BYTES, NULL,
						   plain, length, NULL, 0,
						   NULL, nonce, c->key_out);
	return length + SEALED_DATAGRAM_OVERHEAD;
}

/* may_accept - is the counter new, and not too old to know that? */
static bool may_accept(const struct sealed_channel *c, uint64_t counter)
{
	if (counter > c->highest)
		return true;
	return counter != 0 && c->highest - counter < REPLAY_WINDOW &&
	       !(c->accepted >> (c->highest - counter) & 1);
}

/* accept_counter - note that the counter has been used; Return: is it the
   highest? */
static bool accept_counter(struct sealed_channel *c, uint64_t counter)
{
	uint64_t ahead;

	if (counter <= c->highest) {
		c->accepted |= UINT64_C(1) << (c->highest - counter);
		return false;
	}
	ahead = counter - c->highest;
	c->accepted = ahead < REPLAY_WINDOW ? c->accepted << ahead | 1 : 1;
	c->highest = counter;
	return true;
}

long sealed_channel_unseal(struct sealed_channel *c, const uint8_t *datagram,
			   size_t length, uint8_t *out, bool *newest)
{
	uint8_t nonce[AEAD_NONCE] = { 0 };
	uint64_t counter;

	*newest = false;
	if (length < SEALED_DATAGRAM_OVERHEAD || length > SEALED_DATAGRAM_MAX)
		return -1;
	counter = (uint64_t)get32(datagram) << 32 | get32(datagram + 4);
	memcpy(nonce, datagram, COUNTER_BYTES);
	if (!may_accept(c, counter) ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, datagram + COUNTER_BYTES,
		    length - COUNTER_BYTES, NULL, 0, nonce, c->key_in) != 0)
		return -1;
	*newest = accept_counter(c, counter);
	return (long)(length - SEALED_DATAGRAM_OVERHEAD);
}
