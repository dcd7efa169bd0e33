#include "lab/interface_offload.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The receiving side's last: GRO would make segments out of packets. */
static const unsigned switches[] = {
	ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_STXCSUM, ETHTOOL_SGRO
};

bool interface_offload_disable(const char *interface, struct error *e)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r = 0;

	for (size_t i = 0; s >= 0 && !r &&
	     i < sizeof(switches) / sizeof(switches[0]); i++) {
		struct ethtool_value off = { .cmd = switches[i] };
		struct ifreq request = { .ifr_data = (void *)&off };

		strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
		r = ioctl(s, SIOCETHTOOL, &request);
	}
	if (s < 0 || r)
		error_set(e, ERROR_FAILED, "the offloads of interface \"%s\" "
			  "cannot be turned off: %s", interface,
			  strerror(errno));
	if (s >= 0)
		close(s);
	return s >= 0 && !r;
}
