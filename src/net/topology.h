/*
 * The topologies, one row each: nodes, links between them, addresses. The lab
 * builds one of namespaces. Pure.
 */
#ifndef TCPTRAV_NET_TOPOLOGY_H
#define TCPTRAV_NET_TOPOLOGY_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
	NODE_HOST, NODE_NAT, NODE_ROUTER, NODE_SERVER, NODE_HUB,
	NODE_CLIENT,		/* a further host, which opens connections
				   to S */
};

#define TOPOLOGY_NODES 16
#define TOPOLOGY_LINKS 20
#define TOPOLOGY_ADDRESSES 16	/* of a NAT, at most: the axis addresses */

struct node {
	const char *name;	/* "host-a", "nat-a", "router-a", "s" ... */
	enum node_kind kind;
	int which;		/* host, client, NAT: its side, 0 A, 1 B;
				   router: its number */
	int level;		/* NAT: from the host outwards, from 0 */
	bool firewall;		/* NAT: it filters and does not translate */
};

/* The part of --rtt that a link delays, in eighths each way. */
enum link_share { SHARE_NONE = 0, SHARE_SERVER = 1, SHARE_NAT = 2 };

/* A link joins two nodes. Its ends have addresses (a NAT's outside: the
   external address), except at a hub. */
struct link {
	uint8_t from, to;		/* node indices; `from` is the inner */
	uint32_t from_address, to_address;
	uint8_t prefix;
	uint8_t share;			/* enum link_share: NAT on each host's
					   way out, once; SERVER on S's link */
};

struct topology {
	const char *name, *summary;
	bool shared;			/* both hosts are behind A's NATs */
	size_t node_count, link_count;
	struct node nodes[TOPOLOGY_NODES];
	struct link links[TOPOLOGY_LINKS];
};

struct topology_row {
	const char *name, *summary;
	void (*build)(struct topology *t, int argument);
	int argument;
};

extern const struct topology_row topologies[];
extern const size_t topology_count;

/* topology_build - build the topology of a row, name and summary included */
void topology_build(const struct topology_row *row, struct topology *t);

/* topology_find - the row with that name, or NULL */
const struct topology_row *topology_find(const char *name);

/*
 * topology_named - build the topology of that name
 * Return: false with ERROR_USE: quotes @name and names the nearest one
 */
bool topology_named(const char *name, struct topology *t, struct error *e);

/* topology_levels - the number of nested NATs of side 0 or 1 */
int topology_levels(const struct topology *t, int side);

/* topology_clients - the number of further hosts of a side */
int topology_clients(const struct topology *t, int side);

/* topology_is_busy - does it have further hosts? */
bool topology_is_busy(const struct topology *t);

#endif
