#include "net/link_options.h"

#include "base/clock.h"
#include "base/nearest_name.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REORDER_BY 10	/* default, ms */
#define QUEUE 100	/* default, ms */
#define RTT_PARTS 8	/* enum link_share counts eighths of --rtt */

const struct link_row link_rows[LINK_KEYS] = {
	[LINK_DELAY] = { "delay", "MS", 0, 60e3, LINK_PART_HALF, NULL },
	[LINK_JITTER] = { "jitter", "MS", 0, 60e3, LINK_PART_HALF,
			  "random extra delay of each packet, at most MS from "
			  "host to"
			  " host; packets stay in order (default 0)" },
	[LINK_LOSS] = { "loss", "P", 0, 1, LINK_PART_PROBABILITY, NULL },
	[LINK_DUPLICATE] = { "duplicate", "P", 0, 1, LINK_PART_PROBABILITY,
			     "share of packets that are delivered twice, 0 to "
			     "1 (default 0)" },
	[LINK_REORDER] = { "reorder", "P", 0, 1, LINK_PART_PROBABILITY,
			   "share of packets that are held back, so that later "
			   "ones"
			   " overtake them, 0 to 1 (default 0)" },
	[LINK_REORDER_BY] = { "reorder-by", "MS", 0, 60e3, LINK_PART_ALL,
			      "how long reordered packets are held back "
			      "(default 10)" },
	[LINK_RATE] = { "rate", "MBIT", 0.001, 1e6, LINK_PART_ALL,
			"Mbit/s that A's and B's link carry each way; 0: "
			"unlimited"
			" (default 0)" },
	[LINK_QUEUE] = { "queue", "MS", 0, 60e3, LINK_PART_ALL,
			 "longest time that a packet waits in the queue of a "
			 "link with"
			 " a rate; one that would wait longer is dropped "
			 "(default"
			 " 100)" },
};

static const char *const side_names[LINK_SIDES] = {
	"link-a", "link-b", "link-s"
};

/* remember - append an option as given to @l->text, which records print */
static bool remember(struct link_options *l, const char *name, const char *text,
		     struct error *e)
{
	size_t used = strlen(l->text), room = sizeof(l->text) - used;
	int length = snprintf(l->text + used, room, "%s%s=%s", used ? " " : "",
			      name, text);

	if (length >= 0 && (size_t)length < room)
		return true;
	l->text[used] = '\0';
	return error_set(e, ERROR_USE, "--%s \"%.60s\": all options of links"
			 " together are longer than %d characters", name, text,
			 LINK_OPTIONS_TEXT - 1);
}

/* read_value - read the value of @key; error messages begin with @where */
static bool read_value(struct link_values *v, enum link_key key,
		       const char *text, const char *where, struct error *e)
{
	const struct link_row *row = &link_rows[key];
	double value;
	char *end;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end || !(value <= row->maximum) ||
	    (!(value >= row->minimum) && (value < 0 || value > 0)))
		return error_set(e, ERROR_USE, "%s \"%.60s\": not %sa number"
				 " from %g to %.0f", where, text,
				 row->minimum > 0 ? "0 or " : "",
				 row->minimum, row->maximum);
	v->given[key] = true;
	v->value[key] = value;
	return true;
}

bool link_options_set(struct link_options *l, enum link_key key,
		      const char *text, struct error *e)
{
	char where[32];

	snprintf(where, sizeof(where), "--%s", link_rows[key].name);
	return read_value(&l->plain, key, text, where, e) &&
		remember(l, link_rows[key].name, text, e);
}

/* find_key - the property called @name; -1, and an error, if there is none */
static int find_key(enum link_side side, const char *name, struct error *e)
{
	const char *names[LINK_KEYS];
	int key;

	for (size_t i = 0; i < LINK_KEYS; i++)
		names[i] = link_rows[i].name;
	key = name_index(name, names, LINK_KEYS);
	if (key < 0)
		error_set(e, ERROR_USE,
			  "--%s: unknown key \"%.60s\"; the nearest"
			  " is \"%s\"",
			  side_names[side], name,
			  nearest_name(name, names, LINK_KEYS));
	return key;
}

/* parse_one - parse "rate=1" or "up.rate=1"; @item is modified */
static bool parse_one(struct link_options *l, enum link_side side, char *item,
		      struct error *e)
{
	static const char *const prefixes[LINK_DIRECTIONS] = {
		"up.", "down."
	};
	bool only[LINK_DIRECTIONS] = { false };
	char *value = strchr(item, '=');
	char where[48];
	int key;

	if (!value)
		return error_set(e, ERROR_USE, "--%s: \"%.60s\" is not"
				 " KEY=VALUE", side_names[side], item);
	*value++ = '\0';
	for (int i = 0; i < LINK_DIRECTIONS; i++) {
		only[i] = !strncmp(item, prefixes[i], strlen(prefixes[i]));
		item += only[i] ? strlen(prefixes[i]) : 0;
		if (only[i])
			break;
	}
	key = find_key(side, item, e);
	if (key < 0)
		return false;
	snprintf(where, sizeof(where), "--%s: %s", side_names[side], item);
	for (int i = 0; i < LINK_DIRECTIONS; i++)
		/* not if the option is for the other direction only */
		if (!only[!i] && !read_value(&l->of[side][i],
					     (enum link_key)key, value, where,
					     e))
			return false;
	return true;
}

bool link_options_parse(struct link_options *l, enum link_side side,
			const char *text, struct error *e)
{
	char copy[LINK_OPTIONS_TEXT], *rest = copy;

	if (!remember(l, side_names[side], text, e))
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	while (rest)
		if (!parse_one(l, side, strsep(&rest, ","), e))
			return false;
	return true;
}

size_t link_option_names(const char *names[LINK_OPTION_NAMES])
{
	size_t count = 0;

	for (int i = 0; i < LINK_KEYS; i++)
		if (link_rows[i].help)
			names[count++] = link_rows[i].name;
	for (int i = 0; i < LINK_SIDES; i++)
		names[count++] = side_names[i];
	return count;
}

bool link_options_apply(struct link_options *l, const char *name,
			const char *text, struct error *e)
{
	int side = name_index(name, side_names, LINK_SIDES);

	if (side >= 0)
		return link_options_parse(l, (enum link_side)side, text, e);
	for (int i = 0; i < LINK_KEYS; i++)
		if (!strcmp(name, link_rows[i].name))
			return link_options_set(l, (enum link_key)i, text, e);
	return false;
}

/* is_used - does any option give @key a value above 0? */
static bool is_used(const struct link_options *l, enum link_key key)
{
	bool found = l->plain.given[key] && l->plain.value[key] > 0;

	for (int side = 0; side < LINK_SIDES; side++)
		for (int i = 0; i < LINK_DIRECTIONS; i++)
			found |= l->of[side][i].given[key] &&
				l->of[side][i].value[key] > 0;
	return found;
}

bool link_options_check(const struct link_options *l, struct error *e)
{
	static const enum link_key pairs[][2] = {
		{ LINK_QUEUE, LINK_RATE }, { LINK_REORDER_BY, LINK_REORDER },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (is_used(l, pairs[i][0]) && !is_used(l, pairs[i][1]))
			return error_set(e, ERROR_USE, "\"%s\": %s has no"
					 " effect without %s", l->text,
					 link_rows[pairs[i][0]].name,
					 link_rows[pairs[i][1]].name);
	return true;
}

/* side_of - the side whose options apply to link @i; -1: none, the link has no
   delay and no faults */
static int side_of(const struct topology *t, size_t i)
{
	if (t->links[i].share == SHARE_SERVER)
		return LINK_S;
	if (t->links[i].share == SHARE_NONE)
		return -1;
	return t->nodes[t->links[i].from].which ? LINK_B : LINK_A;
}

static bool has_side(const struct topology *t, int side)
{
	for (size_t i = 0; i < t->link_count; i++)
		if (side_of(t, i) == side)
			return true;
	return false;
}

static bool has_own_options(const struct link_options *l, int side)
{
	for (int i = 0; i < LINK_DIRECTIONS; i++)
		for (int key = 0; key < LINK_KEYS; key++)
			if (l->of[side][i].given[key])
				return true;
	return false;
}

bool link_options_fit(const struct link_options *l, const struct topology *t,
		      struct error *e)
{
	for (int side = 0; l && side < LINK_SIDES; side++)
		if (has_own_options(l, side) && !has_side(t, side))
			return error_set(e, ERROR_USE, "--%s: topology \"%s\""
					 " has no such link", side_names[side],
					 t->name);
	return true;
}

const char *link_options_text(const struct link_options *l)
{
	return l ? l->text : "";
}

/* part - what each of the two links on the way has of the way's value */
static double part(enum link_part which, double value)
{
	switch (which) {
	case LINK_PART_HALF:
		return value / 2;
	case LINK_PART_PROBABILITY:
		return 1 - sqrt(1 - value);
	default:
		return value;
	}
}

/*
 * override - overwrite @value by what @from gives
 * @parts: the values are of the whole way, of which a link has its part
 */
static void override(const struct link_values *from, bool parts,
		     double value[LINK_KEYS])
{
	for (int i = 0; i < LINK_KEYS; i++)
		if (from->given[i])
			value[i] = parts ? part(link_rows[i].part,
						from->value[i]) :
				from->value[i];
}

static int64_t ns_of_ms(double ms)
{
	return llround(ms * (double)NS_PER_MS);
}

static struct link_config config_of(const double value[LINK_KEYS])
{
	return (struct link_config){
		.delay = ns_of_ms(value[LINK_DELAY]),
		.jitter = ns_of_ms(value[LINK_JITTER]),
		.loss = value[LINK_LOSS],
		.duplicate = value[LINK_DUPLICATE],
		.reorder = value[LINK_REORDER],
		.reorder_by = ns_of_ms(value[LINK_REORDER_BY]),
		.rate = (uint64_t)llround(value[LINK_RATE] * 1e6),
		.queue = ns_of_ms(value[LINK_QUEUE]),
	};
}

void link_options_config(const struct link_options *l, double rtt_ms,
			 double loss, const struct topology *t, size_t i,
			 struct link_config out[LINK_DIRECTIONS])
{
	double value[LINK_KEYS] = {
		[LINK_DELAY] = rtt_ms / RTT_PARTS * t->links[i].share,
		[LINK_REORDER_BY] = REORDER_BY,
		[LINK_QUEUE] = QUEUE,
	};
	int side = side_of(t, i);

	if (side == LINK_A || side == LINK_B) {
		value[LINK_LOSS] = part(LINK_PART_PROBABILITY, loss);
		if (l)
			override(&l->plain, true, value);
	}
	for (int direction = 0; direction < LINK_DIRECTIONS; direction++) {
		double own[LINK_KEYS];

		memcpy(own, value, sizeof(own));
		if (l && side >= 0)
			override(&l->of[side][direction], false, own);
		out[direction] = config_of(own);
	}
}
