/*
 * A slot: room for one cell in a lab, and for the trial that runs in it.
 * --jobs says how many there are.
 */
#ifndef TCPTRAV_LAB_SLOT_H
#define TCPTRAV_LAB_SLOT_H

#include "lab/cell.h"
#include "lab/findings.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct slot {
	bool built;			/* there is a cell */
	bool once;			/* the cell is good for one trial */
	bool running;			/* a trial is under way in it */
	struct cell cell;
	const struct lab_trial *trial;	/* the latest; what the cell is for */
	uint64_t draw;			/* ports used up, in this cell */
	uint8_t known_ttl[2];		/* found in this cell */
	int64_t deadline;		/* of the running trial */
	bool deaf[CELL_PROCESSES];	/* control sockets that have ended */
	struct findings findings;
};

/* slot_fits - can @t run in the slot's cell as it is? */
bool slot_fits(const struct slot *s, const struct lab_trial *t);

/* slot_build - make a cell for @t; an old one is ended first */
bool slot_build(struct slot *s, const struct lab_trial *t, uint64_t seed,
		struct error *e);

/* slot_end - end the cell, if there is one */
void slot_end(struct slot *s);

/* slot_start - tell both hosts what to do */
void slot_start(struct slot *s, const struct lab_trial *t, unsigned number,
		uint64_t seed);

/*
 * slot_read - take in what a process of the cell says
 * Return: true when the trial that was running is finished by it
 */
bool slot_read(struct slot *s, unsigned process);

/*
 * slot_died - if @pid is the cell's, say how it ended in the findings
 * @status: as waitpid() gives it
 * Return: true if it was one of the cell's; the cell must then be ended
 */
bool slot_died(struct slot *s, pid_t pid, int status);

/* slot_overdue - the trial's deadline has come: say who did not answer */
void slot_overdue(struct slot *s);

/*
 * slot_finish - the trial is over: take in what the others still have to say
 * The findings are then complete.
 */
void slot_finish(struct slot *s);

#endif
