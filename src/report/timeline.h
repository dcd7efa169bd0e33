/*
 * What passed between two hosts, told once: the traces of both, and of S and
 * the NATs, laid over each other. A packet that one host sent and the other
 * received is one passage with two times. Pure.
 */
#ifndef TCPTRAV_REPORT_TIMELINE_H
#define TCPTRAV_REPORT_TIMELINE_H

#include "report/record.h"
#include "report/packet_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum timeline_kind {
	TIMELINE_PACKET,
	TIMELINE_MESSAGE,	/* through S */
	TIMELINE_STATE,		/* of one host: it is at `from` and `to` */
	TIMELINE_NOTE,
};

enum place { PLACE_A, PLACE_B, PLACE_MIDDLE };

struct timeline_event {
	enum timeline_kind kind;
	enum place from, to;	/* PLACE_MIDDLE: S, a NAT, a router, unknown */
	bool from_server, to_server;	/* that middle is S */
	bool lost;		/* known to have died on its way */
	enum tone tone;
	enum trace_subject subject;
	uint8_t tcp_flags;	/* of a TCP segment (wire/tcp.h); else 0 */
	int64_t at;		/* when it began */
	int64_t seen[2];	/* at A, at B; TIME_NEVER: it was not there */
	int64_t served;		/* when S sent it; TIME_NEVER: it did not */
	int64_t ended;		/* when a NAT ended it; TIME_NEVER: not known */
	bool answered;		/* that NAT sent something back for it */
	char text[WORDS_TEXT];
	char reason[TRACE_TEXT + 1];	/* a NAT's, or a remark; "" */
};

#define TIMELINE_MAX ((size_t)3 * TRACE_EVENTS)

/*
 * timeline_make - in the order in which they began
 * @out:   room for TIMELINE_MAX
 * Return: how many
 */
size_t timeline_make(const struct ladder *l, struct timeline_event *out);

#endif
