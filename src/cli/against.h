/* Predictions held against what happened in the laboratory. */
#ifndef TCPTRAV_CLI_AGAINST_H
#define TCPTRAV_CLI_AGAINST_H

#include "predict/predict.h"

#include <stdint.h>
#include <stdio.h>

/*
 * against_records - predict each trial of which @path has a record
 * (tcptrav.trial/1, a line each), and compare outcome and mechanisms; those
 * that differ are told from both sides, on standard output, with a count
 * Errors of the lab, links with faults, NATs that are programs, and settings in
 * which packets race are no matter of prediction: they are counted apart.
 * @path:  "-": standard input
 * @ttl:   that the low-TTL trials were given; 0: they found it
 * Return: exit status: 0 when there are some, and all agree
 */
int against_records(const char *path, uint8_t ttl);

/* prediction_print - packet by packet (predict.c) */
void prediction_print(const struct prediction *p, FILE *to);

#endif
