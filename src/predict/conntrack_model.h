/*
 * What Linux's conntrack does with the packets of a handshake (tcp-state =
 * conntrack), as far as methods meet it: the table of states, in the direction
 * of the packet that opened the connection (original) and in the other
 * (reply); and whether a packet's numbers are in the window.
 *
 * Source: net/netfilter/nf_conntrack_proto_tcp.c of Linux 6.18. The methods
 * meet these states in measurements (the table of Linux's NAT in docs/methods).
 *
 * conntrack sees the inside's own numbers in both directions. The order of
 * numbers that another NAT has shifted, or that went around this NAT, is
 * unknown: then chance decides.
 */
#ifndef TCPTRAV_PREDICT_CONNTRACK_MODEL_H
#define TCPTRAV_PREDICT_CONNTRACK_MODEL_H

#include "predict/run.h"

enum ct_verdict { CT_VERDICT_PASS, CT_VERDICT_INVALID,
		  CT_VERDICT_DESTROY,	/* pass, then remove the connection */
		  CT_VERDICT_RENEW };	/* the packet opens a new one */

/* conntrack_model_may_open - may a packet of that kind open a connection? */
bool conntrack_model_may_open(enum sym_kind kind);

/* conntrack_model_open - the packet opens the session @s */
void conntrack_model_open(struct model_session *s,
			  const struct sym_packet *packet);

/* conntrack_model_packet - a further packet of the session: update its state */
enum ct_verdict conntrack_model_packet(struct model_run *run,
				 const struct profile *profile,
				 struct model_session *s,
				 enum model_direction direction,
				 const struct sym_packet *packet);

#endif
