/* Addresses that are shut out: unsolicited-syn = ban. */
#ifndef TCPTRAV_NAT_BLOCKLIST_H
#define TCPTRAV_NAT_BLOCKLIST_H

#include <stdbool.h>
#include <stdint.h>

enum { BANS = 256 };		/* the newest; more than that are forgotten */

struct ban {
	int64_t until;
	uint8_t address[16];	/* IPv4: the first four, the rest 0 */
};

struct bans {
	unsigned next, count;
	struct ban rows[BANS];
};

/* ban_add - shut an address out until @until */
void ban_add(struct bans *b, const uint8_t address[16], int64_t until);

bool ban_has(const struct bans *b, const uint8_t address[16], int64_t now);

#endif
