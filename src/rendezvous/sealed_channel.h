/*
 * A sealed channel over datagrams between two hosts: each datagram is encrypted
 * and authenticated by itself. Datagrams may be lost, duplicated and reordered.
 * Pure; libsodium's XChaCha20-Poly1305 and BLAKE2b.
 *
 *     +------------------------+----------------------+------------------+
 *     |  counter, 8 bytes, big |  ciphertext          |  tag, 16 bytes   |
 *     |  endian, from 1        |  up to 1,176 bytes   |                  |
 *     +------------------------+----------------------+------------------+
 *
 * The counter is the nonce. A direction has a key of its own, which only this
 * attempt has, so no nonce is used twice. The receiver accepts each counter
 * once, and none that is 64 or more below the highest one (RFC 4303, 3.4.3).
 */
#ifndef TCPTRAV_RENDEZVOUS_SEALED_CHANNEL_H
#define TCPTRAV_RENDEZVOUS_SEALED_CHANNEL_H

#include "rendezvous/aead.h"
#include "rendezvous/code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of UDP payload. Each link of the Internet carries a packet of 1,280
   bytes (RFC 8200, section 5), so none is fragmented. */
#define SEALED_DATAGRAM_MAX 1200
#define SEALED_DATAGRAM_OVERHEAD AEAD_OVERHEAD
#define SEALED_DATAGRAM_PLAIN						\
	(SEALED_DATAGRAM_MAX - SEALED_DATAGRAM_OVERHEAD)
#define REPLAY_WINDOW 64		/* counters */

struct sealed_channel {
	uint8_t key_out[32], key_in[32];
	uint64_t sent;			/* counter of the last datagram */
	uint64_t highest;		/* counter accepted; 0: none */
	uint64_t accepted;		/* bit i: the counter highest - i */
};

/*
 * sealed_channel_begin - derive the channel's keys
 * They are the proofs (code.h) of a purpose that no stream has, so they are
 * bound to the code, both nonces and both endpoints.
 * @a, @b: both hosts' public UDP endpoints, as S sent them
 */
void sealed_channel_begin(struct sealed_channel *c, const struct keys *k,
			  const struct endpoint *a, const struct endpoint *b);

/*
 * sealed_channel_seal - seal the next datagram
 * @out:   room for @length + SEALED_DATAGRAM_OVERHEAD bytes
 * Return: its length; 0: @length is above SEALED_DATAGRAM_PLAIN, or all
 *         counters are used
 */
size_t sealed_channel_seal(struct sealed_channel *c, const void *plain,
			   size_t length, uint8_t *out);

/*
 * sealed_channel_unseal - check and decrypt a datagram
 * @out:    room for @length - SEALED_DATAGRAM_OVERHEAD bytes
 * @newest: set to whether its counter is higher than all accepted before
 * Return:  the plain length, or -1 (forged, replayed, too old, cut, too long)
 */
long sealed_channel_unseal(struct sealed_channel *c, const uint8_t *datagram,
			   size_t length, uint8_t *out, bool *newest);

#endif
