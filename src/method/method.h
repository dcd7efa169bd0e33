/*
 * The table of traversal methods. Lists, help, man page, checks and records are
 * made from its rows: no other code knows a method by its name (predict/, which
 * has a page for each method too, aside). A new method is a page of its own,
 * which ends with its row, and one line in methods.c.
 */
#ifndef TCPTRAV_METHOD_METHOD_H
#define TCPTRAV_METHOD_METHOD_H

#include "base/result_codes.h"

#include <stdbool.h>
#include <stddef.h>

struct attempt;

enum ttl_mode { TTL_AUTO, TTL_NONE, TTL_FIXED };

/* What a method needs of the host and of S. */
enum need {
	NEED_CAPTURE = 1,
	NEED_RAW = 2,		/* raw sockets, to forge */
	NEED_SPOOFING = 4,	/* an S that spoofs */
	NEED_CHOOSE_ISN = 8,	/* to choose the ISN of a SYN: CAP_NET_ADMIN */
};

struct method {
	const char *name;	/* "stunt1" */
	const char *alias;	/* "stunt-1"; NULL: none */
	const char *summary;	/* one line */
	const char *source;	/* paper and section */
	const char *ladder;	/* several lines */
	const char *variant;	/* its option: "keep-syn"; NULL: none */
	const char *variant_help;
	unsigned needs;		/* enum need, or-ed */
	unsigned variant_needs;	/* what the variant needs besides */
	bool low_ttl;		/* it has a low-TTL form */
	bool ordered;		/* the hosts have different roles, which are
				   swapped if the first order fails */
	bool datagrams;		/* it is over UDP: S observes the UDP endpoint,
				   and the result is a channel of sealed
				   datagrams instead of a stream */
	bool variant_low_ttl;	/* as low_ttl, of the variant */
	bool variant_ordered;	/* as ordered, of the variant */
	bool variant_opener_b;	/* in the variant's first order B opens */
	bool variant_unpublished;	/* --method all leaves the variant out:
				   no paper has it */
	enum outcome (*run)(struct attempt *a);	/* the page's verbs */
};

extern const struct method *const methods[];
extern const size_t method_count;

/* method_find - find a method by name or alias. Return: NULL if there is
   none */
const struct method *method_find(const char *name);

/* method_needs_text - Return: what the method needs: "no privilege", "capture;
   an S that spoofs" ... */
const char *method_needs_text(const struct method *m);

/* One form of a method, as `lab --method all` runs each of them. */
struct approach {
	const struct method *method;
	bool low_ttl;		/* the first SYN has a low TTL */
	bool variant;		/* method->variant */
};

/* approach_needs - Return: enum need, or-ed: the method's and its variant's */
unsigned approach_needs(const struct approach *a);

/* approach_has_roles - do the hosts have different roles? */
bool approach_has_roles(const struct approach *a);

/* approach_b_opens_first - is B the opener in the first order? */
bool approach_b_opens_first(const struct approach *a);

/* approach_has_low_ttl - does the method, or its variant, have a low-TTL form,
   whatever a->low_ttl is? */
bool approach_has_low_ttl(const struct approach *a);

/* approach_variant_name - Return: the variant's name, "keep-syn" ...; ""
   without the variant */
const char *approach_variant_name(const struct approach *a);

/* approach_orders - Return: the number of orders in which it may run: 1, or 2
   with roles */
unsigned approach_orders(const struct approach *a);

/* default_timeout_ms - Return: the default timeout of one order: 900 ms + 10
   RTT */
double default_timeout_ms(double rtt_ms);

#define APPROACHES_MAX 32
/*
 * approaches_every - list each form of each method, in the table's order
 * Return: how many
 */
size_t approaches_every(struct approach out[APPROACHES_MAX]);

/* approaches_all - the same without unpublished variants: what --method all
   runs */
size_t approaches_all(struct approach out[APPROACHES_MAX]);

#endif
