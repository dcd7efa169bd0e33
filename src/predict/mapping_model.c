#include "predict/mapping_model.h"

#define OTHER_ADDRESS 20	/* added to an address: one never given out */

/* key_of - Return: the parts of the remote endpoint that the axis `mapping`
   compares */
static struct sym_endpoint key_of(int mapping, struct sym_endpoint remote)
{
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT)
		remote.address = 0;
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		remote.port = 0;
	return remote;
}

static struct model_session *find_session(struct model_nat *nat,
					  enum model_direction direction,
					  struct sym_endpoint local,
					  struct sym_endpoint remote)
{
	for (unsigned i = nat->session_count; i--;) {
		struct model_session *s = &nat->sessions[i];
		const struct model_mapping *m = &nat->mappings[s->mapping];

		if (s->used && !s->ended &&
		    sym_endpoint_equal(s->remote, remote) &&
		    sym_endpoint_equal(direction == INBOUND ? m->external :
							      m->inside,
				       local))
			return s;
	}
	return NULL;
}

struct model_session *session_model_outbound(struct model_nat *nat,
					     struct sym_endpoint inside,
					     struct sym_endpoint remote)
{
	struct model_session *s = find_session(nat, OUTBOUND, inside, remote);

	return s && nat->mappings[s->mapping].own ? NULL : s;
}

struct model_session *session_model_inbound(struct model_nat *nat,
					    struct sym_endpoint external,
					    struct sym_endpoint remote)
{
	return find_session(nat, INBOUND, external, remote);
}

struct model_session *session_model_add(struct model_run *run,
					struct model_nat *nat, int mapping,
					struct sym_endpoint remote,
					bool opened_in)
{
	struct model_session *s = &nat->sessions[nat->session_count];

	if (nat->session_count < SESSIONS - 1)
		nat->session_count++;
	*s = (struct model_session){
		.used = true, .opened_in = opened_in, .mapping = mapping,
		.remote = remote, .syn = SYM_SEQ_NONE,
	};
	if (nat->profile->sequence_numbers == SEQUENCE_REWRITE) {
		/* an offset that no sum of other offsets equals */
		run->last_offset = run->last_offset *
				   UINT64_C(6364136223846793005) +
				   UINT64_C(1442695040888963407);
		s->offset = run->last_offset;
	}
	return s;
}

void session_model_remove(struct model_nat *nat, struct model_session *s)
{
	s->used = false;
	for (unsigned i = 0; i < nat->session_count; i++)
		if (nat->sessions[i].used &&
		    nat->sessions[i].mapping == s->mapping)
			return;
	nat->mappings[s->mapping].used = false;
}

int mapping_model_find(const struct model_nat *nat,
		       struct sym_endpoint external)
{
	for (int i = (int)nat->mapping_count - 1; i >= 0; i--) {
		const struct model_mapping *m = &nat->mappings[i];

		if (m->used && !m->own &&
		    sym_endpoint_equal(m->external, external))
			return i;
	}
	return -1;
}

/* is_own - does the NAT's own stack have that connection? */
static bool is_own(struct model_nat *nat, struct sym_endpoint external,
		   struct sym_endpoint remote)
{
	struct model_session *s = session_model_inbound(nat, external, remote);

	return s && nat->mappings[s->mapping].own;
}

/*
 * choose_port - choose the external port by the axis `ports`
 * A port that is not the inside's is a name that no peer knows.
 * Return: false when the axis `collision` refuses
 */
static bool choose_port(struct model_run *run, struct model_nat *nat,
			const struct sym_packet *p,
			struct sym_endpoint *external)
{
	const struct profile *profile = nat->profile;
	bool own, taken = false;

	external->port = p->source.port;
	own = is_own(nat, *external, p->destination);
	switch (profile->ports) {
	case PORTS_PRESERVE:
		taken = own || mapping_model_find(nat, *external) >= 0;
		break;
	case PORTS_PRESERVE_OVERLAP:
		taken = session_model_inbound(nat, *external, p->destination);
		break;
	case PORTS_PRESERVE_OVERLOAD:
		taken = own;
		break;
	default:
		external->port = run->next_port++;
		return true;
	}
	if (taken && profile->collision == COLLISION_REFUSE)
		return false;
	if (taken)
		external->port = run->next_port++;
	return true;
}

/*
 * choose_address - chance decides where pooling is arbitrary. What matters is
 * whether the peer is met from the address that S has seen, and whether the
 * second order has another address than the one that the first order got
 * blocked.
 */
static int choose_address(struct model_run *run, struct model_nat *nat)
{
	int addresses = nat->profile->addresses;
	bool first = !nat->mapping_count;

	if (first)
		nat->first_address = nat->outside_address;
	if (addresses == 1 || nat->profile->pooling == POOLING_PAIRED)
		return nat->first_address;
	if (first && run->order && run_draw(run))
		nat->first_address += OTHER_ADDRESS;
	if (first || run_draw(run))
		return nat->first_address;
	return nat->first_address + 1 +
	       (int)(nat->mapping_count - 1) % (addresses - 1);
}

static int add_mapping(struct model_run *run, struct model_nat *nat,
		       const struct sym_packet *p, struct sym_endpoint key,
		       const char **reason)
{
	struct model_mapping m = {
		.used = true, .inside = p->source, .external = p->source,
		.key = key,
	};
	int index = (int)nat->mapping_count;

	if (nat->profile->translation == TRANSLATION_PORTS) {
		m.external.address = choose_address(run, nat);
		if (!choose_port(run, nat, p, &m.external)) {
			*reason = "no port is left";
			return -1;
		}
		m.collided = m.external.port != p->source.port ||
			     is_own(nat, m.external, p->destination);
	}
	if (nat->mapping_count < MAPPINGS - 1)
		nat->mapping_count++;
	nat->mappings[index] = m;
	return index;
}

/* is_occupied - does another connection use the mapping's external endpoint
   towards that remote endpoint? */
static bool is_occupied(struct model_nat *nat, const struct model_mapping *m,
			struct sym_endpoint remote)
{
	if (nat->profile->ports == PORTS_PRESERVE_OVERLAP)
		return session_model_inbound(nat, m->external, remote);
	return is_own(nat, m->external, remote);
}

int mapping_model_outbound(struct model_run *run, struct model_nat *nat,
			   const struct sym_packet *p, const char **reason)
{
	const struct profile *profile = nat->profile;
	struct sym_endpoint key = key_of(profile->mapping, p->destination);

	if (profile->mapping == MAPPING_CONNECTION)
		return add_mapping(run, nat, p, key, reason);
	for (int i = (int)nat->mapping_count - 1; i >= 0; i--) {
		const struct model_mapping *m = &nat->mappings[i];
		bool per_connection = m->collided && profile->after_collision ==
						     AFTER_COLLISION_CONNECTION;

		if (!m->used || m->own ||
		    !sym_endpoint_equal(m->inside, p->source) ||
		    !sym_endpoint_equal(m->key, key))
			continue;
		if (!per_connection && !is_occupied(nat, m, p->destination))
			return i;
		key = p->destination;
		break;
	}
	return add_mapping(run, nat, p, key, reason);
}

static bool knows_address(const struct model_nat *nat, int mapping, int address)
{
	for (unsigned i = 0; i < nat->session_count; i++) {
		const struct model_session *s = &nat->sessions[i];

		if (s->used && !s->ended && s->mapping == mapping &&
		    s->remote.address == address)
			return true;
	}
	return false;
}

bool mapping_model_admits(struct model_nat *nat, int mapping,
			  const struct sym_packet *p)
{
	switch (nat->profile->filtering) {
	case FILTERING_OPEN:
	case FILTERING_ENDPOINT_INDEPENDENT:
		return true;
	case FILTERING_ADDRESS:
		return knows_address(nat, mapping, p->source.address);
	case FILTERING_ADDRESS_PORT:
		return session_model_inbound(nat, p->destination, p->source);
	default:
		return false;
	}
}
