#include "ctnetlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

enum { REQUEST = 512, ANSWER = 8192, ECHO = 8 };

struct found {
	bool tcp;
	uint8_t state;
	uint32_t status;
};

static const char *const states[TCP_CONNTRACK_MAX] = {
	[TCP_CONNTRACK_NONE] = "no state",
	[TCP_CONNTRACK_SYN_SENT] = "SYN_SENT",
	[TCP_CONNTRACK_SYN_RECV] = "SYN_RECV",
	[TCP_CONNTRACK_ESTABLISHED] = "ESTABLISHED",
	[TCP_CONNTRACK_FIN_WAIT] = "FIN_WAIT",
	[TCP_CONNTRACK_CLOSE_WAIT] = "CLOSE_WAIT",
	[TCP_CONNTRACK_LAST_ACK] = "LAST_ACK",
	[TCP_CONNTRACK_TIME_WAIT] = "TIME_WAIT",
	[TCP_CONNTRACK_CLOSE] = "CLOSE",
	[TCP_CONNTRACK_LISTEN] = "SYN_SENT2",
};

struct mnl_socket *ctnetlink_open(struct error *e)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER,
						SOCK_CLOEXEC);

	if (s && mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) == 0)
		return s;
	error_set(e, ERROR_MISSING, "conntrack cannot be asked: %s",
		  strerror(errno));
	if (s)
		mnl_socket_close(s);
	return NULL;
}

static void put_protocol(struct nlmsghdr *h, uint8_t protocol,
			 const struct endpoint *from,
			 const struct endpoint *to)
{
	mnl_attr_put_u8(h, CTA_PROTO_NUM, protocol);
	if (protocol == IPPROTO_ICMP) {
		mnl_attr_put_u16(h, CTA_PROTO_ICMP_ID, htons(from->port));
		mnl_attr_put_u8(h, CTA_PROTO_ICMP_TYPE, ECHO);
		mnl_attr_put_u8(h, CTA_PROTO_ICMP_CODE, 0);
		return;
	}
	mnl_attr_put_u16(h, CTA_PROTO_SRC_PORT, htons(from->port));
	mnl_attr_put_u16(h, CTA_PROTO_DST_PORT, htons(to->port));
}

static void put_tuple(struct nlmsghdr *h, uint8_t protocol,
		      const struct endpoint *from, const struct endpoint *to)
{
	struct nlattr *tuple = mnl_attr_nest_start(h, CTA_TUPLE_ORIG);
	struct nlattr *part = mnl_attr_nest_start(h, CTA_TUPLE_IP);

	mnl_attr_put_u32(h, CTA_IP_V4_SRC, htonl(from->address));
	mnl_attr_put_u32(h, CTA_IP_V4_DST, htonl(to->address));
	mnl_attr_nest_end(h, part);
	part = mnl_attr_nest_start(h, CTA_TUPLE_PROTO);
	put_protocol(h, protocol, from, to);
	mnl_attr_nest_end(h, part);
	mnl_attr_nest_end(h, tuple);
}

static int read_tcp(const struct nlattr *a, void *argument)
{
	struct found *f = argument;

	if (mnl_attr_get_type(a) == CTA_PROTOINFO_TCP_STATE)
		f->state = mnl_attr_get_u8(a);
	return MNL_CB_OK;
}

static int read_protoinfo(const struct nlattr *a, void *argument)
{
	struct found *f = argument;

	if (mnl_attr_get_type(a) != CTA_PROTOINFO_TCP)
		return MNL_CB_OK;
	f->tcp = true;
	return mnl_attr_parse_nested(a, read_tcp, argument);
}

static int read_attribute(const struct nlattr *a, void *argument)
{
	struct found *f = argument;

	if (mnl_attr_get_type(a) == CTA_STATUS)
		f->status = ntohl(mnl_attr_get_u32(a));
	else if (mnl_attr_get_type(a) == CTA_PROTOINFO)
		mnl_attr_parse_nested(a, read_protoinfo, argument);
	return MNL_CB_OK;
}

static const char *state_text(const struct found *f)
{
	if (f->tcp)
		return f->state < TCP_CONNTRACK_MAX ? states[f->state] : "?";
	if (f->status & IPS_ASSURED)
		return "ASSURED";
	return f->status & IPS_SEEN_REPLY ? "REPLIED" : "UNREPLIED";
}

const char *ctnetlink_state(struct mnl_socket *s, uint8_t protocol,
			    const struct endpoint *from,
			    const struct endpoint *to)
{
	uint8_t buffer[REQUEST], answer[ANSWER];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct found f = { 0 };
	struct nfgenmsg *g;
	ssize_t length;

	h->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	h->nlmsg_flags = NLM_F_REQUEST;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->nfgen_family = AF_INET;
	put_tuple(h, protocol, from, to);
	if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return "?";
	length = mnl_socket_recvfrom(s, answer, sizeof(answer));
	h = (struct nlmsghdr *)answer;
	if (length < (ssize_t)sizeof(*h) || h->nlmsg_type == NLMSG_ERROR)
		return length < (ssize_t)sizeof(*h) ? "?" : "NONE";
	mnl_attr_parse(h, sizeof(*g), read_attribute, &f);
	return state_text(&f);
}
