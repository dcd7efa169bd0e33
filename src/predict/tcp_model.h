/*
 * The hosts' kernels: what a Linux socket does with each segment, as far as a
 * handshake and the proofs go. Measured: see "What the host must get right" in
 * docs/methods, and docs/latency.md.
 */
#ifndef TCPTRAV_PREDICT_TCP_MODEL_H
#define TCPTRAV_PREDICT_TCP_MODEL_H

#include "predict/run.h"

/* tcp_model_receive - a packet has come to the host */
void tcp_model_receive(struct model_run *run, struct model_host *h,
		 const struct sym_packet *p);

/* tcp_model_connect - a new socket sends a SYN to the peer's public endpoint
   @ttl: 0: the usual one */
void tcp_model_connect(struct model_run *run, struct model_host *h, int ttl);

/*
 * tcp_model_connect_privately - a new socket sends a SYN to the peer's private
 * endpoint, unless there is one already
 * Return: false: a half-open connection with the same endpoints is in its way
 */
bool tcp_model_connect_privately(struct model_run *run, struct model_host *h);

/* tcp_model_retransmit - the timer @timer of the SYN or SYN-ACK of the socket
   @isn
   has expired */
void tcp_model_retransmit(struct model_run *run, struct model_host *h, int isn,
		    unsigned timer);

/* tcp_model_release_proof - send the proof on each established socket, now and
   when
   one becomes established */
void tcp_model_release_proof(struct model_run *run, struct model_host *h);

/* tcp_model_prove - send the proof where nothing holds it back any more */
void tcp_model_prove(struct model_run *run, struct model_host *h);

/* tcp_model_resend_proof - the proof's timer of the socket @isn has expired */
void tcp_model_resend_proof(struct model_run *run, struct model_host *h,
			    int isn);

#endif
