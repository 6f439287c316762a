/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.h: what the command and its report share */
#ifndef PKTGEN_CAPTURE_H
#define PKTGEN_CAPTURE_H

#include "collector.h"
#include "output.h"
#include "reading.h"
#include "report.h"
#include "session.h"
#include "writer.h"

struct capture {
	struct settings settings;
	const char *ifname;
	struct output file;
	uint32_t snaplen;
	uint64_t size;   /* bytes of the file at most; 0: any */
	uint64_t buffer; /* bytes */

	struct session session;
	struct collector *collector;
	struct writer *writer;
	struct reading port;  /* as it was read last */
	uint64_t started;     /* ns */
	uint64_t time_of_day; /* ns since 1970, when it started */
};

/* All its numbers, at one moment. */
struct capture_counts {
	double time; /* seconds since the start; of a step: how long it was */
	struct collector_counts got;
	struct writer_counts written;
	struct reading port;
};

void capture_count(struct capture *c, struct capture_counts *ret);

/* Of those that the kernel could not give us. */
uint64_t capture_lost_by_kernel(const struct capture_counts *s);

/* @arg of the report is the struct capture. */
extern const struct report_style capture_style;

#endif
