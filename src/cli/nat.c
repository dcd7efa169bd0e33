/* tcptrav nat: NAT profiles. */
#include "cli/cli.h"

#include "base/names.h"
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
	static const char *const verbs[] = { "show" };

	if (key == ARGP_KEY_ARG) {
		if (a->count == 2)
			argp_error(state, "\"%s\" is one argument too many",
				   text);
		a->word[a->count++] = text;
		return 0;
	}
	if (key != ARGP_KEY_END)
		return ARGP_ERR_UNKNOWN;
	if (a->count && name_find(a->word[0], verbs, 1) < 0)
		argp_error(state, "unknown word \"%s\"; did you mean \"%s\"?",
			   a->word[0], name_nearest(a->word[0], verbs, 1));
	if (a->count < 2)
		argp_error(state, "which NAT? (tcptrav list nats)");
	return 0;
}

int cli_nat(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "show NAME|FILE",
		.doc = "Print a NAT profile in full: every axis with its"
		       " value, as a profile file.",
	};
	struct nat_arguments a = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	return show(a.word[1]);
}
