/*
 * The part of a trial's trace between the hosts: the packets that S spoofed,
 * and those that the emulated NATs dropped or answered. Pure.
 */
#ifndef TCPTRAV_REPORT_NAT_LOG_H
#define TCPTRAV_REPORT_NAT_LOG_H

#include "base/trace.h"
#include "report/observations.h"

#include <stddef.h>
#include <stdint.h>

#define NAT_TITLE 28

/* nat_log_title - what people call the node @name: "nat-a" is "NAT A", "nat-b2"
   "NAT B2", "firewall-a" "Firewall A" */
void nat_log_title(const char *name, char title[NAT_TITLE]);

/*
 * nat_log_introduced - when S introduced the hosts of @session
 * Return: monotonic ns; 0: S did not report it
 */
int64_t nat_log_introduced(const struct observations *o, const char *session);

/* nat_log_trace - make the trace of S and the NATs, in order of time, without
   packets of other trials */
void nat_log_trace(const struct observations *o, struct trace *out);

/*
 * nat_log_sentences - what the NATs did, for people: "NAT B dropped A's SYN
 * (filtering = address-port, unsolicited-syn = drop)."
 * There are sentences for SYNs, SYN-ACKs, RSTs and ICMP errors, each one once,
 * and only those that fit whole. They are ordered by NAT, A's first, because
 * the order in which two NATs handle packets that cross is not repeatable.
 * @room: at least 1
 */
void nat_log_sentences(const struct observations *o, char *out, size_t room);

#endif
