#include "rendezvous/udp_observation.h"

#include "wire/bytes.h"

#include <string.h>

static const uint8_t magic[4] = "TTO1";

enum {
	KIND_AT = 4,
	TRANSACTION_AT = 8,
	COOKIE_AT = TRANSACTION_AT + TRANSACTION_BYTES,
	TOKEN_AT = COOKIE_AT + COOKIE_BYTES,
	ADDRESS_AT = TRANSACTION_AT + TRANSACTION_BYTES,
	PORT_AT = ADDRESS_AT + 4,
};

static size_t length_of(enum udp_observation_kind kind)
{
	switch (kind) {
	case UDP_QUESTION:
		return TOKEN_AT + TOKEN_BYTES;
	case UDP_COOKIE:
		return COOKIE_AT + COOKIE_BYTES;
	case UDP_OBSERVED:
		return PORT_AT + 4;
	}
	return 0;
}

size_t udp_observation_write(const struct udp_observation *o,
			     uint8_t out[UDP_OBSERVATION_BYTES])
{
	memset(out, 0, UDP_OBSERVATION_BYTES);
	memcpy(out, magic, sizeof(magic));
	out[KIND_AT] = (uint8_t)o->kind;
	memcpy(out + TRANSACTION_AT, o->transaction, TRANSACTION_BYTES);
	if (o->kind == UDP_OBSERVED) {
		put32(out + ADDRESS_AT,
		      o->endpoint.address ^ get32(o->transaction));
		put16(out + PORT_AT, (uint16_t)(o->endpoint.port ^
						get16(o->transaction)));
	} else {
		memcpy(out + COOKIE_AT, o->cookie, COOKIE_BYTES);
	}
	if (o->kind == UDP_QUESTION)
		memcpy(out + TOKEN_AT, o->token, TOKEN_BYTES);
	return length_of(o->kind);
}

bool udp_observation_parse(const uint8_t *bytes, size_t length,
			   struct udp_observation *out)
{
	memset(out, 0, sizeof(*out));
	if (length < COOKIE_AT || memcmp(bytes, magic, sizeof(magic)) != 0 ||
	    length != length_of((enum udp_observation_kind)bytes[KIND_AT]))
		return false;
	out->kind = (enum udp_observation_kind)bytes[KIND_AT];
	memcpy(out->transaction, bytes + TRANSACTION_AT, TRANSACTION_BYTES);
	if (out->kind == UDP_OBSERVED) {
		out->endpoint.address = get32(bytes + ADDRESS_AT) ^
					get32(out->transaction);
		out->endpoint.port = (uint16_t)(get16(bytes + PORT_AT) ^
						get16(out->transaction));
	} else {
		memcpy(out->cookie, bytes + COOKIE_AT, COOKIE_BYTES);
	}
	if (out->kind == UDP_QUESTION)
		memcpy(out->token, bytes + TOKEN_AT, TOKEN_BYTES);
	return true;
}
