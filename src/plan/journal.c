#include "plan/journal.h"

#include "base/bitmap.h"
#include "plan/trial_json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* setting_text - the fields of a trial's setting, after the schema's; for
   free() */
static char *setting_text(const struct trial *t, uint64_t seed)
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return NULL;
	fputs(TRIAL_JSON_BEGINNING, to);
	trial_json_print(t, seed, true, to);
	fclose(to);
	return text;
}

/* read_json - parse with all numbers as double; a seed, which may have 64 bits,
   is read from the text instead */
static json_t *read_json(const char *text, size_t length, json_error_t *why)
{
	return json_loadb(text, length, JSON_DECODE_INT_AS_REAL, why);
}

/* has_field - do @record and @expected have the same value of a field? */
static bool has_field(const char *name, const json_t *record,
		      const json_t *expected, struct error *e)
{
	const json_t *found = json_object_get(record, name);
	const json_t *wanted = json_object_get(expected, name);
	char *is, *must;

	if (json_equal(found, wanted))
		return true;
	is = found ? json_dumps(found, JSON_ENCODE_ANY) : NULL;
	must = json_dumps(wanted, JSON_ENCODE_ANY);
	error_set(e, ERROR_USE, "%s is %.60s, but the plan's trial has %.60s",
		  name, is ? is : "missing", must ? must : "another");
	free(is);
	free(must);
	return false;
}

/* has_setting - is the setting that of @expected, a setting_text()? */
static bool has_setting(const json_t *record, const char *expected,
			struct error *e)
{
	char *text;
	json_t *object;
	bool same = true;

	if (asprintf(&text, "%s}", expected) < 0)
		return error_set(e, ERROR_FAILED, "memory is short");
	object = read_json(text, strlen(text), NULL);
	free(text);
	if (!object)
		return error_set(e, ERROR_FAILED, "memory is short");
	same = has_field("schema", record, object, e);
	for (size_t i = 0; same && trial_json_names[i]; i++)
		same = has_field(trial_json_names[i], record, object, e);
	json_decref(object);
	return same;
}

/*
 * check_ttl - did the hosts that lowered the TTL use the one that the plan
 * gives? With --ttl auto any TTL is right.
 */
static bool check_ttl(const json_t *record, const struct trial *t,
		      struct error *e)
{
	static const char *const names[] = { "ttl_a", "ttl_b" };

	for (int i = 0; i < 2 && t->ttl; i++) {
		const json_t *used = json_object_get(record, names[i]);
		int is = (int)json_number_value(used);

		if (json_is_number(used) && is != t->ttl)
			return error_set(e, ERROR_USE, "%s is %d, but the"
					 " plan's trial has --ttl %d",
					 names[i], is, t->ttl);
	}
	return true;
}

/* has_setting_text - does the line have @expected byte for byte? Most lines do;
   only the others are compared field by field. */
static bool has_setting_text(const char *line, const char *expected)
{
	size_t head = sizeof(TRIAL_JSON_BEGINNING) - 1;
	uint64_t seed;
	const char *at = trial_json_seed(line, &seed);
	const char *rest = expected + head + 1;		/* after the comma */

	return at && !strncmp(line, expected, head) &&
		!strncmp(at, rest, strlen(rest)) && at[strlen(rest)] == ',';
}

/* check_setting - does the line just read have the setting of trial @number? */
static bool check_setting(const struct journal *j, const json_t *record,
			  unsigned number, uint64_t seed, struct error *e)
{
	const struct trial trial = sweep_trial(j->sweep, number);
	char *text = setting_text(&trial, seed);
	bool same;

	if (!text)
		return error_set(e, ERROR_FAILED, "memory is short");
	same = has_setting_text(j->line, text) || has_setting(record, text, e);
	free(text);
	return same && check_ttl(record, &trial, e);
}

/* count_outcome - count the record's outcome; false: it has none */
static bool count_outcome(struct journal *j, const json_t *record)
{
	const char *name = json_string_value(json_object_get(record,
							     "outcome"));

	for (int i = 0; name && i < JOURNAL_OUTCOMES; i++)
		if (!strcmp(name, outcome_name((enum outcome)i))) {
			j->outcomes[i]++;
			return true;
		}
	return false;
}

static bool accept_record(struct journal *j, const json_t *record,
			  uint64_t seed, struct error *e)
{
	uint64_t number = seed - j->seed;
	unsigned count = sweep_count(j->sweep);

	if (number >= count)
		return error_set(e, ERROR_USE, "its seed %" PRIu64 " is of no"
				 " trial of this plan, which has %u from %"
				 PRIu64, seed, count, j->seed);
	if (bitmap_test(j->done, (unsigned)number))
		return error_set(e, ERROR_USE, "there is a record with seed %"
				 PRIu64 " before it", seed);
	if (!check_setting(j, record, (unsigned)number, seed, e))
		return false;
	if (!count_outcome(j, record))
		return error_set(e, ERROR_USE, "it has no outcome");
	bitmap_set(j->done, (unsigned)number);
	return true;
}

static bool accept_line(struct journal *j, size_t length, struct error *e)
{
	json_error_t why;
	json_t *record = read_json(j->line, length, &why);
	uint64_t seed;
	bool ok;

	if (!record)
		return error_set(e, ERROR_USE, "no JSON: %.100s", why.text);
	ok = trial_json_seed(j->line, &seed)
		     ? accept_record(j, record, seed, e)
		     : error_set(e, ERROR_USE, "it has no seed: no record");
	json_decref(record);
	return ok;
}

static bool error_of_system(const char *what, const char *path, struct error *e)
{
	return error_set(e, ERROR_FAILED, "cannot %s \"%.120s\": %s", what,
			 path, strerror(errno));
}

/* cut_incomplete_line - cut off a last line without newline, which was being
   written, if it is
   the beginning of a record. A power failure may leave zeros instead. */
static bool cut_incomplete_line(const struct journal *j, off_t whole,
				size_t length, struct error *e)
{
	size_t known = sizeof(TRIAL_JSON_BEGINNING) - 1;

	if (length < known)
		known = length;
	if (*j->line && memcmp(j->line, TRIAL_JSON_BEGINNING, known) != 0)
		return error_set(e, ERROR_USE, "it is not whole, and no part"
				 " of a record");
	return !ftruncate(fileno(j->file), whole) ||
	       error_of_system("cut", j->path, e);
}

/* error_in_line - set @e to the error @now in a line; false */
static bool error_in_line(const struct journal *j, unsigned line,
			  const struct error *now, struct error *e)
{
	if (now->kind != ERROR_USE)
		return error_set(e, now->kind, "%s", now->text);
	return error_set(e, now->kind, "\"%.60s\", line %u: %s", j->path, line,
			 now->text);
}

/* read_records - read all complete records and cut off an incomplete one */
static bool read_records(struct journal *j, struct error *e)
{
	struct error now = { .kind = ERROR_NONE };
	off_t whole = 0;
	unsigned line = 0;
	ssize_t length;

	while ((length = getline(&j->line, &j->room, j->file)) > 0 &&
	       j->line[length - 1] == '\n') {
		line++;
		whole += length;
		if (!accept_line(j, (size_t)length, &now))
			return error_in_line(j, line, &now, e);
	}
	if (ferror(j->file))
		return error_of_system("read", j->path, e);
	return length <= 0 ||
	       cut_incomplete_line(j, whole, (size_t)length, &now) ||
	       error_in_line(j, line + 1, &now, e);
}

/*
 * The lock belongs to the process, not to the open file: processes that the lab
 * forks do not hold it, even if they outlive this one.
 */
static bool lock(const struct journal *j, struct error *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fileno(j->file), F_SETLK, &whole))
		return true;
	if (errno != EACCES && errno != EAGAIN)
		return error_of_system("lock", j->path, e);
	return error_set(e, ERROR_USE, "another sweep is writing \"%.120s\"",
			 j->path);
}

static bool open_file(struct journal *j, struct error *e)
{
	struct stat st;
	int fd = open(j->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC |
		      O_NONBLOCK, 0666);

	j->file = fd < 0 ? NULL : fdopen(fd, "a+");
	if (!j->file) {
		error_of_system("write", j->path, e);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (fstat(fd, &st))
		return error_of_system("read", j->path, e);
	return S_ISREG(st.st_mode) ||
		error_set(e, ERROR_USE, "\"%.120s\" is no file", j->path);
}

bool journal_open(struct journal *j, const char *path, bool resume,
		  const struct sweep *sweep, uint64_t seed, struct error *e)
{
	struct stat st;

	*j = (struct journal){ .path = path, .sweep = sweep, .seed = seed };
	j->done = calloc(sweep_count(sweep) / 8 + 1, 1);
	if (!j->done)
		return error_set(e, ERROR_FAILED, "memory is short");
	if (!open_file(j, e) || !lock(j, e))
		return false;
	if (!resume && (fstat(fileno(j->file), &st) || st.st_size))
		return error_set(e, ERROR_USE, "\"%.120s\" has something in it"
				 " already; --resume goes on with it", path);
	rewind(j->file);
	return read_records(j, e);
}

bool journal_append(struct journal *j, enum outcome outcome, const char *line,
		    struct error *e)
{
	size_t length = strlen(line), written = 0;
	ssize_t n = 1;

	/* A second write only after a signal, or to learn why the first was
	   short: a full disk. */
	while (written < length && (n > 0 || (n < 0 && errno == EINTR))) {
		n = write(fileno(j->file), line + written, length - written);
		written += n > 0 ? (size_t)n : 0;
	}
	if (written < length)
		return error_of_system("write", j->path, e);
	j->outcomes[outcome]++;
	return true;
}

unsigned journal_records(const struct journal *j)
{
	unsigned count = 0;

	for (int i = 0; i < JOURNAL_OUTCOMES; i++)
		count += j->outcomes[i];
	return count;
}

void journal_close(struct journal *j)
{
	if (j->file)
		fclose(j->file);
	free(j->line);
	free(j->done);
	*j = (struct journal){ .path = j->path };
}
