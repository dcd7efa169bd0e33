/*
 * The NAT engine on real interfaces: AF_PACKET with virtio-net headers
 * (linux.md 5). The interfaces have no address, or the kernel's stack is
 * silenced there (gateway/quiet.h): it must not answer beside the NAT.
 */
#ifndef TCPTRAV_GATEWAY_BOX_H
#define TCPTRAV_GATEWAY_BOX_H

#include "base/error.h"
#include "gateway/reasons.h"
#include "nat/nat.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define BOX_NEIGHBOURS 8
#define BOX_FDS 5	/* descriptors that a box waits for */

/* Where packets for an address (or, last, for all others) go next. */
struct box_neighbour {
	uint32_t address;	/* 0: any (the gateway) */
	uint8_t mac[6];
};

/* One side's link, for a box that resolves neighbours itself. */
struct box_link {
	uint8_t prefix;		/* of the NAT's IPv4 address there; that of
				   IPv6 is in struct nat_config */
	uint32_t gateway;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
};

/* What a box tells of a packet that it dropped or answered. */
struct box_report {
	int64_t at;
	uint8_t side;			/* enum nat_side: where from */
	uint8_t verdict;		/* enum nat_verdict */
	uint8_t length;			/* of bytes */
	uint8_t bytes[128];		/* the packet as it came, cut */
	char reason[64];
};

/* What makes a box begin anew. */
struct box_order {
	struct profile profile;
	uint64_t seed;
	uint32_t sessions;	/* table limit; 0: the profile's */
};

struct box;

/* A packet that was dropped or answered. */
struct box_refusal {
	enum nat_side side;		/* where it came from */
	const struct reason_row *row;	/* counted already */
	const uint8_t *bytes;		/* from the IP header on; as it came,
					   or translated when it was lost
					   later; NULL: not known any more */
	size_t length;
};

/* Who runs a box may look in; each may be NULL. */
struct box_hooks {
	void *argument;
	int wake;	/* when this descriptor is readable ... */
	bool (*woken)(void *argument, struct box *b);	/* ... this is called;
							   false: end */
	void (*refused)(void *argument, const struct box *b,
			const struct box_refusal *r);
	/* after each batch of packets; must not wait for anything */
	void (*settled)(void *argument);
};

struct box_config {
	struct nat_config nat;
	const char *inside, *outside;	/* interface names */
	struct box_neighbour inside_neighbours[BOX_NEIGHBOURS];
	struct box_neighbour outside_neighbours[BOX_NEIGHBOURS];
	bool resolve;	/* find the neighbours by ARP and NDP, and answer for
			   the NAT's addresses; else those above are told, and
			   nothing of that kind is ever sent */
	struct box_link inside_link, outside_link;	/* with @resolve */
	uint32_t mark;	/* of what it sends (SO_MARK); 0: none */
	bool fast;	/* hand packets of settled sessions to the kernel
			   (gateway/fastpath.h); what it takes is not
			   reported */
	struct error *slow;	/* with @fast: why it isn't; NULL: don't tell */
	int report;	/* SEQPACKET or DGRAM socket that box_report go to,
			   never waited for; -1: none */
	int stop;	/* box_run() returns when this is readable or closed;
			   -1: never */
	int orders;	/* SEQPACKET socket: a box_order that comes there makes
			   the box begin anew, with an empty NAT of that
			   profile and seed, once the old one has seen what
			   has arrived until then. The seed is the answer.
			   box_run() returns at its end. -1: none */
	const struct box_hooks *hooks;	/* NULL: none */
};

/*
 * box_run - translate until told to stop
 * @ready: called once both interfaces are bound, before the first packet;
 *         may be NULL
 */
bool box_run(const struct box_config *config, void (*ready)(void *),
	     void *argument, struct error *e);

/*
 * The same, step by step, for who has other things to wait for as well:
 *
 * box_open - as box_run() begins. @config is not copied. NULL with a sentence
 * box_fds - what it waits for, for poll(); -1: nothing
 * box_wake - until when at most (monotonic ns; TIME_NEVER)
 * box_serve - take in what poll() found there, and do what is due
 *             Return: false when box_run() would return
 */
struct box *box_open(const struct box_config *config, struct error *e);
void box_fds(const struct box *b, struct pollfd fds[BOX_FDS]);
int64_t box_wake(const struct box *b);
bool box_serve(struct box *b, const struct pollfd fds[BOX_FDS]);
void box_close(struct box *b);

/* box_nat, box_reasons - for hooks: its table; why packets were refused */
struct nat *box_nat(struct box *b);
const struct reasons *box_reasons(const struct box *b);

/* box_reload - nat_reload(), and what a profile says of addresses */
void box_reload(struct box *b, const struct profile *profile, int64_t now);

#endif
