/*
 * round: round trips of one byte over a TCP connection.
 *
 *	round answer A.B.C.D:PORT
 *	round ask A.B.C.D:PORT COUNT
 *
 * `answer` listens, says "ready" and sends back what comes on the only
 * connection that it takes. `ask` prints the median of COUNT round trips, in
 * nanoseconds.
 */
#include "base/clock.h"
#include "base/endpoint.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int make_socket(const char *text, struct sockaddr_in *in)
{
	struct endpoint to;
	int one = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!endpoint_parse(text, &to)) {
		fprintf(stderr, "round: \"%s\" is no address\n", text);
		return -1;
	}
	*in = endpoint_sockaddr(&to);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return s;
}

static int answer(const char *text)
{
	struct sockaddr_in in;
	int s = make_socket(text, &in), one = 1, fd;
	char byte;

	if (s < 0 || bind(s, (struct sockaddr *)&in, sizeof(in)) ||
	    listen(s, 1)) {
		perror("round: listen");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	fd = accept(s, NULL, NULL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while (read(fd, &byte, 1) == 1)
		if (write(fd, &byte, 1) != 1)
			return 1;
	return 0;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int ask(const char *text, size_t count)
{
	int64_t *took = calloc(count, sizeof(*took));
	struct sockaddr_in in;
	int s = make_socket(text, &in);
	char byte = 'x';

	if (!took || s < 0 || connect(s, (struct sockaddr *)&in, sizeof(in))) {
		perror("round: connect");
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		int64_t begin = clock_now();

		if (write(s, &byte, 1) != 1 || read(s, &byte, 1) != 1) {
			perror("round: ask");
			return 1;
		}
		took[i] = clock_now() - begin;
	}
	qsort(took, count, sizeof(*took), compare);
	printf("%lld\n", (long long)took[count / 2]);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "answer"))
		return answer(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "ask") && atoi(argv[3]) > 0)
		return ask(argv[2], (size_t)atoi(argv[3]));
	fputs("round: see the head of round.c\n", stderr);
	return 2;
}
