#include "cli/demo.h"

#include "base/clock.h"
#include "cli/lab_run.h"
#include "cli/output.h"
#include "lab/namespaces.h"
#include "virtual/kernel.h"

#include <limits.h>
#include <stdio.h>
#include <sys/random.h>

/* choose_clock - real time, but where this machine forbids namespaces and has a
   guest kernel virtual time, and say so */
static bool choose_clock(void)
{
	char path[PATH_MAX];
	struct error e;

	if (namespaces_check(&e) || e.kind != ERROR_MISSING ||
	    !guest_kernel_find(NULL, path, &e))
		return false;
	fputs("tcptrav: this machine forbids namespaces, so the trial runs in"
	      " a guest kernel, in virtual time\n", stderr);
	return true;
}

int demo_run(const struct demo *d)
{
	struct sweep *sweep = sweep_new();
	struct lab_run run = {
		.sweep = sweep,
		.jobs = 1,
		.seed = d->seed,
		.virtual_time = choose_clock(),
		.json = d->json,
		.pcap = d->pcap,
		.svg = d->svg,
	};
	struct error e = { ERROR_FAILED, "out of memory" };
	int status;

	while (!run.seed)
		if (getrandom(&run.seed, sizeof(run.seed), 0) < 0)
			run.seed = (uint64_t)clock_now();
	status = sweep && sweep_add_trial(sweep, &d->trial, &e) ?
		 lab_run_trials(&run) : cli_error(&e);
	sweep_free(sweep);
	return status;
}
