// SPDX-License-Identifier: BSD-2-Clause
/* html_page.c: what the sections of the report have in common, and what is in
 * none of them */
#include <stdarg.h>

#include "html.h"
#include "html_page.h"

void html_section(FILE *out, const char *title, const char *lead)
{
	fputs("<section>\n<h2>", out);
	html_text(out, title);
	fputs("</h2>\n<p class=\"lead\">", out);
	html_text(out, lead);
	fputs("</p>\n", out);
}

void html_plots_begin(FILE *out, bool small)
{
	fprintf(out, "<div class=\"plots%s\">\n", small ? " small" : "");
}

void html_plots_end(FILE *out)
{
	fputs("</div>\n", out);
}

void html_plot_begin(FILE *out, const char *title)
{
	fputs("<figure>\n<figcaption>", out);
	html_text(out, title);
	fputs("</figcaption>\n", out);
}

void html_plot_end(FILE *out)
{
	fputs("</figure>\n", out);
}

bool html_behind(double wanted, const struct trial_result *r)
{
	const struct trial t = { .pps = wanted };

	return trial_is_behind(&t, r);
}

void html_behind_note(FILE *out)
{
	fputs("<p class=\"note\">" HTML_BEHIND
	      " The generator fell behind three times: less "
	      "was offered than was wanted, and what was lost may be its doing."
	      "</p>\n",
	      out);
}

bool html_any(const struct bench_report *r, enum bench_test test)
{
	for (unsigned i = 0; i < r->plan->size_count; i++)
		if (r->results[i].done & test)
			return true;
	return false;
}

/* What was not measured */

static void item(FILE *out, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

static void item(FILE *out, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fputs("<li>", out);
	html_text(out, text);
	fputs("</li>\n", out);
}

/* Tests that nobody asked for. */
static void list_unasked(FILE *out, const struct bench_report *r)
{
	for (unsigned i = 0; i < BENCH_TESTS; i++)
		if (!(r->plan->tests & 1u << i))
			item(out, "The %s test: %s.", bench_test_names[i],
			     bench_missing(r->plan, &r->results[0], 1u << i));
}

static void list_missing(FILE *out, const struct bench_report *r, unsigned size)
{
	const char *name = r->plan->sizes[size].name;

	if (!r->results[size].tried) {
		item(out, "Size %s: it was stopped before.", name);
		return;
	}
	for (unsigned i = 0; i < BENCH_TESTS; i++) {
		const char *why =
			bench_missing(r->plan, &r->results[size], 1u << i);

		if (why && r->plan->tests & 1u << i)
			item(out, "The %s test at size %s: %s.",
			     bench_test_names[i], name, why);
	}
}

static bool is_whole(const struct bench_report *r)
{
	for (unsigned i = 0; i < r->plan->size_count; i++)
		for (unsigned k = 0; k < BENCH_TESTS; k++)
			if (bench_missing(r->plan, &r->results[i], 1u << k))
				return false;
	return true;
}

void html_missing(FILE *out, const struct bench_report *r)
{
	if (is_whole(r))
		return;
	fputs("<section>\n<h2>Not measured</h2>\n<ul>\n", out);
	list_unasked(out, r);
	for (unsigned i = 0; i < r->plan->size_count; i++)
		list_missing(out, r, i);
	fputs("</ul>\n</section>\n", out);
}
