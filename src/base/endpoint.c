#include "base/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool address_parse(const char *text, uint32_t *out)
{
	struct in_addr in;

	*out = 0;
	if (inet_pton(AF_INET, text, &in) != 1)
		return false;
	*out = ntohl(in.s_addr);
	return true;
}

/* A port is one to five digits, at most 65535, and nothing else. */
static bool port_parse(const char *text, uint16_t *out)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value = 0;

	if (!digits || digits > 5 || text[digits])
		return false;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (unsigned long)(text[i] - '0');
	if (value > 65535)
		return false;
	*out = (uint16_t)value;
	return true;
}

bool endpoint_parse(const char *text, struct endpoint *out)
{
	const char *colon = strchr(text, ':');
	char address[ADDRESS_TEXT];
	struct endpoint found;

	memset(out, 0, sizeof(*out));
	if (!colon || (size_t)(colon - text) >= sizeof(address))
		return false;
	memcpy(address, text, (size_t)(colon - text));
	address[colon - text] = '\0';
	if (!address_parse(address, &found.address) ||
	    !port_parse(colon + 1, &found.port))
		return false;
	*out = found;
	return true;
}

char *address_text(uint32_t address, char buffer[ADDRESS_TEXT])
{
	snprintf(buffer, ADDRESS_TEXT, "%u.%u.%u.%u", address >> 24,
		 address >> 16 & 255, address >> 8 & 255, address & 255);
	return buffer;
}

char *endpoint_text(const struct endpoint *e, char buffer[ENDPOINT_TEXT])
{
	char address[ADDRESS_TEXT];

	snprintf(buffer, ENDPOINT_TEXT, "%s:%u",
		 address_text(e->address, address), e->port);
	return buffer;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->address == b->address && a->port == b->port;
}

struct sockaddr_in endpoint_sockaddr(const struct endpoint *e)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(e->address),
		.sin_port = htons(e->port),
	};
}

struct endpoint endpoint_from(const struct sockaddr_in *in)
{
	return (struct endpoint){
		.address = ntohl(in->sin_addr.s_addr),
		.port = ntohs(in->sin_port),
	};
}

bool address_is_private(uint32_t address)
{
	return (address & 0xff000000) == 0x0a000000 ||	/* 10/8 */
	       (address & 0xfff00000) == 0xac100000 ||	/* 172.16/12 */
	       (address & 0xffff0000) == 0xc0a80000 ||	/* 192.168/16 */
	       (address & 0xffc00000) == 0x64400000;	/* 100.64/10 */
}
