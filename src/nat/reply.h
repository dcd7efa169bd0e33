/*
 * Replies that the engine builds: ICMP errors and RST. reply_icmp() and
 * reply_rst() also set the verdict: NAT_REPLY, or NAT_DROP when the packet
 * must not be answered (RFC 1122 3.2.2).
 */
#ifndef TCPTRAV_NAT_REPLY_H
#define TCPTRAV_NAT_REPLY_H

#include "nat/nat.h"
#include "nat/packet.h"

/* An ICMP error, by its type and code of ICMP; IPv6 packets get the ICMPv6
   error of that meaning. */
struct icmp_reply {
	uint8_t type, code;
	uint32_t parameter;		/* MTU of the next link, or 0 */
	uint8_t from[16];		/* source; of the packet's family */
};

/*
 * icmp_reply_build - write the error alone
 * @room:  size of @out
 * Return: its length; 0: the packet must not be answered
 */
size_t icmp_reply_build(uint8_t *out, size_t room, const struct packet *p,
			const struct icmp_reply *r);

/* reply_icmp - answer with an ICMP error that quotes the packet as it came */
void reply_icmp(struct nat_result *result, const struct packet *p,
		const struct icmp_reply *r, const char *reason);

/* reply_rst - answer a segment as a host does that has nothing on the port
   (RFC 9293 3.10.7.1); a RST is not answered */
void reply_rst(struct nat_result *result, const struct packet *p,
	       const char *reason);

#endif
