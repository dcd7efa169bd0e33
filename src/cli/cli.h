/*
 * The command line: the table of subcommands is in main.c, each subcommand in
 * a file of its own (options in, a library call, a report out).
 */
#ifndef TCPTRAV_CLI_CLI_H
#define TCPTRAV_CLI_CLI_H

#include <stddef.h>

/* Exit statuses. */
enum {
	STATUS_OK = 0,		/* connected, or the task done */
	STATUS_FAILED = 1,	/* not connected */
	STATUS_USE = 2,		/* wrong use */
	STATUS_MISSING = 3,	/* something is missing on this machine */
};

struct subcommand {
	const char *name;
	const char *summary;	/* one line; NULL: not for people */
	/* @argv[0] is "tcptrav NAME", for argp's messages; the arguments
	   follow. Return: the exit status */
	int (*run)(int argc, char **argv);
};

/*
 * cli_main - run the subcommand that the arguments name
 * @table: the first one is the default: it runs when an option comes first
 * Return: the exit status
 */
int cli_main(const struct subcommand *table, size_t count, int argc,
	     char **argv);

int cli_connect(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_lab(int argc, char **argv);
int cli_nat(int argc, char **argv);
int cli_guest(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_predict(int argc, char **argv);
int cli_explore(int argc, char **argv);

#endif
