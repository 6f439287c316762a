// SPDX-License-Identifier: BSD-2-Clause
/* plot.c: a diagram in SVG */
#include "html.h"
#include "plot.h"

/* The picture, and the margins of the field in it. */
static const struct {
	int width, height;
} sizes[] = {
	[PLOT_HALF] = { 500, 290 },
	[PLOT_THIRD] = { 350, 240 },
};
#define LEFT 58
#define RIGHT 24
#define TOP 14
#define BOTTOM 50

#define COLOURS 8

static int right(const struct plot *p)
{
	return sizes[p->form].width - RIGHT;
}

static int bottom(const struct plot *p)
{
	return sizes[p->form].height - BOTTOM;
}

static double x_at(const struct plot *p, double value)
{
	return LEFT + scale_place(&p->x, value) * (right(p) - LEFT);
}

static double y_at(const struct plot *p, double value)
{
	return bottom(p) - scale_place(&p->y, value) * (bottom(p) - TOP);
}

static void text_at(FILE *out, double x, double y, const char *anchor,
		    const char *text)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
		anchor);
	html_text(out, text);
	fputs("</text>\n", out);
}

static void draw_x_axis(const struct plot *p)
{
	struct scale_tick ticks[SCALE_TICKS];
	unsigned n = scale_ticks(&p->x, ticks);

	for (unsigned i = 0; i < n; i++) {
		double x = x_at(p, ticks[i].value);

		/* Categories are no places on a scale. */
		if (!p->x.names)
			fprintf(p->out, "<path class=\"g\" d=\"M%.1f %dV%d\"/>",
				x, TOP, bottom(p));
		if (ticks[i].text[0])
			text_at(p->out, x, bottom(p) + 18, "middle",
				ticks[i].text);
	}
	text_at(p->out, (LEFT + right(p)) / 2.0, bottom(p) + 40, "middle",
		p->x_label);
}

static void draw_y_axis(const struct plot *p)
{
	struct scale_tick ticks[SCALE_TICKS];
	unsigned n = scale_ticks(&p->y, ticks);

	for (unsigned i = 0; i < n; i++) {
		double y = y_at(p, ticks[i].value);

		fprintf(p->out, "<path class=\"g\" d=\"M%d %.1fH%d\"/>", LEFT,
			y, right(p));
		if (ticks[i].text[0])
			text_at(p->out, LEFT - 8, y + 4, "end", ticks[i].text);
	}
}

void plot_begin(struct plot *p, FILE *out, const char *title)
{
	p->out = out;
	fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		sizes[p->form].width, sizes[p->form].height);
	html_text(out, title);
	fputs("\">\n", out);
	draw_x_axis(p);
	draw_y_axis(p);
	fprintf(out, "<path class=\"a\" d=\"M%d %dH%d\"/>\n", LEFT, bottom(p),
		right(p));
}

void plot_end(struct plot *p)
{
	fputs("</svg>\n", p->out);
}

/* As a class of the style sheet. */
static void open_series(FILE *out, const char *kind, char palette,
			unsigned series)
{
	fprintf(out, "<g class=\"%s %c%u%s\">\n", kind, palette,
		series % COLOURS, series >= COLOURS ? " again" : "");
}

static void draw_title(FILE *out, const char *text)
{
	fputs("<title>", out);
	html_text(out, text);
	fputs("</title>", out);
}

/* Each shape around the point that the path begins at. */
static const char *const shapes[] = {
	"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", /* circle */
	"m-3.6 -3.6h7.2v7.2h-7.2z",            /* square */
	"m0 -4.8l4.6 8h-9.2z",                 /* triangle */
	"m0 -5l5 5l-5 5l-5 -5z",               /* diamond */
	"m0 4.8l-4.6 -8h9.2z",                 /* triangle, down */
	"m-4.8 0l9.6 0m-4.8 -4.8v9.6",         /* plus */
	"m-3.6 -3.6l7.2 7.2m0 -7.2l-7.2 7.2",  /* cross */
	"m-2.4 -4.4h4.8v8.8h-4.8z",            /* upright box */
};

static void draw_shape(FILE *out, unsigned series, double x, double y,
		       const char *title)
{
	fprintf(out, "<path class=\"m\" d=\"M%.1f %.1f%s\">", x, y,
		shapes[series % COLOURS]);
	if (title)
		draw_title(out, title);
	fputs("</path>\n", out);
}

static void draw_joined(const struct plot *p, const struct plot_point *points,
			unsigned n)
{
	fputs("<path class=\"l\" d=\"", p->out);
	for (unsigned i = 0; i < n; i++)
		fprintf(p->out, "%c%.1f %.1f", i ? 'L' : 'M',
			x_at(p, points[i].x), y_at(p, points[i].y));
	fputs("\"/>\n", p->out);
}

void plot_line(struct plot *p, unsigned series, const struct plot_point *points,
	       unsigned n)
{
	open_series(p->out, "line", p->palette, series);
	if (n > 1)
		draw_joined(p, points, n);
	for (unsigned i = 0; i < n; i++)
		draw_shape(p->out, series, x_at(p, points[i].x),
			   y_at(p, points[i].y), points[i].text);
	fputs("</g>\n", p->out);
}

/* Two thirds of the room that a category has, but no slabs. */
static double bar_width(const struct plot *p)
{
	double room = (right(p) - LEFT) / (p->x.max - p->x.min);

	return room > 72 ? 48 : room * 2 / 3;
}

void plot_bars(struct plot *p, unsigned series, const struct plot_point *points,
	       unsigned n)
{
	double width = bar_width(p);

	open_series(p->out, "bar", p->palette, series);
	for (unsigned i = 0; i < n; i++) {
		double y = y_at(p, points[i].y);

		fprintf(p->out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.1f\" rx=\"2\">",
			x_at(p, points[i].x) - width / 2, y, width,
			bottom(p) - y);
		draw_title(p->out, points[i].text);
		fputs("</rect>\n", p->out);
	}
	fputs("</g>\n", p->out);
}

void plot_steps(struct plot *p, unsigned series,
		const struct plot_point *points, unsigned n)
{
	if (!n)
		return;
	open_series(p->out, "steps", p->palette, series);
	fprintf(p->out, "<path d=\"M%.1f %d", x_at(p, points[0].x), bottom(p));
	for (unsigned i = 0; i < n; i++)
		fprintf(p->out, "H%.1fV%.1f", x_at(p, points[i].x),
			y_at(p, points[i].y));
	fputs("z\">", p->out);
	draw_title(p->out, points[0].text);
	fputs("</path>\n</g>\n", p->out);
}

static void draw_key(FILE *out, bool box, char palette, unsigned series)
{
	fputs("<svg viewBox=\"0 0 28 12\" class=\"key\" aria-hidden=\"true\">",
	      out);
	open_series(out, box ? "bar" : "line", palette, series);
	if (box) {
		fputs("<rect x=\"8\" width=\"12\" height=\"12\" rx=\"2\"/>",
		      out);
	} else {
		fputs("<path class=\"l\" d=\"M1 6H27\"/>", out);
		draw_shape(out, series, 14, 6, NULL);
	}
	fputs("</g></svg>", out);
}

void plot_legend(FILE *out, bool box, char palette, const struct plot_key *keys,
		 unsigned n)
{
	fputs("<ul class=\"legend\">\n", out);
	for (unsigned i = 0; i < n; i++) {
		fputs("<li>", out);
		draw_key(out, box, palette, keys[i].series);
		html_text(out, keys[i].name);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}
