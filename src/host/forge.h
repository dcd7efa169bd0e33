/*
 * Segments of one's own making, sent by libnet through a raw IPv4 socket.
 * S spoofs with it as well as hosts forge.
 */
#ifndef TCPTRAV_HOST_FORGE_H
#define TCPTRAV_HOST_FORGE_H

#include "base/error.h"
#include "wire/tcp.h"

struct forger;

/*
 * forger_open - get ready to forge
 * Return: it, for forger_close(); NULL with ERROR_MISSING
 */
struct forger *forger_open(struct error *e);
void forger_close(struct forger *f);

/*
 * forger_send - send @s without data; s->payload is not looked at
 * An id of 0 leaves the choice of one to the kernel.
 * Return: 0, or -errno (-EAGAIN: the socket's buffer is full)
 */
int forger_send(struct forger *f, const struct segment *s);

#endif
