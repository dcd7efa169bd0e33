/* tcptrav guest: the init of a guest; not for people. */
#include "cli/cli.h"

#include "virtual/guest_main.h"

#include <stdio.h>

int cli_guest(int argc, char **argv)
{
	/* the kernel may add words of its own */
	if (argc >= 2)
		return guest_main(argv[1]);
	fprintf(stderr, "tcptrav guest: is started by tcptrav itself, in a"
		" guest of its own\n");
	return STATUS_USE;
}
