/*
 * The kernel's own network stack muted on two interfaces: what arrives there
 * does not reach it, and what it sends does not leave. AF_PACKET sockets still
 * receive every frame, and what they send with the right mark leaves.
 *
 * The means is an nftables table of the netdev family with the flag "owner":
 * it ends with the netlink socket that made it, however the process ends.
 */
#ifndef TCPTRAV_GATEWAY_MUTE_KERNEL_H
#define TCPTRAV_GATEWAY_MUTE_KERNEL_H

#include "base/error.h"

#include <stdint.h>

struct kernel_mute;

/*
 * mute_kernel - mute the kernel's stack on two interfaces of this network
 * namespace
 * @mark: SO_MARK of packets that may leave; not 0
 * Return: it, to be given to unmute_kernel(); NULL with an error
 */
struct kernel_mute *mute_kernel(const char *one, const char *other,
				uint32_t mark, struct error *e);
void unmute_kernel(struct kernel_mute *m);

#endif
