/*
 * The session code, and what two hosts derive from it: the session's name,
 * keys, sealed messages and proofs (docs/rendezvous.md). Pure; libsodium's
 * BLAKE2b and XChaCha20-Poly1305.
 */
#ifndef TCPTRAV_RENDEZVOUS_CODE_H
#define TCPTRAV_RENDEZVOUS_CODE_H

#include "base/endpoint.h"
#include "base/error.h"
#include "rendezvous/aead.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_TEXT 18		/* 16 letters, a check letter, and the end */
#define SESSION_NAME_TEXT 33	/* session name: 32 hex digits and the end */
#define NONCE_BYTES 16
#define PROOF_BYTES 32
#define ATTEMPT_ID_TEXT 17	/* attempt id: 16 hex digits and the end */
#define SEAL_OVERHEAD AEAD_OVERHEAD

/* code_make - encode 80 bits: base 32 (RFC 4648 section 6) and a check
   letter */
void code_make(const uint8_t bits[10], char code[CODE_TEXT]);

/*
 * code_check - is @text a session code?
 * @text: may have upper case, and '-' between letters
 * @code: set to the code in lower case, without '-'
 * Return: false with ERROR_USE (length, letter, check letter)
 */
bool code_check(const char *text, char code[CODE_TEXT], struct error *e);

/*
 * code_session_name - derive the session's name. S learns nothing else of the
 * code.
 * @order: 0 for the first attempt of a run, 1 for the one with swapped roles
 */
void code_session_name(const char *code, unsigned order,
		       char name[SESSION_NAME_TEXT]);

/*
 * code_isn - derive the initial sequence number that a host announces with its
 * nonce: who knows the code derives the same, and nobody else can
 * @nonce: new for each attempt, so the number is, too
 * Return: 1 to 2^32 - 1
 */
uint32_t code_isn(const char *code, const uint8_t nonce[NONCE_BYTES]);

struct keys {
	char id[ATTEMPT_ID_TEXT];	/* of the attempt */
	bool is_a;		/* this host's nonce is the smaller one */
	uint8_t seal_out[32], seal_in[32];
	uint8_t proof_out[32], proof_in[32];
	uint64_t sent, received;	/* counters of sealed messages */
};

/*
 * keys_derive - derive the keys from the code and both nonces
 * Return: false if the nonces are equal
 */
bool keys_derive(const char *code, const uint8_t mine[NONCE_BYTES],
		 const uint8_t theirs[NONCE_BYTES], struct keys *out);

/*
 * seal - encrypt and authenticate
 * @out:   room for @length + SEAL_OVERHEAD bytes
 * Return: its length
 */
size_t seal(struct keys *k, const void *plain, size_t length, uint8_t *out);

/*
 * unseal - check and decrypt
 * @out:   room for @length - SEAL_OVERHEAD bytes
 * Return: the plain length, or -1 (forged, replayed, cut, wrong code)
 */
long unseal(struct keys *k, const uint8_t *sealed, size_t length,
	    uint8_t *out);

/*
 * proof_make - make the proof: the 32 bytes that begin a stream in one
 * direction
 * @outgoing: the bytes that this host sends; false: those that it expects
 * @what:     the method and its variant
 * @a, @b:    both public endpoints, as S sent them; A is the host with is_a
 */
void proof_make(const struct keys *k, bool outgoing, const char *what,
		const struct endpoint *a, const struct endpoint *b,
		uint8_t out[PROOF_BYTES]);

#endif
