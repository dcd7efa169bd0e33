/* tcptrav nat run. */
#ifndef TCPTRAV_CLI_NAT_RUN_H
#define TCPTRAV_CLI_NAT_RUN_H

/* nat_run - @argv[0] is "tcptrav nat run", for argp's messages; the options
   follow. Return: the exit status */
int nat_run(int argc, char **argv);

#endif
