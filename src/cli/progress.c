#include "cli/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UPDATE_INTERVAL (100 * NS_PER_MS)
#define COLUMNS 80
#define BAR_LONGEST 40
#define TIME_TEXT 40
#define LINE_TEXT 256

/* duration_text - "9 s", "3 min 20 s", "1 h 5 min" */
static const char *duration_text(double seconds, char out[TIME_TEXT])
{
	unsigned long s = (unsigned long)(seconds + 0.5);

	if (s < 60)
		snprintf(out, TIME_TEXT, "%lu s", s);
	else if (s < 3600)
		snprintf(out, TIME_TEXT, "%lu min %lu s", s / 60, s % 60);
	else
		snprintf(out, TIME_TEXT, "%lu h %lu min", s / 3600,
			 s % 3600 / 60);
	return out;
}

static size_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return COLUMNS;
	return size.ws_col;
}

/* status_text - the line without its bar */
static void status_text(const struct progress *p, int64_t now,
			char out[LINE_TEXT])
{
	double elapsed = (double)(now - p->begun) / (double)NS_PER_S;
	double rate = elapsed > 0 ? p->finished / elapsed : 0;
	double left = rate > 0 ? (p->total - p->finished) / rate : 0;
	char time[TIME_TEXT];

	snprintf(out, LINE_TEXT, "%u of %u, %.*f/s, %s left: %u connected,"
		 " %u not, %u errors", p->finished, p->total,
		 rate < 10 ? 1 : 0, rate, duration_text(left, time),
		 p->outcomes[OUTCOME_CONNECTED],
		 p->outcomes[OUTCOME_FAILED] +
		 p->outcomes[OUTCOME_NOT_APPLICABLE],
		 p->outcomes[OUTCOME_ERROR]);
}

/* write_line - the bar takes the room that the text leaves, up to BAR_LONGEST
   */
static void write_line(const struct progress *p, int64_t now)
{
	char line[LINE_TEXT], bar[BAR_LONGEST + 1] = "";
	size_t width = terminal_width() - 1, used, room;

	status_text(p, now, line);
	used = strlen(line) + 3;	/* "[] " */
	room = used + 5 < width ? width - used : 0;
	if (room > BAR_LONGEST)
		room = BAR_LONGEST;
	memset(bar, '-', room);
	memset(bar, '#', (size_t)((double)room * p->finished / p->total));
	if (room)
		fprintf(stderr, "\r[%s] %s\033[K", bar, line);
	else
		fprintf(stderr, "\r%.*s\033[K", (int)width, line);
	fflush(stderr);
}

void progress_begin(struct progress *p, unsigned total, bool wanted)
{
	*p = (struct progress){ .total = total, .begun = clock_now() };
	p->shown = wanted && total && isatty(STDERR_FILENO);
}

void progress_step(struct progress *p, enum outcome outcome)
{
	int64_t now = clock_now();

	p->finished++;
	p->outcomes[outcome]++;
	if (!p->shown || now - p->written < UPDATE_INTERVAL)
		return;
	p->written = now;
	write_line(p, now);
}

void progress_end(struct progress *p)
{
	if (p->shown && p->written)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
