/* What each process of a cell does, as process_main functions. */
#ifndef TCPTRAV_LAB_JOBS_H
#define TCPTRAV_LAB_JOBS_H

#include "lab/cell.h"
#include "lab/process.h"
#include "lab/wiring.h"

/* All of them look at this; @node is the process's own. */
struct job {
	const struct cell_config *config;
	const struct wiring_plan *plan;
	uint8_t node;
};

int job_host(struct process_self *self, const void *job, struct error *e);
int job_box(struct process_self *self, const void *job, struct error *e);
int job_exec(struct process_self *self, const void *job, struct error *e);
int job_server(struct process_self *self, const void *job, struct error *e);
int job_client(struct process_self *self, const void *job, struct error *e);
int job_cable(struct process_self *self, const void *job, struct error *e);

/*
 * jobs_kernel_nat - make the node's namespace a kernel NAT, which needs no
 * process: run in the namespace, by the builder itself
 */
bool jobs_kernel_nat(const struct job *job, struct error *e);

#endif
