#include "end.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define INTERFACE "eth0"

static bool complain(const char *what)
{
	fprintf(stderr, "suite: %s: %s\n", what, strerror(errno));
	return false;
}

static bool enter(const char *place)
{
	char path[128];
	int namespace, status;

	if (sscanf(place, "nsenter --net=%127s", path) != 1) {
		fprintf(stderr, "suite: \"%s\" is no place\n", place);
		return false;
	}
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (namespace < 0)
		return complain(path);
	status = setns(namespace, CLONE_NEWNET);
	close(namespace);
	return status == 0 || complain(path);
}

/* gateway - of the permanent neighbours there is one */
static bool gateway(uint8_t mac[6])
{
	FILE *f = fopen("/proc/net/arp", "re");
	unsigned int m[6];
	int found = 0;

	if (!f)
		return complain("/proc/net/arp");
	if (fscanf(f, "%*[^\n]") != EOF)
		found = fscanf(f, "%*s %*s %*s %x:%x:%x:%x:%x:%x", &m[0],
			       &m[1], &m[2], &m[3], &m[4], &m[5]);
	fclose(f);
	if (found != 6) {
		fputs("suite: a host without a gateway\n", stderr);
		return false;
	}
	for (int i = 0; i < 6; i++)
		mac[i] = (uint8_t)m[i];
	return true;
}

/* take_address - read the interface's, and take it off the kernel */
static bool take_address(uint32_t *address)
{
	struct ifreq r = { .ifr_name = INTERFACE };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool done;

	if (s < 0)
		return complain("socket");
	done = ioctl(s, SIOCGIFADDR, &r) == 0;
	memcpy(&in, &r.ifr_addr, sizeof(in));
	*address = ntohl(in.sin_addr.s_addr);
	in.sin_addr.s_addr = 0;
	memcpy(&r.ifr_addr, &in, sizeof(in));
	done = done && ioctl(s, SIOCSIFADDR, &r) == 0;
	close(s);
	return done || complain("the address of " INTERFACE);
}

static bool listen_raw(struct raw_end *e)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
	};
	int one = 1;

	e->interface = (int)if_nametoindex(INTERFACE);
	at.sll_ifindex = e->interface;
	e->socket = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (e->socket < 0 ||
	    setsockopt(e->socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
		       sizeof(one)) ||
	    bind(e->socket, (struct sockaddr *)&at, sizeof(at)))
		return complain("a packet socket");
	return true;
}

bool end_open(struct raw_end *e, const char *place)
{
	return enter(place) && gateway(e->gateway) && listen_raw(e) &&
		take_address(&e->address);
}

bool end_send(const struct raw_end *e, const struct raw_packet *p)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = e->interface,
		.sll_halen = 6,
	};

	memcpy(to.sll_addr, e->gateway, 6);
	return sendto(e->socket, p->bytes, p->length, 0,
		      (struct sockaddr *)&to, sizeof(to)) ==
		(ssize_t)p->length || complain("sending");
}

bool end_receive(const struct raw_end *e, struct raw_packet *p)
{
	struct pollfd poll_on = { .fd = e->socket, .events = POLLIN };
	ssize_t n;

	if (poll(&poll_on, 1, 5000) != 1) {
		fputs("suite: a packet that must come did not\n", stderr);
		return false;
	}
	n = recv(e->socket, p->bytes, sizeof(p->bytes), 0);
	p->length = n > 0 ? (size_t)n : 0;
	return n > 0 || complain("receiving");
}
