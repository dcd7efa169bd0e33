#include "predict/prediction_setup.h"

#include "profile/profile.h"

#include <math.h>
#include <string.h>

bool prediction_setup_check(const struct trial *t, struct error *e)
{
	if (!(t->rtt_ms > 0))
		return error_set(e, ERROR_USE,
				 "without a round trip time all"
				 " packets would race: --rtt must be above 0");
	if (fabs(fabs(t->skew_ms) - t->rtt_ms / 2) < t->rtt_ms / 1000)
		return error_set(e, ERROR_USE,
				 "a skew of %.9g ms is the one-way"
				 " delay: one host's SYN would leave just when"
				 " the other's arrives",
				 t->skew_ms);
	if (t->candidates == CANDIDATES_LAN)
		return error_set(e, ERROR_USE,
				 "what answers at private addresses, with"
				 " --candidates lan, cannot be predicted");
	return true;
}

static bool profile_of(const struct nat_spec *nat, struct profile *out,
		       struct error *e)
{
	switch (nat->kind) {
	case NAT_SPEC_PROFILE:
		*out = nat->profile;
		return true;
	case NAT_SPEC_KERNEL:
		return profile_find(nat->kernel->model, out, e);
	case NAT_SPEC_NONE:
		/* a plain router has no state, and refuses nothing */
		profile_defaults(out);
		out->translation = TRANSLATION_NONE;
		out->filtering = FILTERING_ENDPOINT_INDEPENDENT;
		out->non_syn = NON_SYN_OPEN;
		return true;
	case NAT_SPEC_EXEC:
		break;
	}
	return error_set(e, ERROR_USE,
			 "what the program \"%.200s\" does as a"
			 " NAT cannot be predicted",
			 nat->path);
}

static bool place_nat(struct prediction_setup *setup, const struct node *n,
		      const struct nat_spec *nat, struct error *e)
{
	struct profile *p = &setup->profiles[n->which][n->level];

	if (!profile_of(nat, p, e))
		return false;
	if (n->firewall)
		p->translation = TRANSLATION_NONE;
	if (setup->levels[n->which] <= (unsigned)n->level)
		setup->levels[n->which] = (unsigned)n->level + 1;
	return true;
}

static enum path_kind path_of(const struct topology *t)
{
	bool routers = false;

	for (size_t i = 0; i < t->node_count; i++)
		routers |= t->nodes[i].kind == NODE_ROUTER &&
			   t->nodes[i].which == 1;
	return t->shared ? PATH_ONE_NAT : routers ? PATH_ROUTED :
						    PATH_ADJACENT;
}

void prediction_setup_over_udp(struct prediction_setup *setup)
{
	for (int side = 0; side < 2; side++)
		for (unsigned i = 0; i < setup->levels[side]; i++) {
			struct profile *p = &setup->profiles[side][i];

			p->mapping = axis_or_tcp(p->udp_mapping, p->mapping);
			p->ports = axis_or_tcp(p->udp_ports, p->ports);
			p->filtering = axis_or_tcp(p->udp_filtering,
						   p->filtering);
			p->hairpin = axis_or_tcp(p->udp_hairpin, p->hairpin);
		}
}

bool prediction_setup_make(const struct trial *t, struct prediction_setup *out,
			   struct error *e)
{
	struct nat_spec nats[TOPOLOGY_NODES];
	struct topology topology;

	if (!trial_resolve(t, &topology, nats, e))
		return false;
	memset(out, 0, sizeof(*out));
	out->trial = t;
	out->path = path_of(&topology);
	for (size_t i = 0; i < topology.node_count; i++)
		if (topology.nodes[i].kind == NODE_NAT &&
		    !place_nat(out, &topology.nodes[i], &nats[i], e))
			return false;
	return prediction_setup_check(t, e);
}
