/* A lab's trials run, and what is told of them: `tcptrav lab` and the demo. */
#ifndef TCPTRAV_CLI_LAB_RUN_H
#define TCPTRAV_CLI_LAB_RUN_H

#include "plan/shard.h"
#include "plan/sweep.h"

#include <stdbool.h>
#include <stdint.h>

struct lab_run {
	const struct sweep *sweep;
	const char *plan;	/* the path of its text, or NULL */
	unsigned jobs;
	uint64_t seed;
	bool json;
	const char *pcap, *svg;	/* NULL: none */
	const char *out;	/* file of the records, or NULL */
	bool resume;
	struct shard shard;
	bool dry;		/* run none, say how many there are */
	bool task;		/* 0 when done, however the trials ended */
};

/*
 * lab_run_trials - run them; on standard output the only trial's ladder, or a
 * table, or (@json) a record a line, or in one line what came of them all
 * Return: the exit status
 */
int lab_run_trials(const struct lab_run *run);

/*
 * lab_run_command - run a shell's command in the cell of the only trial
 * Return: its exit status
 */
int lab_run_command(const struct lab_run *run, const char *command);

#endif
