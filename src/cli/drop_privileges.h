/* Gives up root's privileges when a service has opened its sockets. */
#ifndef TCPTRAV_CLI_DROP_PRIVILEGES_H
#define TCPTRAV_CLI_DROP_PRIVILEGES_H

#include <stdbool.h>

/*
 * drop_privileges - if root, become the user nobody
 * Return: false with errno if that failed: a user namespace may lack that user
 */
bool drop_privileges(void);

#endif
