/*
 * Sealing bytes under a key whose nonces are a counter: libsodium's
 * XChaCha20-Poly1305. Pure.
 *
 *     counter, 8 bytes, big endian | ciphertext | tag, 16 bytes
 */
#ifndef TCPTRAV_RENDEZVOUS_AEAD_H
#define TCPTRAV_RENDEZVOUS_AEAD_H

#include <stddef.h>
#include <stdint.h>

#define AEAD_KEY 32
#define AEAD_OVERHEAD 24	/* 8 bytes of counter and the 16-byte tag */

/*
 * aead_seal - encrypt and authenticate
 * @counter: never used with this key before
 * @out:     room for @length + AEAD_OVERHEAD bytes
 * Return: the length of what is in @out
 */
size_t aead_seal(const uint8_t key[AEAD_KEY], uint64_t counter,
		 const void *plain, size_t length, uint8_t *out);

/* aead_counter - the counter of sealed bytes, not authenticated yet
   @sealed: at least AEAD_OVERHEAD bytes */
uint64_t aead_counter(const uint8_t *sealed);

/*
 * aead_unseal - check and decrypt
 * @length: at least AEAD_OVERHEAD
 * @out:    room for @length - AEAD_OVERHEAD bytes
 * Return: the length of what is in @out; -1: not sealed under this key
 */
long aead_unseal(const uint8_t key[AEAD_KEY], const uint8_t *sealed,
		 size_t length, uint8_t *out);

#endif
