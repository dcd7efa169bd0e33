#include "method/datagram_input.h"

#include <string.h>

size_t datagram_input_next(const struct datagram_input *in, bool ended)
{
	const uint8_t *newline = memchr(in->bytes, '\n', in->length);

	if (in->unit == DATAGRAM_OF_LINE && newline)
		return (size_t)(newline - in->bytes) + 1;
	if (in->unit == DATAGRAM_OF_READ || ended ||
	    in->length == sizeof(in->bytes))
		return in->length;
	return 0;
}

void datagram_input_drop(struct datagram_input *in, size_t length)
{
	in->length -= length;
	memmove(in->bytes, in->bytes + length, in->length);
}
