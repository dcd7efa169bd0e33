/*
 * What of standard input becomes one datagram: a line, or what one read()
 * returns. A line that is longer than a datagram is cut. Pure.
 */
#ifndef TCPTRAV_METHOD_DATAGRAM_INPUT_H
#define TCPTRAV_METHOD_DATAGRAM_INPUT_H

#include "method/datagram_session.h"

enum datagram_unit { DATAGRAM_OF_LINE, DATAGRAM_OF_READ };

/* The caller appends what it reads at bytes + length. There is always room. */
struct datagram_input {
	enum datagram_unit unit;
	size_t length;			/* of what is in @bytes */
	uint8_t bytes[DATAGRAM_PAYLOAD];
};

/*
 * datagram_input_next - how many of the first bytes are the next datagram
 * @ended: no more will come, so what there is is a datagram
 * Return: 0: none is complete
 */
size_t datagram_input_next(const struct datagram_input *in, bool ended);

/* datagram_input_drop - remove the first @length bytes */
void datagram_input_drop(struct datagram_input *in, size_t length);

#endif
