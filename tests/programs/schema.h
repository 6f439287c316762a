/* SPDX-License-Identifier: BSD-2-Clause */
/* schema.h: JSON that a program wrote, held against a file of doc/schema/ */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <jansson.h>

/*
 * Each line of @text has to be an object as "#/$defs/@def" of @file (such as
 * "pktgen.json") says. The test fails at the first that is not. Returns the
 * last of them, to be let go with json_decref(); NULL: there was no line.
 */
json_t *schema_check(const char *file, const char *def, const char *text);

#endif
