// SPDX-License-Identifier: BSD-2-Clause
/*
 * The whole data path against a model that knows one thing: who owns each
 * frame. Random calls, an honest or hostile kernel, millions of steps; what
 * the calls return, what stands in the rings, and the books must be what the
 * model says.
 *
 *	XSKPKT_SEED=7 XSKPKT_STEPS=100000 test_model hostile
 */
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

#define FRAMES_MAX 1024
#define QUEUES_MAX 3
#define BURST 64
/* What a queue keeps for itself; CACHE_FRAMES of lib/pool.h. */
#define CACHE_MAX 512

enum owner { FREE, FILLED, RECEIVED, SENDING };

/* What the model knows of one queue. */
struct side {
	struct xskpkt_queue *q;
	struct fake_socket *s;
	uint32_t rx, tx, fill, comp; /* how far we have read its rings */
	uint64_t serial; /* of the next packet, when all is honest */
	uint64_t rx_packets, tx_packets, tx_invalid;
	bool wild; /* an index of the kernel's is nonsense now */
};

static struct model {
	struct fake_kernel *k;
	struct side sides[QUEUES_MAX];
	uint64_t seed;
	bool hostile;
	uint32_t frames, size, entries;
	uint8_t *base;
	uint8_t owner[FRAMES_MAX], queue[FRAMES_MAX];
	uint64_t tag[FRAMES_MAX]; /* written by us while we own the frame */
	struct xskpkt_pkt held[FRAMES_MAX];
	unsigned held_count;
	struct xskpkt_pool_books odd; /* what was refused, and why */
	enum { EVEN, HOARDING, GIVING, STALLED, MOODS } mood;
	uint64_t packets; /* received, and sent */
} m;

static uint32_t random_below(uint32_t n)
{
	return (uint32_t)((chance(&m.seed) >> 32) * n >> 32);
}

static bool one_in(uint32_t n)
{
	return !random_below(n);
}

static bool is(uint64_t frame, enum owner owner, const struct side *side)
{
	return frame < m.frames && m.owner[frame] == owner &&
	       (!side || m.queue[frame] == side - m.sides);
}

static void set(uint64_t frame, enum owner owner, const struct side *side)
{
	m.owner[frame] = (uint8_t)owner;
	m.queue[frame] = side ? (uint8_t)(side - m.sides) : 0;
}

static uint64_t flat(uint64_t address)
{
	if (m.k->opts.pool_flags & XSKPKT_POOL_UNALIGNED)
		return (address & XSK_UNALIGNED_BUF_ADDR_MASK) +
		       (address >> XSK_UNALIGNED_BUF_OFFSET_SHIFT);
	return address;
}

static uint64_t frame_at(const struct xskpkt_pkt *pkt)
{
	return ((uintptr_t)pkt->data - (uintptr_t)m.base) / m.size;
}

/* Where a frame's tag lies: the kernel writes its serial number there. */
static uint8_t *tag_place(uint64_t frame)
{
	return m.base + frame * m.size + 256 + m.k->opts.headroom;
}

/* Where we look for packets to send and drop; some are ours no more. */
static void hold(const struct xskpkt_pkt *pkt)
{
	if (frame_at(pkt) < m.frames && m.held_count < COUNT_OF(m.held))
		m.held[m.held_count++] = *pkt;
}

/* Ours now: nobody else may write to it any more. */
static void take_over(const struct xskpkt_pkt *pkt)
{
	uint64_t frame = frame_at(pkt);

	set(frame, RECEIVED, NULL);
	m.tag[frame] = chance(&m.seed);
	memcpy(tag_place(frame), &m.tag[frame], sizeof(m.tag[frame]));
	hold(pkt);
}

/* Ours no more. */
static void part_with(uint64_t frame, enum owner owner, const struct side *side)
{
	if (!m.hostile)
		CHECK(!memcmp(tag_place(frame), &m.tag[frame],
			      sizeof(m.tag[frame])));
	set(frame, owner, side);
}

/* Rings, read after each call for what the library did there. */

static uint64_t address_in(const struct fake_ring *r, uint32_t index)
{
	return ((uint64_t *)r->slots)[index & (r->size - 1)];
}

static struct xdp_desc *desc_in(const struct fake_ring *r, uint32_t index)
{
	return (struct xdp_desc *)r->slots + (index & (r->size - 1));
}

static void read_completions(struct side *side)
{
	uint32_t end = *side->s->comp.cons;

	for (; side->comp != end; side->comp++) {
		uint64_t frame = fake_completed(side->s, side->comp) / m.size;

		if (is(frame, SENDING, side))
			set(frame, FREE, NULL);
		else
			m.odd.bad_completions++;
	}
}

/* What goes to the kernel was free, and is a frame's first byte. */
static void read_fills(struct side *side)
{
	struct fake_ring *r = &side->s->fill;

	CHECK(side->wild || *r->prod - *r->cons <= r->size);
	for (; side->fill != *r->prod; side->fill++) {
		uint64_t address = address_in(r, side->fill);

		CHECK_EQ(address % m.size, 0);
		CHECK(is(address / m.size, FREE, NULL));
		set(address / m.size, FILLED, side);
	}
}

/* Of what the kernel says it received, that is a packet. */
static bool is_receive(const struct side *side, const struct xdp_desc *d)
{
	return is(flat(d->addr) / m.size, FILLED, side) && d->len < m.size &&
	       !(d->options & ~XSKPKT_PKT_MORE);
}

static void check_serial(struct side *side, const struct xskpkt_pkt *pkt)
{
	uint64_t serial;

	memcpy(&serial, pkt->data, sizeof(serial));
	if (pkt->len >= sizeof(serial))
		CHECK_EQ(serial, side->serial);
	side->serial++;
}

static unsigned read_receives(struct side *side, const struct xskpkt_pkt *pkts)
{
	struct fake_ring *r = &side->s->rx;
	unsigned n = 0;

	for (; side->rx != *r->cons; side->rx++) {
		const struct xdp_desc *d = desc_in(r, side->rx);

		if (!is_receive(side, d)) {
			m.odd.bad_receives++;
			continue;
		}
		CHECK(pkts[n].data == m.base + flat(d->addr));
		CHECK_EQ(pkts[n].len, d->len);
		CHECK_EQ(pkts[n].flags, d->options);
		if (!m.hostile)
			check_serial(side, &pkts[n]);
		m.packets++;
		side->rx_packets += m.entries == 1 ||
				    !(d->options & XSKPKT_PKT_MORE);
		take_over(&pkts[n++]);
	}
	return n;
}

/* Our calls */

static void step_rx(struct side *side)
{
	uint32_t max = random_below(BURST + 1);
	uint32_t waiting = side->s->rx.mine - side->rx;
	struct xskpkt_pkt pkts[BURST];
	unsigned n = xskpkt_queue_rx(side->q, pkts, max);
	uint32_t taken = *side->s->rx.cons - side->rx;

	read_completions(side);
	read_fills(side);
	if (!side->wild && m.entries == 1)
		CHECK_EQ(taken, max < waiting ? max : waiting);
	CHECK(taken <= max);
	CHECK_EQ(read_receives(side, pkts), n);
	/* Cut only where it alone is more than the burst. */
	if (n && !m.hostile && n < max)
		CHECK_EQ(pkts[n - 1].flags, 0);
}

static void step_alloc(struct side *side)
{
	uint32_t n = random_below(one_in(4) ? BURST + 1 : 9), free = 0;
	struct xskpkt_pkt pkts[BURST];
	unsigned got = xskpkt_queue_alloc(side->q, pkts, n);

	read_completions(side);
	for (unsigned i = 0; i < got; i++) {
		CHECK(is(frame_at(&pkts[i]), FREE, NULL));
		CHECK(pkts[i].data == tag_place(frame_at(&pkts[i])));
		CHECK_EQ(pkts[i].len | pkts[i].flags, 0);
		take_over(&pkts[i]);
	}
	if (got == n)
		return;
	/* The others' caches may hold the rest. */
	for (uint32_t i = 0; i < m.frames; i++)
		free += m.owner[i] == FREE;
	CHECK(free <= CACHE_MAX * (m.k->queue_count - 1));
}

static struct xskpkt_pkt pick_held(void)
{
	unsigned i = random_below(m.held_count);
	struct xskpkt_pkt pkt = m.held[i];

	m.held[i] = m.held[--m.held_count];
	return pkt;
}

/* Somewhere in its frame, with a length that fits. */
static void shape(struct xskpkt_pkt *pkt)
{
	uint32_t at = random_below(m.size);

	pkt->data = m.base + frame_at(pkt) * m.size + at;
	pkt->len = 1 + random_below(m.size - at);
	pkt->flags = m.entries > 1 && one_in(3) ? XSKPKT_PKT_MORE : 0;
}

/* Of an address that may be far out. */
static uint8_t *pointer(uint64_t address)
{
	return (uint8_t *)((uintptr_t)m.base + address);
}

/* The ways to be odd. Whose frame it is then, the model knows. */
static void make_odd(struct xskpkt_pkt *pkts, unsigned i)
{
	switch (random_below(7)) {
	case 0:
		pkts[i].len = 0;
		break;
	case 1:
		pkts[i].len += m.size;
		break;
	case 2:
		pkts[i].flags = 1u << random_below(32);
		break;
	case 3:
		pkts[i].data = m.base + random_below(m.frames * m.size);
		break;
	case 4:
		pkts[i].data = pointer((uint64_t)m.frames * m.size +
				       random_below(1 << 30));
		break;
	case 5:
		pkts[i].data = pointer(-1ull - random_below(1 << 30));
		break;
	case 6:
		pkts[i] = pkts[random_below(i + 1)];
		break;
	}
}

/* A burst of what we hold, some of it spoilt. */
static unsigned make_burst(struct xskpkt_pkt *pkts)
{
	unsigned n = random_below(one_in(4) ? BURST + 1 : 9);

	if (n > m.held_count)
		n = m.held_count;
	for (unsigned i = 0; i < n; i++) {
		pkts[i] = pick_held();
		shape(&pkts[i]);
	}
	for (unsigned i = 0; i < n; i++)
		if (one_in(40))
			make_odd(pkts, i);
	return n;
}

/* Back to the pool, as far as it is ours; or on, into the fill ring. */
static void model_drop(const struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t frame = frame_at(&pkts[i]);

		if (frame >= m.frames)
			m.odd.foreign++;
		else if (m.owner[frame] != RECEIVED)
			m.odd.double_free++;
		else
			part_with(frame, FREE, NULL);
	}
}

static void step_drop(struct side *side)
{
	struct xskpkt_pkt pkts[BURST], *own = malloc(sizeof(pkts));
	unsigned n = make_burst(pkts);

	/* So that the sanitizer sees a read beyond the burst. */
	own = realloc(own, n * sizeof(*own) + 1);
	memcpy(own, pkts, n * sizeof(*own));
	xskpkt_queue_drop(side->q, own, n);
	free(own);
	model_drop(pkts, n);
	read_fills(side);
}

/* What tx does with one packet: its entries are posted, or refused. */
static bool model_sendable(const struct xskpkt_pkt *pkts, unsigned n)
{
	bool seen[FRAMES_MAX] = { false };

	for (unsigned i = 0; i < n; i++) {
		uint64_t frame = frame_at(&pkts[i]);
		size_t at = (size_t)(pkts[i].data - m.base) - frame * m.size;

		if (!is(frame, RECEIVED, NULL) || seen[frame] || !pkts[i].len ||
		    at + pkts[i].len > m.size ||
		    pkts[i].flags & ~XSKPKT_PKT_MORE)
			return false;
		seen[frame] = true;
	}
	return true;
}

static void check_posted(struct side *side, const struct xskpkt_pkt *pkt)
{
	const struct xdp_desc *d = desc_in(&side->s->tx, side->tx++);

	CHECK(pointer(d->addr) == pkt->data);
	CHECK_EQ(d->len, pkt->len);
	CHECK_EQ(d->options, pkt->flags);
	part_with(frame_at(pkt), SENDING, side);
}

/* Go through the packets that were taken; returns how many should have been,
 * with @room in the ring. */
static unsigned model_tx(struct side *side, const struct xskpkt_pkt *pkts,
			 unsigned n, unsigned taken, uint32_t room)
{
	unsigned i = 0, entries, most = side->s->tx.size;

	if (most > m.entries)
		most = m.entries;
	for (; i < n && (side->wild ? i < taken : room > 0); i += entries) {
		bool whole;

		entries = xskpkt_pkt_entries(pkts + i, n - i);
		whole = !(pkts[i + entries - 1].flags & XSKPKT_PKT_MORE) &&
			entries <= most;
		if (whole && entries > room && !side->wild)
			break;
		if (!whole || !model_sendable(pkts + i, entries)) {
			model_drop(pkts + i, entries);
			side->tx_invalid++;
			continue;
		}
		for (unsigned k = 0; k < entries; k++)
			check_posted(side, &pkts[i + k]);
		room -= entries;
		side->tx_packets++;
		m.packets++;
	}
	return i;
}

static void step_tx(struct side *side)
{
	struct fake_ring *r = &side->s->tx;
	uint32_t room = r->size - (side->tx - *r->cons);
	struct xskpkt_pkt pkts[BURST];
	unsigned n = make_burst(pkts);
	unsigned taken = xskpkt_queue_tx(side->q, pkts, n);

	read_completions(side);
	CHECK_EQ(model_tx(side, pkts, n, taken, room), taken);
	read_fills(side);
	CHECK_EQ(side->tx, *r->prod);
	CHECK(side->wild || side->tx - *r->cons <= r->size);
	CHECK_EQ(side->s->stats.tx_invalid_descs, 0);
	/* The rest is still ours, where it was. */
	for (unsigned i = taken; i < n; i++)
		hold(&pkts[i]);
}

static void step_wait(struct side *side)
{
	CHECK(xskpkt_queue_wait(&side->q, 1, 3, 0) >= 0);
	read_completions(side);
	read_fills(side);
}

/* The kernel's doings */

static void step_kernel(struct side *side)
{
	struct fake_socket *s = side->s;
	static const int answers[] = { -EAGAIN, -EBUSY, -ENETDOWN, -ENOBUFS };

	switch (random_below(9)) {
	case 0:
		fake_take_fill(s, random_below(20));
		break;
	case 1:
		fake_take_tx(s, random_below(BURST));
		break;
	case 2:
		s->prompt = one_in(2);
		s->budget = 1 + random_below(40);
		break;
	case 3:
		if (s->answered == s->answer_count && one_in(4))
			fake_answer(s, answers[random_below(4)]);
		break;
	case 4:
		fake_need_wakeup(&s->fill, m.k->opts.zerocopy && one_in(3));
		if (m.k->opts.zerocopy)
			fake_need_wakeup(&s->tx, one_in(2));
		break;
	default:
		for (uint32_t n = random_below(40);
		     n && s->flight_count && m.mood != STALLED; n--)
			fake_complete_at(s, random_below(s->flight_count));
	}
}

static void step_deliver(struct side *side)
{
	uint32_t room = m.size - 256 - m.k->opts.headroom;
	uint32_t most = m.entries > 1 ? 4 * room : room;

	fake_deliver(side->s, random_below(24), random_below(most + 1));
}

/* An address that may be anything. */
static uint64_t any_address(void)
{
	switch (random_below(4)) {
	case 0:
		return chance(&m.seed) >> random_below(64);
	case 1:
		return (uint64_t)m.frames * m.size + random_below(5000);
	default:
		return random_below(m.frames * m.size);
	}
}

/* So far from any index that it is nonsense on both sides. */
static uint32_t nonsense(const struct fake_ring *r, uint32_t near)
{
	return near + r->size + 1 + random_below(1u << 31);
}

static void step_hostile(struct side *side)
{
	struct fake_socket *s = side->s;
	struct xdp_desc desc = { any_address(), random_below(2 * m.size), 0 };

	switch (random_below(8)) {
	case 0:
		fake_put_completion(s, any_address());
		break;
	case 1:
		if (s->flight_count) /* early, and then again */
			fake_put_completion(s, s->flight[0].addr);
		break;
	case 2:
		desc.options = one_in(3) ? 1u << random_below(32) : 0;
		fake_put_rx(s, desc);
		break;
	case 3:
		if (s->taken_count) /* received, and then again */
			fake_put_rx(s, (struct xdp_desc){ s->taken[0], 60, 0 });
		break;
	case 4:
		fake_show_index(&s->rx, nonsense(&s->rx, s->rx.mine));
		side->wild = true;
		break;
	case 5:
		fake_show_index(&s->comp, nonsense(&s->comp, s->comp.mine));
		side->wild = true;
		break;
	case 6:
		fake_show_index(&s->tx, nonsense(&s->tx, *s->tx.prod));
		side->wild = true;
		break;
	case 7:
		fake_show_index(&s->fill, nonsense(&s->fill, *s->fill.prod));
		side->wild = true;
		break;
	}
}

static void heal(struct side *side)
{
	if (!side->wild)
		return;
	fake_hide_index(&side->s->rx);
	fake_hide_index(&side->s->comp);
	fake_hide_index(&side->s->tx);
	fake_hide_index(&side->s->fill);
	side->wild = false;
}

/* Life */

static void side_starts(struct side *side, uint32_t i)
{
	*side = (struct side){ .q = m.k->queues[i],
			       .s = fake_socket_of(m.k->queues[i]) };
	/* Near the wrap of every index, but behind what the open filled. */
	fake_wind(side->q, -4 * side->s->fill.size);
	side->rx = *side->s->rx.cons;
	side->tx = *side->s->tx.prod;
	side->comp = *side->s->comp.cons;
	side->fill = *side->s->fill.cons;
	read_fills(side);
}

static void step_reopen(struct side *side)
{
	uint32_t i = (uint32_t)(side - m.sides);

	fake_kernel_close_queue(m.k, i);
	for (uint32_t f = 0; f < m.frames; f++)
		if (is(f, FILLED, side) || is(f, SENDING, side))
			set(f, FREE, NULL);
	fake_kernel_open_queue(m.k, i);
	side_starts(side, i);
}

static void check_books(void)
{
	struct xskpkt_pool_books got = books(m.k->pool);
	uint32_t count[4] = { 0 };

	/* What was spoilt may be ours all the same: find it again. */
	m.held_count = 0;
	for (uint32_t f = 0; f < m.frames; f++) {
		count[m.owner[f]]++;
		if (m.owner[f] == RECEIVED)
			hold(&(struct xskpkt_pkt){ .data = tag_place(f) });
	}
	CHECK_EQ(got.free, count[FREE]);
	CHECK_EQ(got.filled, count[FILLED]);
	CHECK_EQ(got.received, count[RECEIVED]);
	CHECK_EQ(got.sending, count[SENDING]);
	CHECK_EQ(got.double_free, m.odd.double_free);
	CHECK_EQ(got.foreign, m.odd.foreign);
	CHECK_EQ(got.bad_completions, m.odd.bad_completions);
	CHECK_EQ(got.bad_receives, m.odd.bad_receives);
	for (uint32_t i = 0; i < m.k->queue_count; i++) {
		const struct side *side = &m.sides[i];
		struct xskpkt_stats s = stats(side->q);

		CHECK_EQ(s.rx_packets, side->rx_packets);
		CHECK_EQ(s.tx_packets, side->tx_packets);
		CHECK_EQ(s.tx_invalid, side->tx_invalid);
	}
}

/* Out of what we hold, and into it, as we are in the mood. */
static void step_ours(struct side *side)
{
	switch (random_below(8)) {
	case 0 ... 1:
		step_rx(side);
		break;
	case 2 ... 3:
		step_tx(side);
		break;
	case 4:
		if (m.mood != GIVING)
			step_alloc(side);
		break;
	case 5 ... 6:
		if (m.mood != HOARDING)
			step_drop(side);
		break;
	default:
		step_wait(side);
	}
}

static void step(void)
{
	struct side *side = &m.sides[random_below(m.k->queue_count)];

	switch (random_below(16)) {
	case 0 ... 8:
		step_ours(side);
		break;
	case 9 ... 11:
		step_deliver(side);
		break;
	case 12:
		if (m.hostile)
			step_hostile(side);
		break;
	case 13:
		if (one_in(500))
			step_reopen(side);
		break;
	default:
		step_kernel(side);
	}
	if (one_in(8))
		heal(side);
}

static void run(const struct fake_opts *opts, bool hostile)
{
	uint64_t steps = rounds("XSKPKT_STEPS", 1000000);
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	m = (struct model){ .k = fake_kernel_start(opts),
			    .seed = setting("XSKPKT_SEED", 1),
			    .hostile = hostile };
	CHECK_OK(xskpkt_pool_info(m.k->pool, &info));
	m.base = info.base;
	m.frames = info.frames;
	m.size = info.frame_size;
	m.entries = opts->entries ? opts->entries : 1;
	printf("frames of %u, %s, XSKPKT_SEED=%llu\n", m.size,
	       hostile ? "hostile" : "honest", (unsigned long long)m.seed);
	for (uint32_t i = 0; i < m.k->queue_count; i++)
		side_starts(&m.sides[i], i);
	for (uint64_t i = 0; i < steps; i++) {
		step();
		if (!one_in(1000))
			continue;
		check_books();
		m.mood = random_below(MOODS);
	}
	check_books();
	printf("%llu packets\n", (unsigned long long)m.packets);
	CHECK(m.packets > steps / 20); /* it does not stand still */
	fake_kernel_stop(m.k);
}

/* Whatever the order of calls and completions, each frame has one owner. */
TEST(an_honest_kernel_in_copy_mode)
{
	run(&(struct fake_opts){ .frames = 512, .queues = 2, .ring = 32 },
	    false);
	run(&(struct fake_opts){ .frames = 1000,
				 .frame_size = 4096,
				 .headroom = 192,
				 .queues = 3,
				 .entries = 4 },
	    false);
}

/* Also where the driver takes frames ahead, and packets when it pleases. */
TEST(an_honest_kernel_in_zero_copy_mode)
{
	run(&(struct fake_opts){ .frames = 100,
				 .frame_size = 3000,
				 .pool_flags = XSKPKT_POOL_UNALIGNED,
				 .ring = 8,
				 .zerocopy = true },
	    false);
}

/* The same when the kernel says what it pleases: what is wrong is refused and
 * counted, and the rest goes on. */
TEST(a_hostile_kernel_with_aligned_frames)
{
	run(&(struct fake_opts){ .frames = 600, .queues = 2, .ring = 32 },
	    true);
	run(&(struct fake_opts){ .frames = 300,
				 .frame_size = 4096,
				 .queues = 2,
				 .zerocopy = true,
				 .entries = 18 },
	    true);
}

/* Frames that are no power of two, and rings of one slot, are no weaker. */
TEST(a_hostile_kernel_with_unaligned_frames)
{
	run(&(struct fake_opts){ .frames = 500,
				 .frame_size = 3000,
				 .headroom = 100,
				 .pool_flags = XSKPKT_POOL_UNALIGNED,
				 .queues = 2,
				 .ring = 16,
				 .entries = 2 },
	    true);
	run(&(struct fake_opts){ .frames = 70, .ring = 1 }, true);
}
