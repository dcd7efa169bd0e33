/* The rendezvous service, S: what `tcptrav serve` and the lab run. */
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
/* After a failure a host also connects to this port. If its NAT gives it
   another public port there, the port cannot be predicted
   (port-not-predicted). */
#define SERVER_CHECK_PORT (SERVER_PORT + 1)
#define SERVER_ANY_PORT 65535	/* the system chooses */

/* What a server reports to the lab. Plain data. */
struct server_report {
	int64_t at;
	bool introduced;		/* false: S spoofed a SYN-ACK */
	char session[SESSION_NAME_TEXT];
	struct segment spoofed;
};

struct server_config {
	uint32_t address;		/* to listen on; 0: all */
	uint16_t ports[SERVER_PORTS];	/* up to the first 0; none: SERVER_PORT
					   and SERVER_CHECK_PORT */
	bool abrupt;			/* answer bye by RST, which leaves no
					   TIME_WAIT and ends NAT sessions: for
					   the lab, which reuses 4-tuples */
	bool want_spoofing;		/* without the privilege S serves the
					   other methods only */
	FILE *log;			/* a line for each event; NULL: none */
	int64_t idle;			/* ns of silence; 0: ten minutes */
	uint32_t limit;			/* members; 0: 4096 */
	void (*report)(void *argument, const struct server_report *r);
	void (*ready)(void *argument, const uint16_t ports[SERVER_PORTS]);
	void *argument;
	int stop;			/* server_run() returns when this
					   descriptor is readable or closed;
					   -1: never */
};

/*
 * server_run - serve until @config->stop
 * @config: its ready() is called once, with the ports that S listens on
 * Return:  false with an error if it cannot start
 */
bool server_run(const struct server_config *config, struct error *e);

#endif
