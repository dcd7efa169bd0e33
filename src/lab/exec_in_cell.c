#include "lab/exec_in_cell.h"

#include "lab/cell.h"
#include "plan/sweep.h"
#include "lab/configure_trial.h"
#include "lab/host_process.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* set_environment - set the variables that exec_in_cell() documents */
static void set_environment(const struct cell *c)
{
	char text[ENDPOINT_TEXT], enter[64], path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	for (unsigned i = 0; i < c->process_count; i++) {
		const struct cell_process *p = &c->process[i];

		snprintf(enter, sizeof(enter),
			 "nsenter --net=/proc/%d/ns/net --", (int)p->pid);
		if (p->role == CELL_HOST)
			setenv(p->which ? "HOST_B" : "HOST_A", enter, 1);
		else if (p->role == CELL_SERVER)
			setenv("S", enter, 1);
	}
	setenv("RENDEZVOUS", endpoint_text(&c->server, text), 1);
	setenv("PUBLIC_A", address_text(c->public_address[0], text), 1);
	setenv("PUBLIC_B", address_text(c->public_address[1], text), 1);
	if (n > 0) {
		path[n] = '\0';
		setenv("TCPTRAV", path, 1);
	}
}

/* Wait for the command, and reap all other children that end meanwhile. */
static int wait_for(pid_t command)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(-1, &status, 0);
	while (pid != command && (pid > 0 || errno == EINTR));
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return 128 + WTERMSIG(status);
}

int exec_in_cell(const struct lab_plan *plan, struct error *e)
{
	const struct trial trial = sweep_trial(plan->sweep, 0);
	const struct cell_config config = {
		.trial = trial,
		.seed = plan->seed,
		.cpu = -1,
	};
	struct cell cell;
	int status = 1;
	pid_t pid;

	if (!cell_build(&cell, &config, e))
		return status;
	pid = fork();
	if (!pid) {
		set_environment(&cell);
		execl("/bin/sh", "sh", "-c", plan->command, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		status = wait_for(pid);
	else
		error_set(e, ERROR_FAILED, "fork: %s", strerror(errno));
	cell_end(&cell);
	return status;
}
