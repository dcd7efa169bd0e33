#include "method/method.h"

const char *method_needs_text(const struct method *m)
{
	static const char *const texts[] = {
		[0] = "no privilege",
		[NEED_CAPTURE] = "capture",
		[NEED_RAW] = "raw sockets",
		[NEED_CAPTURE | NEED_RAW] = "capture; raw sockets",
		[NEED_SPOOFING] = "an S that spoofs",
		[NEED_CAPTURE | NEED_SPOOFING] = "capture; an S that spoofs",
		[NEED_RAW | NEED_SPOOFING] = "raw sockets; an S that spoofs",
		[NEED_CAPTURE | NEED_RAW | NEED_SPOOFING] =
			"capture; raw sockets; an S that spoofs",
	};

	return texts[m->needs];
}

unsigned approach_needs(const struct approach *a)
{
	return a->method->needs | (a->variant ? a->method->variant_needs : 0);
}

bool approach_has_roles(const struct approach *a)
{
	return a->variant ? a->method->variant_ordered : a->method->ordered;
}

bool approach_b_opens_first(const struct approach *a)
{
	return a->variant && a->method->variant_opener_b;
}

bool approach_has_low_ttl(const struct approach *a)
{
	return a->variant ? a->method->variant_low_ttl : a->method->low_ttl;
}

const char *approach_variant_name(const struct approach *a)
{
	return a->variant && a->method->variant ? a->method->variant : "";
}

unsigned approach_orders(const struct approach *a)
{
	return approach_has_roles(a) ? 2 : 1;
}

double default_timeout_ms(double rtt_ms)
{
	return 900 + 10 * rtt_ms;
}
