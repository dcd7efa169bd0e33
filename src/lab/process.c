#include "lab/process.h"

#include "base/clock.h"
#include "lab/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONTROL 3	/* the first descriptor after standard error */

/* The first datagram on a control socket. */
struct ready_message {
	bool ready;
	uint16_t ports[SERVER_PORTS];
	struct error error;	/* why it is not */
};

void process_ready(struct process_self *self, const uint16_t *ports)
{
	struct ready_message w = { .ready = true };

	if (ports)
		memcpy(w.ports, ports, sizeof(w.ports));
	self->ready = true;
	send(self->control, &w, sizeof(w), MSG_NOSIGNAL);
}

/* keep_control - move the control socket to the first descriptor after standard
   error, and close all others */
static void keep_control(struct process_self *self)
{
	dup3(self->control, CONTROL, O_CLOEXEC);
	self->control = CONTROL;
	close_range(CONTROL + 1, ~0U, 0);
}

/*
 * set_up - arrange that the kernel kills this process when the init ends;
 * unblock all signals, and reset their handlers; enter the namespace; close
 * descriptors of other processes
 */
static bool set_up(struct process_self *self, pid_t parent, int namespace,
		   struct error *e)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		return error_set(e, ERROR_FAILED, "the lab's init has ended");
	if (!netns_enter(namespace, e))
		return false;
	keep_control(self);
	return true;
}

/* become - in the child, run @main and exit */
static void __attribute__((noreturn))
become(const struct cell_process *p, pid_t parent, int control, int namespace,
       process_main main, const void *what)
{
	struct process_self self = { .control = control };
	struct error e = { .kind = ERROR_NONE };
	int status = 1;

	prctl(PR_SET_NAME, p->name);	/* for ps */
	if (set_up(&self, parent, namespace, &e))
		status = main(&self, what, &e);
	if (!self.ready) {
		struct ready_message failure = { .error = e };

		send(self.control, &failure, sizeof(failure), MSG_NOSIGNAL);
	}
	_exit(status);
}

/* stay_on - run only on the CPU of that number, counted around those that this
   process may use */
static void stay_on(int number)
{
	cpu_set_t may, one;

	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		return;
	number %= CPU_COUNT(&may);
	CPU_ZERO(&one);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may) && !number--)
			CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* run_ahead - run before all usual processes, if this process may: a cell with
   delay must react on time, or the machine and not its links decides the order
   of packets. A user's program that it forks runs as usual. */
static void run_ahead(void)
{
	const struct sched_param lowest = {
		.sched_priority = sched_get_priority_min(SCHED_RR),
	};

	sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest);
}

bool process_start(struct cell_process *p, int namespace, int cpu,
		   process_main main, const void *what, struct error *e)
{
	pid_t parent = getpid();
	int ends[2];

	p->pid = 0;
	p->control = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(e, ERROR_FAILED, "socketpair for %s: %s",
				 p->name, strerror(errno));
	p->control = ends[0];
	fcntl(p->control, F_SETFL, O_NONBLOCK);
	p->pid = fork();
	if (p->pid == 0) {
		if (cpu >= 0)
			stay_on(cpu);
		else
			run_ahead();
		become(p, parent, ends[1], namespace, main, what);
	}
	close(ends[1]);
	if (p->pid > 0)
		return true;
	p->pid = 0;
	return error_set(e, errno == EAGAIN ? ERROR_MISSING : ERROR_FAILED,
			 "fork for %s: %s%s", p->name, strerror(errno),
			 errno == EAGAIN ? " (ulimit -u, or sysctl "
			 "kernel.pid_max): use fewer --jobs" : "");
}

bool process_late(const struct cell_process *p, struct error *e)
{
	return error_set(e, ERROR_FAILED, "the lab's %s was not ready in time",
			 p->name);
}

bool process_receive(struct cell_process *p, uint16_t ports[SERVER_PORTS],
		     struct error *e)
{
	struct ready_message w;
	ssize_t n = recv(p->control, &w, sizeof(w), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != (ssize_t)sizeof(w))
		return error_set(e, ERROR_FAILED, "the lab's %s ended before "
				 "it was ready", p->name);
	if (!w.ready)
		return error_set(e, w.error.kind ? w.error.kind : ERROR_FAILED,
				 "the lab's %s: %s", p->name, w.error.text);
	if (p->role == CELL_SERVER)
		memcpy(ports, w.ports, sizeof(w.ports));
	p->ready = true;
	return true;
}

bool process_await(struct cell_process *p, int64_t deadline,
		   uint16_t ports[SERVER_PORTS], struct error *e)
{
	struct pollfd fd = { .fd = p->control, .events = POLLIN };
	struct timespec left;

	while (process_receive(p, ports, e)) {
		if (p->ready)
			return true;
		if (clock_now() >= deadline)
			return process_late(p, e);
		ppoll(&fd, 1, clock_remaining(clock_now(), deadline, &left),
		      NULL);
	}
	return false;
}

void process_hang_up(struct cell_process *p)
{
	if (p->control >= 0)
		close(p->control);
	p->control = -1;
}

/* has_ended - wait until @deadline for the end of the process, without reaping
   it; Return: has it ended? */
static bool has_ended(pid_t pid, int64_t deadline)
{
	struct pollfd fd = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	struct timespec left;
	int n;

	if (fd.fd < 0)
		return errno == ESRCH;
	do
		n = ppoll(&fd, 1, clock_remaining(clock_now(), deadline,
						  &left), NULL);
	while (n < 0 && errno == EINTR);
	close(fd.fd);
	return n > 0;
}

void process_end(struct cell_process *p, int64_t deadline)
{
	process_hang_up(p);
	if (p->pid <= 0)
		return;
	if (!has_ended(p->pid, deadline))
		kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}
