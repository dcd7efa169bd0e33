/* What a prediction says. */
#ifndef TCPTRAV_PREDICT_PREDICTION_H
#define TCPTRAV_PREDICT_PREDICTION_H

#include "base/result_codes.h"
#include "method/candidate_use.h"

#include <stdbool.h>
#include <stdint.h>

#define PREDICT_LINES 96
#define PREDICT_TEXT 160

/* One line of the log: a packet, the axis that it met, what happened. */
struct prediction_line {
	double at_ms;		/* since S's introduction, of that order */
	uint8_t order;		/* 0, or 1: the roles are swapped */
	char text[PREDICT_TEXT];
};

struct predicted {
	enum outcome outcome;
	enum mechanism mechanism[2];	/* at A, at B; none unless connected */
	enum cause cause;
	enum candidate_kind candidate;	/* none unless connected */
};

/*
 * If random choices of NATs or hosts decide (@chance), @result and @alternative
 * are the two results that they lead to, @result the one that connects. If
 * nothing decides, both are equal, but for the cause of a failure, which a
 * choice can still change.
 */
struct prediction {
	double connect_ms;	/* as a record's; below 0: not connected */
	struct predicted result, alternative;
	bool chance;
	char opener;		/* 'a', 'b', or 0: roles do not differ */
	char explain[512];	/* what the NATs refused, in the lab's words */
	unsigned count;		/* of lines */
	struct prediction_line lines[PREDICT_LINES];
};

#endif
