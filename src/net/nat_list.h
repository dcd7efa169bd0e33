/*
 * Which NATs the nodes of a topology are: --nat-a and --nat-b are lists, from
 * the host outwards, "rfc5382,cgn"; one name stands for all levels.
 */
#ifndef TCPTRAV_NET_NAT_LIST_H
#define TCPTRAV_NET_NAT_LIST_H

#include "base/error.h"
#include "net/nat_spec.h"
#include "net/topology.h"

#define NAT_LIST_DEFAULT "port-restricted-cone"

/*
 * nat_list_complete - what a list is that was not given: the default NAT;
 * "none" where the topology has no NAT on that side; A's where both are behind
 * it
 * @topology: its name; it need not be one
 * @lists:    A's and B's, NULL: not given
 */
void nat_list_complete(const char *topology, const char *lists[2]);

/*
 * nat_list_is_emulated - are all NATs of a valid list profiles? Such a NAT can
 * become any other, in the same place.
 */
bool nat_list_is_emulated(const char *list);

/*
 * nat_list_resolve - the NAT of each node of the kind; the others' stay as they
 * are
 * Return: false with ERROR_USE (a list that does not fit the topology, or what
 *         nat_spec_parse() says of a name) before ERROR_MISSING
 */
bool nat_list_resolve(const struct topology *t, const char *const lists[2],
		      struct nat_spec out[TOPOLOGY_NODES], struct error *e);

#endif
