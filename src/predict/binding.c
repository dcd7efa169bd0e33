/* What an inside endpoint is outside: the axes about mappings and ports. */
#include "predict/walk.h"

#include <string.h>

#define OTHER_ADDRESS 20	/* a name of none that has been given */

/* key_of - the part of the remote endpoint that the axis `mapping` asks to
   be the same */
static struct spot key_of(int mapping, struct spot remote)
{
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT)
		remote.address = 0;
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		remote.port = 0;
	return remote;
}

static struct session *find(struct box *box, bool outside, struct spot near,
			    struct spot remote)
{
	for (unsigned i = box->session_count; i--;) {
		struct session *s = &box->sessions[i];
		const struct binding *m = &box->mappings[s->mapping];

		if (s->used && !s->ended && spot_equal(s->remote, remote) &&
		    spot_equal(outside ? m->external : m->inside, near))
			return s;
	}
	return NULL;
}

struct session *session_out(struct box *box, struct spot inside,
			    struct spot remote)
{
	struct session *s = find(box, false, inside, remote);

	return s && box->mappings[s->mapping].own ? NULL : s;
}

struct session *session_in(struct box *box, struct spot external,
			   struct spot remote)
{
	return find(box, true, external, remote);
}

/* new_offset - one that no sum of others equals */
static uint64_t new_offset(struct walk *w, const struct profile *p)
{
	if (p->sequence_numbers != SEQUENCE_REWRITE)
		return 0;
	w->offset = w->offset * UINT64_C(6364136223846793005) +
		    UINT64_C(1442695040888963407);
	return w->offset;
}

struct session *session_new(struct walk *w, struct box *box, int mapping,
			    struct spot remote, bool opened_in)
{
	struct session *s = &box->sessions[box->session_count];

	if (box->session_count < SESSIONS - 1)
		box->session_count++;
	*s = (struct session){
		.used = true, .opened_in = opened_in, .mapping = mapping,
		.remote = remote, .syn = { -1, 0 },
		.offset = new_offset(w, box->profile),
	};
	return s;
}

void session_remove(struct box *box, struct session *s)
{
	s->used = false;
	for (unsigned i = 0; i < box->session_count; i++)
		if (box->sessions[i].used &&
		    box->sessions[i].mapping == s->mapping)
			return;
	box->mappings[s->mapping].used = false;
}

int binding_external(const struct box *box, struct spot external)
{
	for (int i = (int)box->mapping_count - 1; i >= 0; i--) {
		const struct binding *m = &box->mappings[i];

		if (m->used && !m->own && spot_equal(m->external, external))
			return i;
	}
	return -1;
}

/* has_own - is it the NAT's own stack that has that tuple? */
static bool has_own(struct box *box, struct spot external, struct spot remote)
{
	struct session *s = session_in(box, external, remote);

	return s && box->mappings[s->mapping].own;
}

/*
 * choose_port - as the axis `ports` says
 * Ports that are not the inside's are names that nobody knows.
 * Return: false when the axis `collision` refuses
 */
static bool choose_port(struct walk *w, struct box *box,
			const struct parcel *p, struct spot *external)
{
	const struct profile *profile = box->profile;
	bool lost, taken = false;

	external->port = p->source.port;
	lost = has_own(box, *external, p->destination);
	switch (profile->ports) {
	case PORTS_PRESERVE:
		taken = lost || binding_external(box, *external) >= 0;
		break;
	case PORTS_PRESERVE_OVERLAP:
		taken = session_in(box, *external, p->destination);
		break;
	case PORTS_PRESERVE_OVERLOAD:
		taken = lost;
		break;
	default:
		external->port = w->ports++;
		return true;
	}
	if (taken && profile->collision == COLLISION_REFUSE)
		return false;
	if (taken)
		external->port = w->ports++;
	return true;
}

/*
 * choose_address - chance decides where pooling is arbitrary: it is good luck
 * when the peer is met from the address that S has seen, and when the second
 * order's is not the one that the first has got banned. With bad luck it is one
 * after the other.
 */
static int choose_address(struct walk *w, struct box *box)
{
	int addresses = box->profile->addresses;
	bool first = !box->mapping_count;

	if (first)
		box->first_address = box->outside_address;
	if (addresses == 1 || box->profile->pooling == POOLING_PAIRED)
		return box->first_address;
	w->drew |= !first || w->order;
	if (first && w->order && w->luck)
		box->first_address += OTHER_ADDRESS;
	return box->first_address + (w->luck ? 0 :
				     (int)box->mapping_count % addresses);
}

static int make(struct walk *w, struct box *box, const struct parcel *p,
		struct spot key, const char **reason)
{
	struct binding m = { .used = true, .inside = p->source, .key = key };
	int number = (int)box->mapping_count;

	m.external = p->source;
	if (box->profile->translation == TRANSLATION_PORTS) {
		m.external.address = choose_address(w, box);
		if (!choose_port(w, box, p, &m.external)) {
			*reason = "no port is left";
			return -1;
		}
		m.collided = m.external.port != p->source.port ||
			has_own(box, m.external, p->destination);
	}
	if (box->mapping_count < MAPPINGS - 1)
		box->mapping_count++;
	box->mappings[number] = m;
	return number;
}

/* is_held - has somebody else the mapping's endpoint towards the remote? */
static bool is_held(struct box *box, const struct binding *m,
		    struct spot remote)
{
	if (box->profile->ports == PORTS_PRESERVE_OVERLAP)
		return session_in(box, m->external, remote);
	return has_own(box, m->external, remote);
}

int binding_out(struct walk *w, struct box *box, const struct parcel *p,
		const char **reason)
{
	int way = box->profile->mapping;
	struct spot key = key_of(way, p->destination);

	for (int i = (int)box->mapping_count - 1;
	     i >= 0 && way != MAPPING_CONNECTION; i--) {
		const struct binding *m = &box->mappings[i];
		bool apart = m->collided && box->profile->after_collision ==
			     AFTER_COLLISION_CONNECTION;

		if (!m->used || m->own || !spot_equal(m->inside, p->source) ||
		    !spot_equal(m->key, key))
			continue;
		if (!apart && !is_held(box, m, p->destination))
			return i;
		key = p->destination;
		break;
	}
	return make(w, box, p, key, reason);
}
