/*
 * One attempt, seen from inside: its state, and what every step of it calls.
 * Only files of method/ include this. From bottom to top they are
 * attempt_internal.c, evidence.c, stream.c, private_candidates.c,
 * udp_exchange.c, diagnosis.c, attempt_loop.c, verbs.c, a page for each method,
 * attempt.c.
 */
#ifndef TCPTRAV_METHOD_ATTEMPT_INTERNAL_H
#define TCPTRAV_METHOD_ATTEMPT_INTERNAL_H

#include "base/clock.h"
#include "base/rng.h"
#include "method/attempt.h"
#include "method/candidates.h"
#include "method/evidence.h"
#include "method/peer_message.h"
#include "rendezvous/client.h"

#include <stdbool.h>
#include <stdint.h>

/* Events that an attempt has seen or waits for; or-ed. */
enum attempt_event {
	SEEN_OBSERVED = 1,	/* S sent the own public endpoint */
	SEEN_PEER = 2,		/* S introduced the peer */
	SEEN_MY_SYN = 4,	/* the own SYN was captured */
	SEEN_THEIR_SYN = 8,	/* the peer's message about its SYN */
	SEEN_READY = 16,	/* the opener's hole is open */
	SEEN_ANSWER = 32,	/* RST or unreachable for the own SYN */
	SEEN_PROVED = 64,	/* a stream is authenticated */
	SEEN_GONE = 128,	/* the peer gave up */
	SEEN_DEAD = 256,	/* a stream ended before it was authenticated */
	SEEN_GREETING = 512,	/* the peer's greeting arrived */
	SEEN_UDP = 1024,	/* S sent the own public UDP endpoint */
	SEEN_CONFIRMED = 2048,	/* both hosts' datagrams are known to pass */
	SEEN_PRIVATE_DEAD = 4096,	/* a private candidate's stream ended
					   before it was authenticated */
};

enum stream_state {
	STREAM_FREE,
	STREAM_LISTENING,
	STREAM_CONNECTING,
	STREAM_PROVING,		/* established; proofs under way */
	STREAM_VERIFIED,	/* the peer's proof is right; the peer has not
				   acknowledged ours yet */
	STREAM_PROVED,		/* the peer has acknowledged ours, too */
};

/* A socket that may become the connection. */
struct stream {
	enum stream_state state;
	int socket;
	struct endpoint remote;		/* not of a listener */
	bool accepted;
	bool to_private;		/* connects to a private candidate */
	bool for_private;		/* a listener that the method does not
					   need */
	bool only_syn_acked;		/* accepts no ACK but that of its SYN,
					   until it has sent its proof */
	bool proof_sent;
	bool acknowledged;		/* the peer's kernel has acknowledged
					   our proof */
	size_t received;		/* bytes of the peer's proof */
	uint8_t proof[PROOF_BYTES];
	int64_t since;			/* when STREAM_PROVING began */
	int64_t verified_at;		/* when the peer's proof was complete */
};

/* The peer's private candidates (private_candidates.c). */
struct private_candidates {
	bool tried;			/* beside the public one */
	struct candidates own;		/* those that this host tells */
	struct candidates peers;	/* those that may be tried */
	struct evidence evidence[CANDIDATES_MAX];	/* of each of @peers */
	int64_t connect_at[CANDIDATES_MAX];	/* TIME_NEVER: not again */
	unsigned connects;		/* sockets that connected so far, in
					   both orders */
};

/* The UDP socket (udp_exchange.c). */
struct udp_exchange {
	int socket;			/* -1: none */
	struct endpoint server;		/* S's UDP port that is asked */
	struct udp_observation question;
	unsigned questions;		/* asked so far */
	int64_t ask_at;			/* TIME_NEVER: not again */
	struct endpoint seen;		/* the own public UDP endpoint */
	bool knocks;			/* the knocks have begun */
	struct knocking knocking;
};

#define STREAMS 12

struct attempt {
	struct host *host;
	const struct attempt_config *config;
	const struct attempt_observer *observer;	/* NULL: none */
	struct attempt_result *out;
	int stop;

	unsigned order;			/* 0, then 1 with roles swapped */
	bool opener;			/* with roles: this host opens */
	uint8_t low_ttl;		/* TTL of the first SYN; 0: default */
	struct client client;
	struct rng rng;

	unsigned seen;			/* enum attempt_event */
	struct evidence evidence;
	struct peer_message greeting;	/* the peer's; kind 0: none yet */
	enum cause peer_cause;		/* why the peer gave up */
	bool public_failed;		/* only a private candidate is left */
	bool server_lost;		/* the connection to S has ended */
	bool peer_left;			/* the peer's connection to S has
					   ended */
	bool peer_vanished;		/* the peer left and did not say why */
	bool method_differs;		/* the peer runs another method */
	bool spoofed;			/* S reported that it has spoofed */

	int64_t deadline;		/* end of this order */
	int64_t hold_until;		/* send no first SYN before this */
	int64_t syn_at;			/* when the latest SYN left */
	int syn_ttl;			/* its low TTL; 0: it may arrive */
	bool hold_proof;		/* no stream may send its proof yet:
					   NATBlaster forges first, STUNT-1's S
					   spoofs first */
	bool reconnect;			/* connect again after a refusal */
	uint32_t chosen_isn;		/* ISN of the next socket that connects;
					   0: the kernel chooses */
	unsigned connects;		/* sockets that connected so far */
	int64_t reconnect_at;		/* TIME_NEVER: none is due */
	int connect_error;		/* errno that ended connect(), or 0 */
	bool refused_proof;		/* a stream failed to prove itself */
	int64_t resend_at;		/* TIME_NEVER: none is due */
	void (*resend)(struct attempt *a);	/* forge or spoof once more */

	struct stream stream[STREAMS];
	struct private_candidates private;
	struct udp_exchange udp;
};

/* Go on with the next verb, or end the attempt with what this one returned. */
#define TRY(verb)						\
	do {							\
		enum outcome try_ = (verb);			\
		if (try_ != OUTCOME_CONNECTED)			\
			return try_;				\
	} while (0)

/* attempt_now - Return: the host's time, monotonic ns */
int64_t attempt_now(const struct attempt *a);

/*
 * attempt_fail - store an outcome with its cause and an explanation in a->out
 * Return: @outcome, so that a verb can return it
 */
enum outcome attempt_fail(struct attempt *a, enum outcome outcome,
			  enum cause cause, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* attempt_trace - add a message, state or note to the trace and pass it to the
   observer */
void attempt_trace(struct attempt *a, int64_t at, enum trace_event_kind kind,
		   enum trace_subject subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* attempt_trace_packet - add a captured packet to the trace and pass it to the
   observer */
void attempt_trace_packet(struct attempt *a, const struct captured_packet *p);

/* attempt_approach_name - write the method and its variant to @name, as "p2pnat
   sequential". Both hosts must run the same; the proofs depend on it. */
void attempt_approach_name(const struct attempt *a,
			   char name[PEER_MESSAGE_APPROACH]);

/* attempt_tell_peer - send a message through S, and trace it */
void attempt_tell_peer(struct attempt *a, const struct peer_message *m);

#endif
