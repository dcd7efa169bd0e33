#include "base/kernel_release.h"

#include <stdio.h>
#include <sys/utsname.h>

bool kernel_release_is(const char *release, unsigned version,
		       unsigned patchlevel)
{
	unsigned v, p;

	if (sscanf(release, "%5u.%5u", &v, &p) != 2)
		return false;
	return v > version || (v == version && p >= patchlevel);
}

bool kernel_needed(const char *what, unsigned version, unsigned patchlevel,
		   struct error *e)
{
	struct utsname name = { .release = "" };

	if (uname(&name) == 0 &&
	    kernel_release_is(name.release, version, patchlevel))
		return true;
	return error_set(e, ERROR_MISSING, "%s needs Linux %u.%u or newer, and"
			 " this is %.64s", what, version, patchlevel,
			 name.release);
}
