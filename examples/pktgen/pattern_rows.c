// SPDX-License-Identifier: BSD-2-Clause
/* pattern_rows.c: the options of a pattern, on a command line */
#include "pattern_rows.h"
#include "say.h"

#define ROWS_MAX 32

static int take(void *to, const char *name, const char *text)
{
	const char *why = pattern_set(to, name, text);

	if (!why)
		return GO_ON;
	return say_usage("--%s%s%s: %s", name, *text ? " " : "", text, why);
}

const struct option_row *pattern_rows(void)
{
	static struct option_row rows[ROWS_MAX + 1];

	for (unsigned i = 0; i < ROWS_MAX && pattern_options[i].name; i++)
		rows[i] = (struct option_row){
			.name = pattern_options[i].name,
			.kind = pattern_options[i].has_value ? OPTION_OWN
							     : OPTION_BARE,
			.take = take,
		};
	return rows;
}

int pattern_settle(struct pattern *p)
{
	const char *why = pattern_check(p);

	return why ? say_usage("%s", why) : GO_ON;
}
