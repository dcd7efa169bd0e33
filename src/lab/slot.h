/*
 * A slot: room for one cell in a lab, and for the trial that runs in it.
 * --jobs says how many there are. Nothing here waits. A slot goes on when one
 * of its processes sends a message or ends, or at a deadline, and
 * slot_advance() then takes all steps that are due.
 *
 *	EMPTY --- BUILDING --- IDLE --- RESETTING --- RUNNING --- DRAINING
 *	  |                     | |                     | |          |
 *	  |                     | +---------------------|-+----------+
 *	  +------ ENDING -------+-----------------------+
 *
 * Each trial finds NATs, links and hosts without state: RESETTING clears NATs
 * and links. The last packet of a trial has passed when both hosts have sent
 * their results, or else after DRAINING. A search for the low TTL is RUNNING by
 * itself, and then all is reset once more: it is no part of the trial.
 */
#ifndef TCPTRAV_LAB_SLOT_H
#define TCPTRAV_LAB_SLOT_H

#include "lab/cell.h"
#include "report/observations.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum slot_state {
	SLOT_EMPTY,		/* no cell */
	SLOT_BUILDING,		/* until its processes are ready */
	SLOT_IDLE,
	SLOT_RESETTING,		/* until links and NATs are reset */
	SLOT_RUNNING,		/* until both hosts have sent results */
	SLOT_DRAINING,		/* until packets under way have passed */
	SLOT_ENDING,		/* until the processes have ended */
};

struct slot {
	enum slot_state state;
	int64_t deadline;		/* of the state; TIME_NEVER: none */
	struct cell cell;
	bool control_closed[CELL_PROCESSES];	/* by the process */

	bool busy;			/* there is a trial that has not been
					   reported */
	struct trial trial;		/* the latest; what the cell is for */
	unsigned number;		/* of that trial, in the plan */
	uint64_t seed;
	const struct lab_plan *plan;
	int cpu;			/* number, for a cell without delay */
	unsigned repeats;		/* of this trial, so far */
	bool searching;			/* RUNNING: for the low TTL */
	bool searched;			/* for this trial, already */
	uint8_t found_ttl[2];		/* by the hosts; 0: none, or not
					   searched */
	int level;			/* RESETTING: of the NATs */
	bool in_order;			/* all connections were closed without
					   a packet left under way */
	struct observations observations;
};

/* slot_is_free - can it be given a trial? */
bool slot_is_free(const struct slot *s);

/* slot_fits - can @t run in the slot's cell? */
bool slot_fits(const struct slot *s, const struct trial *t);

/* slot_give - give a trial to a slot that is free */
void slot_give(struct slot *s, const struct trial *t, unsigned number,
	       uint64_t seed);

/* slot_wants_cell - does the slot have a trial and no cell? */
bool slot_wants_cell(const struct slot *s);

/*
 * slot_build - begin a cell, for the trial that it has; this takes some ms
 * Return: false with an error that every other trial would meet too
 */
bool slot_build(struct slot *s, struct error *e);

/*
 * slot_read - receive what a process of the cell has sent
 * Return: false with an error if the cell cannot be built
 */
bool slot_read(struct slot *s, unsigned process, struct error *e);

/* slot_ignores_control - can the process's messages wait until the trial is
   over? They are read then. */
bool slot_ignores_control(const struct slot *s, unsigned process);

/*
 * slot_died - if @pid is of the cell, note in the observations how it ended
 * @status: as waitpid() gives it
 * Return:  true if it was one of the cell's
 */
bool slot_died(struct slot *s, pid_t pid, int status);

/*
 * slot_advance - take all steps that are due
 * @e:     set when the lab cannot go on
 * Return: true when the trial's observations are complete; report them before
 *         anything else is done with the slot
 */
bool slot_advance(struct slot *s, struct error *e);

/* slot_hang_up - ask the processes of the cell to end, if there is a cell. Hang
   up on all slots first, so that their cells end at the same time. */
void slot_hang_up(struct slot *s);

/* slot_end - end the cell and wait for it, if there is one */
void slot_end(struct slot *s);

#endif
