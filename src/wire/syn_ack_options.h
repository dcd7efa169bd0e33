/* The options of a forged SYN-ACK: those that the kernel would have sent. */
#ifndef TCPTRAV_WIRE_SYN_ACK_OPTIONS_H
#define TCPTRAV_WIRE_SYN_ACK_OPTIONS_H

#include "wire/tcp.h"

/*
 * syn_ack_options - build the option block with which a kernel answers a SYN
 * @own:   the block of that kernel's own SYN
 * @peer:  the block of the SYN that it answers
 * The MSS is @own's. SACK permitted, timestamps and window scale are there when
 * both SYNs have them (RFC 2018 2, RFC 7323 2.2 and 3.2). TSval is @own's,
 * TSecr @peer's TSval: Linux answers another one with RST (docs/linux.md,
 * "Capturing and forging").
 * Return: false, with @out_length 0, when a length in either block is wrong
 */
bool syn_ack_options(const uint8_t *own, size_t own_length, const uint8_t *peer,
		     size_t peer_length, uint8_t out[TCP_OPTIONS_MAX],
		     uint8_t *out_length);

#endif
