/*
 * IPv6 addresses, each written down once and known by its number from then
 * on: so the tables' keys are as small for IPv6 as for IPv4, whose addresses
 * are their own numbers. An address stays as long as somebody uses it.
 */
#ifndef TCPTRAV_NAT_ADDRESS_INTERNING_H
#define TCPTRAV_NAT_ADDRESS_INTERNING_H

#include <stdbool.h>
#include <stdint.h>

struct nat_book_row {
	uint8_t address[16];
	uint32_t next;			/* in its bucket, or of the free */
	uint32_t users;
};

struct nat_book {
	struct nat_book_row *rows;	/* [0] is not used */
	uint32_t *heads;
	uint32_t limit, mask, top, free;
	uint64_t key;
};

/* book_init - for at most @limit addresses; false when memory is short */
bool book_init(struct nat_book *b, uint32_t limit, uint64_t key);
void book_free(struct nat_book *b);

/* book_find - an address's number; 0 when it isn't written down */
uint32_t book_find(const struct nat_book *b, const uint8_t address[16]);

/* book_enter - the same, written down if it wasn't, with one user more;
   0 when the book is full */
uint32_t book_enter(struct nat_book *b, const uint8_t address[16]);

/* book_use, book_leave - one user more, one less */
void book_use(struct nat_book *b, uint32_t number);
void book_leave(struct nat_book *b, uint32_t number);

static inline const uint8_t *book_address(const struct nat_book *b,
					  uint32_t number)
{
	return b->rows[number].address;
}

#endif
