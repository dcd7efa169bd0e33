#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool cannot_write(const char *path, int why, struct error *e)
{
	return error_set(e, ERROR_FAILED, "cannot write \"%s\": %s", path,
			 strerror(why));
}

/* Non-blocking: opening a FIFO without a reader would block. */
FILE *output_file_open(const char *path, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
			    O_NONBLOCK, 0666);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "wb");

	if (to)
		return to;
	cannot_write(path, errno, e);
	if (fd >= 0)
		close(fd);
	return NULL;
}

bool output_file_close(FILE *to, const char *path, struct error *e)
{
	bool failed = ferror(to);

	if (fclose(to) || failed)
		return cannot_write(path, errno, e);
	return true;
}

bool output_file_check(const char *path, struct error *e)
{
	FILE *to = path ? output_file_open(path, e) : NULL;

	if (to)
		fclose(to);
	return to || !path;
}
