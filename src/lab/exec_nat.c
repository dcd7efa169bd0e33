/*
 * The process that calls exec_nat_run() is the program's parent. By
 * PR_SET_CHILD_SUBREAPER it also becomes the parent of every daemon that the
 * program leaves behind, whatever its process group or session. So it can find
 * and kill them all.
 */
#include "lab/exec_nat.h"

#include "base/clock.h"
#include "base/endpoint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY "ready"
#define READY_TIME (10 * NS_PER_S)
#define GRACE_TIME NS_PER_S
#define LINE 256

struct program {
	const struct exec_nat *config;
	pid_t pid;
	int pidfd;		/* readable when the program has ended */
	int output;		/* its standard output; -1: closed */
	char line[LINE];	/* of the output, as far as it is read */
	size_t length;
};

static void set_address(const char *name, uint32_t address)
{
	char text[ADDRESS_TEXT];

	setenv(name, address_text(address, text), 1);
}

static void set_network(const char *name, uint32_t network, uint8_t prefix)
{
	char text[ADDRESS_TEXT], with_prefix[ADDRESS_TEXT + 4];

	snprintf(with_prefix, sizeof(with_prefix), "%s/%d",
		 address_text(network, text), prefix);
	setenv(name, with_prefix, 1);
}

static void set_mac(const char *name, const uint8_t m[6])
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", m[0],
		 m[1], m[2], m[3], m[4], m[5]);
	setenv(name, text, 1);
}

static void set_environment(const struct exec_nat *x)
{
	setenv("INSIDE_IF", x->inside, 1);
	setenv("OUTSIDE_IF", x->outside, 1);
	set_address("INSIDE_ADDR", x->inside_address);
	set_address("OUTSIDE_ADDR", x->outside_address);
	set_network("INSIDE_NET", x->inside_network, x->inside_prefix);
	set_network("OUTSIDE_NET", x->outside_network, x->outside_prefix);
	set_address("GATEWAY", x->gateway);
	set_mac("HOST_MAC", x->host_mac);
	set_mac("GATEWAY_MAC", x->gateway_mac);
}

/*
 * become_program - in the child, execute the program
 * It gets a process group of its own, so that one kill() ends all that stays in
 * the group. Its standard input is empty, its standard error is the lab's.
 */
static void __attribute__((noreturn))
become_program(const struct exec_nat *x, int output)
{
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	set_environment(x);
	execl(x->path, x->path, (char *)NULL);
	_exit(127);
}

static bool start(struct program *p, struct error *e)
{
	int ends[2];

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ||
	    pipe2(ends, O_CLOEXEC) < 0)
		return error_set(e, ERROR_FAILED, "the NAT program \"%.160s\" "
				 "cannot be started: %s", p->config->path,
				 strerror(errno));
	p->pid = fork();
	if (p->pid == 0)
		become_program(p->config, ends[1]);
	close(ends[1]);
	p->output = ends[0];
	if (p->pid > 0) {
		setpgid(p->pid, p->pid);
		p->pidfd = pidfd_open(p->pid, 0);
	}
	if (p->pid > 0 && p->pidfd >= 0)
		return true;
	return error_set(e, ERROR_FAILED, "the NAT program \"%.160s\" cannot "
			 "be started: %s", p->config->path, strerror(errno));
}

/* read_output - read what the program has written; Return: true if a line
   "ready" is complete */
static bool read_output(struct program *p)
{
	char text[LINE];
	ssize_t n = read(p->output, text, sizeof(text));
	bool ready = false;

	for (ssize_t i = 0; i < n; i++) {
		if (text[i] != '\n') {
			if (p->length < LINE)
				p->line[p->length++] = text[i];
			continue;
		}
		if (p->length && p->line[p->length - 1] == '\r')
			p->length--;
		ready |= p->length == strlen(READY) &&
			 !memcmp(p->line, READY, p->length);
		p->length = 0;
	}
	if (n == 0) {
		close(p->output);
		p->output = -1;
	}
	return ready;
}

/* set_end_error - set @e to how the program ended; Return: false */
static bool set_end_error(struct program *p, struct error *e)
{
	siginfo_t info = { .si_pid = 0 };

	/* not reaped yet, so that no other process can get its number */
	waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT | WNOHANG);
	if (info.si_code == CLD_EXITED && info.si_status == 127)
		return error_set(e, ERROR_MISSING, "the NAT program \"%.160s\" "
				 "cannot be run, or ended with status 127",
				 p->config->path);
	if (info.si_code == CLD_EXITED)
		return error_set(e, ERROR_FAILED, "the NAT program \"%.160s\" "
				 "ended with status %d", p->config->path,
				 info.si_status);
	return error_set(e, ERROR_FAILED, "the NAT program \"%.160s\" was "
			 "killed by signal %d", p->config->path,
			 info.si_status);
}

/*
 * follow - read the program's output until the lab says stop or the program
 * ends, and if there is a @deadline, at most until the program is ready
 * @ready: set when the program has printed "ready"
 * Return: false if it ended, or was not ready by the deadline
 */
static bool follow(struct program *p, int64_t deadline, bool *ready,
		   struct error *e)
{
	struct timespec left;
	int n;

	while (!*ready || deadline == TIME_NEVER) {
		struct pollfd fds[] = {
			{ .fd = p->config->stop, .events = POLLIN },
			{ .fd = p->output, .events = POLLIN },
			{ .fd = p->pidfd, .events = POLLIN },
		};

		n = ppoll(fds, 3, clock_remaining(clock_now(), deadline,
						  &left), NULL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(e, ERROR_FAILED, "the NAT program "
					 "\"%.160s\" did not print \"ready\" "
					 "on a line of its own within 10 s",
					 p->config->path);
		if (fds[0].revents)
			return true;
		if (fds[1].revents && read_output(p))
			*ready = true;
		else if (!fds[1].revents && fds[2].revents)
			return set_end_error(p, e);
	}
	return true;
}

static void wait_for_end(const struct program *p, int64_t deadline)
{
	struct pollfd end = { .fd = p->pidfd, .events = POLLIN };
	struct timespec left;

	while (ppoll(&end, 1, clock_remaining(clock_now(), deadline, &left),
		     NULL) < 0 && errno == EINTR)
		;
}

/* parent_of - read a process's parent from /proc; Return: 0 if the process has
   ended */
static pid_t parent_of(const char *pid)
{
	char path[64], text[512];
	const char *after;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	/* "pid (name) state parent"; the name can contain ")" and spaces */
	after = strrchr(text, ')');
	return after && strlen(after) > 4 ? (pid_t)atol(after + 4) : 0;
}

/* own_proc - does /proc show our own PID namespace? */
static bool own_proc(void)
{
	char text[24];
	ssize_t n = readlink("/proc/self", text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return (pid_t)atol(text) == getpid();
}

/* kill_children - send SIGKILL to all children of this process */
static void kill_children(void)
{
	DIR *all = own_proc() ? opendir("/proc") : NULL;
	const struct dirent *d;

	while (all && (d = readdir(all)))
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9' &&
		    parent_of(d->d_name) == getpid())
			kill((pid_t)atol(d->d_name), SIGKILL);
	if (all)
		closedir(all);
}

/*
 * finish - end the program and all processes that it started
 * When a child is reaped, its own children become ours. So kill and reap until
 * no child is left.
 */
static void finish(struct program *p)
{
	if (p->pid > 0) {
		kill(-p->pid, SIGTERM);
		wait_for_end(p, clock_now() + GRACE_TIME);
		kill(-p->pid, SIGKILL);
		do
			kill_children();
		while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	if (p->output >= 0)
		close(p->output);
}

bool exec_nat_run(const struct exec_nat *x, void (*ready)(void *),
		  void *argument, struct error *e)
{
	struct program p = {
		.config = x,
		.pid = -1,
		.pidfd = -1,
		.output = -1,
	};
	bool is_ready = false, ok;

	ok = start(&p, e) &&
		follow(&p, clock_now() + READY_TIME, &is_ready, e);
	if (ok && is_ready) {
		if (ready)
			ready(argument);
		ok = follow(&p, TIME_NEVER, &is_ready, e);
	}
	finish(&p);
	return ok;
}
