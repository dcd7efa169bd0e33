/* An IPv4 address and a port, both in host byte order. */
#ifndef TCPTRAV_BASE_ENDPOINT_H
#define TCPTRAV_BASE_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct endpoint {
	uint32_t address;	/* host byte order: 10.0.0.1 is 0x0a000001 */
	uint16_t port;
};

#define ADDRESS_TEXT  16	/* "255.255.255.255" and its end */
#define ENDPOINT_TEXT 22	/* "255.255.255.255:65535" and its end */

/*
 * endpoint_parse - read "a.b.c.d:port"
 * Return: false, with @out cleared, for anything else
 */
bool endpoint_parse(const char *text, struct endpoint *out);

/* endpoint_text, address_text - write into @buffer and return it */
char *endpoint_text(const struct endpoint *e, char buffer[ENDPOINT_TEXT]);
char *address_text(uint32_t address, char buffer[ADDRESS_TEXT]);

/* address_parse - read "a.b.c.d"; false, with @out 0, for anything else */
bool address_parse(const char *text, uint32_t *out);

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

struct sockaddr_in endpoint_sockaddr(const struct endpoint *e);
struct endpoint endpoint_from(const struct sockaddr_in *in);

/*
 * address_is_private - an address that is used behind NATs only: RFC 1918
 * (10/8, 172.16/12, 192.168/16) and RFC 6598 (100.64/10)
 */
bool address_is_private(uint32_t address);

#endif
