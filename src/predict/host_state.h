/* A simulated host: its sockets, what it has captured, its method's step. */
#ifndef TCPTRAV_PREDICT_HOST_STATE_H
#define TCPTRAV_PREDICT_HOST_STATE_H

#include "base/result_codes.h"
#include "method/candidate_use.h"
#include "predict/sym_packet.h"

enum model_socket_state { SOCKET_FREE, SOCKET_SYN_SENT, SOCKET_SYN_RECV,
			  SOCKET_ESTABLISHED };

struct model_socket {
	enum model_socket_state state;
	bool accepted;
	bool private;		/* of a private candidate */
	struct sym_endpoint remote;
	int isn;
	struct sym_seq peer;	/* the peer's number, as it arrived */
	int ttl;
	int sends;		/* of SYN or SYN-ACK, so far */
	double sent_at;		/* the last of these */
	double round_trip;	/* from then until ESTABLISHED */
	unsigned timer;		/* the retransmission timer set last; earlier
				   ones are void */
	bool rounded;		/* that timer has its step */
	bool resent_early;	/* its SYN was sent again at once */
	int proof_sends;
	bool proof_sent, proof_in, proof_acked;
	double authenticated_at;	/* 0: not yet */
	double challenged_at;	/* the last challenge ACK; 0: none */
};

enum first_answer { FIRST_NONE, FIRST_SYN, FIRST_SYN_ACK };

/* What a host's packets have shown (compare method/evidence.h). */
struct model_observations {
	bool sent;		/* the host sent a SYN */
	enum first_answer first;	/* that answered its SYN_SENT */
	enum sym_maker first_answer_maker;	/* of a SYN-ACK */
	bool kernel_syn_ack;	/* the peer's kernel answered its SYN */
	unsigned syn_acks;
	bool syn_in, syn_ack_out, forged_out;
	bool rst_in, rst_out_for_syn, syn_ack_wrong;
	bool unpredicted_port;	/* a packet came from another port of the
				   peer's address than S introduced */
	bool exceeded, unreachable;
	int exceeded_from, unreachable_from;	/* addresses */
};

/* What a host waits for in its method. */
enum method_step {
	STEP_HOLD,		/* its start, later by the skew */
	STEP_GREETING,		/* opener: the peer's greeting, or an answer to
				   its SYN */
	STEP_ANSWER,		/* opener: an answer to its SYN, or until none
				   can come */
	STEP_READY_IN,		/* connector: the opener is ready */
	STEP_EXCHANGE,		/* the peer's SYN, through S */
	STEP_PROVE,		/* a proven connection */
	STEP_PRIVATE,		/* the public candidate has failed: a private
				   one */
	STEP_OVER
};

/* What a host of method udp knows (compare method/knocking.h). */
struct model_knocks {
	struct sym_endpoint remote;
	double start, next;	/* ms; infinite: no more */
	int level, told;	/* 0, 1, 2: the own, and the highest sent */
	bool heard, peer_connected;
	int first;		/* the level of the first one that came */
};

struct model_host {
	int side;
	struct sym_endpoint local, public;
	bool opener, listening;
	bool listens;		/* the method does; @listening also for private
				   candidates */
	enum method_step step;
	struct model_socket connecting, accepted;	/* of the public
							   candidate */
	struct model_socket private_connecting, private_accepted;
	bool tries_private;
	bool private_failed;	/* its socket was closed */
	bool private_again;	/* a connect() to it is to be repeated */
	int isn_count;		/* ISNs given out */
	unsigned connects;
	double syn_at;
	int syn_ttl;		/* of a SYN that is to expire; 0: none */
	bool holds_proof;	/* no proof yet on an established socket */
	bool asked_spoofing, spoofed;
	double forged_at;	/* when it first forged, or asked S to spoof */
	double forged_delay[2];	/* ms from then until the SYN-ACK is at each
				   side's NATs; below 0: not by this host */
	bool repeats;		/* it is decided when it repeats that */
	bool has_their_syn, has_ready, has_greeting;
	bool peer_gave_up, peer_left;
	bool connect_failed;
	bool retry_decided, retry_pending;	/* it may be too late for one */
	enum cause peer_cause;
	double deadline;
	struct model_observations seen, private_seen;
	struct model_knocks knocks;
	enum outcome outcome;
	enum cause cause;
	double over_at, authenticated_at;
	enum mechanism mechanism;
	enum candidate_kind candidate;
};

#endif
