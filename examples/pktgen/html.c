// SPDX-License-Identifier: BSD-2-Clause
/* html.c: text and tables of a page, escaped; also well-formed XML */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the UTF-8 character whose first is @lead; 0: none begins so. */
static unsigned length_of(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* XML 1.0, 2.2: most control characters and surrogates are none. */
static bool is_character(uint32_t c, unsigned len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	if (c < 0x20)
		return c == '\t' || c == '\n';
	return c != 0x7f && c != 0xfffe && c != 0xffff;
}

/* The bytes of the character at @text; 0: it is none. */
static unsigned character(const char *text)
{
	uint8_t lead = (uint8_t)text[0];
	unsigned len = length_of(lead);
	uint32_t c = len > 1 ? lead & (0x7fu >> len) : lead;

	for (unsigned i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	return len && is_character(c, len) ? len : 0;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

void html_text(FILE *out, const char *text)
{
	while (*text) {
		unsigned len = character(text);
		const char *escaped = entity(*text);

		if (escaped)
			fputs(escaped, out);
		else if (len)
			fwrite(text, 1, len, out);
		else
			fputs(REPLACEMENT, out);
		text += len ? len : 1;
	}
}

static void html_vformat(FILE *out, const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return;
	html_text(out, text);
	free(text);
}

void html_format(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vformat(out, format, args);
	va_end(args);
}

struct rate_text html_time(double ns)
{
	struct rate_text plain = time_format(ns), text = plain;
	char *micro = strstr(plain.s, "us");

	if (micro)
		snprintf(text.s, sizeof(text.s), "%.*sµs",
			 (int)(micro - plain.s), plain.s);
	return text;
}

static const char *class_of(const struct html_table *t, unsigned column)
{
	return t->titles[column][0] == '>' ? " class=\"n\"" : "";
}

/* In a box of its own, so that a narrow screen can scroll it. */
void html_table_begin(struct html_table *t, FILE *out,
		      const char *const *titles, unsigned columns)
{
	*t = (struct html_table){ out, titles, columns, 0 };
	fputs("<div class=\"wide\"><table>\n<thead><tr>", out);
	for (unsigned i = 0; i < columns; i++) {
		fprintf(out, "<th scope=\"col\"%s>", class_of(t, i));
		html_text(out, titles[i] + 1);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

void html_cell(struct html_table *t, const char *format, ...)
{
	unsigned column = t->at++ % t->columns;
	va_list args;

	fprintf(t->out, "%s<td%s>", column ? "" : "<tr>", class_of(t, column));
	va_start(args, format);
	html_vformat(t->out, format, args);
	va_end(args);
	fputs(t->at % t->columns ? "</td>" : "</td></tr>\n", t->out);
}

void html_table_end(struct html_table *t)
{
	fputs("</tbody></table></div>\n", t->out);
}
