/*
 * What a cell's links are like: the rows of their properties, what the
 * command line says of them, and the link model's settings that come of it.
 * Pure.
 *
 * There are three links that may be imperfect: A's and B's, between their
 * outermost NAT and its router, and S's. Plain options are of the way from
 * host to host, so A's and B's link each have their part of it; S's has its
 * part of --rtt only. What is said of one link is of that link alone, and
 * stands above the plain options.
 */
#ifndef TCPTRAV_NET_LINK_OPTIONS_H
#define TCPTRAV_NET_LINK_OPTIONS_H

#include "base/error.h"
#include "net/topology.h"
#include "nat/link.h"

#include <stdbool.h>

enum link_key {
	LINK_DELAY, LINK_JITTER, LINK_LOSS, LINK_DUPLICATE, LINK_REORDER,
	LINK_REORDER_BY, LINK_RATE, LINK_QUEUE, LINK_KEYS
};

/* What each of the two links on the way has of a plain option's value. */
enum link_part {
	LINK_PART_ALL, LINK_PART_HALF,
	LINK_PART_ODDS,		/* so much that both have it, in all */
};

struct link_row {
	const char *name;		/* "jitter" */
	const char *unit;		/* of the value, for the help: "MS" */
	double minimum, maximum;	/* and 0: none */
	enum link_part part;
	const char *help;		/* NULL: no plain option */
};

extern const struct link_row link_rows[LINK_KEYS];

enum link_side { LINK_A, LINK_B, LINK_S, LINK_SIDES };
enum link_direction { LINK_UP, LINK_DOWN, LINK_DIRECTIONS };	/* up: away
						   from the host or S */

struct link_values {
	bool given[LINK_KEYS];
	double value[LINK_KEYS];
};

#define LINK_OPTIONS_TEXT 256

/* All zero: nothing was said. */
struct link_options {
	struct link_values plain;
	struct link_values of[LINK_SIDES][LINK_DIRECTIONS];
	char text[LINK_OPTIONS_TEXT];	/* all that was said: "jitter=5
				   link-a=up.rate=1,loss=0.1" */
};

/*
 * link_options_set - what the plain option of @key says: "--jitter 5"
 * Return: false with an ERROR_USE sentence that quotes @text
 */
bool link_options_set(struct link_options *l, enum link_key key,
		      const char *text, struct error *e);

/*
 * link_options_parse - what an option for one link says: "up.rate=1,jitter=5"
 * A later KEY=VALUE stands above an earlier one.
 * Return: false with an ERROR_USE sentence that quotes what is wrong of @text
 */
bool link_options_parse(struct link_options *l, enum link_side side,
			const char *text, struct error *e);

#define LINK_OPTION_NAMES (LINK_KEYS + LINK_SIDES)
/*
 * link_option_names - the options' names: "jitter", "link-a"
 * Return: how many
 */
size_t link_option_names(const char *names[LINK_OPTION_NAMES]);

/* link_options_apply - what the option called @name, one of those, says */
bool link_options_apply(struct link_options *l, const char *name,
			const char *text, struct error *e);

/*
 * link_options_check - after all options: is there a queue without a rate, or
 * --reorder-by without --reorder?
 */
bool link_options_check(const struct link_options *l, struct error *e);

/*
 * link_options_fit - has the topology a link for each option that is of one
 * alone?
 * @l: may be NULL, also below: nothing was said
 */
bool link_options_fit(const struct link_options *l, const struct topology *t,
		      struct error *e);

/* link_options_text - @l->text; "" for NULL */
const char *link_options_text(const struct link_options *l);

/*
 * link_options_config - the two directions of link @i, from its inner end
 * outwards and back; their seeds are 0
 * @rtt_ms: --rtt, of which it has its share in delay
 * @loss:   --loss, of the way from host to host
 */
void link_options_config(const struct link_options *l, double rtt_ms,
			 double loss, const struct topology *t, size_t i,
			 struct link_config out[LINK_DIRECTIONS]);

#endif
