#include "plan/sweep.h"

#include "method/approach.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOPOLOGY "two-nats"
#define DEFAULT_RTT 40

/* An approach and its low TTL. */
struct approach_ttl {
	struct approach approach;
	uint8_t ttl;			/* 0: auto */
};

enum { DIMENSIONS = GRID_SKEW + 1 };

/* A slice of sweep->values or sweep->approaches. */
struct array_slice {
	uint32_t at, count;
};

struct numbered_grid {
	uint32_t first;			/* number of its first trial */
	uint32_t line;
	uint32_t repeats;
	const struct link_options *links;	/* NULL: none */
	struct array_slice of[DIMENSIONS];
	struct array_slice approaches;
};

/* Link options that grids point at. */
struct kept_links {
	struct link_options links;
	struct kept_links *next;
};

struct sweep {
	struct string_set texts;
	struct numbered_grid *grids;		/* in order of `first` */
	union grid_value *values;
	struct approach_ttl *approaches;
	struct kept_links *links;
	size_t grid_count, value_count, approach_count;
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
	free(s->approaches);
	free(s->values);
	free(s->grids);
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
	return s->grids[0].approaches.count;
}

/* ---- adding ---- */

static bool no_memory(struct error *e)
{
	return error_set(e, ERROR_FAILED, "out of memory");
}

/*
 * grow - make room for @more entries of @size after @count; the room is always
 * a power of two
 * Return: the array; NULL: out of memory, and the array is unchanged
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
		       size_t count, struct array_slice *out, struct error *e)
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

struct values {
	const union grid_value *at;
	size_t count;
};

/* values_of - the values of a key: of @p, else of @base, else the default */
static struct values values_of(const struct grid *p, const struct grid *base,
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

	return any ? (struct values){ a->at, a->count } :
		     (struct values){ &standard[key], 1 };
}

/* add_dimension - add the values of a key; if they are those of the grid
   before, share them: the lines of long plans repeat most values */
static bool add_dimension(struct sweep *s, const struct numbered_grid *before,
			  struct values list, enum grid_key key,
			  struct array_slice *out, struct error *e)
{
	if (before && before->of[key].count == list.count &&
	    !memcmp(&s->values[before->of[key].at], list.at,
		    list.count * sizeof(*list.at))) {
		*out = before->of[key];
		return true;
	}
	return add_values(s, list.at, list.count, out, e);
}

static bool add_approach_ttls(struct sweep *s,
			      const struct approach *approaches, size_t count,
			      uint8_t ttl, struct error *e)
{
	struct approach_ttl *w =
		grow(s->approaches, s->approach_count, count, sizeof(*w));

	if (!w)
		return no_memory(e);
	s->approaches = w;
	for (size_t i = 0; i < count; i++) {
		memset(&w[s->approach_count], 0, sizeof(*w));
		w[s->approach_count].approach.method = approaches[i].method;
		w[s->approach_count].approach.low_ttl = approaches[i].low_ttl;
		w[s->approach_count].approach.variant = approaches[i].variant;
		w[s->approach_count++].ttl = approaches[i].low_ttl ? ttl : 0;
	}
	return true;
}

/* add_method_ttl - add the approaches of one --method with one --ttl or none */
static bool add_method_ttl(struct sweep *s, const char *method, const char *ttl,
		   const char *variant, struct error *e)
{
	struct approach_options o = { .variant = variant };
	struct approach found[APPROACHES_MAX];
	size_t count;

	if ((method && !approach_method(&o, method, e)) ||
	    (ttl && !approach_ttl(&o, ttl, e)) ||
	    !approach_choose(&o, found, &count, e))
		return false;
	return add_approach_ttls(s, found, count, o.ttl, e);
}

/* add_method - add a method with each TTL that it supports, at least one */
static bool add_method(struct sweep *s, const char *method, struct values ttls,
			const char *variant, struct error *e)
{
	struct error now = { .kind = ERROR_NONE };
	bool any = false;

	if (!ttls.count)
		return add_method_ttl(s, method, NULL, variant, e);
	for (size_t i = 0; i < ttls.count; i++)
		any |= add_method_ttl(s, method, ttls.at[i].text, variant,
				      &now);
	return any || error_set(e, now.kind, "%s", now.text);
}

static bool add_approaches(struct sweep *s, const struct numbered_grid *before,
			   const struct grid *p, const struct grid *base,
			   struct array_slice *out, struct error *e)
{
	struct values names = values_of(p, base, GRID_METHOD);
	struct values ttls = values_of(p, base, GRID_TTL);
	const char *variant = p->variant ? p->variant : base->variant;
	size_t from = s->approach_count;

	if (!names.count)
		return add_method_ttl(s, NULL, NULL, NULL, e);
	for (size_t i = 0; i < names.count; i++)
		if (!add_method(s, names.at[i].text, ttls, variant, e))
			return false;
	out->at = (uint32_t)from;
	out->count = (uint32_t)(s->approach_count - from);
	if (before && before->approaches.count == out->count &&
	    !memcmp(&s->approaches[before->approaches.at], &s->approaches[from],
		    out->count * sizeof(*s->approaches))) {
		s->approach_count = from;
		*out = before->approaches;
	}
	return true;
}

static bool add_links(struct sweep *s, const struct numbered_grid *before,
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

/* count_trials - add the grid's trials to the numbers of the sweep */
static bool count_trials(struct sweep *s, const struct numbered_grid *grid,
		       struct error *e)
{
	uint64_t settings = 1, count;
	bool fits = true;

	for (int i = 0; i < DIMENSIONS && fits; i++)
		fits = !__builtin_mul_overflow(settings, grid->of[i].count,
					       &settings);
	fits = fits && !__builtin_mul_overflow(settings, grid->approaches.count,
					       &count) &&
		!__builtin_mul_overflow(count, grid->repeats, &count) &&
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
	struct numbered_grid *grids =
		grow(s->grids, s->grid_count, 1, sizeof(*grids));
	const struct numbered_grid *before;
	struct numbered_grid grid = { .first = s->count, .line = line };

	if (!grids)
		return no_memory(e);
	s->grids = grids;
	before = s->grid_count ? &grids[s->grid_count - 1] : NULL;
	grid.repeats = (uint32_t)values_of(p, base, GRID_TRIALS).at->number;
	for (int key = 0; key < DIMENSIONS; key++)
		if (!add_dimension(s, before, values_of(p, base, key), key,
				   &grid.of[key], e))
			return false;
	if (!add_approaches(s, before, p, base, &grid.approaches, e) ||
	    !add_links(s, before, &p->links, &grid.links, e) ||
	    !count_trials(s, &grid, e))
		return false;
	grids[s->grid_count++] = grid;
	return true;
}

bool sweep_keep_links(struct sweep *s, const struct link_options *l,
		      const struct link_options **out, struct error *e)
{
	const struct numbered_grid *before =
		s->grid_count ? &s->grids[s->grid_count - 1] : NULL;

	return add_links(s, before, l, out, e);
}

bool sweep_add_trial(struct sweep *s, const struct trial *t,
		     struct error *e)
{
	const union grid_value values[DIMENSIONS] = {
		[GRID_NAT_A] = { .text = t->nat_a },
		[GRID_NAT_B] = { .text = t->nat_b },
		[GRID_TOPOLOGY] = { .text = t->topology },
		[GRID_SPOOFING] = { .number = t->spoofing_dropped },
		[GRID_CANDIDATES] = { .number = t->candidates },
		[GRID_BACKGROUND] = { .number = t->background },
		[GRID_RTT] = { .number = t->rtt_ms },
		[GRID_LOSS] = { .number = t->loss },
		[GRID_TIMEOUT] = { .number = t->timeout_ms },
		[GRID_SKEW] = { .number = t->skew_ms },
	};
	struct numbered_grid *grids =
		grow(s->grids, s->grid_count, 1, sizeof(*grids));
	struct numbered_grid grid = { .first = s->count, .repeats = 1,
			     .links = t->links,
			     .approaches = { (uint32_t)s->approach_count, 1 } };

	if (!grids)
		return no_memory(e);
	s->grids = grids;
	for (int key = 0; key < DIMENSIONS; key++)
		if (!add_values(s, &values[key], 1, &grid.of[key], e))
			return false;
	if (!add_approach_ttls(s, &t->approach, 1, t->ttl, e) ||
	    !count_trials(s, &grid, e))
		return false;
	grids[s->grid_count++] = grid;
	return true;
}

/* ---- asking ---- */

static const struct numbered_grid *grid_of(const struct sweep *s,
					   unsigned number)
{
	size_t low = 0, high = s->grid_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->grids[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	return &s->grids[low];
}

unsigned sweep_line(const struct sweep *s, unsigned number)
{
	return grid_of(s, number)->line;
}

static struct trial make_trial(const struct numbered_grid *grid,
			       const struct approach_ttl *approach,
			       const union grid_value *const v[DIMENSIONS])
{
	struct trial t = {
		.approach = approach->approach,
		.nat_a = v[GRID_NAT_A]->text,
		.nat_b = v[GRID_NAT_B]->text,
		.topology = v[GRID_TOPOLOGY]->text,
		.rtt_ms = v[GRID_RTT]->number,
		.skew_ms = v[GRID_SKEW]->number,
		.loss = v[GRID_LOSS]->number,
		.links = grid->links,
		.background = v[GRID_BACKGROUND]->number,
		.spoofing_dropped = v[GRID_SPOOFING]->number > 0,
		.candidates =
			(enum candidate_use)v[GRID_CANDIDATES]->number,
		.ttl = approach->ttl,
		.timeout_ms = v[GRID_TIMEOUT]->number,
	};

	trial_complete(&t);
	return t;
}

struct trial sweep_trial(const struct sweep *s, unsigned number)
{
	const struct numbered_grid *grid = grid_of(s, number);
	const union grid_value *v[DIMENSIONS];
	unsigned rest = number - grid->first;
	const struct approach_ttl *approach =
		&s->approaches[grid->approaches.at +
			       rest % grid->approaches.count];

	rest /= grid->approaches.count;
	rest /= grid->repeats;
	for (int i = DIMENSIONS; i--;) {
		v[i] = &s->values[grid->of[i].at + rest % grid->of[i].count];
		rest /= grid->of[i].count;
	}
	return make_trial(grid, approach, v);
}
