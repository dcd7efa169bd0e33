/* tcptrav nat: NAT profiles shown and run. */
#include "cli/cli.h"

#include "base/names.h"
#include "cli/nat_run.h"
#include "profile/profile.h"

#include <string.h>

#define PROFILE_ROOM 8192

static int show(const char *name, bool in_short)
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

struct nat_arguments {
	int count;
	const char *word[2];
	bool in_short;
};

enum { KEY_SHORT = 256 };

static const struct argp_option options[] = {
	{ "short", KEY_SHORT, NULL, 0, "show: in one word, as a NAT may be"
	  " named: the nearest built-in profile, and what differs from it:"
	  " rfc5382+unsolicited-syn=rst", 0 },
	{ 0 },
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct nat_arguments *a = state->input;
	static const char *const verbs[] = { "show", "run" };

	if (key == KEY_SHORT) {
		a->in_short = true;
		return 0;
	}
	if (key == ARGP_KEY_ARG) {
		if (a->count == 2)
			argp_error(state, "\"%s\" is one argument too many",
				   text);
		a->word[a->count++] = text;
		return 0;
	}
	if (key != ARGP_KEY_END)
		return ARGP_ERR_UNKNOWN;
	if (a->count && name_find(a->word[0], verbs, 2) < 0)
		argp_error(state, "unknown word \"%s\"; did you mean \"%s\"?",
			   a->word[0], name_nearest(a->word[0], verbs, 2));
	if (a->count < 2)
		argp_error(state, "which NAT? (tcptrav list nats)");
	return 0;
}

int cli_nat(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "show NAT\nrun OPTION...",
		.doc = "show: print a NAT profile in full: every axis with its"
		       " value, as a profile file. NAT is a profile's name or"
		       " file, with changes: NAME+AXIS=VALUE...\n"
		       "run: be such a NAT between two interfaces (tcptrav nat"
		       " run --help).",
	};
	static char name[] = "tcptrav nat run";
	struct nat_arguments a = { 0 };

	if (argc > 1 && !strcmp(argv[1], "run")) {
		argv[1] = name;
		return nat_run(argc - 1, argv + 1);
	}
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	return show(a.word[1], a.in_short);
}
