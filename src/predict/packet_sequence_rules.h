/*
 * Which sequences of packets a NAT refuses, by the axes of its profile: for
 * example SYN-out, RST-in, SYN-in. A sequence is the order in which packets
 * pass, and has nothing to do with TCP's sequence numbers.
 */
#ifndef TCPTRAV_PREDICT_PACKET_SEQUENCE_RULES_H
#define TCPTRAV_PREDICT_PACKET_SEQUENCE_RULES_H

#include "predict/nat_state.h"

/*
 * packet_sequence_refusal - find the axis that refuses the packet because of
 * the packets before it
 * @s:     its session, before the packet
 * Return: the axis and its value, such as "after-rst-in = syn-ack"; NULL: no
 *         axis refuses it
 */
const char *packet_sequence_refusal(const struct profile *p,
				    const struct model_session *s,
				    enum model_direction direction,
				    enum sym_kind kind);

/*
 * packet_sequence_note - record in the session that the packet has passed
 * Return: true if an axis ("after-..." = end) ends the session with it
 */
bool packet_sequence_note(const struct profile *p, struct model_session *s,
			  enum model_direction direction,
			  const struct sym_packet *packet);

#endif
