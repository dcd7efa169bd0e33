#include "lab/ttls.h"

#include "net/link_options.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

/* Of one side: its way to S has its own NATs on it, and no others. */
struct found_ttls {
	struct found_ttls *next;
	const char *topology, *list;	/* they live as long as the plan */
	unsigned side;
	uint8_t ttl;
};

struct ttls {
	struct found_ttls *buckets[BUCKETS];
};

struct ttls *ttls_new(void)
{
	return calloc(1, sizeof(struct ttls));
}

void ttls_free(struct ttls *t)
{
	for (unsigned i = 0; t && i < BUCKETS; i++)
		while (t->buckets[i]) {
			struct found_ttls *k = t->buckets[i];

			t->buckets[i] = k->next;
			free(k);
		}
	free(t);
}

bool ttls_wanted(const struct trial *trial)
{
	return trial->approach.low_ttl && !trial->ttl &&
		!(trial->loss > 0) && !*link_options_text(trial->links);
}

static const char *list_of(const struct trial *trial, unsigned side)
{
	return side ? trial->nat_b : trial->nat_a;
}

static unsigned bucket_of(const struct trial *trial, unsigned side)
{
	unsigned hash = side;

	for (const char *c = trial->topology; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	for (const char *c = list_of(trial, side); *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	return hash % BUCKETS;
}

static struct found_ttls *look_up(const struct ttls *t,
				  const struct trial *trial, unsigned side)
{
	struct found_ttls *k = t->buckets[bucket_of(trial, side)];

	while (k && (k->side != side ||
		     strcmp(k->topology, trial->topology) != 0 ||
		     strcmp(k->list, list_of(trial, side)) != 0))
		k = k->next;
	return k;
}

bool ttls_find(const struct ttls *t, const struct trial *trial,
	       uint8_t found[2])
{
	for (unsigned side = 0; side < 2; side++) {
		const struct found_ttls *k = look_up(t, trial, side);

		if (!k)
			return false;
		found[side] = k->ttl;
	}
	return true;
}

bool ttls_learn(struct ttls *t, const struct trial *trial,
		const uint8_t found[2])
{
	for (unsigned side = 0; side < 2; side++) {
		struct found_ttls *k = look_up(t, trial, side);
		struct found_ttls **bucket =
			&t->buckets[bucket_of(trial, side)];

		if (k)
			continue;	/* what was found first stands */
		k = malloc(sizeof(*k));
		if (!k)
			return false;
		*k = (struct found_ttls){ *bucket, trial->topology,
				     list_of(trial, side), side, found[side] };
		*bucket = k;
	}
	return true;
}
