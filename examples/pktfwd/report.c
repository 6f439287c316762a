// SPDX-License-Identifier: BSD-2-Clause
/* report.c: which form of report, and when */
#include <errno.h>
#include <stdlib.h>

#include "report.h"
#include "screen.h"

/* In place of the table: there may be no room for both. */
static void wrap_explanation(FILE *out, struct forwarder *f,
			     const struct snapshot *now)
{
	char *text = NULL;
	size_t size = 0;
	FILE *plain = open_memstream(&text, &size);

	if (!plain)
		return;
	print_explanation(plain, f, now);
	if (!fclose(plain))
		screen_wrap(out, text);
	free(text);
}

static void draw_table(struct report *r, const struct snapshot *now,
		       const struct snapshot *step)
{
	struct snapshot *since = snapshot_since(now, r->base);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out && since) {
		print_head(out, r->forwarder, step, since);
		if (r->explaining)
			wrap_explanation(out, r->forwarder, now);
		else
			print_table(out, r->forwarder, step, since);
	}
	if (out && !fclose(out))
		screen_draw(text);
	free(text);
	snapshot_free(since);
}

/* The table stands from the start, when nothing has happened yet. */
static void draw_first(struct report *r)
{
	r->before = snapshot_take(r->forwarder);
	if (r->before)
		r->step = snapshot_since(r->before, r->before);
	if (r->step)
		draw_table(r, r->before, r->step);
}

void report_begin(struct report *r, struct forwarder *f)
{
	const struct options *o = &f->options;

	*r = (struct report){ .forwarder = f, .form = REPORT_LINES };
	if (o->json)
		r->form = REPORT_JSON;
	else if (!o->quiet && screen_possible())
		r->form = REPORT_TABLE;
	if (r->form == REPORT_TABLE) {
		screen_open();
		draw_first(r);
	}
}

static void print_step(struct report *r, const struct snapshot *now,
		       const struct snapshot *step)
{
	switch (r->form) {
	case REPORT_TABLE:
		draw_table(r, now, step);
		break;
	case REPORT_LINES:
		print_line(stdout, step, now->time);
		break;
	case REPORT_JSON:
		write_json_interval(stdout, r->forwarder, now, step);
		break;
	}
	if (fflush(stdout) || ferror(stdout))
		r->err = -EIO;
}

void report_interval(struct report *r)
{
	struct snapshot *now, *step;

	if (r->forwarder->options.quiet)
		return;
	now = snapshot_take(r->forwarder);
	step = now ? snapshot_since(now, r->before) : NULL;
	if (step)
		print_step(r, now, step);
	snapshot_free(r->step);
	r->step = step;
	if (!now)
		return;
	snapshot_free(r->before);
	r->before = now;
}

bool report_key(struct report *r, char key)
{
	switch (key) {
	case 'q':
		return false;
	case 'r':
		snapshot_free(r->base);
		r->base = snapshot_take(r->forwarder);
		snapshot_free(r->before);
		r->before = snapshot_take(r->forwarder);
		break;
	case 'e':
		r->explaining = !r->explaining;
		break;
	default:
		return true;
	}
	if (r->before && r->step)
		draw_table(r, r->before, r->step);
	return true;
}

void report_end(struct report *r, const char *reason, const char *sentence)
{
	struct snapshot *all = snapshot_take(r->forwarder);

	if (r->form == REPORT_TABLE)
		screen_close();
	if (all && r->form == REPORT_JSON)
		write_json_summary(stdout, r->forwarder, all, reason);
	else if (all)
		print_summary(stdout, r->forwarder, all, sentence);
	if (!all || fflush(stdout) || ferror(stdout))
		r->err = -EIO;
	snapshot_free(all);
	snapshot_free(r->before);
	snapshot_free(r->step);
	snapshot_free(r->base);
}
