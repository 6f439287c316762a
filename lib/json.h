/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h: the little of JSON that the library's own files need. Layer 2.
 *
 * Who reads knows what has to come next, and asks for it: there is no tree.
 * Whatever else comes is refused with its line, also what JSON allows but
 * nobody writes to such a file (fractions, null, true).
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	const char *at; /* what is left; ends with a NUL */
	unsigned line;
	const char *what; /* the file's kind, for sentences */
};

/* All of a file that has at most @most bytes, none of them NUL; free() it. */
int json_load(char **ret, FILE *in, size_t most, const char *what);

/* All return 0, or -EINVAL with a sentence. */
int json_number(struct json *j, int64_t *ret, int64_t least, int64_t most);
int json_text(struct json *j, char *ret, size_t size);

/* Calls @each for each element, or for each member, that takes its value. */
int json_array(struct json *j, int (*each)(struct json *j, void *arg),
	       void *arg);
int json_object(struct json *j,
		int (*each)(struct json *j, const char *key, void *arg),
		void *arg);
/* Nothing but space is left. */
int json_end(struct json *j);

/* A sentence about the place where @j is. Returns -EINVAL. */
int json_refuse(const struct json *j, const char *format, ...)
	__attribute__((format(__printf__, 2, 3)));

/*
 * Which of @keys is it? Marks it in *seen, so that json_all_seen() can tell
 * what is missing. -EINVAL with a sentence: none, or for the second time.
 */
int json_key(const struct json *j, const char *key, const char *const *keys,
	     unsigned count, uint32_t *seen);
int json_all_seen(const struct json *j, const char *const *keys, unsigned count,
		  uint32_t seen);

/* Writes a string with its quotes. */
void json_put_text(FILE *out, const char *text);

#endif
