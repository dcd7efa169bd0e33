#include "method/methods.h"

#include <string.h>

const struct method *const methods[] = {
	&method_stunt1,
	&method_stunt2,
	&method_natblaster,
	&method_p2pnat,
	&method_udp,
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

size_t approaches_every(struct approach out[APPROACHES_MAX])
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

size_t approaches_all(struct approach out[APPROACHES_MAX])
{
	size_t every = approaches_every(out), count = 0;

	for (size_t i = 0; i < every; i++)
		if (!out[i].variant || !out[i].method->variant_unpublished)
			out[count++] = out[i];
	return count;
}
