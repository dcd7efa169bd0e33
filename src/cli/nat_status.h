/* What `tcptrav nat run` shows people of a NAT at work. */
#ifndef TCPTRAV_CLI_NAT_STATUS_H
#define TCPTRAV_CLI_NAT_STATUS_H

#include "gateway/gateway.h"

#include <stddef.h>
#include <stdint.h>

#define NAT_STATUS_SESSIONS 1000	/* that a snapshot has at most */

struct nat_totals {
	uint64_t forwarded, dropped, answered;
};

struct nat_status {
	const char *interfaces;		/* "eth0 10.0.0.1/24 - eth1 ..." */
	char profile[64];
	int64_t started, measured;	/* ns */
	struct nat_totals before;	/* at @measured */
	double rates[3];		/* a second: as in struct nat_totals */
};

void nat_totals(struct gateway *b, struct nat_totals *out);

/* nat_status_measure - a second has passed: the rates are those since the
   last call */
void nat_status_measure(struct nat_status *s, struct gateway *b, int64_t now);

/*
 * nat_status_text - header, drops by cause, sessions
 * @rows, @columns: of the window that it has to fit in, and then with what
 *          draws over the last one; 0: plain, however long
 * Return: to be given to free(); NULL when memory is short
 */
char *nat_status_text(const struct nat_status *s, struct gateway *b,
		      int64_t now, unsigned rows, unsigned columns,
		      size_t *length);

#endif
