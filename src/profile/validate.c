#include "profile/validate.h"

#include <stdio.h>
#include <string.h>

enum { ANY_BUT_STANDARD = -1 };

/* Some values of one axis exclude one (or all but the default) of another. */
struct contradiction {
	const char *one, *other, *why;
	unsigned values;		/* of one: bits; 0: any number but the
					   default */
	int value;			/* of the other axis */
};

#define VALUE(v) (1U << (v))

#define NONE "no port is chosen where nothing is translated"
#define PRESERVED "a port that is preserved is in no block"

static const struct contradiction contradictions[] = {
	{ "translation", "ports", NONE, VALUE(TRANSLATION_NONE),
	  ANY_BUT_STANDARD },
	{ "translation", "addresses", "no address is chosen where nothing is "
	  "translated", VALUE(TRANSLATION_NONE), ANY_BUT_STANDARD },
	{ "translation", "port-block", NONE, VALUE(TRANSLATION_NONE),
	  ANY_BUT_STANDARD },
	{ "tcp-state", "window", "only conntrack's states know a window",
	  VALUE(TCP_STATE_RFC7857), WINDOW_TRACKED },
	{ "tcp-state", "invalid", "only to conntrack's states are packets "
	  "invalid", VALUE(TCP_STATE_RFC7857), INVALID_LEAK },
	{ "tcp-state", "timeout-unacknowledged", "only conntrack's states "
	  "watch acknowledgements", VALUE(TCP_STATE_RFC7857),
	  ANY_BUT_STANDARD },
	{ "port-block", "ports", PRESERVED, 0, PORTS_PRESERVE },
	{ "port-block", "ports", PRESERVED, 0, PORTS_PRESERVE_OVERLAP },
	{ "port-block", "ports", PRESERVED, 0, PORTS_PRESERVE_OVERLOAD },
	{ "port-block", "range", "a block has ports of one class alone", 0,
	  KEEPING_KEEP },
	{ "port-block", "range", "a block has ports of one class alone", 0,
	  KEEPING_NETFILTER },
	{ "port-block", "pooling", "a block is of one address", 0,
	  POOLING_ARBITRARY },
};

/* is_set - does @axis have one of the values? @values: as in struct
   contradiction */
static bool is_set(const struct profile *p, const struct axis *axis,
		   unsigned values)
{
	int value = axis_value(axis, p);

	return values ? values >> value & 1 : value != axis->standard;
}

static void write_value(const struct axis *axis, int value, char out[48])
{
	if (axis->values)
		snprintf(out, 48, "%s", axis->values[value]);
	else
		snprintf(out, 48, "%d", value);
}

static bool report_contradiction(const struct profile *p,
				 const struct contradiction *c, struct error *e)
{
	const struct axis *one = axis_find(c->one);
	const struct axis *other = axis_find(c->other);
	char values[2][48];

	write_value(one, axis_value(one, p), values[0]);
	write_value(other, axis_value(other, p), values[1]);
	return error_set(e, ERROR_USE, "profile \"%.60s\": \"%s = %s\" "
			 "contradicts \"%s = %s\": %s", p->name, c->one,
			 values[0], c->other, values[1], c->why);
}

bool profile_validate(const struct profile *p, struct error *e)
{
	for (size_t i = 0; i < sizeof(contradictions) /
	     sizeof(contradictions[0]); i++) {
		const struct contradiction *c = &contradictions[i];
		const struct axis *other = axis_find(c->other);
		int value = axis_value(other, p);

		if (is_set(p, axis_find(c->one), c->values) &&
		    (c->value == ANY_BUT_STANDARD ? value != other->standard :
		     value == c->value))
			return report_contradiction(p, c, e);
	}
	return true;
}
