/*
 * tcptrav list: the program's tables, as text for people and as one JSON array
 * for programs. Each list is a row in `lists`: a function makes the array from
 * the table in question, and the text is printed from the array.
 */
#include "cli/cli.h"

#include "base/nearest_name.h"
#include "cli/output.h"
#include "method/method.h"
#include "net/kernel_nats.h"
#include "net/topology.h"
#include "profile/profile.h"

#include <argp.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static json_t *needs_list(const struct method *m)
{
	static const struct { enum need need; const char *name; } table[] = {
		{ NEED_CAPTURE, "capture" }, { NEED_RAW, "raw" },
		{ NEED_SPOOFING, "spoofing" },
	};
	json_t *needs = json_array();

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (m->needs & table[i].need)
			json_array_append_new(needs,
					      json_string(table[i].name));
	return needs;
}

static json_t *list_methods(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < method_count; i++) {
		const struct method *m = methods[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:s?, s:s, s:s, s:s, s:o, s:b, s:s?, s:s?,"
			" s:s}",
			"name", m->name, "alias", m->alias, "summary",
			m->summary, "source", m->source, "needs_text",
			method_needs_text(m), "needs", needs_list(m), "low_ttl",
			m->low_ttl, "variant", m->variant, "variant_help",
			m->variant_help, "ladder", m->ladder));
	}
	return list;
}

static void append_nat(json_t *list, const char *name, const char *kind,
		       const char *summary)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", name,
					      "kind", kind, "summary",
					      summary));
}

static json_t *list_nats(void)
{
	json_t *list = json_array();
	struct profile p;
	struct error e;

	for (size_t i = 0; i < profile_builtin_count; i++)
		if (profile_find(profile_builtin[i].name, &p, &e))
			append_nat(list, profile_builtin[i].name, "profile",
				   p.summary);
	for (size_t i = 0; i < kernel_nat_count; i++)
		append_nat(list, kernel_nats[i].name, "kernel",
			   kernel_nats[i].summary);
	append_nat(list, "none", "other", "no NAT: the host is public");
	append_nat(list, "exec:PATH", "other",
		   "a program of yours, as the NAT of a lab's cell");
	return list;
}

static json_t *values_of(const struct axis *a)
{
	json_t *values = json_array();

	for (size_t i = 0; i < a->value_count; i++)
		json_array_append_new(values, json_string(a->values[i]));
	return json_pack("{s:o, s:s}", "values", values, "default",
			 a->values[a->standard]);
}

static json_t *numbers_of(const struct axis *a)
{
	return json_pack("{s:I, s:I, s:s, s:i}", "minimum",
			 (json_int_t)a->minimum, "maximum",
			 (json_int_t)a->maximum, "unit",
			 a->unit ? a->unit : "", "default", a->standard);
}

static json_t *list_axes(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];
		json_t *row = json_pack(
			"{s:s, s:s, s:s?, s:s?}", "name", a->name, "summary",
			a->help, "term", a->term, "requirement",
			a->requirement);

		json_object_update_new(row, a->values ? values_of(a) :
							numbers_of(a));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *list_topologies(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < topology_count; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:s}", "name", topologies[i].name, "summary",
			topologies[i].summary));
	return list;
}

static json_t *list_causes(void)
{
	json_t *list = json_array();

	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:s}", "name", cause_name((enum cause)i),
			"summary", cause_meaning((enum cause)i)));
	return list;
}

static const char *field(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text ? text : "";
}

static long long number_field(const json_t *row, const char *name)
{
	return (long long)json_integer_value(json_object_get(row, name));
}

/* output_width - of the terminal; 0: standard output is none, and lines are not
   wrapped */
static size_t output_width(void)
{
	struct winsize w = { .ws_col = 0 };

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0 ? 0 : w.ws_col;
}

/* print_wrapped - a text that begins in column @indent */
static void print_wrapped(const char *text, int indent)
{
	size_t width = output_width(), room = strlen(text) + 1;

	if (width > (size_t)indent + 20)
		room = width - (size_t)indent;
	while (strlen(text) >= room) {
		size_t length = room - 1;

		while (length && text[length] != ' ')
			length--;
		if (!length)
			break;
		printf("%.*s\n%*s", (int)length, text, indent, "");
		text += length + 1;
	}
	puts(text);
}

static void print_method(const json_t *row, int indent)
{
	if (*field(row, "alias"))
		printf("%*salso: %s\n", indent, "", field(row, "alias"));
	printf("%*sneeds: %s\n", indent, "", field(row, "needs_text"));
	printf("%*sTTL: %s\n", indent, "",
	       json_is_true(json_object_get(row, "low_ttl")) ?
		"--ttl auto (the default), N or none" : "none");
	if (*field(row, "variant"))
		printf("%*s--%s: %s\n", indent, "", field(row, "variant"),
		       field(row, "variant_help"));
	printf("%*ssource: %s\n", indent, "", field(row, "source"));
}

/* "endpoint-independent (default), address, ..." */
static void print_axis(const json_t *row, int indent)
{
	const json_t *values = json_object_get(row, "values"), *value;
	size_t i;

	if (values) {
		printf("%*s", indent, "");
		json_array_foreach(values, i, value) {
			const char *name = json_string_value(value);

			printf("%s%s%s", i ? ", " : "", name,
			       strcmp(name, field(row, "default")) ? "" :
			       " (default)");
		}
		putchar('\n');
	} else {
		printf("%*s%lld to %lld %s (default %lld)\n", indent, "",
		       number_field(row, "minimum"),
		       number_field(row, "maximum"), field(row, "unit"),
		       number_field(row, "default"));
	}
	if (*field(row, "term"))
		printf("%*sthe paper's term: %s\n", indent, "",
		       field(row, "term"));
	if (*field(row, "requirement"))
		printf("%*s%s\n", indent, "", field(row, "requirement"));
}

struct list_kind {
	const char *name;
	json_t *(*make)(void);
	/* below the summary; or NULL */
	void (*print_details)(const json_t *row, int indent);
};

static const struct list_kind lists[] = {
	{ "methods", list_methods, print_method },
	{ "nats", list_nats, NULL },
	{ "axes", list_axes, print_axis },
	{ "topologies", list_topologies, NULL },
	{ "causes", list_causes, NULL },
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

static int print_text(const struct list_kind *kind, const json_t *list)
{
	int width = 0;
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		if ((int)strlen(field(row, "name")) > width)
			width = (int)strlen(field(row, "name"));
	json_array_foreach(list, i, row) {
		printf("%-*s  ", width, field(row, "name"));
		print_wrapped(field(row, "summary"), width + 2);
		if (kind->print_details)
			kind->print_details(row, width + 2);
	}
	return STATUS_OK;
}

struct list_options {
	const struct list_kind *kind;
	bool json;
};

static void parse_kind(struct argp_state *state, const char *name)
{
	struct list_options *o = state->input;
	const char *names[LISTS];
	int i;

	for (i = 0; i < LISTS; i++)
		names[i] = lists[i].name;
	if (o->kind)
		argp_error(state, "\"%s\" is one argument too many", name);
	i = name_index(name, names, LISTS);
	if (i < 0)
		argp_error(state, "there is no list of \"%s\"; did you mean"
			   " \"%s\"?", name,
			   nearest_name(name, names, LISTS));
	else
		o->kind = &lists[i];
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct list_options *o = state->input;

	if (key == 'j')
		o->json = true;
	else if (key == ARGP_KEY_ARG)
		parse_kind(state, text);
	else if (key == ARGP_KEY_NO_ARGS)
		argp_error(state, "a list of what?");
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

int cli_list(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ .name = "json", .key = 'j', .doc = "Print one JSON array" },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options, .parser = parse_option,
		.args_doc = "methods|nats|axes|topologies|causes",
		.doc = "Print the tables that the program itself works by.",
	};
	struct list_options o = { 0 };
	json_t *list;
	int status = STATUS_OK;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	list = o.kind->make();
	if (o.json)
		status = json_dumpf(list, stdout, JSON_INDENT(2)) ||
			 putchar('\n') == EOF ? STATUS_FAILED : STATUS_OK;
	else
		print_text(o.kind, list);
	json_decref(list);
	return status;
}
