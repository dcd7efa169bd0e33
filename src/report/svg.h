/*
 * Pieces of an SVG: coordinates, text. Pure, and the same bytes everywhere:
 * nothing depends on the locale.
 */
#ifndef TCPTRAV_REPORT_SVG_H
#define TCPTRAV_REPORT_SVG_H

#include <stddef.h>
#include <stdio.h>

/* A point, in the drawing's units; y grows downwards. */
struct point {
	double x, y;
};

/* svg_number - with one decimal at most: "12", "-0.5" */
void svg_number(double value, FILE *to);

/* svg_point - "12 34.5" */
void svg_point(struct point s, FILE *to);

/*
 * svg_escape - text as XML has it, also in an attribute
 * What is no UTF-8, or no character of XML, becomes U+FFFD or "?".
 */
void svg_escape(const char *text, size_t length, FILE *to);

/* svg_columns - how many letters that are, of one width */
size_t svg_columns(const char *text, size_t length);

/*
 * svg_line - how much of a text goes on a line of so many letters: up to a
 * space if there is one, else within a word
 * Return: in bytes; all that is left, if it fits
 */
size_t svg_line(const char *text, size_t columns);

/* svg_lines - on how many lines svg_line() puts it */
size_t svg_lines(const char *text, size_t columns);

#endif
