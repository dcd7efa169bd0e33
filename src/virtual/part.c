#include "virtual/part.h"

#include "method/method.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXACT JSON_REAL_PRECISION(17)

/* write_line - Return: false: @object is NULL, because a text is not UTF-8 */
static bool write_line(json_t *object, FILE *to)
{
	bool ok = object && !json_dumpf(object, to, JSON_COMPACT | EXACT);

	fputc('\n', to);
	json_decref(object);
	return ok;
}

static bool write_trial(const struct trial *t, unsigned number, uint64_t seed,
			FILE *to)
{
	return write_line(json_pack(
		"{s:i, s:I, s:s, s:b, s:b, s:i, s:s, s:s, s:s, s:f, s:f, s:f,"
		" s:s, s:f, s:b, s:i, s:f}",
		"number", (int)number, "seed", (json_int_t)seed,
		"method", t->approach.method->name,
		"low_ttl", t->approach.low_ttl,
		"variant", t->approach.variant, "ttl", t->ttl,
		"nat_a", t->nat_a, "nat_b", t->nat_b,
		"topology", t->topology, "rtt_ms", t->rtt_ms,
		"skew_ms", t->skew_ms, "loss", t->loss,
		"links", link_options_text(t->links),
		"background", t->background,
		"spoofing_dropped", t->spoofing_dropped,
		"candidates", (int)t->candidates,
		"timeout_ms", t->timeout_ms), to);
}

bool part_write(const struct lab_plan *plan, unsigned from, unsigned to,
		FILE *out, struct error *e)
{
	char directory[PATH_MAX];

	if (!getcwd(directory, sizeof(directory)))
		return error_set(e, ERROR_FAILED, "getcwd: %s",
				 strerror(errno));
	if (!write_line(json_pack("{s:s, s:s*}", "directory", directory,
				  "command", plan->command), out))
		return error_set(e, ERROR_USE, "the command \"%.120s\" or the"
				 " directory \"%.120s\": not UTF-8",
				 plan->command ? plan->command : "",
				 directory);
	for (unsigned number = from; number < to; number++) {
		const struct trial t = sweep_trial(plan->sweep, number);

		if (!lab_skips(plan, number) &&
		    !write_trial(&t, number, lab_seed(plan, number), out))
			return error_set(e, ERROR_USE, "the NATs \"%.60s\" and"
					 " \"%.60s\": not UTF-8", t.nat_a,
					 t.nat_b);
	}
	return true;
}

/* read_links - parse what link_options_text() gave: "jitter=5 link-a=loss=0.1";
   Return: false: it does not parse */
static bool read_links(const char *text, struct link_options *out)
{
	char copy[LINK_OPTIONS_TEXT], *rest = copy, *word;
	struct error e;

	memset(out, 0, sizeof(*out));
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (!value)
			return false;
		*value++ = '\0';
		if (!link_options_apply(out, word, value, &e))
			return false;
	}
	return true;
}

/* A trial as it is read. */
struct part_line {
	int number, ttl, low_ttl, variant, spoofing_dropped, candidates;
	json_int_t seed;
	const char *method, *nat_a, *nat_b, *topology, *links;
	struct trial trial;
};

static bool unpack(json_t *object, struct part_line *l)
{
	struct trial *t = &l->trial;

	memset(l, 0, sizeof(*l));
	return !json_unpack(object,
		"{s:i, s:I, s:s, s:b, s:b, s:i, s:s, s:s, s:s, s:f, s:f, s:f,"
		" s:s, s:f, s:b, s:i, s:f}",
		"number", &l->number, "seed", &l->seed, "method", &l->method,
		"low_ttl", &l->low_ttl, "variant", &l->variant,
		"ttl", &l->ttl, "nat_a", &l->nat_a, "nat_b", &l->nat_b,
		"topology", &l->topology, "rtt_ms", &t->rtt_ms,
		"skew_ms", &t->skew_ms, "loss", &t->loss, "links", &l->links,
		"background", &t->background,
		"spoofing_dropped", &l->spoofing_dropped,
		"candidates", &l->candidates,
		"timeout_ms", &t->timeout_ms) &&
		(t->approach.method = method_find(l->method));
}

static bool read_trial(struct part *p, const char *line, struct error *e)
{
	struct string_set *texts = sweep_texts(p->sweep);
	json_t *object = json_loads(line, 0, NULL);
	struct link_options links;
	struct part_line l;
	bool ok = object && unpack(object, &l) && read_links(l.links, &links);

	if (ok) {
		l.trial.approach.low_ttl = l.low_ttl;
		l.trial.approach.variant = l.variant;
		l.trial.ttl = (uint8_t)l.ttl;
		l.trial.spoofing_dropped = l.spoofing_dropped;
		l.trial.candidates = (enum candidate_use)l.candidates;
		l.trial.nat_a = string_intern(texts, l.nat_a, NULL);
		l.trial.nat_b = string_intern(texts, l.nat_b, NULL);
		l.trial.topology = string_intern(texts, l.topology, NULL);
		ok = sweep_keep_links(p->sweep, &links, &l.trial.links, e) &&
		     sweep_add_trial(p->sweep, &l.trial, e);
		p->numbers[p->count] = (unsigned)l.number;
		p->seeds[p->count++] = (uint64_t)l.seed;
	} else {
		error_set(e, ERROR_FAILED, "not a line of a part: \"%.120s\"",
			  line);
	}
	json_decref(object);
	return ok;
}

static bool read_head(struct part *p, const char *line, struct error *e)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *command = NULL, *directory;

	if (!object || json_unpack(object, "{s:s, s?s}", "directory",
				   &directory, "command", &command)) {
		json_decref(object);
		return error_set(e, ERROR_FAILED,
				 "not the head of a part: \"%.120s\"", line);
	}
	p->directory = strdup(directory);
	p->command = command ? strdup(command) : NULL;
	json_decref(object);
	return true;
}

bool part_read(struct part *p, FILE *from, struct error *e)
{
	char *line = NULL;
	size_t room = 0;
	bool ok;

	memset(p, 0, sizeof(*p));
	p->sweep = sweep_new();
	ok = p->sweep && getline(&line, &room, from) > 0 ?
	     read_head(p, line, e) :
	     error_set(e, ERROR_FAILED, "there is no part of a plan");
	while (ok && getline(&line, &room, from) > 0)
		ok = p->count < PART_TRIALS_MAX ?
		     read_trial(p, line, e) :
		     error_set(e, ERROR_FAILED, "a part has more than %d"
			       " trials", PART_TRIALS_MAX);
	free(line);
	return ok;
}

void part_free(struct part *p)
{
	free(p->directory);
	free(p->command);
	sweep_free(p->sweep);
}
