/*
 * Which NATs the nodes of a topology are: --nat-a and --nat-b are lists, from
 * the host outwards, "rfc5382,cgn"; one name stands for all levels.
 */
#ifndef TCPTRAV_NET_NATS_H
#define TCPTRAV_NET_NATS_H

#include "base/error.h"
#include "net/choice.h"
#include "net/topology.h"

#define NATS_DEFAULT "port-restricted-cone"

/*
 * nats_complete - what a list is that was not given: the default NAT; "none"
 * where the topology has no NAT on that side; A's where both are behind it
 * @topology: its name; it need not be one
 * @lists:    A's and B's, NULL: not given
 */
void nats_complete(const char *topology, const char *lists[2]);

/*
 * nats_are_emulated - are all NATs of a valid list profiles? Such a NAT can
 * become any other, in the same place.
 */
bool nats_are_emulated(const char *list);

/*
 * nats_choose - the NAT of each node of the kind; the others' stay as they are
 * Return: false with ERROR_USE (a list that does not fit the topology, or what
 *         choice_make() says of a name) before ERROR_MISSING
 */
bool nats_choose(const struct topology *t, const char *const lists[2],
		 struct choice out[TOPOLOGY_NODES], struct error *e);

#endif
