/*
 * The TCP header (RFC 9293 3.1) and its options (3.2; RFC 7323, 2018).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------------------------------+-------------------------------+
 *  0  |          source port          |       destination port        |
 *     +-------------------------------+-------------------------------+
 *  4  |                        sequence number                        |
 *     +---------------------------------------------------------------+
 *  8  |                     acknowledgment number                     |
 *     +-------+-------+---------------+-------------------------------+
 * 12  | offset|       |C E U A P R S F|            window             |
 *     +-------+-------+---------------+-------------------------------+
 * 16  |           checksum            |        urgent pointer         |
 *     +-------------------------------+-------------------------------+
 * 20  |                    options, 0 to 40 bytes                     |
 *     +---------------------------------------------------------------+
 *
 * The data offset counts words of 4 bytes. `struct segment` is an IPv4 packet
 * with a TCP header, as it is captured, forged and shown in ladders.
 */
#ifndef TCPTRAV_WIRE_TCP_H
#define TCPTRAV_WIRE_TCP_H

#include "base/endpoint.h"
#include "wire/ports.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,

	TCP_HEADER = 20,		/* without options */
	TCP_OPTIONS_MAX = 40,

	TCP_SEQUENCE_AT = 4,
	TCP_ACKNOWLEDGEMENT_AT = 8,
	TCP_OFFSET_AT = 12,
	TCP_FLAGS_AT = 13,
	TCP_WINDOW_AT = 14,
	TCP_CHECKSUM_AT = 16,

	TCP_OPTION_END = 0,		/* RFC 9293 3.2 */
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_SCALE = 3,		/* RFC 7323 2.2 */
	TCP_OPTION_SACK_PERMITTED = 4,	/* RFC 2018 2 */
	TCP_OPTION_SACK = 5,		/* RFC 2018 3 */
	TCP_OPTION_TIMESTAMPS = 8,	/* RFC 7323 3.2 */

	/* Lengths of options: kind, length and value */
	TCP_MSS_LENGTH = 4,
	TCP_SCALE_LENGTH = 3,
	TCP_SACK_PERMITTED_LENGTH = 2,
	TCP_TIMESTAMPS_LENGTH = 10,
};

/* The fields of a header of at least 20 bytes. */

static inline uint32_t tcp_sequence(const uint8_t *tcp)
{
	return get32(tcp + TCP_SEQUENCE_AT);
}

static inline uint32_t tcp_acknowledgement(const uint8_t *tcp)
{
	return get32(tcp + TCP_ACKNOWLEDGEMENT_AT);
}

/* tcp_header_length - Return: the data offset in bytes, options included: 0 to
   60 */
static inline size_t tcp_header_length(const uint8_t *tcp)
{
	return (size_t)(tcp[TCP_OFFSET_AT] >> 4) * 4;
}

/* tcp_flags - Return: the flags, from TCP_FIN to TCP_ACK, and URG, ECE, CWR */
static inline uint8_t tcp_flags(const uint8_t *tcp)
{
	return tcp[TCP_FLAGS_AT];
}

/* tcp_window - Return: the window as in the header, not scaled */
static inline uint16_t tcp_window(const uint8_t *tcp)
{
	return get16(tcp + TCP_WINDOW_AT);
}

struct segment {
	struct endpoint source, destination;
	uint32_t sequence, acknowledgement;
	uint16_t window;		/* as in the header, not scaled */
	uint16_t payload;		/* bytes of data, by the lengths */
	uint16_t id;			/* of the IP header */
	uint8_t flags, ttl;
	uint8_t options_length;		/* 0 to 40, a multiple of 4 */
	uint8_t options[TCP_OPTIONS_MAX];
};

/*
 * segment_parse - read an IPv4 packet with a TCP segment in it
 * @bytes:  from the IP header on
 * @length: bytes there are; must hold both headers, options included
 * Return:  false, with @out cleared, for anything else (not TCP, a later
 *          fragment, cut short, impossible lengths)
 */
bool segment_parse(const uint8_t *bytes, size_t length, struct segment *out);

/*
 * segment_build - write the packet, without data, with both checksums
 * @room:  of @bytes; 100 always suffice
 * Return: its length, or 0 if it does not fit or options_length is invalid
 */
size_t segment_build(const struct segment *in, uint8_t *bytes, size_t room);

enum { RST6_LENGTH = 60 };

/* The RST with which a host answers on a closed port, in IPv6. */
struct rst6 {
	uint8_t source[16], destination[16];
	uint16_t source_port, destination_port;
	uint32_t acknowledgement;	/* the SYN's sequence number plus 1 */
	uint32_t sequence;		/* when bare, else 0 */
	bool bare;			/* without ACK: it answers a segment
					   that has ACK */
	uint8_t hop_limit;
};

/*
 * rst6_build - write an IPv6 packet with a RST in it, without options or data
 * (RFC 9293 3.10.7.1)
 * @room:  size of @bytes
 * Return: RST6_LENGTH, or 0 if it does not fit
 */
size_t rst6_build(const struct rst6 *in, uint8_t *bytes, size_t room);

#define SEGMENT_TEXT 160
/*
 * segment_text - "S 0:0(0) win 64240 <mss 1460,sackOK,TS val 1 ecr 0,wscale 7>"
 * or, without SYN, "P. 1:33(32) ack 1", ". ack 1", "R 0:0(0)"
 * @isn, @peer_isn: the sender's and the receiver's; numbers are shown relative
 *          to them, or as they are with 0
 * Flags as in packetdrill and tcpdump: S, S., ., P., F., R, R.
 */
char *segment_text(const struct segment *s, uint32_t isn, uint32_t peer_isn,
		   char buffer[SEGMENT_TEXT]);

struct tcp_options {
	bool has_mss, has_scale, sack_permitted, has_timestamps;
	uint16_t mss;
	uint8_t scale;
	uint32_t value, echo;		/* TSval, TSecr */
};

/*
 * tcp_options_parse - read an option block; unknown options are skipped
 * Return: false, with @out cleared, when a length in it is wrong
 */
bool tcp_options_parse(const uint8_t *bytes, size_t length,
		       struct tcp_options *out);

/*
 * tcp_options_build - write a SYN's or SYN-ACK's option block
 * Return: its length, a multiple of 4, at most TCP_OPTIONS_MAX
 */
uint8_t tcp_options_build(const struct tcp_options *in,
			  uint8_t bytes[TCP_OPTIONS_MAX]);

#endif
