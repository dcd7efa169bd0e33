#include "plan/sweep.h"

#include "method/approach.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOPOLOGY "two-nats"
#define DEFAULT_RTT 40

/* An approach, and with which low TTL. */
struct way {
	struct approach approach;
	uint8_t ttl;			/* 0: auto */
};

enum { DIMENSIONS = GRID_SKEW + 1 };

/* A list in sweep->values or sweep->ways. */
struct list {
	uint32_t at, count;
};

struct part {
	uint32_t first;			/* number of its first trial */
	uint32_t line;
	uint32_t repeats;
	const struct link_options *links;	/* NULL: nothing was said */
	struct list of[DIMENSIONS];
	struct list ways;
};

/* What the parts point at. */
struct kept_links {
	struct link_options links;
	struct kept_links *next;
};

struct sweep {
	struct string_set texts;
	struct part *parts;		/* a product each */
	union grid_value *values;
	struct way *ways;
	struct kept_links *links;
	size_t part_count, value_count, way_count;
	uint32_t count;			/* of trials */
	uint32_t settings;
};

struct sweep *sweep_new(void)
{
	return calloc(1, sizeof(struct sweep));
}

void sweep_free(struct sweep *s)
{
	if (!s)
		return;
	while (s->links) {
		struct kept_links *next = s->links->next;

		free(s->links);
		s->links = next;
	}
	free(s->ways);
	free(s->values);
	free(s->parts);
	string_set_free(&s->texts);
	free(s);
}

struct string_set *sweep_texts(struct sweep *s)
{
	return &s->texts;
}

unsigned sweep_count(const struct sweep *s)
{
	return s->count;
}

unsigned sweep_settings(const struct sweep *s)
{
	return s->settings;
}

unsigned sweep_approaches(const struct sweep *s)
{
	return s->parts[0].ways.count;
}

/* ---- adding ---- */

static bool no_memory(struct error *e)
{
	return error_set(e, ERROR_FAILED, "memory is short");
}

/*
 * grow - room for @more entries of @size after @count; arrays are doubled, at
 * powers of two
 * Return: the array, or NULL: memory is short, and it is as it was
 */
static void *grow(void *array, size_t count, size_t more, size_t size)
{
	size_t room = count ? 1 : 0;

	while (room && room < count)
		room *= 2;
	if (array && count + more <= room)
		return array;
	for (room = 1; room < count + more;)
		room *= 2;
	return realloc(array, room * size);
}

static bool add_values(struct sweep *s, const union grid_value *from,
		       size_t count, struct list *out, struct error *e)
{
	union grid_value *v =
		grow(s->values, s->value_count, count, sizeof(*v));

	if (!v)
		return no_memory(e);
	s->values = v;
	memcpy(v + s->value_count, from, count * sizeof(*v));
	out->at = (uint32_t)s->value_count;
	out->count = (uint32_t)count;
	s->value_count += count;
	return true;
}

struct span {
	const union grid_value *at;
	size_t count;
};

/* What a product says of a key, or the one below it, or the default. */
static struct span said(const struct grid *p, const struct grid *base,
			enum grid_key key)
{
	static const union grid_value standard[GRID_KEYS] = {
		[GRID_TOPOLOGY] = { .text = DEFAULT_TOPOLOGY },
		[GRID_BACKGROUND] = { .number = -1 },
		[GRID_RTT] = { .number = DEFAULT_RTT },
		[GRID_TRIALS] = { .number = 1 },
	};
	const struct alternatives *a = p->of[key].count ? &p->of[key] :
						      &base->of[key];
	bool any = a->count || key == GRID_METHOD || key == GRID_TTL;

	return any ? (struct span){ a->at, a->count } :
		     (struct span){ &standard[key], 1 };
}

/* Long plans say the same in line after line: it is kept once. */
static bool add_dimension(struct sweep *s, const struct part *before,
			  struct span list, enum grid_key key,
			  struct list *out, struct error *e)
{
	if (before && before->of[key].count == list.count &&
	    !memcmp(&s->values[before->of[key].at], list.at,
		    list.count * sizeof(*list.at))) {
		*out = before->of[key];
		return true;
	}
	return add_values(s, list.at, list.count, out, e);
}

static bool add_ways(struct sweep *s, const struct approach *approaches,
		     size_t count, uint8_t ttl, struct error *e)
{
	struct way *w = grow(s->ways, s->way_count, count, sizeof(*w));

	if (!w)
		return no_memory(e);
	s->ways = w;
	for (size_t i = 0; i < count; i++) {
		memset(&w[s->way_count], 0, sizeof(*w));
		w[s->way_count].approach.method = approaches[i].method;
		w[s->way_count].approach.low_ttl = approaches[i].low_ttl;
		w[s->way_count].approach.variant = approaches[i].variant;
		w[s->way_count++].ttl = approaches[i].low_ttl ? ttl : 0;
	}
	return true;
}

/* One --method and one --ttl (or NULL). */
static bool choose(struct sweep *s, const char *method, const char *ttl,
		   const char *variant, struct error *e)
{
	struct approach_options o = { .variant = variant };
	struct approach found[APPROACHES_MAX];
	size_t count;

	if ((method && !approach_method(&o, method, e)) ||
	    (ttl && !approach_ttl(&o, ttl, e)) ||
	    !approach_choose(&o, found, &count, e))
		return false;
	return add_ways(s, found, count, o.ttl, e);
}

/* A method must have one of the TTLs, not each. */
static bool choose_ttls(struct sweep *s, const char *method, struct span ttls,
			const char *variant, struct error *e)
{
	struct error now = { .kind = ERROR_NONE };
	bool any = false;

	if (!ttls.count)
		return choose(s, method, NULL, variant, e);
	for (size_t i = 0; i < ttls.count; i++)
		any |= choose(s, method, ttls.at[i].text, variant, &now);
	return any || error_set(e, now.kind, "%s", now.text);
}

static bool add_approaches(struct sweep *s, const struct part *before,
			   const struct grid *p, const struct grid *base,
			   struct list *out, struct error *e)
{
	struct span names = said(p, base, GRID_METHOD);
	struct span ttls = said(p, base, GRID_TTL);
	const char *variant = p->variant ? p->variant : base->variant;
	size_t from = s->way_count;

	if (!names.count)
		return choose(s, NULL, NULL, NULL, e);
	for (size_t i = 0; i < names.count; i++)
		if (!choose_ttls(s, names.at[i].text, ttls, variant, e))
			return false;
	out->at = (uint32_t)from;
	out->count = (uint32_t)(s->way_count - from);
	if (before && before->ways.count == out->count &&
	    !memcmp(&s->ways[before->ways.at], &s->ways[from],
		    out->count * sizeof(*s->ways))) {
		s->way_count = from;
		*out = before->ways;
	}
	return true;
}

static bool add_links(struct sweep *s, const struct part *before,
		      const struct link_options *l,
		      const struct link_options **out, struct error *e)
{
	struct kept_links *kept;

	*out = NULL;
	if (!*link_options_text(l) || !link_options_check(l, e))
		return !*link_options_text(l);
	if (before &&
	    !strcmp(link_options_text(before->links), link_options_text(l))) {
		*out = before->links;
		return true;
	}
	kept = malloc(sizeof(*kept));
	if (!kept)
		return no_memory(e);
	kept->links = *l;
	kept->next = s->links;
	s->links = kept;
	*out = &kept->links;
	return true;
}

/* count_part - how many trials, with those before it? */
static bool count_part(struct sweep *s, const struct part *part,
		       struct error *e)
{
	uint64_t settings = 1, count;
	bool fits = true;

	for (int i = 0; i < DIMENSIONS && fits; i++)
		fits = !__builtin_mul_overflow(settings, part->of[i].count,
					       &settings);
	fits = fits && !__builtin_mul_overflow(settings, part->ways.count,
					       &count) &&
		!__builtin_mul_overflow(count, part->repeats, &count) &&
		count <= SWEEP_TRIALS_MAX - s->count;
	if (!fits)
		return error_set(e, ERROR_USE, "the plan has more than %d"
				 " trials", SWEEP_TRIALS_MAX);
	s->settings += (uint32_t)settings;
	s->count += (uint32_t)count;
	return true;
}

bool sweep_add(struct sweep *s, const struct grid *p, const struct grid *base,
	       unsigned line, struct error *e)
{
	struct part *parts = grow(s->parts, s->part_count, 1, sizeof(*parts));
	const struct part *before;
	struct part part = { .first = s->count, .line = line };

	if (!parts)
		return no_memory(e);
	s->parts = parts;
	before = s->part_count ? &parts[s->part_count - 1] : NULL;
	part.repeats = (uint32_t)said(p, base, GRID_TRIALS).at->number;
	for (int key = 0; key < DIMENSIONS; key++)
		if (!add_dimension(s, before, said(p, base, key), key,
				   &part.of[key], e))
			return false;
	if (!add_approaches(s, before, p, base, &part.ways, e) ||
	    !add_links(s, before, &p->links, &part.links, e) ||
	    !count_part(s, &part, e))
		return false;
	parts[s->part_count++] = part;
	return true;
}

bool sweep_add_trial(struct sweep *s, const struct trial *t,
		     struct error *e)
{
	const union grid_value values[DIMENSIONS] = {
		[GRID_NAT_A] = { .text = t->nat_a },
		[GRID_NAT_B] = { .text = t->nat_b },
		[GRID_TOPOLOGY] = { .text = t->topology },
		[GRID_SPOOFING] = { .number = t->spoofing_dropped },
		[GRID_BACKGROUND] = { .number = t->background },
		[GRID_RTT] = { .number = t->rtt_ms },
		[GRID_LOSS] = { .number = t->loss },
		[GRID_TIMEOUT] = { .number = t->timeout_ms },
		[GRID_SKEW] = { .number = t->skew_ms },
	};
	struct part *parts = grow(s->parts, s->part_count, 1, sizeof(*parts));
	struct part part = { .first = s->count, .repeats = 1,
			     .links = t->links,
			     .ways = { (uint32_t)s->way_count, 1 } };

	if (!parts)
		return no_memory(e);
	s->parts = parts;
	for (int key = 0; key < DIMENSIONS; key++)
		if (!add_values(s, &values[key], 1, &part.of[key], e))
			return false;
	if (!add_ways(s, &t->approach, 1, t->ttl, e) ||
	    !count_part(s, &part, e))
		return false;
	parts[s->part_count++] = part;
	return true;
}

/* ---- asking ---- */

static const struct part *part_of(const struct sweep *s, unsigned number)
{
	size_t low = 0, high = s->part_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->parts[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	return &s->parts[low];
}

unsigned sweep_line(const struct sweep *s, unsigned number)
{
	return part_of(s, number)->line;
}

static struct trial make(const struct part *part, const struct way *way,
			     const union grid_value *const v[DIMENSIONS])
{
	struct trial t = {
		.approach = way->approach,
		.nat_a = v[GRID_NAT_A]->text,
		.nat_b = v[GRID_NAT_B]->text,
		.topology = v[GRID_TOPOLOGY]->text,
		.rtt_ms = v[GRID_RTT]->number,
		.skew_ms = v[GRID_SKEW]->number,
		.loss = v[GRID_LOSS]->number,
		.links = part->links,
		.background = v[GRID_BACKGROUND]->number,
		.spoofing_dropped = v[GRID_SPOOFING]->number > 0,
		.ttl = way->ttl,
		.timeout_ms = v[GRID_TIMEOUT]->number,
	};

	trial_complete(&t);
	return t;
}

struct trial sweep_trial(const struct sweep *s, unsigned number)
{
	const struct part *part = part_of(s, number);
	const union grid_value *v[DIMENSIONS];
	unsigned rest = number - part->first;
	const struct way *way = &s->ways[part->ways.at +
					 rest % part->ways.count];

	rest /= part->ways.count;
	rest /= part->repeats;
	for (int i = DIMENSIONS; i--;) {
		v[i] = &s->values[part->of[i].at + rest % part->of[i].count];
		rest /= part->of[i].count;
	}
	return make(part, way, v);
}
