/*
 * STUNT-2: one host, the opener, sends a SYN that dies between the NATs,
 * aborts the connect and listens on the same port; the other connects to it
 * through the hole. The roles are swapped when that fails.
 *
 * Source: Guha and Francis, IMC 2005, section 2.1, second approach. The
 * variant keep-syn is ours: the SYN_SENT socket stays instead of the abort
 * and the listener, so that its SYN-ACK repeats the ISN that the NAT has
 * already seen; Linux's conntrack accepts that, and not a new one.
 *
 * Asks of the opener's NAT: SYN-out ICMP-in SYN-in (no TTL: SYN-out, then
 * nothing, RST-in or ICMP-in, then SYN-in). The other NAT sees an ordinary
 * client.
 */
#include "method/methods.h"
#include "method/verbs.h"

static const char ladder[] =
"A -> NA -> x        SYN      seq P          low TTL: a hole in NA\n"
"router -> NA -> A   time exceeded           must not close the hole\n"
"A                   aborts connect(), listens on the same port\n"
"A -> S -> B         ready\n"
"B -> NB -> NA -> A  SYN      seq Q          an ordinary connect()\n"
"A -> NA -> NB -> B  SYN-ACK\n"
"B -> NB -> NA -> A  ACK                     both ESTABLISHED\n";

static enum outcome opener(struct attempt *a)
{
	TRY(hole_open(a, a->low_ttl));
	TRY(a->config->approach.variant ? hole_keep(a) : hole_listen(a));
	return established(a);
}

static enum outcome connector(struct attempt *a)
{
	TRY(ready_in(a));
	a->reconnect = true;
	TRY(syn_out(a, 0, NULL));	/* through the hole */
	return established(a);
}

static enum outcome stunt2(struct attempt *a)
{
	return a->opener ? opener(a) : connector(a);
}

const struct method method_stunt2 = {
	.name = "stunt2",
	.alias = "stunt-2",
	.summary = "one SYN opens a hole; the other host connects through it",
	.source = "Guha and Francis, IMC 2005, section 2.1, second approach",
	.ladder = ladder,
	.variant = "keep-syn",
	.variant_help = "the opener's SYN_SENT socket stays, instead of abort"
			" and listen",
	.low_ttl = true,
	.variant_low_ttl = true,
	.ordered = true,
	.variant_ordered = true,
	.run = stunt2,
};
