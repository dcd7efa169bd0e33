/* The kernel's own NATs: netfilter, with one ruleset each
   (docs/linux.md, "What netfilter lets through"). */
#ifndef TCPTRAV_LAB_KERNEL_NAT_H
#define TCPTRAV_LAB_KERNEL_NAT_H

#include "base/error.h"
#include "net/kernel_nats.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * kernel_nat_start - make the current network namespace that NAT
 * @outside:  its outside interface
 * @firewall: it only filters: what is not asked for from inside does not
 *            enter, and nothing is translated
 */
bool kernel_nat_start(const struct kernel_nat *k, const char *outside,
		      bool firewall, struct error *e);

/*
 * kernel_nat_serve - what that NAT's process does: at each gateway_reset it
 * flushes conntrack in the current network namespace, where the kernel allows
 * it, and answers as a gateway does (gateway/gateway.h)
 * @orders: a SEQPACKET socket; it returns at its end
 */
void kernel_nat_serve(int orders);

/*
 * kernel_nat_check - does this kernel have nftables?
 * Tried in a namespace made for it. True also when no namespace is to be had
 * here, which namespaces_check() reports.
 */
bool kernel_nat_check(struct error *e);

#endif
