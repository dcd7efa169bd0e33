/* The sentence for a privilege that is missing. */
#ifndef TCPTRAV_HOST_PRIVILEGE_H
#define TCPTRAV_HOST_PRIVILEGE_H

#include "base/error.h"

/*
 * privilege_error - say what CAP_NET_RAW is missing for and what allows it
 * @what:  what needs it, as the sentence's subject: "capturing packets"
 * Return: always false
 */
bool privilege_error(struct error *e, const char *what);

#endif
