/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.h: what the command and its report share */
#ifndef PKTGEN_REPLAY_H
#define PKTGEN_REPLAY_H

#include "reading.h"
#include "recording.h"
#include "replayer.h"
#include "report.h"
#include "session.h"

struct replay {
	struct settings settings;
	const char *ifname;
	struct recording_wish file;
	struct timing_wish timing;
	double max_gap; /* seconds; 0: any */
	bool max;       /* as fast as it goes */
	unsigned paces; /* how many of --speed, --rate, --max were given */
	uint64_t loops; /* 0: without end */

	struct session session;
	struct recording recording;
	struct replayer *replayer;
	struct reading port; /* as it was read last */
	uint64_t started;    /* ns */
};

/* @arg of the report is the struct replay. */
extern const struct report_style replay_style;

#endif
