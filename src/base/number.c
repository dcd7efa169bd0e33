#include "base/number.h"

#include <errno.h>
#include <stdlib.h>

bool number_parse(const char *name, const char *text, double minimum,
		  double maximum, double *out, struct error *e)
{
	double value;
	char *end;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end ||
	    !(value >= minimum && value <= maximum))
		return error_set(e, ERROR_USE, "%s \"%.60s\": not a number"
				 " from %g to %g", name, text, minimum,
				 maximum);
	*out = value;
	return true;
}

bool number_parse_whole(const char *name, const char *text, uint64_t minimum,
			uint64_t maximum, uint64_t *out, struct error *e)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || value < minimum ||
	    value > maximum)
		return error_set(e, ERROR_USE, "%s \"%.60s\": not a whole"
				 " number from %llu to %llu", name, text,
				 (unsigned long long)minimum,
				 (unsigned long long)maximum);
	*out = value;
	return true;
}
