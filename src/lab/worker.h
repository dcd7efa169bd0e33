/* What a host process of a cell does. */
#ifndef TCPTRAV_LAB_WORKER_H
#define TCPTRAV_LAB_WORKER_H

#include "host/host.h"

/*
 * worker_main - run the attempts that come on @control (SOCK_SEQPACKET: an
 * attempt_config in, its attempt_result out) until its other end is closed
 * Return: exit status
 */
int worker_main(struct host *h, int control);

#endif
