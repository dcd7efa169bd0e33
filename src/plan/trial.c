#include "plan/trial.h"

#include "net/nat_list.h"

#define DEFAULT_BACKGROUND 10	/* connections per second, where clients are */

void trial_complete(struct trial *t)
{
	const struct topology_row *row = topology_find(t->topology);
	const char *lists[2] = { t->nat_a, t->nat_b };
	struct topology topology;

	if (!lists[0] || !lists[1])
		nat_list_complete(t->topology, lists);
	t->nat_a = lists[0];
	t->nat_b = lists[1];
	if (t->background >= 0)
		return;
	t->background = 0;
	if (row) {
		topology_build(row, &topology);
		if (topology_is_busy(&topology))
			t->background = DEFAULT_BACKGROUND;
	}
}

bool trial_resolve(const struct trial *t, struct topology *topology,
		   struct nat_spec nats[TOPOLOGY_NODES], struct error *e)
{
	const char *const lists[2] = { t->nat_a, t->nat_b };
	struct error missing = { .kind = ERROR_NONE };

	if (!topology_named(t->topology, topology, e) ||
	    !link_options_fit(t->links, topology, e))
		return false;
	if (!nat_list_resolve(topology, lists, nats, &missing) &&
	    missing.kind != ERROR_MISSING)
		return error_set(e, missing.kind, "%s", missing.text);
	if (t->background > 0 && !topology_is_busy(topology))
		return error_set(e, ERROR_USE, "--background %g: in the "
				 "topology \"%s\" there are no hosts for it; "
				 "\"busy\" has some", t->background,
				 t->topology);
	return !missing.kind ||
		error_set(e, missing.kind, "%s", missing.text);
}

uint64_t trial_seed(uint64_t plan_seed, unsigned number)
{
	return plan_seed + number;
}

double trial_timeout(const struct trial *t)
{
	return t->timeout_ms > 0 ? t->timeout_ms
				 : default_timeout_ms(t->rtt_ms);
}

bool trial_has_faults(const struct trial *t)
{
	return t->loss > 0 || *link_options_text(t->links);
}
