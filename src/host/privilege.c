#include "host/privilege.h"

#include <sys/types.h>
#include <unistd.h>

const struct privilege privilege_net_raw = {
	"CAP_NET_RAW", "cap_net_raw+ep"
};

const struct privilege privilege_net_admin = {
	"CAP_NET_ADMIN", "cap_net_admin,cap_net_raw+ep"
};

bool privilege_error(struct error *e, const char *what,
		     const struct privilege *p)
{
	char path[160];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (geteuid() == 0)
		return error_set(e, ERROR_MISSING, "%s needs the capability "
				 "%s, which root does not have here: "
				 "start this container with it", what, p->name);
	if (n <= 0 || (size_t)n >= sizeof(path))
		return error_set(e, ERROR_MISSING, "%s needs the capability "
				 "%s: run it with sudo", what, p->name);
	return error_set(e, ERROR_MISSING, "%s needs the capability "
			 "%s: run it with sudo, or allow it once with "
			 "\"sudo setcap %s %.*s\"", what, p->name, p->setcap,
			 (int)n, path);
}
