#include "virtual/guest.h"

#include "base/clock.h"
#include "virtual/guest_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY "mem=512M"
#define CONSOLE_TEXT 4096	/* the last of it is kept */

/* What is read from a guest. */
enum source { FROM_LINE, FROM_CONSOLE, FROM_CALLER, SOURCES };

struct running_guest {
	pid_t pid;
	int line, console;	/* pipes; -1: at their end */
	int to;
	bool ended;		/* it has said how */
	int status;		/* of the command */
	struct guest_stream stream;
	char text[CONSOLE_TEXT + 1];	/* of the console */
	size_t text_length;
};

/* keep_console - read what the guest's kernel says; Return: as read() */
static ssize_t keep_console(struct running_guest *r)
{
	size_t half = CONSOLE_TEXT / 2;
	ssize_t n;

	if (r->text_length > half) {
		memmove(r->text, r->text + r->text_length - half, half);
		r->text_length = half;
	}
	n = read(r->console, r->text + r->text_length,
		 CONSOLE_TEXT - r->text_length);
	if (n > 0)
		r->text_length += (size_t)n;
	return n;
}

/* pass_on - pass whole messages on to the caller; Return: false: it has ended,
   or what came is no message */
static bool pass_on(struct running_guest *r)
{
	static uint8_t message[GUEST_MESSAGE_MAX];
	ssize_t n;

	while ((n = guest_stream_take(&r->stream, message)) > 0)
		if (n == sizeof(r->status)) {
			memcpy(&r->status, message, sizeof(r->status));
			r->ended = true;
		} else if (send(r->to, message, (size_t)n, MSG_NOSIGNAL) < 0) {
			return false;
		}
	return !n;
}

/* become_guest - in the child: execute the kernel
   @line, @console: the ends of the pipes that it writes */
static void __attribute__((noreturn))
become_guest(const struct guest *g, int line, int console)
{
	char self[PATH_MAX] = "", part[PATH_MAX], init[PATH_MAX + 8];
	char lines[64], terminal[64], start[64], folder[PATH_MAX + 16];
	char *argv[] = {
		"linux", MEMORY, "root=/dev/root", "rootfstype=hostfs",
		"rootflags=/", "ro", init, lines, terminal, folder, start,
		"quiet", "time-travel=inf-cpu", "random.seed=0",
		g->streams ? "ssl1=fd:0,null" : "ssl1=null",
		g->streams ? "ssl2=null,fd:1" : "ssl2=null",
		g->streams ? "ssl3=null,fd:2" : "ssl3=null",
		"ssl=null", "con=null", "--", "guest", part, NULL };
	char *environment[] = { "HOME=/", NULL };
	int null = open("/dev/null", O_RDWR);

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		_exit(127);
	snprintf(init, sizeof(init), "init=%s", self);
	snprintf(part, sizeof(part), "%s/part", g->folder);
	snprintf(folder, sizeof(folder), "uml_dir=%s/", g->folder);
	snprintf(start, sizeof(start), "time-travel-start=%" PRId64,
		 GUEST_WALL_CLOCK * NS_PER_S);
	snprintf(lines, sizeof(lines), "ssl0=null,fd:%d", line);
	snprintf(terminal, sizeof(terminal), "con0=null,fd:%d", console);
	/* the amount of the guest's memory depends on its addresses */
	personality(ADDR_NO_RANDOMIZE);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (!g->streams) {
		dup2(null, STDIN_FILENO);
		dup2(console, STDOUT_FILENO);
		dup2(console, STDERR_FILENO);
	}
	fcntl(line, F_SETFD, 0);
	fcntl(console, F_SETFD, 0);
	execve(g->kernel, argv, environment);
	dprintf(console, "%s: %s", g->kernel, strerror(errno));
	_exit(127);
}

static bool start(const struct guest *g, struct running_guest *r,
		  struct error *e)
{
	int line[2], console[2];

	if (pipe2(line, O_CLOEXEC) || pipe2(console, O_CLOEXEC))
		return error_set(e, ERROR_FAILED, "pipe: %s", strerror(errno));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	r->pid = fork();
	if (!r->pid)
		become_guest(g, line[1], console[1]);
	close(line[1]);
	close(console[1]);
	r->line = line[0];
	r->console = console[0];
	return r->pid > 0 ||
		error_set(e, ERROR_FAILED, "fork: %s", strerror(errno));
}

/* close_at_end - close a pipe that gave @n bytes and is at its end */
static void close_at_end(int *fd, ssize_t n)
{
	if (n > 0 || (n < 0 && errno == EINTR))
		return;
	close(*fd);
	*fd = -1;
}

/* listen_to - until the guest has closed its pipes, or the caller is gone */
static void listen_to(struct running_guest *r)
{
	while (r->line >= 0 || r->console >= 0) {
		struct pollfd fds[SOURCES] = {
			[FROM_LINE] = { .fd = r->line, .events = POLLIN },
			[FROM_CONSOLE] = { .fd = r->console,
					   .events = POLLIN },
			[FROM_CALLER] = { .fd = r->to, .events = POLLIN },
		};

		if (poll(fds, SOURCES, -1) < 0)
			continue;
		if (fds[FROM_LINE].revents)
			close_at_end(&r->line,
				     guest_stream_read(&r->stream, r->line));
		if (fds[FROM_CONSOLE].revents)
			close_at_end(&r->console, keep_console(r));
		if (fds[FROM_CALLER].revents || !pass_on(r))
			return;
	}
}

/* reap - kill what is left of the guest, and wait for all of it; Return: how
   its first process ended */
static int reap(const struct running_guest *r)
{
	int status = 0, other;
	pid_t pid;

	kill(-r->pid, SIGKILL);
	while ((pid = waitpid(-1, &other, 0)) > 0 || errno == EINTR)
		if (pid == r->pid)
			status = other;
		else if (pid < 0 && errno != EINTR)
			break;
	return status;
}

/* last_line - of what the guest's kernel said; "" if nothing */
static const char *last_line(struct running_guest *r)
{
	char *end = r->text + r->text_length, *line;

	while (end > r->text && strchr("\r\n ", end[-1]))
		end--;
	*end = '\0';
	line = strrchr(r->text, '\n');
	return line ? line + 1 : r->text;
}

bool guest_run(const struct guest *g, int to, int *status, struct error *e)
{
	struct running_guest *r = calloc(1, sizeof(*r));
	bool ok;
	int how;

	if (!r)
		return error_set(e, ERROR_FAILED, "out of memory");
	r->to = to;
	if (start(g, r, e)) {
		listen_to(r);
		how = reap(r);
		*status = r->status;
		if (!r->ended && WIFSIGNALED(how))
			error_set(e, ERROR_FAILED, "the guest was killed by"
				  " signal %d (%s)", WTERMSIG(how),
				  strsignal(WTERMSIG(how)));
		else if (!r->ended)
			error_set(e, ERROR_FAILED, "the guest ended too early:"
				  " \"%.200s\"", last_line(r));
	}
	ok = r->ended;
	free(r);
	return ok;
}
