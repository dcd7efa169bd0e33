/*
 * One attempt from outside: what to do, and what came of it. Both are plain
 * data, so that a lab sends them between processes as they are.
 */
#ifndef TCPTRAV_METHOD_ATTEMPT_H
#define TCPTRAV_METHOD_ATTEMPT_H

#include "base/trace.h"
#include "base/result_codes.h"
#include "host/host.h"
#include "method/method.h"
#include "rendezvous/code.h"

#include <stdbool.h>
#include <stdint.h>

#define EXPLAIN_TEXT 320

struct attempt_config {
	struct approach approach;	/* method, low TTL or not, variant */
	uint8_t ttl;			/* the low TTL, if it was given; 0: it
					   is found */
	struct endpoint server;
	char code[CODE_TEXT];
	uint16_t port[2];		/* for each order; 0: any */
	uint16_t server_port[2];	/* for each order; 0: server.port */
	uint8_t nonce[2][NONCE_BYTES];	/* for each order */
	int64_t timeout;		/* ns, of one order */
	int64_t wait;			/* ns for the peer to come */
	int64_t hold;			/* ns from the introduction to the first
					   SYN, at least (skew) */
	uint64_t seed;			/* of back-off */
	uint8_t known_ttl;		/* found before on this host; 0: find */
	uint16_t check_port;		/* another port of S, to find out after
					   a failure whether the NAT keeps the
					   public port; 0: none */
};

struct attempt_result {
	uint8_t outcome, mechanism, cause; /* enums of base/result_codes.h */
	char explain[EXPLAIN_TEXT];
	char id[ATTEMPT_ID_TEXT];
	bool is_a;
	bool opener;			/* ordered: this host opened, in the
					   order that the result is of */
	uint8_t order;			/* that order */
	uint8_t ttl;			/* low TTL used; 0: none */
	bool ttl_confirmed;		/* a TE for the SYN, from outside */
	struct endpoint local, seen, peer;
	int64_t introduced_at;		/* of the order, at this host; 0: not */
	int64_t authenticated_at;	/* first authenticated byte; 0: not */
	uint32_t received;		/* authenticated bytes */
	char session[2][SESSION_NAME_TEXT];	/* of each order */
	uint32_t isn[2];		/* own and peer's, for the ladder */
	int stream;			/* the connected socket, or -1 */
	struct trace trace;		/* last: sent up to its last event */
};

/*
 * attempt_observer - told of each event as it happens (progress, -v)
 * `note` events with the text "code ..." etc. are for people.
 */
struct attempt_observer {
	void (*event)(void *argument, const struct trace_event *event);
	void *argument;
};

/*
 * attempt_run - run one attempt, in both orders if the first fails and the
 * method's roles differ
 * @h:      the machine; not closed
 * @config: what to do, valid (the code is checked)
 * @stop:   a handle: the attempt ends when it is readable; -1: none
 * @out:    what came of it; out->stream is the caller's to close
 */
void attempt_run(struct host *h, const struct attempt_config *config,
		 const struct attempt_observer *observer, int stop,
		 struct attempt_result *out);

/*
 * attempt_search - find the low TTL alone, as an attempt does that is to find
 * it itself: towards S, whom it greets from config->port[0]
 * @out: its ttl, 0: none was found; whatever else is in it says no more
 */
void attempt_search(struct host *h, const struct attempt_config *config,
		    int stop, struct attempt_result *out);

#endif
