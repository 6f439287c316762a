/* SPDX-License-Identifier: BSD-2-Clause */
/* html_page.h: the parts of the report's page */
#ifndef PKTGEN_HTML_PAGE_H
#define PKTGEN_HTML_PAGE_H

#include <stdio.h>

#include "html_report.h"

/* The style sheet. */
extern const char html_style[];

/* The figures that one wants to know first. */
void html_summary(FILE *out, const struct bench_report *r);

/* A section each, with diagrams and a table, for what was measured. */
void html_throughput(FILE *out, const struct bench_report *r);
void html_loss(FILE *out, const struct bench_report *r);
void html_latency(FILE *out, const struct bench_report *r);
void html_burst(FILE *out, const struct bench_report *r);

/* What was not measured, and why; on what, with what, when and how it was. */
void html_missing(FILE *out, const struct bench_report *r);
void html_setup(FILE *out, const struct bench_report *r);

/* Was it done for any size? */
bool html_any(const struct bench_report *r, enum bench_test test);

/* A title, and a sentence on how to read what follows. */
void html_section(FILE *out, const char *title, const char *lead);

/* Around diagrams that stand side by side; @small: many of them. */
void html_plots_begin(FILE *out, bool small);
void html_plots_end(FILE *out);

/* A box with one of them, which has a title. */
void html_plot_begin(FILE *out, const char *title);
void html_plot_end(FILE *out);

/* Less was offered than this: then the number has a mark ... */
#define HTML_BEHIND " *"
bool html_behind(double wanted, const struct trial_result *r);
/* ... and below it stands what that means. */
void html_behind_note(FILE *out);

#endif
