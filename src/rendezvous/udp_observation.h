/*
 * The datagrams by which a host learns the UDP endpoint at which S sees it
 * (docs/rendezvous.md, "UDP endpoints"). Pure.
 *
 *	host to S	question, without a cookie or with the one from S
 *	S to host	cookie: come again with it
 *	S to host	observed: the endpoint
 *
 * An answer is never larger than a question:
 *
 *	question	"TTO1"  1 0 0 0  transaction 8  cookie 16  token 16
 *	cookie		"TTO1"  2 0 0 0  transaction 8  cookie 16
 *	observed	"TTO1"  3 0 0 0  transaction 8  address 4  port 2  0 0
 *
 * Address and port are XORed with the transaction, as in STUN's
 * XOR-MAPPED-ADDRESS (RFC 8489, section 14.2): some NATs rewrite what looks
 * like an inside address in a payload.
 */
#ifndef TCPTRAV_RENDEZVOUS_UDP_OBSERVATION_H
#define TCPTRAV_RENDEZVOUS_UDP_OBSERVATION_H

#include "base/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSACTION_BYTES 8
#define COOKIE_BYTES 16
#define TOKEN_BYTES 16
#define UDP_OBSERVATION_BYTES 48	/* the longest: a question */

enum udp_observation_kind {
	UDP_QUESTION = 1,
	UDP_COOKIE,
	UDP_OBSERVED,
};

struct udp_observation {
	enum udp_observation_kind kind;
	uint8_t transaction[TRANSACTION_BYTES];	/* the host's choice; S repeats
						   it */
	uint8_t cookie[COOKIE_BYTES];	/* question: all 0: none yet */
	uint8_t token[TOKEN_BYTES];	/* question with a cookie: which member
					   it is */
	struct endpoint endpoint;	/* observed */
};

/* udp_observation_write - Return: the length of the datagram in @out */
size_t udp_observation_write(const struct udp_observation *o,
			     uint8_t out[UDP_OBSERVATION_BYTES]);

/* udp_observation_parse - Return: false, with @out cleared, unless it is one
   of the three datagrams, of exactly its length */
bool udp_observation_parse(const uint8_t *bytes, size_t length,
			   struct udp_observation *out);

#endif
