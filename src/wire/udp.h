/* The UDP header (RFC 768). */
#ifndef TCPTRAV_WIRE_UDP_H
#define TCPTRAV_WIRE_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UDP_HEADER = 8 };

struct udp {
	uint16_t source, destination, length, checksum;
};

/* udp_parse - @bytes from the UDP header on; false when fewer than 8 */
bool udp_parse(const uint8_t *bytes, size_t length, struct udp *out);

#endif
