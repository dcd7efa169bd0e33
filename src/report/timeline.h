/*
 * The traces of both hosts, of S and of the NATs merged into one: a packet
 * that one host sent and the other received is one event with two times. Pure.
 */
#ifndef TCPTRAV_REPORT_TIMELINE_H
#define TCPTRAV_REPORT_TIMELINE_H

#include "report/packet_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The traces of a trial; ladder, picture and capture file are made from it. */
struct ladder {
	const struct attempt_result *a, *b;	/* either may be NULL */
	const struct trace *middle;	/* S and the NATs, or NULL */
	char nat_name[2][16];		/* A's and B's: "NAT A", "firewall B";
					   "": none, or unknown */
	int64_t zero;			/* monotonic ns shown as 0.0 ms */
	bool colour;
};

enum timeline_kind {
	TIMELINE_PACKET,
	TIMELINE_MESSAGE,	/* through S */
	TIMELINE_STATE,		/* of one host: `from` and `to` are equal */
	TIMELINE_NOTE,
};

/* The vertical lines of a sequence diagram. */
enum lifeline { LIFELINE_A, LIFELINE_B, LIFELINE_MIDDLE };

struct timeline_event {
	enum timeline_kind kind;
	enum lifeline from, to;	/* the middle: S, a NAT, a router, unknown */
	bool from_server, to_server;	/* the middle is S */
	bool lost;		/* known to have been lost */
	enum tone tone;
	enum trace_subject subject;
	uint8_t tcp_flags;	/* of a TCP segment (wire/tcp.h); else 0 */
	int64_t at;		/* when it began */
	int64_t seen[2];	/* when A, B saw it; TIME_NEVER: it did not */
	int64_t served;		/* when S sent it; TIME_NEVER: it did not */
	int64_t ended;		/* when a NAT dropped it; TIME_NEVER: unknown */
	bool answered;		/* did that NAT reply to it? */
	char text[DESCRIPTION_TEXT];
	char reason[TRACE_TEXT + 1];	/* a NAT's, or a remark; "" */
};

#define TIMELINE_MAX ((size_t)3 * TRACE_EVENTS)

/*
 * timeline_make - merge the traces of @l, in order of time
 * @out:   room for TIMELINE_MAX
 * Return: the number of events; also 0 if out of memory
 */
size_t timeline_make(const struct ladder *l, struct timeline_event *out);

#endif
