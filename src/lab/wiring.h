/*
 * A topology as namespaces: one per node (and one for the link emulator), veth
 * pairs between them, addresses, routes, neighbours and switches.
 */
#ifndef TCPTRAV_LAB_WIRING_H
#define TCPTRAV_LAB_WIRING_H

#include "base/error.h"
#include "net/nat_spec.h"
#include "net/routes.h"
#include "net/topology.h"

#include <net/if.h>
#include <stdbool.h>

/* The namespaces of a cell; the last is the link emulator's. */
#define WIRING_NAMESPACES (TOPOLOGY_NODES + 1)
#define WIRING_LINK_EMULATOR TOPOLOGY_NODES

struct wiring_plan {
	const struct topology *topology;
	struct nat_spec nats[TOPOLOGY_NODES];	/* of nodes that are NATs */
	bool emulated[TOPOLOGY_LINKS];	/* links in the link emulator */
	bool strict;			/* S's router drops what S spoofs */
};

/*
 * wiring_build - make namespaces and links, and set the links up; no process
 * runs yet
 * @namespaces: descriptors, -1 if there is none; the caller closes them, also
 *              on failure
 * The calling process (one thread) enters each namespace, and returns to its
 * own.
 */
bool wiring_build(const struct wiring_plan *plan,
		  int namespaces[WIRING_NAMESPACES], struct error *e);

/* wiring_interface - the name of an interface in its node's namespace */
const char *wiring_interface(const struct topology *t, struct iface p);

/* wiring_emulator_end - the name of an interface's other end, in the namespace
   of the link emulator */
void wiring_emulator_end(struct iface p, char out[IF_NAMESIZE]);

#endif
