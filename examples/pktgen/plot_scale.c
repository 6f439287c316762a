// SPDX-License-Identifier: BSD-2-Clause
/* plot_scale.c: an axis: from values to places, and where its ticks are */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot_scale.h"

/* The least of 1, 2, 2.5, 5, 10 times a power of ten that is @value or more. */
static double round_up(double value)
{
	static const double steps[] = { 1, 2, 2.5, 5 };
	double power = pow(10, floor(log10(value)));

	for (unsigned i = 0; i < 4; i++)
		if (value <= steps[i] * power * (1 + 1e-9))
			return steps[i] * power;
	return 10 * power;
}

/* Four steps or five: what an eye can count. */
static double step_of(const struct scale *s)
{
	return round_up((s->max - s->min) / 5.001);
}

struct scale scale_linear(double max, enum scale_unit unit)
{
	struct scale s = { .max = max > 0 ? max : 1, .unit = unit };
	double step = step_of(&s);

	s.max = step * ceil(s.max / step * (1 - 1e-9));
	return s;
}

struct scale scale_log(double min, double max, enum scale_unit unit)
{
	struct scale s = { .log = true, .unit = unit };

	min = min > 0 ? min : 1;
	max = max > min ? max : min;
	s.min = pow(10, floor(log10(min) + 1e-9));
	s.max = pow(10, ceil(log10(max) - 1e-9));
	if (s.max <= s.min)
		s.max = 10 * s.min;
	return s;
}

struct scale scale_names(const char *const *names, unsigned n)
{
	return (struct scale){ .min = -0.5, .max = n - 0.5, .names = names };
}

double scale_place(const struct scale *s, double value)
{
	double place;

	if (s->log)
		place = log(fmax(value, s->min) / s->min) /
			log(s->max / s->min);
	else
		place = (value - s->min) / (s->max - s->min);
	return fmin(fmax(place, 0), 1);
}

/* Round numbers, so %g says all there is to them. */
static void write_value(char *text, size_t size, double value,
			enum scale_unit unit)
{
	static const char *const units[2][5] = {
		{ "", "k", "M", "G", "T" },
		{ " ns", " µs", " ms", " s", " ks" },
	};
	unsigned power = 0;

	if (!(value > 0)) {
		snprintf(text, size, "0");
		return;
	}
	while (value >= 1000 * (1 - 1e-9) && power < 4) {
		value /= 1000;
		power++;
	}
	snprintf(text, size, "%.4g%s", value, units[unit][power]);
}

static void add_tick(const struct scale *s, struct scale_tick *ret, unsigned *n,
		     double value, bool labelled)
{
	struct scale_tick *tick = &ret[*n];

	if (*n == SCALE_TICKS || value > s->max * (1 + 1e-9))
		return;
	tick->value = value;
	tick->text[0] = '\0';
	if (labelled)
		write_value(tick->text, sizeof(tick->text), value, s->unit);
	(*n)++;
}

/* A label at each power of ten; 2 and 5 have one where there are few. */
static unsigned log_ticks(const struct scale *s, struct scale_tick *ret)
{
	bool few = s->max / s->min < 150;
	unsigned n = 0;

	for (double power = s->min; power < s->max * (1 + 1e-9); power *= 10) {
		add_tick(s, ret, &n, power, true);
		add_tick(s, ret, &n, 2 * power, few);
		add_tick(s, ret, &n, 5 * power, few);
	}
	return n;
}

static unsigned linear_ticks(const struct scale *s, struct scale_tick *ret)
{
	double step = step_of(s);
	unsigned n = 0;

	for (unsigned i = 0; i * step < s->max * (1 + 1e-9); i++)
		add_tick(s, ret, &n, i * step, true);
	return n;
}

static unsigned name_ticks(const struct scale *s, struct scale_tick *ret)
{
	unsigned n = 0;

	for (; n < s->max && n < SCALE_TICKS; n++) {
		ret[n].value = n;
		snprintf(ret[n].text, sizeof(ret[n].text), "%s", s->names[n]);
	}
	return n;
}

unsigned scale_ticks(const struct scale *s, struct scale_tick *ret)
{
	if (s->names)
		return name_ticks(s, ret);
	return s->log ? log_ticks(s, ret) : linear_ticks(s, ret);
}
