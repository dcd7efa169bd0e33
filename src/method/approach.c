#include "method/approach.h"

#include "base/nearest_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 64

size_t approach_variants(const struct method *out[VARIANTS_MAX])
{
	const char *names[VARIANTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < method_count && count < VARIANTS_MAX; i++) {
		const char *name = methods[i]->variant;

		if (!name || name_index(name, names, count) >= 0)
			continue;
		names[count] = name;
		out[count++] = methods[i];
	}
	return count;
}

/* The names and aliases of all methods, at most @room. Return: how many */
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

bool approach_method(struct approach_options *o, const char *text,
		     struct error *e)
{
	const char *names[NAMES_MAX];
	size_t n;

	o->every = strcmp(text, "every") == 0;
	o->all = o->every || strcmp(text, "all") == 0;
	o->method = o->all ? NULL : method_find(text);
	if (o->all || o->method)
		return true;
	n = method_names(names, NAMES_MAX);
	return error_set(e, ERROR_USE, "unknown method \"%.60s\"; did you mean"
			 " \"%s\"? (tcptrav list methods)", text,
			 n ? nearest_name(text, names, n) : "");
}

bool approach_ttl(struct approach_options *o, const char *text,
		  struct error *e)
{
	char *end;
	long ttl;

	o->ttl_given = true;
	if (!strcmp(text, "auto") || !strcmp(text, "none")) {
		o->ttl_mode = *text == 'a' ? TTL_AUTO : TTL_NONE;
		return true;
	}
	errno = 0;
	ttl = strtol(text, &end, 10);
	if (errno || end == text || *end || ttl < 1 || ttl > 255)
		return error_set(e, ERROR_USE, "--ttl \"%.60s\": neither auto,"
				 " none nor a number from 1 to 255", text);
	o->ttl_mode = TTL_FIXED;
	o->ttl = (uint8_t)ttl;
	return true;
}

bool approach_variant(struct approach_options *o, const char *name,
		      struct error *e)
{
	if (o->variant && strcmp(o->variant, name) != 0)
		return error_set(e, ERROR_USE, "--%s and --%s exclude each"
				 " other", o->variant, name);
	o->variant = name;
	return true;
}

/* Do the options select @a? */
static bool approach_fits(const struct approach_options *o,
			  const struct approach *a)
{
	if (o->all && !o->every && a->method->datagrams)
		return false;
	if (o->method && (o->method != a->method ||
			  a->variant != (o->variant != NULL)))
		return false;
	if (o->variant && (!a->variant ||
			   strcmp(o->variant, a->method->variant) != 0))
		return false;
	if (!o->variant && !o->every && a->variant &&
	    a->method->variant_unpublished)
		return false;
	return !o->ttl_given || a->low_ttl == (o->ttl_mode != TTL_NONE);
}

/* Say why no approach fits. */
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
	size_t n = approaches_every(all);

	*count = 0;
	if (!o->method && !o->all)
		return error_set(e, ERROR_USE, "which --method? (tcptrav list"
				 " methods)");
	/* Of one method only the first: the low-TTL form, if it has one. */
	for (size_t i = 0; i < n && (o->all || !*count); i++)
		if (approach_fits(o, &all[i]))
			out[(*count)++] = all[i];
	return *count ? true : choice_fails(o, e);
}
