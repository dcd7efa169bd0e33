#include "profile/random_profile.h"

#include "profile/validate.h"
#include "profile/profile.h"

#include <stddef.h>
#include <string.h>

#define OF_FIVE 3		/* are left as they are */

static const struct {
	const char *axis;
	int values[4];
} numbers[] = {
	{ "addresses", { 1, 2, 4, 16 } },
	{ "delta", { 1, 2, 3, 64 } },
	{ "port-block", { 0, 64, 512, 2048 } },
};

static void draw_axis(struct rng *r, const struct axis *a, int *value)
{
	if (rng_below(r, 5) < OF_FIVE)
		return;
	if (a->values) {
		*value = (int)rng_below(r, a->value_count);
		return;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(numbers[i].axis, a->name))
			*value = numbers[i].values[rng_below(r, 4)];
}

static void draw_all(struct rng *r, struct profile *p)
{
	profile_defaults(p);
	for (size_t i = 0; i < axis_count; i++)
		draw_axis(r, &axes[i],
			  (int *)(void *)((char *)p + axes[i].offset));
	p->translation = TRANSLATION_PORTS;
}

void profile_random(struct rng *r, struct profile *out)
{
	struct error ignored;

	do
		draw_all(r, out);
	while (!profile_validate(out, &ignored));
}
