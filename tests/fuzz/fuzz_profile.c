/*
 * The input is a profile's text. A valid one must be printed as text that reads
 * back equal. An invalid one must give an error of one line, and the defaults.
 */
#include "fuzz.h"

#include "profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_line(const char *text)
{
	assert(*text && strlen(text) < sizeof(((struct error *)0)->text));
	for (; *text; text++)
		assert((unsigned char)*text >= ' ' && *text != 127);
}

static void assert_in_range(const struct profile *p)
{
	for (size_t i = 0; i < axis_count; i++) {
		long value = axis_value(&axes[i], p);

		if (axes[i].values) {
			assert(value >= 0);
			assert((size_t)value < axes[i].value_count);
		} else {
			assert(value >= axes[i].minimum);
			assert(value <= axes[i].maximum);
		}
	}
}

static void assert_round_trip(const struct profile *p)
{
	size_t length = profile_print(p, NULL, 0);
	char *text = malloc(length + 1);
	struct profile again;
	struct error e;

	assert(text);
	assert(profile_print(p, text, length + 1) == length);
	assert(profile_parse("fuzz", text, length, &again, &e));
	assert(!memcmp(&again, p, sizeof(again)));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = { 0 };
	struct profile p, standard;

	profile_defaults(&standard);
	if (profile_parse("fuzz", (const char *)data, size, &p, &e)) {
		assert_in_range(&p);
		assert_round_trip(&p);
	} else {
		assert(e.kind == ERROR_USE);
		assert_line(e.text);
		assert(!memcmp(&p, &standard, sizeof(p)));
	}
	return 0;
}
