/*
 * The words of a result (DESIGN 2): outcome, mechanism, cause. Each is one
 * table, from which lists, help, records and docs come.
 */
#ifndef TCPTRAV_BASE_RESULT_CODES_H
#define TCPTRAV_BASE_RESULT_CODES_H

#include <stdbool.h>

enum outcome {
	OUTCOME_CONNECTED,	/* authenticated bytes went both ways */
	OUTCOME_FAILED,
	OUTCOME_NOT_APPLICABLE,	/* the method cannot run here */
	OUTCOME_ERROR,		/* the tool or the lab broke */
};

/* What took this side's socket out of SYN_SENT or LISTEN. */
enum mechanism {
	MECHANISM_NONE,
	MECHANISM_SPOOFED_SYN_ACK,
	MECHANISM_FORGED_SYN_ACK,
	MECHANISM_SIMULTANEOUS_OPEN,
	MECHANISM_SYN_THROUGH_HOLE,
};

enum cause {
	CAUSE_NONE,
	CAUSE_NO_PRIVILEGE,
	CAUSE_NO_USABLE_TTL,
	CAUSE_NO_PEER,
	CAUSE_RENDEZVOUS_LOST,
	CAUSE_NO_SPOOFING,
	CAUSE_PORT_NOT_PREDICTED,
	CAUSE_SYN_REFUSED,
	CAUSE_SYN_ACK_REFUSED,
	CAUSE_RST_FROM_NAT,
	CAUSE_RST_FROM_HOST,
	CAUSE_ICMP_FROM_NAT,
	CAUSE_TIME_EXCEEDED,
	CAUSE_SEQUENCE_REFUSED,
	CAUSE_NOTHING_ARRIVED,
	CAUSE_NOT_AUTHENTICATED,
	CAUSE_PEER_VANISHED,
	CAUSE_COUNT,
};

const char *outcome_name(enum outcome o);	/* "connected", ... */
const char *mechanism_name(enum mechanism m);	/* "" for none */
const char *cause_name(enum cause c);		/* "" for none */
const char *cause_meaning(enum cause c);	/* one sentence for people */

/*
 * cause_more_telling - of two sides' causes: a refusal that was seen says more
 * than silence, and silence more than a peer that gave up
 * Of equals the first; CAUSE_NONE says nothing.
 */
enum cause cause_more_telling(enum cause a, enum cause b);

/*
 * cause_is_silence - does it only say that something did not come? Then the
 * other host may know what has become of it.
 */
bool cause_is_silence(enum cause c);

#endif
