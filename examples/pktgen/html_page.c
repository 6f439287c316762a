// SPDX-License-Identifier: BSD-2-Clause
/* html_page.c: what the sections of the report have in common, and what is in
 * none of them */
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

static void item(FILE *out, const char *test, const char *size, const char *why)
{
	fputs("<li>", out);
	if (size)
		html_format(out, "The %s test at size %s: %s.", test, size,
			    why);
	else
		html_format(out, "The %s test: %s.", test, why);
	fputs("</li>\n", out);
}

static void missing(FILE *out, const struct bench_report *r, unsigned test)
{
	const char *name = bench_test_names[test], *why;

	for (unsigned i = 0; i < r->plan->size_count; i++) {
		why = bench_missing(r->plan, &r->results[i], 1u << test);
		if (why && !(r->plan->tests & 1u << test)) {
			item(out, name, NULL, why);
			return;
		}
		if (why)
			item(out, name, r->plan->sizes[i].name, why);
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
	for (unsigned i = 0; i < BENCH_TESTS; i++)
		missing(out, r, i);
	fputs("</ul>\n</section>\n", out);
}
