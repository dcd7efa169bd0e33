/* The host that is this Linux machine. */
#include "base/clock.h"
#include "host/capture.h"
#include "host/forge.h"
#include "host/hops.h"
#include "host/host.h"
#include "host/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct linux_host {
	struct host host;		/* first: operations are given this */
	struct capture *capture;	/* NULL: not wanted */
	struct forger *forger;		/* NULL: not wanted */
	struct hops hops;
	/* what ended a wait and has not been taken since */
	bool packets_wait, answers_wait;
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

static void watch(struct host *h, uint16_t port)
{
	if (self(h)->capture)
		capture_watch(self(h)->capture, port);
	self(h)->packets_wait = false;
}

static bool captured(struct host *h, struct captured *out)
{
	struct linux_host *l = self(h);
	bool any = l->capture && capture_next(l->capture, out);

	if (!any)
		l->packets_wait = false;
	return any;
}

static int forge(struct host *h, const struct segment *s)
{
	return self(h)->forger ? forger_send(self(h)->forger, s) : -EPERM;
}

static int hop_probe(struct host *h, uint16_t from, uint32_t to, int ttl)
{
	return hops_probe(&self(h)->hops, from, to, ttl);
}

static bool hop_answer(struct host *h, struct hop *out)
{
	bool any = hops_answer(&self(h)->hops, out);

	if (!any)
		self(h)->answers_wait = false;
	return any;
}

static void hop_end(struct host *h)
{
	hops_close(&self(h)->hops);
	self(h)->answers_wait = false;
}

/*
 * fill - what poll() is to wait for; it passes over negative handles
 * Answers to hop probes come as errors of their socket, for which poll()
 * needs no asking; data there is of no interest.
 */
static void fill(const struct linux_host *l, const struct host_wait *items,
		 size_t count, struct pollfd polled[])
{
	size_t i;

	for (i = 0; i < count; i++)
		polled[i] = (struct pollfd) {
			.fd = items[i].handle,
			.events = (short)((items[i].read ? POLLIN : 0) |
					  (items[i].write ? POLLOUT : 0)),
		};
	polled[count] = (struct pollfd) {
		.fd = l->capture && !l->packets_wait ?
		      capture_handle(l->capture) : -1,
		.events = POLLIN,
	};
	polled[count + 1] = (struct pollfd) {
		.fd = l->answers_wait ? -1 : l->hops.handle,
	};
}

static int wait_for(struct host *h, struct host_wait *items, size_t count,
		    int64_t deadline)
{
	struct linux_host *l = self(h);
	struct pollfd polled[HOST_WAITS + 2];
	struct timespec left;
	size_t i;
	int r;

	if (count > HOST_WAITS)
		return -EINVAL;
	fill(l, items, count, polled);
	r = ppoll(polled, count + 2,
		  clock_remaining(clock_now(), deadline, &left), NULL);
	r = r < 0 ? -errno : 0;
	for (i = 0; i < count; i++)
		items[i].ready = r == 0 && polled[i].revents;
	if (r < 0)
		return r;
	l->packets_wait |= polled[count].revents != 0;
	l->answers_wait |= polled[count + 1].revents != 0;
	return polled[count].revents || polled[count + 1].revents;
}

static const struct host_operations operations = {
	.now = now,
	.tcp_open = socket_open,
	.tcp_talks = socket_talks,
	.tcp_local = socket_local,
	.tcp_connect = socket_connect,
	.tcp_ttl = socket_ttl,
	.tcp_listen = socket_listen,
	.tcp_accept = socket_accept,
	.tcp_state = socket_state,
	.tcp_rtt = socket_rtt,
	.send = socket_send,
	.receive = socket_receive,
	.ask_acknowledgement = socket_ask_acknowledgement,
	.acknowledged = socket_acknowledged,
	.finish = socket_finish,
	.close = socket_close,
	.watch = watch,
	.captured = captured,
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
	l->host.do_ = &operations;
	l->host.can = config->want;
	l->hops = (struct hops)HOPS_NONE;
	if (config->want & HOST_CAPTURE)
		l->capture = capture_open(config, e);
	if ((config->want & HOST_FORGE) &&
	    (l->capture || !(config->want & HOST_CAPTURE)))
		l->forger = forger_open(e);
	if ((!l->capture && (config->want & HOST_CAPTURE)) ||
	    (!l->forger && (config->want & HOST_FORGE))) {
		host_close(&l->host);
		return NULL;
	}
	return &l->host;
}

void host_close(struct host *h)
{
	struct linux_host *l = h ? self(h) : NULL;

	if (!l)
		return;
	capture_close(l->capture);
	forger_close(l->forger);
	hops_close(&l->hops);
	free(l);
}
