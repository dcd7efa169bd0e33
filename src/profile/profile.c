/*
 * Reads profiles from text.
 *
 * It does not use inih: Debian's libinih gives its handlers no line numbers,
 * does not say what is wrong with a malformed line, accepts [sections],
 * "key: value" and indented continuations, and cuts lines at 200 bytes.
 */
#include "profile/profile.h"

#include "base/nearest_name.h"
#include "profile/validate.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	AXES_MAX = 96,		/* axis_count stays below */
	CHAIN_MAX = 16,		/* of bases */
	NAMES_MAX = 256,	/* of built-in profiles to choose from */
	FILE_MAX = 65536,	/* bytes of a profile file */
	TOKEN = 256,		/* a key or a value, and its end */
};

/* A profile that is being read. */
struct profile_reader {
	const char *name;
	bool changes;		/* its text is "+axis=value", not lines */
	const struct profile_reader *derived;	/* whose base it is, or NULL */
	bool files;		/* it is a file, so its base may be one */
	struct profile *out;
	struct error *error;
	unsigned line;			/* of the line or change, from 1 */
	unsigned set_at[AXES_MAX];	/* line of each axis, 0: not yet */
	unsigned base_at;
};

/* A piece of the text. */
struct slice {
	const char *at;
	size_t length;
};

static bool read_text(struct profile_reader *r, const char *text,
		      size_t length);
static bool read_named(const char *name, const struct profile_reader *derived,
		       bool files, struct profile *out, struct error *e);

static int *axis_field(const struct axis *axis, struct profile *p)
{
	return (int *)(void *)((char *)p + axis->offset);
}

void profile_defaults(struct profile *out)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "default");
	for (size_t i = 0; i < axis_count; i++)
		*axis_field(&axes[i], out) = axes[i].standard;
}

/* slice_text - copy a slice as a string for an error: cut, and without control
   characters */
static const char *slice_text(struct slice s, char buffer[TOKEN])
{
	size_t n = s.length < TOKEN ? s.length : TOKEN - 1;

	for (size_t i = 0; i < n; i++)
		buffer[i] = iscntrl((unsigned char)s.at[i]) ? '?' : s.at[i];
	buffer[n] = '\0';
	return buffer;
}

static struct slice trim(struct slice s)
{
	while (s.length && isspace((unsigned char)s.at[0]))
		s.at++, s.length--;
	while (s.length && isspace((unsigned char)s.at[s.length - 1]))
		s.length--;
	return s;
}

static struct slice up_to(struct slice s, char end)
{
	const char *found = s.length ? memchr(s.at, end, s.length) : NULL;

	if (found)
		s.length = (size_t)(found - s.at);
	return s;
}

/* set_error - set an ERROR_USE with the profile and line; Return: false */
__attribute__((format(printf, 2, 3)))
static bool set_error(const struct profile_reader *r, const char *format, ...)
{
	char what[240];
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	if (r->changes)
		return error_set(r->error, ERROR_USE, "NAT \"%.60s\": %s",
				 r->name, what);
	return error_set(r->error, ERROR_USE, "profile \"%.60s\", line %u: %s",
			 r->name, r->line, what);
}

static bool unknown_axis(const struct profile_reader *r, const char *key)
{
	const char *names[AXES_MAX];
	size_t count = 0;

	for (; count < axis_count; count++)
		names[count] = axes[count].name;
	if (!r->changes)
		names[count++] = "base";
	return set_error(r, "unknown axis \"%.60s\"; the nearest is \"%s\"",
			 key, nearest_name(key, names, count));
}

static bool read_number(const struct profile_reader *r, const struct axis *axis,
			const char *value, int *out)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < axis->minimum ||
	    n > axis->maximum)
		return set_error(r, "%s is \"%.60s\", but must be a number "
				 "from %ld to %ld%s%s", axis->name, value,
				 axis->minimum, axis->maximum,
				 *axis->unit ? " " : "", axis->unit);
	*out = (int)n;
	return true;
}

static bool read_value(const struct profile_reader *r, const struct axis *axis,
		       const char *value, int *out)
{
	int found;

	if (!axis->values)
		return read_number(r, axis, value, out);
	found = name_index(value, axis->values, axis->value_count);
	if (found < 0)
		return set_error(
			r,
			"%s cannot be \"%.60s\"; the nearest value"
			" is \"%s\"",
			axis->name, value,
			nearest_name(value, axis->values, axis->value_count));
	*out = found;
	return true;
}

/* read_base - take the base's values of the axes that this profile has not set
   */
static bool read_base(struct profile_reader *r, const char *name)
{
	struct profile base;

	if (r->base_at)
		return set_error(r, "\"base\" was set in line %u already",
				 r->base_at);
	r->base_at = r->line;
	if (!read_named(name, r, r->files, &base, r->error))
		return false;
	for (size_t i = 0; i < axis_count; i++)
		if (!r->set_at[i])
			*axis_field(&axes[i], r->out) =
				axis_value(&axes[i], &base);
	return true;
}

static bool read_setting(struct profile_reader *r, const char *key,
			 const char *value)
{
	const struct axis *axis = axis_find(key);
	size_t i = (size_t)(axis - axes);

	if (!strcmp(key, "base") && !r->changes)
		return read_base(r, value);
	if (!axis)
		return unknown_axis(r, key);
	if (r->set_at[i] && r->changes)
		return set_error(r, "\"%s\" is set twice", key);
	if (r->set_at[i])
		return set_error(r, "\"%s\" was set in line %u already", key,
				 r->set_at[i]);
	r->set_at[i] = r->line;
	return read_value(r, axis, value, axis_field(axis, r->out));
}

/* read_pair - "key = value" */
static bool read_pair(struct profile_reader *r, struct slice pair)
{
	char key_text[TOKEN], value_text[TOKEN];
	struct slice key = up_to(pair, '='), value;

	if (key.length == pair.length)
		return set_error(r, "\"%.60s\" is not of the form \"%s\"",
				 slice_text(pair, key_text),
				 r->changes ? "axis=value" : "key = value");
	value.at = key.at + key.length + 1;
	value.length = pair.length - key.length - 1;
	return read_setting(r, slice_text(trim(key), key_text),
			    slice_text(trim(value), value_text));
}

/* read_summary - take the first line as summary, if it is a comment */
static void read_summary(struct profile *p, struct slice text)
{
	struct slice line = up_to(text, '\n');

	if (!line.length || line.at[0] != '#')
		return;
	line.at++, line.length--;
	line = trim(line);
	if (line.length >= sizeof(p->summary))
		line.length = sizeof(p->summary) - 1;
	line = trim(line);
	for (size_t i = 0; i < line.length; i++)
		p->summary[i] = iscntrl((unsigned char)line.at[i]) ? '?' :
			line.at[i];
	p->summary[line.length] = '\0';
}

/* set_name - set the name; if it is too long, cut it and end it with dots */
static void set_name(struct profile *p, const char *name)
{
	size_t room = sizeof(p->name);

	if ((size_t)snprintf(p->name, room, "%s", name) >= room)
		memcpy(p->name + room - 4, "...", 4);
}

static bool read_text(struct profile_reader *r, const char *text, size_t length)
{
	struct slice rest = { text, length };

	profile_defaults(r->out);
	set_name(r->out, r->name);
	read_summary(r->out, rest);
	while (rest.length) {
		struct slice line = up_to(rest, '\n');
		struct slice pair = trim(up_to(line, '#'));

		r->line++;
		if (pair.length && !read_pair(r, pair)) {
			profile_defaults(r->out);
			return false;
		}
		rest.at += line.length;
		rest.length -= line.length;
		if (rest.length)	/* the newline */
			rest.at++, rest.length--;
	}
	return true;
}

/* validate - check the whole profile; a base alone is not checked */
static bool validate(struct profile *p, struct error *e)
{
	if (profile_validate(p, e))
		return true;
	profile_defaults(p);
	return false;
}

bool profile_parse(const char *name, const char *text, size_t length,
		   struct profile *out, struct error *e)
{
	struct profile_reader r = { .name = name, .out = out, .error = e };

	return read_text(&r, text, length) && validate(out, e);
}

bool profile_is_path(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') || (n > 4 && !strcmp(name + n - 4, ".nat"));
}

/* read_whole - read all bytes of a file; -1 with errno set */
static ssize_t read_whole(int fd, char *out, size_t room)
{
	size_t length = 0;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	while ((n = read(fd, out + length, room - length)) > 0)
		length += (size_t)n;
	if (n < 0)
		return -1;
	if (length == room) {
		errno = EFBIG;
		return -1;
	}
	return (ssize_t)length;
}

static bool read_file(struct profile_reader *r, const char *path)
{
	/* only a plain file is read; to open a FIFO must not block */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = fd < 0 ? NULL : malloc(FILE_MAX);
	ssize_t length = text ? read_whole(fd, text, FILE_MAX) : -1;
	int why = errno;
	bool ok;

	if (fd >= 0)
		close(fd);
	if (length < 0)
		ok = error_set(r->error, ERROR_USE,
			       "cannot read the profile \"%.120s\": %s", path,
			       strerror(why));
	else
		ok = read_text(r, text, (size_t)length);
	free(text);
	return ok;
}

/*
 * chain_check - refuse a base that is derived from itself
 * A loop whose paths differ each time (directories, links) ends at CHAIN_MAX.
 */
static bool chain_check(const char *name, const struct profile_reader *derived)
{
	unsigned depth = 0;

	for (const struct profile_reader *r = derived; r;
	     r = r->derived, depth++)
		if (!strcmp(r->name, name))
			return set_error(derived,
					 "base \"%.60s\" leads back to "
					 "itself",
					 name);
	if (depth < CHAIN_MAX)
		return true;
	return set_error(derived,
			 "base \"%.60s\" is one more than the %d that "
			 "may follow one another",
			 name, CHAIN_MAX - 1);
}

static bool unknown_profile(const char *name,
			    const struct profile_reader *derived,
			    struct error *e)
{
	const char *names[NAMES_MAX] = { NULL };
	const char *nearest;
	size_t count = 0;

	for (; count < profile_builtin_count && count < NAMES_MAX;
	     count++)
		names[count] = profile_builtin[count].name;
	nearest = nearest_name(name, names, count);
	if (derived)
		return set_error(derived,
				 "unknown NAT profile \"%.60s\"; the "
				 "nearest is \"%s\"",
				 name, nearest);
	return error_set(e, ERROR_USE, "unknown NAT profile \"%.60s\"; the "
			 "nearest is \"%s\"", name, nearest);
}

static const struct profile_text *builtin_find(const char *name)
{
	for (size_t i = 0; i < profile_builtin_count; i++)
		if (!strcmp(profile_builtin[i].name, name))
			return &profile_builtin[i];
	return NULL;
}

/* base_path - make the path of a base, relative to the file that names it */
static const char *base_path(const struct profile_reader *derived,
			     const char *name, char path[PATH_MAX])
{
	const char *slash = strrchr(derived->name, '/');
	int directory = slash ? (int)(slash - derived->name) + 1 : 0;

	if (name[0] == '/')
		return name;
	while (!strncmp(name, "./", 2))	/* one spelling, for chain_check() */
		name += 2;
	snprintf(path, PATH_MAX, "%.*s%s", directory, derived->name, name);
	return path;
}

/*
 * read_named - read a profile by its name or path
 * @derived: the profile whose base it is, or NULL
 * @files:   may it be a file?
 */
static bool read_named(const char *name, const struct profile_reader *derived,
		       bool files, struct profile *out, struct error *e)
{
	struct profile_reader r = { .derived = derived, .out = out,
				    .error = e };
	const struct profile_text *builtin = builtin_find(name);
	char path[PATH_MAX];

	r.files = files && profile_is_path(name);
	r.name = r.files && derived ? base_path(derived, name, path) : name;
	profile_defaults(out);
	if (!chain_check(r.name, derived))
		return false;
	if (r.files)
		return read_file(&r, r.name);
	if (!builtin)
		return unknown_profile(name, derived, e);
	return read_text(&r, builtin->text, strlen(builtin->text));
}

/* is_file - are the first @length characters the path of a file? */
static bool is_file(const char *name, size_t length)
{
	char path[PATH_MAX];
	struct stat st;

	if (length >= sizeof(path))
		return false;
	memcpy(path, name, length);
	path[length] = '\0';
	return profile_is_path(path) && !stat(path, &st);
}

size_t profile_base(const char *name)
{
	size_t first = strcspn(name, "+"), length = strlen(name);

	for (; length > first; length--)
		if ((!name[length] || name[length] == '+') &&
		    is_file(name, length))
			break;
	return length;
}

/* read_changes - apply "+axis=value+axis=value" to @out */
static bool read_changes(const char *name, const char *text,
			 struct profile *out, struct error *e)
{
	struct profile_reader r = { .name = name, .changes = true, .out = out,
				    .error = e };
	struct slice rest = { text, strlen(text) };

	if (!rest.length)
		return true;
	snprintf(out->summary, sizeof(out->summary), "%s, changed", out->name);
	set_name(out, name);
	while (rest.length) {
		struct slice change;

		rest.at++, rest.length--;	/* the + */
		change = up_to(rest, '+');
		r.line++;
		if (!read_pair(&r, change)) {
			profile_defaults(out);
			return false;
		}
		rest.at += change.length;
		rest.length -= change.length;
	}
	return true;
}

bool profile_find(const char *name, struct profile *out, struct error *e)
{
	size_t length = profile_base(name);
	char base[PATH_MAX];

	profile_defaults(out);
	if (length >= sizeof(base))
		return error_set(e, ERROR_USE, "the profile's name \"%.60s\" "
				 "is longer than %zu characters", name,
				 sizeof(base) - 1);
	memcpy(base, name, length);
	base[length] = '\0';
	return read_named(base, NULL, true, out, e) &&
		read_changes(name, name + length, out, e) && validate(out, e);
}
