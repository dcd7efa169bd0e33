/*
 * From what a trial is told to what a prediction asks: the lists of NATs and
 * the topology, by name, become profiles in their places.
 */
#ifndef TCPTRAV_LAB_FORECAST_H
#define TCPTRAV_LAB_FORECAST_H

#include "base/error.h"
#include "lab/lab.h"
#include "predict/predict.h"

struct forecast {
	struct predict_setting setting;
	struct profile profiles[2][PREDICT_LEVELS];	/* the setting's */
};

/*
 * forecast_make - the setting of the trial @t
 * The kernel's NATs are predicted by their models; "none" lets all pass.
 * @out:   points into itself: not to be copied
 * Return: false with a sentence: ERROR_USE as cell_check() has it, a program
 *         (exec:), whose behaviour nobody knows, or what predict_check() says
 */
bool forecast_make(const struct trial *t, struct forecast *out,
		   struct error *e);

#endif
