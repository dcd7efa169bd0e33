/*
 * Fields of a JSON object, printed by hand: they keep their order, integers
 * keep all 64 bits, numbers do not depend on the locale, and text that is not
 * UTF-8 (a file's path) still gives valid JSON. Each begins with a comma.
 */
#ifndef TCPTRAV_BASE_JSON_FIELDS_H
#define TCPTRAV_BASE_JSON_FIELDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* json_field_null - write ,"@name":null */
void json_field_null(const char *name, FILE *to);

/* json_text - ,"@name":"@value", escaped; each byte that is not UTF-8 becomes
   U+FFFD */
void json_text(const char *name, const char *value, FILE *to);

/* json_text_or_null - write a text; null if @value is NULL or empty, or not
   @known */
void json_text_or_null(const char *name, const char *value, bool known,
		       FILE *to);

/*
 * json_decimals - write a number with at most six decimals
 * @least: how many decimals it has at least
 * A value that is not @known, or not finite, is null.
 */
void json_decimals(const char *name, double value, int least, bool known,
		   FILE *to);

/* json_measure - the same, rounded to three decimals: a time in ms */
void json_measure(const char *name, double value, int least, bool known,
		  FILE *to);

/* json_count - write an integer, or null if it is not @known */
void json_count(const char *name, uint32_t value, bool known, FILE *to);

#endif
