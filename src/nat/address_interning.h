/*
 * IPv6 addresses, each written down once and known by its number from then
 * on: so the tables' keys are as small for IPv6 as for IPv4, whose addresses
 * are their own numbers. An address stays as long as somebody uses it.
 */
#ifndef TCPTRAV_NAT_ADDRESS_INTERNING_H
#define TCPTRAV_NAT_ADDRESS_INTERNING_H

#include <stdbool.h>
#include <stdint.h>

struct interned_address {
	uint8_t address[16];
	uint32_t next;			/* in its bucket, or of the free */
	uint32_t users;
};

struct interned_addresses {
	struct interned_address *rows;	/* [0] is not used */
	uint32_t *heads;
	uint32_t limit, mask, top, free;
	uint64_t key;
};

/* interned_init - for at most @limit addresses; false when memory is short */
bool interned_init(struct interned_addresses *b, uint32_t limit, uint64_t key);
void interned_free(struct interned_addresses *b);

/* interned_find - an address's number; 0 when it isn't written down */
uint32_t interned_find(const struct interned_addresses *b,
		       const uint8_t address[16]);

/* interned_add - the same, written down if it wasn't, with one user more;
   0 when the book is full */
uint32_t interned_add(struct interned_addresses *b, const uint8_t address[16]);

/* interned_hold, interned_release - one user more, one less */
void interned_hold(struct interned_addresses *b, uint32_t number);
void interned_release(struct interned_addresses *b, uint32_t number);

static inline const uint8_t *interned_bytes(const struct interned_addresses *b,
					    uint32_t number)
{
	return b->rows[number].address;
}

#endif
