// SPDX-License-Identifier: BSD-2-Clause
/* The pace: rates are kept, smoothly, whatever the clock does. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "pace.h"

#define SECOND 1000000000ull
#define MS 1000000ull

/* A sender that sends all that is due, on a clock of its own. */
struct sender {
	struct pace pace;
	double pps, bps;
	uint64_t now, packets, bytes;
	uint64_t longest_wait;
	const uint16_t *sizes; /* in turn, up to a 0 */
	unsigned turn;

	/* The most in a millisecond, by sliding over the sends. */
	struct {
		uint64_t when, units;
	} recent[4096];
	uint64_t begin, end, in_window, most_in_window;
};

static const uint16_t small[] = { 60, 0 };
static const uint16_t imix[] = { 60,   590, 60, 60, 590, 60, 60,
				 1514, 590, 60, 60, 590, 0 };

static double mean_of(const uint16_t *sizes)
{
	double sum = 0;
	unsigned n = 0;

	for (; sizes[n]; n++)
		sum += sizes[n];
	return sum / n;
}

static void start(struct sender *s, double pps, double bps,
		  const uint16_t *sizes, unsigned part, unsigned parts)
{
	struct pace_rate rate = { pps, bps };

	memset(s, 0, sizeof(*s));
	s->now = 123456789;
	s->sizes = sizes;
	s->pps = pps;
	s->bps = bps;
	pace_start(&s->pace, &rate, mean_of(sizes), part, parts, s->now);
}

/* Units of the rate that left in the last millisecond. */
static void note(struct sender *s, uint64_t units)
{
	const unsigned room = sizeof(s->recent) / sizeof(s->recent[0]);

	s->recent[s->end % room].when = s->now;
	s->recent[s->end++ % room].units = units;
	s->in_window += units;
	while (s->recent[s->begin % room].when + MS <= s->now)
		s->in_window -= s->recent[s->begin++ % room].units;
	CHECK(s->end - s->begin <= room);
	if (s->in_window > s->most_in_window)
		s->most_in_window = s->in_window;
}

static void send_due(struct sender *s)
{
	unsigned due = pace_due(&s->pace, s->now);
	uint64_t bytes = 0;

	if (!due)
		return;
	for (unsigned i = 0; i < due; i++) {
		bytes += s->sizes[s->turn];
		s->turn = s->sizes[s->turn + 1] ? s->turn + 1 : 0;
	}
	pace_spend(&s->pace, due, bytes);
	s->packets += due;
	s->bytes += bytes;
	note(s, s->bps > 0 ? bytes * 8 : due);
}

/* Until then, calling when told to; each call is @late ns late. */
static void run_until(struct sender *s, uint64_t then, uint64_t late)
{
	while (s->now < then) {
		uint64_t wait;

		send_due(s);
		wait = pace_wait(&s->pace, s->now);
		if (wait > s->longest_wait)
			s->longest_wait = wait;
		s->now += wait + 1 + late;
	}
}

static void check_rate(const struct sender *s, double seconds, double part)
{
	double want = (s->bps > 0 ? s->bps : s->pps) * seconds * part;
	double got = s->bps > 0 ? (double)s->bytes * 8 : (double)s->packets;
	double one = s->bps > 0 ? 1514 * 8 : 1; /* a packet more or less */

	if (fabs(got - want) > want * 0.001 + one)
		FAIL("%g pps, %g bit/s for %g s: %.1f, not %.1f", s->pps,
		     s->bps, seconds, got, want);
}

static void check_smooth(const struct sender *s)
{
	double rate = s->bps > 0 ? s->bps : s->pps;
	/* 1.5 while it catches up; what may be due at once; and a packet. */
	double most =
		rate / 1000 * 1.5 + s->pace.depth + (s->bps > 0 ? 1514 * 8 : 1);

	if ((double)s->most_in_window > most)
		FAIL("%g pps, %g bit/s: %llu in a millisecond, not %.0f",
		     s->pps, s->bps, (unsigned long long)s->most_in_window,
		     most);
}

/* From a packet per second to a hundred million: a thousandth is the most
 * that a second is off. */
TEST(rates_in_packets_are_kept)
{
	static struct sender s;

	for (double pps = 1; pps <= 1e8; pps *= pps < 1e6 ? sqrt(10) : 10) {
		start(&s, pps, 0, small, 0, 1);
		run_until(&s, s.now + SECOND, 0);
		check_rate(&s, 1, 1);
		check_smooth(&s);
		CHECK_EQ(pace_given_up(&s.pace), 0);
		/* Nor is there ever a gap. */
		CHECK((double)s.longest_wait <= fmax(1e9 / pps, 20e3) + 1);
	}
}

TEST(rates_in_bits_are_kept_with_mixed_sizes)
{
	static struct sender s;

	for (double bps = 1e5; bps <= 4e11; bps *= 4) {
		start(&s, 0, bps, imix, 0, 1);
		run_until(&s, s.now + SECOND, 0);
		check_rate(&s, 1, 1);
		check_smooth(&s);
		CHECK_EQ(pace_given_up(&s.pace), 0);
	}
}

/* A thread that sleeps wakes late each time, and loses nothing by it. */
TEST(late_calls_do_not_slow_it_down)
{
	static const uint64_t late[] = { 1000, 60000, 200000, 2000000 };
	static struct sender s;

	for (unsigned i = 0; i < 4; i++)
		for (double pps = 10; pps <= 1e6; pps *= 10) {
			start(&s, pps, 0, small, 0, 1);
			run_until(&s, s.now + 3 * SECOND, late[i]);
			if (pps * (double)late[i] > 512e9)
				continue; /* no call can have so many */
			/* What the last call left. */
			s.pps += pps * 1e-9 * (double)late[i] / 3;
			check_rate(&s, 3, 1);
			CHECK_EQ(pace_given_up(&s.pace), 0);
		}
}

/* An hour later no error has added up. */
TEST(no_error_adds_up)
{
	static struct sender s;

	start(&s, 9999.7, 0, small, 0, 1);
	run_until(&s, s.now + 3600 * SECOND, 777);
	CHECK(fabs((double)s.packets - 9999.7 * 3600) <= 2);
}

/* 5 or 50 ms that a thread was away for are caught up, at one and a half of
 * the rate; of half a second what is beyond a tenth is given up and counted. */
TEST(stalls_are_caught_up_smoothly)
{
	static const unsigned stalls[] = { 5, 50, 500 };
	static struct sender s;

	for (unsigned i = 0; i < 3; i++)
		for (double pps = 1000; pps <= 1e8; pps *= 100) {
			uint64_t begin, given_up, known;

			start(&s, pps, 0, small, 0, 1);
			begin = s.now;
			run_until(&s, begin + 100 * MS, 0);
			s.now += stalls[i] * MS;
			run_until(&s, begin + SECOND, 0);
			given_up = pace_given_up(&s.pace);
			known = s.packets;
			if (stalls[i] < 100)
				CHECK_EQ(given_up, 0);
			else
				CHECK(fabs((double)given_up - pps * 0.4) <=
				      pps * 0.001 + 1024);
			s.packets += given_up;
			check_rate(&s, 1, 1);
			s.packets = known;
			check_smooth(&s);
		}
}

/* A clock that goes back stands still; one that leaps is a stall. */
TEST(clocks_that_jump_do_no_harm)
{
	static struct sender s;
	uint64_t then;

	start(&s, 1e6, 0, small, 0, 1);
	run_until(&s, s.now + SECOND, 0);
	then = s.packets;
	for (unsigned i = 0; i < 1000; i++)
		CHECK(pace_due(&s.pace, s.now - i * MS) <= 1000);
	CHECK(pace_due(&s.pace, 0) <= 1000);
	CHECK(pace_wait(&s.pace, 0) < 2 * SECOND);
	run_until(&s, s.now + SECOND, 0);
	CHECK(fabs((double)(s.packets - then) - 1e6) < 2000);
	s.now += 1000000 * SECOND;
	s.most_in_window = 0;
	run_until(&s, s.now + SECOND, 0);
	check_smooth(&s);
	CHECK(fabs((double)pace_given_up(&s.pace) / 1e12 - 1) < 0.001);
}

/* What is dealt among workers adds up, and they take turns. */
TEST(parts_add_up_to_the_whole)
{
	static const double rates[] = { 1, 3, 1000, 999999.9 };
	static struct sender s[7];
	uint64_t packets;

	for (unsigned i = 0; i < 4; i++) {
		packets = 0;
		for (unsigned part = 0; part < 7; part++) {
			start(&s[part], rates[i], 0, small, part, 7);
			run_until(&s[part], s[part].now + 10 * SECOND, 0);
			packets += s[part].packets;
		}
		CHECK(fabs((double)packets - rates[i] * 10) <=
		      7 + rates[i] / 1e5);
	}
	/* One a second, dealt among seven: each second one of them sends. */
	for (unsigned second = 0; second < 21; second++) {
		packets = 0;
		for (unsigned part = 0; part < 7; part++) {
			if (!second)
				start(&s[part], 1, 0, small, part, 7);
			packets -= s[part].packets;
			s[part].now += second ? 1 : 0;
			run_until(&s[part],
				  123456789 + second * SECOND + SECOND / 2, 0);
			s[part].now = 123456789 + second * SECOND + SECOND / 2;
			packets += s[part].packets;
		}
		CHECK_EQ(packets, 1);
	}
}

/* Without a rate there is always something due. */
TEST(the_most_is_without_end)
{
	struct pace_rate none = { 0 };
	struct pace p;

	pace_start(&p, &none, 60, 1, 3, 5);
	CHECK_EQ(pace_due(&p, 5), UINT_MAX);
	pace_spend(&p, 1000000, 60000000);
	CHECK_EQ(pace_due(&p, 5), UINT_MAX);
	CHECK_EQ(pace_wait(&p, 5), 0);
	CHECK_EQ(pace_given_up(&p), 0);
}

/* Whoever sends more than is due waits for it. */
TEST(what_is_overdrawn_is_waited_for)
{
	struct pace_rate rate = { .pps = 1000 };
	struct pace p;

	pace_start(&p, &rate, 60, 0, 1, 0);
	CHECK_EQ(pace_due(&p, 0), 1);
	pace_spend(&p, 10, 600);
	CHECK_EQ(pace_due(&p, MS), 0);
	CHECK_EQ(pace_wait(&p, MS), 9 * MS);
	CHECK_EQ(pace_due(&p, 10 * MS), 1);
}

/* As people write them; and a sentence for what is none. */
TEST(rates_are_read_as_written)
{
	static const struct {
		const char *text;
		double pps, bps;
	} good[] = {
		{ "1", 1, 0 },
		{ "1000", 1000, 0 },
		{ "1.5M", 1.5e6, 0 },
		{ "10kpps", 1e4, 0 },
		{ "14.88Mpps", 14.88e6, 0 },
		{ "0.5", 0.5, 0 },
		{ "10Gbit", 0, 1e10 },
		{ "64kbit/s", 0, 64e3 },
		{ "100Mbps", 0, 1e8 },
		{ "9bit", 0, 9 },
		{ "max", 0, 0 },
	};
	static const char *const bad[] = {
		"",
		"0",
		"-1",
		"x",
		"1x",
		"1.2.3",
		"1 M",
		"nan",
		"inf",
		"1e6",
		"0x10",
		"Mpps",
		"1kk",
		"1Tbit",
		".",
		"1e999",
		"99999999999999999999",
		"maximum",
		" 1",
		"1Gpp",
	};
	struct pace_rate rate;

	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *why = pace_rate_parse(&rate, good[i].text);

		if (why)
			FAIL("%s: %s", good[i].text, why);
		CHECK(fabs(rate.pps - good[i].pps) < 1e-6);
		CHECK(fabs(rate.bps - good[i].bps) < 1e-6);
	}
	rate.pps = 7;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!pace_rate_parse(&rate, bad[i]))
			FAIL("'%s' was taken", bad[i]);
	CHECK(rate.pps == 7);
}
