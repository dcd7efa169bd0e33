/*
 * The UDP header (RFC 768).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------------------------------+-------------------------------+
 *  0  |          source port          |       destination port        |
 *     +-------------------------------+-------------------------------+
 *  4  |            length             |  checksum (0: none, IPv4 only) |
 *     +-------------------------------+-------------------------------+
 */
#ifndef TCPTRAV_WIRE_UDP_H
#define TCPTRAV_WIRE_UDP_H

#include "wire/ports.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	UDP_LENGTH_AT = 4,
	UDP_CHECKSUM_AT = 6,
	UDP_HEADER = 8,
};

struct udp {
	uint16_t source, destination, length, checksum;
};

/*
 * udp_parse - read a header
 * @bytes:  from the UDP header on
 * @length: bytes there are
 * Return:  false, with @out cleared, when there are fewer than 8
 */
bool udp_parse(const uint8_t *bytes, size_t length, struct udp *out);

/* The fields of a header of at least 8 bytes. */

/* udp_length - Return: the length of header and data in bytes, from the
   header */
static inline uint16_t udp_length(const uint8_t *udp)
{
	return get16(udp + UDP_LENGTH_AT);
}

/* udp_has_checksum - has the datagram a checksum? 0 stands for none (RFC
   768). */
static inline bool udp_has_checksum(const uint8_t *udp)
{
	return get16(udp + UDP_CHECKSUM_AT);
}

#endif
