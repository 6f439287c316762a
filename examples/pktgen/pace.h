/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pace.h: how many packets are due now, and how long until the next.
 *
 *	n = pace_due(&p, now);
 *	if (!n)
 *		sleep or spin for pace_wait(&p, now);
 *	... send up to n packets ...
 *	pace_spend(&p, packets, bytes);
 *
 * What is due is reckoned from the start, so no error adds up. Packets become
 * due one by one, or in the few that are due within 20 us. A call that comes
 * late has at once what it missed within 4 ms, and 512 packets at most. After
 * a longer stall the rest comes at one and a half of the rate; what is more
 * than 100 ms behind is given up, and counted.
 *
 * The clock is the caller's: CLOCK_MONOTONIC in ns. One that goes back is
 * taken to stand still.
 *
 * Threads: one pace per worker.
 */
#ifndef PKTGEN_PACE_H
#define PKTGEN_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	bool bits;         /* a unit is a bit, else a packet */
	double per_ns;     /* units due per ns; 0: no limit */
	double per_packet; /* packets in a unit, on average */
	double quantum;    /* least units that are worth a burst */
	double depth;      /* most units due at once */
	double debt;       /* most units it may be behind */

	uint64_t start, last; /* ns */
	double spent;         /* units, since the start */
	double given_up;      /* likewise */
	double credit;        /* units due now; below 0: they were overdrawn */
};

/* The whole rate, of all workers. Both 0: as fast as it goes. */
struct pace_rate {
	double pps; /* packets per second; 0: see bps */
	double bps; /* bits per second of frames without FCS */
};

/*
 * "1M", "2.5kpps", "10Gbit/s", "64kbit", "max"; a number alone is packets per
 * second. NULL, or what is wrong; @ret is touched only if all is well.
 */
const char *pace_rate_parse(struct pace_rate *ret, const char *text);

/*
 * The pace of worker @part out of @parts, which have the rate in equal parts
 * and take turns. @mean is the average length of a packet in bytes. The first
 * packet of part 0 is due at @now.
 */
void pace_start(struct pace *p, const struct pace_rate *rate, double mean,
		unsigned part, unsigned parts, uint64_t now);

/* Packets that may be sent now; UINT_MAX without a limit. */
unsigned pace_due(struct pace *p, uint64_t now);

/* They were sent. More than were due, or larger ones: the next are later. */
void pace_spend(struct pace *p, unsigned packets, uint64_t bytes);

/* ns from @now until pace_due() has something; 0: it has now. */
uint64_t pace_wait(const struct pace *p, uint64_t now);

/* Packets that were given up, since the start. */
uint64_t pace_given_up(const struct pace *p);

#endif
