/* SPDX-License-Identifier: BSD-2-Clause */
/* table.h: rows of text in columns as wide as they need to be */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include <stdio.h>

#define TABLE_COLUMNS_MAX 16

struct table;

/* @titles: one per column, "<name" to the left and ">name" to the right.
 * NULL: no memory. */
struct table *table_create(const char *const *titles, unsigned columns);

/* The next cell, from left to right and on to the next row. */
void table_cell(struct table *t, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

void table_print(const struct table *t, FILE *out);

/* With NULL it does nothing. */
void table_destroy(struct table *t);

#endif
