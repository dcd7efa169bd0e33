/*
 * What `tcptrav nat run` does besides packets: signals, the live view, the
 * event stream, and reloading the profile. None of it blocks the gateway.
 */
#ifndef TCPTRAV_CLI_NAT_RUN_LOOP_H
#define TCPTRAV_CLI_NAT_RUN_LOOP_H

#include "cli/nat_events.h"
#include "cli/nat_status.h"
#include "cli/nonblocking_writer.h"
#include "cli/profile_reload.h"
#include "gateway/gateway.h"

struct nat_run_loop {
	bool show, json;		/* --status, --json */
	bool terminal;			/* is standard output one? */
	const struct gateway_config *config;
	struct profile_reload reload;
	struct nat_status status;
	struct nat_events events;
	struct nonblocking_writer out, error;
	bool out_polled, error_polled;	/* epoll waits for writability */
	int signals, timer, epoll;
	struct gateway_hooks hooks;
};

/*
 * nat_run_loop_open - call it before gateway_run(); forks the process that
 * reads the profile again
 * @l:          @show, @json and @config are set; the rest is zero
 * @profile:    its name, as on the command line
 * @interfaces: for people
 */
bool nat_run_loop_open(struct nat_run_loop *l, const char *profile,
		       const char *interfaces, struct error *e);

/* nat_run_loop_close - Return: false if output was lost by an error */
bool nat_run_loop_close(struct nat_run_loop *l);

/* nat_run_loop_ready - called when gateway_run() has opened the interfaces:
   give up privileges, and print that the NAT is ready */
void nat_run_loop_ready(void *loop);

#endif
