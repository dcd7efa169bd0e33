#include "gateway/fast.h"

#include "base/clock.h"
#include "gateway/fastpath.h"

#include <stdlib.h>
#include <string.h>

struct fast {
	struct nat *nat;
	struct side *sides;
	struct fastpath *path;
	int64_t due;
};

static uint64_t ended(void *argument, uint32_t session)
{
	struct fast *f = argument;

	return fastpath_remove(f->path, session);
}

struct fast *fast_open(const struct box_config *c, struct nat *nat,
		       struct side *sides, struct error *why)
{
	struct fastpath_config config = {
		.interfaces = { c->inside, c->outside },
		.sockets = { sides[NAT_INSIDE].socket,
			     sides[NAT_OUTSIDE].socket },
		.mtus = { c->nat.inside_mtu, c->nat.outside_mtu },
		.mark = c->mark,
	};
	struct fast *f = calloc(1, sizeof(*f));
	struct error ignored;

	if (!f) {
		error_set(why ? why : &ignored, ERROR_FAILED,
			  "no memory for a fast path");
		return NULL;
	}
	for (int i = 0; i < 2; i++)
		memcpy(config.macs[i], sides[i].mac, 6);
	*f = (struct fast){ .nat = nat, .sides = sides };
	f->path = fastpath_open(&config, why ? why : &ignored);
	if (!f->path) {
		free(f);
		return NULL;
	}
	nat_shortcut_watch(nat, ended, f);
	return f;
}

void fast_close(struct fast *f)
{
	if (!f)
		return;
	nat_shortcut_watch(f->nat, NULL, NULL);
	fastpath_close(f->path);
	free(f);
}

/* find_next - whom the packets from each side go to; false: not known now */
static bool find_next(struct fast *f, const struct nat_shortcut *s,
		      int64_t now, uint8_t next[2][6])
{
	uint32_t out = s->ways[NAT_INSIDE].destination.address;
	uint32_t in = s->ways[NAT_OUTSIDE].changed.address;

	return side_next(&f->sides[NAT_OUTSIDE], out, now, next[NAT_INSIDE]) &&
	       side_next(&f->sides[NAT_INSIDE], in, now, next[NAT_OUTSIDE]);
}

void fast_offer(struct fast *f, int64_t now)
{
	struct nat_shortcut s;
	uint8_t next[2][6];

	if (!nat_shortcut(f->nat, &s) || !find_next(f, &s, now, next) ||
	    !fastpath_add(f->path, &s, next))
		return;
	nat_shortcut_taken(f->nat, s.session);
	if (fastpath_count(f->path) == 1)
		f->due = now + NS_PER_S;
}

/* learn - of a session's packets; that they were sent keeps its neighbours
   from being forgotten */
static void learn(struct fast *f, const struct fastpath_news *news,
		  int64_t now)
{
	uint32_t session = news->shortcut->session;
	uint8_t next[2][6];

	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++)
		if (news->packets[side])
			nat_touch(f->nat, session, (enum nat_side)side,
				  news->packets[side], now);
	if (!find_next(f, news->shortcut, now, next) ||
	    memcmp(next, news->next, sizeof(next)) != 0)
		nat_shortcut_left(f->nat, session);
}

void fast_settle(struct fast *f, int64_t now)
{
	if (fast_wake(f) <= now)
		fast_collect(f, now);
}

void fast_collect(struct fast *f, int64_t now)
{
	struct fastpath_news news;
	uint32_t at = 0;

	if (!f)
		return;
	f->due = now + NS_PER_S;
	while (fastpath_collect(f->path, &at, &news))
		learn(f, &news, now);
	nat_expire(f->nat, now);
}

int64_t fast_wake(const struct fast *f)
{
	return f && fastpath_count(f->path) ? f->due : TIME_NEVER;
}
