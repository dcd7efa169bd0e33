/*
 * The Ethernet II header (IEEE 802.3 3.2.6). The types are <net/ethernet.h>'s
 * ETHERTYPE_*; a VLAN tag (802.1Q) adds 4 bytes before the type.
 *
 *     0                 6                12        14
 *     +-----------------+-----------------+---------+-- ...
 *     |   destination   |     source      |  type   |  payload
 *     +-----------------+-----------------+---------+-- ...
 */
#ifndef TCPTRAV_WIRE_ETHERNET_H
#define TCPTRAV_WIRE_ETHERNET_H

#include "wire/bytes.h"

enum {
	ETHERNET_ADDRESS = 6,	/* bytes of a MAC address */
	ETHERNET_TYPE_AT = 12,
	ETHERNET_HEADER = 14,
};

static inline uint16_t ethernet_type(const uint8_t *header)
{
	return get16(header + ETHERNET_TYPE_AT);
}

static inline void ethernet_set_type(uint8_t *header, uint16_t type)
{
	put16(header + ETHERNET_TYPE_AT, type);
}

#endif
