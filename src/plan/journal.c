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

/* setting_text - make the beginning of a record's line: the schema and the
   fields of the setting. The caller frees it. */
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

/* read_json - parse JSON, with integers as double. A 64-bit seed does not fit
   into one; trial_json_seed() reads it from the text. */
static json_t *read_json(const char *text, size_t length, json_error_t *why)
{
	return json_loadb(text, length, JSON_DECODE_INT_AS_REAL, why);
}

/* has_field - has @record the same value of the field @name as @expected? */
static bool has_field(const char *name, const json_t *record,
		      const json_t *expected, struct error *e)
{
	const json_t *found = json_object_get(record, name);
	const json_t *wanted = json_object_get(expected, name);
	char *found_text, *wanted_text;

	if (json_equal(found, wanted))
		return true;
	found_text = found ? json_dumps(found, JSON_ENCODE_ANY) : NULL;
	wanted_text = json_dumps(wanted, JSON_ENCODE_ANY);
	error_set(e, ERROR_USE, "%s is %.60s, but the plan's trial has %.60s",
		  name, found_text ? found_text : "missing",
		  wanted_text ? wanted_text : "another");
	free(found_text);
	free(wanted_text);
	return false;
}

/* has_setting - does @record have the setting @expected, of setting_text()? */
static bool has_setting(const json_t *record, const char *expected,
			struct error *e)
{
	char *text;
	json_t *object;
	bool same = true;

	if (asprintf(&text, "%s}", expected) < 0)
		return error_set(e, ERROR_FAILED, "out of memory");
	object = read_json(text, strlen(text), NULL);
	free(text);
	if (!object)
		return error_set(e, ERROR_FAILED, "out of memory");
	same = has_field("schema", record, object, e);
	for (size_t i = 0; same && trial_json_names[i]; i++)
		same = has_field(trial_json_names[i], record, object, e);
	json_decref(object);
	return same;
}

/*
 * check_ttl - if the plan gives a low TTL, a TTL in the record must equal it.
 * With --ttl auto any value is right.
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

/* has_setting_text - does the line contain @expected byte for byte? That is so
   for most lines, and faster than comparing the fields. */
static bool has_setting_text(const char *line, const char *expected)
{
	size_t head = sizeof(TRIAL_JSON_BEGINNING) - 1;
	uint64_t seed;
	const char *at = trial_json_seed(line, &seed);
	const char *rest = expected + head + 1;		/* after the comma */

	return at && !strncmp(line, expected, head) &&
		!strncmp(at, rest, strlen(rest)) && at[strlen(rest)] == ',';
}

/* check_setting - is the line just read a record of the plan's trial? */
static bool check_setting(const struct journal *j, const json_t *record,
			  unsigned number, uint64_t seed, struct error *e)
{
	const struct trial trial = sweep_trial(j->sweep, number);
	char *text = setting_text(&trial, seed);
	bool same;

	if (!text)
		return error_set(e, ERROR_FAILED, "out of memory");
	same = has_setting_text(j->line, text) || has_setting(record, text, e);
	free(text);
	return same && check_ttl(record, &trial, e);
}

/* count_outcome - count the record's outcome; false if it has none */
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
		return error_set(e, ERROR_USE, "seed %" PRIu64 " is not in"
				 " this plan, which has %u seeds from %" PRIu64
				 " on", seed, count, j->seed);
	if (bitmap_test(j->done, (unsigned)number))
		return error_set(e, ERROR_USE, "it is the second record with"
				 " seed %" PRIu64, seed);
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
		return error_set(e, ERROR_USE, "it is not JSON: %.100s",
				 why.text);
	ok = trial_json_seed(j->line, &seed)
		     ? accept_record(j, record, seed, e)
		     : error_set(e, ERROR_USE,
				 "it is not a record: it has no seed");
	json_decref(record);
	return ok;
}

static bool system_error(const char *what, const char *path, struct error *e)
{
	return error_set(e, ERROR_FAILED, "cannot %s \"%.120s\": %s", what,
			 path, strerror(errno));
}

/*
 * truncate_to - remove the incomplete last line, left by a run that was
 * interrupted
 * If it does not begin like a record, the file is something else: false. A line
 * of zero bytes, which a power failure may leave, is removed.
 */
static bool truncate_to(const struct journal *j, off_t good_bytes,
			size_t length, struct error *e)
{
	size_t known = sizeof(TRIAL_JSON_BEGINNING) - 1;

	if (length < known)
		known = length;
	if (*j->line && memcmp(j->line, TRIAL_JSON_BEGINNING, known) != 0)
		return error_set(e, ERROR_USE, "it is incomplete, and not the"
				 " beginning of a record");
	return !ftruncate(fileno(j->file), good_bytes) ||
		system_error("truncate", j->path, e);
}

/* line_error - copy the error @problem to @e, wrong use with path and line;
   returns false */
static bool line_error(const struct journal *j, unsigned line,
		       const struct error *problem, struct error *e)
{
	if (problem->kind != ERROR_USE)
		return error_set(e, problem->kind, "%s", problem->text);
	return error_set(e, problem->kind, "\"%.60s\", line %u: %s", j->path,
			 line, problem->text);
}

/* read_records - read all complete lines, and remove an incomplete last one */
static bool read_records(struct journal *j, struct error *e)
{
	struct error problem = { .kind = ERROR_NONE };
	off_t good_bytes = 0;
	unsigned line = 0;
	ssize_t length;

	while ((length = getline(&j->line, &j->room, j->file)) > 0 &&
	       j->line[length - 1] == '\n') {
		line++;
		good_bytes += length;
		if (!accept_line(j, (size_t)length, &problem))
			return line_error(j, line, &problem, e);
	}
	if (ferror(j->file))
		return system_error("read", j->path, e);
	return length <= 0 ||
		truncate_to(j, good_bytes, (size_t)length, &problem) ||
		line_error(j, line + 1, &problem, e);
}

/*
 * lock - keep other sweeps from the file
 * fcntl() locks belong to the process. The lab's child processes, which may
 * live a little longer, do not inherit it.
 */
static bool lock(const struct journal *j, struct error *e)
{
	struct flock whole_file = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fileno(j->file), F_SETLK, &whole_file))
		return true;
	if (errno != EACCES && errno != EAGAIN)
		return system_error("lock", j->path, e);
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
		system_error("write", j->path, e);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (fstat(fd, &st))
		return system_error("read", j->path, e);
	return S_ISREG(st.st_mode) ||
		error_set(e, ERROR_USE, "\"%.120s\" is not a regular"
			  " file", j->path);
}

static bool is_empty(const struct journal *j)
{
	struct stat st;

	return !fstat(fileno(j->file), &st) && !st.st_size;
}

bool journal_open(struct journal *j, const char *path, bool resume,
		  const struct sweep *sweep, uint64_t seed, struct error *e)
{
	*j = (struct journal){ .path = path, .sweep = sweep, .seed = seed };
	j->done = calloc(sweep_count(sweep) / 8 + 1, 1);
	if (!j->done)
		return error_set(e, ERROR_FAILED, "out of memory");
	if (!open_file(j, e) || !lock(j, e))
		return false;
	if (!resume && !is_empty(j))
		return error_set(e, ERROR_USE, "\"%.120s\" is not empty;"
				 " --resume continues it", path);
	rewind(j->file);
	return read_records(j, e);
}

bool journal_append(struct journal *j, enum outcome outcome, const char *line,
		    struct error *e)
{
	size_t length = strlen(line), written = 0;
	ssize_t n = 1;

	/* One write as a rule. After a short one, a second write continues, or
	   fails with the reason: a full disk. */
	while (written < length && (n > 0 || (n < 0 && errno == EINTR))) {
		n = write(fileno(j->file), line + written, length - written);
		written += n > 0 ? (size_t)n : 0;
	}
	if (written < length)
		return system_error("write", j->path, e);
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
