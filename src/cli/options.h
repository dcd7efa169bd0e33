/*
 * Option parsing that subcommands share. A wrong value is a usage error (exit
 * status 2) through argp.
 */
#ifndef TCPTRAV_CLI_OPTIONS_H
#define TCPTRAV_CLI_OPTIONS_H

#include "plan/trial.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#define DEFAULT_TOPOLOGY "two-nats"
#define DEFAULT_RTT 40

enum { OPTION_TOPOLOGY = 0x6000, OPTION_RTT, OPTION_TIMEOUT, OPTION_SPOOFING,
       OPTION_CANDIDATES };

/* The options that option_trial() takes, for a table of options. */
#define TRIAL_OPTIONS \
	{ "topology", OPTION_TOPOLOGY, "T", 0, "see `tcptrav list" \
	  " topologies` (default " DEFAULT_TOPOLOGY ")", 0 }, \
	{ "rtt", OPTION_RTT, "MS", 0, "round trip between the hosts" \
	  " (default 40); half of it is the one-way delay d", 0 }, \
	{ "timeout", OPTION_TIMEOUT, "MS", 0, "of an attempt in one" \
	  " order (default 900 ms plus 10 RTT)", 0 }, \
	{ "spoofing", OPTION_SPOOFING, "allowed|dropped", 0, "does the" \
	  " network of S let spoofed packets out? (default allowed)", 0 }, \
	{ "candidates", OPTION_CANDIDATES, "auto|lan|public", 0, "are the" \
	  " hosts' private endpoints tried? auto (default): where both" \
	  " public addresses are equal", 0 }

/*
 * approach_argp - --method, --ttl and the variants, as an argp child:
 *	struct argp_child children[] = { { approach_argp(), 0, NULL, 0 }, {} };
 * At ARGP_KEY_INIT, state->child_inputs[] is a struct approach_options, all
 * zero at first. An unknown method or a wrong TTL is refused at once;
 * approach_choose() checks what needs all options.
 */
const struct argp *approach_argp(void);

/*
 * links_argp - the options of the lab's links, as an argp child; its input is
 * a struct link_options, all zero at first. link_options_check() checks what
 * needs all options.
 */
const struct argp *links_argp(void);

/*
 * option_number - the value of an option
 * @option: its name, for the message: "--rtt"
 */
double option_number(struct argp_state *state, const char *option,
		     const char *text, double minimum, double maximum);

/* option_integer - the same for a whole number, of up to 64 bits */
uint64_t option_integer(struct argp_state *state, const char *option,
			const char *text, uint64_t minimum, uint64_t maximum);

/* option_clock - the value of --clock; Return: is it "virtual"? */
bool option_clock(struct argp_state *state, const char *text);

/*
 * option_trial - take one of TRIAL_OPTIONS, or an operand: a NAT of the trial,
 * A's first
 * @t: what it is of; its names then point into the arguments
 * Return: ARGP_ERR_UNKNOWN for any other key
 */
error_t option_trial(int key, char *text, struct argp_state *state,
		     struct trial *t);

/* option_candidates - the value of --candidates */
enum candidate_use option_candidates(struct argp_state *state,
				     const char *text);

/* option_spoofing - the value of --spoofing; Return: is it "dropped"? */
bool option_spoofing(struct argp_state *state, const char *text);

#endif
