/* The error message for a missing CAP_NET_RAW. */
#ifndef TCPTRAV_HOST_PRIVILEGE_H
#define TCPTRAV_HOST_PRIVILEGE_H

#include "base/error.h"

/*
 * privilege_error - write an error that names what needs CAP_NET_RAW and how to
 * allow it
 * @what:  what needs it, as the sentence's subject: "capturing packets"
 * Return: always false
 */
bool privilege_error(struct error *e, const char *what);

#endif
