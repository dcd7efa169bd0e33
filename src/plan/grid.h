/*
 * What is said of some trials at once, on the command line or in a line of a
 * plan: the alternatives of each key, of which all combinations are meant.
 * One table of the keys, from which the options of `tcptrav lab` come.
 */
#ifndef TCPTRAV_PLAN_GRID_H
#define TCPTRAV_PLAN_GRID_H

#include "base/error.h"
#include "base/string_interning.h"
#include "net/link_options.h"

#include <stdbool.h>
#include <stddef.h>

/* Up to skew as trials are numbered: the last changes fastest. */
enum grid_key {
	GRID_NAT_A, GRID_NAT_B, GRID_TOPOLOGY, GRID_SPOOFING,
	GRID_BACKGROUND, GRID_RTT, GRID_LOSS, GRID_TIMEOUT,
	GRID_SKEW,
	GRID_TRIALS,		/* how often: a number, no alternatives */
	GRID_METHOD, GRID_TTL,
	GRID_KEYS
};

enum grid_kind { GRID_TEXT, GRID_NUMBER, GRID_WHOLE };

struct grid_row {
	const char *name;		/* "nat-a" */
	const char *unit;		/* of the value, for the help: "MS" */
	double minimum, maximum;	/* of a number */
	const char *help;
	enum grid_kind kind;
	char letter;			/* of a short option; or 0 */
};

extern const struct grid_row grid_rows[GRID_KEYS];

union grid_value {
	const char *text;
	double number;			/* spoofing: 1 is dropped */
};

struct alternatives {
	union grid_value *at;	/* in the order in which they were
					   given */
	size_t count, room;
};

/* All zero: nothing was said. */
struct grid {
	struct alternatives of[GRID_KEYS];
	const char *variant;		/* of the methods, or NULL */
	struct link_options links;		/* one set, no alternatives */
};

/*
 * grid_set - one word more: KEY=VALUE, or a variant's name alone
 * @key:   a row's name, a link's option or a variant
 * @value: NULL: there was none
 * @texts: keeps what is to be kept of it
 * Return: false with an ERROR_USE sentence that quotes the mistake
 */
bool grid_set(struct grid *p, const char *key, const char *value,
	      struct string_set *texts, struct error *e);

/* spoofing_parse - is it "dropped", and not "allowed"? */
bool spoofing_parse(const char *text, bool *dropped, struct error *e);

/* grid_reset - say nothing again, but of the links what @base says */
void grid_reset(struct grid *p, const struct grid *base);

void grid_free(struct grid *p);

#endif
