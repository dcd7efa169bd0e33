#include "cli/profile_reload.h"

#include "profile/profile.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct profile_reply {
	bool good;
	struct profile profile;
	struct error error;
};

/* serve_requests - the child; it ends when its parent does */
static void __attribute__((noreturn))
serve_requests(int socket, const char *name)
{
	char request;

	while (recv(socket, &request, 1, 0) == 1) {
		struct profile_reply r = { .good = false };

		r.good = profile_find(name, &r.profile, &r.error);
		if (send(socket, &r, sizeof(r), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

bool profile_reload_start(struct profile_reload *r, const char *name,
			  struct error *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return error_set(e, ERROR_FAILED, "socketpair: %s",
				 strerror(errno));
	r->socket = pair[0];
	r->pid = fork();
	if (!r->pid) {
		close(pair[0]);
		close(STDIN_FILENO);
		close(STDOUT_FILENO); /* else its reader sees no end */
		serve_requests(pair[1], name);
	}
	close(pair[1]);
	if (r->pid > 0)
		return true;
	close(r->socket);
	r->socket = -1;
	return error_set(e, ERROR_FAILED, "a process that reads the profile "
			 "cannot be made: %s", strerror(errno));
}

void profile_reload_end(struct profile_reload *r)
{
	close(r->socket);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

bool profile_reload_request(struct profile_reload *r)
{
	return send(r->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

enum profile_reload_result profile_reload_take(struct profile_reload *r,
					       struct profile *profile,
					       struct error *e)
{
	struct profile_reply got;

	if (recv(r->socket, &got, sizeof(got), MSG_DONTWAIT) != sizeof(got))
		return RELOAD_PENDING;
	*profile = got.profile;
	*e = got.error;
	return got.good ? RELOAD_DONE : RELOAD_FAILED;
}
