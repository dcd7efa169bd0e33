/*
 * An attempt from inside: what the verbs share. Only method/ includes this.
 */
#ifndef TCPTRAV_METHOD_ATTEMPT_INTERNAL_H
#define TCPTRAV_METHOD_ATTEMPT_INTERNAL_H

#include "base/clock.h"
#include "base/rng.h"
#include "method/attempt.h"
#include "method/evidence.h"
#include "method/peer_message.h"
#include "rendezvous/client.h"

#include <stdbool.h>
#include <stdint.h>

/* What an attempt can wait for; or-ed. */
enum seen {
	SEEN_OBSERVED = 1,	/* S told the own public endpoint */
	SEEN_PEER = 2,		/* introduced */
	SEEN_MY_SYN = 4,	/* captured */
	SEEN_THEIR_SYN = 8,	/* its letter has come */
	SEEN_READY = 16,	/* the opener's hole is open */
	SEEN_ANSWER = 32,	/* the own SYN was answered: RST, unreachable */
	SEEN_PROVED = 64,	/* a stream is authenticated */
	SEEN_GONE = 128,	/* the peer gave up */
	SEEN_DEAD = 256,	/* a stream has ended without being proved */
	SEEN_GREETING = 512,	/* the peer's */
};

enum stream_state {
	STREAM_FREE,
	STREAM_LISTENING,
	STREAM_CONNECTING,
	STREAM_PROVING,		/* established; proofs under way */
	STREAM_VERIFIED,	/* the peer's is right; ours is on its way */
	STREAM_PROVED,		/* ours has been acknowledged, too */
};

/* A socket that may become the connection. */
struct stream {
	enum stream_state state;
	int socket;
	bool accepted;
	bool proof_sent;
	bool acknowledged;		/* it was, by the peer's kernel */
	size_t received;		/* of the peer's proof */
	uint8_t proof[PROOF_BYTES];
	int64_t since;			/* of PROVING */
};

#define STREAMS 8

struct attempt {
	struct host *host;
	const struct attempt_config *config;
	const struct attempt_observer *observer;
	struct attempt_result *out;
	int stop;

	unsigned order;			/* 0, then 1 with roles swapped */
	bool opener;			/* ordered methods: this host opens */
	uint8_t low_ttl;		/* of the first SYN; 0: the default */
	struct client client;
	struct rng rng;

	unsigned seen;			/* enum seen */
	struct evidence evidence;
	struct peer_message greeting;	/* the peer's; kind 0: not come */
	enum cause peer_cause;		/* of SEEN_GONE */
	bool peer_left, lost;		/* connection to S: peer's, own */
	bool differs;			/* the peer runs something else */
	bool vanished;			/* the peer left without a word */
	bool spoofed;			/* S said that it did */

	int64_t deadline;		/* of this order */
	int64_t hold_until;		/* no first SYN before */
	int64_t syn_at;			/* when it left */
	int syn_ttl;			/* its low TTL; 0: it may arrive */
	bool hold_bytes;		/* no stream may send yet: NATBlaster
					   forges first, STUNT-1's S spoofs */
	bool retry;			/* connect again when refused */
	unsigned connects;		/* so far */
	int64_t retry_at;		/* TIME_NEVER: not now */
	int connect_error;		/* errno that ended connect(), or 0 */
	bool refused_proof;		/* some stream failed to prove itself */
	int64_t again_at;		/* when to repeat what is below */
	void (*again)(struct attempt *a);	/* forge, spoof once more */

	struct stream stream[STREAMS];
};

/* Go on with the next verb, or end the attempt with what this one says. */
#define TRY(verb)						\
	do {							\
		enum outcome try_ = (verb);			\
		if (try_ != OUTCOME_CONNECTED)			\
			return try_;				\
	} while (0)

/*
 * attempt_fail - end with a cause and a sentence (in a->out)
 * Return: @outcome, so that a verb can return it
 */
enum outcome attempt_fail(struct attempt *a, enum outcome outcome,
			  enum cause cause, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* attempt_what - the method and its variant, "p2pnat sequential": both hosts
   must run the same; bound into the proofs */
void attempt_what(const struct attempt *a, char what[PEER_MESSAGE_WHAT]);

/* attempt_note - tell the observer of events that the trace has got */
void attempt_note(struct attempt *a);

/*
 * attempt_wait - the one place where an attempt waits: until something of
 * @wanted (enum seen) has been seen, or @until has come
 * Everything else that happens meanwhile is recorded and acted on.
 * Return: OUTCOME_CONNECTED when seen or the time has come (look at a->seen);
 *         else the outcome that ends the attempt, already explained
 */
enum outcome attempt_wait(struct attempt *a, unsigned wanted, int64_t until);

/* attempt_listen - take in what is there, and wait once, until @until at most:
   for what may still come when the attempt is over */
void attempt_listen(struct attempt *a, int64_t until);

/* attempt_tell_peer - send a letter, and record it */
void attempt_tell_peer(struct attempt *a, const struct peer_message *l);

#endif
