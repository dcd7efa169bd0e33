/*
 * channel: a channel of datagrams by the library, for the lab's tests.
 *
 *	channel RENDEZVOUS CODE TEXT
 *
 * Sends TEXT, prints each datagram that comes as a line, and ends when one has
 * come and both hosts have ended the channel.
 */
#include "tcptrav.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *why)
{
	fprintf(stderr, "channel: %s\n", why);
	return 1;
}

/* talk - Return: 0 when both hosts have ended the channel */
static int talk(struct tcptrav_channel *channel, int fd)
{
	char data[TCPTRAV_DATAGRAM_MAX];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		long length;

		poll(&p, 1, tcptrav_channel_tick(channel));
		length = tcptrav_channel_receive(channel, data);
		if (length == TCPTRAV_CHANNEL_OVER)
			return 0;
		if (length == TCPTRAV_CHANNEL_LOST)
			return fail("the peer is lost");
		if (length < 0)
			continue;
		printf("%.*s\n", (int)length, data);
		tcptrav_channel_end(channel);
	}
}

int main(int argc, char **argv)
{
	static char too_long[TCPTRAV_DATAGRAM_MAX + 1];
	struct tcptrav_config config = {
		.method = "udp", .rendezvous = argv[1], .session = argv[2],
		.keepalive_s = 1,
	};
	struct tcptrav_result result;
	struct tcptrav_channel *channel;
	int status;

	if (argc != 4)
		return fail("RENDEZVOUS CODE TEXT");
	if (tcptrav_channel_open(&config, &result, &channel) != TCPTRAV_OK)
		return fail(result.explain);
	if (tcptrav_channel_send(channel, too_long, sizeof(too_long)) >= 0)
		return fail("a datagram that is too long was sent");
	if (tcptrav_channel_send(channel, argv[3], strlen(argv[3])) != 0)
		return fail("a datagram was not sent");
	status = talk(channel, result.fd);
	tcptrav_channel_close(channel);
	return status;
}
