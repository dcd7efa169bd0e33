/*
 * What the lab's init tells the front, over a SOCK_SEQPACKET socket: each
 * trial's observations, and at last how the lab ended.
 */
#ifndef TCPTRAV_LAB_NEWS_H
#define TCPTRAV_LAB_NEWS_H

#include "base/error.h"
#include "report/observations.h"

#include <stdbool.h>

enum news {
	NEWS_NONE,		/* nothing there at the moment */
	NEWS_TRIAL,		/* observations */
	NEWS_DONE,		/* the plan is done */
	NEWS_BROKE,		/* the lab could not go on: error */
	NEWS_LOST,		/* the init has gone, or speaks nonsense */
};

/*
 * news_trial, news_end - tell; both wait until there is room
 * @e: NULL or of kind ERROR_NONE: the plan is done
 * Return: false when the front has gone
 */
bool news_trial(int to, struct observations *f);
bool news_end(int to, const struct error *e);

/*
 * news_receive - the next news, without waiting
 * @f: filled by NEWS_TRIAL; what lies beyond its counts is not defined
 * @e: filled by NEWS_BROKE
 */
enum news news_receive(int from, struct observations *f, struct error *e);

#endif
