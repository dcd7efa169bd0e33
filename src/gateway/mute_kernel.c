#include "gateway/mute_kernel.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kernel_mute {
	struct nft_ctx *nft;	/* its netlink socket owns the table */
};

#define RULESET 512

/*
 * AF_PACKET receives a packet before the ingress hook. What AF_PACKET sends
 * passes the egress hook like everything else, hence the mark. Kernels before
 * 5.16 have no egress hook.
 */
static void write_ruleset(const char *one, const char *other, uint32_t mark,
			  bool egress, char out[RULESET])
{
	char chain[192] = "";

	if (egress)
		snprintf(chain, sizeof(chain), "chain out {\n"
			 "type filter hook egress devices = { \"%s\", \"%s\" }"
			 " priority 0; policy drop;\nmeta mark %u accept\n}\n",
			 one, other, mark);
	snprintf(out, RULESET, "table netdev tcptrav-nat-%d {\nflags owner;\n"
		 "chain in {\ntype filter hook ingress devices = "
		 "{ \"%s\", \"%s\" } priority -500; policy drop;\n}\n%s}\n",
		 (int)getpid(), one, other, chain);
}

static void explain_refusal(const struct kernel_mute *m, struct error *e)
{
	const char *why = nft_ctx_get_error_buffer(m->nft);

	if (strstr(why, "not permitted"))
		error_set(e, ERROR_MISSING, "to mute the kernel's own stack "
			  "on interfaces that have addresses takes the "
			  "capability CAP_NET_ADMIN: run it with sudo, or take "
			  "the addresses off");
	else
		error_set(e, ERROR_MISSING, "the kernel refuses the nftables "
			  "table that mutes its own stack (%.*s); it needs "
			  "Linux 5.12 with nf_tables (modprobe nf_tables "
			  "nft_chain_filter), or take the addresses off the "
			  "interfaces", (int)strcspn(why, "\n"), why);
}

struct kernel_mute *mute_kernel(const char *one, const char *other,
				uint32_t mark, struct error *e)
{
	struct kernel_mute *m = calloc(1, sizeof(*m));
	char ruleset[RULESET];

	if (m)
		m->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!m || !m->nft) {
		error_set(e, ERROR_FAILED, "libnftables: %s",
			  strerror(errno));
		unmute_kernel(m);
		return NULL;
	}
	nft_ctx_buffer_error(m->nft);
	nft_ctx_buffer_output(m->nft);
	for (int egress = 1; egress >= 0; egress--) {
		write_ruleset(one, other, mark, egress, ruleset);
		if (!nft_run_cmd_from_buffer(m->nft, ruleset))
			return m;
	}
	explain_refusal(m, e);
	unmute_kernel(m);
	return NULL;
}

void unmute_kernel(struct kernel_mute *m)
{
	if (m && m->nft)
		nft_ctx_free(m->nft);
	free(m);
}
