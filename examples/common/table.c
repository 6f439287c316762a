// SPDX-License-Identifier: BSD-2-Clause
/* table.c: rows of text in columns as wide as they need to be */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct table {
	unsigned columns;
	int width[TABLE_COLUMNS_MAX]; /* negative: to the left */
	char **cells;                 /* the titles first */
	size_t count, room;
};

static void widen(struct table *t, size_t cell)
{
	int len = (int)strlen(t->cells[cell]);
	int *width = &t->width[cell % t->columns];

	if (len > abs(*width))
		*width = *width < 0 ? -len : len;
}

/* A cell that there is no memory for is left out, with all that follow. */
static void add(struct table *t, char *text)
{
	if (text && t->count < t->room) {
		t->cells[t->count++] = text;
		widen(t, t->count - 1);
	} else {
		t->room = t->count;
		free(text);
	}
}

static void make_room(struct table *t)
{
	size_t room = t->room ? 2 * t->room : (size_t)8 * t->columns;
	char **cells;

	if (t->count < t->room)
		return;
	cells = realloc(t->cells, room * sizeof(*cells));
	if (!cells)
		return;
	t->cells = cells;
	t->room = room;
}

void table_cell(struct table *t, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	make_room(t);
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	add(t, text);
}

struct table *table_create(const char *const *titles, unsigned columns)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->columns = columns;
	for (unsigned i = 0; i < columns; i++)
		t->width[i] = titles[i][0] == '<' ? -1 : 1;
	for (unsigned i = 0; i < columns; i++)
		table_cell(t, "%s", titles[i] + 1);
	return t;
}

void table_print(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->count; i++) {
		bool last = (i + 1) % t->columns == 0;
		int width = t->width[i % t->columns];

		/* No blanks at the end of a line. */
		fprintf(out, "%*s%s", last && width < 0 ? 0 : width,
			t->cells[i], last ? "\n" : "  ");
	}
}

void table_destroy(struct table *t)
{
	if (!t)
		return;
	while (t->count)
		free(t->cells[--t->count]);
	free(t->cells);
	free(t);
}
