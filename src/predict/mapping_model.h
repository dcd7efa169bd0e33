/* A NAT's mappings and sessions: the axes about mapping, ports, addresses. */
#ifndef TCPTRAV_PREDICT_MAPPING_MODEL_H
#define TCPTRAV_PREDICT_MAPPING_MODEL_H

#include "predict/run.h"

/*
 * mapping_model_outbound - the mapping of an outbound packet, made if need be
 * Return: its index; -1 when an axis refuses, with @reason
 */
int mapping_model_outbound(struct model_run *run, struct model_nat *nat,
		     const struct sym_packet *p, const char **reason);

/* mapping_model_find - the newest with that external endpoint; -1: none */
int mapping_model_find(const struct model_nat *nat,
			struct sym_endpoint external);

/* mapping_model_admits - does the filter admit a SYN or a datagram to the
   mapping that has no session, or whose session is over? */
bool mapping_model_admits(struct model_nat *nat, int mapping,
			  const struct sym_packet *p);

/*
 * session_model_outbound, session_model_inbound - the newest session with the
 * remote endpoint and that inside or external one; NULL: none. Ended ones are
 * not found. session_model_outbound() does not find those of the NAT's own
 * stack.
 */
struct model_session *session_model_outbound(struct model_nat *nat,
				       struct sym_endpoint inside,
				       struct sym_endpoint remote);
struct model_session *session_model_inbound(struct model_nat *nat,
				      struct sym_endpoint external,
				      struct sym_endpoint remote);

struct model_session *session_model_add(struct model_run *run,
					struct model_nat *nat, int mapping,
					struct sym_endpoint remote,
					bool opened_in);

/* session_model_remove - remove it, and its mapping if it was the last */
void session_model_remove(struct model_nat *nat, struct model_session *s);

#endif
