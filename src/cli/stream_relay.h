/* Relays standard input and output to and from a stream. */
#ifndef TCPTRAV_CLI_STREAM_RELAY_H
#define TCPTRAV_CLI_STREAM_RELAY_H

#include "base/error.h"

#include <stdbool.h>

/*
 * stream_relay - copy bytes from @in to @stream and from @stream to @out, until
 * both directions have ended or @stop is readable
 * @stream: a connected socket, non-blocking; not closed
 * @out:    closed at the end of the peer's data, so that its reader notices
 * @stop:   -1: none
 * Return:  false with an error if the connection, @in or @out failed
 */
bool stream_relay(int stream, int in, int out, int stop, struct error *e);

#endif
