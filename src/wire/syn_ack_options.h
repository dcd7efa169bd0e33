/* The options of a SYN-ACK as the kernel that sent a SYN would have them. */
#ifndef TCPTRAV_WIRE_SYN_ACK_OPTIONS_H
#define TCPTRAV_WIRE_SYN_ACK_OPTIONS_H

#include "wire/tcp.h"

/*
 * syn_ack_options - the options with which the kernel whose SYN carried the
 * block @own would answer a SYN that carries the block @peer: @own's MSS;
 * SACK permitted, timestamps and window scale only when both SYNs have them
 * (RFC 2018 2, RFC 7323 2.2 and 3.2); TSval @own's, TSecr @peer's TSval
 * (linux.md 2: any other TSecr but 0 draws an RST)
 * Return: false, with @out_length 0, when a length in either block is wrong
 */
bool syn_ack_options(const uint8_t *own, size_t own_length, const uint8_t *peer,
		     size_t peer_length, uint8_t out[TCP_OPTIONS_MAX],
		     uint8_t *out_length);

#endif
