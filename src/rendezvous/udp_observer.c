#include "rendezvous/udp_observer.h"

#include "wire/bytes.h"

#include <sodium.h>
#include <string.h>

#define NUMBER_BYTES 4	/* a token's: the member's number; a hash follows */

void udp_observer_begin(struct udp_observer *o)
{
	o->step = 0;		/* long ago: the first question turns them */
	randombytes_buf(o->cookie_key, sizeof(o->cookie_key));
	randombytes_buf(o->token_key, sizeof(o->token_key));
}

/* rotate_keys - make the keys those of the present step and of the one
   before */
static void rotate_keys(struct udp_observer *o, int64_t now)
{
	int64_t step = now / COOKIE_STEP;

	if (step == o->step)
		return;
	if (step == o->step + 1)
		memcpy(o->cookie_key[1], o->cookie_key[0],
		       sizeof(o->cookie_key[0]));
	else
		randombytes_buf(o->cookie_key[1], sizeof(o->cookie_key[1]));
	randombytes_buf(o->cookie_key[0], sizeof(o->cookie_key[0]));
	o->step = step;
}

/* make_cookie - @age: 0 for the present step, 1 for the one before */
static void make_cookie(const struct udp_observer *o,
			const struct endpoint *from, int age,
			uint8_t cookie[COOKIE_BYTES])
{
	uint64_t step = (uint64_t)(o->step - age);
	uint8_t in[14];

	put32(in, from->address);
	put16(in + 4, from->port);
	put32(in + 6, (uint32_t)(step >> 32));
	put32(in + 10, (uint32_t)step);
	crypto_generichash(cookie, COOKIE_BYTES, in, sizeof(in),
			   o->cookie_key[age], sizeof(o->cookie_key[age]));
}

static bool has_valid_cookie(const struct udp_observer *o,
			     const struct endpoint *from,
			     const uint8_t cookie[COOKIE_BYTES])
{
	for (int age = 0; age < 2; age++) {
		uint8_t expected[COOKIE_BYTES];

		make_cookie(o, from, age, expected);
		if (sodium_memcmp(expected, cookie, COOKIE_BYTES) == 0)
			return true;
	}
	return false;
}

void udp_observer_token(const struct udp_observer *o, uint32_t member,
			uint8_t token[TOKEN_BYTES])
{
	uint8_t hash[crypto_generichash_BYTES];

	put32(token, member);
	crypto_generichash(hash, sizeof(hash), token, NUMBER_BYTES,
			   o->token_key, sizeof(o->token_key));
	memcpy(token + NUMBER_BYTES, hash, TOKEN_BYTES - NUMBER_BYTES);
}

/* token_member - Return: the member that the token names; 0: S did not make
   it */
static uint32_t token_member(const struct udp_observer *o,
			     const uint8_t token[TOKEN_BYTES])
{
	uint8_t expected[TOKEN_BYTES];

	udp_observer_token(o, get32(token), expected);
	return sodium_memcmp(expected, token, TOKEN_BYTES) == 0 ?
		get32(token) : 0;
}

size_t udp_observer_answer(struct udp_observer *o, const struct endpoint *from,
			   const uint8_t *datagram, size_t length, int64_t now,
			   uint8_t answer[UDP_OBSERVATION_BYTES],
			   uint32_t *member)
{
	struct udp_observation in, out = { .kind = UDP_COOKIE };

	*member = 0;
	if (!udp_observation_parse(datagram, length, &in) ||
	    in.kind != UDP_QUESTION)
		return 0;
	rotate_keys(o, now);
	memcpy(out.transaction, in.transaction, TRANSACTION_BYTES);
	if (has_valid_cookie(o, from, in.cookie)) {
		*member = token_member(o, in.token);
		if (!*member)
			return 0;
		out.kind = UDP_OBSERVED;
		out.endpoint = *from;
	} else {
		make_cookie(o, from, 0, out.cookie);
	}
	return udp_observation_write(&out, answer);
}
