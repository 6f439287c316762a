// SPDX-License-Identifier: BSD-2-Clause
/* lines.c: lines of text that begin with a subject and are broken at words */
#include <stdarg.h>
#include <string.h>

#include "lines.h"

#define INDENT 14
#define WIDTH 79

struct line line_begin(FILE *out, const char *subject)
{
	fprintf(out, "  %-*s", INDENT - 2, subject);
	return (struct line){ .out = out, .column = INDENT };
}

void line_word(struct line *l, const char *word)
{
	const char *blank = l->column > INDENT ? " " : "";

	if (*blank && l->column + 1 + (int)strlen(word) > WIDTH) {
		fprintf(l->out, "\n%*s", INDENT, "");
		l->column = INDENT;
		blank = "";
	}
	l->column += fprintf(l->out, "%s%s", blank, word);
}

static void add_words(struct line *l, const char *format, va_list args)
{
	char text[512], *rest = text;

	vsnprintf(text, sizeof(text), format, args);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word)
			line_word(l, word);
}

void line_text(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_words(l, format, args);
	va_end(args);
}

void line_next(struct line *l)
{
	if (l->column > INDENT)
		l->column += fprintf(l->out, ",");
}

void line_end(struct line *l)
{
	fprintf(l->out, "\n");
}

void line_print(FILE *out, const char *subject, const char *format, ...)
{
	struct line l = line_begin(out, subject);
	va_list args;

	va_start(args, format);
	add_words(&l, format, args);
	va_end(args);
	line_end(&l);
}
