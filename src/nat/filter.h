/* Which unsolicited packets a mapping lets in: the axis filtering. */
#ifndef TCPTRAV_NAT_FILTER_H
#define TCPTRAV_NAT_FILTER_H

#include "nat/table.h"
#include "profile/axis.h"

/* REASONS - why a SYN is refused and how it is answered, by enum unsolicited:
   "filtering = address-port, unsolicited-syn = drop" */
#define REASONS(why) {							\
	[UNSOLICITED_DROP] = (why ", unsolicited-syn = drop"),		\
	[UNSOLICITED_RST] = (why ", unsolicited-syn = rst"),		\
	[UNSOLICITED_ICMP_PORT] = (why ", unsolicited-syn = icmp-port"), \
	[UNSOLICITED_ICMP_HOST] = (why ", unsolicited-syn = icmp-host"), \
	[UNSOLICITED_ICMP_ADMIN] = (why ", unsolicited-syn = icmp-admin"), \
	[UNSOLICITED_ICMP_AFTER_6S] =					\
		(why ", unsolicited-syn = icmp-after-6s"),		\
	[UNSOLICITED_BAN] = (why ", unsolicited-syn = ban"),		\
}

/*
 * filter_passes - may a packet of no session enter?
 * @filtering: enum filtering
 * @m:         the mapping that it is addressed to
 * @remote:    its source
 */
bool filter_passes(struct nat_table *t, int filtering,
		   const struct nat_mapping *m,
		   const struct endpoint *remote);

/*
 * filter_reason - why a SYN is refused and how it is answered
 * @mapped: a mapping has the port that it is addressed to
 */
const char *filter_reason(int filtering, int unsolicited, bool mapped);

/* filter_datagram_reason - "filtering = address-port" */
const char *filter_datagram_reason(int filtering, bool mapped);

#endif
