/*
 * The kernel's own stack, silenced on some interfaces: nothing that arrives
 * there reaches it, and nothing of it leaves there, while frames that this
 * process reads (before) and sends (marked) pass.
 *
 * It is an nftables table of the netdev family that its owner's netlink
 * socket takes with it: whatever ends the process ends it, too.
 */
#ifndef TCPTRAV_GATEWAY_MUTE_KERNEL_H
#define TCPTRAV_GATEWAY_MUTE_KERNEL_H

#include "base/error.h"

#include <stdint.h>

struct kernel_mute;

/*
 * mute_kernel - silence two interfaces of this network namespace
 * @mark: of what may leave (SO_MARK); not 0
 * Return: to be given to unmute_kernel(); NULL with a sentence
 */
struct kernel_mute *mute_kernel(const char *one, const char *other,
				uint32_t mark, struct error *e);
void unmute_kernel(struct kernel_mute *q);

#endif
