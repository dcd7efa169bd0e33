/*
 * A packet meets a NAT: the questions of docs/nat-model.md ("How a packet goes
 * through") that matter to a handshake.
 */
#ifndef TCPTRAV_PREDICT_NAT_MODEL_H
#define TCPTRAV_PREDICT_NAT_MODEL_H

#include "predict/run.h"

enum model_verdict { VERDICT_PASS, VERDICT_DROP, VERDICT_REPLY };

/*
 * nat_model_outbound, nat_model_inbound - a packet from inside; from outside
 * @p:     on VERDICT_PASS the packet as it leaves the NAT; its TTL is counted
 * @reply: on VERDICT_REPLY what the NAT sends to the packet's sender
 */
enum model_verdict nat_model_outbound(struct model_run *run,
				      struct model_nat *nat,
				      struct sym_packet *p,
				      struct sym_packet *reply);
enum model_verdict nat_model_inbound(struct model_run *run,
				     struct model_nat *nat,
				     struct sym_packet *p,
				     struct sym_packet *reply);

/* nat_model_hairpin - as nat_model_inbound(), for a packet that
   nat_model_outbound() has translated; its TTL is not counted again */
enum model_verdict nat_model_hairpin(struct model_run *run,
				     struct model_nat *nat,
				     struct sym_packet *p,
				     struct sym_packet *reply);

#endif
