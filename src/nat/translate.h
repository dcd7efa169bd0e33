/* Rewriting a packet from the inside's endpoints to the outside's, and back. */
#ifndef TCPTRAV_NAT_TRANSLATE_H
#define TCPTRAV_NAT_TRANSLATE_H

#include "nat/packet.h"

/*
 * packet_translate_out - give a packet of the inside host its external source
 * @offset: added to its sequence numbers (0: kept)
 */
void packet_translate_out(struct packet *p, const struct endpoint *external,
			  uint32_t offset);

/* packet_translate_in - the other way: the inside host becomes destination */
void packet_translate_in(struct packet *p, const struct endpoint *inside,
			 uint32_t offset);

/*
 * quote_translate_in - an error about a packet that went out: revert what it
 * quotes, and deliver it to the host that sent it (RFC 5508 REQ-4)
 */
void quote_translate_in(struct packet *p, const struct endpoint *inside,
			uint32_t offset);

/*
 * quote_translate_out - an error about a packet that came in: quote it as it
 * came, and send it from the external address (RFC 5508 REQ-5)
 */
void quote_translate_out(struct packet *p, const struct endpoint *external,
			 uint32_t offset);

#endif
