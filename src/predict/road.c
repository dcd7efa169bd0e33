/*
 * The way between the hosts: out through the own NATs, over the routers, in
 * through the other's; where a low TTL ends; and what it costs in time. With
 * one-way delay d: host to host d, a time exceeded of a router after d, host
 * through S to host 1.5 d (docs/lab.md, "Delay").
 */
#include "predict/walk.h"

#define ROUTERS 2		/* between the outermost NATs */
#define ROUTER_ADDRESS 900
#define S_ADDRESS 990
#define HOPS 16

static const struct spot server = { S_ADDRESS, 1 };
static const struct spot other_port = { S_ADDRESS, 2 };

static int levels(const struct walk *w, int side)
{
	return w->set->road == ROAD_ONE_NAT ? 1 : (int)w->set->levels[side];
}

static struct box *box_of(struct walk *w, int side, int level)
{
	return &w->boxes[w->set->road == ROAD_ONE_NAT ? A : side][level];
}

/* to_host - in its turn: what a NAT says at once to what a host sends comes
   when the host is through with sending it */
static void to_host(struct walk *w, int side, const struct parcel *p)
{
	const struct host *h = &w->hosts[side];

	if (p->destination.address == h->local.address &&
	    (KIND_IS_ICMP(p->kind) || p->destination.port == h->local.port))
		walk_at(w, w->now, EVENT_AT_HOST, side)->parcel = *p;
}

/* inwards - from the outside of the NAT of that level to the host; outwards
   - from the inside of the NAT of that level on */
static void outwards(struct walk *w, int side, int level, struct parcel *p);
static void inwards(struct walk *w, int side, int level, struct parcel *p)
{
	struct parcel answer;

	for (; level >= 0; level--) {
		switch (box_in(w, box_of(w, side, level), p, &answer)) {
		case FATE_DROP:
			return;
		case FATE_ANSWER:
			outwards(w, side, level + 1, &answer);
			return;
		default:
			break;
		}
	}
	to_host(w, side, p);
}

static void time_exceeded(struct walk *w, int side, const struct parcel *p)
{
	struct event *e = walk_at(w, w->now + w->d, EVENT_PARCEL, side);

	e->parcel = (struct parcel){
		.kind = KIND_TIME_EXCEEDED, .maker = MADE_BY_ROUTER,
		.from = !side, .to = side,
		.source = { ROUTER_ADDRESS + side, 0 },
		.destination = p->source, .ttl = TTL_USUAL, .acks = { -1, 0 },
		.quoted_source = p->source,
		.quoted_destination = p->destination,
		.quoted_sequence = p->sequence, .quoted_ttl = p->ttl,
		.quoted = p->kind,
	};
}

/* cross - from the outside of one side to that of the other */
static void cross(struct walk *w, int side, const struct parcel *p)
{
	int routers = w->set->road == ROAD_ROUTED ? ROUTERS : 0;
	struct event *e;
	char name[32];

	if (p->ttl <= routers && !KIND_IS_ICMP(p->kind)) {
		tell(w, "%s dies between the NATs", tell_name(p, name));
		time_exceeded(w, side, p);
		return;
	}
	e = walk_at(w, w->now + w->d, EVENT_PARCEL, !side);
	e->parcel = *p;
	e->parcel.ttl -= routers;
}

static void outwards(struct walk *w, int side, int level, struct parcel *p)
{
	struct parcel answer;

	for (; level < levels(w, side); level++) {
		switch (box_out(w, box_of(w, side, level), p, &answer)) {
		case FATE_DROP:
			return;
		case FATE_ANSWER:
			inwards(w, side, level - 1, &answer);
			return;
		default:
			break;
		}
	}
	cross(w, side, p);
}

void road_send(struct walk *w, const struct parcel *p)
{
	struct parcel copy = *p;

	if (w->set->road == ROAD_ONE_NAT)
		walk_at(w, w->now + w->d / 2, EVENT_TURN, p->from)->parcel =
			copy;
	else
		outwards(w, p->from, 0, &copy);
}

void road_arrive(struct walk *w, const struct parcel *p)
{
	struct parcel copy = *p, answer;

	if (w->set->road != ROAD_ONE_NAT) {
		inwards(w, p->to, levels(w, p->to) - 1, &copy);
		return;
	}
	/* S is near; the delay is on the host's own link */
	if (box_in(w, box_of(w, A, 0), &copy, &answer) == FATE_PASS)
		walk_at(w, w->now + w->d / 2, EVENT_AT_HOST,
			p->to)->parcel = copy;
}

static void back(struct walk *w, int side, const struct parcel *p)
{
	walk_at(w, w->now + w->d / 2, EVENT_AT_HOST, side)->parcel = *p;
}

/* turn_in - the second half of a hairpin */
static void turn_in(struct walk *w, struct parcel *p, bool internal)
{
	struct box *box = box_of(w, A, 0);
	struct parcel answer, scrap;
	enum fate fate = internal ? box_in(w, box, p, &answer) :
		box_turned(w, box, p, &answer);

	if (fate == FATE_PASS)
		back(w, p->to, p);
	else if (fate == FATE_ANSWER &&
		 (internal || box_in(w, box, &answer, &scrap) == FATE_PASS))
		back(w, answer.to, &answer);
}

void road_turn(struct walk *w, const struct parcel *p)
{
	struct box *box = box_of(w, A, 0);
	struct parcel copy = *p, answer;

	switch (box->profile->hairpin) {
	case HAIRPIN_NO:
		tell_refused(w, box, p, false, "hairpin = no");
		break;
	case HAIRPIN_INTERNAL_SOURCE:
		turn_in(w, &copy, true);
		break;
	default:
		switch (box_out(w, box, &copy, &answer)) {
		case FATE_PASS:
			turn_in(w, &copy, false);
			break;
		case FATE_ANSWER:
			back(w, p->from, &answer);
			break;
		default:
			break;
		}
	}
}

/* to_server - a SYN from the host to S, through all of its NATs */
static bool to_server(struct walk *w, struct host *h, struct spot to,
		      struct spot *seen)
{
	struct parcel answer, p = {
		.kind = KIND_SYN, .from = h->side, .to = h->side,
		.source = h->local, .destination = to, .ttl = TTL_USUAL,
		.sequence = { h->isns++, 0 }, .acks = { -1, 0 },
	};

	for (int i = 0; i < levels(w, h->side); i++) {
		struct box *box = box_of(w, h->side, i);
		struct session *s;

		if (box_out(w, box, &p, &answer) != FATE_PASS)
			return false;
		s = &box->sessions[box->session_count - 1];
		s->settled = true;
		s->seen |= SYN_ACK_IN;
	}
	*seen = p.source;
	return true;
}

void road_register(struct walk *w)
{
	for (int side = 0; side < SIDES; side++)
		to_server(w, &w->hosts[side], server, &w->hosts[side].public);
}

bool road_probe_port(struct walk *w, struct host *h, struct spot *seen)
{
	return to_server(w, h, other_port, seen);
}

/* ---- --ttl auto: hops are counted with datagrams to S ---- */

struct hops {
	int count;
	struct { bool outside, answers; } hop[HOPS];
};

static void add_hop(struct hops *hops, bool outside, bool answers)
{
	if (hops->count < HOPS) {
		hops->hop[hops->count].outside = outside;
		hops->hop[hops->count++].answers = answers;
	}
}

static int or_tcp(int value, int tcp)
{
	return value == AS_TCP ? tcp : value - 1;
}

/* Of the probes that pass a NAT: the first; another; any of those that are left
   when that one did not. */
enum probe { PROBE_FIRST, PROBE_LATER, PROBE_AT_LAST };

/*
 * has_inside_port - can a probe have outside the port that it has inside, if
 * ports are preserved? The probes go to one address, each to another port: the
 * first can, another where it shares its mapping; or, by chance, where it gets
 * another external address.
 */
static bool has_inside_port(struct walk *w, const struct profile *p,
			    enum probe probe)
{
	int mapping = or_tcp(p->udp_mapping, p->mapping);

	if (probe == PROBE_FIRST || mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		return true;
	if (p->addresses == 1 || p->pooling == POOLING_PAIRED)
		return false;
	w->drew = true;
	return w->luck || probe == PROBE_AT_LAST;
}

/* keeps_port - has a probe outside the port that it has inside? Only then does
   the host's stack find the socket of an error whose quote was left as it
   was. */
static bool keeps_port(struct walk *w, const struct profile *p,
		       enum probe probe)
{
	switch (or_tcp(p->udp_ports, p->ports)) {
	case PORTS_PRESERVE:
		return has_inside_port(w, p, probe);
	case PORTS_PRESERVE_OVERLAP:
	case PORTS_PRESERVE_OVERLOAD:
		return true;
	default:
		return false;
	}
}

/* gets_out - a probe that needs a port of its own, where there is none */
static bool gets_out(struct walk *w, const struct profile *p, enum probe probe)
{
	return p->collision != COLLISION_REFUSE ||
	       or_tcp(p->udp_ports, p->ports) != PORTS_PRESERVE ||
	       has_inside_port(w, p, probe);
}

/* lets_errors_in - of a router on the way, or of S itself, about a probe */
static bool lets_errors_in(struct walk *w, const struct profile *p, bool of_s,
			   enum probe probe)
{
	return p->icmp_in == PASSING_PASS &&
	       (of_s || p->icmp_source == ICMP_SOURCE_ANY) &&
	       gets_out(w, p, probe) &&
	       (p->icmp_payload == ICMP_PAYLOAD_TRANSLATE ||
		keeps_port(w, p, probe));
}

/* is_heard - do all NATs of the side that are nearer than that hop let its
   error in? */
static bool is_heard(struct walk *w, int side, int nats, bool of_s,
		     enum probe probe)
{
	for (int i = 0; i < nats; i++)
		if (!lets_errors_in(w, box_of(w, side, i)->profile, of_s,
				    probe == PROBE_FIRST && i < nats - 1 ?
				    PROBE_LATER : probe))
			return false;
	return true;
}

int road_ttl(struct walk *w, int side)
{
	int between = w->set->road == ROAD_ROUTED && side == B ? 2 : 1;
	int nats = levels(w, side), inside = 0;
	struct hops hops = { .count = 0 };

	for (int i = 0; i < nats; i++) {
		const struct profile *p = box_of(w, side, i)->profile;

		if (p->ttl == TTL_DECREMENT)
			add_hop(&hops, p->translation == TRANSLATION_NONE,
				is_heard(w, side, i, false, PROBE_FIRST));
	}
	for (int i = 0; i < between; i++)
		add_hop(&hops, true, is_heard(w, side, nats, false,
					      i ? PROBE_LATER : PROBE_FIRST));
	/* who gets no answer of S to this probe gets one to a further one */
	add_hop(&hops, true, is_heard(w, side, nats, true, PROBE_LATER));
	add_hop(&hops, true, is_heard(w, side, nats, true, PROBE_AT_LAST));
	for (int i = 0; i < hops.count; i++)
		if (hops.hop[i].answers && !hops.hop[i].outside)
			inside = i + 1;
	for (int i = inside; i < hops.count; i++)
		if (hops.hop[i].answers)
			return i + 1;
	return 0;
}
