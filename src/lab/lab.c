/*
 * The lab in real time: check the plan, and run it in one process, the init of
 * new namespaces.
 */
#include "lab/lab.h"

#include "lab/cell.h"
#include "lab/check_plan.h"
#include "lab/exec_in_cell.h"
#include "lab/init.h"
#include "lab/init_channel.h"
#include "lab/kernel_nat.h"
#include "lab/limits.h"
#include "lab/namespaces.h"
#include "lab/runners.h"
#include "plan/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

/* What the init is started with. */
struct init_start {
	const struct lab_plan *plan;
	struct namespaces namespaces;
};

static unsigned larger(unsigned x, unsigned y)
{
	return x > y ? x : y;
}

/* most_needed - of each resource, the most that one of the plan's cells
   needs */
static struct cell_needs most_needed(const struct lab_plan *plan)
{
	struct cell_needs most = { 0, 0, 0 };
	const char *topology = "";

	for (unsigned i = 0; i < plan->count; i++) {
		const struct trial t = sweep_trial(plan->sweep, i);
		struct cell_needs needs;

		if (!strcmp(topology, t.topology))
			continue;
		topology = t.topology;
		needs = cell_needs(&t);
		most.processes = larger(most.processes, needs.processes);
		most.namespaces = larger(most.namespaces, needs.namespaces);
		most.descriptors = larger(most.descriptors,
					  needs.descriptors);
	}
	return most;
}

static bool check_limits(const struct lab_plan *plan, struct error *e)
{
	unsigned jobs = plan->jobs < lab_wanted(plan) ? plan->jobs :
			lab_wanted(plan);
	struct cell_needs most;

	if (jobs <= 1)
		return true;
	most = most_needed(plan);
	return limits_raise(&most, jobs, e);
}

bool lab_check(const struct lab_plan *plan, unsigned *wrong, struct error *e)
{
	bool any_kernel_nat = false;

	return lab_check_plan(plan, wrong, &any_kernel_nat, e) &&
		(!any_kernel_nat || kernel_nat_check(e)) &&
		namespaces_check(e) && check_limits(plan, e);
}

static pid_t fork_init(void *argument, struct error *e)
{
	struct init_start *s = argument;

	return namespaces_fork(&s->namespaces, e);
}

/* become_init - in the child, run the lab; Return: the exit status */
static int become_init(void *argument, unsigned number, int socket)
{
	const struct init_start *s = argument;
	struct error e = { .kind = ERROR_NONE };
	int status = 0;

	(void)number;
	if (namespaces_enter(&s->namespaces, &e) && !s->plan->command)
		init_main(s->plan, socket);
	else if (e.kind == ERROR_NONE)
		status = exec_in_cell(s->plan, &e);
	if (s->plan->command || e.kind != ERROR_NONE)
		init_send_end(socket, &e);
#if defined(__SANITIZE_ADDRESS__)
	__lsan_do_leak_check();
#endif
	return status;
}

bool lab_run(const struct lab_plan *plan, struct error *e)
{
	int status;

	return lab_exec(plan, &status, e);
}

bool lab_exec(const struct lab_plan *plan, int *status, struct error *e)
{
	struct init_start s = { .plan = plan };
	const struct runners init = {
		.name = "the lab's init",
		.count = 1,
		.at_once = 1,
		.killable = true,
		.fork = fork_init,
		.main = become_init,
		.argument = &s,
	};

	return runners_run(&init, plan, status, e);
}
