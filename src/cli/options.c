#include "cli/cli.h"

#include "base/number.h"
#include "plan/grid.h"

enum {
	KEY_METHOD = 'm',
	KEY_TTL = 't',
	KEY_VARIANT = 0x4000,	/* and more: one for each variant */
};

static error_t parse(int key, char *text, struct argp_state *state)
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
					  .parser = parse };
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

double option_number(struct argp_state *state, const char *option,
		     const char *text, double minimum, double maximum)
{
	struct error e;
	double value = minimum;

	if (!number_read(option, text, minimum, maximum, &value, &e))
		argp_error(state, "%s", e.text);
	return value;
}

uint64_t option_integer(struct argp_state *state, const char *option,
			const char *text, uint64_t minimum, uint64_t maximum)
{
	struct error e;
	uint64_t value = minimum;

	if (!number_read_whole(option, text, minimum, maximum, &value, &e))
		argp_error(state, "%s", e.text);
	return value;
}

bool option_spoofing(struct argp_state *state, const char *text)
{
	struct error e;
	bool dropped;

	if (!spoofing_parse(text, &dropped, &e))
		argp_error(state, "%s", e.text);
	return dropped;
}
