/* tcptrav nat: NAT profiles shown, drawn and run. */
#include "cli/cli.h"

#include "base/nearest_name.h"
#include "cli/nat_run.h"
#include "cli/options.h"
#include "cli/output.h"
#include "profile/profile.h"
#include "profile/random_profile.h"

#include <string.h>

#define PROFILE_ROOM 8192

static int show_profile(const char *name, bool in_short)
{
	size_t (*print)(const struct profile *p, char *out, size_t room) =
		in_short ? profile_short : profile_print;
	char text[PROFILE_ROOM];
	struct profile profile;
	struct error e = { .kind = ERROR_NONE };

	if (!profile_find(name, &profile, &e))
		return cli_error(&e);
	if (print(&profile, text, sizeof(text)) >= sizeof(text)) {
		error_set(&e, ERROR_FAILED, "\"%s\" is too long to print",
			  name);
		return cli_error(&e);
	}
	printf("%s%s", text, in_short ? "\n" : "");
	return STATUS_OK;
}

/* draw_profiles - print random profiles in short, a line each */
static int draw_profiles(uint64_t count, uint64_t seed)
{
	char text[PROFILE_ROOM];
	struct profile profile;
	struct rng rng;

	rng_seed(&rng, seed);
	for (; count; count--) {
		profile_random(&rng, &profile);
		profile_short(&profile, text, sizeof(text));
		puts(text);
	}
	return STATUS_OK;
}

struct nat_options {
	int count;
	const char *word[2];
	uint64_t seed, draws;
	bool in_short, seed_given;
};

enum { KEY_SHORT = 256, KEY_SEED };

static const struct argp_option options[] = {
	{ "short", KEY_SHORT, NULL, 0, "show: in the form in which options"
	  " name a NAT, the nearest built-in profile and the axes that differ:"
	  " rfc5382+unsolicited-syn=rst", 0 },
	{ "seed", KEY_SEED, "N", 0, "draw: of the random choices (default 1)",
	  0 },
	{ 0 },
};

static void check_arguments(struct nat_options *a, struct argp_state *state)
{
	static const char *const verbs[] = { "show", "draw", "run" };

	if (a->count && name_index(a->word[0], verbs, 3) < 0)
		argp_error(state, "unknown word \"%s\"; did you mean \"%s\"?",
			   a->word[0], nearest_name(a->word[0], verbs, 3));
	if (a->count < 2)
		argp_error(state, a->count && *a->word[0] == 'd' ?
			   "draw: how many NATs?" :
			   "which NAT? (tcptrav list nats)");
	if (a->in_short && *a->word[0] == 'd')
		argp_error(state, "draw always prints the short form:"
			   " omit --short");
	if (a->seed_given && *a->word[0] == 's')
		argp_error(state, "show draws nothing: omit --seed");
	if (*a->word[0] == 'd')
		a->draws = option_integer(state, "draw", a->word[1], 1,
					  1000000);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct nat_options *a = state->input;

	switch (key) {
	case KEY_SHORT:
		a->in_short = true;
		return 0;
	case KEY_SEED:
		a->seed = option_integer(state, "--seed", text, 0, UINT64_MAX);
		a->seed_given = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->count == 2)
			argp_error(state, "\"%s\" is one argument too many",
				   text);
		a->word[a->count++] = text;
		return 0;
	case ARGP_KEY_END:
		check_arguments(a, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cli_nat(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "show NAT\ndraw COUNT\nrun OPTION...",
		.doc = "show: print a NAT profile in full: every axis with its"
		       " value, as a profile file. NAT is a profile's name or"
		       " file, with changes: NAME+AXIS=VALUE...\n"
		       "draw: COUNT random NATs, a line each, in the form in"
		       " which options name a NAT. Their timeouts and limits"
		       " are the defaults.\n"
		       "run: be such a NAT between two interfaces (tcptrav nat"
		       " run --help).",
	};
	static char name[] = "tcptrav nat run";
	struct nat_options a = { .seed = 1 };

	if (argc > 1 && !strcmp(argv[1], "run")) {
		argv[1] = name;
		return nat_run(argc - 1, argv + 1);
	}
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (a.draws)
		return draw_profiles(a.draws, a.seed);
	return show_profile(a.word[1], a.in_short);
}
