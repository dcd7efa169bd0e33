/*
 * The Internet checksum is the complement of a one's complement sum of 16-bit
 * words. The sum is commutative and carries may be added late (RFC 1071 1, 2),
 * so a checksum can be updated from the changed words alone: HC' = ~(~HC + ~m
 * + m') (RFC 1624 equation 3, which is right for zero).
 */
#include "wire/checksum.h"

#include "wire/bytes.h"

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length)
{
	const uint8_t *p = bytes;
	uint64_t wide = sum;

	for (; length > 1; length -= 2, p += 2)
		wide += get16(p);
	if (length)
		wide += (uint64_t)p[0] << 8;
	while (wide >> 32)
		wide = (wide & 0xffffffff) + (wide >> 32);
	return (uint32_t)wide;
}

uint16_t checksum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint32_t checksum_pseudo(uint32_t source, uint32_t destination,
			 uint8_t protocol, uint16_t length)
{
	return (source >> 16) + (source & 0xffff) + (destination >> 16) +
	       (destination & 0xffff) + protocol + length;
}

uint32_t checksum_pseudo6(const uint8_t source[16],
			  const uint8_t destination[16], uint8_t protocol,
			  uint32_t length)
{
	uint32_t addresses = checksum_add(checksum_add(0, source, 16),
					  destination, 16);

	return addresses + (length >> 16) + (length & 0xffff) + protocol;
}

/* sum_change - subtract @before, add @after, in one's complement */
static uint16_t sum_change(uint16_t sum, uint32_t before, uint32_t after)
{
	uint32_t gone = ~before;

	return checksum_fold(sum + (gone >> 16) + (gone & 0xffff) +
			     (after >> 16) + (after & 0xffff));
}

void checksum_change32(uint8_t field[2], uint32_t before, uint32_t after)
{
	uint16_t sum = (uint16_t)~get16(field);

	put16(field, (uint16_t)~sum_change(sum, before, after));
}

/* A 16-bit word is a 32-bit word whose high half is 0 before and after. */
void checksum_change16(uint8_t field[2], uint16_t before, uint16_t after)
{
	checksum_change32(field, before, after);
}

void checksum_change32_partial(uint8_t field[2], uint32_t before,
			       uint32_t after)
{
	put16(field, sum_change(get16(field), before, after));
}

void checksum_change16_partial(uint8_t field[2], uint16_t before,
			       uint16_t after)
{
	checksum_change32_partial(field, before, after);
}

/* sum_of - Return: the value of a string in a sum: one word, the sum of its
   words */
static uint16_t sum_of(const void *bytes, size_t length)
{
	return checksum_fold(checksum_add(0, bytes, length));
}

void checksum_change_bytes(uint8_t field[2], const void *before,
			   const void *after, size_t length)
{
	checksum_change16(field, sum_of(before, length),
			  sum_of(after, length));
}

void checksum_change_bytes_partial(uint8_t field[2], const void *before,
				   const void *after, size_t length)
{
	checksum_change16_partial(field, sum_of(before, length),
				  sum_of(after, length));
}
