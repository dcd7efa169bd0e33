/*
 * ICMP errors that the NAT delays by 6 s, in case the inside host sends a SYN
 * to the same peer meanwhile (RFC 5382 REQ-4).
 */
#ifndef TCPTRAV_NAT_DELAYED_ERRORS_H
#define TCPTRAV_NAT_DELAYED_ERRORS_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DELAYED_ERRORS_MAX = 128,	/* further SYNs get no answer */
	DELAYED_ERROR_ROOM = 160,	/* of an ICMP error that quotes a SYN */
};

struct delayed_error {
	int64_t due;
	struct nat_endpoint external, remote;	/* destination and source of
						   the SYN */
	bool cancelled;
	uint16_t length;
	uint8_t bytes[DELAYED_ERROR_ROOM];
};

struct delayed_errors {
	unsigned first, count;	/* a ring, in order of time */
	struct delayed_error errors[DELAYED_ERRORS_MAX];
};

/* delayed_error_add - a new one for the caller to fill in; NULL when there is
   no room */
struct delayed_error *delayed_error_add(struct delayed_errors *d, int64_t due);

/* delayed_error_cancel - do not answer SYNs from @remote to @external */
void delayed_error_cancel(struct delayed_errors *d,
			  const struct nat_endpoint *external,
			  const struct nat_endpoint *remote);

/* delayed_error_next - remove the next one that is due; good until the next
   delayed_error_add(); NULL: none is due */
const struct delayed_error *delayed_error_next(struct delayed_errors *d,
					       int64_t now);

/* delayed_errors_wake - the time of the next one; TIME_NEVER: none */
int64_t delayed_errors_wake(const struct delayed_errors *d);

#endif
