// SPDX-License-Identifier: BSD-2-Clause
/* rate.c: large numbers for the eye */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rate.h"

/* Three digits that count, however large: 9.99, 99.9, 999. */
static int decimals(double value)
{
	if (value < 9.995)
		return 2;
	return value < 99.95 ? 1 : 0;
}

struct rate_text rate_format(double value, const char *unit)
{
	static const char letters[] = " kMGTPE";
	const char *gap = *unit ? " " : "";
	struct rate_text text;
	unsigned power = 0;

	while (value >= 999.5 && power < sizeof(letters) - 2) {
		value /= 1000;
		power++;
	}
	if (!power)
		snprintf(text.s, sizeof(text.s), "%.0f%s%s", value, gap, unit);
	else
		snprintf(text.s, sizeof(text.s), "%.*f%s%c%s", decimals(value),
			 value, gap, letters[power], unit);
	return text;
}

struct rate_text time_format(double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	struct rate_text text;
	unsigned unit = 0;

	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	snprintf(text.s, sizeof(text.s), "%.*f %s", unit ? decimals(ns) : 0, ns,
		 units[unit]);
	return text;
}

struct rate_text count_format(uint64_t value)
{
	char plain[24];
	struct rate_text text;
	size_t len, out = 0;

	snprintf(plain, sizeof(plain), "%" PRIu64, value);
	len = strlen(plain);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			text.s[out++] = ',';
		text.s[out++] = plain[i];
	}
	text.s[out] = '\0';
	return text;
}
