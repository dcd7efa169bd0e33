/* Compares predictions with the records of trials in the lab. */
#ifndef TCPTRAV_CLI_COMPARE_RECORDS_H
#define TCPTRAV_CLI_COMPARE_RECORDS_H

#include <stdint.h>

/*
 * compare_records - predict the trial of each record in a file, compare outcome
 * and mechanisms, and print the trials that differ, and totals
 * These trials are not predictable, and are counted separately: outcome error,
 * links with faults, exec: NATs, and settings in which packets race.
 * @path:  file of records (tcptrav.trial/1), one a line; "-": standard input
 * @ttl:   the fixed low TTL that the trials had; 0: auto
 * Return: exit status: 0 if there are records, and all agree
 */
int compare_records(const char *path, uint8_t ttl);

#endif
