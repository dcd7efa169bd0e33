/* Root's privileges given up once a service holds the sockets it needs. */
#ifndef TCPTRAV_CLI_DROP_PRIVILEGES_H
#define TCPTRAV_CLI_DROP_PRIVILEGES_H

#include <stdbool.h>

/*
 * drop_privileges - become nobody, if root
 * Return: false with errno when root may not: a user namespace may have no
 *         such user
 */
bool drop_privileges(void);

#endif
