#include "cli/demo.h"

#include "base/clock.h"
#include "cli/lab_run.h"
#include "cli/output.h"

#include <sys/random.h>

int demo_run(const struct demo *d)
{
	struct sweep *sweep = sweep_new();
	struct lab_run run = {
		.sweep = sweep,
		.jobs = 1,
		.seed = d->seed,
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
