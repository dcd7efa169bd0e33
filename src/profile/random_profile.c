#include "profile/random_profile.h"

#include "profile/validate.h"
#include "profile/profile.h"

#include <stddef.h>
#include <string.h>

#define DEFAULTS_OF_FIVE 3	/* this many axes of five keep their default */

static const struct {
	const char *axis;
	int values[4];
} numbers[] = {
	{ "addresses", { 1, 2, 4, 16 } },
	{ "delta", { 1, 2, 3, 64 } },
	{ "port-block", { 0, 64, 512, 2048 } },
};

static void choose_value(struct rng *r, const struct axis *a, int *value)
{
	if (rng_below(r, 5) < DEFAULTS_OF_FIVE)
		return;
	if (a->values) {
		*value = (int)rng_below(r, a->value_count);
		return;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(numbers[i].axis, a->name))
			*value = numbers[i].values[rng_below(r, 4)];
}

void profile_random(struct rng *r, struct profile *out)
{
	struct error ignored;

	do {
		profile_defaults(out);
		for (size_t i = 0; i < axis_count; i++)
			choose_value(
				r, &axes[i],
				(int *)(void *)((char *)out + axes[i].offset));
		out->translation = TRANSLATION_PORTS;
	} while (!profile_validate(out, &ignored));
}
