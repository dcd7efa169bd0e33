#include "lab/limits.h"

#include <stdio.h>
#include <sys/resource.h>

#define RESERVE 64	/* for the lab itself and its caller */

/*
 * raise_limit - raise a limit to at least @needed
 * Root can also raise the hard limit, up to the system's maximum.
 * Return: the new limit
 */
static rlim_t raise_limit(int resource, rlim_t needed)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return RLIM_INFINITY;
	if (limit.rlim_cur >= needed)
		return limit.rlim_cur;
	if (limit.rlim_max >= needed) {
		limit.rlim_cur = needed;
		setrlimit(resource, &limit);
	} else {
		struct rlimit raised = { needed, needed };

		if (setrlimit(resource, &raised) < 0) {
			limit.rlim_cur = limit.rlim_max;
			setrlimit(resource, &limit);
		}
	}
	return getrlimit(resource, &limit) < 0 ? needed : limit.rlim_cur;
}

/* read_maximum - read a number from a file in /proc/sys; without the file there
   is no maximum */
static rlim_t read_maximum(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned long long n = 0;
	bool ok = f && fscanf(f, "%llu", &n) == 1;

	if (f)
		fclose(f);
	return ok ? n : RLIM_INFINITY;
}

bool limits_raise(const struct cell_needs *needs, unsigned jobs,
		  struct error *e)
{
	rlim_t descriptors = (rlim_t)jobs * needs->descriptors + RESERVE;
	rlim_t processes = (rlim_t)jobs * needs->processes + RESERVE;
	rlim_t namespaces = (rlim_t)jobs * needs->namespaces + RESERVE;
	const struct {
		rlim_t needed, allowed;
		const char *what, *remedy;
	} limits[] = {
		{ descriptors, raise_limit(RLIMIT_NOFILE, descriptors),
		  "descriptors", "raise the limit (ulimit -n), or use fewer" },
		{ processes, raise_limit(RLIMIT_NPROC, processes),
		  "processes", "raise the limit (ulimit -u), or use fewer" },
		{ processes, read_maximum("/proc/sys/kernel/pid_max"),
		  "processes", "sudo sysctl -w kernel.pid_max=4194304" },
		{ namespaces,
		  read_maximum("/proc/sys/user/max_net_namespaces"),
		  "network namespaces",
		  "sudo sysctl -w user.max_net_namespaces=100000" },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].allowed < limits[i].needed)
			return error_set(e, ERROR_MISSING, "--jobs %u: that "
					 "many cells need %llu %s at once, and "
					 "only %llu are allowed: %s", jobs,
					 (unsigned long long)limits[i].needed,
					 limits[i].what,
					 (unsigned long long)limits[i].allowed,
					 limits[i].remedy);
	return true;
}
