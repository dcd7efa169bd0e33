/*
 * In which packet two trials differ: their settings are the same but for a
 * little skew, and their results are not. Pure.
 */
#ifndef TCPTRAV_REPORT_TRACE_DIFFERENCE_H
#define TCPTRAV_REPORT_TRACE_DIFFERENCE_H

#include "report/timeline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIFFERENCE_TEXT 200

/* A trial's timeline, kept after its traces are gone. */
struct kept_timeline {
	size_t count;
	int64_t zero;			/* monotonic ns */
	struct timeline_event *events;
};

/* kept_timeline_make - make the timeline of @l; Return: false: out of memory */
bool kept_timeline_make(const struct ladder *l, struct kept_timeline *out);

void kept_timeline_free(struct kept_timeline *t);

/*
 * trace_difference - say what decides between trial @one and trial @two
 * The first of these that there is, the earliest if there are several:
 * a packet of the handshake (SYN, SYN-ACK, RST, ICMP error) that does not fare
 * alike: it arrives, or a NAT drops or answers it; two events of one host in
 * another order; a packet of the handshake that is sent in one trial only (if
 * that is before the other order); a message through S; any other packet.
 * @of_one, @of_two: what happens in each, without a full stop: "A's SYN reaches
 *     B", "NAT B answers A's SYN with RST (unsolicited-syn = rst)"
 * Return: false: they do not differ; both texts are empty
 */
bool trace_difference(const struct kept_timeline *one,
		      const struct kept_timeline *two,
		      char of_one[DIFFERENCE_TEXT],
		      char of_two[DIFFERENCE_TEXT]);

#endif
