/* The table that `tcptrav nat run` prints for people. */
#ifndef TCPTRAV_CLI_NAT_STATUS_H
#define TCPTRAV_CLI_NAT_STATUS_H

#include "gateway/gateway.h"

#include <stddef.h>
#include <stdint.h>

#define NAT_STATUS_SESSIONS 1000	/* at most, when it is printed once */

struct nat_totals {
	uint64_t forwarded, dropped, answered;	/* packets */
};

struct nat_status {
	const char *interfaces;		/* "eth0 10.0.0.1/24 - eth1 ..." */
	char profile[64];
	int64_t started, measured;	/* monotonic ns */
	struct nat_totals before;	/* at @measured */
	double rates[3];		/* packets a second, in the order of
					   struct nat_totals */
};

void nat_totals(struct gateway *g, struct nat_totals *out);

/* nat_status_measure - set the rates to those since the last call */
void nat_status_measure(struct nat_status *s, struct gateway *g, int64_t now);

/*
 * nat_status_text - make the text of the table: header, drops by reason,
 * sessions
 * @rows, @columns: size of the terminal window: cut the text to it, and add the
 *          control codes that draw it over the last one; 0: neither
 * Return: text, which the caller frees; NULL: out of memory
 */
char *nat_status_text(const struct nat_status *s, struct gateway *g,
		      int64_t now, unsigned rows, unsigned columns,
		      size_t *length);

#endif
