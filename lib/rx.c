// SPDX-License-Identifier: BSD-2-Clause
/* rx.c: from the NIC: fill ring -> kernel -> RX ring -> burst */
#include "queue.h"
#include "sys.h"

/* Nothing free: perhaps the kernel has sent some of our frames by now. */
static cold uint32_t scrape_together(struct xskpkt_queue *q, uint32_t want)
{
	uint32_t have;

	queue_reap(q);
	have = cache_stock(&q->cache, want);
	if (have < want)
		count_add(&q->count.no_frames, 1);
	return have;
}

static uint32_t stock(struct xskpkt_queue *q, uint32_t want)
{
	uint32_t have = cache_stock(&q->cache, want);

	return likely(have == want) ? have : scrape_together(q, want);
}

/* The kernel ran out of frames while we were away: tell it there are some. */
static cold void wake_rx(struct xskpkt_queue *q)
{
	int err = sys_kick_rx(q->socket.fd);

	count_add(&q->count.rx_wakeups, 1);
	if (err < 0)
		queue_device_error(q, err);
}

static inline void fill_show(struct xskpkt_queue *q)
{
	ring_publish(&q->socket.fill);
	if (unlikely(ring_needs_wakeup(&q->socket.fill)))
		wake_rx(q);
}

/*
 * Is there room for a batch, and for @spare frames besides? In most calls
 * there is not, and that is all.
 */
static inline bool refill_due(struct xskpkt_queue *q, uint32_t spare)
{
	struct ring *fill = &q->socket.fill;
	uint32_t room = q->fill_batch + min_u32(spare, fill->size);

	/* Rings may be as small as one slot. */
	room = min_u32(room, (fill->size + 1) / 2);
	return ring_room(fill, room) == room;
}

static void refill(struct xskpkt_queue *q, uint32_t spare)
{
	struct ring *fill = &q->socket.fill;
	uint32_t total = 0, n;

	do {
		n = ring_span(fill, stock(q, q->fill_batch));
		if (unlikely(!n))
			break;
		frames_fill(q->frames, q->cache.owner, cache_take(&q->cache, n),
			    n, ring_addresses(fill));
		fill->next += n;
		total += n;
	} while (refill_due(q, spare));
	count_add(&q->cache.filled, total);
	fill_show(q);
}

void queue_refill(struct xskpkt_queue *q)
{
	if (refill_due(q, 0))
		refill(q, 0);
}

/*
 * How many of @n entries make whole packets? A packet that has more entries
 * than the burst or the ring has places is handed out in parts.
 */
static uint32_t whole_packets(const struct ring *rx, uint32_t n, uint32_t max)
{
	const struct xdp_desc *descs = rx->slots;
	uint32_t whole = n;

	while (whole && descs[(rx->next + whole - 1) & (rx->size - 1)].options &
				XSKPKT_PKT_MORE)
		whole--;
	return whole || n < min_u32(max, rx->size) ? whole : n;
}

/* Up to @n entries that lie in one piece. Stops at what the kernel made up. */
static inline uint32_t take(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			    uint32_t n, uint64_t *bytes)
{
	struct ring *rx = &q->socket.rx;

	n = frames_receive(q->frames, q->cache.owner, ring_descs(rx),
			   ring_span(rx, n), pkts, bytes);
	rx->next += n;
	return n;
}

/* The ring wraps here, or the next entry is not a frame that was filled. */
static cold uint32_t take_rest(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			       uint32_t n, uint64_t *bytes)
{
	uint32_t end = q->socket.rx.next + n, done = 0, part;

	while (q->socket.rx.next != end) {
		part = take(q, pkts + done, end - q->socket.rx.next, bytes);
		done += part;
		if (!part) {
			q->socket.rx.next++;
			count_add(&q->cache.bad_receives, 1);
		}
	}
	return done;
}

static uint32_t continued(const struct xskpkt_pkt *pkts, uint32_t n)
{
	uint32_t more = 0;

	for (uint32_t i = 0; i < n; i++)
		more += pkts[i].flags & XSKPKT_PKT_MORE;
	return more;
}

/*
 * A driver that finds the fill ring empty says so after it has looked: perhaps
 * after our last refill, when it will not look again by itself.
 */
static unsigned nothing_came(struct xskpkt_queue *q)
{
	if (unlikely(ring_needs_wakeup(&q->socket.fill)))
		wake_rx(q);
	return 0;
}

/* No interrupt will bring any: have the driver look, then look again. */
static uint32_t poll_driver(struct xskpkt_queue *q, uint32_t max)
{
	wake_rx(q);
	return ring_ready(&q->socket.rx, max);
}

unsigned xskpkt_queue_rx(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			 unsigned max)
{
	struct ring *rx = &q->socket.rx;
	uint32_t n, done, more = 0;
	uint64_t bytes = 0;

	if (unlikely(q->tx_pending)) {
		queue_reap(q); /* it may lack room for completions */
		queue_kick(q);
	}
	/* What this burst uses up, drop may give back: leave it room. */
	if (refill_due(q, max))
		refill(q, max);  /* cache   -> fill ring */
	n = ring_ready(rx, max); /* RX ring -> burst     */
	if (!n && unlikely(q->socket.busy_poll))
		n = poll_driver(q, max);
	if (unlikely(q->max_entries > 1))
		n = whole_packets(rx, n, max);
	if (!n)
		return nothing_came(q);
	done = take(q, pkts, n, &bytes);
	if (unlikely(done < n))
		done += take_rest(q, pkts + done, n - done, &bytes);
	ring_release(rx);

	if (unlikely(q->max_entries > 1))
		more = continued(pkts, done);
	count_add(&q->cache.filled, -done);
	count_add(&q->count.rx_packets, done - more);
	count_add(&q->count.rx_bytes, bytes);
	return done;
}

unsigned xskpkt_queue_alloc(struct xskpkt_queue *q, struct xskpkt_pkt *pkts,
			    unsigned n)
{
	uint32_t done = 0, part, have;

	while (done < n) {
		part = min_u32(n - done, CACHE_STOCK_MAX);
		have = stock(q, part);
		frames_hold(q->frames, cache_take(&q->cache, have), have,
			    pkts + done);
		done += have;
		if (have < part)
			break;
	}
	return done;
}

/* Not ours to free, and why. */
static cold void odd_release(struct xskpkt_queue *q,
			     const struct xskpkt_pkt *pkt)
{
	const struct frames *f = q->frames;
	uint64_t address = (uintptr_t)pkt->data - (uintptr_t)f->base;

	if (frame_number(f, address) >= f->count)
		count_add(&q->cache.foreign, 1);
	else
		count_add(&q->cache.double_free, 1);
}

/* Up to @n into the cache; returns how many were taken on, odd ones too. */
static inline uint32_t drop_some(struct xskpkt_queue *q,
				 const struct xskpkt_pkt *pkts, uint32_t n)
{
	uint32_t good;

	n = min_u32(n, BLOCK_FRAMES);
	good = frames_release(q->frames, pkts, n, cache_space(&q->cache));
	cache_put(&q->cache, good);
	if (likely(good == n))
		return n;
	odd_release(q, &pkts[good]);
	return good + 1;
}

/* The same straight into the fill ring, which has room for @n. */
static inline uint32_t refill_some(struct xskpkt_queue *q,
				   const struct xskpkt_pkt *pkts, uint32_t n)
{
	struct ring *fill = &q->socket.fill;
	uint32_t good;

	n = ring_span(fill, n);
	good = frames_refill(q->frames, q->cache.owner, pkts, n,
			     ring_addresses(fill));
	fill->next += good;
	if (likely(good == n))
		return n;
	odd_release(q, &pkts[good]);
	return good + 1;
}

/*
 * A queue that receives gets its next empty frames here, as a rule: the kernel
 * has just used as many. That saves them the way through the cache.
 */
static inline bool refills(struct xskpkt_queue *q, uint32_t n)
{
	return q->socket.rx.size && ring_room(&q->socket.fill, n) == n;
}

void xskpkt_queue_drop(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
		       unsigned n)
{
	struct ring *fill = &q->socket.fill;
	uint32_t from = fill->next, done = 0;

	if (unlikely(!n))
		return;
	count_add(&q->count.dropped, n);
	if (unlikely(!refills(q, n))) {
		do
			done += drop_some(q, pkts + done, n - done);
		while (done < n);
		return;
	}
	do
		done += refill_some(q, pkts + done, n - done);
	while (unlikely(done < n));
	count_add(&q->cache.filled, fill->next - from);
	fill_show(q);
}

unsigned xskpkt_queue_drop_packet(struct xskpkt_queue *q,
				  const struct xskpkt_pkt *pkts, unsigned n)
{
	unsigned entries = xskpkt_pkt_entries(pkts, n);

	xskpkt_queue_drop(q, pkts, entries);
	return entries;
}
