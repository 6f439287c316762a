/* SPDX-License-Identifier: BSD-2-Clause */
/* wish.h: the options that say which plan is wanted, and the plan */
#ifndef PKTNIC_WISH_H
#define PKTNIC_WISH_H

#include <stdbool.h>

#include <xskpkt/xskpkt.h>

#include "arguments.h"

#define WISH_ROWS_MAX 256

struct wish {
	const char *plan; /* "none", a file's name; NULL or "auto": made */
	uint32_t run;     /* enum xskpkt_run */
	uint32_t queues;  /* 0: all */
	bool siblings;
	struct xskpkt_plan_row rows[WISH_ROWS_MAX]; /* that are overridden */
	unsigned row_count;
};

extern const struct option_row wish_options[];

/* Do the options agree with each other? GO_ON, or an exit code. */
int wish_check(const struct wish *w);
bool wish_none(const struct wish *w);

/* 0, or -errno after it was said why. */
int wish_plan(struct xskpkt_plan **ret, const struct wish *w,
	      const struct xskpkt_nic *nic);

/* What a file has; "-" is stdin. 0, or -errno after it was said why. */
int wish_load(struct xskpkt_plan **ret, const char *path);

#endif
