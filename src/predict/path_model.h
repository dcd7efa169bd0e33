/*
 * The way between the hosts: out through the sender's NATs, over the routers,
 * in through the receiver's; where a low TTL expires; and the delays. With the
 * one-way delay d: host to host d, a router's time exceeded after d, host
 * through S to host 1.5 d (docs/lab.md, "Delay").
 */
#ifndef TCPTRAV_PREDICT_PATH_MODEL_H
#define TCPTRAV_PREDICT_PATH_MODEL_H

#include "predict/run.h"

/* path_model_nat_count - how many NATs are before the side's host */
int path_model_nat_count(const struct model_run *run, int side);

/* path_model_nat - the NAT at @level before the side's host */
struct model_nat *path_model_nat(struct model_run *run, int side, int level);

/* path_model_send - a host sends the packet now */
void path_model_send(struct model_run *run, const struct sym_packet *p);

/* path_model_at_nat - a packet is at the outside of the NATs of side @p->to,
   now */
void path_model_at_nat(struct model_run *run, const struct sym_packet *p);

/* path_model_hairpin - a packet of a host behind the one NAT is at that NAT,
   now
   (PATH_ONE_NAT) */
void path_model_hairpin(struct model_run *run, const struct sym_packet *p);

/* path_model_register - each host connects to S, which makes mappings: sets
   host->public */
void path_model_register(struct model_run *run);

/*
 * path_model_probe_port - a connection of @h to S's other port
 * @seen:  the endpoint that S sees
 * Return: false when a NAT lets no connection out
 */
bool path_model_probe_port(struct model_run *run, struct model_host *h,
		     struct sym_endpoint *seen);

#endif
