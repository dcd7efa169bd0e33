#include "net/choice.h"

#include "base/names.h"
#include "profile/profile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 128

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
	if (strchr(path, '+') && stat(path, &s) < 0)
		return error_set(e, ERROR_USE, "there is no NAT program "
				 "\"%.200s\", and one takes no changes (+)",
				 path);
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

/* take_router - what is neither a program nor a profile; false: @name is not
   of that kind */
static bool take_router(const char *name, struct choice *out)
{
	out->kernel = kernel_nat_find(name);
	out->kind = out->kernel ? CHOICE_KERNEL : CHOICE_NONE;
	return out->kernel || !strcmp(name, "none");
}

bool choice_make(const char *name, struct choice *out, struct error *e)
{
	size_t length = profile_base(name);
	char base[CHOICE_NAME];

	*out = (struct choice){ .kind = CHOICE_EXEC };
	if (strlen(name) >= sizeof(base))
		return error_set(e, ERROR_USE, "the NAT's name \"%.60s...\" is "
				 "longer than %zu characters", name,
				 sizeof(base) - 1);
	if (!strncmp(name, CHOICE_EXEC_PREFIX,
		     strlen(CHOICE_EXEC_PREFIX)))
		return take_path(name + strlen(CHOICE_EXEC_PREFIX), out, e);
	memcpy(base, name, length);
	base[length] = '\0';
	if (take_router(base, out))
		return !name[length] ||
			error_set(e, ERROR_USE, "\"%.60s\": \"%s\" is no "
				  "profile and takes no changes (+)", name,
				  base);
	out->kind = CHOICE_PROFILE;
	if (!profile_is_path(base) && !is_builtin(base))
		return unknown(base, e);
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
