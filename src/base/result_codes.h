/*
 * The codes of a result: outcome, mechanism, cause. Each has one table, from
 * which lists, help, records and docs are made.
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

/* What took this side's socket out of SYN_SENT or LISTEN; over UDP, what the
   first authenticated datagram was. */
enum mechanism {
	MECHANISM_NONE,
	MECHANISM_SPOOFED_SYN_ACK,
	MECHANISM_FORGED_SYN_ACK,
	MECHANISM_SIMULTANEOUS_OPEN,
	MECHANISM_SYN_THROUGH_HOLE,
	MECHANISM_KNOCK_THROUGH_HOLE,	/* its sender had heard nothing */
	MECHANISM_KNOCK_ANSWERED,	/* it answers an own one */
	MECHANISM_COUNT,
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
	CAUSE_KNOCK_REFUSED,
	CAUSE_COUNT,
};

const char *outcome_name(enum outcome o);	/* "connected", ... */
const char *mechanism_name(enum mechanism m);	/* "" for none */
const char *cause_name(enum cause c);		/* "" for none */
const char *cause_meaning(enum cause c);	/* one sentence for people */

/*
 * cause_more_telling - the cause that explains more, of both hosts' causes
 * An observed refusal explains more than silence, and silence more than a peer
 * that gave up. Of equals the first; CAUSE_NONE explains nothing.
 */
enum cause cause_more_telling(enum cause a, enum cause b);

/*
 * cause_is_silence - does it only say that something did not arrive? Then the
 * other host may know what happened to it.
 */
bool cause_is_silence(enum cause c);

#endif
