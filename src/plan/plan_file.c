#include "plan/plan_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLANKS " \t\r\n\v\f"

/* A text file that is read line by line. */
struct line_reader {
	FILE *file;
	char *line;		/* the latest */
	size_t room;
	unsigned number;	/* of it, from 1 */
};

static bool cannot_read(const char *what, const char *path, struct error *e)
{
	return error_set(e, ERROR_USE, "cannot read the %s \"%.120s\": %s",
			 what, path, strerror(errno));
}

/* next_line - false at the end, or with an error in @e */
static bool next_line(struct line_reader *t, struct error *e)
{
	ssize_t length;

	errno = 0;
	length = getline(&t->line, &t->room, t->file);
	if (length < 0) {
		if (errno)
			error_set(e, ERROR_USE, "cannot be read: %s",
				  strerror(errno));
		return false;
	}
	t->number++;
	if ((size_t)length == strlen(t->line))
		return true;
	return error_set(e, ERROR_USE, "line %u has a NUL byte: no text",
			 t->number);
}

static void close_text(struct line_reader *t)
{
	if (t->file && t->file != stdin)
		fclose(t->file);
	free(t->line);
}

/* trim - remove the blanks at both ends, in place */
static char *trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length && strchr(BLANKS, text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

/* beside - @path, relative to the directory of @plan if that is a regular file
   */
static const char *beside(const char *plan, const char *path,
			  char out[PATH_MAX])
{
	const char *slash = plan ? strrchr(plan, '/') : NULL;
	struct stat st;

	if (!slash || *path == '/' || stat(plan, &st) || !S_ISREG(st.st_mode))
		return path;
	snprintf(out, PATH_MAX, "%.*s%s", (int)(slash - plan) + 1, plan, path);
	return out;
}

static bool set_lines(struct grid *p, const char *key, struct line_reader *t,
		      struct string_set *texts, struct error *e)
{
	bool any = false;

	e->kind = ERROR_NONE;
	while (next_line(t, e)) {
		const char *value = trim(t->line);

		if (!*value || *value == '#')
			continue;
		if (!grid_set(p, key, value, texts, e))
			return false;
		any = true;
	}
	t->number = 0;		/* an error from here on has no line */
	if (e->kind == ERROR_NONE && !any)
		error_set(e, ERROR_USE, "there is no alternative in it");
	return e->kind == ERROR_NONE;
}

/* set_from_file - one alternative per line */
static bool set_from_file(struct grid *p, const char *key, const char *path,
		     struct string_set *texts, struct error *e)
{
	struct line_reader t = { .file = fopen(path, "re") };
	struct error now;
	bool ok;

	if (!t.file)
		return cannot_read("alternatives in", path, e);
	ok = set_lines(p, key, &t, texts, &now);
	close_text(&t);
	if (!ok && t.number)
		error_set(e, now.kind, "\"%.60s\", line %u: %s", path,
			  t.number, now.text);
	else if (!ok)
		error_set(e, now.kind, "\"%.60s\": %s", path, now.text);
	return ok;
}

bool plan_file_set(struct grid *p, const char *key, const char *value,
		   const char *plan, struct string_set *texts, struct error *e)
{
	char path[PATH_MAX];

	if (!value || *value != '@')
		return grid_set(p, key, value, texts, e);
	return set_from_file(p, key, beside(plan, value + 1, path), texts, e);
}

/*
 * set_line - all words of a line
 * Return: 1, 0 when it has none, -1 with an error
 */
static int set_line(struct grid *p, char *line, const char *plan,
		    struct string_set *texts, struct error *e)
{
	char *rest, *word = strtok_r(line, BLANKS, &rest);
	int any = 0;

	for (; word && *word != '#'; word = strtok_r(NULL, BLANKS, &rest)) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (!plan_file_set(p, word, value, plan, texts, e))
			return -1;
		any = 1;
	}
	return any;
}

static bool read_lines(struct sweep *s, struct line_reader *t, const char *path,
		       const struct grid *base, struct grid *p,
		       struct error *e)
{
	struct error end = { .kind = ERROR_NONE };

	while (next_line(t, &end)) {
		int any;

		grid_reset(p, base);
		any = set_line(p, t->line, path, sweep_texts(s), e);
		if (any < 0 || (any && !sweep_add(s, p, base, t->number, e)))
			return plan_file_error(path, t->number, e);
	}
	if (end.kind != ERROR_NONE)
		return error_set(e, end.kind, "plan \"%.60s\": %s", path,
				 end.text);
	return sweep_count(s) ||
		error_set(e, ERROR_USE, "the plan \"%.60s\" has no trials",
			  path);
}

bool plan_file_read(struct sweep *s, const char *path, const struct grid *base,
		    struct error *e)
{
	struct line_reader t = { .file = strcmp(path, "-") ? fopen(path, "re") :
						      stdin };
	struct grid p = { .variant = NULL };
	bool ok;

	if (!t.file)
		return cannot_read("plan", path, e);
	ok = read_lines(s, &t, path, base, &p, e);
	grid_free(&p);
	close_text(&t);
	return ok;
}

bool plan_file_error(const char *path, unsigned line, struct error *e)
{
	struct error now = *e;

	return error_set(e, now.kind, "plan \"%.60s\", line %u: %s", path,
			 line, now.text);
}
