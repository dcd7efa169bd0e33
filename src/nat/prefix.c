/*
 * In one's complement, 0xffff is a second zero. The adjusted word never becomes
 * 0xffff (0 is written instead), and a word that is 0xffff is never adjusted.
 * So the way back finds the same word, and gives the same address.
 */
#include "nat/prefix.h"

#include "wire/bytes.h"
#include "wire/checksum.h"

#include <string.h>

enum {
	ADDRESS = 16,
	WORDS = 8,			/* in an address */
	SUBNET_WORD = 3,		/* bits 48 to 63: RFC 6296 3.4 */
	IDENTIFIER_WORD = 4,		/* bits 64 and on: 3.5 */
	SUBNET_PREFIX_MAX = 48,
	ONES = 0xffff,
};

/* mask_at - Return: the bits of byte @i that belong to a prefix */
static uint8_t mask_at(unsigned int length, unsigned int i)
{
	if (length >= 8 * i + 8)
		return 0xff;
	if (length <= 8 * i)
		return 0;
	return (uint8_t)(0xff << (8 * i + 8 - length));
}

bool prefix_covers(const uint8_t prefix[16], unsigned int length,
		   const uint8_t address[16])
{
	for (unsigned int i = 0; i < ADDRESS; i++)
		if ((prefix[i] ^ address[i]) & mask_at(length, i))
			return false;
	return true;
}

/* is_prefix - are all bits beyond the length zero? */
static bool is_prefix(const uint8_t prefix[16], unsigned int length)
{
	for (unsigned int i = 0; i < ADDRESS; i++)
		if (prefix[i] & (uint8_t)~mask_at(length, i))
			return false;
	return true;
}

static uint16_t prefix_sum(const uint8_t prefix[16])
{
	return checksum_fold(checksum_add(0, prefix, ADDRESS));
}

/* minus - Return: the negative of a word in one's complement */
static uint16_t minus(uint16_t word)
{
	return (uint16_t)~word;
}

bool prefix_pair_init(struct prefix_pair *pair, const uint8_t inside[16],
		      unsigned int inside_length, const uint8_t outside[16],
		      unsigned int outside_length)
{
	*pair = (struct prefix_pair){ 0 };
	if (inside_length != outside_length || !inside_length ||
	    inside_length > PREFIX_LENGTH_MAX ||
	    !is_prefix(inside, inside_length) ||
	    !is_prefix(outside, outside_length))
		return false;
	memcpy(pair->inside, inside, ADDRESS);
	memcpy(pair->outside, outside, ADDRESS);
	pair->length = (uint8_t)inside_length;
	pair->adjustment = checksum_fold((uint32_t)prefix_sum(inside) +
					 minus(prefix_sum(outside)));
	return true;
}

/* adjusted_word - Return: the word that is adjusted to keep the checksum the
   same, or NULL */
static uint8_t *adjusted_word(unsigned int length, uint8_t address[16])
{
	bool subnet = length <= SUBNET_PREFIX_MAX;
	size_t first = subnet ? SUBNET_WORD : IDENTIFIER_WORD;
	size_t end = subnet ? SUBNET_WORD + 1 : WORDS;

	for (size_t i = first; i < end; i++)
		if (get16(address + 2 * i) != ONES)
			return address + 2 * i;
	return NULL;
}

static bool exchange(const uint8_t from[16], const uint8_t to[16],
		     unsigned int length, uint16_t adjustment,
		     uint8_t address[16])
{
	uint8_t *word = adjusted_word(length, address);
	uint16_t sum;

	if (!word || !prefix_covers(from, length, address))
		return false;
	for (unsigned int i = 0; i < ADDRESS; i++)
		address[i] = (uint8_t)((address[i] & ~mask_at(length, i)) |
				       to[i]);
	sum = checksum_fold((uint32_t)get16(word) + adjustment);
	put16(word, sum == ONES ? 0 : sum);
	return true;
}

bool prefix_out(const struct prefix_pair *pair, uint8_t address[16])
{
	return exchange(pair->inside, pair->outside, pair->length,
			pair->adjustment, address);
}

bool prefix_in(const struct prefix_pair *pair, uint8_t address[16])
{
	return exchange(pair->outside, pair->inside, pair->length,
			minus(pair->adjustment), address);
}

void prefix_of(const uint8_t address[16], unsigned int length,
	       uint8_t out[16])
{
	for (unsigned int i = 0; i < 16; i++) {
		unsigned int left = length > 8 * i ? length - 8 * i : 0;

		out[i] = left >= 8 ? address[i] :
			(uint8_t)(address[i] & (0xff00U >> left));
	}
}
