/* What an interface is configured to be, for a NAT that takes it over. */
#ifndef TCPTRAV_CLI_NAT_INTERFACE_H
#define TCPTRAV_CLI_NAT_INTERFACE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct nat_interface {
	bool has_any;		/* an address of any kind */
	uint32_t address;	/* its first of IPv4; 0: none */
	uint8_t prefix;
	uint32_t gateway;	/* the default route's through it; 0: none */
	uint8_t address6[16];	/* its first global one */
	uint8_t prefix6;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
	uint32_t mtu;
};

/*
 * nat_interface_read - ask the system
 * Return: false with an ERROR_USE sentence: there is no such interface, it is
 *         no Ethernet, or it is down
 */
bool nat_interface_read(const char *name, struct nat_interface *out,
			struct error *e);

#endif
