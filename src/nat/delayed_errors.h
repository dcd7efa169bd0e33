/*
 * Answers that a NAT holds back for 6 s, for the case that the inside host
 * sends a SYN there meanwhile (RFC 5382 REQ-4).
 */
#ifndef TCPTRAV_NAT_DELAYED_ERRORS_H
#define TCPTRAV_NAT_DELAYED_ERRORS_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PENDING_ANSWERS = 128,	/* more unsolicited SYNs within 6 s than that
				   are not answered */
	PENDING_ROOM = 160,	/* an ICMP error, and a SYN's headers in it */
};

struct pending_answer {
	int64_t due;
	struct nat_endpoint external, remote;	/* whom the SYN was to, from */
	bool cancelled;
	uint16_t length;
	uint8_t bytes[PENDING_ROOM];
};

struct pending {
	unsigned first, count;	/* a ring, in order of time */
	struct pending_answer answers[PENDING_ANSWERS];
};

/* pending_add - room for one more, to be filled in; NULL when all is taken */
struct pending_answer *pending_add(struct pending *p, int64_t due);

/* pending_cancel - no answers to SYNs from @remote to @external */
void pending_cancel(struct pending *p, const struct nat_endpoint *external,
		    const struct nat_endpoint *remote);

/* pending_next - the next one that is due, taken out; NULL: none is */
const struct pending_answer *pending_next(struct pending *p, int64_t now);

/* pending_wake - when the next is due; TIME_NEVER: there is none */
int64_t pending_wake(const struct pending *p);

#endif
