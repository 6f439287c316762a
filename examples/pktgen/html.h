/* SPDX-License-Identifier: BSD-2-Clause */
/* html.h: text and tables of a page, escaped; also well-formed XML */
#ifndef PKTGEN_HTML_H
#define PKTGEN_HTML_H

#include <stdio.h>

#include "rate.h"

/* Any bytes: what HTML or XML has a use for is escaped, and what is no UTF-8
 * or no character becomes U+FFFD. */
void html_text(FILE *out, const char *text);

/* The same of a format. */
void html_format(FILE *out, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/* A time in ns as time_format() has it, with the sign for micro. */
struct rate_text html_time(double ns);

/* A table: titles as in table.h, "<name" to the left and ">name" to the
 * right; then its cells, row by row. */
struct html_table {
	FILE *out;
	const char *const *titles;
	unsigned columns, at;
};
void html_table_begin(struct html_table *t, FILE *out,
		      const char *const *titles, unsigned columns);
void html_cell(struct html_table *t, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));
void html_table_end(struct html_table *t);

#endif
