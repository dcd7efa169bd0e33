#include "report/svg.h"

#include "base/utf8.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void svg_number(double value, FILE *to)
{
	long tenths = lround(value * 10), whole = labs(tenths) / 10;

	fprintf(to, "%s%ld", tenths < 0 ? "-" : "", whole);
	if (tenths % 10)
		fprintf(to, ".%ld", labs(tenths) % 10);
}

void svg_point(struct point s, FILE *to)
{
	svg_number(s.x, to);
	putc(' ', to);
	svg_number(s.y, to);
}

static void escape_character(const char *p, size_t n, FILE *to)
{
	/* U+FFFE and U+FFFF are UTF-8, but no characters of XML. */
	if (!n || (n == 3 && (!memcmp(p, "\xef\xbf\xbe", 3) ||
			      !memcmp(p, "\xef\xbf\xbf", 3))))
		fputs("\xef\xbf\xbd", to);
	else if (*p == '<')
		fputs("&lt;", to);
	else if (*p == '>')
		fputs("&gt;", to);
	else if (*p == '&')
		fputs("&amp;", to);
	else if (*p == '"')
		fputs("&quot;", to);
	else if (n == 1 && ((unsigned char)*p < ' ' || *p == 0x7f))
		putc('?', to);
	else
		fwrite(p, 1, n, to);
}

void svg_escape(const char *text, size_t length, FILE *to)
{
	const char *end = text + length;
	size_t n;

	for (; text < end; text += n ? n : 1) {
		n = utf8_sequence_length((const unsigned char *)text);
		if (n > (size_t)(end - text))
			n = 0;
		escape_character(text, n, to);
	}
}

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t svg_columns(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += begins_character(text[i]);
	return columns;
}

size_t svg_line(const char *text, size_t columns)
{
	size_t at = 0, used = 0, space = 0;

	for (; text[at]; at++) {
		if (!begins_character(text[at]))
			continue;
		if (used++ == columns)
			return space ? space : at;
		if (text[at] == ' ')
			space = at + 1;
	}
	return at;
}

size_t svg_lines(const char *text, size_t columns)
{
	size_t lines = 0;

	for (; *text; text += svg_line(text, columns))
		lines++;
	return lines;
}
