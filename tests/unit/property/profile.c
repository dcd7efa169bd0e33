#include "property/world.h"

#include "profile/validate.h"

#include <stddef.h>

/* number_of - a value for an axis that is a number: small ones matter */
static int number_of(struct rng *r, const struct axis *a)
{
	static const int few[] = { 1, 2, 3, 5, 20, 64, 100, 7200 };
	long value;

	if (rng_below(r, 3) == 0)
		return (int)a->minimum;
	value = few[rng_below(r, sizeof(few) / sizeof(few[0]))];
	if (value > a->maximum)
		value = a->maximum;
	return (int)(value < a->minimum ? a->minimum : value);
}

static void draw(struct rng *r, struct profile *p, unsigned of_ten)
{
	profile_defaults(p);
	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];
		int *value = (int *)(void *)((char *)p + a->offset);

		if (rng_below(r, 10) >= of_ten)
			continue;
		*value = a->values ? (int)rng_below(r, a->value_count) :
			number_of(r, a);
	}
}

void profile_random(struct rng *r, struct profile *out)
{
	static const unsigned shares[] = { 2, 4, 7, 10 };
	struct error e;

	do
		draw(r, out, shares[rng_below(r, 4)]);
	while (!profile_validate(out, &e));
}

static int own_or(int value, int tcp)
{
	return value == AS_TCP ? tcp : value - 1;
}

int axis_mapping(const struct profile *p, char protocol)
{
	if (protocol == 'i')
		return own_or(p->query_mapping, p->mapping);
	return protocol == 'u' ? own_or(p->udp_mapping, p->mapping) :
		p->mapping;
}

int axis_ports(const struct profile *p, char protocol)
{
	return protocol == 't' ? p->ports : own_or(p->udp_ports, p->ports);
}

int axis_filtering(const struct profile *p, char protocol)
{
	return protocol == 't' ? p->filtering :
		own_or(p->udp_filtering, p->filtering);
}

int axis_hairpin(const struct profile *p, char protocol)
{
	return protocol == 't' ? p->hairpin :
		own_or(p->udp_hairpin, p->hairpin);
}

int axis_payload(const struct profile *p, char protocol)
{
	if (protocol == 'i')
		return PAYLOAD_KEEP;
	return protocol == 't' ? p->payload :
		own_or(p->udp_payload, p->payload);
}

char letter_of(uint8_t protocol)
{
	return protocol == 6 ? 't' : protocol == 17 ? 'u' : 'i';
}
