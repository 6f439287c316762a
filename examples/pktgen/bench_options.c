// SPDX-License-Identifier: BSD-2-Clause
/* bench_options.c: from the command line to struct bench_options */
#include <stdio.h>
#include <string.h>

#include "bench_options.h"
#include "numbers.h"
#include "pace.h"
#include "pattern_rows.h"
#include "say.h"

static const char help[] =
	"usage: pktgen bench [OPTION...] IF_TX IF_RX\n"
	"What the device between IF_TX and IF_RX can do, after RFC 2544.\n"
	"Tests:\n"
	"  --tests LIST         of throughput, latency, loss, burst (default all)\n"
	"  --sizes LIST         bytes with FCS, or imix (default 64,128,...,1518)\n"
	"  --seconds S          of each trial (default 2; RFC 2544 asks for 60)\n"
	"  --loss PERCENT       that counts as none (default 0)\n"
	"  --resolution PERCENT of rates and bursts (default 1)\n"
	"  --verify N           look again at a loss, N times (default 1)\n"
	"  --rate RATE          the most to offer: 2.5Mpps, 1Gbit, max (default max)\n"
	"  --quick              sizes 64,512,1518, trials of 0.3 s, resolution 5 %\n"
	"Packets, as for pktgen tx, which explains them:\n"
	"  --proto, --src, --dst, --src-port, --dst-port, --src-mac, --dst-mac,\n"
	"  --flows, --random, --vlan, --tcp-flags, --tos, --ttl, --ethertype, --ipv6\n"
	"Interfaces and threads:\n"
	"  --mode MODE          auto, zerocopy, copy or generic (default auto)\n"
	"  --queues LIST        these, as 0,2-3; or N: the first N (default all)\n"
	"  --ring N             entries of each ring, a power of two (default 1024)\n"
	"  --frame-size N, --huge   bytes, 2048 to 4096; on reserved huge pages\n"
	"  --busy-poll          poll the driver, without interrupts\n"
	"  --workers N          threads of each side (default: one per queue)\n"
	"  --cpus LIST          the first half is to send, the second to receive\n"
	"  --spin               what receives never sleeps\n"
	"  --user NAME          become this user once all is open\n"
	"Output:\n"
	"  --report FILE.html   a page with diagrams\n"
	"  --json, --quiet      one JSON object per trial; only the summary\n"
	"Key on a terminal: q quit. More: man pktgen\n";

#define SECONDS_DEFAULT 2
#define SECONDS_QUICK 0.3
#define RESOLUTION_DEFAULT 0.01
#define RESOLUTION_QUICK 0.05
#define RESOLUTION_MIN 0.001

/* Those whose value has a form of its own */

/* A percentage, with or without its sign, as a share. */
static int take_share(double *ret, const char *name, const char *text,
		      double min, double max)
{
	char digits[32];
	size_t len = strlen(text);

	if (len && text[len - 1] == '%')
		len--;
	snprintf(digits, sizeof(digits), "%.*s", (int)len, text);
	if (len >= sizeof(digits) || !seconds_parse(ret, digits, min, max))
		return say_usage("--%s %s: give a percentage from %g to %g",
				 name, text, min, max);
	*ret /= 100;
	return GO_ON;
}

static int take_loss(void *to, const char *name, const char *text)
{
	struct bench_options *o = to;

	return take_share(&o->plan.loss, name, text, 0, 99);
}

static int take_resolution(void *to, const char *name, const char *text)
{
	struct bench_options *o = to;

	return take_share(&o->plan.resolution, name, text, 100 * RESOLUTION_MIN,
			  50);
}

static int take_rate(void *to, const char *name, const char *text)
{
	struct bench_options *o = to;
	struct pace_rate rate;
	const char *why = pace_rate_parse(&rate, text);

	if (why)
		return say_usage("--%s %s: %s", name, text, why);
	o->plan.pps = rate.pps;
	o->plan.bps = rate.bps;
	return GO_ON;
}

static unsigned test_named(const char *name, size_t len)
{
	for (unsigned i = 0; i < BENCH_TESTS; i++)
		if (strlen(bench_test_names[i]) == len &&
		    !memcmp(bench_test_names[i], name, len))
			return 1u << i;
	return 0;
}

static int take_tests(void *to, const char *name, const char *text)
{
	struct bench_options *o = to;
	const char *at = text;

	o->plan.tests = 0;
	for (;; at++) {
		size_t len = strcspn(at, ",");
		unsigned test = test_named(at, len);

		if (!test || o->plan.tests & test)
			return say_usage("--%s %s: give a list out of "
					 "throughput, latency, loss, burst",
					 name, text);
		o->plan.tests |= test;
		at += len;
		if (!*at)
			return GO_ON;
	}
}

/* Sizes */

static int bad_sizes(const char *text, const char *why)
{
	return say_usage("--sizes %s: %s", text, why);
}

/* One of a list: a number, or "imix". NULL, or what is wrong. */
static const char *add_size(struct bench_plan *plan, const char *word,
			    size_t len)
{
	struct bench_size *size = &plan->sizes[plan->size_count];
	uint64_t bytes = 0;

	if (plan->size_count == BENCH_SIZES)
		return "16 sizes at most";
	snprintf(size->name, sizeof(size->name), "%.*s", (int)len, word);
	if (len >= sizeof(size->name) ||
	    (strcmp(size->name, "imix") &&
	     !number_parse(&bytes, size->name, PATTERN_SIZE_MIN + FCS_BYTES,
			   PATTERN_SIZE_MAX + FCS_BYTES)))
		return "give bytes with FCS, 64 to 9732, or imix, between "
		       "commas";
	for (unsigned i = 0; i < plan->size_count; i++)
		if (!strcmp(plan->sizes[i].name, size->name))
			return "a size is given twice";
	size->bytes = (double)bytes;
	plan->size_count++;
	return NULL;
}

static int take_sizes(void *to, const char *name, const char *text)
{
	struct bench_options *o = to;
	const char *at = text;

	(void)name;
	o->sizes_given = true;
	o->plan.size_count = 0;
	for (;; at++) {
		size_t len = strcspn(at, ",");
		const char *why = add_size(&o->plan, at, len);

		if (why)
			return bad_sizes(text, why);
		at += len;
		if (!*at)
			return GO_ON;
	}
}

static const struct option_row rows[] = {
	{ "tests", OPTION_OWN, .take = take_tests },
	{ "sizes", OPTION_OWN, .take = take_sizes },
	{ "seconds", OPTION_SECONDS,
	  .offset = offsetof(struct bench_options, plan.seconds), .min = 10,
	  .max = 3600000 },
	{ "loss", OPTION_OWN, .take = take_loss },
	{ "resolution", OPTION_OWN, .take = take_resolution },
	{ "verify", OPTION_U32,
	  .offset = offsetof(struct bench_options, plan.verify), .min = 0,
	  .max = 100 },
	{ "rate", OPTION_OWN, .take = take_rate },
	{ "quick", OPTION_FLAG,
	  .offset = offsetof(struct bench_options, quick) },
	{ "report", OPTION_TEXT,
	  .offset = offsetof(struct bench_options, report) },
	{ "json", OPTION_FLAG,
	  .offset = offsetof(struct bench_options, settings.json) },
	{ "quiet", OPTION_FLAG,
	  .offset = offsetof(struct bench_options, settings.quiet) },
	{ 0 },
};

/* What was not given */

/* Those of RFC 2544, 9.1, from the least that the packets fit in. */
static int default_sizes(struct bench_options *o, unsigned least)
{
	static const unsigned all[] = { 128, 256, 512, 1024, 1280, 1518 };
	static const unsigned few[] = { 512, 1518 };
	const unsigned *sizes = o->quick ? few : all;
	unsigned n = o->quick ? 2 : 6;
	char list[64];
	int len = snprintf(list, sizeof(list), "%u", least);

	for (unsigned i = 0; i < n; i++)
		if (sizes[i] > least)
			len += snprintf(list + len, sizeof(list) - (size_t)len,
					",%u", sizes[i]);
	return take_sizes(o, "sizes", list);
}

/* Those given, which are 0 where they are a mix. */
static int check_sizes(const struct bench_options *o, unsigned least)
{
	for (unsigned i = 0; i < o->plan.size_count; i++) {
		const struct bench_size *size = &o->plan.sizes[i];

		if (size->bytes > 0 && size->bytes < least)
			return say_usage(
				"--sizes %s: these packets, with "
				"marks and FCS, have %u bytes at least",
				size->name, least);
	}
	return GO_ON;
}

static int settle_sizes(struct bench_options *o)
{
	struct pattern probe = o->pattern;
	int code = pattern_settle(&probe);
	unsigned least;

	if (code != GO_ON)
		return code;
	least = pattern_least(&probe) + FCS_BYTES;
	return o->sizes_given ? check_sizes(o, least) : default_sizes(o, least);
}

/* The packets of a size. */
static int settle_pattern(struct bench_options *o, unsigned i)
{
	struct bench_size *size = &o->plan.sizes[i];
	struct pattern *p = &o->patterns[i];
	const char *why;
	char text[32];
	int code;

	snprintf(text, sizeof(text), "%s", size->name);
	if (size->bytes > 0)
		snprintf(text, sizeof(text), "%.0f", size->bytes - FCS_BYTES);
	*p = o->pattern;
	why = pattern_set(p, "size", text);
	if (why)
		return bad_sizes(size->name, why);
	code = pattern_settle(p);
	size->bytes = pattern_mean(p) + FCS_BYTES;
	if (code == GO_ON &&
	    pattern_largest(p) > pattern_largest(&o->patterns[o->largest]))
		o->largest = i;
	return code;
}

static void settle_numbers(struct bench_options *o)
{
	struct bench_plan *plan = &o->plan;

	if (!(plan->seconds > 0))
		plan->seconds = o->quick ? SECONDS_QUICK : SECONDS_DEFAULT;
	if (!(plan->resolution > 0))
		plan->resolution = o->quick ? RESOLUTION_QUICK
					    : RESOLUTION_DEFAULT;
	if (!plan->tests)
		plan->tests = (1u << BENCH_TESTS) - 1;
	if (plan->tests & BENCH_LATENCY)
		plan->tests |= BENCH_THROUGHPUT;
}

/* Options of a pattern that cannot be had here. */
static int check_pattern(const struct bench_options *o)
{
	if (o->pattern.size_count)
		return say_usage("--size: give --sizes here, with FCS");
	if (o->pattern.raw_len)
		return say_usage("--raw: bench needs packets with marks");
	if (o->pattern.unmarked)
		return say_usage("--no-mark: bench counts packets by marks");
	return GO_ON;
}

static int settle(struct bench_options *o)
{
	int code = check_pattern(o);

	settle_numbers(o);
	if (code == GO_ON)
		code = settle_sizes(o);
	for (unsigned i = 0; code == GO_ON && i < o->plan.size_count; i++)
		code = settle_pattern(o, i);
	return code;
}

static int take_words(struct bench_options *o, char **words, int n)
{
	if (n != 2)
		return say_usage("give two interfaces: one that sends, one "
				 "that receives");
	o->names[0] = words[0];
	o->names[1] = words[1];
	return check_interfaces(o->names, 2);
}

int bench_options_parse(struct bench_options *ret, int argc, char **argv)
{
	const struct option_group groups[] = {
		{ rows, ret },
		{ pattern_rows(), &ret->pattern },
		{ settings_interface, &ret->settings },
		{ settings_threads, &ret->settings },
		{ settings_spin, &ret->settings },
	};
	const struct command_line line = { help, groups, 5 };
	int words, code;

	*ret = (struct bench_options){ .pattern = PATTERN_DEFAULT,
				       .plan.verify = 1 };
	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = take_words(ret, argv + words, argc - words);
	return code == GO_ON ? settle(ret) : code;
}
