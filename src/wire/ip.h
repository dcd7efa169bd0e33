/* What an IPv4 and an IPv6 header begin with alike: the version. */
#ifndef TCPTRAV_WIRE_IP_H
#define TCPTRAV_WIRE_IP_H

#include <stdint.h>

/* ip_version - 4 or 6 (RFC 791 3.1, RFC 8200 3); any other number is no IP
   packet's. @ip: at least one byte */
static inline unsigned ip_version(const uint8_t *ip)
{
	return ip[0] >> 4;
}

#endif
