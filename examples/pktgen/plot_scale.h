/* SPDX-License-Identifier: BSD-2-Clause */
/* plot_scale.h: an axis: from values to places, and where its ticks are */
#ifndef PKTGEN_PLOT_SCALE_H
#define PKTGEN_PLOT_SCALE_H

#include <stdbool.h>

enum scale_unit {
	SCALE_NUMBER, /* 20, 2.5k, 1M */
	SCALE_TIME,   /* of ns: 500 ns, 20 us, 1 ms */
};

/* Where ticks can be: at most so many. */
#define SCALE_TICKS 40

struct scale {
	double min, max; /* min < max; above 0 where it is logarithmic */
	bool log;
	enum scale_unit unit;
	const char *const *names; /* in place of numbers: min -0.5, max n-0.5 */
};

struct scale_tick {
	double value;
	char text[24]; /* "": a line of the grid alone */
};

/* From 0 to @max and to the next round number, or about 1 if it is 0. */
struct scale scale_linear(double max, enum scale_unit unit);

/* From a power of ten at or below @min to one at or above @max. */
struct scale scale_log(double min, double max, enum scale_unit unit);

/* @n categories, at 0 to @n - 1. */
struct scale scale_names(const char *const *names, unsigned n);

/* 0 at min, 1 at max; what lies beyond is put at the end. */
double scale_place(const struct scale *s, double value);

/* Returns how many; all within the scale, ascending. */
unsigned scale_ticks(const struct scale *s, struct scale_tick *ret);

#endif
