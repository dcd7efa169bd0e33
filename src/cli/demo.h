/* One trial in the built-in lab, for `tcptrav --method M`. */
#ifndef TCPTRAV_CLI_DEMO_H
#define TCPTRAV_CLI_DEMO_H

#include "plan/trial.h"

#include <stdbool.h>
#include <stdint.h>

struct demo {
	struct trial trial;
	uint64_t seed;			/* 0: random */
	bool json;
	const char *pcap, *svg;		/* files to write; NULL: none */
};

/*
 * demo_run - run the trial; print ladder and result, or the JSON record, to
 * standard output
 * Return: the exit status
 */
int demo_run(const struct demo *d);

#endif
