/* SPDX-License-Identifier: BSD-2-Clause */
/* openmetrics.h: what pages in the format of OpenMetrics 1.0 have in common */
#ifndef COMMON_OPENMETRICS_H
#define COMMON_OPENMETRICS_H

#include <stdio.h>

/* The two lines before the numbers of one name. @help has no full stop. */
static inline void print_family(FILE *out, const char *program,
				const char *name, const char *type,
				const char *help)
{
	fprintf(out, "# TYPE %s_%s %s\n# HELP %s_%s %s.\n", program, name, type,
		program, name, help);
}

#endif
