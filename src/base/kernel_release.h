/* Is this machine's Linux new enough? */
#ifndef TCPTRAV_BASE_KERNEL_RELEASE_H
#define TCPTRAV_BASE_KERNEL_RELEASE_H

#include "base/error.h"

#include <stdbool.h>

/*
 * kernel_release_is - is it of that version, or newer?
 * @release: as uname -r prints it: "6.1.0-44-amd64"
 * Return:   false, too, if @release does not begin with a version
 */
bool kernel_release_is(const char *release, unsigned version,
		       unsigned patchlevel);

/*
 * kernel_needed - does this machine run that version of Linux, or a newer one?
 * @what:  what needs it, as the sentence's subject: "the lab"
 * Return: false with ERROR_MISSING, which quotes this machine's release
 */
bool kernel_needed(const char *what, unsigned version, unsigned patchlevel,
		   struct error *e);

#endif
