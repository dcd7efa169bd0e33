#include "plan/product.h"

#include "base/names.h"
#include "base/number.h"
#include "plan/trial.h"
#include "net/nats.h"
#include "method/approach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 48

const struct product_row product_rows[PRODUCT_KEYS] = {
	[PRODUCT_METHOD] = { "method", "METHOD|all", 0, 0,
		"how to traverse (tcptrav list methods)", PRODUCT_TEXT, 'm' },
	[PRODUCT_TTL] = { "ttl", "auto|none|N", 0, 0,
		"TTL of the first SYN: found so that it dies between the NATs"
		" (the default where the method has it), not lowered, or N",
		PRODUCT_TEXT, 't' },
	[PRODUCT_NAT_A] = { "nat-a", "NAT[,NAT...]", 0, 0,
		"host A's NAT: a profile's name or file (and changes:"
		" +AXIS=VALUE...), linux, linux-rst, linux-liberal,"
		" linux-random, none, or exec:PATH (default " NATS_DEFAULT ");"
		" where there are several, from the host outwards, or one for"
		" all", PRODUCT_TEXT, 0 },
	[PRODUCT_NAT_B] = { "nat-b", "NAT[,NAT...]", 0, 0,
		"host B's", PRODUCT_TEXT, 0 },
	[PRODUCT_TOPOLOGY] = { "topology", "T", 0, 0,
		"see `tcptrav list topologies` (default two-nats)",
		PRODUCT_TEXT, 0 },
	[PRODUCT_RTT] = { "rtt", "MS", 0, 60e3,
		"round trip between the hosts (default 40)",
		PRODUCT_NUMBER, 0 },
	[PRODUCT_SKEW] = { "skew", "MS", -60e3, 60e3,
		"hold B's first SYN back by that much; negative: A's (default"
		" 0)", PRODUCT_NUMBER, 0 },
	[PRODUCT_LOSS] = { "loss", "P", 0, 1,
		"share of packets that are lost on the way from host to host,"
		" 0 to 1 (default 0)", PRODUCT_NUMBER, 0 },
	[PRODUCT_BACKGROUND] = { "background", "RATE", 0, BACKGROUND_RATE_MAX,
		"connections per second that the further hosts behind each NAT"
		" open, topology busy (default 10)", PRODUCT_NUMBER, 0 },
	[PRODUCT_SPOOFING] = { "spoofing", "allowed|dropped", 0, 0,
		"does the network of S let spoofed packets out? (default"
		" allowed)", PRODUCT_TEXT, 0 },
	[PRODUCT_TIMEOUT] = { "timeout", "MS", 1, 600e3,
		"of an attempt in one order (default 900 ms and 10 RTT)",
		PRODUCT_NUMBER, 0 },
	[PRODUCT_TRIALS] = { "trials", "N", 1, 1000000,
		"of each approach in each setting (default 1)",
		PRODUCT_WHOLE, 0 },
};

static bool no_memory(struct error *e)
{
	return error_set(e, ERROR_FAILED, "memory is short");
}

static bool append(struct alternatives *a, union product_value value,
		   struct error *e)
{
	if (a->count == a->room) {
		size_t room = a->room ? 2 * a->room : 4;
		union product_value *at = realloc(a->at, room * sizeof(*at));

		if (!at)
			return no_memory(e);
		a->at = at;
		a->room = room;
	}
	a->at[a->count++] = value;
	return true;
}

static bool add_text(struct alternatives *a, const char *text,
		     struct pool *texts, struct error *e)
{
	union product_value value = { .text = pool_keep(texts, text, NULL) };

	return value.text ? append(a, value, e) : no_memory(e);
}

static bool add_number(struct alternatives *a, const struct product_row *row,
		       const char *text, struct error *e)
{
	union product_value value = { .number = 0 };
	uint64_t whole = 0;
	char name[32];

	snprintf(name, sizeof(name), "--%s", row->name);
	if (row->kind == PRODUCT_NUMBER)
		return number_read(name, text, row->minimum, row->maximum,
				   &value.number, e) && append(a, value, e);
	if (a->count)
		return error_set(e, ERROR_USE, "--%s \"%.60s\": it was given"
				 " before, and has no alternatives", row->name,
				 text);
	if (!number_read_whole(name, text, (uint64_t)row->minimum,
			       (uint64_t)row->maximum, &whole, e))
		return false;
	value.number = (double)whole;
	return append(a, value, e);
}

bool product_spoofing(const char *text, bool *dropped, struct error *e)
{
	static const char *const names[] = { "allowed", "dropped" };
	int i = name_find(text, names, 2);

	*dropped = i == 1;
	return i >= 0 ||
		error_set(e, ERROR_USE, "--spoofing \"%.60s\": neither"
			  " allowed nor dropped; did you mean \"%s\"?", text,
			  name_nearest(text, names, 2));
}

static bool add_spoofing(struct alternatives *a, const char *text,
			 struct error *e)
{
	bool dropped;

	return product_spoofing(text, &dropped, e) &&
		append(a, (union product_value){ .number = dropped }, e);
}

static bool add_value(struct product *p, enum product_key key,
		      const char *text, struct pool *texts, struct error *e)
{
	const struct product_row *row = &product_rows[key];
	struct approach_options ignored = { .method = NULL };

	if (key == PRODUCT_SPOOFING)
		return add_spoofing(&p->of[key], text, e);
	if (row->kind != PRODUCT_TEXT)
		return add_number(&p->of[key], row, text, e);
	if ((key == PRODUCT_METHOD && !approach_method(&ignored, text, e)) ||
	    (key == PRODUCT_TTL && !approach_ttl(&ignored, text, e)))
		return false;
	return add_text(&p->of[key], text, texts, e);
}

/* All words that there are, in the order of their kinds. */
struct words {
	const char *names[WORDS_MAX];
	size_t links, variants, count;	/* where they begin; all */
};

static void collect_words(struct words *w)
{
	const struct method *variants[VARIANTS_MAX];
	size_t count = approach_variants(variants);

	w->count = 0;
	for (size_t i = 0; i < PRODUCT_KEYS; i++)
		w->names[w->count++] = product_rows[i].name;
	w->links = w->count;
	w->count += links_options(&w->names[w->count]);
	w->variants = w->count;
	for (size_t i = 0; i < count; i++)
		w->names[w->count++] = variants[i]->variant;
}

static bool say_variant(struct product *p, const char *name, const char *value,
			struct error *e)
{
	struct approach_options o = { .variant = p->variant };

	if (value)
		return error_set(e, ERROR_USE, "\"%s=%.60s\": %s has no value",
				 name, value, name);
	p->variant = name;
	return approach_variant(&o, name, e);
}

bool product_say(struct product *p, const char *key, const char *value,
		 struct pool *texts, struct error *e)
{
	struct words w;
	int word;

	collect_words(&w);
	word = name_find(key, w.names, w.count);
	if (word < 0)
		return error_set(e, ERROR_USE, "unknown word \"%.60s\"; the"
				 " nearest is \"%s\"", key,
				 name_nearest(key, w.names, w.count));
	if ((size_t)word >= w.variants)
		return say_variant(p, w.names[word], value, e);
	if (!value)
		return error_set(e, ERROR_USE, "\"%s\" needs a value:"
				 " %s=VALUE", key, key);
	if ((size_t)word >= w.links)
		return links_say(&p->links, key, value, e);
	return add_value(p, (enum product_key)word, value, texts, e);
}

void product_clear(struct product *p, const struct product *base)
{
	for (int i = 0; i < PRODUCT_KEYS; i++)
		p->of[i].count = 0;
	p->variant = NULL;
	p->links = base->links;
}

void product_free(struct product *p)
{
	for (int i = 0; i < PRODUCT_KEYS; i++)
		free(p->of[i].at);
	memset(p, 0, sizeof(*p));
}
