/* Predictions compared with the records of trials in the lab. */
#ifndef TCPTRAV_CLI_COMPARE_RECORDS_H
#define TCPTRAV_CLI_COMPARE_RECORDS_H

#include <stdint.h>

/*
 * compare_records - predict each trial that a file has a record of, compare
 * outcome and mechanisms, and print those that differ and the totals
 * Not predictable, and counted apart: outcome error, links with faults, NATs
 * that are programs, and settings in which packets race.
 * @path:  records (tcptrav.trial/1), one a line; "-": standard input
 * @ttl:   the fixed low TTL that the trials had; 0: auto
 * Return: exit status: 0 when there are some, and all agree
 */
int compare_records(const char *path, uint8_t ttl);

#endif
