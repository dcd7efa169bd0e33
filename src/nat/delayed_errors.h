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
	DELAYED_ERRORS_MAX = 128, /* more unsolicited SYNs within 6 s than that
				   are not answered */
	DELAYED_ERROR_ROOM = 160, /* an ICMP error, and a SYN's headers in it */
};

struct delayed_error {
	int64_t due;
	struct nat_endpoint external, remote;	/* whom the SYN was to, from */
	bool cancelled;
	uint16_t length;
	uint8_t bytes[DELAYED_ERROR_ROOM];
};

struct delayed_errors {
	unsigned first, count;	/* a ring, in order of time */
	struct delayed_error answers[DELAYED_ERRORS_MAX];
};

/* delayed_error_add - room for one more, to be filled in; NULL when all is
   taken */
struct delayed_error *delayed_error_add(struct delayed_errors *p, int64_t due);

/* delayed_error_cancel - no answers to SYNs from @remote to @external */
void delayed_error_cancel(struct delayed_errors *p,
			  const struct nat_endpoint *external,
			  const struct nat_endpoint *remote);

/* delayed_error_next - the next one that is due, taken out; NULL: none is */
const struct delayed_error *delayed_error_next(struct delayed_errors *p,
					       int64_t now);

/* delayed_errors_wake - when the next is due; TIME_NEVER: there is none */
int64_t delayed_errors_wake(const struct delayed_errors *p);

#endif
