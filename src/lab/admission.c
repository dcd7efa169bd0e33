#include "lab/admission.h"

/* Shares of the limit of lateness (lab/timing_check.h). */
#define EARLY 0.25	/* the machine has time to spare */
#define LATE  0.6	/* the machine is nearly overloaded */
#define CUT   0.7
#define MANY  (1.0 / 4)	/* of a windowful */

#define CAREFUL (1.0 / 16)	/* that many more for each trial in time, after
				   a cut: a sixteenth for a windowful */

void admission_begin(struct admission *a, unsigned most, unsigned least)
{
	*a = (struct admission){
		.window = least < most ? least : most,
		.most = most,
		.least = least < most ? least : most,
		.threshold = most,
	};
}

bool admission_allows(const struct admission *a, unsigned running)
{
	return running + 1 <= a->window;
}

static void grow(struct admission *a)
{
	a->window += a->window < a->threshold ? 1 : CAREFUL;
	if (a->window > a->most)
		a->window = a->most;
}

static void cut(struct admission *a)
{
	a->pass = (unsigned)a->window;
	a->counted = a->late = 0;
	a->window *= CUT;
	if (a->window < a->least)
		a->window = a->least;
	a->threshold = a->window;
}

void admission_learn(struct admission *a, double share)
{
	if (share < EARLY)
		grow(a);
	if (a->pass) {
		a->pass--;
		return;
	}
	if (a->counted >= a->window)
		a->counted = a->late = 0;
	a->counted++;
	a->late += share >= LATE;
	if (a->late > MANY * a->window)
		cut(a);
}
