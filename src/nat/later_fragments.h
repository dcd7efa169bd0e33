/*
 * Fragments. The first fragment of a packet has ports and goes the way of any
 * packet; what became of it is noted, and the later ones get the same.
 */
#ifndef TCPTRAV_NAT_LATER_FRAGMENTS_H
#define TCPTRAV_NAT_LATER_FRAGMENTS_H

#include "nat/nat_internal.h"

/* fragment_key_of - what the fragments of the packet have in common; to be
   taken before the packet is rewritten */
struct fragment_key fragment_key_of(const struct packet_context *ctx);

/* note_first_fragment - remember what became of a first fragment
   @key: fragment_key_of() it, as it came */
void note_first_fragment(struct packet_context *ctx,
			 const struct fragment_key *key);

/* handle_later_fragment - forward it, drop it, or hold it until the first
   one comes: the axis fragments */
void handle_later_fragment(struct packet_context *ctx);

/* forward_fragment - treat a later fragment as the first one was */
void forward_fragment(struct packet_context *ctx,
		      const struct fragment_fate *fate);

#endif
