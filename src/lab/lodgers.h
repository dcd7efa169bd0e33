/*
 * NATs that live in the process of the host behind them. Without delay in a
 * cell its processes share a CPU, and a good part of what a trial costs is to
 * go from one to the next: a host's packet wakes its NAT, and the answer the
 * host. Where the NAT is at home with the host, that is one wait of one
 * process; a sixth to a quarter of the CPU was saved.
 * They do not slow each other down: a host that is busy would have had the
 * CPU anyway.
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
 * lodgers_take - one more, which begins to translate
 * The caller is in the NAT's namespace; where lodgers_wait() is called does
 * not matter. It stays where it is in memory.
 */
bool lodgers_take(struct lodgers *l, const struct gateway_config *config,
		  struct error *e);

/* The host's own wait (host_operations). */
typedef int (*lodgers_host_wait)(struct host *h, struct host_wait *items,
				 size_t count, int64_t deadline);

/*
 * lodgers_wait - the host's wait, in which the NATs are served
 * @wait:  the host's own
 * @count: up to HOST_WAITS - LODGERS_MAX * GATEWAY_FDS
 * Return: as @wait. A NAT that has ended is not served any more.
 */
int lodgers_wait(struct lodgers *l, lodgers_host_wait wait, struct host *h,
		 struct host_wait *items, size_t count, int64_t deadline);

void lodgers_close(struct lodgers *l);

#endif
