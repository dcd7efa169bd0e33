/*
 * The packets of sessions that take a shortcut (nat/shortcut.h), rewritten
 * and sent on inside the kernel: a BPF program where each interface's packets
 * come in. They never reach the box, which learns of them by a count.
 *
 * Programs, maps and where they are attached (tcx, Linux 6.6) belong to
 * descriptors of this process and end with it, however it ends.
 *
 * While a session begins to take its shortcut a packet may overtake one that
 * the box has in hand, or pass twice; while it ends, one may be lost: the
 * socket's filter and the program ask the map one after the other.
 */
#ifndef TCPTRAV_GATEWAY_FASTPATH_H
#define TCPTRAV_GATEWAY_FASTPATH_H

#include "base/error.h"
#include "nat/shortcut.h"

#include <stdbool.h>
#include <stdint.h>

/* What it needs to know, each by enum nat_side. */
struct fastpath_config {
	const char *interfaces[2];
	int sockets[2];			/* AF_PACKET, that hear these */
	uint8_t macs[2][6];		/* the interfaces' own */
	uint32_t mtus[2];		/* 0: packets have any size */
	uint32_t mark;			/* of what is sent */
};

/*
 * fastpath_open - with no session yet; it asks for CAP_BPF and CAP_NET_ADMIN,
 * which nothing else here does
 * Return: NULL, with a sentence
 */
struct fastpath *fastpath_open(const struct fastpath_config *c,
			       struct error *e);
void fastpath_close(struct fastpath *f);

/*
 * fastpath_add - let a session's packets pass
 * @next: the next hop's MAC of packets from each side
 * Return: false when there is no room; then nothing has changed
 */
bool fastpath_add(struct fastpath *f, const struct nat_shortcut *s,
		  uint8_t next[2][6]);

/* fastpath_remove - no more; Return: packets since it was last looked at */
uint64_t fastpath_remove(struct fastpath *f, uint32_t session);

/* A session whose packets have passed since it was last looked at. */
struct fastpath_news {
	const struct nat_shortcut *shortcut;
	uint64_t packets[2];		/* by enum nat_side they came from */
	const uint8_t (*next)[6];	/* as fastpath_add() was told */
};

/*
 * fastpath_collect - the next one, from *@at on, which is 0 at first
 * Return: false: there are no more
 */
bool fastpath_collect(struct fastpath *f, uint32_t *at,
		      struct fastpath_news *out);

/* fastpath_count - how many sessions there are in it */
uint32_t fastpath_count(const struct fastpath *f);

#endif
