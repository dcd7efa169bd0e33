#include "gateway/mute_kernel.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kernel_mute {
	struct nft_ctx *nft;	/* holds the socket that owns the table */
};

#define RULESET 512

/*
 * Packets reach AF_PACKET before the ingress hook. What AF_PACKET sends meets
 * the egress hook like all else, hence the mark. Kernels before 5.16 have no
 * such hook.
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

static bool load(struct kernel_mute *q, const char *one, const char *other,
		 uint32_t mark)
{
	char ruleset[RULESET];

	for (int egress = 1; egress >= 0; egress--) {
		write_ruleset(one, other, mark, egress, ruleset);
		if (!nft_run_cmd_from_buffer(q->nft, ruleset))
			return true;
	}
	return false;
}

static void refused(const struct kernel_mute *q, struct error *e)
{
	const char *why = nft_ctx_get_error_buffer(q->nft);

	if (strstr(why, "not permitted"))
		error_set(e, ERROR_MISSING, "to silence the kernel's own stack "
			  "on interfaces that have addresses takes the "
			  "capability CAP_NET_ADMIN: run it with sudo, or take "
			  "the addresses off");
	else
		error_set(e, ERROR_MISSING, "the kernel refuses the nftables "
			  "table that silences its own stack (%.*s); Linux "
			  "5.12 with nf_tables has what it takes (modprobe "
			  "nf_tables nft_chain_filter), or take the addresses "
			  "off the interfaces", (int)strcspn(why, "\n"), why);
}

struct kernel_mute *mute_kernel(const char *one, const char *other,
				uint32_t mark, struct error *e)
{
	struct kernel_mute *q = calloc(1, sizeof(*q));

	if (q)
		q->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!q || !q->nft) {
		error_set(e, ERROR_FAILED, "libnftables cannot be had: %s",
			  strerror(errno));
		unmute_kernel(q);
		return NULL;
	}
	nft_ctx_buffer_error(q->nft);
	nft_ctx_buffer_output(q->nft);
	if (load(q, one, other, mark))
		return q;
	refused(q, e);
	unmute_kernel(q);
	return NULL;
}

void unmute_kernel(struct kernel_mute *q)
{
	if (q && q->nft)
		nft_ctx_free(q->nft);
	free(q);
}
