#include "cli/options.h"

#include "base/number.h"
#include "method/approach.h"
#include "net/link_options.h"
#include "plan/grid.h"

#include <string.h>

enum {
	KEY_METHOD = 'm',
	KEY_TTL = 't',
	KEY_VARIANT = 0x4000,	/* first key of the variants */
	KEY_LINKS = 0x5000,	/* of the properties of all links */
	KEY_LINK = 0x5100,	/* of single links */
};

static error_t parse_approach(int key, char *text, struct argp_state *state)
{
	struct approach_options *o = state->input;
	const struct method *variants[VARIANTS_MAX];
	struct error e = { .kind = ERROR_NONE };
	bool ok;

	if (key == KEY_METHOD) {
		ok = approach_method(o, text, &e);
	} else if (key == KEY_TTL) {
		ok = approach_ttl(o, text, &e);
	} else if (key >= KEY_VARIANT && key < KEY_VARIANT + VARIANTS_MAX) {
		approach_variants(variants);
		ok = approach_variant(o, variants[key - KEY_VARIANT]->variant,
				      &e);
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	if (!ok)
		argp_error(state, "%s", e.text);
	return 0;
}

const struct argp *approach_argp(void)
{
	static struct argp_option options[2 + VARIANTS_MAX + 1] = {
		{ .name = "method", .key = KEY_METHOD, .arg = "METHOD" },
		{ .name = "ttl", .key = KEY_TTL },
	};
	static const struct argp argp = { .options = options,
					  .parser = parse_approach };
	const struct method *variants[VARIANTS_MAX];
	size_t count = approach_variants(variants);

	options[0].doc = grid_rows[GRID_METHOD].help;
	options[1].arg = grid_rows[GRID_TTL].unit;
	options[1].doc = grid_rows[GRID_TTL].help;
	for (size_t i = 0; i < count; i++)
		options[2 + i] = (struct argp_option){
			.name = variants[i]->variant,
			.key = KEY_VARIANT + (int)i,
			.doc = variants[i]->variant_help };
	return &argp;
}

static const struct argp_option one_link_options[LINK_SIDES] = {
	{ "link-a", KEY_LINK + LINK_A, "KEY=VALUE,...", 0, "of A's link alone,"
	  " both ways, or one way: up.KEY (away from A), down.KEY: delay (MS),"
	  " jitter, loss, duplicate, reorder, reorder-by, rate, queue", 0 },
	{ "link-b", KEY_LINK + LINK_B, "KEY=VALUE,...", 0, "of B's link", 0 },
	{ "link-s", KEY_LINK + LINK_S, "KEY=VALUE,...", 0, "of S's link", 0 },
};

static error_t parse_link(int key, char *text, struct argp_state *state)
{
	struct link_options *l = state->input;
	struct error e = { .kind = ERROR_NONE };
	bool ok;

	if (key >= KEY_LINKS && key < KEY_LINKS + LINK_KEYS)
		ok = link_options_set(l, (enum link_key)(key - KEY_LINKS), text,
				      &e);
	else if (key >= KEY_LINK && key < KEY_LINK + LINK_SIDES)
		ok = link_options_parse(l, (enum link_side)(key - KEY_LINK),
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
					  .parser = parse_link };
	size_t n = 0;

	for (int i = 0; i < LINK_KEYS; i++)
		if (link_rows[i].help)
			options[n++] = (struct argp_option){
				.name = link_rows[i].name,
				.key = KEY_LINKS + i,
				.arg = link_rows[i].unit,
				.doc = link_rows[i].help };
	for (int i = 0; i < LINK_SIDES; i++)
		options[n++] = one_link_options[i];
	return &argp;
}

double option_number(struct argp_state *state, const char *option,
		     const char *text, double minimum, double maximum)
{
	struct error e;
	double value = minimum;

	if (!number_parse(option, text, minimum, maximum, &value, &e))
		argp_error(state, "%s", e.text);
	return value;
}

uint64_t option_integer(struct argp_state *state, const char *option,
			const char *text, uint64_t minimum, uint64_t maximum)
{
	struct error e;
	uint64_t value = minimum;

	if (!number_parse_whole(option, text, minimum, maximum, &value, &e))
		argp_error(state, "%s", e.text);
	return value;
}

bool option_clock(struct argp_state *state, const char *text)
{
	if (strcmp(text, "real") != 0 && strcmp(text, "virtual") != 0)
		argp_error(state, "--clock \"%.60s\": it is real or virtual",
			   text);
	return !strcmp(text, "virtual");
}

enum candidate_use option_candidates(struct argp_state *state,
				     const char *text)
{
	enum candidate_use use;
	struct error e;

	if (!candidate_use_parse(text, &use, &e))
		argp_error(state, "%s", e.text);
	return use;
}

bool option_spoofing(struct argp_state *state, const char *text)
{
	struct error e;
	bool dropped;

	if (!spoofing_parse(text, &dropped, &e))
		argp_error(state, "%s", e.text);
	return dropped;
}

static void take_nat(char *name, struct argp_state *state, struct trial *t)
{
	if (!t->nat_a)
		t->nat_a = name;
	else if (!t->nat_b)
		t->nat_b = name;
	else
		argp_error(state, "\"%s\" is one NAT too many", name);
}

error_t option_trial(int key, char *text, struct argp_state *state,
		     struct trial *t)
{
	switch (key) {
	case OPTION_TOPOLOGY:
		t->topology = text;
		return 0;
	case OPTION_RTT:
		t->rtt_ms = option_number(state, "--rtt", text, 0, 60e3);
		return 0;
	case OPTION_TIMEOUT:
		t->timeout_ms = option_number(state, "--timeout", text, 1,
					      600e3);
		return 0;
	case OPTION_SPOOFING:
		t->spoofing_dropped = option_spoofing(state, text);
		return 0;
	case OPTION_CANDIDATES:
		t->candidates = option_candidates(state, text);
		return 0;
	case ARGP_KEY_ARG:
		take_nat(text, state, t);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}
