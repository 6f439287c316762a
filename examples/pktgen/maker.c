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

static bool become(const struct makers *all, uint8_t *data, unsigned i)
{
	uint8_t *is = holds(all, data);

	if (*is == HOLDS_HEAD + i)
		return false;
	build_entry(all, data, i);
	*is = (uint8_t)(HOLDS_HEAD + i);
	return true;
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
	uint32_t sums = words[all->place_count];
	uint16_t check;

	for (unsigned i = 0; i < all->place_count; i++)
		memcpy(data + all->places[i].offset, &words[i], 4);
	if (l->ip_check)
		put16(data + l->ip_check,
		      (uint16_t)~mark_fold(s->ip_sum + (sums >> 16)));
	if (!l->l4_check)
		return;
	check = (uint16_t)~mark_fold(s->l4_sum + (sums & 0xffff));
	put16(data + l->l4_check, check ? check : all->no_check);
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

static void put_mark(struct maker *m, uint8_t *data, uint32_t slot,
		     uint64_t now)
{
	const struct makers *all = m->all;
	struct mark mark = {
		.flow = all->run + m->number + slot * all->workers,
		.sequence = m->sequences[slot]++,
		.time = now,
	};

	mark_write(data + all->layout.payload, &mark);
}

/* Packets */

static void make_head(struct maker *m, uint8_t *data, const struct shape *s,
		      uint64_t now)
{
	const struct makers *all = m->all;
	uint32_t slot =
		turns_next(&m->turns, m->flows, all->cycle_len, all->random);

	if (become(all, data, 0) || all->shape_count > 1)
		put_image(all, data, s);
	if (all->place_count)
		put_flow(all, data, m->first + slot * all->workers, s);
	if (all->marked)
		put_mark(m, data, slot, now);
}

/* The first entry is made; the others never differ. */
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

unsigned maker_next_entries(const struct maker *m)
{
	return m->all->shapes[m->all->cycle[m->turns.size]].entries;
}

unsigned maker_fill(struct maker *m, struct xskpkt_pkt *pkts, unsigned n,
		    uint64_t now, unsigned *packets, uint64_t *bytes)
{
	const struct makers *all = m->all;
	unsigned done = 0;

	*packets = 0;
	*bytes = 0;
	while (done < n) {
		const struct shape *s = &all->shapes[all->cycle[m->turns.size]];

		if (s->entries > n - done)
			break;
		make_head(m, pkts[done].data, s, now);
		pkts[done].len = s->len;
		pkts[done].flags = 0;
		if (s->entries > 1)
			make_tail(all, pkts + done, s);
		done += s->entries;
		*bytes += s->len;
		(*packets)++;
	}
	return done;
}
