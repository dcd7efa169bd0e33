#include "lab/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

int netns_current(struct error *e)
{
	int namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (namespace < 0)
		error_set(e, ERROR_MISSING, "the network namespace cannot be "
			  "opened in /proc: %s", strerror(errno));
	return namespace;
}

int netns_new(struct error *e)
{
	if (unshare(CLONE_NEWNET) == 0)
		return netns_current(e);
	error_set(e, errno == ENOSPC || errno == EPERM ? ERROR_MISSING :
		  ERROR_FAILED, "a network namespace cannot be made: %s%s",
		  strerror(errno), errno == ENOSPC ?
		  " (sysctl user.max_net_namespaces)" : "");
	return -1;
}

bool netns_enter(int namespace, struct error *e)
{
	if (setns(namespace, CLONE_NEWNET) == 0)
		return true;
	return error_set(e, ERROR_FAILED, "a network namespace cannot be "
			 "entered: %s", strerror(errno));
}

int netns_switches(struct error *e)
{
	int context = fsopen("proc", FSOPEN_CLOEXEC), proc = -1;

	if (context >= 0 &&
	    !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		proc = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID |
			       MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (context >= 0)
		close(context);
	if (proc < 0)
		proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		error_set(e, ERROR_MISSING, "/proc cannot be opened: %s",
			  strerror(errno));
	return proc;
}

int netns_set(int switches, const char *name, const char *value)
{
	char path[128];
	size_t length = strlen(value);
	int file, r;

	snprintf(path, sizeof(path), "sys/net/%s", name);
	file = openat(switches, path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	r = write(file, value, length) == (ssize_t)length ? 0 : -errno;
	close(file);
	return r;
}
