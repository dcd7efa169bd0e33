/* The signals that end a command. */
#ifndef TCPTRAV_CLI_STOP_SIGNALS_H
#define TCPTRAV_CLI_STOP_SIGNALS_H

/*
 * stop_signals_open - block SIGINT, SIGTERM and SIGHUP, and open a descriptor
 * that is readable when one of them arrives
 * Return: the descriptor, or -1
 */
int stop_signals_open(void);

#endif
