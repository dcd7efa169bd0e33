#include "host_network.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct host_network net;

void enter(int namespace)
{
	assert_int_equal(setns(namespace, CLONE_NEWNET), 0);
}

static int make_namespace(void)
{
	int fd;

	assert_int_equal(unshare(CLONE_NEWNET), 0);
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

__attribute__((format(printf, 1, 2)))
static void shell(const char *format, ...)
{
	char command[512];
	va_list list;

	va_start(list, format);
	vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* become_root - in a new user namespace, unless this is root */
static void become_root(void)
{
	char map[64];
	unsigned user = geteuid(), group = getegid();

	if (user == 0)
		return;
	assert_int_equal(unshare(CLONE_NEWUSER), 0);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", user);
	write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", group);
	write_file("/proc/self/gid_map", map);
}

static void make_end(int namespace, const char *address, const char *gateway)
{
	enter(namespace);
	shell("ip link set lo up && ip address add %s/24 dev eth0 && "
	      "ip link set eth0 up && ip route add default via %s", address,
	      gateway);
}

static void make_network(void)
{
	net.a = make_namespace();
	net.b = make_namespace();
	net.router = make_namespace();
	shell("ip link set lo up && "
	      "ip link add to-a type veth peer name eth0 netns /proc/%d/fd/%d"
	      " && "
	      "ip link add to-b type veth peer name eth0 netns /proc/%d/fd/%d"
	      " && ip address add 10.0.1.1/24 dev to-a"
	      " && ip address add 10.0.2.1/24 dev to-b"
	      " && ip link set to-a up && ip link set to-b up"
	      " && ip neighbour add 10.0.2.9 lladdr 02:00:00:00:00:09 "
	      "nud permanent dev to-b",
	      getpid(), net.a, getpid(), net.b);
	write_file("/proc/sys/net/ipv4/ip_forward", "1");
	write_file("/proc/sys/net/ipv4/icmp_ratelimit", "0");
	write_file("/proc/sys/net/ipv4/icmp_ratemask", "0");
	make_end(net.a, "10.0.1.2", "10.0.1.1");
	make_end(net.b, "10.0.2.2", "10.0.2.1");
}

static struct host *open_host(int namespace, uint32_t towards, unsigned want)
{
	struct host_config config = { .route_to = towards, .want = want };
	struct error e = { 0 };
	struct host *h;

	enter(namespace);
	h = host_open(&config, &e);
	if (!h)
		fail_msg("%s", e.text);
	assert_int_equal(h->can, want);
	return h;
}

int set_up(void **state)
{
	*state = &net;
	become_root();
	make_network();
	net.port = 40000;
	net.at_a = open_host(net.a, B_ADDRESS, HOST_CAPTURE | HOST_FORGE);
	net.at_b = open_host(net.b, A_ADDRESS, HOST_CAPTURE | HOST_FORGE);
	enter(net.a);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	host_close(net.at_a);
	host_close(net.at_b);
	return 0;
}

struct endpoint at(uint32_t address, uint16_t port)
{
	return (struct endpoint) { .address = address, .port = port };
}

int open_at(struct host *h, uint16_t port)
{
	int s;

	enter(h == net.at_b ? net.b : net.a);
	s = h->ops->tcp_open(h, port);
	assert_true(s >= 0);
	enter(net.a);
	return s;
}

bool await(struct host *h, struct captured_packet *out, int64_t patience)
{
	int64_t deadline = clock_now() + patience;

	while (!h->ops->capture_next(h, out)) {
		if (clock_now() >= deadline)
			return false;
		assert_true(h->ops->wait(h, NULL, 0, deadline) >= 0);
	}
	return true;
}

bool await_segment(struct host *h, unsigned flags, struct segment *out)
{
	struct captured_packet c;

	while (await(h, &c, SHORTLY))
		if (segment_parse(c.bytes, c.length, out) &&
		    out->flags == flags)
			return true;
	return false;
}

bool await_state(struct host *h, int s, enum tcp_state wanted)
{
	struct host_wait item = { .handle = s, .read = true, .write = true };
	int64_t deadline = clock_now() + SHORTLY;
	int why;

	while (h->ops->tcp_state(h, s, &why) != wanted) {
		if (clock_now() >= deadline)
			return false;
		h->ops->wait(h, &item, 1, clock_now() + NS_PER_MS);
	}
	return true;
}

int send_syn(const struct endpoint *to, int ttl, struct segment *syn)
{
	struct host *a = net.at_a;
	int s = open_at(a, ++net.port);

	a->ops->capture_port(a, net.port);
	assert_int_equal(a->ops->tcp_set_ttl(a, s, ttl), 0);
	assert_int_equal(a->ops->tcp_connect(a, s, to), 0);
	assert_true(await_segment(a, TCP_SYN, syn));
	return s;
}
