/*
 * The switches (sysctls) of a namespace are set before interfaces are made in
 * it, as defaults that interfaces inherit. The rtnetlink socket of a namespace
 * is opened while the process is in it, and then works from anywhere. So the
 * process enters each namespace only once.
 *
 * Veth pairs are made down, each end in its own namespace, and then both ends
 * are set up: a pair that is made up takes 17 ms (docs/linux.md, "Namespaces").
 * All neighbour entries are permanent, since an ARP exchange would take a round
 * trip.
 */
#include "lab/wiring.h"

#include "base/clock.h"
#include "lab/netlink.h"
#include "lab/netns.h"
#include "lab/interface_offload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOOPBACK 1	/* its index in every namespace */
#define UP_TIME (5 * NS_PER_S)

struct wiring {
	const struct wiring_plan *plan;
	const struct topology *t;
	int *namespaces;
	int switches;
	struct netlink netlinks[WIRING_NAMESPACES];
	/* Indexes of interfaces, [to]: at the nodes, in the link emulator. */
	int indexes[TOPOLOGY_LINKS][2], emulator_indexes[TOPOLOGY_LINKS][2];
	bool forwards[TOPOLOGY_NODES];	/* in both directions */
};

struct sysctl {
	const char *name, *value;
};

/* The switches of every namespace, set before it has our interfaces. `all` sets
   the default too. A new namespace has the machine's ip_forward, which Docker
   sets to 1. */
static const struct sysctl common_settings[] = {
	{ "ipv6/conf/all/disable_ipv6", "1" },
	{ "ipv4/ip_forward", "0" },
};

/* Switches of namespaces in which the kernel's stack has addresses. It must not
   limit its ICMP errors: a port unreachable from S ends a search for the low
   TTL. */
static const struct sysctl stack_settings[] = {
	{ "ipv4/conf/all/rp_filter", "0" },
	{ "ipv4/conf/default/rp_filter", "0" },
	{ "ipv4/icmp_ratelimit", "0" },
	{ "ipv4/icmp_ratemask", "0" },
};

/* Switches of hosts and S: a trial does not use metrics of an earlier one, and
   does not meet its TIME_WAIT if a 4-tuple is used again. */
static const struct sysctl host_settings[] = {
	{ "ipv4/tcp_no_metrics_save", "1" },
	{ "ipv4/tcp_max_tw_buckets", "0" },
};

/* Switches of nodes that forward, or may. */
static const struct sysctl router_settings[] = {
	{ "ipv4/conf/all/send_redirects", "0" },
	{ "ipv4/conf/default/send_redirects", "0" },
};

static const struct sysctl forward_settings[] = {
	{ "ipv4/ip_forward", "1" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *wiring_interface(const struct topology *t, struct iface p)
{
	const struct node *n = &t->nodes[iface_node(t, p)];
	struct iface far = { p.link, !p.to };

	switch (n->kind) {
	case NODE_HOST:
	case NODE_CLIENT:
	case NODE_SERVER:
		return "eth0";
	case NODE_NAT:
		return p.to ? "inside" : "outside";
	default:
		return t->nodes[iface_node(t, far)].name;
	}
}

void wiring_emulator_end(struct iface p, char out[IF_NAMESIZE])
{
	snprintf(out, IF_NAMESIZE, "link%u-%s", p.link, p.to ? "to" : "from");
}

/* index_of - the index of an interface, in its node's namespace */
static int index_of(const struct wiring *w, struct iface p)
{
	return w->indexes[p.link][p.to];
}

static bool is_bare(const struct wiring *w, uint8_t node)
{
	enum node_kind kind = w->t->nodes[node].kind;

	return kind == NODE_HUB ||
		(kind == NODE_NAT && nat_spec_is_bare(&w->plan->nats[node]));
}

/* is_end - is the node an end of connections? */
static bool is_end(enum node_kind kind)
{
	return kind == NODE_HOST || kind == NODE_CLIENT || kind == NODE_SERVER;
}

static bool apply(const struct wiring *w, const struct sysctl *settings,
		  size_t count, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		int r = netns_set(w->switches, settings[i].name,
				  settings[i].value);

		/* a kernel without IPv6 has no switch to turn it off */
		if (r && r != -ENOENT)
			return error_set(e, ERROR_FAILED,
					 "/proc/sys/net/%s cannot be set: %s",
					 settings[i].name, strerror(-r));
	}
	return true;
}

/* has_stack - does the kernel's IP stack work there? An exec: program may give
   it addresses. */
static bool has_stack(const struct wiring *w, uint8_t node)
{
	return !is_bare(w, node) ||
		(w->t->nodes[node].kind == NODE_NAT &&
		 w->plan->nats[node].kind == NAT_SPEC_EXEC);
}

/* Called in the node's namespace. */
static bool set_switches(const struct wiring *w, uint8_t node, struct error *e)
{
	enum node_kind kind = w->t->nodes[node].kind;

	if (!apply(w, common_settings, COUNT(common_settings), e))
		return false;
	if (!has_stack(w, node))
		return true;
	if (!apply(w, stack_settings, COUNT(stack_settings), e))
		return false;
	if (is_end(kind))
		return apply(w, host_settings, COUNT(host_settings), e);
	return apply(w, router_settings, COUNT(router_settings), e) &&
		(is_bare(w, node) ||
		 apply(w, forward_settings, COUNT(forward_settings), e));
}

static bool make_namespace(struct wiring *w, size_t i, struct error *e)
{
	w->namespaces[i] = netns_new(e);
	if (w->namespaces[i] < 0 || !netlink_open(&w->netlinks[i], e))
		return false;
	if (i == WIRING_LINK_EMULATOR)
		return apply(w, common_settings, COUNT(common_settings), e);
	return set_switches(w, (uint8_t)i, e);
}

static bool make_namespaces(struct wiring *w, struct error *e)
{
	bool any = false;

	for (size_t i = 0; i < w->t->node_count; i++)
		if (!make_namespace(w, i, e))
			return false;
	for (size_t i = 0; i < w->t->link_count; i++)
		any |= w->plan->emulated[i];
	return !any || make_namespace(w, WIRING_LINK_EMULATOR, e);
}

/* make_pair - make a veth pair between the interface @p of a node and @far, in
   the namespace @there; set both ends up */
static bool make_pair(struct wiring *w, struct iface p, size_t there,
		      struct netlink_end *far, struct error *e)
{
	uint8_t mac[6];
	struct netlink_end near = {
		.netlink = &w->netlinks[iface_node(w->t, p)],
		.name = wiring_interface(w->t, p),
		.mac = mac,
	};

	iface_mac(p, mac);
	far->netlink = &w->netlinks[there];
	if (!netlink_pair(&near, far, w->namespaces[there], e))
		return false;
	w->indexes[p.link][p.to] = near.index;
	return netlink_up(far->netlink, far->index, e) &&
	       netlink_up(near.netlink, near.index, e);
}

static bool make_link(struct wiring *w, uint8_t i, struct error *e)
{
	struct iface from = { i, false }, to = { i, true };
	uint8_t mac[6];
	struct netlink_end far = {
		.name = wiring_interface(w->t, to),
		.mac = mac,
	};

	iface_mac(to, mac);
	if (!make_pair(w, from, w->t->links[i].to, &far, e))
		return false;
	w->indexes[i][true] = far.index;
	return true;
}

static bool make_emulated_link(struct wiring *w, uint8_t i, struct error *e)
{
	for (int to = 0; to < 2; to++) {
		struct iface p = { i, to };
		char name[IF_NAMESIZE];
		struct netlink_end far = { .name = name };

		wiring_emulator_end(p, name);
		if (!make_pair(w, p, WIRING_LINK_EMULATOR, &far, e))
			return false;
		w->emulator_indexes[i][to] = far.index;
	}
	return true;
}

/*
 * await_links - wait until all interfaces can send. Those of a hub must be able
 * to before the bridge takes them, or it would notice too late.
 */
static bool await_links(struct wiring *w, struct error *e)
{
	int64_t deadline = clock_now() + UP_TIME;

	for (uint8_t i = 0; i < w->t->link_count; i++)
		for (int to = 0; to < 2; to++) {
			struct iface p = { i, to };

			if (!netlink_await_up(&w->netlinks[iface_node(w->t, p)],
					      index_of(w, p), deadline, e))
				return false;
			if (w->plan->emulated[i] &&
			    !netlink_await_up(
				    &w->netlinks[WIRING_LINK_EMULATOR],
				    w->emulator_indexes[i][to], deadline, e))
				return false;
		}
	return true;
}

static bool make_hub(struct wiring *w, uint8_t node, struct error *e)
{
	struct netlink *n = &w->netlinks[node];
	struct iface at[TOPOLOGY_LINKS];
	size_t count = node_ifaces(w->t, node, at);
	int bridge;

	if (!netlink_bridge(n, "hub", &bridge, e) || !netlink_up(n, bridge, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!netlink_attach(n, index_of(w, at[i]), bridge, e))
			return false;
	return true;
}

/* addresses_at - how many addresses an interface may have: at the outside of an
   emulated NAT the most that a profile can have, since the NAT can change its
   profile */
static uint32_t addresses_at(const struct wiring *w, struct iface p)
{
	uint8_t node = iface_node(w->t, p);

	if (w->t->nodes[node].kind != NODE_NAT || p.to ||
	    w->plan->nats[node].kind != NAT_SPEC_PROFILE)
		return 1;
	return TOPOLOGY_ADDRESSES;
}

static bool set_neighbours(struct wiring *w, uint8_t node, struct iface p,
			   struct error *e)
{
	struct iface next[TOPOLOGY_LINKS];
	size_t count = iface_neighbours(w->t, p, next);

	for (size_t i = 0; i < count; i++) {
		uint32_t address = iface_address(w->t, next[i]);
		uint8_t mac[6];

		iface_mac(next[i], mac);
		for (uint32_t k = 0; k < addresses_at(w, next[i]); k++)
			if (!netlink_neighbour(&w->netlinks[node],
					       index_of(w, p), address + k,
					       mac, e))
				return false;
	}
	return true;
}

/* set_route - add a route to the network of @link; a NAT needs routes only to
   networks behind a router on its inside */
static bool set_route(struct wiring *w, uint8_t node, uint8_t link,
		      struct error *e)
{
	struct iface here, there;

	if (!w->t->links[link].to_address ||
	    !next_hop(w->t, node, link, w->forwards, &here, &there) ||
	    (!w->forwards[node] && !here.to))
		return true;
	return netlink_route(&w->netlinks[node], link_network(w->t, link),
			     w->t->links[link].prefix,
			     iface_address(w->t, there), index_of(w, here), e);
}

static bool set_routes(struct wiring *w, uint8_t node, struct error *e)
{
	enum node_kind kind = w->t->nodes[node].kind;

	if (is_bare(w, node))
		return true;
	if (kind != NODE_ROUTER &&
	    !netlink_route(
		    &w->netlinks[node], 0, 0,
		    iface_address(w->t, node_default_gateway(w->t, node)),
		    index_of(w, node_outside_iface(w->t, node)), e))
		return false;
	for (uint8_t i = 0; !is_end(kind) && i < w->t->link_count; i++)
		if (!set_route(w, node, i, e))
			return false;
	return true;
}

static bool set_node(struct wiring *w, uint8_t node, struct error *e)
{
	struct iface at[TOPOLOGY_LINKS];
	size_t count = node_ifaces(w->t, node, at);

	if (!netlink_up(&w->netlinks[node], LOOPBACK, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		uint8_t prefix = w->t->links[at[i].link].prefix;

		if ((!is_bare(w, node) &&
		     !netlink_address(&w->netlinks[node], index_of(w, at[i]),
				      iface_address(w->t, at[i]), prefix, e)) ||
		    !set_neighbours(w, node, at[i], e))
			return false;
	}
	return set_routes(w, node, e);
}

/* set_strict - let S's router drop packets from S that have another source */
static bool set_strict(struct wiring *w, struct error *e)
{
	struct iface router = { 0, true };
	char name[64];
	int r;

	while (w->t->nodes[w->t->links[router.link].from].kind != NODE_SERVER)
		router.link++;
	snprintf(name, sizeof(name), "ipv4/conf/%s/rp_filter",
		 wiring_interface(w->t, router));
	if (!netns_enter(w->namespaces[iface_node(w->t, router)], e))
		return false;
	r = netns_set(w->switches, name, "1");
	return !r || error_set(e, ERROR_FAILED, "/proc/sys/net/%s cannot be "
			       "set: %s", name, strerror(-r));
}

/* no_offloads_here - turn off the offloads of one interface, and of its other
   end in the link emulator */
static bool no_offloads_here(struct wiring *w, struct iface p, struct error *e)
{
	char name[IF_NAMESIZE];

	if (!netns_enter(w->namespaces[iface_node(w->t, p)], e) ||
	    !interface_offload_disable(wiring_interface(w->t, p), e))
		return false;
	if (!w->plan->emulated[p.link])
		return true;
	wiring_emulator_end(p, name);
	return netns_enter(w->namespaces[WIRING_LINK_EMULATOR], e) &&
		interface_offload_disable(name, e);
}

/* set_offloads - turn off offloads on the links of exec: NATs */
static bool set_offloads(struct wiring *w, struct error *e)
{
	for (uint8_t i = 0; i < w->t->link_count; i++) {
		const struct link *l = &w->t->links[i];
		bool off = false;

		for (int to = 0; to < 2; to++) {
			uint8_t node = to ? l->to : l->from;

			off |= w->t->nodes[node].kind == NODE_NAT &&
				w->plan->nats[node].kind == NAT_SPEC_EXEC;
		}
		if (off && (!no_offloads_here(w, (struct iface){ i, 0 }, e) ||
			    !no_offloads_here(w, (struct iface){ i, 1 }, e)))
			return false;
	}
	return true;
}

static bool build(struct wiring *w, struct error *e)
{
	if (!make_namespaces(w, e))
		return false;
	for (uint8_t i = 0; i < w->t->link_count; i++)
		if (w->plan->emulated[i] ? !make_emulated_link(w, i, e) :
					   !make_link(w, i, e))
			return false;
	for (uint8_t i = 0; i < w->t->node_count; i++)
		if (w->t->nodes[i].kind != NODE_HUB && !set_node(w, i, e))
			return false;
	if (!await_links(w, e))
		return false;
	for (uint8_t i = 0; i < w->t->node_count; i++)
		if (w->t->nodes[i].kind == NODE_HUB && !make_hub(w, i, e))
			return false;
	return (!w->plan->strict || set_strict(w, e)) && set_offloads(w, e);
}

bool wiring_build(const struct wiring_plan *plan,
		  int namespaces[WIRING_NAMESPACES], struct error *e)
{
	struct wiring w = {
		.plan = plan,
		.t = plan->topology,
		.namespaces = namespaces,
	};
	int home = netns_current(e);
	bool ok;

	for (size_t i = 0; i < WIRING_NAMESPACES; i++)
		namespaces[i] = -1;
	if (home < 0)
		return false;
	for (uint8_t i = 0; i < w.t->node_count; i++) {
		const struct node *n = &w.t->nodes[i];

		w.forwards[i] = n->kind == NODE_ROUTER ||
			(n->kind == NODE_NAT &&
			 (n->firewall || nat_spec_forwards(&plan->nats[i])));
	}
	w.switches = netns_switches(e);
	ok = w.switches >= 0 && build(&w, e);
	if (w.switches >= 0)
		close(w.switches);
	for (size_t i = 0; i < WIRING_NAMESPACES; i++)
		netlink_close(&w.netlinks[i]);
	ok = netns_enter(home, ok ? e : NULL) && ok;
	close(home);
	return ok;
}
