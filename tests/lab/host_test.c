/* src/host on this kernel: sockets, hop probes, wait(), error messages. */
#include "host_network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void sockets_have_minttl_cubic_and_nonblock(void **state)
{
	struct host *a = net.at_a;
	struct endpoint self;
	char name[16] = "";
	int value = 0, s = open_at(a, 0);
	socklen_t length = sizeof(value);

	(void)state;
	assert_int_equal(a->ops->tcp_local_endpoint(a, s, &self), 0);
	assert_int_equal(self.address, 0);
	assert_int_not_equal(self.port, 0);
	getsockopt(s, IPPROTO_IP, IP_MINTTL, &value, &length);
	assert_int_equal(value, 2);
	length = sizeof(name);
	getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, name, &length);
	assert_string_equal(name, "cubic");
	assert_true(fcntl(s, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(s, F_GETFD) & FD_CLOEXEC);
	a->ops->close(a, s);
}

static void each_syn_has_the_ttl_that_was_set(void **state)
{
	struct endpoint to = at(NOBODY, 9);
	struct segment syn;
	int s = send_syn(&to, 3, &syn);

	(void)state;
	assert_int_equal(syn.ttl, 3);
	net.at_a->ops->close(net.at_a, s);
	s = send_syn(&to, 0, &syn);
	assert_int_equal(syn.ttl, 64);
	net.at_a->ops->close(net.at_a, s);
}

static void two_hosts_connect_exchange_data_and_close(void **state)
{
	struct host *a = net.at_a, *b = net.at_b;
	struct host_wait item = { .read = true };
	struct endpoint to = at(B_ADDRESS, ++net.port), from;
	int listener = open_at(b, net.port), s, accepted, value = 0;
	socklen_t length = sizeof(value);
	char bytes[64];
	struct segment syn;

	(void)state;
	assert_int_equal(b->ops->tcp_listen(b, listener), 0);
	assert_int_equal(b->ops->tcp_state(b, listener, NULL),
			 TCP_IS_LISTENING);
	assert_int_equal(b->ops->tcp_accept(b, listener, &from), -EAGAIN);
	s = send_syn(&to, 0, &syn);
	assert_true(await_state(a, s, TCP_IS_ESTABLISHED));
	accepted = b->ops->tcp_accept(b, listener, &from);
	assert_true(accepted >= 0);
	assert_true(endpoint_equal(&from, &syn.source));
	assert_int_equal(b->ops->receive(b, accepted, bytes, 64), -EAGAIN);
	getsockopt(accepted, IPPROTO_IP, IP_MINTTL, &value, &length);
	assert_int_equal(value, 2);
	assert_int_equal(a->ops->send(a, s, "0123456789", 10), 10);
	item.handle = accepted;
	b->ops->wait(b, &item, 1, clock_now() + SHORTLY);
	assert_true(item.ready);
	assert_int_equal(b->ops->receive(b, accepted, bytes, 64), 10);
	assert_true(a->ops->tcp_rtt(a, s) > 0);
	a->ops->shutdown_send(a, s);
	assert_true(await_state(b, accepted, TCP_IS_CLOSING));
	assert_int_equal(b->ops->receive(b, accepted, bytes, 64), 0);
	b->ops->close(b, accepted);
	b->ops->close(b, listener);
	a->ops->close(a, s);
}

static void rst_for_the_syn_closes_with_econnrefused(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(B_ADDRESS, 9);
	struct host_wait item = { .write = true };
	struct segment syn, rst;
	int why = 0;

	(void)state;
	item.handle = send_syn(&to, 0, &syn);
	assert_true(await_segment(a, TCP_RST | TCP_ACK, &rst));
	assert_int_equal(rst.acknowledgement, syn.sequence + 1);
	a->ops->wait(a, &item, 1, clock_now() + SHORTLY);
	assert_true(item.ready);
	assert_int_equal(a->ops->tcp_state(a, item.handle, &why),
			 TCP_IS_CLOSED);
	assert_int_equal(why, ECONNREFUSED);
	a->ops->tcp_state(a, item.handle, &why);
	assert_int_equal(why, 0);
	a->ops->close(a, item.handle);
}

static void close_in_syn_sent_frees_the_tuple_without_a_packet(void **state)
{
	struct host *a = net.at_a;
	struct endpoint to = at(NOBODY, 9);
	struct segment syn, other;
	struct captured_packet c;
	int i, s;

	(void)state;
	s = send_syn(&to, 0, &syn);
	for (i = 0; i < 5; i++) {
		a->ops->close(a, s);
		assert_false(await(a, &c, NEVER_SOON));
		s = open_at(a, syn.source.port);
		assert_int_equal(a->ops->tcp_connect(a, s, &to), 0);
		assert_true(await_segment(a, TCP_SYN, &other));
		assert_true(endpoint_equal(&other.source, &syn.source));
	}
	a->ops->close(a, s);
}

static void syn_sent_receives_a_syn_before_the_listener(void **state)
{
	struct host *a = net.at_a, *b = net.at_b;
	struct endpoint to = at(B_ADDRESS, ++net.port);
	struct endpoint from = at(A_ADDRESS, (uint16_t)(net.port + 1));
	int theirs = open_at(b, net.port), mine, listener;
	struct segment syn;

	(void)state;
	listener = open_at(a, from.port);
	assert_int_equal(a->ops->tcp_listen(a, listener), 0);
	mine = send_syn(&to, 1, &syn);		/* dies at the router */
	assert_int_equal(syn.source.port, from.port);
	assert_int_equal(a->ops->tcp_set_ttl(a, mine, 0), 0);
	assert_int_equal(b->ops->tcp_connect(b, theirs, &from), 0);
	assert_true(await_state(b, theirs, TCP_IS_ESTABLISHED));
	assert_true(await_state(a, mine, TCP_IS_ESTABLISHED));
	assert_int_equal(a->ops->tcp_accept(a, listener, NULL), -EAGAIN);
	a->ops->close(a, listener);
	a->ops->close(a, mine);
	b->ops->close(b, theirs);
}

static void listener_discards_syns_from_an_address(void **state)
{
	struct host *a = net.at_a, *b = net.at_b;
	struct endpoint to = at(A_ADDRESS, ++net.port);
	int listener = open_at(a, net.port), refused, other, why;

	(void)state;
	assert_int_equal(a->ops->tcp_discard_syns_from(a, listener, B_ADDRESS),
			 0);
	assert_int_equal(a->ops->tcp_listen(a, listener), 0);
	refused = open_at(b, ++net.port);
	assert_int_equal(b->ops->tcp_connect(b, refused, &to), 0);
	assert_false(await_state(b, refused, TCP_IS_ESTABLISHED));
	assert_int_equal(b->ops->tcp_state(b, refused, &why),
			 TCP_IS_SYN_SENT);
	assert_int_equal(a->ops->tcp_discard_syns_from(a, listener, NOBODY), 0);
	other = open_at(b, ++net.port);
	assert_int_equal(b->ops->tcp_connect(b, other, &to), 0);
	assert_true(await_state(b, other, TCP_IS_ESTABLISHED));
	b->ops->close(b, other);
	b->ops->close(b, refused);
	a->ops->close(a, listener);
}

static bool await_hop(struct host *h, struct hop *out)
{
	int64_t deadline = clock_now() + SHORTLY;

	while (!h->ops->hop_answer(h, out)) {
		if (clock_now() >= deadline)
			return false;
		h->ops->wait(h, NULL, 0, deadline);
	}
	return true;
}

static void hop_answers_carry_the_ttl_of_their_probe(void **state)
{
	struct host *a = net.at_a;
	struct hop hop;

	(void)state;
	assert_int_equal(a->ops->hop_probe(a, 0, B_ADDRESS, 1), 0);
	assert_int_equal(a->ops->hop_probe(a, 0, B_ADDRESS, 2), 0);
	assert_true(await_hop(a, &hop));
	assert_int_equal(hop.ttl, 1);
	assert_int_equal(hop.from, A_ROUTER);
	assert_false(hop.reached);
	assert_true(await_hop(a, &hop));
	assert_int_equal(hop.ttl, 2);
	assert_int_equal(hop.from, B_ADDRESS);
	assert_true(hop.reached);
	assert_false(a->ops->hop_answer(a, &hop));
	assert_int_equal(a->ops->hop_probe(a, 0, B_ADDRESS, 0), -EINVAL);
	assert_int_equal(a->ops->hop_probe(a, 0, B_ADDRESS, 256), -EINVAL);
}

static void waiting_ends_at_the_deadline(void **state)
{
	struct host *a = net.at_a;
	int64_t start = clock_now();
	struct host_wait item = { .handle = -1, .read = true, .ready = true };

	(void)state;
	a->ops->capture_port(a, 0);
	assert_int_equal(a->ops->wait(a, &item, 1, start + 20 * NS_PER_MS), 0);
	assert_true(clock_now() >= start + 20 * NS_PER_MS);
	assert_false(item.ready);
	assert_int_equal(a->ops->wait(a, NULL, 0, start), 0);
}

static void drop_privileges(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[2] = { { 0 } };

	if (syscall(SYS_capset, &header, none) != 0)
		_exit(99);
}

/* unprivileged - run the checks without capabilities, in a child process.
   Return: a bit for each check that failed */
static int unprivileged(void)
{
	struct host_config config = { .route_to = B_ADDRESS };
	struct error e = { 0 };
	struct host *h;
	int bad = 0;

	drop_privileges();
	h = host_open(&config, &e);
	bad |= !h || h->ops->hop_probe(h, 0, B_ADDRESS, 1) != 0;
	bad |= h && h->ops->tcp_open(h, 0) < 0 ? 2 : 0;
	host_close(h);
	config.want = HOST_CAPTURE;
	bad |= host_open(&config, &e) ? 4 : 0;
	bad |= e.kind != ERROR_MISSING || !strstr(e.text, "CAP_NET_RAW") ||
		!strstr(e.text, "captur") ? 8 : 0;
	config.want = HOST_FORGE;
	bad |= host_open(&config, &e) ? 16 : 0;
	bad |= e.kind != ERROR_MISSING || !strstr(e.text, "CAP_NET_RAW") ||
		!strstr(e.text, "forg") ? 32 : 0;
	config.want = HOST_CHOOSE_ISN;
	bad |= host_open(&config, &e) ? 64 : 0;
	bad |= e.kind != ERROR_MISSING || !strstr(e.text, "CAP_NET_ADMIN") ||
		!strstr(e.text, "initial sequence number") ? 128 : 0;
	return bad;
}

static void without_privilege_the_error_names_it(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(unprivileged());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void error_quotes_an_unknown_interface(void **state)
{
	struct host_config config = {
		.interface = "nosuch0", .want = HOST_CAPTURE
	};
	struct error e = { 0 };

	(void)state;
	assert_null(host_open(&config, &e));
	assert_int_equal(e.kind, ERROR_MISSING);
	assert_non_null(strstr(e.text, "\"nosuch0\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_have_minttl_cubic_and_nonblock),
		cmocka_unit_test(each_syn_has_the_ttl_that_was_set),
		cmocka_unit_test(two_hosts_connect_exchange_data_and_close),
		cmocka_unit_test(rst_for_the_syn_closes_with_econnrefused),
		cmocka_unit_test(
			close_in_syn_sent_frees_the_tuple_without_a_packet),
		cmocka_unit_test(syn_sent_receives_a_syn_before_the_listener),
		cmocka_unit_test(listener_discards_syns_from_an_address),
		cmocka_unit_test(hop_answers_carry_the_ttl_of_their_probe),
		cmocka_unit_test(waiting_ends_at_the_deadline),
		cmocka_unit_test(without_privilege_the_error_names_it),
		cmocka_unit_test(error_quotes_an_unknown_interface),
	};

	return cmocka_run_group_tests_name("host", tests, set_up, tear_down);
}
