/*
 * What goes on beside the packets of `tcptrav nat run`: signals, the live
 * view, the event stream, and the profile read again. Nothing of it is ever
 * waited for.
 */
#ifndef TCPTRAV_CLI_NAT_WATCH_H
#define TCPTRAV_CLI_NAT_WATCH_H

#include "cli/nat_events.h"
#include "cli/nat_reader.h"
#include "cli/nat_status.h"
#include "cli/sink.h"
#include "gateway/gateway.h"

struct nat_watch {
	bool show, json;		/* --status, --json */
	bool terminal;			/* is standard output one? */
	const struct gateway_config *box;
	struct nat_reader reader;
	struct nat_status status;
	struct nat_events events;
	struct sink out, error;
	bool out_awaited, error_awaited;	/* until they can be written */
	int signals, timer, epoll;
	struct gateway_hooks hooks;
};

/*
 * nat_watch_open - before gateway_run(); starts the reader
 * @w:    @show, @json and @box are set; the rest is zero
 * @name: the profile, as on the command line
 */
bool nat_watch_open(struct nat_watch *w, const char *name,
		    const char *interfaces, struct error *e);

/* nat_watch_close - Return: false when output was lost to an error */
bool nat_watch_close(struct nat_watch *w);

/* nat_watch_ready - the box is: give up privileges, and say so */
void nat_watch_ready(void *watch);

#endif
