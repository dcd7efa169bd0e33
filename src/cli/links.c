/* The options of the lab's links, from the rows of their properties. */
#include "cli/cli.h"

#include "net/link_options.h"

enum {
	KEY_PLAIN = 0x5000,	/* and more: one for each property */
	KEY_SIDE = 0x5100,	/* one for each link */
};

static const struct argp_option side_options[LINK_SIDES] = {
	{ "link-a", KEY_SIDE + LINK_A, "KEY=VALUE,...", 0, "of A's link alone,"
	  " each way, or only up.KEY (away from A) or down.KEY: delay (MS),"
	  " jitter, loss, duplicate, reorder, reorder-by, rate, queue", 0 },
	{ "link-b", KEY_SIDE + LINK_B, "KEY=VALUE,...", 0, "of B's link", 0 },
	{ "link-s", KEY_SIDE + LINK_S, "KEY=VALUE,...", 0, "of S's link", 0 },
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct link_options *l = state->input;
	struct error e = { .kind = ERROR_NONE };
	bool ok;

	if (key >= KEY_PLAIN && key < KEY_PLAIN + LINK_KEYS)
		ok = link_options_set(l, (enum link_key)(key - KEY_PLAIN), text,
				      &e);
	else if (key >= KEY_SIDE && key < KEY_SIDE + LINK_SIDES)
		ok = link_options_parse(l, (enum link_side)(key - KEY_SIDE),
					text, &e);
	else
		return ARGP_ERR_UNKNOWN;
	if (!ok)
		argp_error(state, "%s", e.text);
	return 0;
}

const struct argp *links_argp(void)
{
	static struct argp_option options[LINK_KEYS + LINK_SIDES + 1];
	static const struct argp argp = { .options = options,
					  .parser = parse };
	size_t n = 0;

	for (int i = 0; i < LINK_KEYS; i++)
		if (link_rows[i].help)
			options[n++] = (struct argp_option){
				.name = link_rows[i].name,
				.key = KEY_PLAIN + i,
				.arg = link_rows[i].unit,
				.doc = link_rows[i].help };
	for (int i = 0; i < LINK_SIDES; i++)
		options[n++] = side_options[i];
	return &argp;
}
