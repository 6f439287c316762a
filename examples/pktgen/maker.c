// SPDX-License-Identifier: BSD-2-Clause
/* maker.c: fills frames, and writes only what they do not hold already */
#include <endian.h>
#include <string.h>

#include "makers.h"
#include "mark.h"

/* Frames */

static uint8_t *holds(const struct makers *all, const uint8_t *data)
{
	return &all->holds[(size_t)(data - all->base) >> FRAME_SHIFT];
}

/* The frame becomes entry @i of a packet, as large as there are. */
static void build_entry(const struct makers *all, uint8_t *data, unsigned i)
{
	uint32_t begin = i * all->room;
	uint32_t len = all->largest - begin;

	memcpy(data, all->packet + begin, len < all->room ? len : all->room);
}

static void become(const struct makers *all, uint8_t *data, unsigned i)
{
	uint8_t *is = holds(all, data);

	if (*is == HOLDS_HEAD + i)
		return;
	build_entry(all, data, i);
	*is = (uint8_t)(HOLDS_HEAD + i);
}

/* Headers */

static void put16(uint8_t *at, unsigned value)
{
	uint16_t big = htobe16((uint16_t)value);

	memcpy(at, &big, sizeof(big));
}

/* The headers are those of flow 0: put in what this one has different. */
static void put_flow(const struct makers *all, uint8_t *data, uint32_t flow,
		     const struct shape *s)
{
	const struct packet_layout *l = &all->layout;
	const uint32_t *words =
		all->words + (size_t)flow * (all->place_count + 1);
	uint32_t ip = words[all->place_count] >> 16;
	uint32_t l4 = words[all->place_count] & 0xffff;

	for (unsigned i = 0; i < all->place_count; i++)
		memcpy(data + all->places[i].offset, &words[i], 4);
	if (all->shape_count > 1) {
		ip = makers_ip_check(s->ip_sum + ip);
		l4 = makers_l4_check(all, s->l4_sum + l4);
	}
	if (l->ip_check)
		put16(data + l->ip_check, ip);
	if (l->l4_check)
		put16(data + l->l4_check, l4);
}

/* Only constant lengths are copied without a call. */
static void put_image(const struct makers *all, uint8_t *data,
		      const struct shape *s)
{
	if (all->copy == IMAGE / 2)
		memcpy(data, s->image, IMAGE / 2);
	else
		memcpy(data, s->image, IMAGE);
}

/* Packets */

/* Entries behind the first never differ, but their last one is shorter. */
static void make_tail(const struct makers *all, struct xskpkt_pkt *pkts,
		      const struct shape *s)
{
	for (unsigned i = 0; i < s->entries; i++) {
		if (i)
			become(all, pkts[i].data, i);
		pkts[i].len = all->room;
		pkts[i].flags = XSKPKT_PKT_MORE;
	}
	pkts[s->entries - 1].len = s->len - (s->entries - 1u) * all->room;
	pkts[s->entries - 1].flags = 0;
}

static const struct shape *next_shape(const struct maker *m)
{
	return &m->all->shapes[m->all->cycle[m->turns.size]];
}

/* One size, one flow: nothing but the mark differs. */
static void fill_alike(struct maker *m, struct xskpkt_pkt *pkts, unsigned n,
		       uint64_t now)
{
	const struct makers *all = m->all;
	const struct mark_stamp stamp = mark_stamp(now);
	struct mark_series marks =
		mark_series(&stamp, all->run + m->number, m->sequences[0]);
	const unsigned payload = all->layout.payload;
	const uint32_t len = all->largest;

	m->sequences[0] += n;
	for (unsigned i = 0; i < n; i++) {
		uint8_t *data = pkts[i].data;

		become(all, data, 0);
		if (all->marked)
			mark_put_this(data + payload, &marks);
		mark_series_step(&marks);
		pkts[i].len = len;
		pkts[i].flags = 0;
	}
}

/* Returns the entries that it took, or 0: there is no room for it. */
static unsigned make(struct maker *m, struct xskpkt_pkt *pkts, unsigned room,
		     const struct mark_stamp *stamp)
{
	const struct makers *all = m->all;
	const struct shape *s = next_shape(m);
	uint8_t *data = pkts->data;
	uint32_t slot;

	if (s->entries > room)
		return 0;
	slot = turns_next(&m->turns, m->flows, all->cycle_len, all->random);
	become(all, data, 0);
	if (all->shape_count > 1)
		put_image(all, data, s);
	if (all->place_count)
		put_flow(all, data, m->first + slot * all->workers, s);
	if (all->marked)
		mark_put(data + all->layout.payload, stamp,
			 all->run + m->number + slot * all->workers,
			 m->sequences[slot]++);
	if (s->entries > 1)
		make_tail(all, pkts, s);
	else
		*pkts = (struct xskpkt_pkt){ data, s->len, 0 };
	return s->entries;
}

unsigned maker_fill(struct maker *m, struct xskpkt_pkt *pkts, unsigned n,
		    uint64_t now, unsigned *packets, uint64_t *bytes)
{
	const struct makers *all = m->all;
	const struct mark_stamp stamp = mark_stamp(now);
	unsigned most = *packets, done = 0;

	/* A row of marks may not step over the end of the sequence. */
	if (m->alike && m->sequences[0] <= UINT32_MAX - n) {
		n = n < most ? n : most;
		*packets = n;
		*bytes = (uint64_t)n * all->largest;
		fill_alike(m, pkts, n, now);
		return n;
	}
	*packets = 0;
	*bytes = 0;
	while (done < n && *packets < most) {
		uint32_t len = next_shape(m)->len;
		unsigned entries = make(m, pkts + done, n - done, &stamp);

		if (!entries)
			break;
		done += entries;
		*bytes += len;
		(*packets)++;
	}
	return done;
}
