// SPDX-License-Identifier: BSD-2-Clause
/* watch_rates.c: what samples say, and what they do not say, and why */
#include "watch.h"

double watch_rate(uint64_t n, const struct sample *step)
{
	if (n == UNKNOWN)
		return -1;
	return step->time > 0 ? (double)n / step->time : 0;
}

/* What is not this lane's, or is unknown, adds nothing. */
static uint64_t known(uint64_t n)
{
	return n == UNKNOWN ? 0 : n;
}

double watch_per_irq(const struct lane_sample *l)
{
	uint64_t rx = l->counts.rx_packets, tx = l->counts.tx_packets;

	if ((rx == UNKNOWN && tx == UNKNOWN) || l->irqs == UNKNOWN || !l->irqs)
		return -1;
	return (double)(known(rx) + known(tx)) / (double)l->irqs;
}

double watch_load(const struct lane_sample *l)
{
	if (l->cpu_busy == UNKNOWN || l->cpu_all == UNKNOWN || !l->cpu_all)
		return -1;
	return 100 * (double)l->cpu_busy / (double)l->cpu_all;
}

const char *watch_source(const struct sample *step)
{
	switch (step->source) {
	case XSKPKT_NIC_COUNTS_NETLINK:
		return "netlink";
	case XSKPKT_NIC_COUNTS_ETHTOOL:
		return "ethtool";
	default:
		return "";
	}
}

/* Is there a queue of this direction whose packets nobody counts? */
static bool uncounted(const struct sample *s, bool tx)
{
	for (unsigned i = 0; i < s->lane_count; i++) {
		const struct lane_sample *l = &s->lanes[i];

		if (tx ? l->tx && l->counts.tx_packets == UNKNOWN
		       : l->rx && l->counts.rx_packets == UNKNOWN)
			return true;
	}
	return false;
}

static const char *why_uncounted(const struct sample *s)
{
	if (s->source == XSKPKT_NIC_COUNTS_NONE)
		return "neither the kernel (netdev netlink) nor the driver "
		       "(ethtool -S) counts packets per queue";
	return "its counters were not there all the time, or it does not count "
	       "this direction per queue";
}

void watch_gaps(struct watch_gap ret[WATCH_GAPS], const struct sample *s)
{
	unsigned n = 0;

	if (uncounted(s, false))
		ret[n++] = (struct watch_gap){ "RX packets of queues", "rx",
					       why_uncounted(s) };
	if (uncounted(s, true))
		ret[n++] = (struct watch_gap){ "TX packets of queues", "tx",
					       why_uncounted(s) };
	if (*s->irq_reason)
		ret[n++] = (struct watch_gap){ "interrupts, their cores", "irq",
					       s->irq_reason };
	ret[n] = (struct watch_gap){ 0 };
}
