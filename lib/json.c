// SPDX-License-Identifier: BSD-2-Clause
/* json.c: the little of JSON that the library's own files need */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "log.h"

/* No key of ours is longer. */
#define KEY_SIZE 40

int json_refuse(const struct json *j, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	return fail(-EINVAL, "%s: line %u: %s", j->what, j->line, why);
}

static void skip_space(struct json *j)
{
	for (; *j->at && strchr(" \t\r\n", *j->at); j->at++)
		j->line += *j->at == '\n';
}

static bool take(struct json *j, char c)
{
	skip_space(j);
	if (*j->at != c)
		return false;
	j->at++;
	return true;
}

static int expect(struct json *j, char c)
{
	if (take(j, c))
		return 0;
	if (!*j->at)
		return json_refuse(j, "'%c' should follow, but it ends", c);
	return json_refuse(j, "'%c' should follow, not '%.12s'", c, j->at);
}

int json_end(struct json *j)
{
	skip_space(j);
	if (*j->at)
		return json_refuse(j, "more follows the end: '%.12s'", j->at);
	return 0;
}

int json_number(struct json *j, int64_t *ret, int64_t least, int64_t most)
{
	const char *digits;
	long long number;
	char *end;

	skip_space(j);
	digits = j->at + (*j->at == '-');
	errno = 0;
	number = strtoll(j->at, &end, 10);
	/* JSON has no 007, strtoll() takes " +7". */
	if (*digits < '0' || *digits > '9' ||
	    (*digits == '0' && end != digits + 1) ||
	    (*end && strchr(".eE", *end)))
		return json_refuse(j,
				   "a whole number should follow, not "
				   "'%.12s'",
				   j->at);
	if (errno || number < least || number > most)
		return json_refuse(j, "%.*s: give %" PRId64 " to %" PRId64,
				   (int)(end - j->at), j->at, least, most);
	j->at = end;
	*ret = number;
	return 0;
}

/* Only what names need: nobody means a control character. 0: none of these. */
static char take_escape(struct json *j)
{
	return *j->at && strchr("\"\\/", *j->at) ? *j->at++ : '\0';
}

int json_text(struct json *j, char *ret, size_t size)
{
	size_t len = 0;
	int err;

	err = expect(j, '"');
	if (err)
		return err;
	while (*j->at != '"') {
		char c = *j->at++;

		if ((unsigned char)c < ' ')
			return json_refuse(j, "a string has no end");
		if (c == '\\')
			c = take_escape(j);
		if (!c)
			return json_refuse(j, "'\\%.5s' is not known here",
					   j->at);
		if (len + 1 == size)
			return json_refuse(j,
					   "a string is longer than %zu "
					   "bytes",
					   size - 1);
		ret[len++] = c;
	}
	j->at++;
	ret[len] = '\0';
	return 0;
}

int json_array(struct json *j, int (*each)(struct json *j, void *arg),
	       void *arg)
{
	int err;

	err = expect(j, '[');
	if (err || take(j, ']'))
		return err;
	do
		err = each(j, arg);
	while (!err && take(j, ','));
	return err ?: expect(j, ']');
}

int json_object(struct json *j,
		int (*each)(struct json *j, const char *key, void *arg),
		void *arg)
{
	char key[KEY_SIZE];
	int err;

	err = expect(j, '{');
	if (err || take(j, '}'))
		return err;
	do {
		err = json_text(j, key, sizeof(key));
		if (!err)
			err = expect(j, ':');
		if (!err)
			err = each(j, key, arg);
	} while (!err && take(j, ','));
	return err ?: expect(j, '}');
}

int json_key(const struct json *j, const char *key, const char *const *keys,
	     unsigned count, uint32_t *seen)
{
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(key, keys[i]))
			continue;
		if (*seen & 1u << i)
			return json_refuse(j, "\"%s\" is there twice", key);
		*seen |= 1u << i;
		return (int)i;
	}
	return json_refuse(j, "\"%s\" is not known", key);
}

int json_all_seen(const struct json *j, const char *const *keys, unsigned count,
		  uint32_t seen)
{
	for (unsigned i = 0; i < count; i++)
		if (!(seen & 1u << i))
			return json_refuse(j, "\"%s\" is missing", keys[i]);
	return 0;
}

void json_put_text(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		if ((unsigned char)*text < ' ')
			fprintf(out, "\\u%04x", (unsigned)*text);
		else
			putc(*text, out);
	}
	putc('"', out);
}

/* As much as there is, but not much more than @most bytes. */
static char *read_all(FILE *in, size_t most, size_t *len)
{
	char *text = NULL, *more;
	size_t room = 0;

	for (*len = 0; *len == room && room <= most;) {
		room = room ? 2 * room : 4096;
		more = realloc(text, room + 1);
		if (!more) {
			free(text);
			return NULL;
		}
		text = more;
		*len += fread(text + *len, 1, room - *len, in);
	}
	text[*len] = '\0';
	return text;
}

int json_load(char **ret, FILE *in, size_t most, const char *what)
{
	size_t len;
	char *text;
	int err = 0;

	errno = 0;
	text = read_all(in, most, &len);
	if (!text)
		return fail(-ENOMEM, "%s: no memory to read it", what);
	if (ferror(in)) {
		err = errno ? -errno : -EIO;
		err = fail(err, "%s: cannot be read (%s)", what, err_text(err));
	} else if (len > most) {
		err = fail(-EINVAL, "%s: it is longer than %zu bytes", what,
			   most);
	} else if (strlen(text) != len) {
		err = fail(-EINVAL, "%s: it has a NUL byte", what);
	}
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}
