/*
 * The command line (DESIGN 8): subcommands, and what they share. One file per
 * subcommand: options in, a library call, a report out.
 */
#ifndef TCPTRAV_CLI_CLI_H
#define TCPTRAV_CLI_CLI_H

#include "base/error.h"
#include "method/approach.h"
#include "report/record.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	STATUS_OK = 0,		/* connected, or the task done */
	STATUS_FAILED = 1,	/* not connected */
	STATUS_USE = 2,		/* wrong use */
	STATUS_MISSING = 3,	/* something is missing on this machine */
};

struct subcommand {
	const char *name;
	const char *summary;	/* one line */
	int (*run)(int argc, char **argv);
};

/*
 * The subcommands. @argv[0] is "tcptrav NAME", for argp's messages; the rest
 * are what follows the name. Return: the exit status.
 */
int cli_connect(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_lab(int argc, char **argv);
int cli_nat(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_predict(int argc, char **argv);

/*
 * ---- options.c: --method, --ttl and the variants, for connect ----
 *
 * Use it as an argp child:
 *	struct argp_child children[] = { { approach_argp(), 0, NULL, 0 }, {} };
 * and, at ARGP_KEY_INIT, state->child_inputs[0] = &options->approach.
 * Their input is a struct approach_options. An unknown method or a wrong TTL
 * is a usage error (exit 2) at once. What needs all options together is
 * checked by approach_choose().
 */
const struct argp *approach_argp(void);

/*
 * option_number - read an option's number, a usage error through argp if it
 * is none or outside [@minimum, @maximum]
 * @option: its name, for the complaint: "--rtt"
 */
double option_number(struct argp_state *state, const char *option,
		     const char *text, double minimum, double maximum);

/* option_integer - the same for a whole number (a seed has all 64 bits) */
uint64_t option_integer(struct argp_state *state, const char *option,
			const char *text, uint64_t minimum, uint64_t maximum);

/* option_spoofing - --spoofing: is it "dropped"? */
bool option_spoofing(struct argp_state *state, const char *text);

/*
 * ---- links.c: the options of the lab's links ----
 *
 * links_argp - an argp child; its input is a struct link_options, all zero at
 * first. link_options_check() is still to be asked.
 */
const struct argp *links_argp(void);

/*
 * ---- lab.c: one trial in the built-in lab, for `tcptrav --method M` ----
 */
struct demo_options {
	struct approach approach;
	uint8_t ttl;			/* fixed low TTL; 0: auto */
	const char *nat_a, *nat_b;	/* NULL: the topology's default */
	const char *topology;		/* "two-nats" */
	double rtt_ms, skew_ms, loss;	/* 40, 0, 0 */
	double timeout_ms;		/* 0: the lab's default */
	bool spoofing_dropped;
	uint64_t seed;			/* 0: one from the system */
	bool json;
	const char *pcap, *svg;		/* NULL: none */
	bool verbose;
};

/*
 * cli_demo - run it, print ladder and result (or the JSON record) on
 * standard output, write @pcap and @svg
 * Return: exit status. connect.c prints what was done and how to reach a
 *         real peer.
 */
int cli_demo(const struct demo_options *o);

/*
 * ---- report.c: what people and programs are shown ----
 */

/* cli_error - say "tcptrav: TEXT" on standard error; its exit status */
int cli_error(const struct error *e);

/* outcome_status - 0 connected, 1 failed or error, 3 for a privilege that
   is missing */
int outcome_status(enum outcome outcome, enum cause cause);

/* colour_wanted - is @to a terminal that shows colour (NO_COLOR is obeyed)? */
bool colour_wanted(FILE *to);

/*
 * report_trial - one finished trial: the ladder and the result in words, or
 * with @json the record alone on a line
 * @ladder: NULL: no ladder. Its colour flag is set by colour_wanted(@to).
 */
void report_trial(const struct trial_record *r, const struct ladder *ladder,
		  bool json, FILE *to);

/*
 * ---- stop.c ----
 */

/*
 * stop_handle - a descriptor that becomes readable at SIGINT, SIGTERM or
 * SIGHUP, which from then on no longer end the process
 * Return: it, or -1
 */
int stop_handle(void);

/*
 * ---- stream.c ----
 */

/*
 * stream_relay - @in to @stream and @stream to @out, until both directions
 * have ended or @stop is readable
 * @stream: a connected socket, non-blocking; not closed
 * @out:    closed when the peer has said all, so that its reader sees the end
 * @stop:   -1: none
 * Return:  false with a sentence when the connection or an end of it broke
 */
bool stream_relay(int stream, int in, int out, int stop, struct error *e);

#endif
