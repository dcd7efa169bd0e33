/* The session code: RFC 4648's base 32, the check letter, keys, sealing. */
#include "rendezvous/code.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

/* Two codes with all letters in them, and the two ends. */
static const uint8_t samples[][10] = {
	{ 0 },
	{ 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 },
	{ 0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf },
	{ 0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf },
};

/* RFC 4648 section 10: base32("foobar") is MZXW6YTBOI */
static void code_letters_are_base_32_of_the_bits(void **state)
{
	const uint8_t foobar[10] = "foobar";
	char code[CODE_TEXT];

	(void)state;
	code_make(foobar, code);
	assert_int_equal(strlen(code), 17);
	assert_memory_equal(code, "mzxw6ytboi", 9);
	code_make(samples[2], code);
	assert_memory_equal(code, "abcdefghijklmnop", 16);
	code_make(samples[3], code);
	assert_memory_equal(code, "qrstuvwxyz234567", 16);
}

static void made_code_passes_its_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		char code[CODE_TEXT], read[CODE_TEXT];
		struct error e = { 0 };

		code_make(samples[i], code);
		assert_true(code_check(code, read, &e));
		assert_string_equal(read, code);
	}
}

/* Every wrong letter at each of the 17 places, exhaustively. */
static void every_wrong_letter_is_detected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		char code[CODE_TEXT], wrong[CODE_TEXT], read[CODE_TEXT];

		code_make(samples[i], code);
		for (int at = 0; at < 17; at++)
			for (int l = 0; l < 32; l++) {
				memcpy(wrong, code, CODE_TEXT);
				wrong[at] = letters[l];
				assert_int_equal(code_check(wrong, read, NULL),
						 wrong[at] == code[at]);
			}
	}
}

/*
 * Every pair of letters at every two places, exhaustively: the code is
 * linear, so what stands elsewhere does not matter.
 */
static void every_transposition_is_detected(void **state)
{
	(void)state;
	for (int pair = 0; pair < 32 * 32; pair++)
		for (int at = 0; at < 15; at++) {
			uint8_t bits[10] = { 0 };
			char code[CODE_TEXT], wrong[CODE_TEXT];
			char read[CODE_TEXT];

			for (int b = 0; b < 10; b++) {
				int bit = at * 5 + b;

				if (pair >> (9 - b) & 1)
					bits[bit / 8] |= (uint8_t)
						(128 >> bit % 8);
			}
			code_make(bits, code);
			assert_int_equal(code[at], letters[pair / 32]);
			for (int other = 0; other < 17; other++) {
				memcpy(wrong, code, CODE_TEXT);
				wrong[at] = code[other];
				wrong[other] = code[at];
				assert_int_equal(code_check(wrong, read, NULL),
						 code[at] == code[other]);
			}
		}
}

static void upper_case_and_dashes_are_normalised(void **state)
{
	char code[CODE_TEXT], read[CODE_TEXT], dashed[40];

	(void)state;
	code_make(samples[2], code);
	snprintf(dashed, sizeof(dashed), "%.4s-%.4s-%.4s-%.4s-%s", code,
		 code + 4, code + 8, code + 12, code + 16);
	for (char *p = dashed; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	assert_true(code_check(dashed, read, NULL));
	assert_string_equal(read, code);
}

static void refused(const char *text, const char *why)
{
	char read[CODE_TEXT];
	struct error e = { 0 };

	assert_false(code_check(text, read, &e));
	assert_int_equal(e.kind, ERROR_USE);
	assert_non_null(strstr(e.text, why));
	assert_string_equal(read, "");
}

static void texts_that_are_no_code_are_refused(void **state)
{
	char code[CODE_TEXT], text[64];

	(void)state;
	code_make(samples[2], code);
	refused("", "too short");
	refused("abcdefghijklmnop", "too short");
	snprintf(text, sizeof(text), "%sa", code);
	refused(text, "too long");
	snprintf(text, sizeof(text), "-%s", code);
	refused(text, "only the letters");
	snprintf(text, sizeof(text), "%s-", code);
	refused(text, "only the letters");
	snprintf(text, sizeof(text), "%.4s--%s", code, code + 4);
	refused(text, "only the letters");
	refused("abcdefghijklmno1a", "only the letters");
	refused("abcd efghijklmnop", "only the letters");
	refused("\xc3\xa9", "only the letters");
	memcpy(text, code, CODE_TEXT);
	text[16] = text[16] == 'a' ? 'b' : 'a';
	refused(text, "mistyped");
	refused(text, text);
}

static const uint8_t nonce_1[NONCE_BYTES] = { 1 };
static const uint8_t nonce_2[NONCE_BYTES] = { 2 };

static void both(struct keys *a, struct keys *b)
{
	char code[CODE_TEXT];

	code_make(samples[3], code);
	assert_true(keys_derive(code, nonce_1, nonce_2, a));
	assert_true(keys_derive(code, nonce_2, nonce_1, b));
}

static void session_names_differ_by_code_and_order(void **state)
{
	char code[CODE_TEXT], name[3][SESSION_NAME_TEXT];

	(void)state;
	code_make(samples[2], code);
	code_session_name(code, 0, name[0]);
	code_session_name(code, 1, name[1]);
	code_make(samples[3], code);
	code_session_name(code, 0, name[2]);
	assert_int_equal(strlen(name[0]), 32);
	assert_int_equal(strspn(name[0], "0123456789abcdef"), 32);
	assert_string_not_equal(name[0], name[1]);
	assert_string_not_equal(name[0], name[2]);
}

static void host_with_the_smaller_nonce_is_a(void **state)
{
	struct keys a, b;

	(void)state;
	both(&a, &b);
	assert_true(a.is_a);
	assert_false(b.is_a);
	assert_string_equal(a.id, b.id);
	assert_int_equal(strlen(a.id), 16);
	assert_false(keys_derive("x", nonce_1, nonce_1, &a));
}

static void all_keys_differ(void **state)
{
	struct keys a, b;
	const uint8_t *keys[4];

	(void)state;
	both(&a, &b);
	assert_memory_equal(a.seal_out, b.seal_in, 32);
	assert_memory_equal(a.seal_in, b.seal_out, 32);
	assert_memory_equal(a.proof_out, b.proof_in, 32);
	assert_memory_equal(a.proof_in, b.proof_out, 32);
	keys[0] = a.seal_out;
	keys[1] = a.seal_in;
	keys[2] = a.proof_out;
	keys[3] = a.proof_in;
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(keys[i], keys[j], 32);
}

static void sealed_message_is_unsealed(void **state)
{
	struct keys a, b;
	uint8_t sealed[64], plain[64];

	(void)state;
	both(&a, &b);
	for (size_t n = 0; n <= 32; n += 8) {
		const char *text = "0123456789abcdef0123456789abcdef";
		size_t length = seal(&a, text, n, sealed);

		assert_int_equal(length, n + SEAL_OVERHEAD);
		assert_int_equal(unseal(&b, sealed, length, plain), n);
		assert_memory_equal(plain, text, n);
	}
}

static void replayed_and_reflected_messages_are_refused(void **state)
{
	struct keys a, b;
	uint8_t first[64], second[64], plain[64];
	size_t length;

	(void)state;
	both(&a, &b);
	length = seal(&a, "one", 3, first);
	assert_int_equal(seal(&a, "two", 3, second), length);
	assert_int_equal(unseal(&a, first, length, plain), -1);
	assert_int_equal(unseal(&b, second, length, plain), 3);
	assert_int_equal(unseal(&b, second, length, plain), -1);
	assert_int_equal(unseal(&b, first, length, plain), -1);
}

/* Every bit and every length; none of them spoils the next good letter. */
static void forged_and_cut_messages_are_refused(void **state)
{
	struct keys a, b;
	uint8_t sealed[64], plain[64];
	size_t length;

	(void)state;
	both(&a, &b);
	length = seal(&a, "letter", 6, sealed);
	for (size_t bit = 0; bit < length * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(unseal(&b, sealed, length, plain), -1);
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < length; n++)
		assert_int_equal(unseal(&b, sealed, n, plain), -1);
	assert_int_equal(unseal(&b, sealed, length, plain), 6);
}

static void proof_depends_on_method_endpoints_and_direction(void **state)
{
	const struct endpoint x = { 0xc0000201, 1 }, y = { 0xc6336401, 2 };
	struct keys a, b;
	uint8_t out[PROOF_BYTES], in[PROOF_BYTES], other[PROOF_BYTES];

	(void)state;
	both(&a, &b);
	proof_make(&a, true, "stunt2", &x, &y, out);
	proof_make(&b, false, "stunt2", &x, &y, in);
	assert_memory_equal(out, in, PROOF_BYTES);
	proof_make(&b, true, "stunt2", &x, &y, other);
	assert_memory_not_equal(out, other, PROOF_BYTES);
	proof_make(&b, false, "stunt2 keep-syn", &x, &y, other);
	assert_memory_not_equal(out, other, PROOF_BYTES);
	proof_make(&b, false, "stunt2", &y, &x, other);
	assert_memory_not_equal(out, other, PROOF_BYTES);
	proof_make(&b, false, "stunt2", &x, &x, other);
	assert_memory_not_equal(out, other, PROOF_BYTES);
}

static void isn_depends_on_code_and_nonce_and_is_never_0(void **state)
{
	const char *one = "aaaaaaaaaaaaaaaaa", *two = "baaaaaaaaaaaaaaaa";
	uint8_t nonce[NONCE_BYTES] = { 0 };
	uint32_t isn = code_isn(one, nonce);

	(void)state;
	assert_int_equal(code_isn(one, nonce), isn);
	assert_int_not_equal(code_isn(two, nonce), isn);
	for (unsigned i = 1; i < 10000; i++) {
		nonce[0] = (uint8_t)i;
		nonce[NONCE_BYTES - 1] = (uint8_t)(i >> 8);
		assert_int_not_equal(code_isn(one, nonce), 0);
		assert_int_not_equal(code_isn(one, nonce), isn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_letters_are_base_32_of_the_bits),
		cmocka_unit_test(made_code_passes_its_check),
		cmocka_unit_test(every_wrong_letter_is_detected),
		cmocka_unit_test(every_transposition_is_detected),
		cmocka_unit_test(upper_case_and_dashes_are_normalised),
		cmocka_unit_test(texts_that_are_no_code_are_refused),
		cmocka_unit_test(session_names_differ_by_code_and_order),
		cmocka_unit_test(host_with_the_smaller_nonce_is_a),
		cmocka_unit_test(all_keys_differ),
		cmocka_unit_test(sealed_message_is_unsealed),
		cmocka_unit_test(replayed_and_reflected_messages_are_refused),
		cmocka_unit_test(forged_and_cut_messages_are_refused),
		cmocka_unit_test(
			proof_depends_on_method_endpoints_and_direction),
		cmocka_unit_test(isn_depends_on_code_and_nonce_and_is_never_0),
	};

	return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}
