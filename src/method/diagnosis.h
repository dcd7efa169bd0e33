/* Why an attempt failed, as far as this host can tell. */
#ifndef TCPTRAV_METHOD_DIAGNOSIS_H
#define TCPTRAV_METHOD_DIAGNOSIS_H

#include "method/attempt_internal.h"

/*
 * attempt_failed - end an attempt whose time is over or whose streams have all
 * ended: find the cause and explain it in a sentence. It may connect to S a
 * second time, from the punched port, to see whether the NAT maps it to
 * another public port: only so can a host detect port-not-predicted.
 * Return: OUTCOME_NOT_APPLICABLE if the peer's own address has answered the SYN
 *         that was to expire, whether or not that ended its socket; otherwise
 *         OUTCOME_FAILED
 */
enum outcome attempt_failed(struct attempt *a);

#endif
