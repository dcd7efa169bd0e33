/*
 * P2P-NAT: both hosts connect from, and listen on, the port that they use
 * towards S. Either the SYNs cross (simultaneous open), or the first dies at
 * the far NAT and the second enters through its hole.
 *
 * Source: Ford, Srisuresh and Kegel, USENIX ATC 2005, section 4.2; the
 * sequential variant section 4.5: A informs B; B connects, which fails but
 * opens NB; B listens; A connects.
 *
 * Asks of one of the NATs: SYN-out SYN-in; and, if the SYNs cross, of both
 * SYN-out SYN-in SYNACK-out SYNACK-in. A refused connect() is repeated.
 */
#include "method/methods.h"
#include "method/verbs.h"

static const char ladder[] =
"crossing SYNs\n"
"A -> NA -> NB -> B  SYN      seq P          connect() from the port used\n"
"B -> NB -> NA -> A  SYN      seq Q          towards S; they pass each other\n"
"A -> NA -> NB -> B  SYN-ACK  seq P ack Q+1\n"
"B -> NB -> NA -> A  SYN-ACK  seq Q ack P+1  both ESTABLISHED\n"
"one SYN early\n"
"A -> NA -> NB x     SYN      seq P          a hole in NA; NB refuses it\n"
"B -> NB -> NA -> A  SYN      seq Q          enters through the hole\n"
"A -> NA -> NB -> B  SYN-ACK  seq P ack Q+1\n"
"B -> NB -> NA -> A  ACK                     both ESTABLISHED\n";

static enum outcome parallel(struct attempt *a)
{
	a->reconnect = true;
	TRY(listen_here(a));	/* absorbs a SYN that comes before our own */
	TRY(syn_out(a, 0, NULL));
	return established(a);
}

static enum outcome sequential(struct attempt *a)
{
	if (a->opener) {
		TRY(hole_open(a, 0));	/* fails, but has opened the NAT */
		TRY(hole_listen(a));
	} else {
		TRY(ready_in(a));
		a->reconnect = true;
		TRY(syn_out(a, 0, NULL));
	}
	return established(a);
}

static enum outcome p2pnat(struct attempt *a)
{
	return a->config->approach.variant ? sequential(a) : parallel(a);
}

const struct method method_p2pnat = {
	.name = "p2pnat",
	.alias = "p2p-nat",
	.summary = "both hosts connect and listen on one port at once",
	.source = "Ford, Srisuresh and Kegel, USENIX ATC 2005, sections 4.2"
		  " and 4.5",
	.ladder = ladder,
	.variant = "sequential",
	.variant_help = "B connects and fails, listens, and A connects",
	.variant_ordered = true,
	.variant_opener_b = true,
	.run = p2pnat,
};
