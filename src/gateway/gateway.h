/*
 * The NAT engine on real interfaces: AF_PACKET with virtio-net headers
 * (linux.md 5). The interfaces have no address, or the kernel's stack is
 * silenced there (gateway/mute_kernel.h): it must not answer beside the NAT.
 */
#ifndef TCPTRAV_GATEWAY_GATEWAY_H
#define TCPTRAV_GATEWAY_GATEWAY_H

#include "base/error.h"
#include "gateway/drop_reasons.h"
#include "nat/nat.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define GATEWAY_NEIGHBOURS 8
#define GATEWAY_FDS 5	/* descriptors that a box waits for */

/* Where packets for an address (or, last, for all others) go next. */
struct gateway_neighbour {
	uint32_t address;	/* 0: any (the gateway) */
	uint8_t mac[6];
};

/* One side's link, for a box that resolves neighbours itself. */
struct gateway_link {
	uint8_t prefix;		/* of the NAT's IPv4 address there; that of
				   IPv6 is in struct nat_config */
	uint32_t gateway;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
};

/* What a box tells of a packet that it dropped or answered. */
struct gateway_report {
	int64_t at;
	uint8_t side;			/* enum nat_side: where from */
	uint8_t verdict;		/* enum nat_verdict */
	uint8_t length;			/* of bytes */
	uint8_t bytes[128];		/* the packet as it came, cut */
	char reason[64];
};

/* What makes a box begin anew. */
struct gateway_reset {
	struct profile profile;
	uint64_t seed;
	uint32_t sessions;	/* table limit; 0: the profile's */
};

struct gateway;

/* A packet that was dropped or answered. */
struct gateway_refusal {
	enum nat_side side;		/* where it came from */
	const struct drop_reason_row *row;	/* counted already */
	const uint8_t *bytes;		/* from the IP header on; as it came,
					   or translated when it was lost
					   later; NULL: not known any more */
	size_t length;
};

/* Who runs a box may look in; each may be NULL. */
struct gateway_hooks {
	void *argument;
	int wake;	/* when this descriptor is readable ... */
	bool (*woken)(void *argument, struct gateway *b); /* ... this is called;
							   false: end */
	void (*refused)(void *argument, const struct gateway *b,
			const struct gateway_refusal *r);
	/* after each batch of packets; must not wait for anything */
	void (*settled)(void *argument);
};

struct gateway_config {
	struct nat_config nat;
	const char *inside, *outside;	/* interface names */
	struct gateway_neighbour inside_neighbours[GATEWAY_NEIGHBOURS];
	struct gateway_neighbour outside_neighbours[GATEWAY_NEIGHBOURS];
	bool resolve;	/* find the neighbours by ARP and NDP, and answer for
			   the NAT's addresses; else those above are told, and
			   nothing of that kind is ever sent */
	struct gateway_link inside_link, outside_link;	/* with @resolve */
	uint32_t mark;	/* of what it sends (SO_MARK); 0: none */
	bool fast;	/* hand packets of settled sessions to the kernel
			   (gateway/offload_map.h); what it takes is not
			   reported */
	struct error *slow;	/* with @fast: why it isn't; NULL: don't tell */
	int report;	/* SEQPACKET or DGRAM socket that gateway_report go to,
			   never waited for; -1: none */
	int stop;   /* gateway_run() returns when this is readable or closed;
			   -1: never */
	int control; /* SEQPACKET socket: a gateway_order that comes there makes
			   the box begin anew, with an empty NAT of that
			   profile and seed, once the old one has seen what
			   has arrived until then. The seed is the answer.
			   gateway_run() returns at its end. -1: none */
	const struct gateway_hooks *hooks;	/* NULL: none */
};

/*
 * gateway_run - translate until told to stop
 * @ready: called once both interfaces are bound, before the first packet;
 *         may be NULL
 */
bool gateway_run(const struct gateway_config *config, void (*ready)(void *),
		 void *argument, struct error *e);

/*
 * The same, step by step, for who has other things to wait for as well:
 *
 * gateway_open - as gateway_run() begins. @config is not copied. NULL with a
 * sentence gateway_fds - what it waits for, for poll(); -1: nothing
 * gateway_wake - until when at most (monotonic ns; TIME_NEVER)
 * gateway_serve - take in what poll() found there, and do what is due
 *             Return: false when gateway_run() would return
 */
struct gateway *gateway_open(const struct gateway_config *config,
			     struct error *e);
void gateway_fds(const struct gateway *b, struct pollfd fds[GATEWAY_FDS]);
int64_t gateway_wake(const struct gateway *b);
bool gateway_serve(struct gateway *b, const struct pollfd fds[GATEWAY_FDS]);
void gateway_close(struct gateway *b);

/* gateway_nat, gateway_reasons - for hooks: its table; why packets were refused
   */
struct nat *gateway_nat(struct gateway *b);
const struct drop_reasons *gateway_reasons(const struct gateway *b);

/* gateway_reload - nat_reload(), and what a profile says of addresses */
void gateway_reload(struct gateway *b, const struct profile *profile,
		    int64_t now);

#endif
