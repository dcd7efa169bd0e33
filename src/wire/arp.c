#include "wire/arp.h"

#include "wire/bytes.h"

#include <string.h>

enum { AT_OPERATION = 6, AT_SENDER_MAC = 8, AT_SENDER = 14,
       AT_TARGET_MAC = 18, AT_TARGET = 24, REQUEST = 1, REPLY = 2, MAC = 6 };

/* Ethernet, IPv4, and the lengths of their addresses */
static const uint8_t types[AT_OPERATION] = { 0, 1, 8, 0, 6, 4 };

bool arp_parse(const uint8_t *bytes, size_t length, struct arp *out)
{
	uint16_t operation;

	memset(out, 0, sizeof(*out));
	if (length < ARP_LENGTH || memcmp(bytes, types, sizeof(types)) != 0)
		return false;
	operation = get16(bytes + AT_OPERATION);
	if (operation != REQUEST && operation != REPLY)
		return false;
	out->reply = operation == REPLY;
	memcpy(out->sender_mac, bytes + AT_SENDER_MAC, MAC);
	memcpy(out->target_mac, bytes + AT_TARGET_MAC, MAC);
	out->sender = get32(bytes + AT_SENDER);
	out->target = get32(bytes + AT_TARGET);
	return true;
}

size_t arp_build(const struct arp *a, uint8_t out[ARP_LENGTH])
{
	memcpy(out, types, sizeof(types));
	put16(out + AT_OPERATION, a->reply ? REPLY : REQUEST);
	memcpy(out + AT_SENDER_MAC, a->sender_mac, MAC);
	put32(out + AT_SENDER, a->sender);
	memcpy(out + AT_TARGET_MAC, a->target_mac, MAC);
	put32(out + AT_TARGET, a->target);
	return ARP_LENGTH;
}
