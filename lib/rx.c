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

/* Is there room for a batch? In most calls there is not, and that is all. */
static inline bool refill_due(struct xskpkt_queue *q)
{
	return ring_room(&q->socket.fill, q->fill_batch) == q->fill_batch;
}

static void refill(struct xskpkt_queue *q)
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
	} while (refill_due(q));
	count_add(&q->cache.filled, total);
	ring_publish(fill);
	if (unlikely(ring_needs_wakeup(fill)))
		wake_rx(q);
}

void queue_refill(struct xskpkt_queue *q)
{
	if (refill_due(q))
		refill(q);
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
	if (refill_due(q))
		refill(q);       /* cache   -> fill ring */
	n = ring_ready(rx, max); /* RX ring -> burst     */
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

void xskpkt_queue_drop(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
		       unsigned n)
{
	uint32_t left = n, span, good;

	count_add(&q->count.dropped, n);
	while (left) {
		span = min_u32(left, BLOCK_FRAMES);
		good = frames_release(q->frames, pkts, span,
				      cache_space(&q->cache));
		cache_put(&q->cache, good);
		left -= good;
		pkts += good;
		if (unlikely(good < span)) {
			odd_release(q, pkts++);
			left--;
		}
	}
}

unsigned xskpkt_queue_drop_packet(struct xskpkt_queue *q,
				  const struct xskpkt_pkt *pkts, unsigned n)
{
	unsigned entries = xskpkt_pkt_entries(pkts, n);

	xskpkt_queue_drop(q, pkts, entries);
	return entries;
}
