#include "net/nat_spec.h"

#include "base/nearest_name.h"
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

static bool unknown_nat(const char *name, struct error *e)
{
	const char *names[NAMES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < kernel_nat_count; i++)
		names[count++] = kernel_nats[i].name;
	names[count++] = "none";
	for (size_t i = 0; i < profile_builtin_count && count < NAMES_MAX; i++)
		names[count++] = profile_builtin[i].name;
	return error_set(e, ERROR_USE, "unknown NAT \"%.60s\"; the nearest is "
			 "\"%s\"", name, nearest_name(name, names, count));
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

static bool parse_program(const char *path, struct nat_spec *out,
			  struct error *e)
{
	size_t length = strlen(path);

	if (length >= sizeof(out->path))
		return error_set(e, ERROR_USE, "the path of the NAT program "
				 "\"%.60s...\" is longer than %zu characters",
				 path, sizeof(out->path) - 1);
	memcpy(out->path, path, length + 1);
	return check_program(out->path, e);
}

/* parse_router - a kernel NAT or "none"; false: @name is neither */
static bool parse_router(const char *name, struct nat_spec *out)
{
	out->kernel = kernel_nat_find(name);
	out->kind = out->kernel ? NAT_SPEC_KERNEL : NAT_SPEC_NONE;
	return out->kernel || !strcmp(name, "none");
}

bool nat_spec_parse(const char *name, struct nat_spec *out, struct error *e)
{
	size_t length = profile_base(name);
	char base[NAT_SPEC_TEXT];

	*out = (struct nat_spec){ .kind = NAT_SPEC_EXEC };
	if (strlen(name) >= sizeof(base))
		return error_set(e, ERROR_USE, "the NAT's name \"%.60s...\" is "
				 "longer than %zu characters", name,
				 sizeof(base) - 1);
	if (!strncmp(name, NAT_SPEC_EXEC_PREFIX, strlen(NAT_SPEC_EXEC_PREFIX)))
		return parse_program(name + strlen(NAT_SPEC_EXEC_PREFIX), out,
				     e);
	memcpy(base, name, length);
	base[length] = '\0';
	if (parse_router(base, out))
		return !name[length] ||
			error_set(e, ERROR_USE, "\"%.60s\": \"%s\" is no "
				  "profile and takes no changes (+)", name,
				  base);
	out->kind = NAT_SPEC_PROFILE;
	if (!profile_is_path(base) && !is_builtin(base))
		return unknown_nat(base, e);
	return profile_find(name, &out->profile, e);
}

bool nat_spec_forwards(const struct nat_spec *c)
{
	return c->kind == NAT_SPEC_NONE;
}

bool nat_spec_is_bare(const struct nat_spec *c)
{
	return c->kind == NAT_SPEC_PROFILE || c->kind == NAT_SPEC_EXEC;
}
