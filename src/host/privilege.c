#include "host/privilege.h"

#include <sys/types.h>
#include <unistd.h>

bool privilege_error(struct error *e, const char *what)
{
	char path[160];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (geteuid() == 0)
		return error_set(e, ERROR_MISSING, "%s needs the capability "
				 "CAP_NET_RAW, which root does not have here: "
				 "start this container with it", what);
	if (n <= 0 || (size_t)n >= sizeof(path))
		return error_set(e, ERROR_MISSING, "%s needs the capability "
				 "CAP_NET_RAW: run it with sudo", what);
	return error_set(e, ERROR_MISSING, "%s needs the capability "
			 "CAP_NET_RAW: run it with sudo, or allow it once with "
			 "\"sudo setcap cap_net_raw+ep %.*s\"", what,
			 (int)n, path);
}
