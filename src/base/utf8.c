#include "base/utf8.h"

#include <stdint.h>

size_t utf8_sequence_length(const unsigned char *p)
{
	uint32_t value;
	size_t i, n;

	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	value = p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && value < 0x800) || (n == 4 && value < 0x10000))
		return 0;
	return value > 0x10ffff || (value >> 11) == 0x1b ? 0 : n;
}
