#include "nat/address_interning.h"

#include <stdlib.h>
#include <string.h>

bool interned_init(struct interned_addresses *b, uint32_t limit, uint64_t key)
{
	uint32_t buckets = 64;

	while (buckets <= limit / 2)
		buckets *= 2;
	*b = (struct interned_addresses){ .limit = limit, .key = key };
	b->mask = buckets - 1;
	b->rows = calloc((size_t)limit + 1, sizeof(*b->rows));
	b->heads = calloc(buckets, sizeof(*b->heads));
	if (b->rows && b->heads)
		return true;
	interned_free(b);
	return false;
}

void interned_free(struct interned_addresses *b)
{
	free(b->rows);
	free(b->heads);
	*b = (struct interned_addresses){ 0 };
}

/* bucket_of - the hash is keyed, so that nobody outside can choose buckets */
static uint32_t *bucket_of(const struct interned_addresses *b,
			   const uint8_t address[16])
{
	uint64_t halves[2], x;

	memcpy(halves, address, sizeof(halves));
	x = (halves[0] ^ b->key) * UINT64_C(0x9fb21c651e98df25);
	x = (x ^ x >> 32 ^ halves[1]) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return &b->heads[(uint32_t)(x ^ x >> 32) & b->mask];
}

uint32_t interned_find(const struct interned_addresses *b,
		       const uint8_t address[16])
{
	uint32_t i = *bucket_of(b, address);

	while (i && memcmp(b->rows[i].address, address, 16) != 0)
		i = b->rows[i].next;
	return i;
}

uint32_t interned_add(struct interned_addresses *b, const uint8_t address[16])
{
	uint32_t *head = bucket_of(b, address);
	uint32_t i = interned_find(b, address);

	if (!i) {
		i = b->free;
		if (i)
			b->free = b->rows[i].next;
		else if (b->top < b->limit)
			i = ++b->top;
		else
			return 0;
		memcpy(b->rows[i].address, address, 16);
		b->rows[i].users = 0;
		b->rows[i].next = *head;
		*head = i;
	}
	b->rows[i].users++;
	return i;
}

void interned_hold(struct interned_addresses *b, uint32_t number)
{
	b->rows[number].users++;
}

void interned_release(struct interned_addresses *b, uint32_t number)
{
	struct interned_address *row = &b->rows[number];
	uint32_t *at;

	if (--row->users)
		return;
	at = bucket_of(b, row->address);
	while (*at != number)
		at = &b->rows[*at].next;
	*at = row->next;
	row->next = b->free;
	b->free = number;
}
