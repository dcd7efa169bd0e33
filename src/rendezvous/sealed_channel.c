#include "rendezvous/sealed_channel.h"

#include <string.h>

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
	if (length > SEALED_DATAGRAM_PLAIN || c->sent == UINT64_MAX)
		return 0;
	return aead_seal(c->key_out, ++c->sent, plain, length, out);
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
	uint64_t counter;
	long plain;

	*newest = false;
	if (length < SEALED_DATAGRAM_OVERHEAD || length > SEALED_DATAGRAM_MAX)
		return -1;
	counter = aead_counter(datagram);
	if (!may_accept(c, counter))
		return -1;
	plain = aead_unseal(c->key_in, datagram, length, out);
	if (plain >= 0)
		*newest = accept_counter(c, counter);
	return plain;
}
