/*
 * The lists of --nat-a and --nat-b: the NATs of a side from the host outwards,
 * "rfc5382,cgn"; a single name stands for all levels.
 */
#ifndef TCPTRAV_NET_NAT_LIST_H
#define TCPTRAV_NET_NAT_LIST_H

#include "base/error.h"
#include "net/nat_spec.h"
#include "net/topology.h"

#define NAT_LIST_DEFAULT "port-restricted-cone"

/*
 * nat_list_complete - set the lists that were not given: to the default NAT,
 * to "none" if that side of the topology has no NAT, or to A's if both hosts
 * are behind one NAT
 * @topology: its name; an unknown one has NATs on both sides
 * @lists:    A's and B's; NULL: not given
 */
void nat_list_complete(const char *topology, const char *lists[2]);

/*
 * nat_list_is_emulated - are all NATs of a valid list profiles? The process of
 * such a NAT can be given another profile.
 */
bool nat_list_is_emulated(const char *list);

/*
 * nat_list_resolve - look up the NAT of each NAT node; the other nodes' entries
 * of @out are left alone
 * Return: false with ERROR_USE (a list that does not fit the topology, or what
 *         nat_spec_parse() says of a name) before ERROR_MISSING
 */
bool nat_list_resolve(const struct topology *t, const char *const lists[2],
		      struct nat_spec out[TOPOLOGY_NODES], struct error *e);

#endif
