#include "rendezvous/aead.h"

#include "wire/bytes.h"

#include <sodium.h>
#include <string.h>

#define COUNTER_BYTES 8
#define AEAD_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

size_t aead_seal(const uint8_t key[AEAD_KEY], uint64_t counter,
		 const void *plain, size_t length, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE] = { 0 };

	put32(out, (uint32_t)(counter >> 32));
	put32(out + 4, (uint32_t)counter);
	memcpy(nonce, out, COUNTER_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + COUNTER_BYTES, NULL,
						   plain, length, NULL, 0,
						   NULL, nonce, key);
	return length + AEAD_OVERHEAD;
}

uint64_t aead_counter(const uint8_t *sealed)
{
	return (uint64_t)get32(sealed) << 32 | get32(sealed + 4);
}

long aead_unseal(const uint8_t key[AEAD_KEY], const uint8_t *sealed,
		 size_t length, uint8_t *out)
{
	uint8_t nonce[AEAD_NONCE] = { 0 };

	memcpy(nonce, sealed, COUNTER_BYTES);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, sealed + COUNTER_BYTES,
		    length - COUNTER_BYTES, NULL, 0, nonce, key) != 0)
		return -1;
	return (long)(length - AEAD_OVERHEAD);
}
