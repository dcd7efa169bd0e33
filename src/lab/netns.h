/* Network namespaces, held as descriptors and named nowhere. */
#ifndef TCPTRAV_LAB_NETNS_H
#define TCPTRAV_LAB_NETNS_H

#include "base/error.h"

/*
 * netns_current - the calling process's; a descriptor, or -1 with a sentence
 */
int netns_current(struct error *e);

/*
 * netns_new - a new one, which the calling process is then in
 * Return: a descriptor, or -1 with a sentence
 */
int netns_new(struct error *e);

/* netns_enter - move the calling process (one thread) there */
bool netns_enter(int namespace, struct error *e);

/*
 * netns_switches - a /proc of the caller's own, to set switches in
 *
 * The names in one /proc/sys/net are those of all namespaces that were looked
 * at in it, and a name is sought among all its like: with hundreds of cells
 * that was most of what it took to make one. Where the kernel (before 5.8)
 * or the caller's rights give no new one, it is the /proc that there is.
 * Return: a descriptor to be closed, or -1 with a sentence
 */
int netns_switches(struct error *e);

/*
 * netns_set - set one of the current namespace's switches
 * @switches: from netns_switches()
 * @name: below /proc/sys/net: "ipv4/ip_forward"
 * A switch that this kernel has not, or that the caller may not set, stays
 * as it is.
 * Return: 0 or -errno
 */
int netns_set(int switches, const char *name, const char *value);

#endif
