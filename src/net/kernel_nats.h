/*
 * The table of the kernel's own NATs: netfilter with different rulesets.
 * lab/kernel_nat.h makes a namespace one of them.
 */
#ifndef TCPTRAV_NET_KERNEL_NATS_H
#define TCPTRAV_NET_KERNEL_NATS_H

#include <stdbool.h>
#include <stddef.h>

struct kernel_nat {
	const char *name, *summary;
	const char *model;	/* the profile that behaves like it */
	const char *masquerade;	/* the statement that translates */
	bool drops;		/* its INPUT drops the unsolicited; else its
				   stack answers */
	bool liberal;		/* sequence numbers out of window pass */
};

extern const struct kernel_nat kernel_nats[];
extern const size_t kernel_nat_count;

/* kernel_nat_find - the row with that name, or NULL */
const struct kernel_nat *kernel_nat_find(const char *name);

#endif
