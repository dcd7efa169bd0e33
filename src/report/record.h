/*
 * The record of a trial, or of one host's attempt on a real network: its
 * setting and its results (schema tcptrav.trial/1).
 */
#ifndef TCPTRAV_REPORT_RECORD_H
#define TCPTRAV_REPORT_RECORD_H

#include "method/attempt.h"
#include "plan/trial.h"

#include <stdbool.h>
#include <stdio.h>

#define KERNEL_TEXT 65

struct trial_record {
	struct trial setting;		/* its pointers must stay valid */
	uint64_t seed;
	bool virtual_time;
	char kernel[KERNEL_TEXT];	/* release of the hosts' kernel:
					   "6.1.192" */
	bool lab;			/* false: one host's record of an
					   attempt on a real network; it has
					   the approach and timeout of the
					   setting, and that host's results */
	bool is_a;			/* is that host A? */
	char id[ATTEMPT_ID_TEXT];
	uint8_t outcome, cause;
	uint8_t mechanism_a, mechanism_b;
	uint8_t candidate;		/* enum candidate_kind */
	char opener[2];			/* "", "a", "b" */
	char explain[512];
	double connect_ms;		/* negative prints null */
	uint32_t exchanged_a_to_b, exchanged_b_to_a;
	uint8_t ttl_a, ttl_b;		/* 0 prints null */
	double late_ms;			/* the most that anything was late by */
	unsigned repeats;		/* re-runs because of lateness */
	unsigned lost;			/* packets that the links dropped */
};

/* record_kernel - the release of the kernel that runs this process */
void record_kernel(char out[KERNEL_TEXT]);

/* record_print - print the record as one JSON object on one line */
void record_print(const struct trial_record *r, FILE *to);

/* record_text - the line of record_print(), with its newline; the caller frees
   it; NULL: out of memory */
char *record_text(const struct trial_record *r);

#endif
