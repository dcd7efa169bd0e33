/*
 * Standard input and output joined with a channel of sealed datagrams. A
 * datagram that arrives is written at once, as it came. Datagrams may be lost
 * and reordered, as with netcat -u.
 */
#ifndef TCPTRAV_CLI_DATAGRAM_RELAY_H
#define TCPTRAV_CLI_DATAGRAM_RELAY_H

#include "base/error.h"
#include "method/datagram_input.h"

#include <stdbool.h>

/* The descriptors that a relay joins. */
struct datagram_relay_ends {
	int socket;			/* UDP, non-blocking; not closed */
	int in, out;
	int stop;			/* the relay ends when it is readable */
};

/*
 * datagram_relay - relay until both hosts' inputs have ended
 * @k:     the knocks that have connected the socket
 * Return: false with an error: interrupted, an input that cannot be read or has
 *         too long a datagram (where it is a socket that keeps datagrams
 *         apart), an output that cannot be written, or a peer that is silent
 *         for four keep-alive intervals
 */
bool datagram_relay(const struct datagram_relay_ends *ends,
		    const struct knocking *k, enum datagram_unit unit,
		    struct error *e);

#endif
