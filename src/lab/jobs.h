/* What each process of a cell does, as process_main functions. */
#ifndef TCPTRAV_LAB_JOBS_H
#define TCPTRAV_LAB_JOBS_H

#include "lab/cable.h"
#include "lab/cell.h"
#include "lab/process.h"
#include "lab/wiring.h"
#include "gateway/gateway.h"

/* All of them look at this; @node is the process's own. */
struct job {
	const struct cell_config *config;
	const struct wiring_plan *plan;
	uint8_t node;
	/* a host's: NATs that live in its process. Of each it is given a
	   control socket and a namespace */
	unsigned lodger_count;
	uint8_t lodgers[LODGERS_MAX];
};

int job_host(struct process_self *self, const void *job, struct error *e);
int job_box(struct process_self *self, const void *job, struct error *e);
int job_kernel(struct process_self *self, const void *job, struct error *e);
int job_exec(struct process_self *self, const void *job, struct error *e);
int job_server(struct process_self *self, const void *job, struct error *e);
int job_client(struct process_self *self, const void *job, struct error *e);
int job_cable(struct process_self *self, const void *job, struct error *e);

/* jobs_seed - each node's is another, and the same each time */
uint64_t jobs_seed(uint64_t seed, uint8_t node);

/*
 * jobs_order_box, jobs_order_cable - what makes them begin anew, for a trial
 * @nat:    of that node; a profile
 * @cabled: which links the cable carries
 */
void jobs_order_box(const struct topology *t, uint8_t node,
		    const struct nat_spec *nat, uint64_t seed,
		    struct gateway_reset *out);
void jobs_order_cable(const struct topology *t,
		      const bool cabled[TOPOLOGY_LINKS], uint64_t seed,
		      struct cable_order *out);

#endif
