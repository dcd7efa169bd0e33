#include "method/datagram_channel.h"

#include "host/udp_socket.h"

#include <errno.h>

void datagram_channel_begin(struct datagram_channel *c, int socket,
			    const struct knocking *k)
{
	datagram_session_begin(&c->session, k, clock_now());
	c->socket = socket;
}

static int send_sealed(const struct datagram_channel *c, const uint8_t *bytes,
		       size_t length)
{
	return udp_socket_send(NULL, c->socket, &c->session.remote, bytes,
			       length);
}

int datagram_channel_send(struct datagram_channel *c, const void *data,
			  size_t length)
{
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	size_t n = datagram_session_send(&c->session, data, length,
					 clock_now(), bytes);

	return n ? send_sealed(c, bytes, n) : -EMSGSIZE;
}

long datagram_channel_receive(struct datagram_channel *c, uint8_t *data)
{
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	struct endpoint from;
	ssize_t n;

	while ((n = udp_socket_receive(NULL, c->socket, &from, bytes,
				       sizeof(bytes))) >= 0) {
		long length = (size_t)n > sizeof(bytes) ? -1 :
			datagram_session_receive(&c->session, &from, bytes,
						 (size_t)n, clock_now(), data);

		if (length >= 0)
			return length;
	}
	if (datagram_session_is_over(&c->session))
		return CHANNEL_OVER;
	return datagram_session_is_lost(&c->session, clock_now()) ?
		CHANNEL_LOST : CHANNEL_EMPTY;
}

/* One that cannot be sent is lost, as on its way: keep-alives and the end are
   repeated. */
int datagram_channel_tick(struct datagram_channel *c)
{
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	int64_t now = clock_now(), next;
	size_t length;

	while ((length = datagram_session_tick(&c->session, now, bytes,
					       &next)) > 0)
		(void)send_sealed(c, bytes, length);
	return (int)((next - now) / NS_PER_MS) + 1;
}
