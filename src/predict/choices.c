#include "predict/choices.h"

void choices_begin(struct choices *c)
{
	c->met = 0;
}

unsigned choices_take(struct choices *c, unsigned values)
{
	unsigned i = c->met;

	if (i == CHOICES)
		return 0;
	c->met++;
	if (i >= c->decided) {
		c->value[i] = 0;
		c->values[i] = (uint8_t)values;
		c->decided = i + 1;
	}
	return c->value[i];
}

bool choices_next(struct choices *c)
{
	c->decided = c->met;
	while (c->decided && c->value[c->decided - 1] + 1 ==
			     c->values[c->decided - 1])
		c->decided--;
	if (!c->decided)
		return false;
	c->value[c->decided - 1]++;
	return true;
}
