/*
 * Standard input and output joined with a channel of sealed datagrams. What one
 * read() returns, up to 1,175 bytes, is one datagram: a line of a terminal, the
 * pieces of a file. Datagrams may be lost and reordered, as with netcat -u.
 */
#ifndef TCPTRAV_CLI_DATAGRAM_RELAY_H
#define TCPTRAV_CLI_DATAGRAM_RELAY_H

#include "base/error.h"
#include "method/knocking.h"

#include <stdbool.h>

/*
 * datagram_relay - relay until both hosts' inputs have ended
 * @socket: UDP, non-blocking; not closed
 * @k:      the knocks that have connected it
 * @stop:   a handle; the relay ends when it is readable
 * Return:  false with an error: interrupted, an output that cannot be written,
 *          or a peer that is silent for four keep-alive intervals
 */
bool datagram_relay(int socket, const struct knocking *k, int in, int out,
		    int stop, struct error *e);

#endif
