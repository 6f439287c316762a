/* SPDX-License-Identifier: BSD-2-Clause */
/* pattern_rows.h: the options of a pattern, on a command line */
#ifndef PKTGEN_PATTERN_ROWS_H
#define PKTGEN_PATTERN_ROWS_H

#include "arguments.h"
#include "pattern.h"

/* For arguments_parse(); they fill a struct pattern. */
const struct option_row *pattern_rows(void);

/* When all are taken: pattern_check(). GO_ON, or EXIT_USAGE after it was said
 * what does not fit together. */
int pattern_settle(struct pattern *p);

#endif
