/*
 * The ladder as a picture: A's lifeline on the left, B's on the right, beside
 * each its NAT, S in the middle. Colours say what a packet is, and its text
 * says it too: a forged SYN-ACK is green, a spoofed one violet, a RST or an
 * unreachable red, time exceeded orange. Messages through S are dashed, with a
 * dot at S. A cross is where a packet was lost.
 */
#include "report/ladder_svg.h"

#include "base/clock.h"
#include "base/output_file.h"
#include "report/ladder_layout.h"
#include "report/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_COLUMNS 58
#define MARGIN 6.0

/* The colours are those of the figures (experiments/lib/figure/palette.py). */
static const char style[] =
	"<style>.ladder{--ink:#1b1f24;--paper:#fff;--soft:#5b6470;"
	"--rule:#dde1e6;--green:#009e73;--indigo:#332288;--vermilion:#d55e00;"
	"--orange:#b57a00;--blue:#0072b2;font:10px ui-monospace,Menlo,"
	"Consolas,'DejaVu Sans Mono',monospace}"
	"@media screen and (prefers-color-scheme:dark){.ladder{--ink:#e6e9ed;"
	"--paper:#14171a;--soft:#a2abb5;--rule:#333a41;--green:#35c79a;"
	"--indigo:#9a8cf0;--vermilion:#f0803c;--orange:#f5bc4d;"
	"--blue:#4aa8e0}}"
	".ladder g{--c:var(--ink)}.ladder path{fill:none;stroke:var(--c);"
	"stroke-width:1.2}.ladder .h{fill:var(--c);stroke:none}"
	".ladder text{fill:var(--c);stroke:var(--paper);stroke-width:3;"
	"stroke-linejoin:round;paint-order:stroke}"
	".ladder .m{--c:var(--soft)}.ladder .m path{stroke-dasharray:4 3}"
	".ladder .f{--c:var(--green)}.ladder .s{--c:var(--indigo)}"
	".ladder .b,.ladder .x{--c:var(--vermilion)}"
	".ladder .w{--c:var(--orange)}"
	".ladder .g{--c:var(--blue);font-weight:bold}"
	".ladder .q{--c:var(--soft)}.ladder .t{font-size:8.5px}"
	".ladder .f path,.ladder .s path{stroke-width:2}"
	".ladder .e{font-weight:bold}.ladder .r{stroke:var(--rule)}"
	".ladder .n{fill:var(--rule);stroke:none}"
	".ladder .p{fill:var(--paper)}</style>\n";

static const char *event_class(const struct timeline_event *event)
{
	if (event->kind == TIMELINE_MESSAGE)
		return "m";
	switch (event->tone) {
	case TONE_MARKED:
		return event->from_server ? "s" : "f";
	case TONE_WARNING:
		return "w";
	case TONE_BAD:
		return "b";
	case TONE_GOOD:
		return "g";
	case TONE_QUIET:
		return "q";
	case TONE_PLAIN:
		break;
	}
	return "";
}

static void draw_text_line(struct point at, enum anchor anchor,
			   const char *kind, const char *text, size_t length,
			   FILE *to)
{
	static const char *const names[] = { "start", "middle", "end" };

	fputs("<text x=\"", to);
	svg_number(at.x, to);
	fputs("\" y=\"", to);
	svg_number(at.y, to);
	if (anchor != ANCHOR_START)
		fprintf(to, "\" text-anchor=\"%s", names[anchor]);
	if (*kind)
		fprintf(to, "\" class=\"%s", kind);
	fputs("\">", to);
	svg_escape(text, length, to);
	fputs("</text>\n", to);
}

/* Return: the baseline after the last line */
static double draw_text_lines(struct point at, enum anchor anchor,
			      const char *kind, const char *text,
			      size_t columns, FILE *to)
{
	while (*text) {
		size_t n = svg_line(text, columns);
		size_t shown = n;

		while (shown && text[shown - 1] == ' ')
			shown--;
		draw_text_line(at, anchor, kind, text, shown, to);
		at.y += LINE_HEIGHT;
		text += n;
	}
	return at.y;
}

/* "-27.4", the same in every locale */
static void time_text(int64_t ns, char out[24])
{
	int64_t size = ns < 0 ? -ns : ns;
	int64_t tenths = (size + NS_PER_MS / 20) / (NS_PER_MS / 10);

	snprintf(out, 24, "%s%lld.%d", ns < 0 && tenths ? "-" : "",
		 (long long)(tenths / 10), (int)(tenths % 10));
	if (tenths >= 10000)	/* there is room for five characters */
		*strchr(out, '.') = '\0';
}

static void draw_times(const struct event_shape *shape, int64_t zero, FILE *to)
{
	char text[24];

	for (int i = 0; i < 2; i++) {
		int64_t at = shape->event->seen[i];

		if (!shape->timed[i])
			continue;
		if (at == TIME_NEVER)
			at = shape->event->at;
		time_text(at - zero, text);
		draw_text_line((struct point){ i ? PICTURE_WIDTH - 30 : 30,
					  shape->time_y[i] },
			  i ? ANCHOR_START : ANCHOR_END, "q t", text,
			  strlen(text), to);
	}
}

static void draw_dot(struct point at, FILE *to)
{
	fputs("<circle class=\"h\" r=\"2.4\" cx=\"", to);
	svg_number(at.x, to);
	fputs("\" cy=\"", to);
	svg_number(at.y, to);
	fputs("\"/>", to);
}

static void draw_cross(struct point at, FILE *to)
{
	fputs("<g class=\"x\"><path style=\"stroke-width:2\" d=\"M", to);
	svg_point((struct point){ at.x - 4, at.y - 4 }, to);
	fputs("l8 8m0-8l-8 8\"/></g>", to);
}

/* A filled head at the end of a line */
static void draw_arrow_head(const struct event_shape *shape, FILE *to)
{
	double dx = shape->to.x - shape->from.x,
	       dy = shape->to.y - shape->from.y;
	double length = hypot(dx, dy);

	if (length < 1)
		return;
	dx /= length;
	dy /= length;
	fputs("<path class=\"h\" d=\"M", to);
	svg_point(shape->to, to);
	putc('L', to);
	svg_point((struct point){ shape->to.x - 8 * dx - 3.2 * dy,
				  shape->to.y - 8 * dy + 3.2 * dx },
		  to);
	putc('L', to);
	svg_point((struct point){ shape->to.x - 8 * dx + 3.2 * dy,
				  shape->to.y - 8 * dy - 3.2 * dx },
		  to);
	fputs("z\"/>", to);
}

/* Where the arrow crosses S's line */
static struct point server_crossing(const struct event_shape *shape)
{
	double part = (LINE_S - shape->from.x) / (shape->to.x - shape->from.x);

	return (struct point){ LINE_S, shape->from.y + part * (shape->to.y -
							       shape->from.y) };
}

static const char *place_name(enum lifeline place)
{
	return place == LIFELINE_A   ? "A"
	       : place == LIFELINE_B ? "B"
				     : "between";
}

/* The tooltip: "A: SYN 0:0(0), lost: nat-b: unsolicited-syn = rst" */
static void draw_title(const struct timeline_event *event, FILE *to)
{
	char text[DESCRIPTION_TEXT + TRACE_TEXT];

	layout_text(event, text);
	fprintf(to, "<title>%s",
		event->from_server ? "S" : place_name(event->from));
	if (event->from != event->to && event->to != LIFELINE_MIDDLE)
		fprintf(to, " to %s", place_name(event->to));
	fputs(": ", to);
	svg_escape(text, strlen(text), to);
	if (event->lost)
		fputs(", lost", to);
	if (event->ended != TIME_NEVER && *event->reason) {
		fputs(": ", to);
		svg_escape(event->reason, strlen(event->reason), to);
	}
	fputs("</title>", to);
}

/* An arrow, or a dot on a host's lifeline; a NAT's own event has its text
   only. */
static void draw_shape(const struct event_shape *shape, FILE *to)
{
	const struct timeline_event *event = shape->event;

	if (!shape->arrow && event->from == LIFELINE_MIDDLE)
		return;
	fprintf(to, "<g class=\"%s\">", event_class(event));
	if (!shape->arrow) {
		draw_dot(shape->from, to);
		fputs("</g>\n", to);
		return;
	}
	draw_title(event, to);
	fputs("<path d=\"M", to);
	svg_point(shape->from, to);
	putc('L', to);
	svg_point(shape->to, to);
	fputs("\"/>", to);
	if (!event->lost)
		draw_arrow_head(shape, to);
	if (event->kind == TIMELINE_MESSAGE || event->from_server)
		draw_dot(server_crossing(shape), to);
	if (event->lost)
		draw_cross(shape->to, to);
	fputs("</g>\n", to);
}

static void draw_texts(const struct event_shape *shape, int64_t zero, FILE *to)
{
	char text[DESCRIPTION_TEXT + TRACE_TEXT];

	layout_text(shape->event, text);
	fprintf(to, "<g class=\"%s\">", event_class(shape->event));
	if (shape->text.present)
		draw_text_lines(shape->text.first, shape->text.anchor, "", text,
				TEXT_COLUMNS, to);
	fputs("</g>", to);
	if (shape->reason.present) {
		fputs("<g class=\"x\">", to);
		draw_text_lines(shape->reason.first, shape->reason.anchor, "",
				shape->event->reason, TEXT_COLUMNS, to);
		fputs("</g>", to);
	}
	fputs("<g>", to);
	draw_times(shape, zero, to);
	fputs("</g>\n", to);
}

static void draw_line(double x, double from, double end, const char *kind,
		      FILE *to)
{
	fprintf(to, "<path class=\"%s\" d=\"M", kind);
	svg_point((struct point){ x, from }, to);
	putc('V', to);
	svg_number(end, to);
	fputs("\"/>\n", to);
}

static void draw_bar(double x, double from, double end, FILE *to)
{
	fputs("<path class=\"n\" d=\"M", to);
	svg_point((struct point){ x - 4, from }, to);
	fputs("h8V", to);
	svg_number(end, to);
	fputs("h-8z\"/>\n", to);
}

/* Are both hosts behind one NAT? It is drawn in the middle, with S. */
static bool share_nat(const struct ladder *l)
{
	return *l->nat_name[0] && !strcmp(l->nat_name[0], l->nat_name[1]);
}

static void draw_vertical_lines(const struct ladder *l, double from, double end,
				FILE *to)
{
	fputs("<g>", to);
	if (share_nat(l)) {
		draw_bar(LINE_S, from, end, to);
	} else {
		if (*l->nat_name[0])
			draw_bar(NAT_LINE_A, from, end, to);
		if (*l->nat_name[1])
			draw_bar(NAT_LINE_B, from, end, to);
		draw_line(LINE_S, from, end, "r", to);
	}
	draw_line(LINE_A, from, end, "", to);
	draw_line(LINE_B, from, end, "", to);
	fputs("</g>\n", to);
}

static void draw_name(double x, double y, const char *kind, const char *text,
		      FILE *to)
{
	draw_text_line((struct point){ x, y }, ANCHOR_MIDDLE, kind, text,
		       strlen(text), to);
}

static void draw_names(const struct ladder *l, double y, FILE *to)
{
	char both[24];

	draw_text_line((struct point){ 30, y }, ANCHOR_END, "q t", "ms", 2, to);
	draw_text_line((struct point){ PICTURE_WIDTH - 30, y }, ANCHOR_START,
		       "q t", "ms", 2, to);
	draw_name(LINE_A, y, "e", "A", to);
	draw_name(LINE_B, y, "e", "B", to);
	if (share_nat(l)) {
		snprintf(both, sizeof(both), "%s, S", l->nat_name[0]);
		draw_name(LINE_S, y, "q", both, to);
		return;
	}
	draw_name(NAT_LINE_A, y, "q", l->nat_name[0], to);
	draw_name(LINE_S, y, "q", "S", to);
	draw_name(NAT_LINE_B, y, "q", l->nat_name[1], to);
}

/* Return: the y at which the vertical lines begin */
static double draw_header(const struct ladder *l, const char *setting, FILE *to)
{
	const enum anchor anchor[2] = { ANCHOR_START, ANCHOR_END };
	char own[HOST_TEXT], seen[HOST_TEXT];
	double y;

	fputs("<g>", to);
	y = draw_text_lines((struct point){ MARGIN, 16 }, ANCHOR_START, "e",
			    setting, TITLE_COLUMNS, to);
	y += 6;
	for (int i = 0; i < 2; i++) {
		double x = i ? PICTURE_WIDTH - MARGIN : MARGIN;

		summary_host_lines(l, i ? LIFELINE_B : LIFELINE_A, own, seen);
		draw_text_line((struct point){ x, y }, anchor[i], "", own,
			       strlen(own), to);
		draw_text_line((struct point){ x, y + LINE_HEIGHT }, anchor[i],
			       "q", seen, strlen(seen), to);
	}
	y += 2 * LINE_HEIGHT + 6;
	draw_names(l, y, to);
	fputs("</g>\n", to);
	return y + 5;
}

static double draw_lost_count(const struct attempt_result *r, char host,
			      double y, FILE *to)
{
	char text[64];

	if (!r || !r->trace.lost)
		return y;
	snprintf(text, sizeof(text), "%u later events of %c are not shown",
		 r->trace.lost, host);
	return draw_text_lines((struct point){ MARGIN, y }, ANCHOR_START, "q",
			       text, TITLE_COLUMNS, to);
}

static double draw_footer(const struct ladder *l, const struct trial_record *r,
			  const char *result, double y, FILE *to)
{
	bool connected = r->outcome == OUTCOME_CONNECTED;

	fprintf(to, "<g class=\"%s\">", connected ? "g" : "b");
	while (*result) {
		size_t n = strcspn(result, "\n");
		char *line = strndup(result, n);

		if (line)
			y = draw_text_lines((struct point){ MARGIN, y },
					    ANCHOR_START, "", line,
					    TITLE_COLUMNS, to);
		free(line);
		result += n + (result[n] == '\n');
	}
	fputs("</g><g>", to);
	y = draw_lost_count(l->a, 'A', y, to);
	y = draw_lost_count(l->b, 'B', y, to);
	y = draw_text_lines(
		(struct point){ MARGIN, y + 3 }, ANCHOR_START, "q t",
		"time runs down, pauses cut short; dashed: through S;"
		" x: died",
		68, to);
	fputs("</g>\n", to);
	return y;
}

/* What @print prints, for free(); NULL: out of memory */
static char *print_to_text(void (*print)(const struct trial_record *, FILE *),
			   const struct trial_record *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *content = open_memstream(&text, &size);

	if (!content)
		return NULL;
	print(r, content);
	fclose(content);
	return text;
}

static void print_result(const struct trial_record *r, FILE *to)
{
	summary_result(r, false, to);
}

/* The content of the root element. Return: its height; 0: out of memory */
static double draw_content(const struct ladder *l, const struct trial_record *r,
			   const char *setting, const char *result, FILE *to)
{
	double start = draw_header(l, setting, to), end = 0;
	struct layout *layout = layout_make(l, start + 4);

	if (!layout)
		return 0;
	draw_vertical_lines(l, start, layout->end + 6, to);
	for (size_t i = 0; i < layout->count; i++)
		draw_shape(&layout->shapes[i], to);
	for (size_t i = 0; i < layout->count; i++)
		draw_texts(&layout->shapes[i],
			   l->zero ? l->zero : layout->events[0].at, to);
	end = draw_footer(l, r, result, layout->end + 24, to);
	free(layout);
	return end;
}

static void draw_picture(const struct ladder *l, const struct trial_record *r,
			 const char *setting, const char *result, FILE *to)
{
	char *text = NULL;
	size_t size = 0;
	FILE *content = open_memstream(&text, &size);
	double height;

	if (!content)
		return;
	height = draw_content(l, r, setting, result, content);
	fclose(content);
	fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\""
	      " viewBox=\"0 0 360 ", to);
	svg_number(height, to);
	fputs("\" role=\"img\" aria-label=\"", to);
	svg_escape(setting, strlen(setting), to);
	fputs("\">\n<title>", to);
	svg_escape(setting, strlen(setting), to);
	fputs("</title>\n<desc>", to);
	svg_escape(result, strcspn(result, "\n"), to);
	fputs("</desc>\n", to);
	fputs(style, to);
	fputs("<rect class=\"p\" width=\"100%\" height=\"100%\"/>\n", to);
	fwrite(text, 1, size, to);
	fputs("</svg>\n", to);
	free(text);
}

void ladder_svg(const struct ladder *l, const struct trial_record *r, FILE *to)
{
	char *setting = print_to_text(summary_setting, r);
	char *result = print_to_text(print_result, r);

	if (setting && result)
		draw_picture(l, r, setting, result, to);
	free(setting);
	free(result);
}

bool ladder_svg_write(const char *path, const struct ladder *l,
		      const struct trial_record *r, struct error *e)
{
	FILE *to = output_file_open(path, e);

	if (!to)
		return false;
	ladder_svg(l, r, to);
	return output_file_close(to, path, e);
}
