/* `tcptrav serve`: the sessions behind sockets (libevent) and a forger. */
#ifndef TCPTRAV_RENDEZVOUS_SERVER_H
#define TCPTRAV_RENDEZVOUS_SERVER_H

#include "base/error.h"
#include "rendezvous/code.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SERVER_PORTS 16
#define SERVER_PORT 8123	/* the default */
/* Hosts look there, one above the port they met at, whether their NAT shows
   another public port to another endpoint (port-not-predicted). */
#define SERVER_CHECK_PORT (SERVER_PORT + 1)

/* What a server tells an observer (the lab). Plain data. */
struct server_report {
	int64_t at;
	bool introduced;		/* else: spoofed */
	char session[SESSION_NAME_TEXT];
	struct segment spoofed;
};

struct server_config {
	uint32_t address;		/* to listen on; 0: all */
	uint16_t ports[SERVER_PORTS];	/* the first zero ends them; none:
					   SERVER_PORT */
	bool abrupt;			/* answer bye by RST: when that has come
					   to the host, nothing is left of the
					   connection anywhere. For the lab,
					   where 4-tuples come back */
	bool want_spoofing;		/* try to; without the privilege it
					   serves the other methods */
	FILE *log;			/* one line an event; NULL: none */
	int64_t idle;			/* ns of silence; 0: ten minutes */
	uint32_t limit;			/* members; 0: 4096 */
	void (*report)(void *argument, const struct server_report *r);
	void (*ready)(void *argument, const uint16_t ports[SERVER_PORTS]);
	void *argument;
	int stop;			/* server_run() returns when this is
					   readable or closed; -1: never */
};

/*
 * server_run - serve until told to stop
 * @ready is called once with the ports listened on (a requested port of
 * SERVER_ANY_PORT: the system chooses).
 */
#define SERVER_ANY_PORT 65535
bool server_run(const struct server_config *config, struct error *e);

#endif
