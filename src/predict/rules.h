/* The sequences of packets that an axis can forbid, as a table. */
#ifndef TCPTRAV_PREDICT_RULES_H
#define TCPTRAV_PREDICT_RULES_H

#include "predict/nat_state.h"

/*
 * rule_refuses - does an axis about sequences forbid the packet?
 * @s:     its session, before the packet
 * Return: the axis and value, "after-rst-in = syn-ack"; NULL: none does
 */
const char *rule_refuses(const struct profile *p,
			 const struct model_session *s,
			 enum model_direction direction, enum sym_kind kind);

/*
 * rule_remember - note the packet in its session
 * Return: true when an axis ("after-..." = end) ends the session with it
 */
bool rule_remember(const struct profile *p, struct model_session *s,
		   enum model_direction direction,
		   const struct sym_packet *packet);

#endif
