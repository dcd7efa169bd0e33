/*
 * ARP for IPv4 on Ethernet (RFC 826).
 *
 *      0               1               2               3
 *     +-------------------------------+-------------------------------+
 *  0  |   hardware type: 1, Ethernet  |    protocol type: 0x0800      |
 *     +---------------+---------------+-------------------------------+
 *  4  |  MAC length   | IP length: 4  |  operation: 1 request, 2 reply|
 *     +---------------+---------------+-------------------------------+
 *  8  |                    sender's MAC, 6 bytes                      |
 * 14  |                  sender's IPv4 address                        |
 * 18  |                    target's MAC, 6 bytes                      |
 * 24  |                  target's IPv4 address                        |
 *     +---------------------------------------------------------------+
 */
#ifndef TCPTRAV_WIRE_ARP_H
#define TCPTRAV_WIRE_ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARP_LENGTH 28

struct arp {
	bool reply;		/* else a request */
	uint8_t sender_mac[6], target_mac[6];
	uint32_t sender, target;	/* host byte order; sender 0: a probe
					   for @target (RFC 5227 2.1.1) */
};

/*
 * arp_parse - read a packet
 * @bytes:  from behind the Ethernet header
 * Return:  false, with @out cleared, for anything else
 */
bool arp_parse(const uint8_t *bytes, size_t length, struct arp *out);

/* arp_build - Return: ARP_LENGTH */
size_t arp_build(const struct arp *a, uint8_t out[ARP_LENGTH]);

#endif
