/* ICMP messages of both families, as the engine reads them. */
#ifndef TCPTRAV_NAT_PACKET_ICMP_H
#define TCPTRAV_NAT_PACKET_ICMP_H

#include "nat/packet.h"

/*
 * packet_read_icmp - read an ICMP message, and what an error quotes
 * @p:     its IP header is read already
 * Return: NULL, or why it is dropped (static text)
 */
const char *packet_read_icmp(struct packet *p, const struct packet_reader *r);

#endif
