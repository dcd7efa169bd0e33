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
#include "nat/nat.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define GATEWAY_NEIGHBOURS 8	/* static ones of an interface */
#define GATEWAY_FDS 5		/* descriptors that a gateway polls */

/* A static neighbour. Its row is unused when @mac is all 0. */
struct gateway_neighbour {
	uint32_t address;	/* 0: the next hop for all other addresses */
	uint8_t mac[6];
};

/* The networks of an interface that resolves its neighbours itself. */
struct gateway_link {
	uint8_t prefix;		/* length, of the NAT's IPv4 address there; the
				   one of IPv6 is in struct nat_config */
	uint32_t gateway;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
};

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

struct gateway;

/* A packet that was dropped or answered, for a hook. */
struct gateway_refusal {
	enum nat_side side;		/* where it came from */
	const struct drop_reason_row *row;	/* this packet is counted */
	const uint8_t *bytes;		/* from the IP header on; translated if
					   it was lost after translation;
					   NULL: no longer known */
	size_t length;
};

/* Callbacks into the caller; each may be NULL. */
struct gateway_hooks {
	void *argument;
	int wake;		/* descriptor of the caller's; -1: none */
	/* @wake is readable; Return: false to end gateway_run() */
	bool (*woken)(void *argument, struct gateway *g);
	void (*refused)(void *argument, const struct gateway *g,
			const struct gateway_refusal *r);
	/* after each batch of packets; must not block */
	void (*batch_done)(void *argument);
};

struct gateway_config {
	struct nat_config nat;
	const char *inside, *outside;	/* interface names */
	bool resolve;	/* resolve neighbours by ARP and NDP, and answer for the
			   NAT's own addresses; false: only the static
			   neighbours, and no ARP or NDP is ever sent */
	struct gateway_neighbour inside_neighbours[GATEWAY_NEIGHBOURS];
	struct gateway_neighbour outside_neighbours[GATEWAY_NEIGHBOURS];
	struct gateway_link inside_link, outside_link;	/* with @resolve */
	uint32_t mark;	/* SO_MARK of what it sends; 0: none */
	bool offload;	/* let the kernel translate packets of established
			   sessions (gateway/offload_map.h); these packets are
			   not reported */
	struct error *offload_error;	/* why there is no offload; NULL: the
					   caller does not ask */
	int report;	/* SEQPACKET or DGRAM socket for gateway_report; reports
			   that it has no room for are lost; -1: none */
	int stop;	/* gateway_run() returns when this is readable or
			   closed; -1: never */
	int control;	/* SEQPACKET socket of gateway_reset requests. A request
			   is served after the packets that arrived before it,
			   and answered with its seed. gateway_run() returns at
			   end of file. -1: none */
	const struct gateway_hooks *hooks;	/* NULL: none */
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

/* gateway_fds - fill in what poll() has to wait for; fd -1: unused */
void gateway_fds(const struct gateway *g, struct pollfd fds[GATEWAY_FDS]);

/* gateway_wake - when gateway_serve() is due without input (monotonic ns);
   TIME_NEVER: not before there is some */
int64_t gateway_wake(const struct gateway *g);

/*
 * gateway_serve - handle the descriptors that are ready, and all that is due
 * Return: false when gateway_run() would return
 */
bool gateway_serve(struct gateway *g, const struct pollfd fds[GATEWAY_FDS]);

/* For hooks. */
struct nat *gateway_nat(struct gateway *g);
const struct drop_reasons *gateway_reasons(const struct gateway *g);

/* gateway_reload - nat_reload(), and the number of external addresses */
void gateway_reload(struct gateway *g, const struct profile *profile,
		    int64_t now);

#endif
