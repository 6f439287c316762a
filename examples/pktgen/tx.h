/* SPDX-License-Identifier: BSD-2-Clause */
/* tx.h: pktgen tx, as its report sees it */
#ifndef PKTGEN_TX_H
#define PKTGEN_TX_H

#include "engine.h"
#include "pattern.h"
#include "reading.h"
#include "report.h"
#include "session.h"

struct tx {
	struct settings settings;
	struct pattern pattern;
	struct pace_rate rate;
	const struct engine *engine;
	const char *ifname;

	struct session session;
	void *running;    /* of the engine */
	uint64_t started; /* ns */
	uint64_t ended;   /* ns; 0: not yet */
	struct reading last;
};

extern const struct report_style tx_style; /* its arg: struct tx */

#endif
