// SPDX-License-Identifier: BSD-2-Clause
/* pattern_sizes.c: from "60:7,590:4,1514:1" to the sizes of packets in turn */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "wrong.h"

#define IMIX "60:7,590:4,1514:1"

static const char form[] = "give imix, or a list of SIZE, MIN-MAX or "
			   "MIN-MAX/STEP, each perhaps with :WEIGHT";

/* One packet of the cycle, and where in it it would like to be. */
struct turn {
	double place;
	unsigned order;
	uint16_t size;
};

struct cycle {
	struct turn turns[PATTERN_CYCLE];
	unsigned count;
	bool weights; /* some were given */
};

/* Digits at *text, which moves on behind them; UINT32_MAX: there are none, or
 * far too many. */
static uint32_t digits(const char **text)
{
	uint32_t value = 0;

	if (!isdigit((unsigned char)**text))
		return UINT32_MAX;
	for (; isdigit((unsigned char)**text); (*text)++)
		if (value < 1000000)
			value = value * 10 + (uint32_t)(**text - '0');
	return value;
}

/* The number behind @mark, if that is what *text begins with, or else @ret. */
static bool follow(uint32_t *ret, const char **text, char mark)
{
	if (**text != mark)
		return true;
	(*text)++;
	*ret = digits(text);
	return *ret != UINT32_MAX;
}

static const char *add_size(struct cycle *c, uint32_t size, uint32_t weight)
{
	if (weight > PATTERN_CYCLE - c->count)
		return wrong("more than %d packets until the sizes come again",
			     PATTERN_CYCLE);
	for (uint32_t i = 0; i < weight; i++) {
		c->turns[c->count] = (struct turn){
			.place = (i + 0.5) / weight,
			.order = c->count,
			.size = (uint16_t)size,
		};
		c->count++;
	}
	return NULL;
}

/* MIN[-MAX[/STEP]][:WEIGHT] at *text, which moves on behind it. */
static const char *add_element(struct cycle *c, const char **text)
{
	uint32_t min = digits(text), max = min, step = 1, weight = 1;
	const char *why = NULL;

	if (min == UINT32_MAX || !follow(&max, text, '-') ||
	    !follow(&step, text, '/') || !follow(&weight, text, ':') ||
	    (**text && **text != ','))
		return form;
	if (min < PATTERN_SIZE_MIN || max > PATTERN_SIZE_MAX)
		return wrong("sizes are %d to %d bytes, without FCS",
			     PATTERN_SIZE_MIN, PATTERN_SIZE_MAX);
	if (max < min || !step || !weight)
		return form;
	c->weights |= weight > 1;
	for (uint32_t size = min; size <= max && !why; size += step)
		why = add_size(c, size, weight);
	return why;
}

static int compare(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

const char *pattern_sizes(struct pattern *p, const char *text)
{
	struct cycle *c = calloc(1, sizeof(*c));
	const char *why = NULL;

	if (!c)
		return strerror(ENOMEM);
	if (!strcmp(text, "imix"))
		text = IMIX;
	do {
		why = add_element(c, &text);
	} while (!why && *text++ == ',');

	/* Each size as evenly among the others as its weight lets it. */
	if (!why && c->weights)
		qsort(c->turns, c->count, sizeof(c->turns[0]), compare);
	for (unsigned i = 0; !why && i < c->count; i++)
		p->sizes[i] = c->turns[i].size;
	if (!why)
		p->size_count = c->count;
	free(c);
	return why;
}
