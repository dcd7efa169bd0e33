/* Runs the trials of `tcptrav lab` and of the demo, and reports them. */
#ifndef TCPTRAV_CLI_LAB_RUN_H
#define TCPTRAV_CLI_LAB_RUN_H

#include "plan/shard.h"
#include "plan/sweep.h"

#include <stdbool.h>
#include <stdint.h>

struct lab_run {
	const struct sweep *sweep;
	const char *plan;	/* path of the plan file; NULL: none */
	unsigned jobs;		/* trials at once */
	uint64_t seed;
	bool virtual_time;	/* in guests */
	const char *kernel;	/* of them; NULL: the default */
	bool json;
	const char *pcap, *svg;	/* files of the last trial; NULL: none */
	const char *out;	/* file of the records; NULL: none */
	bool resume;		/* @out may have records of this plan */
	struct shard shard;
	bool dry;		/* run none, only print how many there are */
	bool task;		/* exit status 0 if all have been run, whatever
				   their outcomes */
};

/*
 * lab_run_trials - run the trials and print to standard output: the ladder of a
 * single trial; or a table; or with @json a record a line; or a summary
 * Return: the exit status
 */
int lab_run_trials(const struct lab_run *run);

/*
 * lab_run_command - run a shell command in the cell of the only trial
 * Return: its exit status
 */
int lab_run_command(const struct lab_run *run, const char *command);

#endif
