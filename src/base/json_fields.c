#include "base/json_fields.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>

void json_field_null(const char *name, FILE *to)
{
	fprintf(to, ",\"%s\":null", name);
}

void json_text(const char *name, const char *value, FILE *to)
{
	const unsigned char *p = (const unsigned char *)value;
	size_t n;

	fprintf(to, ",\"%s\":\"", name);
	for (; *p; p += n ? n : 1) {
		n = utf8_sequence_length(p);
		if (!n)
			fputs("\\ufffd", to);
		else if (*p == '"' || *p == '\\')
			fprintf(to, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			fprintf(to, "\\u%04x", *p);
		else
			fwrite(p, 1, n, to);
	}
	putc('"', to);
}

void json_text_or_null(const char *name, const char *value, bool known,
		       FILE *to)
{
	if (known && value && *value)
		json_text(name, value, to);
	else
		json_field_null(name, to);
}

void json_decimals(const char *name, double value, int least, bool known,
		   FILE *to)
{
	long long millionths;
	char decimals[8];
	int length = 6;

	if (!known || !isfinite(value)) {
		json_field_null(name, to);
		return;
	}
	millionths = llround(fabs(value) * 1e6);
	snprintf(decimals, sizeof(decimals), "%06d",
		 (int)(millionths % 1000000));
	while (length > least && decimals[length - 1] == '0')
		length--;
	fprintf(to, ",\"%s\":%s%lld%s%.*s", name,
		value < 0 && millionths ? "-" : "", millionths / 1000000,
		length ? "." : "", length, decimals);
}

void json_measure(const char *name, double value, int least, bool known,
		  FILE *to)
{
	json_decimals(name, round(value * 1000) / 1000, least, known, to);
}

void json_count(const char *name, uint32_t value, bool known, FILE *to)
{
	if (known)
		fprintf(to, ",\"%s\":%" PRIu32, name, value);
	else
		json_field_null(name, to);
}
