/* What a NAT says of a packet that it does not forward. */
#ifndef TCPTRAV_NAT_ANSWER_H
#define TCPTRAV_NAT_ANSWER_H

#include "nat/nat.h"
#include "nat/packet.h"

/* answer_nothing - drop it */
void answer_nothing(struct nat_result *result, const char *reason);

/*
 * answer_icmp - drop it and send an ICMP error that quotes it as it came
 * What must not be answered (RFC 1122 3.2.2) is dropped alone.
 */
void answer_icmp(struct nat_result *result, const struct packet *p,
		 uint32_t from, uint8_t type, uint8_t code,
		 const char *reason);

/* answer_unsolicited - to a SYN, as the axis `unsolicited-syn` says */
void answer_unsolicited(struct nat_result *result, const struct packet *p,
			const struct nat_config *config, const char *reason);

#endif
