#include "lab/limits.h"

#include <stdio.h>
#include <sys/resource.h>

#define ASIDE 64	/* the lab's own, and what the caller has */

/*
 * raise - a limit to @needed at least
 * Root may raise the hard one, too, up to the system's own bound.
 * Return: what it is then
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
		struct rlimit more = { needed, needed };

		if (setrlimit(resource, &more) < 0) {
			limit.rlim_cur = limit.rlim_max;
			setrlimit(resource, &limit);
		}
	}
	return getrlimit(resource, &limit) < 0 ? needed : limit.rlim_cur;
}

static bool refused(unsigned jobs, rlim_t needed, const char *what,
		    rlim_t allowed, const char *remedy, struct error *e)
{
	return error_set(e, ERROR_MISSING, "--jobs %u: that many cells need "
			 "%llu %s at once, and only %llu are allowed: %s",
			 jobs, (unsigned long long)needed, what,
			 (unsigned long long)allowed, remedy);
}

/* bound - a number in a file of /proc/sys; no file, no bound */
static rlim_t bound(const char *path)
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
	rlim_t descriptors = (rlim_t)jobs * needs->descriptors + ASIDE;
	rlim_t processes = (rlim_t)jobs * needs->processes + ASIDE;
	rlim_t namespaces = (rlim_t)jobs * needs->namespaces + ASIDE;
	rlim_t allowed;

	allowed = raise_limit(RLIMIT_NOFILE, descriptors);
	if (allowed < descriptors)
		return refused(jobs, descriptors, "descriptors", allowed,
			       "raise the limit (ulimit -n), or use fewer",
			       e);
	allowed = raise_limit(RLIMIT_NPROC, processes);
	if (allowed < processes)
		return refused(jobs, processes, "processes", allowed,
			       "raise the limit (ulimit -u), or use fewer",
			       e);
	allowed = bound("/proc/sys/kernel/pid_max");
	if (allowed < processes)
		return refused(jobs, processes, "processes", allowed,
			       "sudo sysctl -w kernel.pid_max=4194304", e);
	allowed = bound("/proc/sys/user/max_net_namespaces");
	if (allowed < namespaces)
		return refused(jobs, namespaces, "network namespaces",
			       allowed, "sudo sysctl -w "
			       "user.max_net_namespaces=100000", e);
	return true;
}
