// SPDX-License-Identifier: BSD-2-Clause
/* tx.c: to the NIC: burst -> TX ring -> kernel -> completion ring -> cache */
#include <errno.h>

#include "queue.h"
#include "sys.h"

/* The @n completions that are ready, or fewer: those that lie in one piece. */
static inline uint32_t reap(struct xskpkt_queue *q, uint32_t n)
{
	struct ring *comp = &q->socket.comp;
	uint32_t good;

	n = ring_span(comp, min_u32(n, BLOCK_FRAMES));
	good = frames_complete(q->frames, q->cache.owner, ring_addresses(comp),
			       n, cache_space(&q->cache));
	cache_put(&q->cache, good);
	comp->next += good;
	if (unlikely(good < n)) {
		/* Not being sent: a duplicate, or an invention. */
		comp->next++;
		count_add(&q->cache.bad_completions, 1);
	}
	return good;
}

void queue_reap(struct xskpkt_queue *q)
{
	struct ring *comp = &q->socket.comp;
	uint32_t ready = ring_ready(comp, comp->size), done = 0;
	uint32_t end = comp->next + ready;

	if (!ready)
		return;
	do
		done += reap(q, end - comp->next);
	while (comp->next != end);
	ring_release(comp);
	count_add(&q->cache.sending, -done);
	count_add(&q->count.tx_completed, done);
}

/* One system call. Is there reason to make another at once? */
static bool kick_once(struct xskpkt_queue *q)
{
	struct ring *tx = &q->socket.tx;
	uint32_t before =
		atomic_load_explicit(tx->theirs, memory_order_relaxed);
	int err = sys_kick_tx(q->socket.fd);

	count_add(&q->count.tx_wakeups, 1);
	if (err == -EBUSY)
		count_add(&q->count.tx_lost, 1);
	if (err < 0 && err != -EAGAIN && err != -EBUSY && err != -ENOBUFS)
		queue_device_error(q, err);
	if (q->socket.zerocopy) {
		/* The driver is on it, or has to be asked again later. */
		q->tx_pending = err < 0;
		return false;
	}
	q->tx_pending = !ring_drained(tx);
	return q->tx_pending &&
	       atomic_load_explicit(tx->theirs, memory_order_relaxed) != before;
}

/*
 * In copy mode the call itself sends, up to a budget, and stops early at a
 * packet that the device drops: go on while that gets us further. What then
 * still waits is kicked by the next rx, tx or wait (tx_pending).
 */
void queue_kick(struct xskpkt_queue *q)
{
	while (kick_once(q))
		;
}

static void kick_if_needed(struct xskpkt_queue *q)
{
	if (q->socket.zerocopy) {
		/*
		 * The driver sets the flag, then looks at the ring; we fill
		 * the ring, then look at the flag. A full fence on our side,
		 * or both could look too early and the packet would stay.
		 */
		atomic_thread_fence(memory_order_seq_cst);
		if (!ring_needs_wakeup(&q->socket.tx) &&
		    likely(!q->socket.busy_poll)) {
			count_add(&q->count.tx_wakeups_saved, 1);
			return;
		}
	}
	queue_kick(q);
}

/* What is not to be sent goes back to the pool, as far as it was ours. */
static cold void refuse(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
			unsigned entries)
{
	xskpkt_queue_drop(q, pkts, entries);
	count_add(&q->count.dropped, -(uint64_t)entries);
	count_add(&q->count.tx_invalid, 1);
}

/* The first @n entries of a packet turned out not to be a whole one. */
static cold void take_back(struct xskpkt_queue *q,
			   const struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		frame_unsend(q->frames, &pkts[i]);
	q->socket.tx.next -= n;
}

/*
 * A packet of several entries, or one that cannot be sent. Returns the entries
 * taken; 0: there is no room for it.
 */
static unsigned post_odd(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
			 unsigned n, uint64_t *packets, uint64_t *bytes)
{
	unsigned entries = xskpkt_pkt_entries(pkts, n);
	bool whole = !(pkts[entries - 1].flags & XSKPKT_PKT_MORE);
	struct ring *tx = &q->socket.tx;
	uint64_t sum = 0;

	/* One that is longer than the ring would wait for room for ever. */
	if (!whole || entries > min_u32(q->max_entries, tx->size)) {
		refuse(q, pkts, entries);
		return entries;
	}
	if (ring_room(tx, entries) < entries)
		return 0;
	for (unsigned i = 0; i < entries; i++) {
		if (!frame_sendable(q->frames, &pkts[i])) {
			take_back(q, pkts, i);
			refuse(q, pkts, entries);
			return entries;
		}
		frame_send(q->frames, q->cache.owner | FRAME_SENDING, &pkts[i],
			   ring_descs(tx));
		tx->next++;
		sum += pkts[i].len;
	}
	*bytes += sum;
	++*packets;
	return entries;
}

/* Into the ring, as many as have room; the odd ones apart. */
static unsigned post(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
		     unsigned n)
{
	struct ring *tx = &q->socket.tx;
	uint64_t packets = 0, bytes = 0;
	uint32_t from = tx->next, span, good, odd;
	unsigned done = 0;

	while (done < n) {
		span = ring_span(tx, ring_room(tx, n - done));
		if (!span)
			break;
		good = frames_send(q->frames, q->cache.owner, pkts + done, span,
				   ring_descs(tx), &bytes);
		tx->next += good;
		packets += good;
		done += good;
		if (likely(good == span))
			continue;
		odd = post_odd(q, pkts + done, n - done, &packets, &bytes);
		if (!odd)
			break;
		done += odd;
	}
	count_add(&q->cache.sending, tx->next - from);
	count_add(&q->count.tx_packets, packets);
	count_add(&q->count.tx_bytes, bytes);
	return done;
}

unsigned xskpkt_queue_tx(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
			 unsigned n)
{
	struct ring *tx = &q->socket.tx;
	uint32_t before = tx->next;
	unsigned done;

	queue_reap(q);           /* completion ring -> cache */
	done = post(q, pkts, n); /* burst -> TX ring         */
	if (unlikely(done < n))
		count_add(&q->count.tx_full, 1);
	if (tx->next != before) {
		ring_publish(tx);
		kick_if_needed(q);
	} else if (unlikely(q->tx_pending || q->socket.busy_poll)) {
		queue_kick(q); /* or completions would not come */
	}
	return done;
}
