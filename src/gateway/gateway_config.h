/* What a gateway is configured with: addresses, neighbours, hooks. */
#ifndef TCPTRAV_GATEWAY_GATEWAY_CONFIG_H
#define TCPTRAV_GATEWAY_GATEWAY_CONFIG_H

#include "base/error.h"
#include "gateway/drop_reasons.h"
#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gateway;

#define GATEWAY_NEIGHBOURS 8	/* static ones of an interface */

/* A static neighbour. Its row is unused when @mac is all 0. */
struct gateway_neighbour {
	uint32_t address;	/* 0: the next hop for all other addresses */
	uint32_t count;		/* of its addresses, from @address on */
	uint8_t mac[6];
};

/* The networks of an interface that resolves its neighbours itself. */
struct gateway_link {
	uint8_t prefix;		/* length, of the NAT's IPv4 address there; the
				   one of IPv6 is in struct nat_config */
	uint32_t gateway;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
};

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

#endif
