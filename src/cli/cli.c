#include "cli/cli.h"

#include "base/nearest_name.h"

#include <argp.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SUBCOMMANDS_MAX 16

static int print_usage(const struct subcommand *table, size_t count, FILE *to,
		       int status)
{
	fputs("tcptrav opens a TCP connection between two hosts that are both"
	      " behind NATs.\n\nUsage: tcptrav SUBCOMMAND [OPTION...]\n"
	      "       tcptrav --method METHOD [OPTION...]    (connect)\n\n",
	      to);
	for (size_t i = 0; i < count; i++)
		if (table[i].summary)
			fprintf(to, "  %-9s %s\n", table[i].name,
				table[i].summary);
	fputs("\nEach has --help. For example:\n"
	      "  sudo tcptrav --method natblaster"
	      "             one trial in the built-in lab\n"
	      "  sudo tcptrav serve"
	      "                           on a host that both can reach\n"
	      "  tcptrav --method stunt2 --rendezvous HOST"
	      "    on one peer; it prints a code\n"
	      "  tcptrav --method stunt2 --rendezvous HOST --session CODE"
	      "    on the other\n"
	      "  tcptrav list methods\n", to);
	return status;
}

static int run_subcommand(const struct subcommand *table, size_t count,
			  int argc, char **argv)
{
	const char *names[SUBCOMMANDS_MAX];
	char name[32];

	if (argc < 2)
		return print_usage(table, count, stderr, STATUS_USE);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") ||
	    !strcmp(argv[1], "help"))
		return print_usage(table, count, stdout, STATUS_OK);
	if (argv[1][0] == '-')
		return table[0].run(argc, argv);
	for (size_t i = 0; i < count; i++) {
		names[i] = table[i].name;
		if (strcmp(argv[1], table[i].name) != 0)
			continue;
		snprintf(name, sizeof(name), "tcptrav %s", argv[1]);
		argv[1] = name;
		return table[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "tcptrav: unknown subcommand \"%s\"; did you mean"
		" \"%s\"? (tcptrav --help lists them)\n", argv[1],
		nearest_name(argv[1], names, count));
	return STATUS_USE;
}

int cli_main(const struct subcommand *table, size_t count, int argc,
	     char **argv)
{
	int status;

	argp_err_exit_status = STATUS_USE;
	argp_program_version = "tcptrav " TCPTRAV_VERSION;
	/* A closed standard descriptor is opened on /dev/null, or the next
	   socket would take its number. Input is then at its end; output fails,
	   which is reported below. */
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDERR_FILENO ? O_WRONLY :
							       O_RDONLY);
	status = run_subcommand(table, count, argc, argv);
	/* buffered output that cannot be written is a failure, too */
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fputs("tcptrav: standard output cannot be written\n", stderr);
	return status == STATUS_OK ? STATUS_FAILED : status;
}
