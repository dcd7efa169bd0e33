#include "lab/choice.h"

#include "base/names.h"
#include "profile/profile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXEC "exec:"
#define NAMES_MAX 128

static bool is_path(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') ||
		(length > 4 && !strcmp(name + length - 4, ".nat"));
}

static bool is_builtin(const char *name)
{
	for (size_t i = 0; i < profile_builtin_count; i++)
		if (!strcmp(profile_builtin[i].name, name))
			return true;
	return false;
}

static bool unknown(const char *name, struct error *e)
{
	const char *names[NAMES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < kernel_nat_count; i++)
		names[count++] = kernel_nats[i].name;
	names[count++] = "none";
	for (size_t i = 0; i < profile_builtin_count && count < NAMES_MAX; i++)
		names[count++] = profile_builtin[i].name;
	return error_set(e, ERROR_USE, "unknown NAT \"%.60s\"; the nearest is "
			 "\"%s\"", name, name_nearest(name, names, count));
}

static bool check_program(const char *path, struct error *e)
{
	struct stat s;

	if (!*path)
		return error_set(e, ERROR_USE, "\"exec:\" needs the path of a "
				 "program: exec:PATH");
	if (stat(path, &s) < 0 || access(path, X_OK) < 0)
		return error_set(e, ERROR_MISSING, "the NAT program \"%.200s\" "
				 "cannot be run: %s", path, strerror(errno));
	if (!S_ISREG(s.st_mode))
		return error_set(e, ERROR_MISSING, "the NAT program \"%.200s\" "
				 "cannot be run: it is no file", path);
	return true;
}

static bool take_path(const char *path, struct choice *out, struct error *e)
{
	size_t length = strlen(path);

	if (length >= sizeof(out->path))
		return error_set(e, ERROR_USE, "the path of the NAT program "
				 "\"%.60s...\" is longer than %zu characters",
				 path, sizeof(out->path) - 1);
	memcpy(out->path, path, length + 1);
	return check_program(out->path, e);
}

bool choice_make(const char *name, struct choice *out, struct error *e)
{
	*out = (struct choice){ .kind = CHOICE_PROFILE };
	out->kernel = kernel_nat_find(name);
	if (out->kernel) {
		out->kind = CHOICE_KERNEL;
		return true;
	}
	if (!strcmp(name, "none")) {
		out->kind = CHOICE_NONE;
		return true;
	}
	if (!strncmp(name, EXEC, strlen(EXEC))) {
		out->kind = CHOICE_EXEC;
		return take_path(name + strlen(EXEC), out, e);
	}
	if (!is_path(name) && !is_builtin(name))
		return unknown(name, e);
	return profile_find(name, &out->profile, e);
}

bool choice_forwards(const struct choice *c)
{
	return c->kind == CHOICE_NONE;
}

bool choice_is_bare(const struct choice *c)
{
	return c->kind == CHOICE_PROFILE || c->kind == CHOICE_EXEC;
}
