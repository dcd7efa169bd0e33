#include "cli/drop_privileges.h"

#include <grp.h>
#include <unistd.h>

#define NOBODY 65534

bool drop_privileges(void)
{
	return geteuid() ||
		(!setgroups(0, NULL) &&
		 !setresgid(NOBODY, NOBODY, NOBODY) &&
		 !setresuid(NOBODY, NOBODY, NOBODY));
}
