#include "lab/journal.h"

#include "base/bits.h"
#include "report/make_record.h"
#include "report/record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION_FIELD "\"version\":"
#define OUTCOME_FIELD "\"outcome\":"

/* What of a record is its trial's setting, and not its result. */
static const char *const settings[] = {
	"schema", "method", "ttl", "variant", "topology", "nat_a", "nat_b",
	"rtt_ms", "skew_ms", "loss", "links", "background", "spoofing",
	"timeout_ms",
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* record_text - the line of a record; for free() */
static char *record_text(const struct trial_record *r, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (!to)
		return NULL;
	record_print(r, to);
	fclose(to);
	return text;
}

/* read_json - whole numbers too become double: a seed may have 64 bits, and
   is read from the text */
static json_t *read_json(const char *text, size_t length, json_error_t *why)
{
	return json_loadb(text, length, JSON_DECODE_INT_AS_REAL, why);
}

static bool differs(const char *name, const json_t *found,
		    const json_t *expected, struct error *e)
{
	char *is = found ? json_dumps(found, JSON_ENCODE_ANY) : NULL;
	char *must = json_dumps(expected, JSON_ENCODE_ANY);

	error_set(e, ERROR_USE, "%s is %.60s, but the plan's trial has %.60s",
		  name, is ? is : "missing", must ? must : "another");
	free(is);
	free(must);
	return false;
}

/* compare - has @record the setting of @expected, a record's text? */
static bool compare(const json_t *record, const char *expected, size_t length,
		    struct error *e)
{
	json_t *object = read_json(expected, length, NULL);
	bool same = true;

	if (!object)
		return error_set(e, ERROR_FAILED, "memory is short");
	for (int i = 0; i < SETTINGS && same; i++) {
		const json_t *is = json_object_get(record, settings[i]);
		const json_t *must = json_object_get(object, settings[i]);

		same = json_equal(is, must) ||
			differs(settings[i], is, must, e);
	}
	json_decref(object);
	return same;
}

/*
 * check_ttl - a low TTL that the plan gives is what hosts used, if they did;
 * what --ttl auto found it does not say
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

/* is_written_so - has @line what @expected says, in the same letters, but for
   version and id, up to the outcome? It mostly has. */
static bool is_written_so(const char *line, const char *expected)
{
	const char *version = strstr(expected, VERSION_FIELD);
	const char *from = strstr(expected, RECORD_SEED);
	const char *to = strstr(expected, OUTCOME_FIELD);
	const char *at = strstr(line, RECORD_SEED);

	return version && from && to && at &&
		!strncmp(line, expected, (size_t)(version - expected)) &&
		!strncmp(at, from, (size_t)(to - from));
}

/* check_setting - is the latest line's record of the plan's trial? */
static bool check_setting(const struct journal *j, const json_t *record,
			  unsigned number, uint64_t seed, struct error *e)
{
	const struct trial trial = sweep_trial(j->sweep, number);
	struct trial_record expected;
	size_t length = 0;
	char *text;
	bool same;

	record_setting(&trial, seed, &expected);
	text = record_text(&expected, &length);
	if (!text)
		return error_set(e, ERROR_FAILED, "memory is short");
	same = is_written_so(j->line, text) ||
		compare(record, text, length, e);
	free(text);
	return same && check_ttl(record, &trial, e);
}

/* count_outcome - false: it has none */
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

static bool take_record(struct journal *j, const json_t *record, uint64_t seed,
			struct error *e)
{
	uint64_t number = seed - j->seed;
	unsigned count = sweep_count(j->sweep);

	if (number >= count)
		return error_set(e, ERROR_USE, "its seed %" PRIu64 " is of no"
				 " trial of this plan, which has %u from %"
				 PRIu64, seed, count, j->seed);
	if (bits_have(j->done, (unsigned)number))
		return error_set(e, ERROR_USE, "there is a record with seed %"
				 PRIu64 " before it", seed);
	if (!check_setting(j, record, (unsigned)number, seed, e))
		return false;
	if (!count_outcome(j, record))
		return error_set(e, ERROR_USE, "it has no outcome");
	bits_add(j->done, (unsigned)number);
	return true;
}

static bool take_line(struct journal *j, size_t length, struct error *e)
{
	json_error_t why;
	json_t *record = read_json(j->line, length, &why);
	uint64_t seed;
	bool ok;

	if (!record)
		return error_set(e, ERROR_USE, "no JSON: %.100s", why.text);
	ok = record_seed(j->line, &seed) ? take_record(j, record, seed, e) :
		error_set(e, ERROR_USE, "it has no seed: no record");
	json_decref(record);
	return ok;
}

static bool cannot(const char *what, const char *path, struct error *e)
{
	return error_set(e, ERROR_FAILED, "cannot %s \"%.120s\": %s", what,
			 path, strerror(errno));
}

/* cut - off a last line without an end, which was being written; but not off
   a file of something else. A power failure may leave zeros. */
static bool cut(const struct journal *j, off_t whole, size_t length,
		struct error *e)
{
	size_t known = sizeof(RECORD_BEGINNING) - 1;

	if (length < known)
		known = length;
	if (*j->line && memcmp(j->line, RECORD_BEGINNING, known) != 0)
		return error_set(e, ERROR_USE, "it is not whole, and no part"
				 " of a record");
	return !ftruncate(fileno(j->file), whole) || cannot("cut", j->path, e);
}

/* in_line - where an error is; false */
static bool in_line(const struct journal *j, unsigned line,
		    const struct error *now, struct error *e)
{
	if (now->kind != ERROR_USE)
		return error_set(e, now->kind, "%s", now->text);
	return error_set(e, now->kind, "\"%.60s\", line %u: %s", j->path, line,
			 now->text);
}

/* read_records - all that are whole */
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
		if (!take_line(j, (size_t)length, &now))
			return in_line(j, line, &now, e);
	}
	if (ferror(j->file))
		return cannot("read", j->path, e);
	return length <= 0 || cut(j, whole, (size_t)length, &now) ||
		in_line(j, line + 1, &now, e);
}

/*
 * A lock of the process, not of the open file: those that the lab forks, and
 * that may live a moment longer, do not have it.
 */
static bool lock(const struct journal *j, struct error *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fileno(j->file), F_SETLK, &whole))
		return true;
	if (errno != EACCES && errno != EAGAIN)
		return cannot("lock", j->path, e);
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
		cannot("write", j->path, e);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (fstat(fd, &st))
		return cannot("read", j->path, e);
	return S_ISREG(st.st_mode) ||
		error_set(e, ERROR_USE, "\"%.120s\" is no file", j->path);
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
		return error_set(e, ERROR_FAILED, "memory is short");
	if (!open_file(j, e) || !lock(j, e))
		return false;
	if (!resume && !is_empty(j))
		return error_set(e, ERROR_USE, "\"%.120s\" has something in it"
				 " already; --resume goes on with it", path);
	rewind(j->file);
	return read_records(j, e);
}

bool journal_append(struct journal *j, const struct trial_record *r,
		    struct error *e)
{
	size_t length = 0, written = 0;
	char *text = record_text(r, &length);
	ssize_t n = 1;

	if (!text)
		return error_set(e, ERROR_FAILED, "memory is short");
	/* the second time only if the disk is full, to hear so, or after a
	   signal */
	while (written < length && (n > 0 || (n < 0 && errno == EINTR))) {
		n = write(fileno(j->file), text + written, length - written);
		written += n > 0 ? (size_t)n : 0;
	}
	free(text);
	if (written < length)
		return cannot("write", j->path, e);
	j->outcomes[r->outcome]++;
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
