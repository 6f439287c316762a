// SPDX-License-Identifier: BSD-2-Clause
/* pace.c: how many packets are due now, and how long until the next? */
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pace.h"
#include "wrong.h"

#define QUANTUM_NS 20e3 /* at high rates a burst has what is due in it */
#define QUANTUM_MOST 64 /* packets: then a burst is worth its cost */
#define DEPTH_NS 4e6    /* a call that comes late has all it missed within it */
#define DEPTH_MOST 512  /* packets: half of a common ring */
#define DEBT_NS 100e6   /* what is older is given up */
#define HURRY 1.5       /* of the rate, while behind */
#define RATE_MOST 1e12  /* of packets or bits per second */

/* Texts */

static const struct unit {
	const char *name;
	bool bits;
} unit_names[] = {
	{ "", false },     { "pps", false }, { "bit", true },
	{ "bit/s", true }, { "bps", true },
};

static const struct unit *unit_of(const char *name)
{
	for (unsigned i = 0; i < sizeof(unit_names) / sizeof(unit_names[0]);
	     i++)
		if (!strcmp(name, unit_names[i].name))
			return &unit_names[i];
	return NULL;
}

static double factor_of(char letter)
{
	switch (letter) {
	case 'k':
	case 'K':
		return 1e3;
	case 'M':
		return 1e6;
	case 'G':
		return 1e9;
	}
	return 1;
}

const char *pace_rate_parse(struct pace_rate *ret, const char *text)
{
	static const char form[] = "give packets or bits per second, such as "
				   "1000, 1.5Mpps or 10Gbit, or max";
	size_t len = strspn(text, "0123456789.");
	const struct unit *unit;
	double value, factor;
	char *end;

	if (!strcmp(text, "max")) {
		*ret = (struct pace_rate){ 0 };
		return NULL;
	}
	value = strtod(text, &end);
	if (!len || end != text + len)
		return form;
	factor = factor_of(*end);
	unit = unit_of(end + (factor > 1));
	if (!unit)
		return form;
	value *= factor;
	/* Less than one packet in a day is a slip. */
	if (value < 1e-5 || value > RATE_MOST)
		return wrong("rates are 0.00001 to 1000G: %s", form);
	*ret = (struct pace_rate){ .pps = unit->bits ? 0 : value,
				   .bps = unit->bits ? value : 0 };
	return NULL;
}

/* The pace */

static double between(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

void pace_start(struct pace *p, const struct pace_rate *rate, double mean,
		unsigned part, unsigned parts, uint64_t now)
{
	bool bits = !(rate->pps > 0) && rate->bps > 0;
	double packet = bits ? mean * 8 : 1;

	*p = (struct pace){ .bits = bits, .start = now, .last = now };
	p->per_ns = (bits ? rate->bps : rate->pps) / parts / 1e9;
	p->per_packet = 1 / packet;
	p->quantum =
		between(p->per_ns * QUANTUM_NS, packet, packet * QUANTUM_MOST);
	p->depth = p->quantum +
		   between(p->per_ns * DEPTH_NS, 0, packet * DEPTH_MOST);
	p->debt = p->depth + p->per_ns * DEBT_NS;
	/* The parts take turns: together they are as smooth as one. */
	p->credit = p->quantum * (1 - (double)part / parts);
	p->spent = -p->credit;
}

/* Units between what should have been sent by now and what was. */
static double behind(const struct pace *p)
{
	double earned = p->per_ns * (double)(p->last - p->start);

	return earned - p->spent - p->given_up;
}

/* What was missed comes back bit by bit, so that no call gets all of it. */
static void advance(struct pace *p, uint64_t now)
{
	double hurry = 0, missed;

	if (now > p->last) {
		hurry = p->per_ns * (double)(now - p->last) * HURRY;
		p->last = now;
	}
	missed = behind(p) - p->debt;
	if (missed > 0)
		p->given_up += missed;
	p->credit = fmin(fmin(p->credit + hurry, p->depth), behind(p));
}

unsigned pace_due(struct pace *p, uint64_t now)
{
	const double rounding = 1 + 1e-9;

	if (p->per_ns <= 0)
		return UINT_MAX;
	advance(p, now);
	if (p->credit * rounding < p->quantum)
		return 0;
	return (unsigned)(p->credit * p->per_packet * rounding);
}

void pace_spend(struct pace *p, unsigned packets, uint64_t bytes)
{
	double units = p->bits ? (double)bytes * 8 : packets;

	p->spent += units;
	p->credit -= units;
}

uint64_t pace_wait(const struct pace *p, uint64_t now)
{
	double ns, at_rate;

	if (p->per_ns <= 0)
		return 0;
	ns = (p->quantum - p->credit) / (p->per_ns * HURRY);
	at_rate = (p->quantum - behind(p)) / p->per_ns;
	ns = ceil(fmax(ns, at_rate)) - (double)(now - p->last);
	return ns > 0 ? (uint64_t)ns : 0;
}

uint64_t pace_given_up(const struct pace *p)
{
	return (uint64_t)(p->given_up * p->per_packet);
}
