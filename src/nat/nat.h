/*
 * The NAT engine: translates one IPv4 packet at a time, as its profile says.
 * Pure: no socket, no clock, no allocation after nat_new().
 */
#ifndef TCPTRAV_NAT_NAT_H
#define TCPTRAV_NAT_NAT_H

#include "base/endpoint.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nat;

enum nat_side { NAT_INSIDE, NAT_OUTSIDE };

enum nat_verdict {
	NAT_FORWARD,		/* send @packet out of the other side */
	NAT_DROP,
	NAT_REPLY,		/* drop it, and send @reply back out of the
				   side that it came from */
};

struct nat_config {
	struct profile profile;
	uint32_t inside_address;	/* the NAT's own, source of its TEs to
					   inside hosts */
	uint32_t outside_address;	/* the external address */
	uint64_t seed;			/* of random ports and offsets */
	uint32_t sessions;		/* table limit; 0: 65536 */
};

#define NAT_REPLY_ROOM 576

struct nat_packet {
	uint8_t *bytes;		/* from the IP header on; rewritten in place */
	size_t length;		/* never changed */
	bool partial;		/* the L4 checksum field holds the
				   un-complemented pseudo-header sum */
};

struct nat_result {
	enum nat_verdict verdict;
	const char *reason;	/* static text that names the axis and value
				   that decided ("unsolicited-syn = drop"), or
				   what was wrong ("cut short"); "" when
				   simply forwarded */
	size_t reply_length;	/* of NAT_REPLY */
	uint8_t reply[NAT_REPLY_ROOM];
};

/*
 * nat_new - make a NAT
 * Return: it, to be given to nat_free(); NULL when memory is short
 */
struct nat *nat_new(const struct nat_config *config);
void nat_free(struct nat *n);

/*
 * nat_input - one packet arrives
 * @side:   where from
 * @packet: its bytes; rewritten only when the verdict is NAT_FORWARD
 * @now:    ns; must not go backwards; all timeouts run on it
 * @result: what to do
 * A packet cut short, with nonsense lengths or a wrong header is dropped.
 */
void nat_input(struct nat *n, enum nat_side side, struct nat_packet *packet,
	       int64_t now, struct nat_result *result);

struct nat_counts {
	uint64_t forwarded, dropped, replied;
	uint32_t sessions, mappings;	/* now */
};
void nat_counts(const struct nat *n, struct nat_counts *out);

#endif
