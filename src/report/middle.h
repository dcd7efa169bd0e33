/*
 * The middle of a trial's story: what S spoofed, and what the emulated NATs
 * dropped or answered. Pure.
 */
#ifndef TCPTRAV_REPORT_MIDDLE_H
#define TCPTRAV_REPORT_MIDDLE_H

#include "base/story.h"
#include "report/findings.h"

#include <stddef.h>
#include <stdint.h>

/*
 * middle_introduced - when S introduced the hosts
 * Return: 0 when S did not say
 */
int64_t middle_introduced(const struct findings *f, const char *session);

/* middle_story - in order of time; stragglers of other trials left out */
void middle_story(const struct findings *f, struct story *out);

/*
 * middle_sentences - what the NATs did, for people: "NAT B dropped A's SYN
 * (filtering = address-port, unsolicited-syn = drop)."
 * Each once, of SYNs, SYN-ACKs, RSTs and ICMP errors, as many as fit whole.
 * NAT by NAT, A's first: what two of them do at the same time, with packets
 * that cross, has no order that would be the same again.
 * @room is at least 1.
 */
void middle_sentences(const struct findings *f, char *out, size_t room);

#endif
