/*
 * talk: client and server for the tests of offload.
 *
 *	talk echo A.B.C.D		TCP and UDP server; prints "port N"
 *	talk echo-plain A.B.C.D		its datagrams have no checksum
 *	talk tcp A.B.C.D:PORT BYTES	sends so many, prints "intact" when
 *					they have come back, then sends a byte
 *					for each byte of standard input and
 *					prints "again", until end of file; "R"
 *					resets the connection
 *	talk udp A.B.C.D:PORT COUNT	the same with datagrams, COUNT of them,
 *	talk sum A.B.C.D:PORT COUNT	without and with a checksum
 *	talk complete INTERFACE		complete checksums in what it sends: no
 *					checksum or segmentation offload
 *	talk attached INTERFACE		prints how many programs are there
 */
#include "base/endpoint.h"
#include "gateway/bpf_assembler.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TCX_INGRESS 46
#define PATIENCE 10000		/* ms */

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int make_socket(int type, const char *text, struct sockaddr_in *in)
{
	struct endpoint e;
	int s = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1;

	if (!endpoint_parse(text, &e))
		return -1;
	*in = endpoint_sockaddr(&e);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return s;
}

/* drop_checksum - RFC 768's zero */
static void drop_checksum(int s)
{
	int one = 1;

	setsockopt(s, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one));
}

static void echo_stream(int s)
{
	char bytes[65536];
	ssize_t n;

	while ((n = read(s, bytes, sizeof(bytes))) > 0)
		for (ssize_t done = 0, m; done < n; done += m) {
			m = write(s, bytes + done, (size_t)(n - done));
			if (m <= 0)
				_exit(0);
		}
	_exit(0);
}

static void echo_datagrams(int s)
{
	char bytes[2048];
	struct sockaddr_in from;

	for (;;) {
		socklen_t length = sizeof(from);
		ssize_t n = recvfrom(s, bytes, sizeof(bytes), 0,
				     (struct sockaddr *)&from, &length);

		if (n >= 0)
			sendto(s, bytes, (size_t)n, 0,
			       (struct sockaddr *)&from, length);
	}
}

static int echo(const char *address, bool sums)
{
	struct sockaddr_in in;
	socklen_t length = sizeof(in);
	char text[64];
	int stream, datagrams;

	snprintf(text, sizeof(text), "%s:1", address);
	stream = make_socket(SOCK_STREAM, text, &in);
	in.sin_port = 0;
	if (bind(stream, (struct sockaddr *)&in, length) ||
	    listen(stream, 8) ||
	    getsockname(stream, (struct sockaddr *)&in, &length))
		return fail("stream");
	datagrams = make_socket(SOCK_DGRAM, text, &(struct sockaddr_in){ 0 });
	if (!sums)
		drop_checksum(datagrams);
	if (bind(datagrams, (struct sockaddr *)&in, length))
		return fail("datagrams");
	printf("port %u\n", ntohs(in.sin_port));
	fflush(stdout);
	if (!fork())
		echo_datagrams(datagrams);
	for (;;) {
		int s = accept(stream, NULL, NULL);

		if (!fork())
			echo_stream(s);
		close(s);
	}
}

/* byte_at - of what is sent */
static char byte_at(size_t i)
{
	return (char)(i * 2654435761u >> 13);
}

static size_t fill(char *bytes, size_t room, size_t at, size_t end)
{
	size_t n = end - at < room ? end - at : room;

	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(at + i);
	return n;
}

/* exchange - send the bytes from @at to @end, and have them back */
static bool exchange(int s, size_t at, size_t end)
{
	size_t sent = at, got = at;
	char bytes[32768];

	while (got < end) {
		struct pollfd p = {
			.fd = s,
			.events = (short)(POLLIN | (sent < end ? POLLOUT : 0)),
		};
		ssize_t n = 0;

		if (poll(&p, 1, PATIENCE) != 1)
			return false;
		if (p.revents & POLLIN)
			n = recv(s, bytes, sizeof(bytes), MSG_DONTWAIT);
		for (ssize_t i = 0; i < n; i++)
			if (bytes[i] != byte_at(got++))
				return false;
		if (n < 0 || (p.revents & POLLIN && !n))
			return false;
		if (!(p.revents & POLLOUT))
			continue;
		n = send(s, bytes, fill(bytes, sizeof(bytes), sent, end),
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		sent += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* datagrams - each is awaited */
static bool datagrams(int s, size_t at, size_t end)
{
	for (; at < end; at++) {
		char bytes[600], back[600];
		size_t length = 1 + at % sizeof(bytes);
		struct pollfd p = { .fd = s, .events = POLLIN };

		fill(bytes, length, at, at + length);
		if (send(s, bytes, length, 0) < 0 ||
		    poll(&p, 1, PATIENCE) != 1 ||
		    recv(s, back, sizeof(back), 0) != (ssize_t)length ||
		    memcmp(bytes, back, length) != 0)
			return false;
	}
	return true;
}

static int talk(int type, bool sums, const char *to, size_t end)
{
	bool (*way)(int, size_t, size_t) = type == SOCK_STREAM ? exchange :
		datagrams;
	struct linger reset = { .l_onoff = 1 };
	struct sockaddr_in in;
	int s = make_socket(type, to, &in);
	char c;

	if (!sums)
		drop_checksum(s);
	if (connect(s, (struct sockaddr *)&in, sizeof(in)))
		return fail("connect");
	if (!way(s, 0, end))
		return fail("not intact");
	puts("intact");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) == 1) {
		if (c == 'R') {
			setsockopt(s, SOL_SOCKET, SO_LINGER, &reset,
				   sizeof(reset));
			break;
		}
		if (!way(s, end, end + 1))
			return fail("not intact");
		end++;
		puts("again");
		fflush(stdout);
	}
	close(s);
	return 0;
}

static int complete(const char *interface)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STXCSUM };
	struct ifreq request = { .ifr_data = (void *)&off };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	return ioctl(s, SIOCETHTOOL, &request) ? fail("offload") : 0;
}

static int attached(const char *interface)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.query.target_fd = if_nametoindex(interface);
	a.query.attach_type = TCX_INGRESS;
	if (bpf_syscall(BPF_PROG_QUERY, &a))
		return fail("query");
	printf("%u\n", a.query.prog_cnt);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "echo"))
		return echo(argv[2], true);
	if (argc == 3 && !strcmp(argv[1], "echo-plain"))
		return echo(argv[2], false);
	if (argc == 3 && !strcmp(argv[1], "complete"))
		return complete(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "attached"))
		return attached(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "tcp"))
		return talk(SOCK_STREAM, true, argv[2],
			    strtoul(argv[3], NULL, 10));
	if (argc == 4 && (!strcmp(argv[1], "udp") || !strcmp(argv[1], "sum")))
		return talk(SOCK_DGRAM, argv[1][0] == 's', argv[2],
			    strtoul(argv[3], NULL, 10));
	fputs("talk: see the head of talk.c\n", stderr);
	return 2;
}
