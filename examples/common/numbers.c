// SPDX-License-Identifier: BSD-2-Clause
/* numbers.c: numbers, times and lists as people write them */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

/* strtoull() would take "-1" and " 1". */
static bool digits(uint64_t *ret, const char *text, char **end)
{
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, end, 10);
	return !errno;
}

static uint64_t factor_of(const char *suffix)
{
	if (!*suffix)
		return 1;
	if (suffix[1])
		return 0;
	switch (*suffix) {
	case 'k':
	case 'K':
		return 1000;
	case 'M':
		return 1000000;
	case 'G':
		return 1000000000;
	}
	return 0;
}

bool number_parse(uint64_t *ret, const char *text, uint64_t min, uint64_t max)
{
	uint64_t value, factor;
	char *end;

	if (!digits(&value, text, &end))
		return false;
	factor = factor_of(end);
	if (!factor || __builtin_mul_overflow(value, factor, &value))
		return false;
	if (value < min || value > max)
		return false;
	*ret = value;
	return true;
}

bool seconds_parse(double *ret, const char *text, double min, double max)
{
	double value;
	char *end;

	/* strtod() knows hexadecimal, "inf" and "nan" as well. */
	if (!*text || strspn(text, "0123456789.") != strlen(text))
		return false;
	value = strtod(text, &end);
	if (*end || !isfinite(value) || value < min || value > max)
		return false;
	*ret = value;
	return true;
}

static bool contains(const uint32_t *list, unsigned n, uint32_t value)
{
	while (n--)
		if (list[n] == value)
			return true;
	return false;
}

/* "3" or "3-5" at *text, which moves on behind it. */
static bool range_parse(uint64_t *from, uint64_t *to, const char **text)
{
	char *end;

	if (!digits(from, *text, &end))
		return false;
	*to = *from;
	if (*end == '-' && !digits(to, end + 1, &end))
		return false;
	*text = end;
	return *from <= *to;
}

unsigned list_parse(uint32_t *ret, unsigned max, const char *text,
		    uint32_t limit)
{
	uint64_t from, to;
	unsigned n = 0;

	do {
		if (!range_parse(&from, &to, &text) || to > limit)
			return 0;
		for (; from <= to; from++) {
			if (n == max || contains(ret, n, (uint32_t)from))
				return 0;
			ret[n++] = (uint32_t)from;
		}
	} while (*text == ',' && *++text);
	return *text || text[-1] == ',' ? 0 : n;
}
