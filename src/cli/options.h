/*
 * Option parsing that subcommands share. A wrong value is a usage error (exit
 * status 2) through argp.
 */
#ifndef TCPTRAV_CLI_OPTIONS_H
#define TCPTRAV_CLI_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

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

/* option_spoofing - the value of --spoofing; Return: is it "dropped"? */
bool option_spoofing(struct argp_state *state, const char *text);

#endif
