/* What a NAT says of a packet that it does not forward. */
#ifndef TCPTRAV_NAT_REPLY_H
#define TCPTRAV_NAT_REPLY_H

#include "nat/nat.h"
#include "nat/packet.h"

/* answer_nothing - drop it */
void answer_nothing(struct nat_result *result, const char *reason);

/* An ICMP error, in IPv4's words; of IPv6 it is the one that says the same. */
struct answer_icmp {
	uint8_t type, code;
	uint32_t parameter;		/* MTU of the next link, or 0 */
	uint8_t from[16];		/* address of the packet's family */
};

/* answer_build - the error alone; its length, or 0: none may be sent */
size_t answer_build(uint8_t *out, size_t room, const struct packet *p,
		    const struct answer_icmp *a);

/*
 * answer_icmp - drop it and send an ICMP error that quotes it as it came
 * What must not be answered (RFC 1122 3.2.2) is dropped alone.
 */
void answer_icmp(struct nat_result *result, const struct packet *p,
		 const struct answer_icmp *a, const char *reason);

/* answer_rst - drop it and answer as a host that has nothing on that port */
void answer_rst(struct nat_result *result, const struct packet *p,
		const char *reason);

#endif
