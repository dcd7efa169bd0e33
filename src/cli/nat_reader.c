#include "cli/nat_reader.h"

#include "profile/profile.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct reading {
	bool good;
	struct profile profile;
	struct error error;
};

/* The child: it ends when its parent does. */
static void __attribute__((noreturn)) serve(int socket, const char *name)
{
	char question;

	while (recv(socket, &question, 1, 0) == 1) {
		struct reading r = { .good = false };

		r.good = profile_find(name, &r.profile, &r.error);
		if (send(socket, &r, sizeof(r), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

bool nat_reader_start(struct nat_reader *r, const char *name, struct error *e)
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
		close(STDOUT_FILENO);	/* its reader is to see the end */
		serve(pair[1], name);
	}
	close(pair[1]);
	if (r->pid > 0)
		return true;
	close(r->socket);
	return error_set(e, ERROR_FAILED, "a process that reads the profile "
			 "cannot be made: %s", strerror(errno));
}

void nat_reader_end(struct nat_reader *r)
{
	close(r->socket);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

bool nat_reader_ask(struct nat_reader *r)
{
	return send(r->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

enum nat_reading nat_reader_take(struct nat_reader *r,
				 struct profile *profile, struct error *e)
{
	struct reading got;

	if (recv(r->socket, &got, sizeof(got), MSG_DONTWAIT) != sizeof(got))
		return READING_NONE;
	*profile = got.profile;
	*e = got.error;
	return got.good ? READING_PROFILE : READING_ERROR;
}
