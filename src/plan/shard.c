#include "plan/shard.h"

#include "base/bitmap.h"

#include <stdlib.h>

bool shard_read(const char *text, struct shard *out, struct error *e)
{
	unsigned long number = 0, of = 0;
	bool good = *text >= '0' && *text <= '9';
	char *end = NULL;

	if (good) {
		number = strtoul(text, &end, 10);
		good = *end == '/' && end[1] >= '0' && end[1] <= '9';
	}
	if (good) {
		of = strtoul(end + 1, &end, 10);
		good = !*end && number && number <= of && of <= SHARDS_MAX;
	}
	if (!good)
		return error_set(e, ERROR_USE, "--shard \"%.60s\": not K/N,"
				 " with K from 1 to N and N up to %d", text,
				 SHARDS_MAX);
	out->number = (unsigned)number;
	out->of = (unsigned)of;
	return true;
}

unsigned shard_share(const struct shard *s, unsigned count)
{
	return s->of ? (count + s->of - s->number) / s->of : count;
}

void shard_skip(const struct shard *s, unsigned count, uint8_t *bits)
{
	for (unsigned i = 0; s->of && i < count; i++)
		if (i % s->of != s->number - 1)
			bitmap_set(bits, i);
}
