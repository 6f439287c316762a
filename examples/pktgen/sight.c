// SPDX-License-Identifier: BSD-2-Clause
/* sight.c: what one thread of an analyser has seen */
#include <stdlib.h>

#include "mark.h"
#include "packets.h"
#include "pktgen.h"
#include "sight.h"

/* So far ahead the kernel's copies are called into the cache. */
#define AHEAD 8

struct sight {
	bool unmarked_only, one_run;
	uint8_t run;
	uint64_t late_ns;
	uint32_t hint; /* where the last mark was */
	uint64_t packets, bytes, unmarked, unchecked, late, polls;
	uint64_t answers; /* never reset */
	struct tracker *flows;
	struct histogram latency;
};

struct sight *sight_create(const struct analyser_plan *plan)
{
	struct sight *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->unmarked_only = plan->unmarked;
	s->one_run = plan->one_run;
	s->run = plan->run;
	s->late_ns = plan->late ?: UINT64_MAX;
	s->flows = tracker_create(plan->flows);
	if (!s->flows) {
		free(s);
		return NULL;
	}
	return s;
}

void sight_destroy(struct sight *s)
{
	if (!s)
		return;
	tracker_destroy(s->flows);
	free(s);
}

/* As mark_fill() made it, up to @end, where the payload ends? */
static bool intact_up_to(const struct sight *s, const struct xskpkt_pkt *pkts,
			 unsigned n, size_t end)
{
	size_t from = s->hint + MARK_BYTES, at = 0;

	for (unsigned i = 0; i < n && at < end; i++) {
		size_t len = pkts[i].len < end - at ? pkts[i].len : end - at;
		size_t skip = from > at ? from - at : 0;

		if (skip < len && !mark_intact(pkts[i].data + skip, len - skip,
					       (uint32_t)(at + skip - s->hint)))
			return false;
		at += pkts[i].len;
	}
	return true;
}

/* Behind the payload there may be padding, which is worth a second look. */
static bool intact(const struct sight *s, const struct xskpkt_pkt *pkts,
		   unsigned n)
{
	struct mark_place place;

	if (intact_up_to(s, pkts, n, SIZE_MAX))
		return true;
	return mark_find(&place, pkts->data, pkts->len) &&
	       place.offset == s->hint && intact_up_to(s, pkts, n, place.end);
}

static void add_latency(struct sight *s, uint64_t time, uint64_t now)
{
	uint64_t age = mark_age(time, now);

	/* Beyond that it is the time of another machine's clock. */
	if (age >> HISTOGRAM_TOP == 0)
		histogram_add(&s->latency, age);
	s->late += age > s->late_ns;
}

static void look_at(struct sight *s, const struct xskpkt_pkt *pkts, unsigned n,
		    uint64_t now, bool whole)
{
	struct mark mark;

	switch (mark_seek(&mark, pkts->data, pkts->len, &s->hint)) {
	case MARK_NONE:
		s->unmarked++;
		return;
	case MARK_DAMAGED:
		tracker_add_corrupt(s->flows);
		return;
	case MARK_GOOD:
		break;
	}
	if (s->one_run && mark_run(mark.flow) != s->run) {
		s->unmarked++;
		return;
	}
	if (whole && !intact(s, pkts, n)) {
		tracker_add_corrupt(s->flows);
		return;
	}
	s->unchecked += !whole;
	s->answers++;
	tracker_add(s->flows, mark.flow, mark.sequence);
	add_latency(s, mark.time, now);
}

void sight_add(struct sight *s, const struct xskpkt_pkt *pkts, unsigned n,
	       uint64_t now)
{
	unsigned packets = packets_in(pkts, n), entries;
	/* More are waiting: to fetch all payloads would lose some of them. */
	bool pressed = n == BURST;

	s->polls++;
	s->packets += packets;
	s->bytes += bytes_in(pkts, n);
	if (s->unmarked_only) {
		s->unmarked += packets;
		return;
	}
	for (unsigned i = 0; i < n; i += entries) {
		if (i + AHEAD < n)
			__builtin_prefetch(pkts[i + AHEAD].data + s->hint);
		entries = xskpkt_pkt_entries(pkts + i, n - i);
		look_at(s, pkts + i, entries, now, !pressed || !i);
	}
}

uint64_t sight_answers(const struct sight *s)
{
	return s->answers;
}

void sight_read(const struct sight *s, struct analysis *sum)
{
	struct tracker_counts flows;
	const uint64_t *from = &flows.received;
	uint64_t *to = &sum->flows.received;

	sum->packets += s->packets;
	sum->bytes += s->bytes;
	sum->unmarked += s->unmarked;
	sum->unchecked += s->unchecked;
	sum->late += s->late;
	sum->polls += s->polls;
	histogram_merge(&sum->latency, &s->latency);
	tracker_read(s->flows, &flows);
	for (size_t i = 0; i < sizeof(flows) / sizeof(*from); i++)
		to[i] += from[i];
}

void sight_reset(struct sight *s)
{
	s->packets = s->bytes = s->unmarked = 0;
	s->unchecked = s->late = s->polls = 0;
	tracker_reset(s->flows);
	histogram_reset(&s->latency);
}

const struct tracker *sight_flows(const struct sight *s)
{
	return s->flows;
}
