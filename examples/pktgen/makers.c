// SPDX-License-Identifier: BSD-2-Clause
/* makers.c: all that can be reckoned before the first packet is made */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "makers.h"
#include "mark.h"

static unsigned read16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static uint32_t read32(const uint8_t *at)
{
	return read16(at) << 16 | read16(at + 2);
}

/* Sizes */

static void shape_make(struct shape *s, const struct makers *all,
		       const struct pattern *p, unsigned size)
{
	const struct packet_layout *l = &all->layout;

	packet_build(all->packet, p, 0, size);
	memcpy(s->image, all->packet, size < IMAGE ? size : IMAGE);
	s->len = size;
	s->entries = (uint16_t)((size + all->room - 1) / all->room);
	if (l->ip_check)
		s->ip_sum = (uint16_t)~read16(all->packet + l->ip_check);
	if (l->l4_check)
		s->l4_sum = (uint16_t)~read16(all->packet + l->l4_check);
}

static bool prepare_sizes(struct makers *all, const struct pattern *p)
{
	uint16_t shape_of[PATTERN_SIZE_MAX + 1] = { 0 }; /* one more */

	all->largest = pattern_largest(p);
	all->packet = calloc(1, all->largest);
	all->shapes = calloc(p->size_count, sizeof(*all->shapes));
	all->cycle = calloc(p->size_count, sizeof(*all->cycle));
	if (!all->packet || !all->shapes || !all->cycle)
		return false;
	all->cycle_len = p->size_count;
	for (unsigned i = 0; i < p->size_count; i++) {
		uint16_t *shape = &shape_of[p->sizes[i]];

		if (!*shape) {
			shape_make(&all->shapes[all->shape_count], all, p,
				   p->sizes[i]);
			*shape = (uint16_t)++all->shape_count;
		}
		all->cycle[i] = (uint16_t)(*shape - 1);
	}
	all->copy = all->layout.payload <= IMAGE / 2 ? IMAGE / 2 : IMAGE;
	packet_build(all->packet, p, 0, all->largest);
	return true;
}

/* Flows */

/* Both ports are one word, so there is a place for either but once. */
static void add_place(struct makers *all, const struct pattern *p,
		      enum pattern_field field, unsigned last)
{
	struct word_place *w = &all->places[all->place_count];
	bool port = field <= FIELD_DST_PORT;
	bool ip = field == FIELD_SRC_IP || field == FIELD_DST_IP;

	if (p->ranges[field].count == 1)
		return;
	w->offset = (uint16_t)(port ? all->layout.l4 : last - 3);
	w->in_ip = ip && all->layout.ip_check;
	w->in_l4 = port || (ip && all->layout.l4_check &&
			    !(p->protocol == PATTERN_ICMP && p->family == 4));
	if (all->place_count && w[-1].offset == w->offset)
		return;
	all->place_count++;
}

/* What replacing a word adds to a ones' complement sum (RFC 1624). */
static uint32_t replaced(uint32_t before, uint32_t after)
{
	return (~before >> 16) + (~before & 0xffff) + (after >> 16) +
	       (after & 0xffff);
}

static void prepare_flow(struct makers *all, const uint8_t *packet,
			 uint32_t *words)
{
	uint64_t ip = 0, l4 = 0;

	for (unsigned i = 0; i < all->place_count; i++) {
		const struct word_place *w = &all->places[i];
		uint32_t before = read32(all->shapes[0].image + w->offset);
		uint32_t after = read32(packet + w->offset);

		words[i] = htobe32(after);
		ip += w->in_ip ? replaced(before, after) : 0;
		l4 += w->in_l4 ? replaced(before, after) : 0;
	}
	ip = mark_fold(ip);
	l4 = mark_fold(l4);
	if (all->shape_count == 1) {
		ip = makers_ip_check(all->shapes->ip_sum + (uint32_t)ip);
		l4 = makers_l4_check(all, all->shapes->l4_sum + (uint32_t)l4);
	}
	words[all->place_count] = (uint32_t)ip << 16 | (uint32_t)l4;
}

static bool prepare_flows(struct makers *all, const struct pattern *p)
{
	const struct packet_layout *l = &all->layout;
	unsigned least = pattern_least(p);
	uint8_t packet[IMAGE];

	for (unsigned i = 0; i < l->place_count; i++)
		add_place(all, p, l->places[i].field, l->places[i].last);
	all->words = calloc((size_t)p->flows * (all->place_count + 1),
			    sizeof(*all->words));
	if (!all->words)
		return false;
	if (!all->place_count)
		return true; /* one flow, and it has nothing to differ in */
	for (uint32_t f = 0; f < p->flows; f++) {
		packet_build(packet, p, f, least);
		prepare_flow(all, packet,
			     all->words + (size_t)f * (all->place_count + 1));
	}
	return true;
}

/* Makers */

static bool prepare_maker(struct maker *m, struct makers *all,
			  const struct pattern *p, unsigned worker)
{
	m->all = all;
	m->number = worker;
	m->first = worker % p->flows;
	m->flows = 1;
	if (worker < p->flows)
		m->flows = (p->flows - worker - 1) / all->workers + 1;
	m->turns.random = turns_seed(p->seed, worker);
	m->alike = m->flows == 1 && !all->place_count &&
		   all->shape_count == 1 && all->shapes->entries == 1;
	m->sequences = calloc(m->flows, sizeof(*m->sequences));
	return m->sequences;
}

static bool prepare_makers(struct makers *all, const struct pattern *p)
{
	bool whole = true;

	all->makers = aligned_alloc(_Alignof(struct maker),
				    all->workers * sizeof(*all->makers));
	if (!all->makers)
		return false;
	memset(all->makers, 0, all->workers * sizeof(*all->makers));
	for (unsigned i = 0; i < all->workers; i++)
		whole &= prepare_maker(&all->makers[i], all, p, i);
	return whole;
}

struct makers *makers_create(const struct pattern *pattern, unsigned workers,
			     const struct maker_memory *memory, uint8_t run)
{
	struct makers *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	all->base = memory->base;
	all->room = memory->room;
	all->workers = workers;
	all->run = mark_flow(run, 0);
	all->marked = !pattern->unmarked;
	all->random = pattern->random;
	all->no_check = pattern->protocol == PATTERN_UDP ? 0xffff : 0;
	all->holds = calloc(1, (memory->length >> FRAME_SHIFT) + 1);
	packet_layout(&all->layout, pattern);
	if (!all->holds || !prepare_sizes(all, pattern) ||
	    !prepare_flows(all, pattern) || !prepare_makers(all, pattern)) {
		makers_destroy(all);
		return NULL;
	}
	return all;
}

void makers_destroy(struct makers *all)
{
	if (!all)
		return;
	for (unsigned i = 0; all->makers && i < all->workers; i++)
		free(all->makers[i].sequences);
	free(all->makers);
	free(all->words);
	free(all->cycle);
	free(all->shapes);
	free(all->packet);
	free(all->holds);
	free(all);
}

struct maker *makers_get(struct makers *all, unsigned worker)
{
	return &all->makers[worker];
}

unsigned makers_entries(const struct makers *all)
{
	return (all->largest + all->room - 1) / all->room;
}
