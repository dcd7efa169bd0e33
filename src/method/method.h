/*
 * The traversal methods: one row each, from which lists, help, man page and
 * records come. A new method is one file and one line in method.c.
 */
#ifndef TCPTRAV_METHOD_METHOD_H
#define TCPTRAV_METHOD_METHOD_H

#include "base/result_codes.h"

#include <stdbool.h>
#include <stddef.h>

struct attempt;

enum ttl_mode { TTL_AUTO, TTL_NONE, TTL_FIXED };

/* What a method asks of the host and of S. */
enum need {
	NEED_CAPTURE = 1,
	NEED_RAW = 2,		/* forging */
	NEED_SPOOFING = 4,	/* an S that spoofs */
};

struct method {
	const char *name;	/* "stunt1" */
	const char *alias;	/* "stunt-1"; NULL: none */
	const char *summary;	/* one line */
	const char *source;	/* paper and section */
	const char *ladder;	/* several lines */
	const char *variant;	/* "keep-syn", "sequential"; NULL: none */
	const char *variant_help;
	unsigned needs;		/* enum need, or-ed */
	bool low_ttl;		/* it has a low-TTL form */
	bool ordered;		/* roles differ; swapped when the first order
				   fails */
	bool variant_low_ttl;	/* so has the variant */
	bool variant_ordered;	/* so is the variant */
	bool variant_opener_b;	/* in the variant's first order B opens */
	enum outcome (*run)(struct attempt *a);
};

extern const struct method *const methods[];
extern const size_t method_count;

/* method_find - by name or alias; NULL if there is none */
const struct method *method_find(const char *name);

/* method_needs_text - "no privilege", "capture; an S that spoofs" ... */
const char *method_needs_text(const struct method *m);

/*
 * One way to run a method: what `lab --method all` walks and a record names.
 */
struct approach {
	const struct method *method;
	bool low_ttl;
	bool variant;
};

/* approach_has_roles - do the hosts' roles differ, to be swapped on failure? */
bool approach_has_roles(const struct approach *a);

/* approach_b_opens_first - is B the opener in the first order? */
bool approach_b_opens_first(const struct approach *a);

/* approach_has_low_ttl - does the method, or its variant, have a low-TTL form,
   whatever a->low_ttl is? */
bool approach_has_low_ttl(const struct approach *a);

/* approach_variant_name - "keep-syn" ...; "" without the variant */
const char *approach_variant_name(const struct approach *a);

/* approach_orders - in how many orders it may run: 1, or 2 with roles */
unsigned approach_orders(const struct approach *a);

/* default_timeout_ms - of one order, where hosts are @rtt_ms apart and no
   timeout was given */
double default_timeout_ms(double rtt_ms);

#define APPROACHES_MAX 32
/*
 * approaches_all - every row in each of its TTLs and variants, in table order
 * Return: how many (ten, today)
 */
size_t approaches_all(struct approach out[APPROACHES_MAX]);

#endif
