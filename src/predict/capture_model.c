#include "predict/capture_model.h"

struct model_observations *
capture_model_of(const struct model_run *run, struct model_host *h,
		 struct sym_endpoint remote)
{
	int private = run->hosts[!h->side].local.address;

	if (!h->tries_private || remote.address != private)
		return &h->seen;
	return h->has_greeting ? &h->private_seen : NULL;
}

static void observe_syn_ack(struct model_observations *seen, int isn,
			    const struct sym_packet *p, bool of_peer)
{
	if (!seen->sent)
		return;
	if (!sym_seq_is(p->acks, isn)) {
		seen->syn_ack_wrong = true;
		return;
	}
	seen->syn_acks++;
	if (p->maker == MADE_BY_KERNEL)
		seen->kernel_syn_ack = true;
	if (of_peer && seen->first == FIRST_NONE) {
		seen->first = FIRST_SYN_ACK;
		seen->first_answer_maker = p->maker;
	}
}

static void observe_segment(struct model_run *run, struct model_host *h,
			    const struct sym_packet *p)
{
	struct model_observations *seen = capture_model_of(run, h, p->source);
	const struct model_host *peer_host = &run->hosts[!h->side];
	bool private = seen == &h->private_seen;
	struct sym_endpoint peer = private ? peer_host->local :
					     peer_host->public;
	int isn = private ? h->private_connecting.isn : h->connecting.isn;
	bool of_peer = sym_endpoint_equal(p->source, peer);

	if (!seen)
		return;
	if (p->source.address == peer.address && !of_peer)
		seen->unpredicted_port = true;
	if (p->kind == KIND_SYN) {
		seen->syn_in = true;
		if (of_peer && seen->first == FIRST_NONE)
			seen->first = FIRST_SYN;
	} else if (p->kind == KIND_SYN_ACK) {
		observe_syn_ack(seen, isn, p, of_peer);
	} else if (p->kind == KIND_RST && seen->sent &&
		   sym_seq_is(p->acks, isn) && seen->first == FIRST_NONE) {
		seen->rst_in = true;
	}
}

/* observe_error - by the quoted port: the capture shows errors of no socket. A
   SYN-ACK has the SYN's number, and eight quoted bytes do not tell which it
   was. */
static void observe_error(struct model_host *h, const struct sym_packet *p)
{
	struct model_observations *seen = &h->seen;

	if ((p->quoted != KIND_SYN && p->quoted != KIND_SYN_ACK) ||
	    p->quoted_source.port != h->local.port ||
	    !sym_seq_is(p->quoted_sequence, h->connecting.isn))
		return;
	if (p->kind == KIND_TIME_EXCEEDED && !seen->exceeded) {
		seen->exceeded = true;
		seen->exceeded_from = p->source.address;
	} else if (p->kind == KIND_UNREACHABLE && !seen->unreachable) {
		seen->unreachable = true;
		seen->unreachable_from = p->source.address;
	}
}

void capture_model_observe(struct model_run *run, struct model_host *h,
			   const struct sym_packet *p)
{
	if (KIND_IS_ICMP(p->kind))
		observe_error(h, p);
	else
		observe_segment(run, h, p);
}
