#include "report/skew_svg.h"

#include "base/clock.h"
#include "base/output_file.h"
#include "base/result_codes.h"
#include "report/svg.h"

#include <string.h>

#define WIDTH 560.0
#define LEFT 148.0		/* of the bars */
#define RIGHT (WIDTH - 12)
#define TOP 34.0
#define ROW 24.0
#define BAR 10.0
#define THIN 3.0		/* of a derived window */
#define LEGEND_LINE 14.0
#define LABEL 64

/* The colours are those of the figures (experiments/lib/figure/palette.py). */
static const char style[] =
	"<style>.skew{--ink:#1b1f24;--paper:#fff;--soft:#5b6470;"
	"--rule:#dde1e6;--green:#009e73;--indigo:#332288;--sky:#56b4e9;"
	"--blue:#0072b2;font:10px ui-monospace,Menlo,Consolas,"
	"'DejaVu Sans Mono',monospace}"
	"@media screen and (prefers-color-scheme:dark){.skew{--ink:#e6e9ed;"
	"--paper:#14171a;--soft:#a2abb5;--rule:#333a41;--green:#35c79a;"
	"--indigo:#9a8cf0;--sky:#a5d8f7;--blue:#4aa8e0}}"
	".skew text{fill:var(--ink)}.skew .q{fill:var(--soft)}"
	".skew .p{fill:var(--paper)}.skew .n{fill:var(--rule)}"
	".skew .d{fill:var(--soft)}.skew path{stroke:var(--rule)}"
	".skew .s{fill:var(--indigo)}.skew .f{fill:var(--green)}"
	".skew .o{fill:var(--blue)}.skew .h{fill:var(--sky)}"
	".skew .u{fill:var(--ink)}</style>\n";

static const struct {
	enum mechanism mechanism;
	const char *class;
} colours[] = {
	{ MECHANISM_SPOOFED_SYN_ACK, "s" },
	{ MECHANISM_FORGED_SYN_ACK, "f" },
	{ MECHANISM_SIMULTANEOUS_OPEN, "o" },
	{ MECHANISM_SYN_THROUGH_HOLE, "h" },
	{ MECHANISM_KNOCK_THROUGH_HOLE, "o" },
	{ MECHANISM_KNOCK_ANSWERED, "h" },
};

#define COLOURS (sizeof(colours) / sizeof(colours[0]))

static const char *mechanism_class(uint8_t mechanism)
{
	for (size_t i = 0; i < COLOURS; i++)
		if (colours[i].mechanism == mechanism)
			return colours[i].class;
	return "u";	/* not captured */
}

static void draw_text(struct point at, const char *anchor, const char *class,
		      const char *text, FILE *to)
{
	fputs("<text x=\"", to);
	svg_number(at.x, to);
	fputs("\" y=\"", to);
	svg_number(at.y, to);
	fprintf(to, "\" text-anchor=\"%s\" class=\"%s\">", anchor, class);
	svg_escape(text, strlen(text), to);
	fputs("</text>\n", to);
}

/* place - where a skew is on the x axis */
static double place(const struct skew_chart *c, int64_t skew)
{
	return LEFT + (RIGHT - LEFT) * (double)(skew - c->range->from) /
		      (double)(c->range->to - c->range->from);
}

static void draw_box(double left, double right, double y, double height,
		     const char *class, const char *title, FILE *to)
{
	fputs("<rect x=\"", to);
	svg_number(left, to);
	fputs("\" y=\"", to);
	svg_number(y, to);
	fputs("\" width=\"", to);
	svg_number(right - left < 0.5 ? 0.5 : right - left, to);
	fputs("\" height=\"", to);
	svg_number(height, to);
	fprintf(to, "\" class=\"%s\">", class);
	if (title) {
		fputs("<title>", to);
		svg_escape(title, strlen(title), to);
		fputs("</title>", to);
	}
	fputs("</rect>\n", to);
}

/* interval_title - "-20.000 to 20.000 ms: connected, forged-syn-ack" */
static void interval_title(const struct skew_interval *i, char out[160])
{
	const char *a = mechanism_name((enum mechanism)i->result.mechanism[0]);
	const char *b = mechanism_name((enum mechanism)i->result.mechanism[1]);
	bool connected = i->result.outcome == OUTCOME_CONNECTED;
	bool differ = connected && strcmp(a, b) != 0;

	snprintf(out, 160, "%.3f to %.3f ms: %s, %s%s%s",
		 (double)i->from / (double)NS_PER_MS,
		 (double)i->to / (double)NS_PER_MS,
		 outcome_name((enum outcome)i->result.outcome),
		 connected ? a : cause_name((enum cause)i->result.cause),
		 differ ? " / " : "",
		 differ ? b : "");
}

/* draw_interval - a bar whose upper half has the colour of A's mechanism and
   whose lower half that of B's; a line where it does not connect */
static void draw_interval(const struct skew_chart *c,
			  const struct skew_interval *i, double y, FILE *to)
{
	double left = place(c, i->from), right = place(c, i->to);
	char title[160];

	interval_title(i, title);
	if (i->result.outcome != OUTCOME_CONNECTED) {
		draw_box(left, right, y + BAR / 2 - 1, 2, "n", title, to);
		return;
	}
	draw_box(left, right, y, BAR, mechanism_class(i->result.mechanism[0]),
		 title, to);
	if (i->result.mechanism[0] != i->result.mechanism[1])
		draw_box(left, right, y + BAR / 2, BAR / 2,
			 mechanism_class(i->result.mechanism[1]), title, to);
}

static void draw_row(const struct skew_chart *c, const struct skew_row *row,
		     double y, FILE *to)
{
	const char *variant = approach_variant_name(&row->approach);
	struct skew_interval i;
	char label[LABEL];
	size_t first = 0;

	snprintf(label, sizeof(label), "%s %s%s%s", row->approach.method->name,
		 row->approach.low_ttl ? "low" : "none", *variant ? " " : "",
		 variant);
	draw_text((struct point){ LEFT - 6, y + BAR - 2 }, "end", "", label,
		  to);
	for (; bisection_interval(row->skews, first, &i); first = i.last + 1)
		draw_interval(c, &i, y, to);
	if (!row->derived)
		return;
	for (first = 0; bisection_window(row->derived, first, &i);
	     first = i.last + 1)
		draw_box(place(c, i.from), place(c, i.to), y + BAR + 2, THIN,
			 "d", NULL, to);
}

/* draw_axis - a line and a label at each multiple of d */
static void draw_axis(const struct skew_chart *c, double bottom, FILE *to)
{
	int64_t first = c->range->from / c->delay;
	int64_t last = c->range->to / c->delay;

	for (int64_t k = first; k <= last && last - first < 40; k++) {
		double x = place(c, k * c->delay);
		char text[32];

		fputs("<path d=\"M", to);
		svg_point((struct point){ x, TOP - 6 }, to);
		fputs("V", to);
		svg_number(bottom, to);
		fputs("\"/>\n", to);
		snprintf(text, sizeof(text), "%.9g",
			 (double)(k * c->delay) / (double)NS_PER_MS);
		draw_text((struct point){ x, bottom + 11 }, "middle", "q", text,
			  to);
		if (k == 1 || k == -1)
			draw_text((struct point){ x, bottom + 22 }, "middle",
				  "q", k < 0 ? "-d" : "d", to);
	}
	draw_text((struct point){ LEFT - 6, bottom + 22 }, "end", "q",
		  "skew in ms", to);
}

static void draw_legend(double y, FILE *to)
{
	for (size_t i = 0; i < COLOURS; i++) {
		double x = LEFT + (double)(i % 2) * 200;

		draw_box(x, x + 12, y - 8, 9, colours[i].class, NULL, to);
		draw_text((struct point){ x + 18, y }, "start", "",
			  mechanism_name(colours[i].mechanism), to);
		y += i % 2 ? LEGEND_LINE : 0;
	}
	draw_box(LEFT, LEFT + 12, y - 4, 2, "n", NULL, to);
	draw_text((struct point){ LEFT + 18, y }, "start", "",
		  "does not connect", to);
	draw_box(LEFT + 200, LEFT + 212, y - 5, THIN, "d", NULL, to);
	draw_text((struct point){ LEFT + 218, y }, "start", "",
		  "derived window", to);
	y += LEGEND_LINE;
	draw_text((struct point){ LEFT, y }, "start", "q",
		  "two colours: above A's socket, below B's", to);
}

void skew_svg(const struct skew_chart *c, FILE *to)
{
	double bottom = TOP + (double)c->count * ROW;
	double height = bottom + 46 + 3 * LEGEND_LINE + 8;

	fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"skew\""
	      " viewBox=\"0 0 ", to);
	svg_point((struct point){ WIDTH, height }, to);
	fputs("\" role=\"img\" aria-label=\"", to);
	svg_escape(c->title, strlen(c->title), to);
	fputs("\">\n<title>", to);
	svg_escape(c->title, strlen(c->title), to);
	fputs("</title>\n", to);
	fputs(style, to);
	fputs("<rect class=\"p\" width=\"100%\" height=\"100%\"/>\n", to);
	draw_text((struct point){ 8, 16 }, "start", "", c->title, to);
	draw_axis(c, bottom, to);
	for (size_t i = 0; i < c->count; i++)
		draw_row(c, &c->rows[i], TOP + (double)i * ROW, to);
	draw_legend(bottom + 46, to);
	fputs("</svg>\n", to);
}

bool skew_svg_write(const char *path, const struct skew_chart *chart,
		    struct error *e)
{
	FILE *to = output_file_open(path, e);

	if (!to)
		return false;
	skew_svg(chart, to);
	return output_file_close(to, path, e);
}
