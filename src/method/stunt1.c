/*
 * STUNT-1: both hosts send a SYN that dies between the NATs; S, told both
 * SYNs, sends each host the SYN-ACK of the other, with a spoofed source.
 *
 * Source: Guha and Francis, IMC 2005, section 2.1, first approach.
 *
 * Asks of each NAT: SYN-out ICMP-in SYNACK-in (no TTL: SYN-out, then nothing,
 * RST-in or ICMP-in, then SYNACK-in). Asks of the network: that S may spoof.
 */
#include "method/methods.h"
#include "method/verbs.h"

static const char ladder[] =
"A -> NA -> x        SYN      seq P          low TTL: a hole in NA\n"
"B -> NB -> x        SYN      seq Q          low TTL: a hole in NB\n"
"router -> NA -> A   time exceeded           must not close the hole\n"
"A -> S, B -> S      P, Q and both SYNs' options\n"
"S -> NA -> A        SYN-ACK  seq Q ack P+1  source spoofed as B's\n"
"S -> NB -> B        SYN-ACK  seq P ack Q+1  source spoofed as A's\n"
"A -> NA -> NB -> B  ACK      seq P+1        both ESTABLISHED\n"
"B -> NB -> NA -> A  ACK      seq Q+1\n";

static enum outcome stunt1(struct attempt *a)
{
	struct syn_facts mine;

	TRY(syn_out(a, a->low_ttl, &mine));	/* dies between the NATs */
	TRY(ask_to_spoof(a, &mine));		/* S answers for the peer */
	return established(a);
}

const struct method method_stunt1 = {
	.name = "stunt1",
	.alias = "stunt-1",
	.summary = "both SYNs die between the NATs; S spoofs the SYN-ACKs",
	.source = "Guha and Francis, IMC 2005, section 2.1, first approach",
	.ladder = ladder,
	.needs = NEED_CAPTURE | NEED_SPOOFING,
	.low_ttl = true,
	.run = stunt1,
};
