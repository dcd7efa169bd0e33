/*
 * src/host on this kernel: capturing, forging, and time exceeded, which aborts
 * connect() unless the socket has IP_MINTTL 2.
 */
#include "host_network.h"

#include "host/forge.h"
#include "wire/icmp.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* send_time_exceeded - from the router, as if @syn had died there */
static void send_time_exceeded(const struct segment *syn)
{
	struct segment dying = *syn;
	uint8_t packet[100], error[576];
	struct sockaddr_in to;
	size_t length;
	int raw;

	dying.ttl = 1;
	length = segment_build(&dying, packet, sizeof(packet));
	length = icmp_error_build(error, sizeof(error), A_ROUTER,
				  ICMP_TYPE_TIME_EXCEEDED, 0, packet, length);
	assert_true(length > 0);
	to = endpoint_sockaddr(&syn->source);
	enter(net.router);
	raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	assert_int_equal(sendto(raw, error, length, 0, (void *)&to,
				sizeof(to)), length);
	close(raw);
	enter(net.a);
}

static void time_exceeded_is_captured_but_does_not_abort(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(B_ADDRESS, 9);
	struct captured_packet c;
	struct segment syn;
	struct icmp icmp;
	int why, s = send_syn(&to, 1, &syn);

	(void)state;
	assert_true(await(a, &c, SHORTLY));
	assert_false(c.outgoing);
	assert_true(icmp_parse(c.bytes + 20, c.length - 20, &icmp));
	assert_int_equal(icmp.type, ICMP_TYPE_TIME_EXCEEDED);
	assert_true(endpoint_equal(&icmp.source, &syn.source));
	assert_int_equal(icmp.sequence, syn.sequence);
	send_time_exceeded(&syn);		/* after connect() returned */
	assert_true(await(a, &c, SHORTLY));
	assert_int_equal(a->ops->tcp_state(a, s, &why), TCP_IS_SYN_SENT);
	assert_int_equal(why, 0);
	a->ops->close(a, s);
}

/* The kernel does abort without IP_MINTTL, so the test above tests something.
   */
static void time_exceeded_aborts_without_minttl(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(NOBODY, 9);
	struct captured_packet c;
	struct segment syn;
	int why = 0, off = 0, s = send_syn(&to, 0, &syn);

	(void)state;
	setsockopt(s, IPPROTO_IP, IP_MINTTL, &off, sizeof(off));
	send_time_exceeded(&syn);
	assert_true(await(a, &c, SHORTLY));
	assert_int_equal(a->ops->tcp_state(a, s, &why), TCP_IS_CLOSED);
	assert_int_equal(why, EHOSTUNREACH);
	a->ops->close(a, s);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void print_median(const char *what, int64_t times[], size_t count)
{
	qsort(times, count, sizeof(times[0]), compare);
	print_message("%s: median %.1f us, p99 %.1f us\n", what,
		      (double)times[count / 2] / 1e3,
		      (double)times[count * 99 / 100] / 1e3);
}

#define SYNS 300
static void own_syn_is_captured_within_a_millisecond(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(NOBODY, 9);
	int64_t whole[SYNS], after[SYNS], before, connected;
	struct captured_packet c;
	int i, s;

	(void)state;
	for (i = 0; i < SYNS; i++) {
		s = open_at(a, ++net.port);
		a->ops->capture_port(a, net.port);
		before = clock_now();
		a->ops->tcp_connect(a, s, &to);
		connected = clock_now();
		assert_true(await(a, &c, SHORTLY));
		after[i] = clock_now() - connected;
		whole[i] = clock_now() - before;
		assert_true(c.outgoing);
		assert_true(c.at >= before - 2 * NS_PER_US);
		assert_true(c.at <= connected + 2 * NS_PER_US);
		assert_int_equal(c.length, c.full_length);
		a->ops->close(a, s);
	}
	print_median("own SYN, from connect()'s return", after, SYNS);
	print_median("own SYN, from connect()'s call", whole, SYNS);
	assert_true(after[SYNS / 2] < NS_PER_MS);	/* 9.6 ms if buffered */
}

static void
earlier_packets_and_other_ports_are_not_captured(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(NOBODY, 9);
	struct segment syn;
	struct captured_packet c;
	int s = send_syn(&to, 0, &syn), other = open_at(a, ++net.port);

	(void)state;
	a->ops->capture_port(a, syn.source.port);
	a->ops->tcp_connect(a, other, &to);
	assert_false(await(a, &c, NEVER_SOON));
	a->ops->capture_port(a, net.port);
	assert_false(await(a, &c, NEVER_SOON));
	a->ops->capture_port(a, 0);
	assert_false(await(a, &c, NEVER_SOON));
	a->ops->close(a, s);
	a->ops->close(a, other);
}

static void one_port_is_captured_on_every_interface(void **state)
{
	struct host_config config = { .want = HOST_CAPTURE };
	struct host *a = net.at_a, *one;
	struct endpoint to = at(NOBODY, 9);
	struct captured_packet c;
	int s, other;

	(void)state;
	config.port = ++net.port;
	s = open_at(a, net.port);
	other = open_at(a, ++net.port);
	one = host_open(&config, NULL);		/* "any": cooked capture */
	assert_non_null(one);
	one->ops->capture_port(one, net.port);
	a->ops->tcp_connect(a, other, &to);
	assert_false(await(one, &c, NEVER_SOON));
	one->ops->capture_port(one, config.port);
	a->ops->tcp_connect(a, s, &to);
	assert_true(await(one, &c, SHORTLY));
	assert_true(c.outgoing);
	assert_int_equal(c.bytes[0] >> 4, 4);
	host_close(one);
	a->ops->close(a, s);
	a->ops->close(a, other);
}

/* The SYN-ACK has the same options as the SYN. */
static void forged_syn_ack_establishes_with_all_options(void **state)
{
	struct host *a = net.at_a, *b = net.at_b;
	struct endpoint to = at(B_ADDRESS, 9);
	struct segment syn, syn_ack, seen;
	struct tcp_options options;
	struct tcp_info info;
	socklen_t length = sizeof(info);
	int s = send_syn(&to, 1, &syn);

	(void)state;
	assert_true(tcp_options_parse(syn.options, syn.options_length,
				      &options));
	options.echo = options.value;
	options.value = 1;
	syn_ack = (struct segment) {
		.source = syn.destination, .destination = syn.source,
		.sequence = 0xfffffffe, .acknowledgement = syn.sequence + 1,
		.window = 64239, .flags = TCP_SYN | TCP_ACK, .ttl = 61,
		.id = 0x1234,
	};
	syn_ack.options_length = tcp_options_build(&options, syn_ack.options);
	assert_int_equal(b->ops->forge(b, &syn_ack, NULL), 0);
	assert_true(await_segment(a, TCP_SYN | TCP_ACK, &seen));
	syn_ack.ttl--;				/* the router's */
	assert_memory_equal(&seen, &syn_ack, sizeof(seen));
	assert_true(await_state(a, s, TCP_IS_ESTABLISHED));
	getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length);
	assert_int_equal(info.tcpi_options & (TCPI_OPT_TIMESTAMPS |
			 TCPI_OPT_SACK | TCPI_OPT_WSCALE),
			 TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK |
			 TCPI_OPT_WSCALE);
	a->ops->close(a, s);
}

/* The segment that B would send on that connection. */
static struct segment from_b(const struct segment *syn, uint8_t flags,
			     uint32_t sequence, uint32_t acknowledgement)
{
	return (struct segment) {
		.source = syn->destination, .destination = syn->source,
		.sequence = sequence, .acknowledgement = acknowledgement,
		.window = 64239, .flags = flags, .ttl = 64,
	};
}

/* In SYN_SENT an ACK of more than the SYN is discarded, where the kernel alone
   would answer with RST; data right behind the SYN-ACK is received. */
static void chosen_isn_is_the_syns_and_early_data_is_received(void **state)
{
	const uint32_t isn = 0xfffffff0, theirs = 77;
	const uint8_t data[32] = "the proof";
	uint8_t received[sizeof(data)];
	struct host *a = net.at_a, *b = net.at_b;
	struct endpoint to = at(B_ADDRESS, 9);
	struct segment syn, s;
	struct captured_packet c;
	int reuse = 0, socket = open_at(a, ++net.port);
	socklen_t length = sizeof(reuse);

	(void)state;
	a->ops->capture_port(a, net.port);
	assert_int_equal(a->ops->tcp_choose_isn(a, socket, isn), 0);
	assert_int_equal(a->ops->tcp_accept_only_ack(a, socket, isn + 1), 0);
	assert_int_equal(a->ops->tcp_set_ttl(a, socket, 1), 0);
	assert_int_equal(a->ops->tcp_connect(a, socket, &to), 0);
	assert_true(await_segment(a, TCP_SYN, &syn));
	assert_int_equal(syn.sequence, isn);
	getsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, &length);
	assert_int_equal(reuse, 1);
	s = from_b(&syn, TCP_ACK, theirs + 1, isn + 33);
	assert_int_equal(b->ops->forge(b, &s, NULL), 0);
	assert_true(await_segment(a, TCP_ACK, &s));
	assert_int_equal(s.acknowledgement, isn + 33);
	s = from_b(&syn, TCP_SYN | TCP_ACK, theirs, isn + 1);
	assert_int_equal(b->ops->forge(b, &s, NULL), 0);
	s = from_b(&syn, TCP_PSH | TCP_ACK, theirs + 1, isn + 1);
	s.payload = sizeof(data);
	assert_int_equal(b->ops->forge(b, &s, data), 0);
	assert_true(await(a, &c, SHORTLY));
	assert_false(c.outgoing);		/* no RST */
	assert_true(await_segment(a, TCP_PSH | TCP_ACK, &s));
	assert_true(await_state(a, socket, TCP_IS_ESTABLISHED));
	assert_int_equal(a->ops->receive(a, socket, received, sizeof(received)),
			 sizeof(data));
	assert_memory_equal(received, data, sizeof(data));
	a->ops->tcp_accept_all(a, socket);
	a->ops->close(a, socket);
}

#define FORGED 20000
static void forger_sends_any_options_and_prints_its_rate(void **state)
{
	struct forger *f = forger_open(NULL);
	struct segment s = {
		.source = at(A_ADDRESS, 7), .destination = at(NOBODY, 9),
		.flags = TCP_RST, .ttl = 64,
	};
	int64_t start;
	int i;

	(void)state;
	assert_non_null(f);
	memset(s.options, 1, sizeof(s.options));
	start = clock_now();
	for (i = 0; i < FORGED; i++) {
		s.options_length = (uint8_t)(i % 11 * 4);
		assert_int_equal(forger_send(f, &s, NULL), 0);
	}
	print_message("forged: %.0f thousand packets/s\n", FORGED * 1e6 /
		      (double)(clock_now() - start));
	s.options_length = 3;
	assert_int_equal(forger_send(f, &s, NULL), -EINVAL);
	s.options_length = 44;
	assert_int_equal(forger_send(f, &s, NULL), -EINVAL);
	forger_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_exceeded_is_captured_but_does_not_abort),
		cmocka_unit_test(time_exceeded_aborts_without_minttl),
		cmocka_unit_test(own_syn_is_captured_within_a_millisecond),
		cmocka_unit_test(
			earlier_packets_and_other_ports_are_not_captured),
		cmocka_unit_test(one_port_is_captured_on_every_interface),
		cmocka_unit_test(forged_syn_ack_establishes_with_all_options),
		cmocka_unit_test(
			chosen_isn_is_the_syns_and_early_data_is_received),
		cmocka_unit_test(forger_sends_any_options_and_prints_its_rate),
	};

	return cmocka_run_group_tests_name("host packets", tests, set_up,
					   tear_down);
}
