/* The signals that end a command. */
#ifndef TCPTRAV_CLI_STOP_SIGNALS_H
#define TCPTRAV_CLI_STOP_SIGNALS_H

/*
 * stop_signals_open - a descriptor that becomes readable at SIGINT, SIGTERM or
 * SIGHUP, which from then on do not end the process by themselves
 * Return: it, or -1
 */
int stop_signals_open(void);

#endif
