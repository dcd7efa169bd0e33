/* ARP for IPv4 on Ethernet (RFC 826). */
#ifndef TCPTRAV_WIRE_ARP_H
#define TCPTRAV_WIRE_ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARP_LENGTH 28

struct arp {
	bool reply;		/* else a request */
	uint8_t sender_mac[6], target_mac[6];
	uint32_t sender, target;	/* host byte order; sender 0: it only
					   asks whether somebody has @target
					   (RFC 5227) */
};

/* arp_parse - from behind the Ethernet header; false for anything else */
bool arp_parse(const uint8_t *bytes, size_t length, struct arp *out);

/* arp_build - Return: ARP_LENGTH */
size_t arp_build(const struct arp *a, uint8_t out[ARP_LENGTH]);

#endif
