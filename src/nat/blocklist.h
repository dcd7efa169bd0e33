/* Blocked outside addresses: unsolicited-syn = ban. */
#ifndef TCPTRAV_NAT_BLOCKLIST_H
#define TCPTRAV_NAT_BLOCKLIST_H

#include <stdbool.h>
#include <stdint.h>

enum { BLOCKLIST_SIZE = 256 };	/* a new one replaces the oldest */

struct blocked_address {
	int64_t until;
	uint8_t address[16];	/* IPv4: the first four, the rest 0 */
};

struct blocklist {
	unsigned next, count;		/* next: to be replaced */
	struct blocked_address rows[BLOCKLIST_SIZE];
};

/* blocklist_add - block an address until @until */
void blocklist_add(struct blocklist *b, const uint8_t address[16],
		   int64_t until);

/* blocklist_has - is the address blocked at @now? */
bool blocklist_has(const struct blocklist *b, const uint8_t address[16],
		   int64_t now);

#endif
