/*
 * A simulated host with one socket: the bytes that S sends and the bytes that
 * are sent to it are two arrays.
 */
#ifndef TCPTRAV_TESTS_CLIENT_MACHINE_H
#define TCPTRAV_TESTS_CLIENT_MACHINE_H

#include "host/host.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SOCKET 3

static struct client_machine {
	struct host host;
	enum tcp_state state;
	int why;
	int64_t now;
	size_t in_length, in_read;	/* bytes from S */
	char in[16384];
	bool ended;			/* S closes after them */
	size_t step;			/* bytes per receive() and send() */
	int refuse_send;		/* errno */
	int refuse_connect;
	size_t out_length;		/* bytes to S */
	char out[16384];
	unsigned closed;
} machine;

static int64_t fake_now(struct host *h)
{
	(void)h;
	return machine.now;
}

static int fake_open(struct host *h, uint16_t port)
{
	(void)h;
	return port == 666 ? -EADDRINUSE : SOCKET;
}

static int fake_local(struct host *h, int s, struct endpoint *out)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	*out = (struct endpoint){ 0x0a000001, 40001 };
	return 0;
}

static void fake_delay_ack(struct host *h, int s)
{
	(void)h;
	(void)s;
}

static int fake_connect(struct host *h, int s, const struct endpoint *to)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	assert_int_equal(to->port, 8123);
	return -machine.refuse_connect;
}

static enum tcp_state fake_state(struct host *h, int s, int *why)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	*why = machine.why;
	return machine.state;
}

static ssize_t fake_send(struct host *h, int s, const void *bytes, size_t n)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	assert_true(n > 0);
	if (machine.refuse_send)
		return -machine.refuse_send;
	if (machine.step && n > machine.step)
		n = machine.step;
	assert_true(machine.out_length + n < sizeof(machine.out));
	memcpy(machine.out + machine.out_length, bytes, n);
	machine.out_length += n;
	return (ssize_t)n;
}

static ssize_t fake_receive(struct host *h, int s, void *bytes, size_t n)
{
	size_t left = machine.in_length - machine.in_read;

	(void)h;
	assert_int_equal(s, SOCKET);
	assert_true(n > 0);
	if (left == 0)
		return machine.ended ? 0 : -EAGAIN;
	if (n > left)
		n = left;
	if (machine.step && n > machine.step)
		n = machine.step;
	memcpy(bytes, machine.in + machine.in_read, n);
	machine.in_read += n;
	return (ssize_t)n;
}

static void fake_close(struct host *h, int s)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	machine.closed++;
}

static const struct host_ops fake = {
	.now = fake_now,
	.tcp_open = fake_open,
	.tcp_local_endpoint = fake_local,
	.tcp_use_delayed_ack = fake_delay_ack,
	.tcp_connect = fake_connect,
	.tcp_state = fake_state,
	.send = fake_send,
	.receive = fake_receive,
	.close = fake_close,
};

#endif
