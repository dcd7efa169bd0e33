#include "lab/visit.h"

#include "lab/cell.h"
#include "plan/sweep.h"
#include "lab/trial_setup.h"
#include "lab/worker.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* "nsenter --net=..." with which a command runs where @p does. */
static void tell_place(const char *name, const struct cell_process *p)
{
	char text[64];

	snprintf(text, sizeof(text), "nsenter --net=/proc/%d/ns/net --",
		 (int)p->pid);
	setenv(name, text, 1);
}

static void tell_places(const struct cell *c)
{
	for (unsigned i = 0; i < c->process_count; i++) {
		const struct cell_process *p = &c->process[i];

		if (p->role == CELL_HOST)
			tell_place(p->which ? "HOST_B" : "HOST_A", p);
		else if (p->role == CELL_SERVER)
			tell_place("S", p);
	}
}

static void tell_addresses(const struct cell *c)
{
	char text[ENDPOINT_TEXT];

	setenv("RENDEZVOUS", endpoint_text(&c->server, text), 1);
	setenv("PUBLIC_A", address_text(c->public_address[0], text), 1);
	setenv("PUBLIC_B", address_text(c->public_address[1], text), 1);
}

static void tell_program(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return;
	path[n] = '\0';
	setenv("TCPTRAV", path, 1);
}

static void __attribute__((noreturn))
become_command(const struct cell *c, const char *command)
{
	tell_places(c);
	tell_addresses(c);
	tell_program();
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Wait for the command; what else ends meanwhile is the init's to reap. */
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

int visit_main(const struct lab_plan *plan, struct error *e)
{
	const struct trial trial = sweep_trial(plan->sweep, 0);
	struct cell_config config = trial_cell(&trial);
	struct cell cell;
	int status = 1;
	pid_t pid;

	config.seed = plan->seed;
	config.host_main = worker_main;
	if (!cell_build(&cell, &config, e))
		return status;
	pid = fork();
	if (!pid)
		become_command(&cell, plan->command);
	if (pid > 0)
		status = wait_for(pid);
	else
		error_set(e, ERROR_FAILED, "fork: %s", strerror(errno));
	cell_end(&cell);
	return status;
}
