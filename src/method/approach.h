/*
 * Which approaches are meant by --method, --ttl and the variants' names.
 */
#ifndef TCPTRAV_METHOD_APPROACH_H
#define TCPTRAV_METHOD_APPROACH_H

#include "base/error.h"
#include "method/method.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct approach_options {
	const struct method *method;	/* NULL: none given, or all */
	bool all;			/* --method all */
	bool ttl_given;
	uint8_t ttl_mode;		/* enum ttl_mode */
	uint8_t ttl;			/* of TTL_FIXED, 1 to 255 */
	const char *variant;		/* "keep-syn", "sequential"; or NULL */
};

/*
 * approach_method, approach_ttl, approach_variant - what --method @text,
 * --ttl @text, --NAME say; the latest stands
 * @name:  one of approach_variants()
 * Return: false with an ERROR_USE sentence: no such method, no TTL, two
 *         variants that exclude each other
 */
bool approach_method(struct approach_options *o, const char *text,
		     struct error *e);
bool approach_ttl(struct approach_options *o, const char *text,
		  struct error *e);
bool approach_variant(struct approach_options *o, const char *name,
		      struct error *e);

#define VARIANTS_MAX 8
/*
 * approach_variants - one method for each variant's name that there is
 * Return: how many
 */
size_t approach_variants(const struct method *out[VARIANTS_MAX]);

/*
 * approach_choose - the approaches that the options name, in table order
 * @out:   one, or with --method all every one (--ttl and the variant
 *         restrict them)
 * @count: how many
 * Return: false with an ERROR_USE sentence: no method given, a low TTL or a
 *         variant that the method does not have
 */
bool approach_choose(const struct approach_options *o,
		     struct approach out[APPROACHES_MAX], size_t *count,
		     struct error *e);

#endif
