// SPDX-License-Identifier: BSD-2-Clause
/* report.c: which form of report, and when */
#include <errno.h>
#include <stdlib.h>

#include "report.h"
#include "screen.h"

static void release(const struct report *r, void *snapshot)
{
	if (snapshot)
		r->style->release(snapshot);
}

/* In place of the table: there may be no room for both. */
static void wrap_explanation(FILE *out, const struct report *r, const void *now)
{
	char *text = NULL;
	size_t size = 0;
	FILE *plain = open_memstream(&text, &size);

	if (!plain)
		return;
	r->style->explain(plain, r->arg, now);
	if (!fclose(plain))
		screen_wrap(out, text);
	free(text);
}

static void draw_table(struct report *r, const void *now, const void *step)
{
	void *since = r->style->since(now, r->base);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out && since) {
		r->style->head(out, r->arg, step, since);
		fputs("q quit  r reset  e explain\n", out);
		if (r->explaining)
			wrap_explanation(out, r, now);
		else
			r->style->table(out, r->arg, step, since);
	}
	if (out && !fclose(out))
		screen_draw(text);
	free(text);
	release(r, since);
}

/* The table stands from the start, when nothing has happened yet. */
static void draw_first(struct report *r)
{
	r->before = r->style->take(r->arg);
	if (r->before)
		r->step = r->style->since(r->before, r->before);
	if (r->step)
		draw_table(r, r->before, r->step);
}

void report_begin(struct report *r, const struct report_style *style, void *arg,
		  const struct settings *settings)
{
	*r = (struct report){
		.style = style,
		.arg = arg,
		.form = REPORT_LINES,
		.quiet = settings->quiet,
	};
	if (settings->json)
		r->form = REPORT_JSON;
	else if (!r->quiet && screen_possible())
		r->form = REPORT_TABLE;
	if (r->form == REPORT_TABLE) {
		screen_open();
		draw_first(r);
	}
}

static void print_step(struct report *r, const void *now, const void *step)
{
	switch (r->form) {
	case REPORT_TABLE:
		draw_table(r, now, step);
		break;
	case REPORT_LINES:
		r->style->line(stdout, r->arg, now, step);
		break;
	case REPORT_JSON:
		r->style->json(stdout, r->arg, now, step);
		break;
	}
	if (fflush(stdout) || ferror(stdout))
		r->err = -EIO;
}

void report_interval(struct report *r)
{
	void *now, *step;

	if (r->quiet)
		return;
	now = r->style->take(r->arg);
	step = now ? r->style->since(now, r->before) : NULL;
	if (step)
		print_step(r, now, step);
	release(r, r->step);
	r->step = step;
	if (!now)
		return;
	release(r, r->before);
	r->before = now;
}

static void reset(struct report *r)
{
	release(r, r->base);
	r->base = r->style->take(r->arg);
	release(r, r->before);
	r->before = r->style->take(r->arg);
}

bool report_key(struct report *r, char key)
{
	switch (key) {
	case 'q':
		return false;
	case 'r':
		reset(r);
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

int report_end(struct report *r, const char *reason, const char *sentence)
{
	void *all = r->style->take(r->arg);

	if (r->form == REPORT_TABLE)
		screen_close();
	if (all && r->form == REPORT_JSON)
		r->style->json_summary(stdout, r->arg, all, reason);
	else if (all)
		r->style->summary(stdout, r->arg, all, sentence);
	if (!all || fflush(stdout) || ferror(stdout))
		r->err = -EIO;
	release(r, all);
	release(r, r->before);
	release(r, r->step);
	release(r, r->base);
	return r->err;
}
