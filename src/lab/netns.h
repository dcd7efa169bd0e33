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
 * netns_set - set one of the current namespace's switches
 * @name: below /proc/sys/net: "ipv4/ip_forward"
 * A switch that this kernel has not, or that the caller may not set, stays
 * as it is.
 * Return: 0 or -errno
 */
int netns_set(const char *name, const char *value);

#endif
