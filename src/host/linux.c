/* struct host on this Linux machine. */
#include "base/clock.h"
#include "host/capture.h"
#include "host/forge.h"
#include "host/host.h"
#include "host/interface.h"
#include "host/socket.h"
#include "host/traceroute.h"
#include "host/udp_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct linux_host {
	struct host host;		/* first: operations get a pointer to
					   it, which self() converts */
	struct capture *capture;	/* NULL: not wanted */
	struct forger *forger;		/* NULL: not wanted */
	struct traceroute traceroute;
	/* wait() has returned for them and they are not read yet, so the next
	   wait() ignores their handles */
	bool packets_pending, answers_pending;
};

static struct linux_host *self(struct host *h)
{
	return (struct linux_host *)h;
}

static int64_t now(struct host *h)
{
	(void)h;
	return clock_now();
}

static size_t own_addresses(struct host *h, uint32_t *out, size_t room)
{
	(void)h;
	return interface_addresses(out, room);
}

static void set_capture_port(struct host *h, uint16_t port)
{
	if (self(h)->capture)
		capture_set_port(self(h)->capture, port);
	self(h)->packets_pending = false;
}

static bool next_packet(struct host *h, struct captured_packet *out)
{
	struct linux_host *l = self(h);
	bool any = l->capture && capture_next(l->capture, out);

	if (!any)
		l->packets_pending = false;
	return any;
}

static int forge(struct host *h, const struct segment *s, const void *data)
{
	return self(h)->forger ? forger_send(self(h)->forger, s, data) : -EPERM;
}

static int hop_probe(struct host *h, uint16_t from, uint32_t to, int ttl)
{
	return traceroute_probe(&self(h)->traceroute, from, to, ttl);
}

static bool hop_answer(struct host *h, struct hop *out)
{
	bool any = traceroute_answer(&self(h)->traceroute, out);

	if (!any)
		self(h)->answers_pending = false;
	return any;
}

static void hop_end(struct host *h)
{
	traceroute_close(&self(h)->traceroute);
	self(h)->answers_pending = false;
}

static int wait_for(struct host *h, struct host_wait *items, size_t count,
		    int64_t deadline)
{
	struct linux_host *l = self(h);
	struct pollfd polled[HOST_WAITS + 2];
	struct pollfd *packets = &polled[count], *answers = packets + 1;
	struct timespec left;
	int r;

	if (count > HOST_WAITS)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd) {
			.fd = items[i].handle,
			.events = (short)((items[i].read ? POLLIN : 0) |
					  (items[i].write ? POLLOUT : 0)),
		};
	/* poll() ignores a negative fd. */
	*packets = (struct pollfd) {
		.fd = l->capture && !l->packets_pending ?
		      capture_handle(l->capture) : -1,
		.events = POLLIN,
	};
	/* Answers are errors of their socket: poll() reports them unasked. */
	*answers = (struct pollfd) {
		.fd = l->answers_pending ? -1 : l->traceroute.handle,
	};
	r = ppoll(polled, count + 2,
		  clock_remaining(clock_now(), deadline, &left), NULL);
	r = r < 0 ? -errno : 0;
	for (size_t i = 0; i < count; i++)
		items[i].ready = r == 0 && polled[i].revents;
	if (r < 0)
		return r;
	l->packets_pending |= packets->revents != 0;
	l->answers_pending |= answers->revents != 0;
	return packets->revents || answers->revents;
}

static const struct host_ops linux_ops = {
	.now = now,
	.own_addresses = own_addresses,
	.tcp_open = socket_open,
	.tcp_use_delayed_ack = socket_use_delayed_ack,
	.tcp_local_endpoint = socket_local_endpoint,
	.tcp_choose_isn = socket_choose_isn,
	.tcp_accept_only_ack = socket_accept_only_ack,
	.tcp_discard_syns_from = socket_discard_syns_from,
	.tcp_accept_all = socket_accept_all,
	.tcp_connect = socket_connect,
	.tcp_set_ttl = socket_set_ttl,
	.tcp_limit_syns = socket_limit_syns,
	.tcp_listen = socket_listen,
	.tcp_accept = socket_accept,
	.tcp_state = socket_state,
	.tcp_rtt = socket_rtt,
	.send = socket_send,
	.receive = socket_receive,
	.wake_on_ack = socket_wake_on_ack,
	.all_acked = socket_all_acked,
	.shutdown_send = socket_shutdown_send,
	.close = socket_close,
	.udp_open = udp_socket_open,
	.udp_send = udp_socket_send,
	.udp_receive = udp_socket_receive,
	.capture_port = set_capture_port,
	.capture_next = next_packet,
	.forge = forge,
	.hop_probe = hop_probe,
	.hop_answer = hop_answer,
	.hop_end = hop_end,
	.wait = wait_for,
};

struct host *host_open(const struct host_config *config, struct error *e)
{
	struct linux_host *l = calloc(1, sizeof(*l));

	if (!l) {
		error_set(e, ERROR_FAILED, "no memory for a host");
		return NULL;
	}
	l->host.ops = &linux_ops;
	l->host.can = config->want;
	l->traceroute = (struct traceroute)TRACEROUTE_CLOSED;
	/* First: its message names both capabilities. */
	if ((config->want & HOST_CHOOSE_ISN) && !socket_may_choose_isn(e))
		goto failed;
	if (config->want & HOST_CAPTURE) {
		l->capture = capture_open(config, e);
		if (!l->capture)
			goto failed;
	}
	if (config->want & HOST_FORGE) {
		l->forger = forger_open(e);
		if (!l->forger)
			goto failed;
	}
	return &l->host;
failed:
	host_close(&l->host);
	return NULL;
}

void host_close(struct host *h)
{
	struct linux_host *l = h ? self(h) : NULL;

	if (!l)
		return;
	capture_close(l->capture);
	forger_close(l->forger);
	traceroute_close(&l->traceroute);
	free(l);
}
