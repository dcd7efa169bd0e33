/*
 * S's side of the observation of UDP endpoints: a datagram and the time in, an
 * answer out. It keeps no state of any question. Pure but for random keys.
 *
 * A question without a valid cookie is answered with a cookie, which goes to
 * the address that the question names as its source. Only a host that receives
 * there can come again with it (return routability). A cookie is a keyed hash
 * of address, port and time step; there is a key for the present step and one
 * for the step before, so a cookie is valid for 30 to 60 s.
 *
 * A token names a member. S gives it over the member's TCP connection, so
 * nobody else can have an endpoint taken for this member's.
 */
#ifndef TCPTRAV_RENDEZVOUS_UDP_OBSERVER_H
#define TCPTRAV_RENDEZVOUS_UDP_OBSERVER_H

#include "base/clock.h"
#include "rendezvous/udp_observation.h"

#define COOKIE_STEP (30 * NS_PER_S)

struct udp_observer {
	int64_t step;			/* of cookie_key[0] */
	uint8_t cookie_key[2][32];	/* of the present step, of the one
					   before */
	uint8_t token_key[32];
};

/* udp_observer_begin - make new keys */
void udp_observer_begin(struct udp_observer *o);

/* udp_observer_token - make the token of the member with that number */
void udp_observer_token(const struct udp_observer *o, uint32_t member,
			uint8_t token[TOKEN_BYTES]);

/*
 * udp_observer_answer - answer a datagram
 * @from:   its source
 * @answer: what to send to @from; never longer than the datagram
 * @member: set to the member whose token it carries, beside a valid cookie;
 *          0: none
 * Return:  the answer's length; 0: there is no answer
 */
size_t udp_observer_answer(struct udp_observer *o, const struct endpoint *from,
			   const uint8_t *datagram, size_t length, int64_t now,
			   uint8_t answer[UDP_OBSERVATION_BYTES],
			   uint32_t *member);

#endif
