/*
 * Builds TCP segments and sends them with libnet through a raw IPv4 socket.
 * Hosts forge with it, and S spoofs with it.
 */
#ifndef TCPTRAV_HOST_FORGE_H
#define TCPTRAV_HOST_FORGE_H

#include "base/error.h"
#include "wire/tcp.h"

#define FORGED_DATA 1024

struct forger;

/*
 * forger_open - open the raw socket
 * Return: the forger, for forger_close(); NULL with ERROR_MISSING
 */
struct forger *forger_open(struct error *e);
void forger_close(struct forger *f);

/*
 * forger_send - send @s
 * @data: s->payload bytes, at most FORGED_DATA; NULL if that is 0
 * If s->id is 0, the kernel chooses the IP identification.
 * Return: 0, or -errno (-EAGAIN: the socket's buffer is full)
 */
int forger_send(struct forger *f, const struct segment *s, const void *data);

#endif
