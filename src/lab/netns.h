/* Network namespaces, held as descriptors and named nowhere. */
#ifndef TCPTRAV_LAB_NETNS_H
#define TCPTRAV_LAB_NETNS_H

#include "base/error.h"

/*
 * netns_current - open the namespace of the calling process
 * Return: a descriptor, or -1 with an error
 */
int netns_current(struct error *e);

/*
 * netns_new - make a namespace and enter it
 * Return: a descriptor, or -1 with an error
 */
int netns_new(struct error *e);

/* netns_enter - move the calling process (one thread) to a namespace */
bool netns_enter(int namespace, struct error *e);

/*
 * netns_switches - mount a new /proc, for netns_set()
 *
 * One /proc/sys/net collects the entries of every namespace that is looked up
 * in it, and each lookup searches all of them. With hundreds of cells these
 * lookups took most of the time to make a cell. If the kernel (before 5.8) or
 * the caller's privileges allow no new mount, the existing /proc is used.
 * Return: a descriptor that the caller closes, or -1 with an error
 */
int netns_switches(struct error *e);

/*
 * netns_set - set one of the current namespace's switches
 * @switches: from netns_switches()
 * @name: below /proc/sys/net: "ipv4/ip_forward"
 * A switch that this kernel does not have, or that the caller may not set, is
 * left alone.
 * Return: 0 or -errno
 */
int netns_set(int switches, const char *name, const char *value);

#endif
