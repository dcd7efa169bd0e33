/* Which external endpoint an inside endpoint has: found, chosen or refused. */
#ifndef TCPTRAV_NAT_MAPPING_H
#define TCPTRAV_NAT_MAPPING_H

#include "nat/nat_internal.h"

/* is_untranslated - do addresses and ports of the packet's family stay? With
   ipv6 = nptv6 too, where only prefixes are exchanged. */
bool is_untranslated(const struct packet_context *ctx);

/*
 * mapping_for - the mapping of a packet from inside, made if need be
 * @reason: static text; of NULL, the axis that refuses
 * Return:  NULL when none is to be had
 */
struct nat_mapping *mapping_for(struct packet_context *ctx,
				const char **reason);

/* mapping_claim - filtering = open: give @m the external endpoint that the
   packet is addressed to
   Return: false when the axes or the port's quarantine refuse it */
bool mapping_claim(struct packet_context *ctx, struct nat_mapping *m);

#endif
