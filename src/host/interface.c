#include "host/interface.h"

#include "base/endpoint.h"

#include <ifaddrs.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * source_towards - find the source address of packets to @towards
 * Connecting a UDP socket looks the route up and sends nothing.
 * Return: 0 if there is no route
 */
static uint32_t source_towards(uint32_t towards)
{
	struct endpoint to = { .address = towards, .port = 9 };
	struct sockaddr_in in = endpoint_sockaddr(&to);
	socklen_t length = sizeof(in);
	uint32_t source = 0;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 0;
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&in, &length) == 0)
		source = endpoint_from(&in).address;
	close(fd);
	return source;
}

/* address_of - Return: the IPv4 address in @i; 0: it is of another family */
static uint32_t address_of(const struct ifaddrs *i)
{
	if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
		return 0;
	return endpoint_from((const void *)i->ifa_addr).address;
}

bool interface_towards(uint32_t towards, char name[IF_NAMESIZE])
{
	uint32_t source = towards ? source_towards(towards) : 0;
	struct ifaddrs *all, *i;

	name[0] = '\0';
	if (!source || source == towards || getifaddrs(&all) < 0)
		return false;
	for (i = all; i; i = i->ifa_next)
		if (address_of(i) == source && !(i->ifa_flags & IFF_LOOPBACK))
			break;
	if (i)
		snprintf(name, IF_NAMESIZE, "%s", i->ifa_name);
	freeifaddrs(all);
	return name[0] != '\0';
}

size_t interface_addresses(uint32_t *out, size_t room)
{
	struct ifaddrs *all, *i;
	size_t count = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (i = all; i && count < room; i = i->ifa_next)
		if (address_of(i))
			out[count++] = address_of(i);
	freeifaddrs(all);
	return count;
}
