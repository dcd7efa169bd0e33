#include "method/methods.h"

#include <string.h>

const struct method *const methods[] = {
	&method_stunt1,
	&method_stunt2,
	&method_natblaster,
	&method_p2pnat,
};

const size_t method_count = sizeof(methods) / sizeof(methods[0]);

const struct method *method_find(const char *name)
{
	for (size_t i = 0; i < method_count; i++) {
		const struct method *m = methods[i];

		if (!strcmp(name, m->name) ||
		    (m->alias && !strcmp(name, m->alias)))
			return m;
	}
	return NULL;
}

const char *method_needs_text(const struct method *m)
{
	static const char *const texts[] = {
		[0] = "no privilege",
		[NEED_CAPTURE] = "capture",
		[NEED_RAW] = "raw sockets",
		[NEED_CAPTURE | NEED_RAW] = "capture; raw sockets",
		[NEED_SPOOFING] = "an S that spoofs",
		[NEED_CAPTURE | NEED_SPOOFING] = "capture; an S that spoofs",
		[NEED_RAW | NEED_SPOOFING] = "raw sockets; an S that spoofs",
		[NEED_CAPTURE | NEED_RAW | NEED_SPOOFING] =
			"capture; raw sockets; an S that spoofs",
	};

	return texts[m->needs];
}

bool approach_has_roles(const struct approach *a)
{
	return a->variant ? a->method->variant_ordered : a->method->ordered;
}

bool approach_b_opens_first(const struct approach *a)
{
	return a->variant && a->method->variant_opener_b;
}

bool approach_has_low_ttl(const struct approach *a)
{
	return a->variant ? a->method->variant_low_ttl : a->method->low_ttl;
}

const char *approach_variant_name(const struct approach *a)
{
	return a->variant && a->method->variant ? a->method->variant : "";
}

unsigned approach_orders(const struct approach *a)
{
	return approach_has_roles(a) ? 2 : 1;
}

double default_timeout_ms(double rtt_ms)
{
	return 900 + 10 * rtt_ms;
}

static size_t add_approach(struct approach out[APPROACHES_MAX], size_t count,
			   const struct method *method, bool low_ttl,
			   bool variant)
{
	if (count < APPROACHES_MAX)
		out[count++] = (struct approach){ .method = method,
						  .low_ttl = low_ttl,
						  .variant = variant };
	return count;
}

size_t approaches_all(struct approach out[APPROACHES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < method_count; i++) {
		const struct method *m = methods[i];

		if (m->low_ttl)
			count = add_approach(out, count, m, true, false);
		count = add_approach(out, count, m, false, false);
		if (m->variant && m->variant_low_ttl)
			count = add_approach(out, count, m, true, true);
		if (m->variant)
			count = add_approach(out, count, m, false, true);
	}
	return count;
}
