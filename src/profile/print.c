/* Writes profiles: as a file's text, and as a name with changes. */
#include "profile/profile.h"

#include <stdio.h>

/* A text that is printed, and the length that it needs, which may exceed the
   room. */
struct profile_writer {
	char *out;
	size_t room, length;
};

/* append - append "@before NAME @between VALUE @after" */
static void append(struct profile_writer *w, const struct axis *axis,
		   const struct profile *p, const char *before,
		   const char *between, const char *after)
{
	bool fits = w->length < w->room;
	char *to = fits ? w->out + w->length : NULL;
	size_t room = fits ? w->room - w->length : 0;
	int value = axis_value(axis, p);
	int n;

	if (axis->values)
		n = snprintf(to, room, "%s%s%s%s%s", before, axis->name,
			     between, axis->values[value], after);
	else
		n = snprintf(to, room, "%s%s%s%d%s", before, axis->name,
			     between, value, after);
	w->length += (size_t)n;
}

size_t profile_print(const struct profile *p, char *out, size_t room)
{
	struct profile_writer w = { out, room, 0 };

	w.length = (size_t)snprintf(out, room, "# %s\n", p->summary);
	for (size_t i = 0; i < axis_count; i++)
		append(&w, &axes[i], p, "", " = ", "\n");
	return w.length;
}

static unsigned count_differences(const struct profile *a,
				  const struct profile *b)
{
	unsigned count = 0;

	for (size_t i = 0; i < axis_count; i++)
		count += axis_value(&axes[i], a) != axis_value(&axes[i], b);
	return count;
}

/* find_nearest - find the built-in profile with the fewest differences, the
   first of several */
static void find_nearest(const struct profile *p, struct profile *out)
{
	unsigned least = ~0U;

	for (size_t i = 0; i < profile_builtin_count; i++) {
		struct profile candidate;
		unsigned count;

		if (!profile_find(profile_builtin[i].name, &candidate, NULL))
			continue;
		count = count_differences(p, &candidate);
		if (count < least) {
			least = count;
			*out = candidate;
		}
	}
}

size_t profile_short(const struct profile *p, char *out, size_t room)
{
	struct profile_writer w = { out, room, 0 };
	struct profile base;

	profile_defaults(&base);
	find_nearest(p, &base);
	w.length = (size_t)snprintf(out, room, "%s", base.name);
	for (size_t i = 0; i < axis_count; i++)
		if (axis_value(&axes[i], p) != axis_value(&axes[i], &base))
			append(&w, &axes[i], p, "+", "=", "");
	return w.length;
}
