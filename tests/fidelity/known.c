#include "known.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known_pattern {
	struct known_pattern *next;
	bool used;
	char *pattern;			/* owns the text that follows, too */
	const char *reason;
};

struct known_differences {
	struct known_pattern *lines;
};

static bool add(struct known_differences *k, const char *text, const char *path,
		struct error *e)
{
	struct known_pattern *line = calloc(1, sizeof(*line));
	char *middle;

	if (line)
		line->pattern = strdup(text);
	if (!line || !line->pattern) {
		free(line);
		return error_set(e, ERROR_FAILED, "out of memory");
	}
	line->next = k->lines;
	k->lines = line;
	middle = strstr(line->pattern, " -- ");
	if (!middle || !middle[4])
		return error_set(e, ERROR_USE, "%s: \"%s\" is not \"PATTERN "
				 "-- REASON\"", path, text);
	*middle = '\0';
	line->reason = middle + 4;
	return true;
}

static bool read_lines(struct known_differences *k, FILE *f, const char *path,
		       struct error *e)
{
	char *text = NULL;
	size_t room = 0;
	bool ok = true;

	while (ok && getline(&text, &room, f) >= 0) {
		text[strcspn(text, "\n")] = '\0';
		if (*text && *text != '#')
			ok = add(k, text, path, e);
	}
	free(text);
	return ok;
}

struct known_differences *known_read(const char *path, struct error *e)
{
	struct known_differences *k = calloc(1, sizeof(*k));
	FILE *f = fopen(path, "re");
	bool ok = k && f;

	if (!ok)
		error_set(e, ERROR_USE, "\"%s\" cannot be read: %s", path,
			  strerror(errno));
	ok = ok && read_lines(k, f, path, e);
	if (f)
		fclose(f);
	if (ok)
		return k;
	if (k)
		known_free(k);
	return NULL;
}

void known_free(struct known_differences *k)
{
	while (k->lines) {
		struct known_pattern *next = k->lines->next;

		free(k->lines->pattern);
		free(k->lines);
		k->lines = next;
	}
	free(k);
}

const char *known_reason(struct known_differences *k, const char *signature)
{
	for (struct known_pattern *l = k->lines; l; l = l->next)
		if (!fnmatch(l->pattern, signature, 0)) {
			l->used = true;
			return l->reason;
		}
	return NULL;
}

const char *known_unused(const struct known_differences *k, unsigned number)
{
	for (const struct known_pattern *l = k->lines; l; l = l->next)
		if (!l->used && !number--)
			return l->pattern;
	return NULL;
}
