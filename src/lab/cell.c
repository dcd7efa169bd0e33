/*
 * First wiring.c makes the namespaces and links of a cell. Then all its
 * processes are started without waiting for any, since a host needs 10 ms to
 * open its capture. The cell is ready when each process has reported that it is
 * ready.
 */
#include "lab/kernel_nat.h"
#include "lab/cell.h"

#include "base/clock.h"
#include "lab/node_main.h"
#include "net/nat_list.h"
#include "lab/netns.h"
#include "lab/process.h"
#include "lab/wiring.h"
#include "plan/trial.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool make_plan(const struct trial *trial, struct topology *t,
		      struct wiring_plan *plan, struct error *e)
{
	*plan = (struct wiring_plan){
		.topology = t,
		.strict = trial->spoofing_dropped,
	};
	if (!trial_resolve(trial, t, plan->nats, e))
		return false;
	for (size_t i = 0; i < t->link_count; i++) {
		struct link_config ways[LINK_DIRECTIONS];

		link_options_config(trial->links, trial->rtt_ms, trial->loss, t,
				    i, ways);
		plan->emulated[i] = !link_is_perfect(&ways[LINK_UP]) ||
				    !link_is_perfect(&ways[LINK_DOWN]);
	}
	return true;
}

bool cell_check(const struct trial *trial, bool *any_kernel_nat,
		struct error *e)
{
	struct topology t = { .node_count = 0 };
	struct wiring_plan plan;

	if (!make_plan(trial, &t, &plan, e))
		return false;
	for (size_t i = 0; i < t.node_count; i++)
		*any_kernel_nat |= t.nodes[i].kind == NODE_NAT &&
			  plan.nats[i].kind == NAT_SPEC_KERNEL;
	return true;
}

/* start - add and start a process. From then on the process keeps its
   namespace, and the init closes its own descriptor. */
static bool start(struct cell *c, enum cell_role role, int which,
		  const char *name, process_main main,
		  const struct node_process *job, struct error *e)
{
	struct cell_process *p = &c->process[c->process_count];

	if (c->process_count == CELL_PROCESSES)
		return error_set(e, ERROR_FAILED, "a cell cannot have more "
				 "than %d processes", CELL_PROCESSES);
	*p = (struct cell_process){
		.role = role, .which = which, .control = -1,
	};
	snprintf(p->name, sizeof(p->name), "%s", name);
	c->process_count++;
	if (!process_start(p, c->namespaces[job->node], c->config.cpu, main,
			   job, e))
		return false;
	close(c->namespaces[job->node]);
	c->namespaces[job->node] = -1;
	return true;
}

/* main_of_nat - the main function of a NAT's process; NULL: it is a router and
   needs no process */
static process_main main_of_nat(const struct node_process *job)
{
	switch (job->plan->nats[job->node].kind) {
	case NAT_SPEC_PROFILE:
		return node_main_gateway;
	case NAT_SPEC_KERNEL:
		return node_main_kernel_nat;
	case NAT_SPEC_EXEC:
		return node_main_exec_nat;
	case NAT_SPEC_NONE:
		break;
	}
	return NULL;
}

/* start_node - start the process of a node, if it has one */
static bool start_node(struct cell *c, struct node_process *job,
		       struct error *e)
{
	const struct node *n = &job->plan->topology->nodes[job->node];

	switch (n->kind) {
	case NODE_HOST:
		return start(c, CELL_HOST, n->which, n->name, node_main_host,
			     job, e);
	case NODE_SERVER:
		return start(c, CELL_SERVER, job->node, n->name,
			     node_main_server, job, e);
	case NODE_CLIENT:
		return !(job->config->trial.background > 0) ||
		       start(c, CELL_CLIENT, job->node, n->name,
			     node_main_client, job, e);
	case NODE_NAT:
		return !main_of_nat(job) ||
		       start(c, CELL_NAT, job->node, n->name, main_of_nat(job),
			     job, e);
	default:
		return true;
	}
}

/* start_kind - start the processes of all hosts, or of all other nodes */
static bool start_kind(struct cell *c, const struct wiring_plan *plan,
		       bool hosts, struct error *e)
{
	for (uint8_t i = 0; i < plan->topology->node_count; i++) {
		struct node_process job = {
			.config = &c->config, .plan = plan, .node = i,
		};

		if ((plan->topology->nodes[i].kind == NODE_HOST) == hosts &&
		    !start_node(c, &job, e))
			return false;
	}
	return true;
}

static bool start_all(struct cell *c, const struct wiring_plan *plan,
		      struct error *e)
{
	struct node_process links = {
		.config = &c->config,
		.plan = plan,
		.node = WIRING_LINK_EMULATOR,
	};

	/* hosts first: they take longest to get ready */
	return start_kind(c, plan, true, e) && start_kind(c, plan, false, e) &&
	       (c->namespaces[WIRING_LINK_EMULATOR] < 0 ||
		start(c, CELL_LINK_EMULATOR, WIRING_LINK_EMULATOR, "links",
		      node_main_links, &links, e));
}

/*
 * public_address - the address at which other hosts see a host: that of the
 * outermost NAT in front of it that translates, or its own
 */
static uint32_t public_address(const struct wiring_plan *plan, uint8_t host)
{
	const struct topology *t = plan->topology;
	uint32_t address = iface_address(t, node_outside_iface(t, host));
	uint8_t at = iface_node(t, node_default_gateway(t, host));

	while (t->nodes[at].kind == NODE_NAT) {
		if (!t->nodes[at].firewall &&
		    !nat_spec_forwards(&plan->nats[at]))
			address = iface_address(t, node_outside_iface(t, at));
		at = iface_node(t, node_default_gateway(t, at));
	}
	return address;
}

/* set_addresses - set the addresses of S and of the hosts */
static void set_addresses(struct cell *c, const struct wiring_plan *plan)
{
	const struct topology *t = plan->topology;

	for (uint8_t i = 0; i < t->node_count; i++) {
		const struct node *n = &t->nodes[i];
		uint32_t address = iface_address(t, node_outside_iface(t, i));

		if (n->kind == NODE_SERVER) {
			c->server.address = address;
		} else if (n->kind == NODE_HOST) {
			c->host_address[n->which] = address;
			c->public_address[n->which] = public_address(plan, i);
		}
	}
}

bool cell_begin(struct cell *c, const struct cell_config *config,
		struct error *e)
{
	struct wiring_plan plan;
	bool ok;

	memset(c, 0, sizeof(*c));
	c->config = *config;
	for (unsigned i = 0; i < WIRING_NAMESPACES; i++)
		c->namespaces[i] = -1;
	ok = make_plan(&config->trial, &c->topology, &plan, e) &&
		wiring_build(&plan, c->namespaces, e) &&
		start_all(c, &plan, e);
	if (!ok) {
		cell_end(c);
		return false;
	}
	set_addresses(c, &plan);
	memcpy(c->nats, plan.nats, sizeof(c->nats));
	memcpy(c->emulated, plan.emulated, sizeof(c->emulated));
	return true;
}

bool cell_receive(struct cell *c, unsigned process, struct error *e)
{
	bool ok = process_receive(&c->process[process], c->server_ports, e);

	c->server.port = c->server_ports[0];
	return ok;
}

const struct cell_process *cell_not_ready(const struct cell *c)
{
	for (unsigned i = 0; i < c->process_count; i++)
		if (!c->process[i].ready)
			return &c->process[i];
	return NULL;
}

bool cell_build(struct cell *c, const struct cell_config *config,
		struct error *e)
{
	int64_t deadline = clock_now() + CELL_READY_TIME;

	if (!cell_begin(c, config, e))
		return false;
	for (unsigned i = 0; i < c->process_count; i++)
		if (!process_await(&c->process[i], deadline, c->server_ports,
				   e)) {
			cell_end(c);
			return false;
		}
	c->server.port = c->server_ports[0];
	return true;
}

bool cell_change(struct cell *c, const char *nat_a, const char *nat_b,
		 struct error *e)
{
	const char *const lists[2] = { nat_a, nat_b };

	if (!strcmp(nat_a, c->config.trial.nat_a) &&
	    !strcmp(nat_b, c->config.trial.nat_b))
		return true;
	c->config.trial.nat_a = nat_a;
	c->config.trial.nat_b = nat_b;
	return nat_list_resolve(&c->topology, lists, c->nats, e);
}

/* send_reset - send a reset, whose answer is then awaited */
static void send_reset(struct cell_process *p, const void *what,
		       size_t length)
{
	p->resetting = true;
	send(p->control, what, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void reset_nat(struct cell *c, struct cell_process *p, uint64_t seed)
{
	uint8_t node = (uint8_t)p->which;
	struct gateway_reset what;

	if (c->nats[node].kind == NAT_SPEC_EXEC)
		return;
	node_gateway_reset(&c->topology, node, &c->nats[node], seed, &what);
	send_reset(p, &what, sizeof(what));
}

bool cell_reset(struct cell *c, int level, uint64_t seed)
{
	bool any = false;

	for (unsigned i = 0; i < c->process_count; i++) {
		struct cell_process *p = &c->process[i];

		if (p->role == CELL_LINK_EMULATOR && !level) {
			struct link_emulator_reset what;

			node_links_reset(&c->topology, c->emulated, seed,
					 &what);
			send_reset(p, &what, sizeof(what));
		} else if (p->role == CELL_NAT &&
			   c->topology.nodes[p->which].level == level) {
			reset_nat(c, p, seed);
			any = true;
		}
	}
	return any || !level;
}

bool cell_resetting(const struct cell *c)
{
	for (unsigned i = 0; i < c->process_count; i++)
		if (c->process[i].resetting)
			return true;
	return false;
}

void cell_hang_up(struct cell *c)
{
	for (unsigned i = 0; i < c->process_count; i++)
		process_hang_up(&c->process[i]);
}

bool cell_has_ended(const struct cell *c)
{
	for (unsigned i = 0; i < c->process_count; i++)
		if (c->process[i].pid)
			return false;
	return true;
}

void cell_release(struct cell *c)
{
	for (unsigned i = 0; i < WIRING_NAMESPACES; i++) {
		if (c->namespaces[i] >= 0)
			close(c->namespaces[i]);
		c->namespaces[i] = -1;
	}
	c->process_count = 0;
}

void cell_end(struct cell *c)
{
	int64_t deadline = clock_now() + CELL_END_TIME;

	cell_hang_up(c);
	for (unsigned i = 0; i < c->process_count; i++)
		process_end(&c->process[i], deadline);
	cell_release(c);
}
