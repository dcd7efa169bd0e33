/* The addresses, default routes and MTU of an interface that a NAT will use. */
#ifndef TCPTRAV_CLI_NAT_INTERFACE_H
#define TCPTRAV_CLI_NAT_INTERFACE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct nat_interface {
	bool has_any;		/* an address, of any kind */
	uint32_t address;	/* the first of IPv4; 0: none */
	uint8_t prefix;
	uint32_t gateway;	/* of the default route through it; 0: none */
	uint8_t address6[16];	/* the first that is not link-local */
	uint8_t prefix6;	/* 0: none */
	uint8_t gateway6[16];	/* all 0: none */
	uint32_t mtu;
};

/*
 * nat_interface_read - read the interface's settings from the kernel
 * Return: false with an error: the interface does not exist, is not Ethernet,
 *         or is down
 */
bool nat_interface_read(const char *name, struct nat_interface *out,
			struct error *e);

#endif
