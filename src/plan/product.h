/*
 * What is said of some trials at once, on the command line or in a line of a
 * plan: the alternatives of each key, of which all combinations are meant.
 * One table of the keys, from which the options of `tcptrav lab` come.
 */
#ifndef TCPTRAV_PLAN_PRODUCT_H
#define TCPTRAV_PLAN_PRODUCT_H

#include "base/error.h"
#include "base/pool.h"
#include "net/links.h"

#include <stdbool.h>
#include <stddef.h>

/* Up to skew as trials are numbered: the last changes fastest. */
enum product_key {
	PRODUCT_NAT_A, PRODUCT_NAT_B, PRODUCT_TOPOLOGY, PRODUCT_SPOOFING,
	PRODUCT_BACKGROUND, PRODUCT_RTT, PRODUCT_LOSS, PRODUCT_TIMEOUT,
	PRODUCT_SKEW,
	PRODUCT_TRIALS,		/* how often: a number, no alternatives */
	PRODUCT_METHOD, PRODUCT_TTL,
	PRODUCT_KEYS
};

enum product_kind { PRODUCT_TEXT, PRODUCT_NUMBER, PRODUCT_WHOLE };

struct product_row {
	const char *name;		/* "nat-a" */
	const char *unit;		/* of the value, for the help: "MS" */
	double minimum, maximum;	/* of a number */
	const char *help;
	enum product_kind kind;
	char letter;			/* of a short option; or 0 */
};

extern const struct product_row product_rows[PRODUCT_KEYS];

union product_value {
	const char *text;
	double number;			/* spoofing: 1 is dropped */
};

struct alternatives {
	union product_value *at;	/* in the order in which they were
					   given */
	size_t count, room;
};

/* All zero: nothing was said. */
struct product {
	struct alternatives of[PRODUCT_KEYS];
	const char *variant;		/* of the methods, or NULL */
	struct links links;		/* one set, no alternatives */
};

/*
 * product_say - one word more: KEY=VALUE, or a variant's name alone
 * @key:   a row's name, a link's option or a variant
 * @value: NULL: there was none
 * @texts: keeps what is to be kept of it
 * Return: false with an ERROR_USE sentence that quotes the mistake
 */
bool product_say(struct product *p, const char *key, const char *value,
		 struct pool *texts, struct error *e);

/* product_spoofing - is it "dropped", and not "allowed"? */
bool product_spoofing(const char *text, bool *dropped, struct error *e);

/* product_clear - say nothing again, but of the links what @base says */
void product_clear(struct product *p, const struct product *base);

void product_free(struct product *p);

#endif
