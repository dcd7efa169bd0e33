/* The ports, which TCP (RFC 9293 3.1) and UDP (RFC 768) begin with alike. */
#ifndef TCPTRAV_WIRE_PORTS_H
#define TCPTRAV_WIRE_PORTS_H

#include "wire/bytes.h"

enum {
	SOURCE_PORT_AT = 0,
	DESTINATION_PORT_AT = 2,
	PORTS_LENGTH = 4,	/* bytes of both */
};

static inline uint16_t source_port(const uint8_t *transport)
{
	return get16(transport + SOURCE_PORT_AT);
}

static inline uint16_t destination_port(const uint8_t *transport)
{
	return get16(transport + DESTINATION_PORT_AT);
}

#endif
