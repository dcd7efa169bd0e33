/*
 * What the NAT stores for each inside host (RFC 6888's subscriber): its
 * external address, its block of ports, how many mappings it has, and how many
 * it opened in this second. A host is stored as long as it has a mapping.
 */
#ifndef TCPTRAV_NAT_SUBSCRIBER_H
#define TCPTRAV_NAT_SUBSCRIBER_H

#include "base/rng.h"
#include "nat/table.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stdint.h>

struct subscriber {
	int64_t second;			/* begins at, ns */
	uint32_t next;			/* in its bucket or free list */
	uint32_t address;		/* of IPv6: interned */
	uint32_t opened;		/* mappings in that second */
	uint32_t mappings[3];		/* now; by transport() */
	uint16_t first;			/* port of its block; 0: none */
	uint8_t external;		/* address, from 0 */
	bool ipv6;
};

struct subscribers {
	struct subscriber *rows;	/* [0] is not used */
	uint32_t *heads;
	uint64_t (*blocks)[1024];	/* taken ones, by external address */
	uint32_t limit, mask, top, free;
	unsigned addresses, turn;	/* whose turn it is to be chosen */
	struct rng rng;
	uint64_t key;
};

/* subscribers_init - for at most @limit hosts; false: out of memory */
bool subscribers_init(struct subscribers *s, uint32_t limit,
		      unsigned addresses, uint64_t seed);
void subscribers_free(struct subscribers *s);

/* What a new mapping of a host may have. */
struct subscriber_share {
	uint8_t external;		/* address of its new mapping */
	uint16_t first, last;		/* ports; 0: any */
};

/*
 * subscriber_take - count one more mapping of a host
 * Return: NULL, or the axis that refuses: "ports-per-host = 4"
 */
const char *subscriber_take(struct subscribers *s, const struct profile *p,
			    enum nat_protocol protocol, uint32_t address,
			    int64_t now, struct subscriber_share *out);

/* subscriber_leave - count one mapping less */
void subscriber_leave(struct subscribers *s, const struct profile *p,
		      enum nat_protocol protocol, uint32_t address);

#endif
