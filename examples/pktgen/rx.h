/* SPDX-License-Identifier: BSD-2-Clause */
/* rx.h: pktgen rx, as its report sees it */
#ifndef PKTGEN_RX_H
#define PKTGEN_RX_H

#include "analyser.h"
#include "reading.h"
#include "report.h"
#include "session.h"

struct rx {
	struct settings settings;
	bool unmarked;      /* --no-mark */
	uint32_t flows;     /* --flows: that are told apart */
	uint32_t flows_top; /* --flows-top: the worst, in the summary */
	const char *ifname;

	struct session session;
	struct analyser *analyser;
	uint64_t started; /* ns */
	bool stopped;     /* no thread receives any more */
	struct reading last;
};

extern const struct report_style rx_style; /* its arg: struct rx */

#endif
