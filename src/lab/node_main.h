/* What each process of a cell does, as process_main functions. */
#ifndef TCPTRAV_LAB_NODE_MAIN_H
#define TCPTRAV_LAB_NODE_MAIN_H

#include "lab/link_emulator.h"
#include "lab/cell.h"
#include "lab/process.h"
#include "lab/wiring.h"
#include "gateway/gateway.h"

/* All of them look at this; @node is the process's own. */
struct node_process {
	const struct cell_config *config;
	const struct wiring_plan *plan;
	uint8_t node;
	/* a host's: NATs that live in its process. Of each it is given a
	   control socket and a namespace */
	unsigned lodger_count;
	uint8_t lodgers[LODGERS_MAX];
};

int node_main_host(struct process_self *self, const void *job, struct error *e);
int node_main_gateway(struct process_self *self, const void *job,
		      struct error *e);
int node_main_kernel_nat(struct process_self *self, const void *job,
			 struct error *e);
int node_main_exec_nat(struct process_self *self, const void *job,
		       struct error *e);
int node_main_server(struct process_self *self, const void *job,
		     struct error *e);
int node_main_client(struct process_self *self, const void *job,
		     struct error *e);
int node_main_links(struct process_self *self, const void *job,
		    struct error *e);

/* node_seed - each node's is another, and the same each time */
uint64_t node_seed(uint64_t seed, uint8_t node);

/*
 * node_gateway_reset, node_links_reset - what makes them begin anew, for a
 * trial
 * @nat:    of that node; a profile
 * @emulated: which links are
 */
void node_gateway_reset(const struct topology *t, uint8_t node,
			const struct nat_spec *nat, uint64_t seed,
			struct gateway_reset *out);
void node_links_reset(const struct topology *t,
		      const bool emulated[TOPOLOGY_LINKS], uint64_t seed,
		      struct link_emulator_reset *out);

#endif
