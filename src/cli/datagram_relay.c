#include "cli/datagram_relay.h"

#include "base/clock.h"
#include "method/datagram_channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct datagram_relay {
	struct datagram_channel channel;
	struct datagram_relay_ends ends;	/* in -1: it has ended */
	struct datagram_input input;
	bool in_keeps_datagrams;	/* it is such a socket */
	bool socket_is_full;		/* a datagram of the input waits */
	size_t output_length;		/* of what waits for the output */
	uint8_t output[DATAGRAM_PAYLOAD];
};

static bool keeps_datagrams(int handle)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return getsockopt(handle, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       (type == SOCK_DGRAM || type == SOCK_SEQPACKET);
}

/* read_input - Return: as read(); or the length of a datagram that is longer
   than the room for it */
static ssize_t read_input(struct datagram_relay *r, size_t room)
{
	uint8_t *to = r->input.bytes + r->input.length;

	return r->in_keeps_datagrams ?
		recv(r->ends.in, to, room, MSG_TRUNC) :
		read(r->ends.in, to, room);
}

/* send_input - send what of the input is complete, until the socket is full. A
   path that takes no datagram of that size loses it. */
static void send_input(struct datagram_relay *r)
{
	bool ended = r->ends.in < 0;
	size_t length;

	while ((length = datagram_input_next(&r->input, ended)) > 0) {
		r->socket_is_full = datagram_channel_send(
			&r->channel, r->input.bytes, length) == -EAGAIN;
		if (r->socket_is_full)
			return;
		datagram_input_drop(&r->input, length);
	}
	if (ended)
		datagram_session_end(&r->channel.session, clock_now());
}

static bool relay_input(struct datagram_relay *r, struct error *e)
{
	size_t room = sizeof(r->input.bytes) - r->input.length;
	ssize_t n = read_input(r, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n < 0)
		return error_set(e, ERROR_FAILED, "reading standard input: %s",
				 strerror(errno));
	if ((size_t)n > room)
		return error_set(e, ERROR_FAILED, "standard input has a"
				 " datagram of %zd bytes; at most %d fit", n,
				 DATAGRAM_PAYLOAD);
	r->input.length += (size_t)n;
	if (n == 0)
		r->ends.in = -1;
	send_input(r);
	return true;
}

static bool write_output(struct datagram_relay *r, struct error *e)
{
	ssize_t n = write(r->ends.out, r->output, r->output_length);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ||
		       error_set(e, ERROR_FAILED, "writing standard output: %s",
				 strerror(errno));
	r->output_length -= (size_t)n;
	memmove(r->output, r->output + n, r->output_length);
	return true;
}

/* receive - Return: false with an error, or without one if both hosts' inputs
   have ended */
static bool receive(struct datagram_relay *r, struct error *e)
{
	const struct datagram_session *s = &r->channel.session;
	long n = datagram_channel_receive(&r->channel, r->output);

	if (n >= 0)
		r->output_length = (size_t)n;
	if (n == CHANNEL_LOST)
		return error_set(e, ERROR_FAILED, "the peer has been silent"
				 " for %d s", SILENT_INTERVALS *
				 (int)(s->keepalive / NS_PER_S));
	return n != CHANNEL_OVER;
}

enum { SOCKET, INPUT, OUTPUT, STOP, HANDLES };

/* wait_for_any - wait until something can be done, or for a keep-alive */
static bool wait_for_any(struct datagram_relay *r, struct pollfd p[HANDLES],
			 struct error *e)
{
	int sends = r->socket_is_full ? POLLOUT : 0;
	int receives = r->output_length ? 0 : POLLIN;

	p[SOCKET] = (struct pollfd){ .fd = r->ends.socket,
				     .events = (short)(sends | receives) };
	p[INPUT] = (struct pollfd){ .fd = sends ? -1 : r->ends.in,
				    .events = POLLIN };
	p[OUTPUT] = (struct pollfd){ .fd = receives ? -1 : r->ends.out,
				     .events = POLLOUT };
	p[STOP] = (struct pollfd){ .fd = r->ends.stop, .events = POLLIN };
	if (poll(p, HANDLES, datagram_channel_tick(&r->channel)) < 0 &&
	    errno != EINTR)
		return error_set(e, ERROR_FAILED, "poll: %s", strerror(errno));
	return !p[STOP].revents || error_set(e, ERROR_FAILED, "interrupted");
}

bool datagram_relay(const struct datagram_relay_ends *ends,
		    const struct knocking *k, enum datagram_unit unit,
		    struct error *e)
{
	struct datagram_relay r = {
		.ends = *ends, .input = { .unit = unit },
		.in_keeps_datagrams = keeps_datagrams(ends->in),
	};
	struct pollfd p[HANDLES];

	e->kind = ERROR_NONE;
	if (r.in_keeps_datagrams)
		r.input.unit = DATAGRAM_OF_READ;
	datagram_channel_begin(&r.channel, ends->socket, k);
	while (wait_for_any(&r, p, e)) {
		if (r.socket_is_full && p[SOCKET].revents)
			send_input(&r);
		if (p[INPUT].revents && !relay_input(&r, e))
			break;
		if (p[OUTPUT].revents && !write_output(&r, e))
			break;
		if (!r.output_length && !receive(&r, e))
			break;
	}
	return e->kind == ERROR_NONE;
}
