#include "predict/ttl_model.h"

#include "predict/path_model.h"

#define HOPS 16

struct hop_list {
	int count;
	struct { bool outside, answers; } hop[HOPS];
};

static void add_hop(struct hop_list *hops, bool outside, bool answers)
{
	if (hops->count < HOPS) {
		hops->hop[hops->count].outside = outside;
		hops->hop[hops->count++].answers = answers;
	}
}

/* Which of the probes that pass a NAT. */
enum ttl_probe {
	PROBE_FIRST, PROBE_LATER,
	PROBE_AT_LAST,		/* any of those after PROBE_LATER failed */
};

/*
 * can_preserve - can a probe have its inside port outside, if the NAT preserves
 * ports? The probes go to different ports of one address. The first one can. A
 * later one can if it shares the first one's mapping, or if by chance it gets
 * another external address.
 */
static bool can_preserve(struct model_run *run, const struct profile *p,
			 enum ttl_probe probe)
{
	int mapping = axis_or_tcp(p->udp_mapping, p->mapping);

	if (probe == PROBE_FIRST || mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		return true;
	if (p->addresses == 1 || p->pooling == POOLING_PAIRED)
		return false;
	return probe == PROBE_AT_LAST || run_draw(run);
}

/* keeps_port - has a probe its inside port outside? Only then does the host's
   stack find the socket of an error whose quote is not translated. */
static bool keeps_port(struct model_run *run, const struct profile *p,
		       enum ttl_probe probe)
{
	if (p->translation == TRANSLATION_NONE)
		return true;
	switch (axis_or_tcp(p->udp_ports, p->ports)) {
	case PORTS_PRESERVE:
		return can_preserve(run, p, probe);
	case PORTS_PRESERVE_OVERLAP:
	case PORTS_PRESERVE_OVERLOAD:
		return true;
	default:
		return false;
	}
}

/* gets_mapping - is there a port for the probe? */
static bool gets_mapping(struct model_run *run, const struct profile *p,
			 enum ttl_probe probe)
{
	return p->translation == TRANSLATION_NONE ||
	       p->collision != COLLISION_REFUSE ||
	       axis_or_tcp(p->udp_ports, p->ports) != PORTS_PRESERVE ||
	       can_preserve(run, p, probe);
}

/* hears_error - do the @nats inner NATs of the side let an error about a probe
   in? @of_s: S's own, else a router's or an outer NAT's */
static bool hears_error(struct model_run *run, int side, int nats, bool of_s,
			enum ttl_probe probe)
{
	for (int i = 0; i < nats; i++) {
		const struct profile *p = path_model_nat(run, side, i)->profile;
		enum ttl_probe here = probe == PROBE_FIRST && i < nats - 1 ?
				      PROBE_LATER : probe;

		if (p->icmp_in != PASSING_PASS ||
		    (!of_s && p->icmp_source != ICMP_SOURCE_ANY) ||
		    !gets_mapping(run, p, here) ||
		    (p->icmp_payload != ICMP_PAYLOAD_TRANSLATE &&
		     !keeps_port(run, p, here)))
			return false;
	}
	return true;
}

int ttl_model_find(struct model_run *run, int side)
{
	int routers = run->setup->path == PATH_ROUTED && side == B ? 2 : 1;
	int nats = path_model_nat_count(run, side), inside = 0;
	struct hop_list hops = { .count = 0 };

	for (int i = 0; i < nats; i++) {
		const struct profile *p = path_model_nat(run, side, i)->profile;

		if (p->ttl == TTL_DECREMENT)
			add_hop(&hops, p->translation == TRANSLATION_NONE,
				hears_error(run, side, i, false, PROBE_FIRST));
	}
	for (int i = 0; i < routers; i++)
		add_hop(&hops, true, hears_error(run, side, nats, false,
						 i ? PROBE_LATER :
						     PROBE_FIRST));
	/* if S's answer to this probe does not come, that to the next does */
	add_hop(&hops, true, hears_error(run, side, nats, true, PROBE_LATER));
	add_hop(&hops, true, hears_error(run, side, nats, true,
					 PROBE_AT_LAST));
	for (int i = 0; i < hops.count; i++)
		if (hops.hop[i].answers && !hops.hop[i].outside)
			inside = i + 1;
	for (int i = inside; i < hops.count; i++)
		if (hops.hop[i].answers)
			return i + 1;
	return 0;
}
