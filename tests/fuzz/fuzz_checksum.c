/*
 * The input is the place of a word, its new value, and the bytes. An updated
 * checksum must equal the one over all changed bytes.
 */
#include "fuzz.h"

#include "wire/bytes.h"
#include "wire/checksum.h"

#include <string.h>

enum { INPUT = 6, BYTES = 1500 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[BYTES], whole[2], plain[2], halves[2];
	uint32_t before, after, sum;
	size_t at;

	if (size < INPUT + 4 || size > INPUT + BYTES)
		return 0;
	after = get32(data + 2);
	at = get16(data);
	data += INPUT;
	size -= INPUT;
	at = at % (size - 3) & ~(size_t)1;
	memcpy(bytes, data, size);
	sum = checksum_pseudo(0xc0000201, 0xc6336401, 6, (uint16_t)size);
	before = get32(bytes + at);
	put16(plain, checksum_fold(checksum_add(sum, bytes, size)));
	put16(whole, (uint16_t)~get16(plain));
	memcpy(halves, whole, 2);

	put32(bytes + at, after);
	checksum_change32(whole, before, after);
	checksum_change32_partial(plain, before, after);
	checksum_change16(halves, (uint16_t)(before >> 16),
			  (uint16_t)(after >> 16));
	checksum_change16(halves, (uint16_t)before, (uint16_t)after);
	sum = checksum_fold(checksum_add(sum, bytes, size));
	assert(get16(plain) == sum);
	assert(get16(whole) == (uint16_t)~sum);
	assert(get16(halves) == (uint16_t)~sum);
	return 0;
}
