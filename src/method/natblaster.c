/*
 * NATBlaster: both hosts send a SYN that dies between the NATs, learn each
 * other's numbers through S, and each forges the SYN-ACK that its own kernel
 * would have sent.
 *
 * Source: Biggadike, Ferullo, Wilson and Perrig, ACM SIGCOMM Asia Workshop
 * 2005; ladder as in papers on it (Guha and Francis, IMC 2005).
 *
 * Asks of each NAT: SYN-out ICMP-in SYNACK-out SYNACK-in (no TTL: SYN-out,
 * then nothing, RST-in or ICMP-in, then SYNACK-out SYNACK-in).
 *
 * The variant announce is ours: each host chooses its ISN, which the peer knows
 * from the introduction, so that SYN, SYN-ACK and proof leave together.
 */
#include "method/announced.h"
#include "method/methods.h"
#include "method/verbs.h"

static const char ladder[] =
"A -> NA -> x        SYN      seq P          low TTL: a hole in NA\n"
"B -> NB -> x        SYN      seq Q          low TTL: a hole in NB\n"
"router -> NA -> A   time exceeded           must not close the hole\n"
"A <- S -> B         P, Q and both SYNs' options\n"
"A -> NA -> NB -> B  SYN-ACK  seq P ack Q+1  forged, true source\n"
"B -> NB -> NA -> A  SYN-ACK  seq Q ack P+1  forged, true source\n"
"A -> NA -> NB -> B  ACK      seq P+1        by the kernels:\n"
"B -> NB -> NA -> A  ACK      seq Q+1        both ESTABLISHED\n"
"announce: P and Q are known from the introduction\n"
"A -> NA -> x        SYN      seq P          low TTL: a hole in NA\n"
"A -> NA -> NB -> B  SYN-ACK  seq P ack Q+1  forged, at once\n"
"A -> NA -> NB -> B  data     seq P+1        forged: A's proof\n"
"B -> NB -> NA -> A  the same, at the same time: both authenticated\n";

static enum outcome natblaster(struct attempt *a)
{
	struct syn_facts mine, theirs;

	TRY(syn_out(a, a->low_ttl, &mine));	/* dies between the NATs */
	TRY(exchange(a, &mine, &theirs));	/* through S */
	TRY(forge_syn_ack(a, &mine, &theirs));	/* as our kernel would have */
	return established(a);
}

static enum outcome announced(struct attempt *a)
{
	struct syn_facts mine, theirs;

	TRY(announced_syn_out(a, a->low_ttl, &mine, &theirs));
	TRY(forge_syn_ack(a, &mine, &theirs));
	TRY(forge_proof(a, &mine, &theirs));
	return announced_established(a, &mine);
}

static enum outcome run(struct attempt *a)
{
	return a->config->approach.variant ? announced(a) : natblaster(a);
}

const struct method method_natblaster = {
	.name = "natblaster",
	.alias = "nat-blaster",
	.summary = "both SYNs die between the NATs; each host forges its"
		   " SYN-ACK",
	.source = "Biggadike et al., ACM SIGCOMM Asia Workshop 2005",
	.ladder = ladder,
	.needs = NEED_CAPTURE | NEED_RAW,
	.variant = "announce",
	.variant_help = "each host announces the ISN that its SYN will have"
			" (also needs CAP_NET_ADMIN)",
	.variant_needs = NEED_CHOOSE_ISN,
	.low_ttl = true,
	.variant_low_ttl = true,
	.variant_unpublished = true,
	.run = run,
};
