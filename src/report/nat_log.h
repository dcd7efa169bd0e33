/*
 * The middle of a trial's trace: what S spoofed, and what the emulated NATs
 * dropped or answered. Pure.
 */
#ifndef TCPTRAV_REPORT_NAT_LOG_H
#define TCPTRAV_REPORT_NAT_LOG_H

#include "base/trace.h"
#include "report/observations.h"

#include <stddef.h>
#include <stdint.h>

/*
 * nat_log_introduced - when S introduced the hosts
 * Return: 0 when S did not say
 */
int64_t nat_log_introduced(const struct observations *f, const char *session);

/* nat_log_trace - in order of time; stragglers of other trials left out */
void nat_log_trace(const struct observations *f, struct trace *out);

/*
 * nat_log_sentences - what the NATs did, for people: "NAT B dropped A's SYN
 * (filtering = address-port, unsolicited-syn = drop)."
 * Each once, of SYNs, SYN-ACKs, RSTs and ICMP errors, as many as fit whole.
 * NAT by NAT, A's first: what two of them do at the same time, with packets
 * that cross, has no order that would be the same again.
 * @room is at least 1.
 */
void nat_log_sentences(const struct observations *f, char *out, size_t room);

#endif
