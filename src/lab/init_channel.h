/*
 * The messages from the lab's init to its parent, the caller of lab_run(), over
 * a SOCK_SEQPACKET socket: the observations of each trial, and at the end how
 * the lab ended.
 */
#ifndef TCPTRAV_LAB_INIT_CHANNEL_H
#define TCPTRAV_LAB_INIT_CHANNEL_H

#include "base/error.h"
#include "report/observations.h"

#include <stdbool.h>

enum init_message {
	INIT_NONE,		/* no message has arrived */
	INIT_TRIAL,		/* observations */
	INIT_DONE,		/* the plan is done */
	INIT_BROKE,		/* the lab failed: error */
	INIT_LOST,		/* the init has ended, or its message is
				   malformed */
};

/*
 * init_send_trial, init_send_end - send; both wait until there is room
 * @e: NULL or of kind ERROR_NONE: the plan is done
 * Return: false if the parent has ended
 */
bool init_send_trial(int to, struct observations *f);
bool init_send_end(int to, const struct error *e);

/*
 * init_receive - receive the next message, without waiting
 * @f: filled by INIT_TRIAL; elements beyond its counts are undefined
 * @e: filled by INIT_BROKE
 */
enum init_message init_receive(int from, struct observations *f,
			       struct error *e);

#endif
