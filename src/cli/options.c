#include "cli/cli.h"

#include "base/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_METHOD = 'm',
	KEY_TTL = 't',
	KEY_VARIANT = 0x4000,	/* and more: one for each variant */
	VARIANTS_MAX = 8,
	NAMES_MAX = 64,
};

/* --keep-syn, --sequential ...: from the methods' rows */
struct variants {
	size_t count;
	const char *names[VARIANTS_MAX];
	const char *help[VARIANTS_MAX];
};

static void variants_collect(struct variants *v)
{
	v->count = 0;
	for (size_t i = 0; i < method_count; i++) {
		const struct method *m = methods[i];

		if (!m->variant || v->count == VARIANTS_MAX ||
		    name_find(m->variant, v->names, v->count) >= 0)
			continue;
		v->names[v->count] = m->variant;
		v->help[v->count++] = m->variant_help;
	}
}

/* Names and aliases; @room of them at most. */
static size_t method_names(const char *names[], size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < method_count && n + 2 <= room; i++) {
		names[n++] = methods[i]->name;
		if (methods[i]->alias)
			names[n++] = methods[i]->alias;
	}
	return n;
}

static void parse_method(struct argp_state *state, const char *name)
{
	struct approach_options *o = state->input;
	const char *names[NAMES_MAX];
	size_t n;

	o->all = !strcmp(name, "all");
	o->method = o->all ? NULL : method_find(name);
	if (o->all || o->method)
		return;
	n = method_names(names, NAMES_MAX);
	argp_error(state, "unknown method \"%s\"; did you mean \"%s\"?"
		   " (tcptrav list methods)", name,
		   n ? name_nearest(name, names, n) : "");
}

static void parse_ttl(struct argp_state *state, const char *text)
{
	struct approach_options *o = state->input;
	char *end;
	long ttl;

	o->ttl_given = true;
	if (!strcmp(text, "auto") || !strcmp(text, "none")) {
		o->ttl_mode = *text == 'a' ? TTL_AUTO : TTL_NONE;
		return;
	}
	errno = 0;
	ttl = strtol(text, &end, 10);
	if (errno || end == text || *end || ttl < 1 || ttl > 255)
		argp_error(state, "--ttl \"%s\": neither auto, none nor a"
			   " number from 1 to 255", text);
	o->ttl_mode = TTL_FIXED;
	o->ttl = (uint8_t)ttl;
}

static void parse_variant(struct argp_state *state, int key)
{
	struct approach_options *o = state->input;
	struct variants v;
	size_t i = (size_t)(key - KEY_VARIANT);

	variants_collect(&v);
	if (o->variant && strcmp(o->variant, v.names[i]) != 0)
		argp_error(state, "--%s and --%s exclude each other",
			   o->variant, v.names[i]);
	o->variant = v.names[i];
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	if (key == KEY_METHOD)
		parse_method(state, text);
	else if (key == KEY_TTL)
		parse_ttl(state, text);
	else if (key >= KEY_VARIANT && key < KEY_VARIANT + VARIANTS_MAX)
		parse_variant(state, key);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

const struct argp *approach_argp(void)
{
	static struct argp_option options[2 + VARIANTS_MAX + 1] = {
		{ .name = "method", .key = KEY_METHOD, .arg = "METHOD",
		  .doc = "How to traverse (tcptrav list methods)" },
		{ .name = "ttl", .key = KEY_TTL, .arg = "auto|none|N",
		  .doc = "TTL of the first SYN: found so that it dies between"
			 " the NATs (the default where the method has it), not"
			 " lowered, or N" },
	};
	static const struct argp argp = { .options = options,
					  .parser = parse };
	struct variants v;

	variants_collect(&v);
	for (size_t i = 0; i < v.count; i++)
		options[2 + i] = (struct argp_option){
			.name = v.names[i], .key = KEY_VARIANT + (int)i,
			.doc = v.help[i] };
	return &argp;
}

/* Does @a have what the options ask for? */
static bool approach_fits(const struct approach_options *o,
			  const struct approach *a)
{
	if (o->method && (o->method != a->method ||
			  a->variant != (o->variant != NULL)))
		return false;
	if (o->variant && (!a->variant ||
			   strcmp(o->variant, a->method->variant) != 0))
		return false;
	return !o->ttl_given || a->low_ttl == (o->ttl_mode != TTL_NONE);
}

/* Why no approach fits */
static bool choice_fails(const struct approach_options *o, struct error *e)
{
	const struct method *m = o->method;

	if (m && o->variant &&
	    (!m->variant || strcmp(m->variant, o->variant) != 0))
		return error_set(e, ERROR_USE, "%s has no variant --%s%s%s",
				 m->name, o->variant,
				 m->variant ? "; it has --" : "",
				 m->variant ? m->variant : "");
	if (m && o->ttl_given && o->ttl_mode != TTL_NONE)
		return error_set(e, ERROR_USE, "%s%s%s has no low-TTL form:"
				 " leave --ttl out, or say --ttl none", m->name,
				 o->variant ? " --" : "",
				 o->variant ? o->variant : "");
	return error_set(e, ERROR_USE, "no method has --%s with that --ttl",
			 o->variant ? o->variant : "method all");
}

bool approach_choose(const struct approach_options *o,
		     struct approach out[APPROACHES_MAX], size_t *count,
		     struct error *e)
{
	struct approach all[APPROACHES_MAX];
	size_t n = approaches_all(all);

	*count = 0;
	if (!o->method && !o->all)
		return error_set(e, ERROR_USE, "which --method? (tcptrav list"
				 " methods)");
	/* Of one method the first: the low-TTL form, where it has one. */
	for (size_t i = 0; i < n && (o->all || !*count); i++)
		if (approach_fits(o, &all[i]))
			out[(*count)++] = all[i];
	return *count ? true : choice_fails(o, e);
}

double option_number(struct argp_state *state, const char *option,
		     const char *text, double minimum, double maximum)
{
	double value;
	char *end;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end ||
	    !(value >= minimum && value <= maximum))
		argp_error(state, "%s \"%s\": not a number from %g to %g",
			   option, text, minimum, maximum);
	return value;
}

uint64_t option_integer(struct argp_state *state, const char *option,
			const char *text, uint64_t minimum, uint64_t maximum)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || value < minimum ||
	    value > maximum)
		argp_error(state, "%s \"%s\": not a whole number from %llu to"
			   " %llu", option, text,
			   (unsigned long long)minimum,
			   (unsigned long long)maximum);
	return value;
}

bool option_spoofing(struct argp_state *state, const char *text)
{
	static const char *const names[] = { "allowed", "dropped" };
	int i = name_find(text, names, 2);

	if (i < 0)
		argp_error(state, "--spoofing \"%s\": neither allowed nor"
			   " dropped; did you mean \"%s\"?", text,
			   name_nearest(text, names, 2));
	return i == 1;
}
