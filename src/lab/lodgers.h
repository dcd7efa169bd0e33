/*
 * Emulated NATs that share the process of the host behind them. In a cell
 * without delay all processes share a CPU, and a good part of a trial's cost is
 * the context switch between a host and its NAT at each packet. Running the NAT
 * in the host's process saves that: a sixth to a quarter of the CPU. They do
 * not slow each other down, since a busy host would have the CPU anyway.
 */
#ifndef TCPTRAV_LAB_LODGERS_H
#define TCPTRAV_LAB_LODGERS_H

#include "host/host.h"
#include "gateway/gateway.h"

#define LODGERS_MAX 4

struct lodger {
	struct gateway *box;		/* NULL: it has ended */
	struct gateway_config config;
	struct pollfd fds[GATEWAY_FDS];
};

struct lodgers {
	unsigned count;
	struct lodger lodger[LODGERS_MAX];
};

/*
 * lodgers_take - add a NAT, which starts to translate
 * The caller is in the NAT's namespace; lodgers_wait() can be called in any. @l
 * must not be moved in memory from then on.
 */
bool lodgers_take(struct lodgers *l, const struct gateway_config *config,
		  struct error *e);

/* The host's original wait (struct host_ops). */
typedef int (*lodgers_host_wait)(struct host *h, struct host_wait *items,
				 size_t count, int64_t deadline);

/*
 * lodgers_wait - wait as the host's wait() does, and serve the NATs meanwhile
 * @wait:  the host's original wait()
 * @count: up to HOST_WAITS - LODGERS_MAX * GATEWAY_FDS
 * Return: as @wait. A NAT that has ended is not served any more.
 */
int lodgers_wait(struct lodgers *l, lodgers_host_wait wait, struct host *h,
		 struct host_wait *items, size_t count, int64_t deadline);

void lodgers_close(struct lodgers *l);

#endif
