/*
 * Processes that run parts of a plan and report their trials: one, the init of
 * the lab's namespaces, in real time; in virtual time one for each guest. Each
 * reports over a SOCK_SEQPACKET socket (lab/init_channel.h). A runner ends when
 * its socket is closed at the other end, which also happens when the caller
 * dies.
 */
#ifndef TCPTRAV_LAB_RUNNERS_H
#define TCPTRAV_LAB_RUNNERS_H

#include "base/error.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <sys/types.h>

struct runners {
	const char *name;	/* of one: "the lab's init" */
	unsigned count;		/* parts of the plan: a runner each */
	unsigned at_once;	/* runners that run at the same time, from 1 */
	bool killable;		/* the kernel ends whatever it started when it
				   is killed */
	/* as fork(); -1 with an error */
	pid_t (*fork)(void *argument, struct error *e);
	/*
	 * in the child: run part @number, report its trials, and end with
	 * init_send_end()
	 * Return: the exit status of the child
	 */
	int (*main)(void *argument, unsigned number, int socket);
	void *argument;
};

/*
 * runners_run - start the runners, and report the trials that they report,
 * until all have ended. The first error, and a signal that would end the
 * caller, end them all.
 * @plan:   its report() is called
 * @status: the exit status of the last runner
 * Return:  false with an error
 */
bool runners_run(const struct runners *r, const struct lab_plan *plan,
		 int *status, struct error *e);

#endif
