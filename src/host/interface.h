/* This machine's network interfaces and addresses. */
#ifndef TCPTRAV_HOST_INTERFACE_H
#define TCPTRAV_HOST_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * interface_towards - find the interface through which packets to an address
 * leave
 * @towards: host byte order
 * Return: false, with @name "", if that is not certain: there is no route, it
 *         is an address of this machine (whose packets use the loopback), or
 *         the route's source address belongs to the loopback
 */
bool interface_towards(uint32_t towards, char name[IF_NAMESIZE]);

/*
 * interface_addresses - list the machine's own IPv4 addresses, host byte order
 * Return: how many were written, at most @room
 */
size_t interface_addresses(uint32_t *out, size_t room);

#endif
