/*
 * What each method will do between two NATs, from their profiles alone: the
 * ladder of the method is walked packet by packet, in time, and each packet
 * is asked the questions that the axes ask of it (rules.c). Nothing of the
 * NAT engine is used, so that prediction and laboratory check each other.
 *
 * Pure: a setting in, a prediction out; no clock, no allocation.
 *
 * What it takes for granted: no packet is lost, the NATs have room (ports,
 * sessions, shares) and remember longer than an attempt lasts, nobody else
 * uses them, and the kernels are Linux's.
 */
#ifndef TCPTRAV_PREDICT_PREDICT_H
#define TCPTRAV_PREDICT_PREDICT_H

#include "base/error.h"
#include "base/result_codes.h"
#include "method/method.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREDICT_LEVELS 4
#define PREDICT_LINES 96
#define PREDICT_TEXT 160

/* Where the hosts are to each other. */
enum predict_road {
	ROAD_ROUTED,		/* two routers between the outermost NATs */
	ROAD_ADJACENT,		/* these share a link */
	ROAD_ONE_NAT,		/* both hosts are behind one NAT: side A's */
};

struct predict_setting {
	enum predict_road road;
	/* each side's NATs, from the host outwards; 0: the host is public */
	unsigned levels[2];
	const struct profile *nats[2][PREDICT_LEVELS];
	double rtt_ms;		/* above 0 */
	double skew_ms;		/* B's first SYN later; never half the RTT */
	double timeout_ms;	/* of one order; 0: 900 and 10 RTT */
	uint8_t ttl;		/* fixed low TTL; 0: as --ttl auto finds it */
	bool spoofing_dropped;	/* around S */
};

/* One line of the walk: a packet, the axis that it met, what became of it. */
struct predict_line {
	double at_ms;		/* since S's introduction, of that order */
	uint8_t order;		/* 0, or 1: the roles are swapped */
	char text[PREDICT_TEXT];
};

struct predicted {
	enum outcome outcome;
	enum mechanism mechanism[2];	/* at A, at B; none unless connected */
	enum cause cause;
};

struct prediction {
	double connect_ms;	/* as a record's; below 0: not connected */
	struct predicted is;
	struct predicted or_is;
	struct predicted or_else;	/* if it falls well for one host alone;
					   `or_is` if that is nothing new */
	bool chance;		/* a random choice of a NAT's or a host's
				   decides: `is` if it falls well, `or_is` if
				   it does not; of two ways to connect `is` is
				   the usual one. Else `or_is` differs from
				   `is` in its cause at most, if it falls
				   well */
	char opener;		/* 'a', 'b', or 0: roles do not differ */
	char explain[512];	/* what the NATs refused, in the lab's words */
	unsigned count;
	struct predict_line lines[PREDICT_LINES];
};

/*
 * predict_check - is it a setting that has one answer?
 * Return: false with an ERROR_USE sentence: no round trip, or a skew of just
 *         the one-way delay, where two packets would race
 */
bool predict_check(const struct predict_setting *s, struct error *e);

/*
 * predict - walk @approach between the NATs of @s, which predict_check()
 * allows
 * Sources: the ladders of the method's row; docs/latency.md for the times
 */
void predict(const struct predict_setting *s, const struct approach *approach,
	     struct prediction *out);

#endif
