#include "fields.h"

#include "wire/ipv4.h"

#include <stdio.h>

/* A field begins at @at, and ends where the next one begins. */
struct field {
	uint8_t at;
	const char *name;
};

static const struct field ip_fields[] = {
	{ 0, "version" }, { 1, "TOS" }, { 2, "length" },
	{ 4, "identification" }, { 6, "fragment" }, { 8, "TTL" },
	{ 9, "protocol" }, { 10, "IP checksum" }, { 12, "source" },
	{ 16, "destination" }, { 20, "IP options" }, { 255, NULL },
};
static const struct field tcp_fields[] = {
	{ 0, "source port" }, { 2, "destination port" }, { 4, "sequence" },
	{ 8, "acknowledgement" }, { 12, "offset" }, { 13, "flags" },
	{ 14, "window" }, { 16, "TCP checksum" }, { 18, "urgent" },
	{ 20, "options or data" }, { 255, NULL },
};
static const struct field udp_fields[] = {
	{ 0, "source port" }, { 2, "destination port" }, { 4, "length" },
	{ 6, "UDP checksum" }, { 8, "data" }, { 255, NULL },
};
static const struct field icmp_fields[] = {
	{ 0, "type" }, { 1, "code" }, { 2, "ICMP checksum" },
	{ 4, "rest of header" }, { 8, "data" }, { 255, NULL },
};

static const char *find_name(const struct field *f, size_t at)
{
	while (f[1].name && at >= f[1].at)
		f++;
	return f->name;
}

static bool is_icmp_error(uint8_t type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 ||
	       type == 12;
}

/*
 * Write the name of the field at offset @at of a packet that begins at @ip.
 * @quoted: it is the packet quoted in an ICMP error
 */
static void write_field_name(const uint8_t *ip, size_t at, bool quoted,
			     char *name, size_t room)
{
	size_t header = ipv4_header_length(ip);
	const uint8_t *l4 = ip + header;
	const char *what;

	if (at < header) {
		what = find_name(ip_fields, at);
	} else if (ipv4_protocol(ip) == IPV4_TCP) {
		what = find_name(tcp_fields, at - header);
	} else if (ipv4_protocol(ip) == IPV4_UDP) {
		what = find_name(udp_fields, at - header);
	} else if (!quoted && at >= header + 8 && is_icmp_error(l4[0])) {
		write_field_name(l4 + 8, at - header - 8, true, name, room);
		return;
	} else {
		what = find_name(icmp_fields, at - header);
	}
	snprintf(name, room, "%s%s", quoted ? "quoted " : "", what);
}

static bool is_checksum(const char *name)
{
	for (; *name; name++)
		if (name[0] == 's' && name[1] == 'u' && name[2] == 'm')
			return true;
	return false;
}

bool fields_differ(const uint8_t *a, size_t a_length, const uint8_t *b,
		   size_t b_length, char *name, size_t room)
{
	size_t length = a_length < b_length ? a_length : b_length;
	bool differ = false;

	for (size_t i = 0; i < length; i++) {
		if (a[i] == b[i])
			continue;
		differ = true;
		write_field_name(a, i, false, name, room);
		if (!is_checksum(name))
			return true;
	}
	if (a_length != b_length)
		snprintf(name, room, "length");
	return differ || a_length != b_length;
}
