/* The run in words: lines of the prediction, and its explanation. */
#ifndef TCPTRAV_PREDICT_LOG_H
#define TCPTRAV_PREDICT_LOG_H

#include "predict/run.h"

/* run_log - add a line at the current time; it is cut at PREDICT_TEXT */
void run_log(struct model_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* sym_packet_name - "A's SYN", "S's SYN-ACK", "an ICMP time exceeded" */
const char *sym_packet_name(const struct sym_packet *p, char text[32]);

/*
 * run_log_refused - a NAT does not let a packet pass: a line, and a sentence of
 * the explanation
 * @answered: it replies, rather than drops
 * @why:      the axis and its value
 */
void run_log_refused(struct model_run *run, const struct model_nat *nat,
		 const struct sym_packet *p, bool answered, const char *why);

#endif
