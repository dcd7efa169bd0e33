/*
 * A cache has a folder linux-VERSION-HASH for each kernel. HASH stands for the
 * recipe in src/virtual/kernel that built it. guest_kernel.inc, which the
 * Makefile writes, has the hash of the recipe that this program belongs to.
 */
#include "virtual/kernel.h"

#include "guest_kernel.inc"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_SERIES "6.1"

/*
 * The kernels of one series, while caches are searched.
 * @newest: the last number of the newest version; -1: none was found
 * @path:   of that kernel
 * @other:  a folder whose kernel another recipe built; empty: none
 */
struct kernel_search {
	const char *series;
	long newest;
	char path[PATH_MAX];
	char other[PATH_MAX];
};

static bool is_series(const char *name)
{
	size_t major = strspn(name, "0123456789"), minor;

	if (!major || name[major] != '.')
		return false;
	minor = strspn(name + major + 1, "0123456789");
	return minor && !name[major + 1 + minor] && major + minor < 8;
}

static bool is_program(const char *path)
{
	struct stat s;

	return !stat(path, &s) && S_ISREG(s.st_mode) && !access(path, X_OK);
}

/* Of "linux-6.1.192-HASH" 192, and where HASH begins; -1: another series. */
static long parse_folder(const char *name, const char *series,
			 const char **hash)
{
	size_t length = strlen(series);
	char *end;
	long patch;

	if (strncmp(name, "linux-", 6) != 0 ||
	    strncmp(name + 6, series, length) != 0 || name[6 + length] != '.' ||
	    !isdigit((unsigned char)name[7 + length]))
		return -1;
	patch = strtol(name + 7 + length, &end, 10);
	*hash = end + 1;
	return *end == '-' ? patch : -1;
}

static void search_cache(struct kernel_search *s, const char *cache)
{
	DIR *d = opendir(cache);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char path[PATH_MAX];
		const char *hash;
		long patch = parse_folder(entry->d_name, s->series, &hash);
		int n = snprintf(path, sizeof(path), "%s/%s/linux", cache,
				 entry->d_name);

		if (patch < 0 || n >= PATH_MAX || !is_program(path))
			continue;
		if (strcmp(hash, GUEST_KERNEL_HASH) != 0) {
			memcpy(s->other, path, (size_t)n + 1);
		} else if (patch > s->newest) {
			s->newest = patch;
			memcpy(s->path, path, (size_t)n + 1);
		}
	}
	if (d)
		closedir(d);
}

/* As src/virtual/kernel/build has it. false: this user has none. */
static bool cache_of_user(char cache[PATH_MAX])
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	bool set = xdg && *xdg == '/';
	int n;

	if (!set && (!home || !*home))
		return false;
	n = snprintf(cache, PATH_MAX, "%s%s/tcptrav", set ? xdg : home,
		     set ? "" : "/.cache");
	return n < PATH_MAX;
}

static bool not_found(const struct kernel_search *s, struct error *e)
{
	bool usual = !strcmp(s->series, DEFAULT_SERIES);
	const char *option = usual ? "" : " KERNEL=";
	const char *value = usual ? "" : s->series;

	if (*s->other)
		return error_set(e, ERROR_MISSING, "the guest kernel %.120s "
				 "was built for another version of tcptrav; "
				 "this one's is built by: make virtual%s%s",
				 s->other, option, value);
	return error_set(e, ERROR_MISSING, "the guest kernel, Linux %s, is "
			 "not there; it is built by: make virtual%s%s",
			 s->series, option, value);
}

static bool find_file(const char *name, char path[PATH_MAX], struct error *e)
{
	size_t length = strlen(name);
	struct stat s;

	if (length >= PATH_MAX)
		return error_set(e, ERROR_USE, "the guest kernel's path "
				 "\"%.80s...\" is too long", name);
	if (stat(name, &s))
		return error_set(e, ERROR_MISSING, "the guest kernel "
				 "\"%.160s\" cannot be used: %s", name,
				 strerror(errno));
	if (!is_program(name))
		return error_set(e, ERROR_MISSING, "the guest kernel "
				 "\"%.160s\" is not an executable file", name);
	memcpy(path, name, length + 1);
	return true;
}

bool guest_kernel_find(const char *name, char path[PATH_MAX], struct error *e)
{
	struct kernel_search s = {
		.series = name ? name : DEFAULT_SERIES,
		.newest = -1,
	};
	char cache[PATH_MAX];

	if (strchr(s.series, '/'))
		return find_file(s.series, path, e);
	if (!is_series(s.series))
		return error_set(e, ERROR_USE, "\"%.80s\" is neither a kernel "
				 "version such as 6.1 or 6.12 nor a path with "
				 "a '/'", s.series);
	if (cache_of_user(cache))
		search_cache(&s, cache);
	if (s.newest < 0)
		search_cache(&s, "/var/cache/tcptrav");
	if (s.newest < 0)
		return not_found(&s, e);
	memcpy(path, s.path, sizeof(s.path));
	return true;
}
