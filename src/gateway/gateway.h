/*
 * The NAT engine on two real interfaces: AF_PACKET with virtio-net headers
 * (docs/linux.md, "Packet I/O"). The kernel's own stack must not answer
 * beside the NAT: either the interfaces have no address, or the stack is
 * muted there (gateway/mute_kernel.h).
 */
#ifndef TCPTRAV_GATEWAY_GATEWAY_H
#define TCPTRAV_GATEWAY_GATEWAY_H

#include "base/error.h"
#include "gateway/drop_reasons.h"
#include "gateway/gateway_config.h"
#include "nat/nat.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define GATEWAY_FDS 5		/* descriptors that a gateway polls */

/* A datagram on the report socket: a packet was dropped or answered. */
struct gateway_report {
	int64_t at;			/* monotonic ns */
	uint8_t side;			/* enum nat_side it came from */
	uint8_t verdict;		/* enum nat_verdict */
	uint8_t length;			/* of @bytes */
	uint8_t bytes[128];		/* the packet as it arrived, from the IP
					   header on, truncated */
	char reason[64];
};

/* A datagram on the control socket: restart with an empty NAT. */
struct gateway_reset {
	struct profile profile;
	uint64_t seed;
	uint32_t sessions;	/* table limit; 0: the profile's */
};

/*
 * gateway_run - forward packets until @stop, @control or a hook ends it
 * @ready: called once both interfaces are bound, before the first packet;
 *         may be NULL
 * Return: false with an error when the interfaces cannot be opened
 */
bool gateway_run(const struct gateway_config *config, void (*ready)(void *),
		 void *argument, struct error *e);

/*
 * gateway_run() in steps, for a caller with an event loop of its own.
 *
 * gateway_open - bind the interfaces
 * @config: not copied; must outlive the gateway
 * Return:  it, to be given to gateway_close(); NULL with an error
 */
struct gateway *gateway_open(const struct gateway_config *config,
			     struct error *e);
void gateway_close(struct gateway *g);

/* gateway_fds - fill in the descriptors that poll() has to wait for; fd -1:
   unused */
void gateway_fds(const struct gateway *g, struct pollfd fds[GATEWAY_FDS]);

/* gateway_wake - Return: the time (monotonic ns) at which gateway_serve() must
   be called even without input; TIME_NEVER: only with input */
int64_t gateway_wake(const struct gateway *g);

/*
 * gateway_serve - handle the descriptors that are ready, and everything that is
 * due
 * Return: false when gateway_run() would return
 */
bool gateway_serve(struct gateway *g, const struct pollfd fds[GATEWAY_FDS]);

/* For hooks. */
struct nat *gateway_nat(struct gateway *g);
const struct drop_reasons *gateway_reasons(const struct gateway *g);

/* gateway_reload - call nat_reload() and update the number of external
   addresses */
void gateway_reload(struct gateway *g, const struct profile *profile,
		    int64_t now);

#endif
