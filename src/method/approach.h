/* From --method, --ttl and the variants' options to approaches. */
#ifndef TCPTRAV_METHOD_APPROACH_H
#define TCPTRAV_METHOD_APPROACH_H

#include "base/error.h"
#include "method/method.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct approach_options {
	const struct method *method;	/* NULL: none given, or all */
	bool all;			/* --method all: over TCP; or every */
	bool every;			/* --method every: over UDP, too */
	bool ttl_given;
	uint8_t ttl_mode;		/* enum ttl_mode */
	uint8_t ttl;			/* of TTL_FIXED, 1 to 255 */
	const char *variant;		/* "keep-syn", "sequential"; or NULL */
};

/*
 * approach_method, approach_ttl, approach_variant - parse --method @text,
 * --ttl @text, --NAME; a later one replaces an earlier one
 * @name:  one of approach_variants()
 * Return: false with an ERROR_USE sentence: no such method, no TTL, or two
 *         different variants
 */
bool approach_method(struct approach_options *o, const char *text,
		     struct error *e);
bool approach_ttl(struct approach_options *o, const char *text,
		  struct error *e);
bool approach_variant(struct approach_options *o, const char *name,
		      struct error *e);

#define VARIANTS_MAX 8
/*
 * approach_variants - the names of all variants, each with one method that has
 * it
 * Return: how many
 */
size_t approach_variants(const struct method *out[VARIANTS_MAX]);

/*
 * approach_choose - the approaches that the options select, in the table's
 * order
 * @out:   one; with --method all each that fits --ttl and the variant
 * @count: how many
 * Return: false with an ERROR_USE sentence: no method, or the method does not
 *         have that low TTL or variant
 */
bool approach_choose(const struct approach_options *o,
		     struct approach out[APPROACHES_MAX], size_t *count,
		     struct error *e);

#endif
