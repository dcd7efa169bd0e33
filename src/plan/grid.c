#include "plan/grid.h"

#include "base/nearest_name.h"
#include "base/number.h"
#include "plan/trial.h"
#include "net/nat_list.h"
#include "method/approach.h"
#include "method/candidate_use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_NAMES_MAX 48

const struct grid_row grid_rows[GRID_KEYS] = {
	[GRID_METHOD] = { "method", "METHOD|all", 0, 0,
			  "how to traverse (tcptrav list methods)", GRID_TEXT,
			  'm' },
	[GRID_TTL] = { "ttl", "auto|none|N", 0, 0,
		       "TTL of the first SYN: found so that it dies between "
		       "the NATs"
		       " (the default where the method has it), not lowered, "
		       "or N",
		       GRID_TEXT, 't' },
	[GRID_NAT_A] = { "nat-a", "NAT[,NAT...]", 0, 0,
			 "host A's NAT: a profile's name or file (and changes:"
			 " +AXIS=VALUE...), linux, linux-rst, linux-liberal,"
			 " linux-random, none, or exec:PATH "
			 "(default " NAT_LIST_DEFAULT ");"
			 " where there are several, from the host outwards, or "
			 "one for"
			 " all",
			 GRID_TEXT, 0 },
	[GRID_NAT_B] = { "nat-b", "NAT[,NAT...]", 0, 0, "host B's", GRID_TEXT,
			 0 },
	[GRID_TOPOLOGY] = { "topology", "T", 0, 0,
			    "see `tcptrav list topologies` (default two-nats)",
			    GRID_TEXT, 0 },
	[GRID_RTT] = { "rtt", "MS", 0, 60e3,
		       "round trip between the hosts (default 40)", GRID_NUMBER,
		       0 },
	[GRID_SKEW] = { "skew", "MS", -60e3, 60e3,
			"hold B's first SYN back by that much; negative: A's "
			"(default"
			" 0)",
			GRID_NUMBER, 0 },
	[GRID_LOSS] = { "loss", "P", 0, 1,
			"share of packets that are lost on the way from host "
			"to host,"
			" 0 to 1 (default 0)",
			GRID_NUMBER, 0 },
	[GRID_BACKGROUND] = { "background", "RATE", 0, BACKGROUND_RATE_MAX,
			      "connections per second that the further hosts "
			      "behind each NAT"
			      " open, topology busy (default 10)",
			      GRID_NUMBER, 0 },
	[GRID_SPOOFING] = { "spoofing", "allowed|dropped", 0, 0,
			    "does the network of S let spoofed packets out? "
			    "(default"
			    " allowed)",
			    GRID_TEXT, 0 },
	[GRID_CANDIDATES] = { "candidates", "auto|lan|public", 0, 0,
			      "try the hosts' private endpoints, too: where "
			      "both public addresses are equal (the default), "
			      "always, or never",
			      GRID_TEXT, 0 },
	[GRID_TIMEOUT] = { "timeout", "MS", 1, 600e3,
			   "of an attempt in one order (default 900 ms and 10 "
			   "RTT)",
			   GRID_NUMBER, 0 },
	[GRID_TRIALS] = { "trials", "N", 1, 1000000,
			  "of each approach in each setting (default 1)",
			  GRID_WHOLE, 0 },
};

static bool no_memory(struct error *e)
{
	return error_set(e, ERROR_FAILED, "out of memory");
}

static bool append(struct alternatives *a, union grid_value value,
		   struct error *e)
{
	if (a->count == a->room) {
		size_t room = a->room ? 2 * a->room : 4;
		union grid_value *at = realloc(a->at, room * sizeof(*at));

		if (!at)
			return no_memory(e);
		a->at = at;
		a->room = room;
	}
	a->at[a->count++] = value;
	return true;
}

static bool add_number(struct alternatives *a, const struct grid_row *row,
		       const char *text, struct error *e)
{
	union grid_value value = { .number = 0 };
	uint64_t whole = 0;
	char name[32];

	snprintf(name, sizeof(name), "--%s", row->name);
	if (row->kind == GRID_NUMBER)
		return number_parse(name, text, row->minimum, row->maximum,
				    &value.number, e) &&
		       append(a, value, e);
	if (a->count)
		return error_set(e, ERROR_USE,
				 "--%s \"%.60s\": it was given"
				 " before, and has no alternatives",
				 row->name, text);
	if (!number_parse_whole(name, text, (uint64_t)row->minimum,
				(uint64_t)row->maximum, &whole, e))
		return false;
	value.number = (double)whole;
	return append(a, value, e);
}

bool spoofing_parse(const char *text, bool *dropped, struct error *e)
{
	static const char *const names[] = { "allowed", "dropped" };
	int i = name_index(text, names, 2);

	*dropped = i == 1;
	return i >= 0 ||
		error_set(e, ERROR_USE, "--spoofing \"%.60s\": neither"
			  " allowed nor dropped; did you mean \"%s\"?", text,
			  nearest_name(text, names, 2));
}

static bool add_value(struct grid *p, enum grid_key key, const char *text,
		      struct string_set *texts, struct error *e)
{
	const struct grid_row *row = &grid_rows[key];
	struct approach_options ignored = { .method = NULL };
	union grid_value v = { .text = NULL };
	enum candidate_use use;
	bool dropped;

	if (key == GRID_CANDIDATES) {
		if (!candidate_use_parse(text, &use, e))
			return false;
		v.number = use;
		return append(&p->of[key], v, e);
	}
	if (key == GRID_SPOOFING) {
		if (!spoofing_parse(text, &dropped, e))
			return false;
		v.number = dropped;
		return append(&p->of[key], v, e);
	}
	if (row->kind != GRID_TEXT)
		return add_number(&p->of[key], row, text, e);
	if ((key == GRID_METHOD && !approach_method(&ignored, text, e)) ||
	    (key == GRID_TTL && !approach_ttl(&ignored, text, e)))
		return false;
	v.text = string_intern(texts, text, NULL);
	return v.text ? append(&p->of[key], v, e) : no_memory(e);
}

/* The names of all keys: grid rows, then link options, then variants. */
struct key_names {
	const char *names[KEY_NAMES_MAX];
	size_t links, variants;		/* index of the first of that kind */
	size_t count;
};

static void collect_names(struct key_names *keys)
{
	const struct method *variants[VARIANTS_MAX];
	size_t count = approach_variants(variants);

	keys->count = 0;
	for (size_t i = 0; i < GRID_KEYS; i++)
		keys->names[keys->count++] = grid_rows[i].name;
	keys->links = keys->count;
	keys->count += link_option_names(&keys->names[keys->count]);
	keys->variants = keys->count;
	for (size_t i = 0; i < count; i++)
		keys->names[keys->count++] = variants[i]->variant;
}

static bool set_variant(struct grid *p, const char *name, const char *value,
			struct error *e)
{
	struct approach_options o = { .variant = p->variant };

	if (value)
		return error_set(e, ERROR_USE, "\"%s=%.60s\": %s has no value",
				 name, value, name);
	p->variant = name;
	return approach_variant(&o, name, e);
}

bool grid_set(struct grid *p, const char *key, const char *value,
	      struct string_set *texts, struct error *e)
{
	struct key_names keys;
	int found;

	collect_names(&keys);
	found = name_index(key, keys.names, keys.count);
	if (found < 0)
		return error_set(e, ERROR_USE,
				 "unknown word \"%.60s\"; the"
				 " nearest is \"%s\"",
				 key,
				 nearest_name(key, keys.names, keys.count));
	if ((size_t)found >= keys.variants)
		return set_variant(p, keys.names[found], value, e);
	if (!value)
		return error_set(e, ERROR_USE,
				 "\"%s\" needs a value:"
				 " %s=VALUE",
				 key, key);
	if ((size_t)found >= keys.links)
		return link_options_apply(&p->links, key, value, e);
	return add_value(p, (enum grid_key)found, value, texts, e);
}

void grid_reset(struct grid *p, const struct grid *base)
{
	for (int i = 0; i < GRID_KEYS; i++)
		p->of[i].count = 0;
	p->variant = NULL;
	p->links = base->links;
}

void grid_free(struct grid *p)
{
	for (int i = 0; i < GRID_KEYS; i++)
		free(p->of[i].at);
	memset(p, 0, sizeof(*p));
}
