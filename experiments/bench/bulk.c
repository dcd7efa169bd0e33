/*
 * bulk: how fast a connection carries data, for experiments/bench.
 *
 *	bulk send traverse METHOD RENDEZVOUS CODE
 *	bulk receive traverse METHOD RENDEZVOUS CODE
 *	bulk send connect A.B.C.D:PORT
 *	bulk receive listen PORT A.B.C.D:PORT
 *	bulk code
 *	bulk name CODE
 *
 * `traverse` goes through the library, as tcptrav itself does; `connect` and
 * `listen` make an ordinary connection through NATs that let it in: the
 * listener first connects from its port to the given address (S), so that its
 * NAT has a mapping, and says "ready". The receiver discards what comes,
 * prints bits per second and ends after WARM_UP and MEASURE. `code` prints a
 * new session code, `name` the session's name that S is told.
 */
#include "base/clock.h"
#include "base/endpoint.h"
#include "rendezvous/code.h"
#include "tcptrav.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WARM_UP (1500 * NS_PER_MS)	/* slow start is over by then */
#define MEASURE (2500 * NS_PER_MS)
#define GIVE_UP (30 * NS_PER_S)
#define BLOCK   (256 * 1024)

static char block[BLOCK];

/* Wait for @events on @fd; false after GIVE_UP. */
static int wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, (int)(GIVE_UP / NS_PER_MS)) == 1;
}

static int traverse(char **argv)
{
	struct tcptrav_config config = {
		.method = argv[0], .rendezvous = argv[1], .session = argv[2],
	};
	struct tcptrav_result result;

	if (tcptrav_connect(&config, &result) != TCPTRAV_OK) {
		fprintf(stderr, "bulk: %s: %s\n", argv[0], result.explain);
		return -1;
	}
	return result.fd;
}

/* As the library's sockets are: cubic, whatever the system's default. */
static int make_socket(uint16_t port)
{
	struct endpoint any = { 0, port };
	struct sockaddr_in in = endpoint_sockaddr(&any);
	int one = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(s, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
	if (s >= 0 && bind(s, (struct sockaddr *)&in, sizeof(in)) == 0)
		return s;
	perror("bulk: bind");
	return -1;
}

static int connect_to(const char *text, uint16_t port)
{
	struct endpoint to;
	struct sockaddr_in in;
	int s = make_socket(port);

	if (!endpoint_parse(text, &to)) {
		fprintf(stderr, "bulk: \"%s\" is no address\n", text);
		return -1;
	}
	in = endpoint_sockaddr(&to);
	if (s >= 0 && connect(s, (struct sockaddr *)&in, sizeof(in)) == 0)
		return s;
	perror("bulk: connect");
	return -1;
}

static int listen_on(char **argv)
{
	uint16_t port = (uint16_t)atoi(argv[0]);
	int mapping = connect_to(argv[1], port), s = make_socket(port), fd;

	if (mapping < 0 || s < 0 || listen(s, 1))
		return -1;
	puts("ready");
	fflush(stdout);
	if (!wait_for(s, POLLIN))
		return -1;
	fd = accept(s, NULL, NULL);
	close(s);
	close(mapping);
	return fd;
}

/* Until the receiver has had enough and closes. */
static int send_all(int fd)
{
	while (wait_for(fd, POLLOUT))
		if (write(fd, block, sizeof(block)) < 0 && errno != EAGAIN)
			return 0;
	return 1;
}

static int receive_some(int fd)
{
	int64_t begin = clock_now(), from = begin + WARM_UP, now = begin;
	uint64_t bytes = 0;

	while (now < from + MEASURE && wait_for(fd, POLLIN)) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return 1;
		now = clock_now();
		if (n > 0 && now >= from)
			bytes += (uint64_t)n;
	}
	printf("%.0f\n", (double)bytes * 8e9 / (double)(now - from));
	return bytes == 0;
}

static int print_code(void)
{
	char code[TCPTRAV_CODE_SIZE];

	if (tcptrav_code_make(code) != TCPTRAV_OK)
		return 1;
	puts(code);
	return 0;
}

int main(int argc, char **argv)
{
	char name[SESSION_NAME_TEXT];
	int fd = -1;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(argv[1], "code"))
		return print_code();
	if (argc == 3 && !strcmp(argv[1], "name")) {
		code_session_name(argv[2], 0, name);
		return puts(name) < 0;
	}
	if (argc == 6 && !strcmp(argv[2], "traverse"))
		fd = traverse(argv + 3);
	else if (argc == 4 && !strcmp(argv[2], "connect"))
		fd = connect_to(argv[3], 0);
	else if (argc == 5 && !strcmp(argv[2], "listen"))
		fd = listen_on(argv + 3);
	else
		fputs("bulk: see the head of bulk.c\n", stderr);
	if (fd < 0)
		return 1;
	return !strcmp(argv[1], "send") ? send_all(fd) : receive_some(fd);
}
