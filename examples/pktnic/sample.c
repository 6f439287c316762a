// SPDX-License-Identifier: BSD-2-Clause
/*
 * sample.c: what an interface, its interrupts and their cores have done
 *
 * Facts are asked for anew each time: queues, interrupts and their cores may
 * change while we watch.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "facts.h"
#include "sample.h"
#include "say.h"

static const size_t rx_counts[] = {
	offsetof(struct xskpkt_nic_counts, rx_packets),
	offsetof(struct xskpkt_nic_counts, rx_bytes),
	offsetof(struct xskpkt_nic_counts, rx_drops),
};
static const size_t tx_counts[] = {
	offsetof(struct xskpkt_nic_counts, tx_packets),
	offsetof(struct xskpkt_nic_counts, tx_bytes),
	offsetof(struct xskpkt_nic_counts, tx_drops),
};

static uint64_t *count_in(struct xskpkt_nic_counts *counts, size_t offset)
{
	return (uint64_t *)((char *)counts + offset);
}

static void forget(struct xskpkt_nic_counts *counts, const size_t offsets[3])
{
	for (unsigned i = 0; i < 3; i++)
		*count_in(counts, offsets[i]) = UNKNOWN;
}

/* Queues */

static void fill_lane(struct lane_sample *l, const struct lane *fact,
		      const struct xskpkt_nic_counts *counts)
{
	*l = (struct lane_sample){
		.queue = fact->queue,
		.direction = fact->direction,
		.rx = strstr(fact->direction, "rx"),
		.tx = strstr(fact->direction, "tx"),
		.irq = fact->vector->irq,
		.cpu = fact->vector->cpu,
		.counts = *counts,
		.irqs = UNKNOWN,
		.cpu_busy = UNKNOWN,
		.cpu_all = UNKNOWN,
	};
	if (!l->rx)
		forget(&l->counts, rx_counts);
	if (!l->tx)
		forget(&l->counts, tx_counts);
}

static int count_queues(struct sample *s, const struct facts *f)
{
	unsigned n = xskpkt_nic_queue_count(f->nic);
	struct xskpkt_nic_counts *queues = calloc(n + 1, sizeof(*queues));
	int err;

	if (!queues) {
		say("there is no memory for %u queues", n);
		return -ENOMEM;
	}
	s->whole.size = sizeof(s->whole);
	for (unsigned i = 0; i < n; i++)
		queues[i].size = sizeof(queues[i]);
	err = xskpkt_nic_count(f->nic, &s->whole, queues, n);
	if (err)
		say("%s", xskpkt_errmsg());
	for (unsigned i = 0; !err && i < s->lane_count; i++)
		fill_lane(&s->lanes[i], &f->lanes[i],
			  &queues[f->lanes[i].queue]);
	for (unsigned i = 0; !err && i < n; i++)
		s->source = queues[i].source ?: s->source;
	free(queues);
	return err;
}

/* Their interrupts */

/* The first line names the CPUs: so many counts has each line below. */
static unsigned columns_of(const char *line)
{
	unsigned n = 0;

	while ((line = strstr(line, "CPU"))) {
		line += 3;
		n++;
	}
	return n;
}

static uint64_t sum_up(const char *counts, unsigned columns)
{
	uint64_t sum = 0;
	char *end;

	for (; columns; columns--) {
		uint64_t n = strtoull(counts, &end, 10);

		if (end == counts)
			break;
		sum += n;
		counts = end;
	}
	return sum;
}

static void note_irq(struct sample *s, const char *line, unsigned columns)
{
	char *end;
	long irq = strtol(line, &end, 10);

	if (end == line || *end != ':')
		return;
	for (unsigned i = 0; i < s->lane_count; i++)
		if (s->lanes[i].irq == irq)
			s->lanes[i].irqs = sum_up(end + 1, columns);
}

static void count_irqs(struct sample *s)
{
	FILE *in = fopen("/proc/interrupts", "r");
	unsigned columns = 0;
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return;
	if (getline(&line, &size, in) > 0)
		columns = columns_of(line);
	while (getline(&line, &size, in) > 0)
		note_irq(s, line, columns);
	free(line);
	fclose(in);
}

/* Their cores */

/* "cpu3 user nice system idle iowait irq softirq steal ...", in ticks. What
 * guests had is in user already. */
static void note_core(struct sample *s, const char *line)
{
	unsigned long long t[8] = { 0 }, all = 0;
	int cpu;

	if (sscanf(line, "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu", &cpu,
		   &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) < 5)
		return;
	for (unsigned i = 0; i < 8; i++)
		all += t[i];
	for (unsigned i = 0; i < s->lane_count; i++)
		if (s->lanes[i].cpu == cpu) {
			s->lanes[i].cpu_all = all;
			s->lanes[i].cpu_busy = all - t[3] - t[4];
		}
}

static void count_cores(struct sample *s)
{
	FILE *in = fopen("/proc/stat", "r");
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return;
	while (getline(&line, &size, in) > 0 && !strncmp(line, "cpu", 3))
		if (line[3] != ' ') /* that one is of all */
			note_core(s, line);
	free(line);
	fclose(in);
}

/* All of it */

static struct sample *make(const struct facts *f, const struct sample *first)
{
	const char *reason = xskpkt_nic_unknown(f->nic, XSKPKT_NIC_IRQ);
	struct sample *s;

	s = calloc(1, sizeof(*s) + f->lane_count * sizeof(*s->lanes));
	if (!s) {
		say("there is no memory for %u queues", f->lane_count);
		return NULL;
	}
	s->first = first;
	s->lane_count = f->lane_count;
	snprintf(s->irq_reason, sizeof(s->irq_reason), "%s", reason ?: "");
	if (count_queues(s, f)) {
		free(s);
		return NULL;
	}
	count_irqs(s);
	count_cores(s);
	s->time = (double)now_ns() / 1e9;
	return s;
}

struct sample *sample_take(const char *ifname, const struct sample *first)
{
	struct sample *s;
	struct facts f;

	if (facts_query(&f, ifname, NULL))
		return NULL;
	s = make(&f, first);
	facts_free(&f);
	return s;
}

/* Differences */

/* A counter that has begun anew tells nothing this time. */
static void subtract(uint64_t *now, uint64_t before)
{
	if (*now == UNKNOWN || before == UNKNOWN || *now < before)
		*now = UNKNOWN;
	else
		*now -= before;
}

static void subtract_counts(struct xskpkt_nic_counts *now,
			    struct xskpkt_nic_counts before)
{
	for (unsigned i = 0; i < 3; i++) {
		subtract(count_in(now, rx_counts[i]),
			 *count_in(&before, rx_counts[i]));
		subtract(count_in(now, tx_counts[i]),
			 *count_in(&before, tx_counts[i]));
	}
}

static void forget_lane(struct lane_sample *l)
{
	forget(&l->counts, rx_counts);
	forget(&l->counts, tx_counts);
	l->irqs = l->cpu_busy = l->cpu_all = UNKNOWN;
}

static void subtract_lane(struct lane_sample *now,
			  const struct lane_sample *before)
{
	bool same_irq = now->irq == before->irq;
	bool same_cpu = now->cpu == before->cpu;

	subtract_counts(&now->counts, before->counts);
	subtract(&now->irqs, same_irq ? before->irqs : UNKNOWN);
	subtract(&now->cpu_busy, same_cpu ? before->cpu_busy : UNKNOWN);
	subtract(&now->cpu_all, same_cpu ? before->cpu_all : UNKNOWN);
}

static const struct lane_sample *find(const struct sample *s,
				      const struct lane_sample *lane)
{
	for (unsigned i = 0; i < s->lane_count; i++)
		if (s->lanes[i].queue == lane->queue &&
		    !strcmp(s->lanes[i].direction, lane->direction))
			return &s->lanes[i];
	return NULL;
}

struct sample *sample_since(const struct sample *now,
			    const struct sample *before)
{
	size_t size = sizeof(*now) + now->lane_count * sizeof(*now->lanes);
	struct sample *s = malloc(size);

	if (!s)
		return NULL;
	memcpy(s, now, size);
	if (!before)
		before = now->first ?: now;
	s->time -= before->time;
	subtract_counts(&s->whole, before->whole);
	for (unsigned i = 0; i < s->lane_count; i++) {
		const struct lane_sample *old = find(before, &s->lanes[i]);

		if (old)
			subtract_lane(&s->lanes[i], old);
		else
			forget_lane(&s->lanes[i]);
	}
	return s;
}
