/* SPDX-License-Identifier: BSD-2-Clause */
/* ping.h: pktgen ping, as its report sees it */
#ifndef PKTGEN_PING_H
#define PKTGEN_PING_H

#include "analyser.h"
#include "pattern.h"
#include "pinger.h"
#include "reading.h"
#include "report.h"
#include "session.h"

struct ping {
	struct settings settings;
	struct pattern pattern;
	struct pace_rate rate;
	double timeout; /* seconds */
	const char *ifname;

	struct session session;
	struct pinger *pinger;
	struct analyser *analyser;
	uint64_t started; /* ns */
	struct reading last;
};

extern const struct report_style ping_style; /* its arg: struct ping */

#endif
