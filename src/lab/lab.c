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
#include "lab/namespaces.h"
#include "lab/runners.h"
#include "plan/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#define RESERVE 64	/* descriptors for the init itself and its caller */

/* What the init is started with. */
struct init_start {
	const struct lab_plan *plan;
	struct namespaces namespaces;
};

/* raise_limit - raise the limit of descriptors, which the init inherits, to
   what so many cells can need at once. Root can also raise the hard limit. */
static bool raise_limit(const struct lab_plan *plan, struct error *e)
{
	unsigned wanted = lab_wanted(plan);
	unsigned jobs = plan->jobs < wanted ? plan->jobs : wanted;
	rlim_t needed = (rlim_t)jobs * CELL_DESCRIPTORS + RESERVE;
	struct rlimit limit, raised = { needed, needed };

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= needed)
		return true;
	if (limit.rlim_max > needed)
		raised.rlim_max = limit.rlim_max;
	return !setrlimit(RLIMIT_NOFILE, &raised) ||
	       error_set(e, ERROR_MISSING, "--jobs %u: that many cells can need"
			 " %llu descriptors at once, and only %llu are allowed:"
			 " raise the limit (ulimit -n), or use fewer", jobs,
			 (unsigned long long)needed,
			 (unsigned long long)limit.rlim_max);
}

bool lab_check(const struct lab_plan *plan, unsigned *wrong, struct error *e)
{
	bool any_kernel_nat = false;

	return lab_check_plan(plan, wrong, &any_kernel_nat, e) &&
		(!any_kernel_nat || kernel_nat_check(e)) &&
		namespaces_check(e) && raise_limit(plan, e);
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
