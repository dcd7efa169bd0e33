#include "lab/kernel_nat.h"
#include "lab/node_main.h"

#include "lab/background.h"
#include "lab/exec_nat.h"
#include "lab/host_process.h"
#include "net/link_options.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PORT 8123
#define PORTS 8
#define TRIAL_SESSIONS 128
#define CAPTURE_ROOM (256 << 10)	/* a thousand packets */

static void ready(void *self)
{
	process_ready(self, NULL);
}

uint64_t node_seed(uint64_t seed, uint8_t node)
{
	struct rng r;

	rng_seed(&r, seed);
	rng_seed(&r, rng_next(&r) + node);
	return rng_next(&r);
}

void node_gateway_reset(const struct topology *t, uint8_t node,
			const struct nat_spec *nat, uint64_t seed,
			struct gateway_reset *out)
{
	uint32_t sessions = (uint32_t)nat->profile.sessions;

	/* a trial has some dozens of sessions, with one for each probe of a
	   search for the low TTL; to reset a larger table takes longer */
	if (!topology_clients(t, 0) && sessions > TRIAL_SESSIONS)
		sessions = TRIAL_SESSIONS;

	out->profile = nat->profile;
	out->seed = node_seed(seed, node);
	out->sessions = sessions;
	if (t->nodes[node].firewall)
		out->profile.translation = TRANSLATION_NONE;
}

void node_links_reset(const struct topology *t,
		      const bool emulated[TOPOLOGY_LINKS], uint64_t seed,
		      struct link_emulator_reset *out)
{
	unsigned count = 0;
	struct rng seeds;

	memset(out, 0, sizeof(*out));
	rng_seed(&seeds, node_seed(seed, WIRING_LINK_EMULATOR));
	/* draw seeds for perfect links too, so that the faults of one link
	   do not depend on the options of another */
	for (uint8_t i = 0; i < t->link_count; i++) {
		uint64_t seed_to = rng_next(&seeds), back = rng_next(&seeds);

		if (!emulated[i] || count == EMULATED_LINKS)
			continue;
		out->seed[count][0] = seed_to;
		out->seed[count++][1] = back;
	}
}

/* neighbours_of - list the interface's neighbours
   @any: the neighbour for all other addresses */
static void neighbours_of(const struct topology *t, struct iface p,
		    const struct iface *any,
		    struct gateway_neighbour out[GATEWAY_NEIGHBOURS])
{
	struct iface next[TOPOLOGY_LINKS];
	size_t count = iface_neighbours(t, p, next);

	if (count > GATEWAY_NEIGHBOURS - 1)
		count = GATEWAY_NEIGHBOURS - 1;
	for (size_t i = 0; i < count; i++) {
		bool pool = t->nodes[iface_node(t, next[i])].kind == NODE_NAT &&
			    !next[i].to;

		out[i].address = iface_address(t, next[i]);
		/* a NAT's profile can have that many, and change */
		out[i].count = pool ? TOPOLOGY_ADDRESSES : 1;
		iface_mac(next[i], out[i].mac);
	}
	iface_mac(*any, out[count].mac);
}

int node_main_gateway(struct process_self *self, const void *job,
		      struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	uint8_t node = j->node;
	struct iface inside = node_inside_iface(t, node);
	struct iface outside = node_outside_iface(t, node);
	struct iface gateway = node_default_gateway(t, node),
		     inner[TOPOLOGY_LINKS];
	struct gateway_reset first;
	struct gateway_config config = {
		.nat = {
			.inside_address = iface_address(t, inside),
			.outside_address = iface_address(t, outside),
		},
		.inside = wiring_interface(t, inside),
		.outside = wiring_interface(t, outside),
		.report = self->control,
		.stop = -1,
		.control = self->control,
	};

	node_gateway_reset(t, node, &j->plan->nats[node], j->config->seed,
			   &first);
	config.nat.profile = first.profile;
	config.nat.seed = first.seed;
	iface_neighbours(t, inside, inner);
	neighbours_of(t, inside, &inner[0], config.inside_neighbours);
	neighbours_of(t, outside, &gateway, config.outside_neighbours);
	return gateway_run(&config, ready, self, e) ? 0 : 1;
}

/* server_address - the address of S */
static uint32_t server_address(const struct topology *t)
{
	uint8_t node = 0;

	while (t->nodes[node].kind != NODE_SERVER)
		node++;
	return iface_address(t, node_outside_iface(t, node));
}

int node_main_host(struct process_self *self, const void *job, struct error *e)
{
	const struct node_process *j = job;
	struct host_config config = {
		.interface = "eth0",
		.want = HOST_CAPTURE | HOST_FORGE | HOST_CHOOSE_ISN,
		.capture_buffer = CAPTURE_ROOM,
		.exclude = server_address(j->plan->topology),
	};
	struct host *h = host_open(&config, e);

	if (!h)
		return 1;
	process_ready(self, NULL);
	host_process_main(h, self->control);
	host_close(h);
	return 0;
}

int node_main_kernel_nat(struct process_self *self, const void *job,
			 struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	struct iface outside = node_outside_iface(t, j->node);

	if (!kernel_nat_start(j->plan->nats[j->node].kernel,
			      wiring_interface(t, outside),
			      t->nodes[j->node].firewall, e))
		return 1;
	ready(self);
	kernel_nat_serve(self->control);
	return 0;
}

int node_main_exec_nat(struct process_self *self, const void *job,
		       struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	struct iface inside = node_inside_iface(t, j->node);
	struct iface outside = node_outside_iface(t, j->node);
	struct iface gateway = node_default_gateway(t, j->node),
		     inner[TOPOLOGY_LINKS];
	struct exec_nat x = {
		.path = j->plan->nats[j->node].path,
		.inside = wiring_interface(t, inside),
		.outside = wiring_interface(t, outside),
		.inside_address = iface_address(t, inside),
		.outside_address = iface_address(t, outside),
		.inside_network = link_network(t, inside.link),
		.inside_prefix = t->links[inside.link].prefix,
		.outside_network = link_network(t, outside.link),
		.outside_prefix = t->links[outside.link].prefix,
		.gateway = iface_address(t, gateway),
		.stop = self->control,
	};

	iface_neighbours(t, inside, inner);
	iface_mac(inner[0], x.host_mac);
	iface_mac(gateway, x.gateway_mac);
	return exec_nat_run(&x, ready, self, e) ? 0 : 1;
}

static void server_ready(void *self, const uint16_t ports[SERVER_PORTS])
{
	process_ready(self, ports);
}

static void server_reports(void *self, const struct server_report *r)
{
	const struct process_self *s = self;

	send(s->control, r, sizeof(*r), MSG_DONTWAIT | MSG_NOSIGNAL);
}

int node_main_server(struct process_self *self, const void *job,
		     struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	struct server_config config = {
		.address = iface_address(t, node_outside_iface(t, j->node)),
		.abrupt = true,
		.want_spoofing = true,
		.report = server_reports,
		.ready = server_ready,
		.argument = self,
		.stop = self->control,
	};

	for (uint16_t i = 0; i < PORTS; i++)
		config.ports[i] = (uint16_t)(FIRST_PORT + i);
	return server_run(&config, e) ? 0 : 1;
}

int node_main_client(struct process_self *self, const void *job,
		     struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	int clients = topology_clients(t, t->nodes[j->node].which);
	struct background config = {
		.to = { server_address(t), BACKGROUND_PORT },
		.rate = j->config->trial.background / clients,
		.seed = node_seed(j->config->seed, j->node),
		.stop = self->control,
	};

	(void)e;
	process_ready(self, NULL);
	background_run(&config);
	return 0;
}

int node_main_links(struct process_self *self, const void *job, struct error *e)
{
	const struct node_process *j = job;
	const struct topology *t = j->plan->topology;
	struct link_emulator_config config = { .control = self->control };
	struct link_emulator_reset first;

	node_links_reset(t, j->plan->emulated, j->config->seed, &first);
	for (uint8_t i = 0; i < t->link_count; i++) {
		struct emulated_link l;

		link_options_config(j->config->trial.links,
				    j->config->trial.rtt_ms,
				    j->config->trial.loss, t, i, l.config);
		if (!j->plan->emulated[i] || config.count == EMULATED_LINKS)
			continue;
		for (int to = 0; to < 2; to++) {
			l.config[to].seed = first.seed[config.count][to];
			wiring_emulator_end((struct iface){ i, to },
					    l.ends[to]);
		}
		config.links[config.count++] = l;
	}
	return link_emulator_run(&config, ready, self, e) ? 0 : 1;
}
