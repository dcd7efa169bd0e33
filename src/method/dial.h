/*
 * An attempt on this machine, from a user's configuration: resolve the name of
 * S, open the host with what the method needs, run the attempt. Both
 * `tcptrav --rendezvous` and the library use it.
 */
#ifndef TCPTRAV_METHOD_DIAL_H
#define TCPTRAV_METHOD_DIAL_H

#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

#define DIAL_HOST 256
#define DIAL_TIMEOUT (10 * NS_PER_S)	/* of one order */
#define DIAL_WAIT (300 * NS_PER_S)	/* for the peer */

struct dial_config {
	struct approach approach;
	uint8_t ttl;			/* the low TTL, if given; 0: find it */
	const char *rendezvous;		/* "HOST[:PORT]" */
	const char *code; /* the session's, as the user wrote it */
	int64_t timeout, wait;		/* ns; TIME_NEVER */
	uint16_t keepalive;		/* s, of a datagram channel; 0: 15 */
	enum candidate_use candidates;	/* when private ones are tried */
	const struct attempt_observer *observer;	/* or NULL */
	int stop;			/* -1: none */
};

/*
 * dial_check - are rendezvous and code well formed? No packet is sent.
 * Return: false with an ERROR_USE sentence that quotes the mistake
 */
bool dial_check(const struct dial_config *config, struct error *e);

/*
 * rendezvous_parse - split "HOST[:PORT]"
 * @port: SERVER_PORT if the text has none
 * Return: false with an ERROR_USE sentence; the outputs are then cleared
 */
bool rendezvous_parse(const char *text, char host[DIAL_HOST], uint16_t *port,
		      struct error *e);

/* random_code - make a new session code. Return: false if the system has no
   random bits */
bool random_code(char code[CODE_TEXT], struct error *e);

/*
 * dial - run an attempt
 * @config: valid by dial_check()
 * @used:   the attempt's configuration; may be NULL
 * @out:    always filled in. If the attempt could not run, the outcome says so
 *          (no privilege: not-applicable; no such host: error). The caller
 *          closes out->stream.
 */
void dial(const struct dial_config *config, struct attempt_config *used,
	  struct attempt_result *out);

#endif
