// SPDX-License-Identifier: BSD-2-Clause
/* kernel_tables.c: a pattern, written down for the XDP program of a lane */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_tables.h"
#include "mark.h"
#include "packet.h"
#include "pattern.h"
#include "say.h"

_Static_assert(KERNEL_SIZES >= PATTERN_CYCLE, "a size for each of a pattern");
_Static_assert(KERNEL_HEADERS >= 14 + 4 * PATTERN_VLANS + 40 + 20,
	       "room for the longest headers: VLANs, IPv6, TCP");

/* What a pattern's tables are made with. */
struct draft {
	const struct pattern *pattern;
	struct packet_layout from;
	struct kernel_layout at;
	unsigned smallest;
	uint8_t base[PATTERN_SIZE_MAX];   /* flow 0, of the smallest size */
	uint8_t packet[PATTERN_SIZE_MAX]; /* of any */
};

static uint16_t read16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void lay_out(struct draft *d)
{
	const struct pattern *p = d->pattern;
	struct packet_layout *from = &d->from;

	packet_layout(from, p);
	d->at = (struct kernel_layout){
		.headers = pattern_headers(p),
		.ip_sum = from->ip_check,
		.l4_sum = from->l4_check,
		.udp = p->protocol == PATTERN_UDP,
	};
	if (from->l4)
		d->at.ip_length = from->l3 + (p->family == 6 ? 4 : 2);
	if (d->at.udp)
		d->at.l4_length = from->l4 + 4;
}

/* How much more the sum at @at is in this packet than in the base. */
static uint16_t more(const struct draft *d, uint32_t at)
{
	uint16_t here = ~read16(d->packet + at), base = read16(d->base + at);

	return at ? mark_fold((uint64_t)here + base) : 0;
}

static struct kernel_size size_of(struct draft *d, unsigned bytes)
{
	packet_build(d->packet, d->pattern, 0, bytes);
	return (struct kernel_size){
		.bytes = (uint16_t)bytes,
		.ip_length = read16(d->packet + d->at.ip_length),
		.l4_length = read16(d->packet + d->at.l4_length),
		.ip_sum = more(d, d->at.ip_sum),
		.l4_sum = more(d, d->at.l4_sum),
	};
}

static void fill_sizes(struct kernel_tables *t, struct draft *d)
{
	for (unsigned i = 0; i < t->plan.sizes; i++)
		t->sizes[i] = size_of(d, d->pattern->sizes[i]);
}

/* As maker.h says: which flows are a worker's, and under which number. */
static void fill_flows(struct kernel_tables *t, struct draft *d,
		       unsigned worker, unsigned workers, uint8_t run)
{
	for (uint32_t i = 0; i < t->plan.flows; i++) {
		uint32_t number = worker + i * workers;

		packet_build(d->packet, d->pattern, number % d->pattern->flows,
			     d->smallest);
		memcpy(t->flows[i].headers, d->packet, d->at.headers);
		t->flows[i].id = mark_flow(run, number);
	}
}

static uint32_t flows_of(const struct pattern *p, unsigned worker,
			 unsigned workers)
{
	if (worker >= p->flows)
		return 1;
	return (p->flows - worker + workers - 1) / workers;
}

static int make_room(struct kernel_tables *t)
{
	t->flows = calloc(t->plan.flows, sizeof(*t->flows));
	t->sizes = calloc(t->plan.sizes, sizeof(*t->sizes));
	t->packet = malloc(t->plan.largest);
	return t->flows && t->sizes && t->packet ? 0 : -ENOMEM;
}

static unsigned smallest(const struct pattern *p)
{
	unsigned bytes = p->sizes[0];

	for (unsigned i = 1; i < p->size_count; i++)
		if (p->sizes[i] < bytes)
			bytes = p->sizes[i];
	return bytes;
}

int kernel_tables_make(struct kernel_tables *ret, const struct pattern *pattern,
		       unsigned worker, unsigned workers, uint8_t run)
{
	struct kernel_tables t = {
		.seed = turns_seed(pattern->seed, worker),
	};
	struct draft *d = calloc(1, sizeof(*d));

	t.plan.flows = flows_of(pattern, worker, workers);
	t.plan.sizes = pattern->size_count;
	t.plan.largest = pattern_largest(pattern);
	t.plan.marked = !pattern->unmarked;
	t.plan.random = pattern->random;
	if (!d || make_room(&t)) {
		free(d);
		kernel_tables_free(&t);
		say("there is no memory for %u flows", t.plan.flows);
		return -ENOMEM;
	}
	d->pattern = pattern;
	d->smallest = smallest(pattern);
	lay_out(d);
	t.plan.at = d->at;
	packet_build(d->base, pattern, 0, d->smallest);
	fill_sizes(&t, d);
	fill_flows(&t, d, worker, workers, run);
	packet_build(t.packet, pattern, 0, t.plan.largest);
	free(d);
	*ret = t;
	return 0;
}

void kernel_tables_free(struct kernel_tables *t)
{
	free(t->flows);
	free(t->sizes);
	free(t->packet);
}
