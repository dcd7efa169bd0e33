#include "cli/datagram_relay.h"

#include "base/clock.h"
#include "method/datagram_session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAMS 64		/* received at once */

struct datagram_relay {
	struct datagram_session session;
	int socket, in, out;		/* in -1: it has ended */
};

/* send_datagram - one that cannot be sent is lost, as on its way */
static void send_datagram(const struct datagram_relay *r, const uint8_t *bytes,
			  size_t length)
{
	struct sockaddr_in to = endpoint_sockaddr(&r->session.remote);

	if (length)
		(void)!sendto(r->socket, bytes, length,
			      MSG_DONTWAIT | MSG_NOSIGNAL,
			      (struct sockaddr *)&to, sizeof(to));
}

static void read_input(struct datagram_relay *r)
{
	uint8_t data[DATAGRAM_PAYLOAD], datagram[SEALED_DATAGRAM_MAX];
	ssize_t n = read(r->in, data, sizeof(data));
	int64_t now = clock_now();

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		r->in = -1;
		datagram_session_end(&r->session, now);
		return;
	}
	send_datagram(r, datagram,
		      datagram_session_send(&r->session, data, (size_t)n, now,
					    datagram));
}

static bool write_output(const struct datagram_relay *r, const uint8_t *data,
			 size_t length)
{
	while (length > 0) {
		ssize_t n = write(r->out, data, length);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (n > 0) {
			data += n;
			length -= (size_t)n;
		} else {
			struct pollfd p = { .fd = r->out, .events = POLLOUT };

			poll(&p, 1, -1);
		}
	}
	return true;
}

/* receive_datagrams - Return: false: standard output cannot be written */
static bool receive_datagrams(struct datagram_relay *r)
{
	uint8_t datagram[SEALED_DATAGRAM_MAX + 1], data[SEALED_DATAGRAM_MAX];

	for (int i = 0; i < DATAGRAMS; i++) {
		struct sockaddr_in from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(r->socket, datagram, sizeof(datagram),
				     MSG_DONTWAIT, (struct sockaddr *)&from,
				     &size);
		struct endpoint sender = endpoint_from(&from);
		long length;

		if (n < 0)
			return true;
		length = datagram_session_receive(&r->session, &sender,
						  datagram, (size_t)n,
						  clock_now(), data);
		if (length > 0 && !write_output(r, data, (size_t)length))
			return false;
	}
	return true;
}

/* send_due - send keep-alives and the end; Return: ms until the next one */
static int send_due(struct datagram_relay *r)
{
	uint8_t datagram[SEALED_DATAGRAM_MAX];
	int64_t now = clock_now(), next;
	size_t length;

	while ((length = datagram_session_tick(&r->session, now, datagram,
					       &next)) > 0)
		send_datagram(r, datagram, length);
	return (int)((next - now) / NS_PER_MS) + 1;
}

bool datagram_relay(int socket, const struct knocking *k, int in, int out,
		    int stop, struct error *e)
{
	struct datagram_relay r = { .socket = socket, .in = in, .out = out };

	datagram_session_begin(&r.session, k, clock_now());
	for (;;) {
		struct pollfd p[3] = {
			{ .fd = socket, .events = POLLIN },
			{ .fd = r.in, .events = POLLIN },
			{ .fd = stop, .events = POLLIN },
		};
		int wait = send_due(&r);

		if (datagram_session_is_over(&r.session))
			return true;
		if (datagram_session_is_lost(&r.session, clock_now()))
			return error_set(e, ERROR_FAILED, "the peer has been"
					 " silent for %d s", SILENT_INTERVALS *
					 (int)(r.session.keepalive / NS_PER_S));
		if (poll(p, 3, wait) < 0 && errno != EINTR)
			return error_set(e, ERROR_FAILED, "poll: %s",
					 strerror(errno));
		if (p[2].revents)
			return error_set(e, ERROR_FAILED, "interrupted");
		if (p[0].revents && !receive_datagrams(&r))
			return error_set(e, ERROR_FAILED, "writing standard"
					 " output: %s", strerror(errno));
		if (p[1].revents)
			read_input(&r);
	}
}
