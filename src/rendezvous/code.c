/*
 * A session code is 80 bits as 16 letters of RFC 4648's base 32, first bit
 * first, and one check letter.
 *
 * Letters are elements of GF(32) = GF(2)[x] / (x^5 + x^2 + 1), of which x
 * generates all 31 non-zero elements. A code is valid when the polynomial
 * whose coefficients are its 17 letters has the root x. A wrong letter changes
 * the sum by difference * x^i, which is never 0. Two swapped letters change it
 * by difference * (x^i + x^j), never 0 for i != j below 31. So every single
 * error and every transposition is found.
 *
 * A key is BLAKE2b of both nonces (the smaller, A's, first), keyed with the
 * code, with a personalisation string for each purpose.
 */
#include "rendezvous/code.h"

#include "wire/bytes.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

#define CODE_LETTERS (CODE_TEXT - 1)

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

/* times_x - multiply by x in GF(32) */
static unsigned times_x(unsigned element)
{
	element <<= 1;
	return element & 32 ? element ^ 0x25 : element;
}

/* letter_value - 0 to 31, or -1 */
static int letter_value(char letter)
{
	const char *at = letter ? strchr(alphabet, letter) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* code_sum - the polynomial of @count letters at x (Horner) */
static unsigned code_sum(const char *code, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum = times_x(sum) ^ (unsigned)letter_value(code[i]);
	return sum;
}

void code_make(const uint8_t bits[10], char code[CODE_TEXT])
{
	for (size_t i = 0; i < CODE_LETTERS - 1; i++) {
		size_t bit = i * 5, byte = bit / 8;
		unsigned pair = (unsigned)bits[byte] << 8;

		if (byte + 1 < 10)
			pair |= bits[byte + 1];
		code[i] = alphabet[pair >> (11 - bit % 8) & 31];
	}
	code[CODE_LETTERS - 1] =
		alphabet[times_x(code_sum(code, CODE_LETTERS - 1))];
	code[CODE_LETTERS] = '\0';
}

/* code_refuse - clear @code and set the error why @text is not a code */
static bool code_refuse(char code[CODE_TEXT], struct error *e,
			const char *text, const char *why)
{
	memset(code, 0, CODE_TEXT);
	return error_set(e, ERROR_USE, "'%.60s' is not a session code: %s",
			 text, why);
}

bool code_check(const char *text, char code[CODE_TEXT], struct error *e)
{
	size_t count = 0;
	bool after_letter = false;

	for (const char *p = text; *p; p++) {
		char letter = (char)tolower((unsigned char)*p);

		if (*p == '-' && after_letter && p[1] != '\0') {
			after_letter = false;
			continue;
		}
		if (letter_value(letter) < 0)
			return code_refuse(code, e, text, "it may have only "
				"the letters a to z, the digits 2 to 7 and "
				"'-' between them");
		if (count < CODE_LETTERS)
			code[count] = letter;
		count++;
		after_letter = true;
	}
	if (count != CODE_LETTERS)
		return code_refuse(code, e, text, count < CODE_LETTERS ?
			"it is too short, a code has 17 letters" :
			"it is too long, a code has 17 letters");
	code[CODE_LETTERS] = '\0';
	if (code_sum(code, CODE_LETTERS) != 0)
		return code_refuse(code, e, text,
			"its check letter does not match, so it is mistyped");
	return true;
}

/* derive - BLAKE2b of @in, keyed with the code and specific to @purpose */
static void derive(const char *code, const char *purpose, const void *in,
		   size_t length, void *out, size_t out_length)
{
	uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES] = { 0 };
	int ready = sodium_init();	/* only makes BLAKE2b faster */

	(void)ready;
	memcpy(personal, purpose, strnlen(purpose, sizeof(personal)));
	crypto_generichash_blake2b_salt_personal(out, out_length, in, length,
						 (const uint8_t *)code,
						 CODE_LETTERS, NULL, personal);
}

void code_session_name(const char *code, unsigned order,
		       char name[SESSION_NAME_TEXT])
{
	uint8_t hash[(SESSION_NAME_TEXT - 1) / 2], turn = (uint8_t)order;

	derive(code, "tcptrav name", &turn, 1, hash, sizeof(hash));
	sodium_bin2hex(name, SESSION_NAME_TEXT, hash, sizeof(hash));
}

/* The kernel replaces an ISN of 0, so 0 becomes 1. */
uint32_t code_isn(const char *code, const uint8_t nonce[NONCE_BYTES])
{
	uint8_t hash[crypto_generichash_blake2b_BYTES_MIN];
	uint32_t isn;

	derive(code, "tcptrav ISN", nonce, NONCE_BYTES, hash, sizeof(hash));
	isn = get32(hash);
	return isn ? isn : 1;
}

bool keys_derive(const char *code, const uint8_t mine[NONCE_BYTES],
		 const uint8_t theirs[NONCE_BYTES], struct keys *out)
{
	uint8_t both[2 * NONCE_BYTES], id[(ATTEMPT_ID_TEXT - 1) / 2];
	int order = memcmp(mine, theirs, NONCE_BYTES);

	memset(out, 0, sizeof(*out));
	if (order == 0)
		return false;
	out->is_a = order < 0;
	memcpy(both, out->is_a ? mine : theirs, NONCE_BYTES);
	memcpy(both + NONCE_BYTES, out->is_a ? theirs : mine, NONCE_BYTES);

	derive(code, "tcptrav attempt", both, sizeof(both), id, sizeof(id));
	sodium_bin2hex(out->id, ATTEMPT_ID_TEXT, id, sizeof(id));
	derive(code, "tcptrav seal A", both, sizeof(both),
	       out->is_a ? out->seal_out : out->seal_in, 32);
	derive(code, "tcptrav seal B", both, sizeof(both),
	       out->is_a ? out->seal_in : out->seal_out, 32);
	derive(code, "tcptrav proof A", both, sizeof(both),
	       out->is_a ? out->proof_out : out->proof_in, 32);
	derive(code, "tcptrav proof B", both, sizeof(both),
	       out->is_a ? out->proof_in : out->proof_out, 32);
	return true;
}

/* A key seals one direction of one attempt, so the counter never repeats. */
size_t seal(struct keys *k, const void *plain, size_t length, uint8_t *out)
{
	return aead_seal(k->seal_out, ++k->sent, plain, length, out);
}

long unseal(struct keys *k, const uint8_t *sealed, size_t length,
	    uint8_t *out)
{
	uint64_t counter;
	long plain;

	if (length < SEAL_OVERHEAD)
		return -1;
	counter = aead_counter(sealed);
	if (counter <= k->received)
		return -1;
	plain = aead_unseal(k->seal_in, sealed, length, out);
	if (plain >= 0)
		k->received = counter;
	return plain;
}

/* The endpoints have a fixed length and come first, so different arguments
   never give the same input. */
void proof_make(const struct keys *k, bool outgoing, const char *what,
		const struct endpoint *a, const struct endpoint *b,
		uint8_t out[PROOF_BYTES])
{
	uint8_t ends[12];
	crypto_generichash_state state;

	put32(ends, a->address);
	put16(ends + 4, a->port);
	put32(ends + 6, b->address);
	put16(ends + 10, b->port);
	crypto_generichash_init(&state, outgoing ? k->proof_out : k->proof_in,
				32, PROOF_BYTES);
	crypto_generichash_update(&state, ends, sizeof(ends));
	crypto_generichash_update(&state, (const uint8_t *)what,
				  strlen(what));
	crypto_generichash_final(&state, out, PROOF_BYTES);
}
