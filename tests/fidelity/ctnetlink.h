/* conntrack's state of one connection, by ctnetlink. */
#ifndef TCPTRAV_TESTS_FIDELITY_CTNETLINK_H
#define TCPTRAV_TESTS_FIDELITY_CTNETLINK_H

#include "base/endpoint.h"
#include "base/error.h"

struct mnl_socket;

/* ctnetlink_open - of the current namespace; NULL with a sentence */
struct mnl_socket *ctnetlink_open(struct error *e);

/*
 * ctnetlink_state - the state of the connection that @from opened to @to
 * Return: static text: "NONE" when there is no entry; "SYN_SENT", ... of
 *         TCP; "UNREPLIED", "REPLIED", "ASSURED" of others
 */
const char *ctnetlink_state(struct mnl_socket *s, uint8_t protocol,
			    const struct endpoint *from,
			    const struct endpoint *to);

#endif
