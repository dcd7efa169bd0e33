/*
 * A grid of trials, as given on the command line or in a line of a plan file:
 * for each key the alternative values, of which all combinations are run. The
 * table of the keys is also the table of the options of `tcptrav lab`.
 */
#ifndef TCPTRAV_PLAN_GRID_H
#define TCPTRAV_PLAN_GRID_H

#include "base/error.h"
#include "base/string_interning.h"
#include "net/link_options.h"

#include <stdbool.h>
#include <stddef.h>

/* The keys up to skew are in the order of numbering: the last changes
   fastest. */
enum grid_key {
	GRID_NAT_A, GRID_NAT_B, GRID_TOPOLOGY, GRID_SPOOFING, GRID_CANDIDATES,
	GRID_BACKGROUND, GRID_RTT, GRID_LOSS, GRID_TIMEOUT,
	GRID_SKEW,
	GRID_TRIALS,		/* repetitions: one number, no list */
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
	double number;			/* of spoofing: 1 is dropped; of
					   candidates: enum candidate_use */
};

struct alternatives {
	union grid_value *at;	/* in the order given */
	size_t count, room;
};

/* All zero: no key is given. */
struct grid {
	struct alternatives of[GRID_KEYS];
	const char *variant;		/* of the methods, or NULL */
	struct link_options links;		/* one set, no alternatives */
};

/*
 * grid_set - add KEY=VALUE, or a variant's name alone
 * @key:   a row's name, an option of links or a variant
 * @value: NULL: none
 * @texts: keeps the value's text
 * Return: false with an ERROR_USE sentence that quotes the mistake
 */
bool grid_set(struct grid *p, const char *key, const char *value,
	      struct string_set *texts, struct error *e);

/* spoofing_parse - read "dropped" or "allowed" */
bool spoofing_parse(const char *text, bool *dropped, struct error *e);

/* grid_reset - forget all keys; the link options become those of @base */
void grid_reset(struct grid *p, const struct grid *base);

void grid_free(struct grid *p);

#endif
