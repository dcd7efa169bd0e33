#include "property/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

_Noreturn void broken(const struct world *w, const char *what,
		      const char *file, int line)
{
	fprintf(stderr, "seed %llu, step %u, packet %llu: %s (%s:%d)\n",
		(unsigned long long)w->seed, w->step,
		(unsigned long long)w->inputs_given, what, file, line);
	fprintf(stderr, "verdict %d, %s; the profile's axes:\n",
		w->result.verdict, w->result.reason ? w->result.reason : "");
	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];
		int value = axis_value(a, &w->config.profile);

		if (value != a->standard && a->values)
			fprintf(stderr, "%s = %s\n", a->name,
				a->values[value]);
		else if (value != a->standard)
			fprintf(stderr, "%s = %d\n", a->name, value);
	}
	fprintf(stderr, "the packet, from %s:\n", w->side == NAT_INSIDE ?
		"inside" : "outside");
	for (size_t i = 0; w->given && i < w->given->length && i < 160; i++)
		fprintf(stderr, i % 16 == 15 ? "%02x\n" : "%02x ",
			w->given->at[i]);
	fputc('\n', stderr);
	fail_msg("seed %llu, step %u: %s", (unsigned long long)w->seed,
		 w->step, what);
	__builtin_unreachable();
}

/* ---- addresses ---- */

static struct nat_endpoint v4(uint32_t address)
{
	struct nat_endpoint e = { .ipv6 = false };

	set32(e.address, address);
	return e;
}

static struct nat_endpoint v6(uint32_t first, uint32_t second, unsigned last)
{
	struct nat_endpoint e = { .ipv6 = true };

	set32(e.address, first);
	set32(e.address + 4, second);
	e.address[15] = (uint8_t)last;
	return e;
}

struct nat_endpoint host_at(bool ipv6, unsigned i)
{
	return ipv6 ? v6(0xfd000001, 0, i + 2) : v4(0xc0a80102 + i);
}

struct nat_endpoint peer_at(bool ipv6, unsigned i)
{
	return ipv6 ? v6(0x20010db8, 0x20000, i + 1) : v4(0xc6336401 + i);
}

struct nat_endpoint external_at(bool ipv6, unsigned i)
{
	return ipv6 ? v6(0x20010db8, 0x10000, 1) : v4(0xcb007101 + i);
}

struct nat_endpoint nat_inside_at(bool ipv6)
{
	return ipv6 ? v6(0xfd000001, 0, 1) : v4(0xc0a80101);
}

bool has_sent(const struct world *w, const struct nat_endpoint *e)
{
	for (unsigned i = 0; i < w->sender_count; i++)
		if (same_address(&w->senders[i], e))
			return true;
	return false;
}

void note_sender(struct world *w, const struct nat_endpoint *e)
{
	if (has_sent(w, e))
		return;
	HOLDS(w, w->sender_count < SENDERS);
	w->senders[w->sender_count++] = *e;
}

bool is_external(const struct world *w, const struct nat_endpoint *e)
{
	struct nat_endpoint first = external_at(e->ipv6, 0);

	if (e->ipv6)
		return same_address(e, &first);
	return read32(e->address) - read32(first.address) <
		(uint32_t)w->config.profile.addresses;
}

bool is_translated(const struct world *w, bool ipv6)
{
	return ipv6 ? w->config.profile.ipv6 == IPV6_NAT66 :
		w->config.profile.translation == TRANSLATION_PORTS;
}

static bool prefix_has(const struct nat_endpoint *prefix,
		       const struct nat_endpoint *e)
{
	return e->ipv6 && !memcmp(prefix->address, e->address, 6);
}

bool inside_prefix_has(const struct nat_endpoint *e)
{
	struct nat_endpoint p = nat_inside_at(true);

	return prefix_has(&p, e);
}

bool outside_prefix_has(const struct nat_endpoint *e)
{
	struct nat_endpoint p = external_at(true, 0);

	return prefix_has(&p, e);
}

/* ---- what the NAT tells ---- */

struct told *told_find(struct book_of *b, char protocol,
		       const struct nat_endpoint *inside,
		       const struct nat_endpoint *external,
		       const struct nat_endpoint *remote)
{
	/* the newest first */
	for (unsigned i = b->count; i-- > 0;) {
		struct told *t = &b->rows[i];

		if (t->protocol == protocol &&
		    (!inside || same_endpoint(&t->inside, inside)) &&
		    (!external || same_endpoint(&t->external, external)) &&
		    (!remote || same_endpoint(&t->remote, remote)))
			return t;
	}
	return NULL;
}

static void forget(struct world *w, struct book_of *b,
		   const struct nat_entry *v)
{
	struct told *t;

	/* of equal ones the oldest goes: they differ in nothing but time */
	for (t = b->rows; t < b->rows + b->count; t++)
		if (t->protocol == v->protocol[0] &&
		    same_endpoint(&t->inside, &v->inside) &&
		    same_endpoint(&t->external, &v->external) &&
		    same_endpoint(&t->remote, &v->remote))
			break;
	HOLDS(w, t < b->rows + b->count);
	if (b == &w->sessions)
		w->gone[w->gone_count++ % 2] = *t;
	b->count--;
	memmove(t, t + 1, (size_t)(b->rows + b->count - t) * sizeof(*t));
}

static void remember(struct world *w, struct book_of *b,
		     const struct nat_entry *v)
{
	HOLDS(w, b->count < TOLD_MOST);
	b->rows[b->count++] = (struct told){
		.protocol = v->protocol[0],
		.inside = v->inside,
		.external = v->external,
		.remote = v->remote,
		.own = !strcmp(v->state, "own"),
		.opened_out = w->side == NAT_INSIDE && !w->hairpin,
	};
}

static void hear(void *argument, enum nat_event_kind kind,
		 const struct nat_entry *v)
{
	struct world *w = argument;

	if (w->deaf)
		return;
	switch (kind) {
	case NAT_MAPPING_NEW:
		remember(w, &w->mappings, v);
		break;
	case NAT_MAPPING_GONE:
		forget(w, &w->mappings, v);
		break;
	case NAT_SESSION_NEW:
		remember(w, &w->sessions, v);
		break;
	case NAT_SESSION_GONE:
		forget(w, &w->sessions, v);
		break;
	default:
		break;
	}
}

/* ---- the NAT ---- */

void world_start(struct world *w, uint64_t seed, const struct profile *p,
		 uint32_t sessions)
{
	struct nat_endpoint inside = nat_inside_at(true);
	struct nat_endpoint outside = external_at(true, 0);

	memset(w, 0, sizeof(*w));
	w->seed = seed;
	rng_seed(&w->rng, seed + 1);
	w->config = (struct nat_config){
		.profile = *p,
		.inside_address = 0xc0a80101,
		.outside_address = 0xcb007101,
		.inside6.prefix = 48,
		.outside6.prefix = 48,
		.inside_mtu = rng_below(&w->rng, 3) ? 0 : 1400,
		.outside_mtu = rng_below(&w->rng, 3) ? 0 : 1300,
		.seed = seed,
		.sessions = sessions,
		.event = hear,
		.argument = w,
	};
	memcpy(w->config.inside6.address, inside.address, 16);
	memcpy(w->config.outside6.address, outside.address, 16);
	w->now = 1000 * NS_PER_S;
	w->nat = nat_new(&w->config);
	HOLDS(w, w->nat);
}

void world_end(struct world *w)
{
	nat_free(w->nat);
	w->nat = NULL;
}
