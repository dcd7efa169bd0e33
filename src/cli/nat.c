/* tcptrav nat: NAT profiles shown and run. */
#include "cli/cli.h"

#include "base/names.h"
#include "cli/nat_run.h"
#include "profile/profile.h"

#include <string.h>

#define PROFILE_ROOM 8192

static int show(const char *name)
{
	char text[PROFILE_ROOM];
	struct profile profile;
	struct error e = { .kind = ERROR_NONE };

	if (!profile_find(name, &profile, &e))
		return cli_error(&e);
	if (profile_print(&profile, text, sizeof(text)) >= sizeof(text)) {
		error_set(&e, ERROR_FAILED, "\"%s\" is too long to print",
			  name);
		return cli_error(&e);
	}
	fputs(text, stdout);
	return STATUS_OK;
}

struct nat_arguments {
	int count;
	const char *word[2];
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct nat_arguments *a = state->input;
	static const char *const verbs[] = { "show", "run" };

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
		.parser = parse,
		.args_doc = "show NAME|FILE\nrun OPTION...",
		.doc = "show: print a NAT profile in full: every axis with its"
		       " value, as a profile file.\n"
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
	return show(a.word[1]);
}
