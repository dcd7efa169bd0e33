/* tcptrav serve: the rendezvous service. */
#include "cli/cli.h"
#include "cli/drop_privileges.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/stop_signals.h"

#include "base/clock.h"
#include "rendezvous/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_NO_SPOOFING = 256, OPTION_IDLE };

#define IDLE_MAX 86400

static const struct argp_option options[] = {
	{ "listen", 'l', "ADDRESS", 0,
	  "Listen on this IPv4 address of the machine (default: all)", 0 },
	{ "port", 'p', "PORT", 0, "Listen on this port (default: 8123 and "
	  "8124; 0: one that the system chooses); may be given 16 times. If "
	  "the port above it is one too, hosts can find out why a prediction "
	  "failed", 0 },
	{ "no-spoofing", OPTION_NO_SPOOFING, NULL, 0,
	  "Do not forge SYN-ACKs for stunt1", 0 },
	{ "idle", OPTION_IDLE, "SECONDS", 0,
	  "Close a connection without data for so long (default: 600)", 0 },
	{ 0 },
};

struct serve_options {
	struct server_config config;
	size_t ports;
};

static error_t serve_option(int key, char *value, struct argp_state *state)
{
	struct serve_options *o = state->input;
	uint16_t port;

	switch (key) {
	case 'l':
		if (!address_parse(value, &o->config.address))
			argp_error(state, "--listen: '%s' is not an IPv4 "
				   "address", value);
		break;
	case 'p':
		if (o->ports == SERVER_PORTS)
			argp_error(state, "--port: more than %d ports",
				   SERVER_PORTS);
		port = (uint16_t)option_integer(state, "--port", value, 0,
						SERVER_ANY_PORT - 1);
		o->config.ports[o->ports++] =
			port ? port : SERVER_ANY_PORT;
		break;
	case OPTION_NO_SPOOFING:
		o->config.want_spoofing = false;
		break;
	case OPTION_IDLE:
		o->config.idle = (int64_t)option_integer(state, "--idle", value,
							 1, IDLE_MAX) *
				 NS_PER_S;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", value);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp serve_argp = {
	.options = options,
	.parser = serve_option,
	.doc = "Run the rendezvous service: it introduces the two peers that "
	       "have the same session code, sends each the endpoint at which "
	       "it sees the other, relays their sealed messages, and forges "
	       "SYN-ACKs for stunt1 where it may (root, or CAP_NET_RAW). It "
	       "logs one line an event to standard error; SIGTERM and SIGINT "
	       "end it.",
};

/* The server listens, and has the raw socket that it forges with. */
static void server_ready(void *argument, const uint16_t ports[SERVER_PORTS])
{
	(void)argument;
	(void)ports;
	if (!drop_privileges())
		fprintf(stderr, "privileges are kept: %s\n", strerror(errno));
}

int cli_serve(int argc, char **argv)
{
	struct serve_options o = {
		.config = { .want_spoofing = true, .log = stderr,
			    .ready = server_ready },
	};
	struct error e = { 0 };
	bool served;

	argp_parse(&serve_argp, argc, argv, 0, NULL, &o);
	signal(SIGPIPE, SIG_IGN);
	o.config.stop = stop_signals_open();
	served = server_run(&o.config, &e);
	if (o.config.stop >= 0)
		close(o.config.stop);
	return served ? STATUS_OK : cli_error(&e);
}
