#include "lab/namespaces.h"

#include "base/kernel_release.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WANTED (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET)

/* setting_is - does a kernel setting have this value?
   @path: below /proc/sys */
static bool setting_is(const char *path, char value)
{
	char name[96], first = 0;
	int fd;

	snprintf(name, sizeof(name), "/proc/sys/%s", path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &first, 1) != 1)
		first = 0;
	close(fd);
	return first == value;
}

/* remedy - the command that lets an ordinary user make a user namespace */
static const char *remedy(int why)
{
	if (why == ENOSPC || why == EUSERS)
		return "sudo sysctl -w user.max_user_namespaces=65536"
		       " user.max_net_namespaces=65536"
		       " user.max_pid_namespaces=65536"
		       " user.max_mnt_namespaces=65536";
	if (setting_is("kernel/apparmor_restrict_unprivileged_userns", '1'))
		return "sudo sysctl -w"
		       " kernel.apparmor_restrict_unprivileged_userns=0";
	return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
}

static bool refused(int why, struct error *e)
{
	if (why == ENOSYS || why == EINVAL)
		return error_set(e, ERROR_MISSING, "the lab needs PID, mount,"
				 " network and user namespaces, and this"
				 " kernel is built without some of them (%s)",
				 strerror(why));
	return error_set(e, ERROR_MISSING, "the lab needs namespaces of its"
			 " own, and the kernel refuses them (%s): run it with"
			 " sudo, allow them with '%s', or build a guest kernel"
			 " with 'make virtual' and use --clock virtual",
			 strerror(why), remedy(why));
}

/* fork_into - fork() into new namespaces; the caller must have one thread */
static pid_t fork_into(int flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

pid_t namespaces_fork(struct namespaces *n, struct error *e)
{
	pid_t pid;

	*n = (struct namespaces){ .uid = geteuid(), .gid = getegid() };
	fflush(NULL);	/* or both processes would write buffered output */
	pid = fork_into(WANTED);
	if (pid < 0 && errno == EPERM) {
		n->user = true;
		pid = fork_into(WANTED | CLONE_NEWUSER);
	}
	if (pid < 0)
		refused(errno, e);
	return pid;
}

static bool put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/* map_user - map root inside to the caller outside */
static bool map_user(const struct namespaces *n)
{
	char uids[32], gids[32];

	snprintf(uids, sizeof(uids), "0 %u 1\n", n->uid);
	snprintf(gids, sizeof(gids), "0 %u 1\n", n->gid);
	return put_file("/proc/self/setgroups", "deny") &&
	       put_file("/proc/self/uid_map", uids) &&
	       put_file("/proc/self/gid_map", gids);
}

/* mount_proc - mount a /proc that is visible only in the lab. In a chroot "/"
   may not be a mount point; then only the mount at /proc is made private. */
static bool mount_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    (errno != EINVAL || mount(NULL, "/proc", NULL, MS_PRIVATE, NULL)))
		return false;
	return !mount("proc", "/proc", "proc",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

bool namespaces_enter(const struct namespaces *n, struct error *e)
{
	if (n->user && !map_user(n))
		return refused(errno, e);
	/* after map_user(), which would undo it */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || setsid() < 0)
		return error_set(e, ERROR_FAILED,
				 "the lab's init could not be tied to its"
				 " caller: %s", strerror(errno));
	if (!mount_proc())
		return error_set(e, ERROR_MISSING,
				 "the lab cannot mount a /proc of its own"
				 " (%s): run it with sudo, outside of"
				 " containers that hide parts of /proc",
				 strerror(errno));
	return true;
}

bool namespaces_check(struct error *e)
{
	struct namespaces n;
	pid_t pid;
	int status;

	/* close_range(): without it processes would share descriptors */
	if (!kernel_needed("the lab", 5, 9, e))
		return false;
	pid = namespaces_fork(&n, e);
	if (pid < 0)
		return false;
	if (!pid)
		_exit(n.user && !map_user(&n) ? errno : 0);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(e, ERROR_FAILED, "waiting for a try"
					 " at namespaces failed: %s",
					 strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return refused(WIFEXITED(status) ? WEXITSTATUS(status) : EPERM,
			       e);
	return true;
}
