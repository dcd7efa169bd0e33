/*
 * Offloads: an interface's promise to cut segments up and to finish
 * checksums later. Off, every packet on the link is as it is on a wire, for
 * programs that know no virtio-net headers.
 */
#ifndef TCPTRAV_LAB_INTERFACE_OFFLOAD_H
#define TCPTRAV_LAB_INTERFACE_OFFLOAD_H

#include "base/error.h"

/*
 * interface_offload_disable - checksums, TSO, GSO and GRO of @interface off,
 * which is in the current namespace
 */
bool interface_offload_disable(const char *interface, struct error *e);

#endif
