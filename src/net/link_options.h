/*
 * The options of a cell's links: the table of their properties, the values from
 * the command line, and the link model's settings that follow. Pure.
 *
 * Three links may be imperfect: A's and B's, between the outermost NAT and its
 * router, and S's. A plain option (--jitter) is about the way from host to
 * host: A's and B's links each take a part of its value. S's link takes only
 * its part of --rtt. An option for one link (--link-a) overrides plain options
 * on that link.
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

/* The part of a plain option's value that each of the two links takes. */
enum link_part {
	LINK_PART_ALL,
	LINK_PART_HALF,
	LINK_PART_PROBABILITY, /* a probability: both links together have it */
};

struct link_row {
	const char *name;		/* "jitter" */
	const char *unit;		/* of the value, for the help: "MS" */
	double minimum, maximum;	/* 0 is always allowed: none */
	enum link_part part;
	const char *help;		/* NULL: no plain option */
};

extern const struct link_row link_rows[LINK_KEYS];

enum link_side { LINK_A, LINK_B, LINK_S, LINK_SIDES };

/* Up is away from the host or S. */
enum link_direction { LINK_UP, LINK_DOWN, LINK_DIRECTIONS };

struct link_values {
	bool given[LINK_KEYS];
	double value[LINK_KEYS];
};

#define LINK_OPTIONS_TEXT 256

/* All zero: no option is given. */
struct link_options {
	struct link_values plain;
	struct link_values of[LINK_SIDES][LINK_DIRECTIONS];
	char text[LINK_OPTIONS_TEXT];	/* all given options: "jitter=5
					   link-a=up.rate=1,loss=0.1" */
};

/*
 * link_options_set - set the plain option of @key: "--jitter 5"
 * Return: false with an ERROR_USE sentence that quotes @text
 */
bool link_options_set(struct link_options *l, enum link_key key,
		      const char *text, struct error *e);

/*
 * link_options_parse - set the option for one link: "up.rate=1,jitter=5"
 * A later KEY=VALUE overrides an earlier one.
 * Return: false with an ERROR_USE sentence that quotes the mistake
 */
bool link_options_parse(struct link_options *l, enum link_side side,
			const char *text, struct error *e);

#define LINK_OPTION_NAMES (LINK_KEYS + LINK_SIDES)
/*
 * link_option_names - the names of all options: "jitter", "link-a"
 * Return: their number
 */
size_t link_option_names(const char *names[LINK_OPTION_NAMES]);

/* link_options_apply - set the option @name, one of link_option_names() */
bool link_options_apply(struct link_options *l, const char *name,
			const char *text, struct error *e);

/*
 * link_options_check - check the options together, when all are set
 * Return: false with an ERROR_USE sentence: a queue without a rate, or
 *         --reorder-by without --reorder
 */
bool link_options_check(const struct link_options *l, struct error *e);

/*
 * link_options_fit - does the topology have each link that has an option?
 * @l: NULL, also below: no option is given
 * Return: false with an ERROR_USE sentence
 */
bool link_options_fit(const struct link_options *l, const struct topology *t,
		      struct error *e);

/* link_options_text - @l->text; "" for NULL */
const char *link_options_text(const struct link_options *l);

/*
 * link_options_config - make the settings of link @i: outwards, and back
 * @rtt_ms: --rtt; the link's delay is its share of it
 * @loss:   --loss, of the way from host to host
 * @out:    the seeds are 0
 */
void link_options_config(const struct link_options *l, double rtt_ms,
			 double loss, const struct topology *t, size_t i,
			 struct link_config out[LINK_DIRECTIONS]);

#endif
