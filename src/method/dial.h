/*
 * From what a user says to an attempt on this machine: finds S, opens the
 * host with what the method needs, runs the attempt. Behind both
 * `tcptrav --rendezvous` and the library.
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
	const char *code;		/* the session's, as it was given */
	int64_t timeout, wait;		/* ns; TIME_NEVER */
	const struct attempt_observer *observer;	/* or NULL */
	int stop;			/* -1: none */
};

/*
 * dial_check - are rendezvous and code well formed? Asks no one
 * Return: false with an ERROR_USE sentence that quotes what is wrong
 */
bool dial_check(const struct dial_config *config, struct error *e);

/*
 * rendezvous_parse - split "HOST[:PORT]"
 * @port: the default one when the text has none
 * Return: false with an ERROR_USE sentence, outputs cleared
 */
bool rendezvous_parse(const char *text, char host[DIAL_HOST], uint16_t *port,
		      struct error *e);

/* random_code - a new session code; false when there are no random bits */
bool random_code(char code[CODE_TEXT], struct error *e);

/*
 * dial - run it
 * @config: dial_check() found it good
 * @used:   what the attempt was told; may be NULL
 * @out:    always filled in: what kept the attempt from being run is its
 *          outcome, too (no privilege: not-applicable; no such host: error)
 */
void dial(const struct dial_config *config, struct attempt_config *used,
	  struct attempt_result *out);

#endif
