#include "lab/forecast.h"

#include "lab/cell.h"
#include "net/nat_list.h"
#include "lab/trial_setup.h"
#include "profile/profile.h"

#include <string.h>

/* A plain router has no state, and refuses nothing. */
static void plain_router(struct profile *p)
{
	profile_defaults(p);
	p->translation = TRANSLATION_NONE;
	p->filtering = FILTERING_ENDPOINT_INDEPENDENT;
	p->non_syn = NON_SYN_OPEN;
}

static bool profile_of(const struct nat_spec *c, struct profile *out,
		       struct error *e)
{
	switch (c->kind) {
	case NAT_SPEC_PROFILE:
		*out = c->profile;
		return true;
	case NAT_SPEC_KERNEL:
		return profile_find(c->kernel->model, out, e);
	case NAT_SPEC_NONE:
		plain_router(out);
		return true;
	case NAT_SPEC_EXEC:
		break;
	}
	return error_set(e, ERROR_USE, "what the program \"%.200s\" does as a"
			 " NAT cannot be predicted", c->path);
}

static bool place(struct forecast *f, const struct node *n,
		  const struct nat_spec *c, struct error *e)
{
	struct predict_setting *s = &f->setting;
	struct profile *p = &f->profiles[n->which][n->level];

	if (!profile_of(c, p, e))
		return false;
	if (n->firewall)
		p->translation = TRANSLATION_NONE;
	s->nats[n->which][n->level] = p;
	if (s->levels[n->which] <= (unsigned)n->level)
		s->levels[n->which] = (unsigned)n->level + 1;
	return true;
}

static enum predict_road road_of(const struct topology *t)
{
	bool routers = false;

	for (size_t i = 0; i < t->node_count; i++)
		routers |= t->nodes[i].kind == NODE_ROUTER &&
			   t->nodes[i].which == 1;
	return t->shared ? ROAD_ONE_NAT : routers ? ROAD_ROUTED :
						    ROAD_ADJACENT;
}

bool forecast_make(const struct trial *t, struct forecast *out,
		   struct error *e)
{
	const char *const lists[2] = { t->nat_a, t->nat_b };
	const struct topology_row *row = topology_find(t->topology);
	struct cell_config config = trial_cell(t);
	struct nat_spec nats[TOPOLOGY_NODES];
	struct topology topology;

	if (!row)
		return cell_check(&config, e);	/* says which is nearest */
	topology_build(row, &topology);
	memset(out, 0, sizeof(*out));
	out->setting = (struct predict_setting){
		.road = road_of(&topology),
		.rtt_ms = t->rtt_ms, .skew_ms = t->skew_ms,
		.timeout_ms = trial_timeout(t),
		.ttl = t->approach.low_ttl ? t->ttl : 0,
		.spoofing_dropped = t->spoofing_dropped,
	};
	if (!nat_list_resolve(&topology, lists, nats, e))
		return false;
	for (size_t i = 0; i < topology.node_count; i++)
		if (topology.nodes[i].kind == NODE_NAT &&
		    !place(out, &topology.nodes[i], &nats[i], e))
			return false;
	return predict_check(&out->setting, e);
}
