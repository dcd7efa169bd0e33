/*
 * The path between the hosts: out through the sender's NATs, over the routers,
 * in through the receiver's NATs. It decides where a low TTL expires, and the
 * delays. With the one-way delay d, a packet takes d from host to host and
 * 1.5 d through S; a router's time exceeded comes back after d (docs/lab.md,
 * "Delay").
 */
#ifndef TCPTRAV_PREDICT_PATH_MODEL_H
#define TCPTRAV_PREDICT_PATH_MODEL_H

#include "predict/run.h"

/* The address of side A's router; B's is the next one. Addresses of hosts and
   of NATs are below. */
#define ROUTER_ADDRESS 900

/* path_model_nat_count - Return: the number of NATs of the side's host */
int path_model_nat_count(const struct model_run *run, int side);

/* path_model_nat - Return: the NAT at @level of the side; 0 is next to the
   host */
struct model_nat *path_model_nat(struct model_run *run, int side, int level);

/* path_model_send - send a host's packet now. With one NAT, one to a private
   address does not pass the NAT. */
void path_model_send(struct model_run *run, const struct sym_packet *p);

/* path_model_at_nat - carry a packet on that is now at the outside of the NATs
   of side @p->to */
void path_model_at_nat(struct model_run *run, const struct sym_packet *p);

/* path_model_hairpin - carry a host's packet on that is now at the one NAT of
   both hosts (PATH_ONE_NAT) */
void path_model_hairpin(struct model_run *run, const struct sym_packet *p);

/* path_model_register - connect each host to S, which makes mappings, and set
   host->public */
void path_model_register(struct model_run *run);

/*
 * path_model_probe_port - connect @h to S's second port
 * @seen:  the endpoint that S sees
 * Return: false if a NAT drops the connection's SYN
 */
bool path_model_probe_port(struct model_run *run, struct model_host *h,
		     struct sym_endpoint *seen);

#endif
