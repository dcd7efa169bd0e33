#include "virtual/virtual.h"

#include "lab/check_plan.h"
#include "lab/init_channel.h"
#include "lab/runners.h"
#include "virtual/guest.h"
#include "virtual/kernel.h"
#include "virtual/part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_TRIALS_LEAST 60	/* as long as the start of a guest */
#define PART_TRIALS 500		/* of one guest, at most */

struct parts {
	const struct lab_plan *plan;
	char kernel[PATH_MAX];
	unsigned count;
	unsigned *first;	/* number of each part's first trial; and the
				   plan's count */
};

bool virtual_check(const struct lab_plan *plan, const char *kernel,
		   unsigned *wrong, struct error *e)
{
	bool any_kernel_nat;
	char path[PATH_MAX];

	return lab_check_plan(plan, wrong, &any_kernel_nat, e) &&
		guest_kernel_find(kernel, path, e);
}

/* part_size - trials of a part: each job has some parts, so that no guest is
   long alone at the end */
static unsigned part_size(const struct lab_plan *plan, unsigned jobs)
{
	unsigned each = lab_wanted(plan) / (jobs * 4) + 1;

	if (each < PART_TRIALS_LEAST)
		each = PART_TRIALS_LEAST;
	return each < PART_TRIALS ? each : PART_TRIALS;
}

/* divide - cut the plan into parts; Return: false: out of memory */
static bool divide(struct parts *p, unsigned jobs)
{
	const struct lab_plan *plan = p->plan;
	unsigned size = part_size(plan, jobs), in_part = size;

	p->first = calloc(lab_wanted(plan) / size + 2, sizeof(*p->first));
	for (unsigned i = 0; p->first && i < plan->count; i++) {
		if (lab_skips(plan, i))
			continue;
		if (in_part == size) {
			p->first[p->count++] = i;
			in_part = 0;
		}
		in_part++;
	}
	if (p->first)
		p->first[p->count] = plan->count;
	return p->first;
}

static pid_t fork_runner(void *argument, struct error *e)
{
	pid_t pid;

	(void)argument;
	fflush(NULL);	/* or both processes would write buffered output */
	pid = fork();
	if (pid < 0)
		error_set(e, ERROR_FAILED, "fork: %s", strerror(errno));
	return pid;
}

static bool write_part(const struct parts *p, unsigned number,
		       const char *folder, struct error *e)
{
	char path[PATH_MAX + 8];
	FILE *to;
	bool ok;

	snprintf(path, sizeof(path), "%s/part", folder);
	to = fopen(path, "we");
	if (!to)
		return error_set(e, ERROR_FAILED, "\"%.200s\" cannot be"
				 " written: %s", path, strerror(errno));
	ok = part_write(p->plan, p->first[number], p->first[number + 1], to,
			e);
	return (!fclose(to) || error_set(e, ERROR_FAILED, "\"%.200s\" cannot"
					 " be written: %s", path,
					 strerror(errno))) && ok;
}

/* remove_folder - with what the guest has left in it, two levels deep */
static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char name[PATH_MAX];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name))
			remove_folder(name);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

/* run_part - in a child: run a part in a guest; Return: the exit status */
static int run_part(void *argument, unsigned number, int socket)
{
	const struct parts *p = argument;
	struct error e = { .kind = ERROR_NONE };
	const char *temporary = getenv("TMPDIR");
	char folder[PATH_MAX];
	int status = 0;

	setsid();	/* a signal to the caller's group leaves it alive to
			   clean up */
	snprintf(folder, sizeof(folder), "%s/tcptrav.XXXXXX",
		 temporary ? temporary : "/tmp");
	if (!mkdtemp(folder))
		error_set(&e, ERROR_FAILED, "no folder \"%.200s\": %s", folder,
			  strerror(errno));
	else if (write_part(p, number, folder, &e))
		guest_run(&(struct guest){
			.kernel = p->kernel,
			.folder = folder,
			.streams = p->plan->command,
		}, socket, &status, &e);
	remove_folder(folder);
	if (e.kind != ERROR_NONE)
		init_send_end(socket, &e);
	return status;
}

bool virtual_run(const struct lab_plan *plan, const char *kernel,
		 struct error *e)
{
	int status;

	return virtual_exec(plan, kernel, &status, e);
}

bool virtual_exec(const struct lab_plan *plan, const char *kernel, int *status,
		  struct error *e)
{
	struct parts p = { .plan = plan };
	struct runners guests = {
		.name = "the process that watches a guest",
		.at_once = plan->jobs ? plan->jobs : 1,
		.fork = fork_runner,
		.main = run_part,
		.argument = &p,
	};
	bool done;

	if (!guest_kernel_find(kernel, p.kernel, e))
		return false;
	if (!divide(&p, guests.at_once))
		return error_set(e, ERROR_FAILED, "out of memory");
	guests.count = p.count;
	done = runners_run(&guests, plan, status, e);
	free(p.first);
	return done;
}
