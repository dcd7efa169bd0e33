#include "lab/netlink.h"

#include "base/clock.h"
#include "base/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#define REQUEST 1024		/* bytes; a veth pair's has 250 */
#define ANSWER 16384		/* bytes; the longest describes an interface */
#define ANY_INDEX 0		/* of an interface that is made */

/* as in <linux/if.h>, which conflicts with <net/if.h> */
#define OPERSTATE_UP 6

bool netlink_open(struct netlink *n, struct error *e)
{
	*n = (struct netlink){ .sequence = 0 };
	n->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (n->socket && mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) == 0)
		return true;
	error_set(e, ERROR_FAILED, "rtnetlink cannot be opened: %s",
		  strerror(errno));
	netlink_close(n);
	return false;
}

void netlink_close(struct netlink *n)
{
	if (n->socket)
		mnl_socket_close(n->socket);
	n->socket = NULL;
}

/* begin - write the header of a request into @buffer */
static struct nlmsghdr *begin(struct netlink *n, void *buffer, int type,
			      int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);

	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	h->nlmsg_seq = ++n->sequence;
	return h;
}

/* ask - send the request and read the kernel's answer with @read; Return: 0 or
   -errno */
static int ask(struct netlink *n, const struct nlmsghdr *h, mnl_cb_t read,
	       void *argument)
{
	uint8_t answer[ANSWER];
	ssize_t length;
	int more;

	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		length = mnl_socket_recvfrom(n->socket, answer,
					     sizeof(answer));
		if (length < 0)
			return -errno;
		more = mnl_cb_run(answer, (size_t)length, n->sequence,
				  mnl_socket_get_portid(n->socket), read,
				  argument);
	} while (more > 0);
	return more < 0 ? -errno : 0;
}

/* apply - send a request that changes something; Return: 0 or -errno */
static int apply(struct netlink *n, const struct nlmsghdr *h)
{
	return ask(n, h, NULL, NULL);
}

static struct ifinfomsg *put_link(struct nlmsghdr *h, int index)
{
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	i->ifi_family = AF_UNSPEC;
	i->ifi_index = index;
	return i;
}

static void put_end(struct nlmsghdr *h, const struct netlink_end *end)
{
	mnl_attr_put_strz(h, IFLA_IFNAME, end->name);
	if (end->mac)
		mnl_attr_put(h, IFLA_ADDRESS, 6, end->mac);
}

/*
 * read_index - read the index of an interface
 * This ioctl works on a socket of any family (netdevice(7)). Unlike a request
 * for the interface, it does not wait for the lock that all namespaces share.
 */
static bool read_index(struct netlink *n, const char *name, int *index,
		       struct error *e)
{
	struct ifreq r = { .ifr_ifindex = 0 };

	strncpy(r.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(mnl_socket_get_fd(n->socket), SIOCGIFINDEX, &r) < 0)
		return error_set(e, ERROR_FAILED, "the index of interface "
				 "\"%s\" cannot be read: %s", name,
				 strerror(errno));
	*index = r.ifr_ifindex;
	return true;
}

bool netlink_pair(struct netlink_end *here, struct netlink_end *there,
		  int namespace, struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(here->netlink, buffer, RTM_NEWLINK,
				   NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data, *peer;
	int r;

	put_link(h, ANY_INDEX);
	put_end(h, here);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
	put_link(h, ANY_INDEX);
	put_end(h, there);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)namespace);
	mnl_attr_nest_end(h, peer);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	r = apply(here->netlink, h);
	if (r)
		return error_set(e, r == -EOPNOTSUPP ? ERROR_MISSING :
				 ERROR_FAILED, "the veth pair of \"%s\" and "
				 "\"%s\" cannot be made: %s%s", here->name,
				 there->name, strerror(-r), r == -EOPNOTSUPP ?
				 " (modprobe veth)" : "");
	return read_index(here->netlink, here->name, &here->index, e) &&
	       read_index(there->netlink, there->name, &there->index, e);
}

bool netlink_bridge(struct netlink *n, const char *name, int *index,
		    struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWLINK,
				   NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info;
	int r;

	put_link(h, ANY_INDEX);
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "bridge");
	mnl_attr_nest_end(h, info);
	r = apply(n, h);
	if (r)
		return error_set(e, r == -EOPNOTSUPP ? ERROR_MISSING :
				 ERROR_FAILED, "the bridge \"%s\" cannot be "
				 "made: %s%s", name, strerror(-r),
				 r == -EOPNOTSUPP ? " (modprobe bridge)" : "");
	return read_index(n, name, index, e);
}

bool netlink_attach(struct netlink *n, int index, int bridge,
		    struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWLINK, 0);
	int r;

	put_link(h, index);
	mnl_attr_put_u32(h, IFLA_MASTER, (uint32_t)bridge);
	r = apply(n, h);
	return !r || error_set(e, ERROR_FAILED, "interface %d cannot be made "
			       "a port of bridge %d: %s", index, bridge,
			       strerror(-r));
}

bool netlink_up(struct netlink *n, int index, struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWLINK, 0);
	struct ifinfomsg *i = put_link(h, index);
	int r;

	i->ifi_flags = IFF_UP;
	i->ifi_change = IFF_UP;
	r = apply(n, h);
	return !r || error_set(e, ERROR_FAILED, "interface %d cannot be set "
			       "up: %s", index, strerror(-r));
}

/* The interface that read_state() looks for, and its IFLA_OPERSTATE. */
struct wanted_link {
	int index;
	uint8_t state;
};

static int read_attribute(const struct nlattr *a, void *argument)
{
	if (mnl_attr_get_type(a) == IFLA_OPERSTATE)
		*(uint8_t *)argument = mnl_attr_get_u8(a);
	return MNL_CB_OK;
}

static int read_state(const struct nlmsghdr *h, void *argument)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	struct wanted_link *w = argument;

	if (h->nlmsg_type != RTM_NEWLINK || i->ifi_index != w->index)
		return MNL_CB_OK;	/* a change of another interface */
	return mnl_attr_parse(h, sizeof(*i), read_attribute, &w->state);
}

static bool is_up(struct netlink *n, int index)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_GETLINK, 0);
	struct wanted_link w = { .index = index };

	put_link(h, index);
	return ask(n, h, read_state, &w) == 0 && w.state == OPERSTATE_UP;
}

bool netlink_await_up(struct netlink *n, int index, int64_t deadline,
		      struct error *e)
{
	struct pollfd fd = { .events = POLLIN };
	struct timespec left;
	uint8_t news[ANSWER];
	int group = RTNLGRP_LINK;

	if (is_up(n, index))
		return true;
	/* subscribe to changes, then look again */
	mnl_socket_setsockopt(n->socket, NETLINK_ADD_MEMBERSHIP, &group,
			      sizeof(group));
	fd.fd = mnl_socket_get_fd(n->socket);
	while (!is_up(n, index)) {
		if (clock_now() >= deadline)
			return error_set(e, ERROR_FAILED, "interface %d did "
					 "not come up", index);
		if (ppoll(&fd, 1, clock_remaining(clock_now(), deadline,
						  &left), NULL) > 0)
			mnl_socket_recvfrom(n->socket, news, sizeof(news));
	}
	mnl_socket_setsockopt(n->socket, NETLINK_DROP_MEMBERSHIP, &group,
			      sizeof(group));
	return true;
}

bool netlink_address(struct netlink *n, int index, uint32_t address,
		     uint8_t prefix, struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWADDR,
				   NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(h, sizeof(*a));
	char text[ADDRESS_TEXT];
	int r;

	a->ifa_family = AF_INET;
	a->ifa_prefixlen = prefix;
	a->ifa_index = (uint32_t)index;
	mnl_attr_put_u32(h, IFA_LOCAL, htonl(address));
	mnl_attr_put_u32(h, IFA_ADDRESS, htonl(address));
	r = apply(n, h);
	return !r || error_set(e, ERROR_FAILED, "interface %d cannot have "
			       "the address %s/%d: %s", index,
			       address_text(address, text), prefix,
			       strerror(-r));
}

bool netlink_route(struct netlink *n, uint32_t network, uint8_t prefix,
		   uint32_t gateway, int index, struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWROUTE,
				   NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	char text[ADDRESS_TEXT], by[ADDRESS_TEXT];
	int r;

	m->rtm_family = AF_INET;
	m->rtm_dst_len = prefix;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_protocol = RTPROT_STATIC;
	m->rtm_scope = RT_SCOPE_UNIVERSE;
	m->rtm_type = RTN_UNICAST;
	if (prefix)
		mnl_attr_put_u32(h, RTA_DST, htonl(network));
	mnl_attr_put_u32(h, RTA_GATEWAY, htonl(gateway));
	mnl_attr_put_u32(h, RTA_OIF, (uint32_t)index);
	r = apply(n, h);
	return !r || error_set(e, ERROR_FAILED, "the route to %s/%d "
			       "through %s cannot be made: %s",
			       address_text(network, text), prefix,
			       address_text(gateway, by), strerror(-r));
}

bool netlink_neighbour(struct netlink *n, int index, uint32_t address,
		       const uint8_t mac[6], struct error *e)
{
	uint8_t buffer[REQUEST];
	struct nlmsghdr *h = begin(n, buffer, RTM_NEWNEIGH,
				   NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	char text[ADDRESS_TEXT];
	int r;

	m->ndm_family = AF_INET;
	m->ndm_ifindex = index;
	m->ndm_state = NUD_PERMANENT;
	m->ndm_type = RTN_UNICAST;
	mnl_attr_put_u32(h, NDA_DST, htonl(address));
	mnl_attr_put(h, NDA_LLADDR, 6, mac);
	r = apply(n, h);
	return !r || error_set(e, ERROR_FAILED, "interface %d cannot have "
			       "the neighbour %s: %s", index,
			       address_text(address, text), strerror(-r));
}
