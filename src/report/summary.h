/*
 * The lines that all renderings of a trial share: its setting, its result and
 * its hosts' endpoints.
 */
#ifndef TCPTRAV_REPORT_SUMMARY_H
#define TCPTRAV_REPORT_SUMMARY_H

#include "report/record.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * summary_setting - print the setting, without a newline: "natblaster, low TTL,
 * two-nats (symmetric, rst), RTT 40 ms, skew 5 ms"
 */
void summary_setting(const struct trial_record *r, FILE *to);

/*
 * summary_result - print the result in whole lines:
 * "connected in 61.2 ms: A by forged-syn-ack, B by forged-syn-ack"
 * @colour: with colour codes for a terminal
 */
void summary_result(const struct trial_record *r, bool colour, FILE *to);

#define HOST_TEXT 64

/*
 * summary_host_lines - make "A 10.0.0.2:40001" in @own and "public
 * 192.0.2.1:40001" in @seen, as far as the endpoints are known
 */
void summary_host_lines(const struct ladder *l, enum lifeline side,
			char own[HOST_TEXT], char seen[HOST_TEXT]);

#endif
