// SPDX-License-Identifier: BSD-2-Clause
/* reading.c: the numbers of a port and its queues at one moment */
#include "port_text.h"
#include "reading.h"

void reading_take(struct reading *ret, struct xskpkt_port *port)
{
	unsigned n = port ? xskpkt_port_queues(port) : 0;

	ret->state = port ? state_name(port) : "up";
	ret->count = n < QUEUES_MAX ? n : QUEUES_MAX;
	for (unsigned i = 0; i < ret->count; i++) {
		struct xskpkt_queue *q = xskpkt_port_queue(port, i);
		struct xskpkt_stats s = { .size = sizeof(s) };

		ret->queues[i].id = xskpkt_queue_id(q);
		ret->queues[i].mode = xskpkt_queue_mode(q);
		if (!xskpkt_queue_stats(q, &s))
			ret->queues[i].stats = s;
	}
}

/* All fields behind the size are 64-bit numbers. */
static void add(struct xskpkt_stats *to, const struct xskpkt_stats *s,
		uint64_t factor)
{
	const uint64_t *from = &s->rx_packets;
	uint64_t *sum = &to->rx_packets;

	while ((const char *)from < (const char *)(s + 1))
		*sum++ += factor * *from++;
}

void reading_subtract(struct reading *now, const struct reading *before)
{
	for (unsigned i = 0; i < now->count && i < before->count; i++)
		add(&now->queues[i].stats, &before->queues[i].stats,
		    UINT64_MAX);
}

void reading_sum(struct xskpkt_stats *ret, const struct reading *r)
{
	*ret = (struct xskpkt_stats){ .size = sizeof(*ret) };
	for (unsigned i = 0; i < r->count; i++)
		add(ret, &r->queues[i].stats, 1);
}

uint64_t stats_lost(const struct xskpkt_stats *s)
{
	uint64_t sum = 0;

	for (enum loss l = 0; l < LOSSES; l++)
		sum += loss_count(s, l);
	return sum;
}
