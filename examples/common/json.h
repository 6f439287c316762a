/* SPDX-License-Identifier: BSD-2-Clause */
/* json.h: what all JSON of the programs has in common; made with jansson */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* A member of an object. A counter beyond 2^63 - 1 stays there. */
void json_set_count(json_t *object, const char *key, uint64_t value);
/* Rounded to thousandths, which is more than any measurement here has. */
void json_set_rate(json_t *object, const char *key, double value);
void json_set_text(json_t *object, const char *key, const char *value);

/* @text's lines as an array of strings. */
json_t *json_lines(const char *text);

/* One object on a line of its own, and let go of it. Returns 0, or -errno:
 * also when there was no memory to make the object. */
int json_write(json_t *object, FILE *out);

#endif
