/*
 * The ruleset of a NAT has rules for its outside interface only. Packets that
 * leave there are masqueraded. A packet that arrives there without a mapping is
 * addressed to the NAT itself, so it reaches INPUT and is never forwarded. If
 * the NAT drops, INPUT accepts only packets of connections that the NAT knows.
 * Otherwise there is no INPUT chain, and the NAT's TCP answers with RST, as for
 * any port on which no socket listens.
 *
 * The ruleset of a firewall filters in FORWARD instead of INPUT, and rejects
 * with RST where a NAT's TCP would answer. It drops invalid packets in both
 * directions, as a usual ruleset does. A NAT needs no such rule: it does not
 * translate an invalid packet, so the packet gets nowhere. A firewall would
 * forward it.
 */
#include "lab/kernel_nat.h"

#include "lab/netns.h"
#include "gateway/gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <nftables/libnftables.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIBERAL "netfilter/nf_conntrack_tcp_be_liberal"

/* descriptors_are_low - can libnftables open its socket? It aborts if the
   descriptor is 1024 or more. */
static bool descriptors_are_low(void)
{
	int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (lowest >= 0)
		close(lowest);
	return lowest >= 0 && lowest < FD_SETSIZE - 8;
}

/* load - load the ruleset into the current network namespace */
static bool load(const char *ruleset, struct error *e)
{
	struct nft_ctx *nft = NULL;
	const char *message;
	char why[160];
	bool ok;

	if (descriptors_are_low())
		nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft)
		return error_set(e, ERROR_FAILED, "libnftables cannot be "
				 "opened; are too many files open?");
	nft_ctx_buffer_error(nft);
	nft_ctx_buffer_output(nft);
	ok = nft_run_cmd_from_buffer(nft, ruleset) == 0;
	message = nft_ctx_get_error_buffer(nft);
	snprintf(why, sizeof(why), "%.*s", (int)strcspn(message, "\n"),
		 message);
	nft_ctx_free(nft);
	return ok || error_set(e, ERROR_MISSING, "the kernel refuses a NAT's "
			       "nftables ruleset (%s); modprobe nf_tables "
			       "nft_masq nft_ct may help", why);
}

static void write_ruleset(const struct kernel_nat *k, const char *outside,
			  char *out, size_t room)
{
	char input[256] = "";

	if (k->drops)
		snprintf(input, sizeof(input),
			 "chain input {\n"
			 "type filter hook input priority filter\n"
			 "iifname \"%s\" ct state established,related accept\n"
			 "iifname \"%s\" drop\n"
			 "}\n", outside, outside);
	snprintf(out, room,
		 "table ip nat {\n"
		 "chain postrouting {\n"
		 "type nat hook postrouting priority srcnat\n"
		 "oifname \"%s\" %s\n"
		 "}\n"
		 "%s"
		 "}\n", outside, k->masquerade, input);
}

static void write_firewall(const struct kernel_nat *k, const char *outside,
			   char *out, size_t room)
{
	char reject[128] = "";

	if (!k->drops)
		snprintf(reject, sizeof(reject), "iifname \"%s\" meta l4proto "
			 "tcp reject with tcp reset\n", outside);
	snprintf(out, room,
		 "table ip firewall {\n"
		 "chain forward {\n"
		 "type filter hook forward priority filter\n"
		 "ct state invalid drop\n"
		 "ct state established,related accept\n"
		 "%s"
		 "iifname \"%s\" drop\n"
		 "}\n"
		 "}\n", reject, outside);
}

bool kernel_nat_start(const struct kernel_nat *k, const char *outside,
		      bool firewall, struct error *e)
{
	char ruleset[640];
	int switches, r;

	(firewall ? write_firewall : write_ruleset)(k, outside, ruleset,
						    sizeof(ruleset));
	if (!load(ruleset, e))
		return false;
	switches = netns_switches(e);
	if (switches < 0)
		return false;
	r = netns_set(switches, LIBERAL, k->liberal ? "1" : "0");
	close(switches);
	return !r || error_set(e, ERROR_MISSING, "%s cannot be set for a "
			       "\"%s\" NAT: %s", LIBERAL, k->name,
			       strerror(-r));
}

/* flush_conntrack - delete all entries; without ctnetlink the kernel keeps
   them */
static void flush_conntrack(struct mnl_socket *netlink)
{
	uint8_t buffer[64], answer[512];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *nf = mnl_nlmsg_put_extra_header(h, sizeof(*nf));

	h->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nf->nfgen_family = AF_UNSPEC;
	nf->version = NFNETLINK_V0;
	if (mnl_socket_sendto(netlink, h, h->nlmsg_len) > 0)
		mnl_socket_recvfrom(netlink, answer, sizeof(answer));
}

void kernel_nat_serve(int orders)
{
	struct mnl_socket *netlink = mnl_socket_open2(NETLINK_NETFILTER,
						      SOCK_CLOEXEC);
	struct gateway_reset order;

	while (recv(orders, &order, sizeof(order), 0) == sizeof(order)) {
		if (netlink)
			flush_conntrack(netlink);
		if (send(orders, &order.seed, sizeof(order.seed),
			 MSG_NOSIGNAL) < 0)
			break;
	}
	if (netlink)
		mnl_socket_close(netlink);
}

/* try_nftables - in a child process, load a ruleset in a new namespace; Return:
   1 if the kernel refuses it, else 0 */
static int try_nftables(void)
{
	char ruleset[640];

	if (unshare(CLONE_NEWNET) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 0;
	write_ruleset(&kernel_nats[0], "lo", ruleset, sizeof(ruleset));
	return load(ruleset, NULL) ? 0 : 1;
}

bool kernel_nat_check(struct error *e)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(try_nftables());
	if (child < 0)
		return error_set(e, ERROR_FAILED, "fork: %s", strerror(errno));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return error_set(e, ERROR_MISSING, "this kernel has no nftables with "
			 "masquerade, which the \"linux\" NATs need; "
			 "modprobe nf_tables nft_masq nft_ct");
}
