/*
 * A trial's record (DESIGN 8, schema tcptrav.trial/1), its ladder and its
 * capture file: renderings of two hosts' results, or of one.
 */
#ifndef TCPTRAV_REPORT_RECORD_H
#define TCPTRAV_REPORT_RECORD_H

#include "method/attempt.h"
#include "plan/trial.h"

#include <stdbool.h>
#include <stdio.h>

struct trial_record {
	struct trial setting;		/* what it points to must live on */
	uint64_t seed;
	bool lab;			/* false: one host's record of a real
					   attempt: of the setting approach and
					   timeout are known, and nothing of
					   the other side */
	bool is_a;			/* one host's: which it is */
	char id[ATTEMPT_ID_TEXT];
	uint8_t outcome, cause;
	uint8_t mechanism_a, mechanism_b;
	char opener[2];			/* "", "a", "b" */
	char explain[512];
	double connect_ms;		/* negative: null */
	uint32_t exchanged_a_to_b, exchanged_b_to_a;
	uint8_t ttl_a, ttl_b;		/* 0 prints null */
	double late_ms;			/* how late the machine was */
	unsigned repeats;		/* for that */
	unsigned lost;			/* packets that links dropped */
};

/* record_print - one JSON object on one line */
void record_print(const struct trial_record *r, FILE *to);

/* record_text - the same, newline included; for free(); NULL: memory is
   short */
char *record_text(const struct trial_record *r);

/* What a ladder is drawn from. */
struct ladder {
	const struct attempt_result *a, *b;	/* either may be NULL */
	const struct trace *middle;	/* S and the NATs, or NULL */
	char gate[2][16];		/* what stands before A and B: "NAT A",
					   "firewall B"; "": nothing, or it is
					   not known */
	int64_t zero;			/* monotonic ns shown as 0.0 ms */
	bool colour;
};

/*
 * ladder_print - the trace for people: time, A, what passed, B; relative
 * sequence numbers
 */
void ladder_print(const struct ladder *l, FILE *to);

/*
 * ladder_svg - the same as a picture: a message sequence chart, SVG that
 * needs nothing else and follows the reader's light or dark. The same trace
 * gives the same bytes
 * @r: its caption
 */
void ladder_svg(const struct ladder *l, const struct trial_record *r,
		FILE *to);

/* ladder_svg_write - Return: false with a sentence that quotes @path */
bool ladder_svg_write(const char *path, const struct ladder *l,
		      const struct trial_record *r, struct error *e);

/*
 * capture_write - the traces as a pcapng file: one interface per host (and
 * one for S and the NATs if @middle), the trace as packet comments
 * Return: false with a sentence that quotes @path
 */
bool capture_write(const char *path, const struct ladder *l,
		   struct error *e);

#endif
