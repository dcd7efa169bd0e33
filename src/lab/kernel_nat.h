/* The kernel's own NATs: netfilter, with a ruleset for each
   (docs/linux.md, "What netfilter lets through"). */
#ifndef TCPTRAV_LAB_KERNEL_NAT_H
#define TCPTRAV_LAB_KERNEL_NAT_H

#include "base/error.h"
#include "net/kernel_nats.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * kernel_nat_start - turn the current network namespace into that NAT
 * @outside:  its outside interface
 * @firewall: only filter: translate nothing, and refuse packets from outside
 *            that belong to no connection from inside
 */
bool kernel_nat_start(const struct kernel_nat *k, const char *outside,
		      bool firewall, struct error *e);

/*
 * kernel_nat_serve - serve the NAT's control socket: for each gateway_reset,
 * flush conntrack in the current network namespace, if the kernel allows it,
 * and answer as a gateway does (gateway/gateway.h)
 * @orders: a SEQPACKET socket; returns when the other end is closed
 */
void kernel_nat_serve(int orders);

/*
 * kernel_nat_check - does this kernel have nftables?
 * Tries it in a new namespace. Also true if no namespace can be made here:
 * namespaces_check() reports that.
 */
bool kernel_nat_check(struct error *e);

#endif
