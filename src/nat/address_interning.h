/*
 * Interning of IPv6 addresses: each is stored once, counted, and stands for a
 * 32-bit number as long as it is held. So the keys of the tables are as small
 * for IPv6 as for IPv4, whose addresses are their own numbers.
 */
#ifndef TCPTRAV_NAT_ADDRESS_INTERNING_H
#define TCPTRAV_NAT_ADDRESS_INTERNING_H

#include <stdbool.h>
#include <stdint.h>

struct interned_address {
	uint8_t address[16];
	uint32_t next;			/* in its bucket or free list */
	uint32_t users;
};

struct interned_addresses {
	struct interned_address *rows;	/* [0] is not used */
	uint32_t *heads;
	uint32_t limit, mask, top, free;
	uint64_t key;
};

/* interned_init - for at most @limit addresses; false: out of memory */
bool interned_init(struct interned_addresses *b, uint32_t limit, uint64_t key);
void interned_free(struct interned_addresses *b);

/* interned_find - an address's number; 0: it is not interned */
uint32_t interned_find(const struct interned_addresses *b,
		       const uint8_t address[16]);

/* interned_add - intern an address if it is not yet, and hold it once more
   Return: its number; 0 when there is no room */
uint32_t interned_add(struct interned_addresses *b, const uint8_t address[16]);

/* interned_hold, interned_release - hold it once more, once less; what nobody
   holds is forgotten */
void interned_hold(struct interned_addresses *b, uint32_t number);
void interned_release(struct interned_addresses *b, uint32_t number);

static inline const uint8_t *interned_bytes(const struct interned_addresses *b,
					    uint32_t number)
{
	return b->rows[number].address;
}

#endif
