// SPDX-License-Identifier: BSD-2-Clause
/* bench_view.c: what the user sees of a benchmark while it runs */
#include <math.h>
#include <stdlib.h>

#include "bench_view.h"
#include "clock.h"
#include "rate.h"
#include "screen.h"

#define BAR 32

static double seconds_since(uint64_t ns)
{
	return (double)(now_ns() - ns) / 1e9;
}

/* How much of the trial is over; its last packets take a moment more. */
static double trial_share(const struct view *v)
{
	return fmin(seconds_since(v->trial_started) / v->trial.seconds, 0.95);
}

/* From what the trials took so far, or should take. */
static double seconds_left(const struct view *v)
{
	double each = v->plan->seconds + 0.1;

	if (v->done)
		each = (double)(v->trial_started - v->started) / 1e9 / v->done;
	return fmax(each * (v->left - trial_share(v)), 0);
}

static void print_time(FILE *out, double seconds)
{
	unsigned s = (unsigned)lround(seconds);

	if (s >= 3600)
		fprintf(out, "%u h %u min", s / 3600, s % 3600 / 60);
	else if (s >= 60)
		fprintf(out, "%u min %u s", s / 60, s % 60);
	else
		fprintf(out, "%u s", s);
}

static void print_bar(FILE *out, const struct view *v)
{
	double share = (v->done + trial_share(v)) / (v->done + v->left);

	fputc('[', out);
	for (unsigned i = 0; i < BAR; i++)
		fputc(i < share * BAR ? '#' : '.', out);
	fprintf(out, "] trial %u of %u, about ", v->done + 1,
		v->done + v->left);
	print_time(out, seconds_left(v));
	fputs(" left\n", out);
}

static const char *test_name(enum bench_test test)
{
	return bench_test_names[__builtin_ctz(test)];
}

static void print_now(FILE *out, const struct view *v)
{
	fprintf(out, "size %s, %s: ", v->plan->sizes[v->trial.size].name,
		test_name(v->test));
	if (v->trial.packets)
		fprintf(out, "a burst of %s packets\n",
			count_format(v->trial.packets).s);
	else if (v->trial.pps > 0)
		fprintf(out, "%s\n", rate_format(v->trial.pps, "pps").s);
	else
		fputs("as fast as it goes\n", out);
}

static void draw(const struct view *v)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	fprintf(out, "pktgen bench %s -> %s  q quit\n", v->names[0],
		v->names[1]);
	print_bar(out, v);
	print_now(out, v);
	if (v->results[0].done) {
		fputc('\n', out);
		print_results(out, v->plan, v->results);
	}
	if (!fclose(out))
		screen_draw(text);
	free(text);
}

void view_tick(void *arg)
{
	const struct view *v = arg;

	if (v->form == VIEW_SCREEN)
		draw(v);
}

static void begins(void *arg, const struct trial *t, enum bench_test test,
		   unsigned left)
{
	struct view *v = arg;

	v->trial = *t;
	v->test = test;
	v->left = left;
	v->trial_started = now_ns();
	view_tick(v);
}

static void ended(void *arg, const struct trial *t, enum bench_test test,
		  const struct trial_result *r)
{
	struct view *v = arg;

	v->done++;
	if (v->form == VIEW_JSON)
		write_json_trial(stdout, v->plan, t, test, r);
}

static void done(void *arg, unsigned size, enum bench_test test)
{
	struct view *v = arg;

	if (v->form != VIEW_LINES)
		return;
	print_result(stdout, v->plan, v->results, size, test);
	fflush(stdout);
}

void view_begin(struct view *v, struct bench_watch *watch)
{
	*watch = (struct bench_watch){
		.begins = begins, .ended = ended, .done = done, .arg = v
	};
	v->started = now_ns();
	if (v->form == VIEW_SCREEN)
		screen_open();
}

void view_end(struct view *v)
{
	if (v->form != VIEW_SCREEN)
		return;
	screen_clear();
	screen_close();
}
