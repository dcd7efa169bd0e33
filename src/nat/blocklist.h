/* Addresses that are shut out: unsolicited-syn = ban. */
#ifndef TCPTRAV_NAT_BLOCKLIST_H
#define TCPTRAV_NAT_BLOCKLIST_H

#include <stdbool.h>
#include <stdint.h>

enum { BLOCKLIST_SIZE = 256 }; /* the newest; more than that are forgotten */

struct blocked_address {
	int64_t until;
	uint8_t address[16];	/* IPv4: the first four, the rest 0 */
};

struct blocklist {
	unsigned next, count;
	struct blocked_address rows[BLOCKLIST_SIZE];
};

/* blocklist_add - shut an address out until @until */
void blocklist_add(struct blocklist *b, const uint8_t address[16],
		   int64_t until);

bool blocklist_has(const struct blocklist *b, const uint8_t address[16],
		   int64_t now);

#endif
