/* tcptrav: TCP connections between hosts behind NATs. */
#include "base/nearest_name.h"
#include "cli/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct subcommand subcommands[] = {
	{ "connect", "connect to a peer, or run one trial in the built-in lab",
	  cli_connect },
	{ "serve", "the rendezvous service", cli_serve },
	{ "lab", "trials between any NATs, on this machine alone", cli_lab },
	{ "predict", "what each method will do between two NATs, and why",
	  cli_predict },
	{ "nat", "be a NAT between two interfaces; a profile in full",
	  cli_nat },
	{ "list", "methods, nats, axes, topologies or causes", cli_list },
};

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(subcommands[0]) };

static int usage(FILE *to, int status)
{
	fputs("tcptrav opens a TCP connection between two hosts that are both"
	      " behind NATs.\n\nUsage: tcptrav SUBCOMMAND [OPTION...]\n"
	      "       tcptrav --method METHOD [OPTION...]    (connect)\n\n",
	      to);
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		fprintf(to, "  %-9s %s\n", subcommands[i].name,
			subcommands[i].summary);
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

static int unknown(const char *name)
{
	const char *names[SUBCOMMANDS];

	for (size_t i = 0; i < SUBCOMMANDS; i++)
		names[i] = subcommands[i].name;
	fprintf(stderr, "tcptrav: unknown subcommand \"%s\"; did you mean"
		" \"%s\"? (tcptrav --help lists them)\n", name,
		nearest_name(name, names, SUBCOMMANDS));
	return STATUS_USE;
}

/*
 * Standard descriptors that are closed are opened on /dev/null, or the next
 * socket would be taken for one of them. Input then ends at once; output
 * cannot be written, and that is told.
 */
static void open_standard(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDERR_FILENO ? O_WRONLY :
							       O_RDONLY);
}

/* What has been printed but could not be written makes no success. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fputs("tcptrav: standard output cannot be written\n", stderr);
	return status == STATUS_OK ? STATUS_FAILED : status;
}

static int run(int argc, char **argv)
{
	char name[32];

	if (argc < 2)
		return usage(stderr, STATUS_USE);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") ||
	    !strcmp(argv[1], "help"))
		return usage(stdout, STATUS_OK);
	if (argv[1][0] == '-')
		return cli_connect(argc, argv);
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (!strcmp(argv[1], subcommands[i].name)) {
			snprintf(name, sizeof(name), "tcptrav %s", argv[1]);
			argv[1] = name;
			return subcommands[i].run(argc - 1, argv + 1);
		}
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	argp_err_exit_status = STATUS_USE;
	argp_program_version = "tcptrav " TCPTRAV_VERSION;
	open_standard();
	return finish(run(argc, argv));
}
