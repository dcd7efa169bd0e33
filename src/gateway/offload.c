#include "gateway/offload.h"

#include "base/clock.h"
#include "gateway/offload_map.h"

#include <stdlib.h>
#include <string.h>

struct offload {
	struct nat *nat;
	struct interface *sides;
	struct offload_map *path;
	int64_t due;
};

static uint64_t ended(void *argument, uint32_t session)
{
	struct offload *f = argument;

	return offload_map_remove(f->path, session);
}

struct offload *offload_open(const struct gateway_config *c, struct nat *nat,
			     struct interface *sides, struct error *why)
{
	struct offload_map_config config = {
		.interfaces = { c->inside, c->outside },
		.sockets = { sides[NAT_INSIDE].socket,
			     sides[NAT_OUTSIDE].socket },
		.mtus = { c->nat.inside_mtu, c->nat.outside_mtu },
		.mark = c->mark,
	};
	struct offload *f = calloc(1, sizeof(*f));
	struct error ignored;

	if (!f) {
		error_set(why ? why : &ignored, ERROR_FAILED,
			  "no memory for a fast path");
		return NULL;
	}
	for (int i = 0; i < 2; i++)
		memcpy(config.macs[i], sides[i].mac, 6);
	*f = (struct offload){ .nat = nat, .sides = sides };
	f->path = offload_map_open(&config, why ? why : &ignored);
	if (!f->path) {
		free(f);
		return NULL;
	}
	nat_offload_watch(nat, ended, f);
	return f;
}

void offload_close(struct offload *f)
{
	if (!f)
		return;
	nat_offload_watch(f->nat, NULL, NULL);
	offload_map_close(f->path);
	free(f);
}

/* find_next - whom the packets from each side go to; false: not known now */
static bool find_next(struct offload *f, const struct nat_offload *s,
		      int64_t now, uint8_t next[2][6])
{
	uint32_t out = s->directions[NAT_INSIDE].destination.address;
	uint32_t in = s->directions[NAT_OUTSIDE].changed.address;

	return interface_next_hop(&f->sides[NAT_OUTSIDE], out, now,
				  next[NAT_INSIDE]) &&
	       interface_next_hop(&f->sides[NAT_INSIDE], in, now,
				  next[NAT_OUTSIDE]);
}

void offload_offer(struct offload *f, int64_t now)
{
	struct nat_offload s;
	uint8_t next[2][6];

	if (!nat_offload_candidate(f->nat, &s) ||
	    !find_next(f, &s, now, next) || !offload_map_add(f->path, &s, next))
		return;
	nat_offload_begin(f->nat, s.session);
	if (offload_map_count(f->path) == 1)
		f->due = now + NS_PER_S;
}

/* learn - of a session's packets; that they were sent keeps its neighbours
   from being forgotten */
static void learn(struct offload *f, const struct offload_map_traffic *news,
		  int64_t now)
{
	uint32_t session = news->offloaded->session;
	uint8_t next[2][6];

	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++)
		if (news->packets[side])
			nat_touch(f->nat, session, (enum nat_side)side,
				  news->packets[side], now);
	if (!find_next(f, news->offloaded, now, next) ||
	    memcmp(next, news->next, sizeof(next)) != 0)
		nat_offload_end(f->nat, session);
}

void offload_settle(struct offload *f, int64_t now)
{
	if (offload_wake(f) <= now)
		offload_collect(f, now);
}

void offload_collect(struct offload *f, int64_t now)
{
	struct offload_map_traffic news;
	uint32_t at = 0;

	if (!f)
		return;
	f->due = now + NS_PER_S;
	while (offload_map_collect(f->path, &at, &news))
		learn(f, &news, now);
	nat_expire(f->nat, now);
}

int64_t offload_wake(const struct offload *f)
{
	return f && offload_map_count(f->path) ? f->due : TIME_NEVER;
}
