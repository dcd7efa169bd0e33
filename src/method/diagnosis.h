/* Why an attempt failed, as far as this host can tell (DESIGN 2, cause). */
#ifndef TCPTRAV_METHOD_DIAGNOSIS_H
#define TCPTRAV_METHOD_DIAGNOSIS_H

#include "method/attempt_internal.h"

/*
 * attempt_failed - end an attempt whose time is over or whose sockets are
 * gone: finds the cause and the sentence. May ask S, from the punched port
 * and over a second connection, whether the NAT keeps the public port (the
 * only way for a host to know port-not-predicted).
 * Return: OUTCOME_FAILED
 */
enum outcome attempt_failed(struct attempt *a);

#endif
