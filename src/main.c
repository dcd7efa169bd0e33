/* tcptrav: TCP connections between hosts behind NATs. */
#include "cli/cli.h"

static const struct subcommand subcommands[] = {
	{ "connect", "connect to a peer, or run one trial in the built-in lab",
	  cli_connect },
	{ "serve", "the rendezvous service", cli_serve },
	{ "lab", "trials between any NATs, on this machine alone", cli_lab },
	{ "predict", "what each method will do between two NATs, and why",
	  cli_predict },
	{ "explore", "at which skews each method connects between two NATs",
	  cli_explore },
	{ "nat", "be a NAT between two interfaces; a profile in full",
	  cli_nat },
	{ "guest", NULL, cli_guest },
	{ "list", "methods, nats, axes, topologies or causes", cli_list },
};

int main(int argc, char **argv)
{
	return cli_main(subcommands,
			sizeof(subcommands) / sizeof(subcommands[0]), argc,
			argv);
}
