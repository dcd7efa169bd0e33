/* The main function (process_main) of the process of each kind of node. */
#ifndef TCPTRAV_LAB_NODE_MAIN_H
#define TCPTRAV_LAB_NODE_MAIN_H

#include "lab/link_emulator.h"
#include "lab/cell.h"
#include "lab/process.h"
#include "lab/wiring.h"
#include "gateway/gateway.h"

/* The argument of each main function. */
struct node_process {
	const struct cell_config *config;
	const struct wiring_plan *plan;
	uint8_t node;
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

/* node_seed - derive the seed of a node from the seed of a trial */
uint64_t node_seed(uint64_t seed, uint8_t node);

/*
 * node_gateway_reset, node_links_reset - make the reset messages for a trial
 * with @seed
 * @nat:      the node's NAT, of kind NAT_SPEC_PROFILE
 * @emulated: which links the link emulator has
 */
void node_gateway_reset(const struct topology *t, uint8_t node,
			const struct nat_spec *nat, uint64_t seed,
			struct gateway_reset *out);
void node_links_reset(const struct topology *t,
		      const bool emulated[TOPOLOGY_LINKS], uint64_t seed,
		      struct link_emulator_reset *out);

#endif
