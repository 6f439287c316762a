/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.h: lines of text that begin with a subject and are broken at words:
 *
 *	  rings       256 of 4096 RX, 256 of 4096 TX
 */
#ifndef PKTNIC_LINES_H
#define PKTNIC_LINES_H

#include <stdio.h>

struct line {
	FILE *out;
	int column;
};

struct line line_begin(FILE *out, const char *subject);
void line_word(struct line *l, const char *word);
/* Words with blanks between them. */
void line_text(struct line *l, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));
/* What follows is the next of several: a comma, unless it is the first. */
void line_next(struct line *l);
void line_end(struct line *l);

/* A whole one. */
void line_print(FILE *out, const char *subject, const char *format, ...)
	__attribute__((format(__printf__, 3, 4)));

#endif
