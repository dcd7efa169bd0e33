#include "cli/nat_interface.h"

#include "base/endpoint.h"
#include "base/nearest_name.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAMES_MAX 64

static bool unknown_interface(const char *name, struct error *e)
{
	struct if_nameindex *all = if_nameindex();
	const char *names[NAMES_MAX];
	size_t n = 0;

	for (; all && all[n].if_name && n < NAMES_MAX; n++)
		names[n] = all[n].if_name;
	error_set(e, ERROR_USE, "there is no interface \"%s\"; did you mean "
		  "\"%s\"?", name, n ? nearest_name(name, names, n) : "");
	if (all)
		if_freenameindex(all);
	return false;
}

static bool query(int socket, unsigned long what, struct ifreq *r,
		  struct error *e)
{
	return !ioctl(socket, what, r) ||
		error_set(e, ERROR_FAILED, "interface \"%s\" cannot be "
			  "read: %s", r->ifr_name, strerror(errno));
}

/* read_link - read the MTU; the interface must be Ethernet, and up */
static bool read_link(const char *name, int socket, struct nat_interface *out,
		      struct error *e)
{
	struct ifreq r = { .ifr_ifindex = 0 };

	if (strlen(name) >= IFNAMSIZ || !if_nametoindex(name))
		return unknown_interface(name, e);
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (!query(socket, SIOCGIFHWADDR, &r, e))
		return false;
	if (r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return error_set(e, ERROR_USE, "interface \"%s\" is not "
				 "Ethernet, which a NAT needs", name);
	if (!query(socket, SIOCGIFFLAGS, &r, e))
		return false;
	if (!(r.ifr_flags & IFF_UP))
		return error_set(e, ERROR_USE, "interface \"%s\" is down (ip "
				 "link set %s up)", name, name);
	if (!query(socket, SIOCGIFMTU, &r, e))
		return false;
	out->mtu = (uint32_t)r.ifr_mtu;
	return true;
}

static uint8_t prefix_length(const uint8_t *mask, size_t length)
{
	unsigned n = 0;

	for (size_t i = 0; i < length * 8; i++)
		n += mask[i / 8] >> (7 - i % 8) & 1;
	return (uint8_t)n;
}

static void read_address(const struct ifaddrs *i, struct nat_interface *out)
{
	const struct sockaddr_in *in = (const void *)i->ifa_addr;
	const struct sockaddr_in *mask = (const void *)i->ifa_netmask;
	const struct sockaddr_in6 *in6 = (const void *)i->ifa_addr;
	const struct sockaddr_in6 *mask6 = (const void *)i->ifa_netmask;

	if (in->sin_family == AF_INET) {
		out->has_any = true;
		if (out->address || !mask)
			return;
		out->address = ntohl(in->sin_addr.s_addr);
		out->prefix = prefix_length((const void *)&mask->sin_addr, 4);
	} else if (in->sin_family == AF_INET6) {
		out->has_any = true;
		if (out->prefix6 || !mask6 ||
		    IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
			return;
		memcpy(out->address6, &in6->sin6_addr, 16);
		out->prefix6 =
			prefix_length((const void *)&mask6->sin6_addr, 16);
	}
}

static void read_addresses(const char *name, struct nat_interface *out)
{
	struct ifaddrs *all, *i;

	if (getifaddrs(&all))
		return;
	for (i = all; i; i = i->ifa_next)
		if (i->ifa_addr && !strcmp(i->ifa_name, name))
			read_address(i, out);
	freeifaddrs(all);
}

/* read_gateway - read the gateway of the default route with the lowest metric.
   The table has addresses in network byte order, printed as numbers in host
   order. */
static void read_gateway(const char *name, struct nat_interface *out)
{
	FILE *f = fopen("/proc/self/net/route", "re");
	char line[256], interface[64];
	unsigned to, gateway, flags;
	int metric, least = -1;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %x %x %x %*d %*d %d", interface, &to,
			   &gateway, &flags, &metric) != 5)
			continue;
		if (strcmp(interface, name) != 0 || to ||
		    !(flags & RTF_GATEWAY) || (least >= 0 && metric >= least))
			continue;
		least = metric;
		out->gateway = ntohl(gateway);
	}
	if (f)
		fclose(f);
}

static void read_gateway6(const char *name, struct nat_interface *out)
{
	FILE *f = fopen("/proc/self/net/ipv6_route", "re");
	char line[256], to[33], next[33], interface[64];
	unsigned length, flags;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%32s %x %*s %*x %32s %*x %*x %*x %x %63s",
			   to, &length, next, &flags, interface) != 5)
			continue;
		if (length || !(flags & RTF_GATEWAY) ||
		    strcmp(interface, name) != 0)
			continue;
		for (size_t i = 0; i < 16; i++) {
			char byte[3] = { next[2 * i], next[2 * i + 1], 0 };

			out->gateway6[i] = (uint8_t)strtoul(byte, NULL, 16);
		}
		break;
	}
	if (f)
		fclose(f);
}

bool nat_interface_read(const char *name, struct nat_interface *out,
			struct error *e)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok;

	*out = (struct nat_interface){ .mtu = 0 };
	if (s < 0)
		return error_set(e, ERROR_FAILED, "socket: %s",
				 strerror(errno));
	ok = read_link(name, s, out, e);
	close(s);
	if (!ok)
		return false;
	read_addresses(name, out);
	read_gateway(name, out);
	read_gateway6(name, out);
	return true;
}
