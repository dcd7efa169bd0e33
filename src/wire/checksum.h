/* The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
#ifndef TCPTRAV_WIRE_CHECKSUM_H
#define TCPTRAV_WIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* checksum_add - add @length bytes to a running sum (an odd end is padded) */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length);

/* checksum_fold - Return: the 16-bit sum, not inverted, host byte order */
uint16_t checksum_fold(uint32_t sum);

/*
 * checksum_pseudo - running sum of the IPv4 pseudo-header
 * @source, @destination: host byte order
 * @length: of the transport header and data
 */
uint32_t checksum_pseudo(uint32_t source, uint32_t destination,
			 uint8_t protocol, uint16_t length);

/*
 * checksum_pseudo6 - running sum of the IPv6 pseudo-header (RFC 8200 8.1)
 * @source, @destination: 16 bytes in network order
 * @protocol: of the transport header, not of an extension header before it
 * @length:   of the transport header and data, without extension headers
 */
uint32_t checksum_pseudo6(const uint8_t source[16],
			  const uint8_t destination[16], uint8_t protocol,
			  uint32_t length);

/*
 * checksum_change32, checksum_change16 - update a checksum field in place after
 * a word that it covers changed from @before to @after (host byte order)
 * @field: two bytes in network order
 */
void checksum_change32(uint8_t field[2], uint32_t before, uint32_t after);
void checksum_change16(uint8_t field[2], uint16_t before, uint16_t after);

/*
 * checksum_change32_partial, ..16_partial - the same for a field that holds
 * the un-complemented pseudo-header sum, of a packet whose checksum the
 * network card or virtio completes (docs/linux.md, "Packet I/O")
 */
void checksum_change32_partial(uint8_t field[2], uint32_t before,
			       uint32_t after);
void checksum_change16_partial(uint8_t field[2], uint16_t before,
			       uint16_t after);

/*
 * checksum_change_bytes, .._partial - the same for a string of bytes, such as
 * an IPv6 address
 * @before, @after: @length bytes each
 * @length: even; the string begins at an even offset of what is summed
 */
void checksum_change_bytes(uint8_t field[2], const void *before,
			   const void *after, size_t length);
void checksum_change_bytes_partial(uint8_t field[2], const void *before,
				   const void *after, size_t length);

#endif
