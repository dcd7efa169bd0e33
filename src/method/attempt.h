/*
 * One attempt, seen from outside: its configuration and its result. Both are
 * plain data, which the lab sends between processes as they are.
 */
#ifndef TCPTRAV_METHOD_ATTEMPT_H
#define TCPTRAV_METHOD_ATTEMPT_H

#include "base/trace.h"
#include "base/result_codes.h"
#include "host/host.h"
#include "method/candidates.h"
#include "method/knocking.h"
#include "method/method.h"
#include "rendezvous/code.h"

#include <stdbool.h>
#include <stdint.h>

#define EXPLAIN_TEXT 320

/* Arrays of two are indexed by the order: 0, then 1 with the roles swapped. */
struct attempt_config {
	struct approach approach;	/* method, low TTL or not, variant */
	enum candidate_use candidates;	/* when private ones are tried */
	uint8_t ttl;			/* the low TTL if the user gave it; 0:
					   find it */
	struct endpoint server;
	char code[CODE_TEXT];
	uint16_t port[2];		/* local port; 0: any */
	uint16_t server_port[2];	/* 0: server.port */
	uint8_t nonce[2][NONCE_BYTES];
	int64_t timeout;		/* ns, of one order */
	int64_t wait; /* ns that the host waits for the peer */
	int64_t hold;			/* ns: the least time from the
					   introduction to the first SYN */
	uint64_t seed;			/* of random back-off and IP ids */
	uint8_t known_ttl;		/* found earlier on this host; 0: find
					   it */
	uint16_t keepalive;		/* s, of a datagram channel; 0: 15 */
	uint16_t check_port;		/* another port of S, to find out after
					   a failure whether the NAT maps each
					   destination to another port; 0:
					   none */
};

struct attempt_result {
	uint8_t outcome, mechanism, cause; /* enums of base/result_codes.h */
	uint8_t candidate;		/* enum candidate_kind: which connected;
					   0: not connected */
	char explain[EXPLAIN_TEXT];
	char id[ATTEMPT_ID_TEXT];
	bool is_a;
	bool opener;			/* the method has roles and this host
					   was the opener in @order */
	uint8_t order;			/* the order that the result is of */
	uint8_t ttl;			/* low TTL used; 0: none */
	bool ttl_confirmed;		/* a time exceeded from outside the own
					   NATs arrived for the SYN */
	struct endpoint local, seen, peer;
	int64_t introduced_at;		/* at this host, in @order; 0: never */
	int64_t authenticated_at;	/* first authenticated byte; 0: never */
	uint32_t received;		/* authenticated bytes */
	char session[2][SESSION_NAME_TEXT];
	uint32_t isn[2];		/* own and peer's, for the ladder */
	int stream;			/* the connected socket, or -1 */
	bool datagrams;			/* it is a UDP socket, for the channel
					   of ... */
	struct knocking knocking;	/* ... these knocks */
	struct trace trace;		/* last member: sent up to its last
					   event */
};

/* attempt_observer - called for each event as it happens (progress, -v) */
struct attempt_observer {
	void (*event)(void *argument, const struct trace_event *event);
	void *argument;
};

/*
 * attempt_run - run one attempt; if its first order fails and the method has
 * roles, swap them and run the second order
 * @h:      the machine; not closed
 * @config: valid: the code is checked
 * @stop:   a handle; the attempt ends when it is readable. -1: none
 * @out:    the result; the caller closes out->stream
 */
void attempt_run(struct host *h, const struct attempt_config *config,
		 const struct attempt_observer *observer, int stop,
		 struct attempt_result *out);

/*
 * attempt_search - only find the low TTL, towards S, as an attempt without a
 * known TTL does before it joins the session
 * @out: out->ttl is the TTL, or 0 if none was found; the other fields have no
 *       meaning
 */
void attempt_search(struct host *h, const struct attempt_config *config,
		    int stop, struct attempt_result *out);

#endif
