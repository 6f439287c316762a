// SPDX-License-Identifier: BSD-2-Clause
/* json.c: what all JSON of the programs has in common */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "json.h"

void json_set_count(json_t *object, const char *key, uint64_t value)
{
	if (value > INT64_MAX)
		value = INT64_MAX;
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

void json_set_rate(json_t *object, const char *key, double value)
{
	json_object_set_new(object, key, json_real(round(value * 1000) / 1000));
}

void json_set_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
}

json_t *json_lines(const char *text)
{
	json_t *array = json_array();

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len)
			json_array_append_new(array, json_stringn(text, len));
		text += len + (text[len] == '\n');
	}
	return array;
}

int json_write(json_t *object, FILE *out)
{
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(15);
	int err = 0;

	if (!object)
		return -ENOMEM;
	if (json_dumpf(object, out, flags) || fputc('\n', out) == EOF ||
	    fflush(out))
		err = -EIO;
	json_decref(object);
	return err;
}
