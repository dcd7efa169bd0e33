#include "gateway/offload.h"

#include "base/clock.h"
#include "gateway/offload_map.h"

#include <stdlib.h>
#include <string.h>

struct offload {
	struct nat *nat;
	struct interface *interfaces;	/* by enum nat_side */
	struct offload_map *map;
	int64_t due;			/* the next offload_collect() */
};

/* session_ended - called by the engine when a session must leave the map */
static uint64_t session_ended(void *argument, uint32_t session)
{
	struct offload *o = argument;

	return offload_map_remove(o->map, session);
}

struct offload *offload_open(const struct gateway_config *c, struct nat *nat,
			     struct interface *interfaces, struct error *why)
{
	struct offload_map_config config = {
		.interfaces = { c->inside, c->outside },
		.sockets = { interfaces[NAT_INSIDE].socket,
			     interfaces[NAT_OUTSIDE].socket },
		.mtus = { c->nat.inside_mtu, c->nat.outside_mtu },
		.mark = c->mark,
	};
	struct offload *o = calloc(1, sizeof(*o));
	struct error ignored;

	if (!why)
		why = &ignored;
	if (!o) {
		error_set(why, ERROR_FAILED, "no memory for a fast path");
		return NULL;
	}
	for (int i = 0; i < 2; i++)
		memcpy(config.macs[i], interfaces[i].mac, 6);
	o->nat = nat;
	o->interfaces = interfaces;
	o->map = offload_map_open(&config, why);
	if (!o->map) {
		free(o);
		return NULL;
	}
	nat_offload_watch(nat, session_ended, o);
	return o;
}

void offload_close(struct offload *o)
{
	if (!o)
		return;
	nat_offload_watch(o->nat, NULL, NULL);
	offload_map_close(o->map);
	free(o);
}

/* next_hops - get the MACs for the packets from each side. Return: false if
   they are not known now */
static bool next_hops(struct offload *o, const struct nat_offload *s,
		      int64_t now, uint8_t macs[2][6])
{
	uint32_t out = s->directions[NAT_INSIDE].destination.address;
	uint32_t in = s->directions[NAT_OUTSIDE].changed.address;

	return interface_next_hop(&o->interfaces[NAT_OUTSIDE], out, now,
				  macs[NAT_INSIDE]) &&
	       interface_next_hop(&o->interfaces[NAT_INSIDE], in, now,
				  macs[NAT_OUTSIDE]);
}

void offload_try(struct offload *o, int64_t now)
{
	struct nat_offload s;
	uint8_t macs[2][6];

	if (!nat_offload_candidate(o->nat, &s) ||
	    !next_hops(o, &s, now, macs) ||
	    !offload_map_add(o->map, &s, macs))
		return;
	nat_offload_begin(o->nat, s.session);
	if (offload_map_count(o->map) == 1)
		o->due = now + NS_PER_S;
}

/* take_traffic - the engine restarts the session's timeout; a session whose
   next hop has moved leaves the map. Asking for the next hop also keeps the
   neighbour resolved. */
static void take_traffic(struct offload *o, const struct offload_map_traffic *t,
			 int64_t now)
{
	uint32_t session = t->session->session;
	uint8_t macs[2][6];

	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++)
		if (t->packets[side])
			nat_touch(o->nat, session, (enum nat_side)side,
				  t->packets[side], now);
	if (!next_hops(o, t->session, now, macs) ||
	    memcmp(macs, t->next_hops, sizeof(macs)) != 0)
		nat_offload_end(o->nat, session);
}

void offload_collect(struct offload *o, int64_t now)
{
	struct offload_map_traffic traffic;
	uint32_t at = 0;

	if (!o)
		return;
	o->due = now + NS_PER_S;
	while (offload_map_collect(o->map, &at, &traffic))
		take_traffic(o, &traffic, now);
	nat_expire(o->nat, now);
}

void offload_collect_due(struct offload *o, int64_t now)
{
	if (offload_wake(o) <= now)
		offload_collect(o, now);
}

int64_t offload_wake(const struct offload *o)
{
	return o && offload_map_count(o->map) ? o->due : TIME_NEVER;
}
