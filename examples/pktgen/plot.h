/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot.h: a diagram in SVG, for a page that has the style sheet.
 *
 *	plot_begin(&p, out, "what it shows");     p.x and p.y are set
 *	plot_line(&p, 0, points, n); ...
 *	plot_end(&p);
 *
 * Colours are numbers, which the style sheet has for light and for dark. A
 * series has a shape of its own as well, for who does not see colours.
 */
#ifndef PKTGEN_PLOT_H
#define PKTGEN_PLOT_H

#include <stdio.h>

#include "plot_scale.h"

/* The units are those of the page's text, more or less: so that text is of one
 * size in all forms. */
enum plot_form {
	PLOT_HALF,  /* two side by side */
	PLOT_THIRD, /* three */
};

struct plot {
	FILE *out;
	enum plot_form form;
	struct scale x, y;
	const char *x_label; /* what y is stands in the caption */
	char palette; /* 'c': series that differ, 's': those in an order */
};

struct plot_point {
	double x, y;
	char text[96]; /* shown when it is pointed at */
};

/* @title: for who does not see it. */
void plot_begin(struct plot *p, FILE *out, const char *title);
void plot_end(struct plot *p);

/* Points joined by a line. */
void plot_line(struct plot *p, unsigned series, const struct plot_point *points,
	       unsigned n);

/* A bar from 0 up to each point; later ones stand in front. */
void plot_bars(struct plot *p, unsigned series, const struct plot_point *points,
	       unsigned n);

/* Steps: point i's height from its x to the next one's, with what is below
 * filled. The last has no height. */
void plot_steps(struct plot *p, unsigned series,
		const struct plot_point *points, unsigned n);

/* What the series mean. @box: areas, not lines. */
struct plot_key {
	unsigned series;
	const char *name;
};
void plot_legend(FILE *out, bool box, char palette, const struct plot_key *keys,
		 unsigned n);

#endif
