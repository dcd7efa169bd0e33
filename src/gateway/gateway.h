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

#include <stdbool.h>
#include <stdint.h>

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

/* For hooks. */
struct nat *gateway_nat(struct gateway *g);
const struct drop_reasons *gateway_reasons(const struct gateway *g);

/* gateway_reload - call nat_reload() and update the number of external
   addresses */
void gateway_reload(struct gateway *g, const struct profile *profile,
		    int64_t now);

#endif
