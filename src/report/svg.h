/*
 * Parts of an SVG: coordinates and text. Pure; nothing depends on the locale.
 */
#ifndef TCPTRAV_REPORT_SVG_H
#define TCPTRAV_REPORT_SVG_H

#include <stddef.h>
#include <stdio.h>

/* A point in the units of the drawing; y grows downwards. */
struct point {
	double x, y;
};

/* svg_number - print with at most one decimal: "12", "-0.5" */
void svg_number(double value, FILE *to);

/* svg_point - print "12 34.5" */
void svg_point(struct point s, FILE *to);

/*
 * svg_escape - print text escaped for XML, also for an attribute
 * Bytes that are not UTF-8 and characters that XML excludes become U+FFFD or
 * "?".
 */
void svg_escape(const char *text, size_t length, FILE *to);

/* svg_columns - how many characters, all of one width, the text has */
size_t svg_columns(const char *text, size_t length);

/*
 * svg_line - how much of @text fits on a line of @columns characters: up to a
 * space if there is one, otherwise up to the middle of a word
 * Return: bytes; all of @text, if it fits
 */
size_t svg_line(const char *text, size_t columns);

/* svg_lines - how many lines svg_line() makes of @text */
size_t svg_lines(const char *text, size_t columns);

#endif
