// SPDX-License-Identifier: BSD-2-Clause
/* wish.c: the options that say which plan is wanted, and the plan */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "say.h"
#include "wish.h"

static int take_mode(void *to, const char *name, const char *text)
{
	static const char *const runs[] = { "auto", "two-core", "one-core" };
	struct wish *w = to;

	for (uint32_t run = 0; run < 3; run++) {
		if (strcmp(text, runs[run]))
			continue;
		w->run = run;
		return GO_ON;
	}
	return say_usage("--%s %s: give auto, two-core or one-core", name,
			 text);
}

/* "-" is -1; else a number. False: neither. */
static bool parse_number(int32_t *ret, const char **at)
{
	int used = 0;

	if (**at == '-') {
		*ret = -1;
		++*at;
		return true;
	}
	if (**at < '0' || **at > '9' || sscanf(*at, "%9d%n", ret, &used) != 1)
		return false;
	*at += used;
	return true;
}

/* QUEUE:IRQ:WORKER[:NODE] */
static int take_row(void *to, const char *name, const char *text)
{
	int32_t numbers[4] = { -1, -1, -1, -1 };
	struct wish *w = to;
	const char *at = text;
	unsigned n = 0;

	if (w->row_count == WISH_ROWS_MAX)
		return say_usage("--%s: %u rows at most", name, WISH_ROWS_MAX);
	while (n < 4 && parse_number(&numbers[n], &at)) {
		n++;
		if (*at != ':')
			break;
		at++;
	}
	if (n < 3 || *at || at[-1] == ':' || numbers[0] < 0 || numbers[2] < 0)
		return say_usage("--%s %s: give QUEUE:IRQ:WORKER or "
				 "QUEUE:IRQ:WORKER:NODE, numbers, or - for no "
				 "IRQ or any node",
				 name, text);
	w->rows[w->row_count++] = (struct xskpkt_plan_row){
		.size = sizeof(w->rows[0]),
		.queue = (uint32_t)numbers[0],
		.irq_cpu = numbers[1],
		.worker_cpu = numbers[2],
		.node = numbers[3],
	};
	return GO_ON;
}

const struct option_row wish_options[] = {
	{ "plan", OPTION_TEXT, offsetof(struct wish, plan), 0, 0, NULL },
	{ "mode", OPTION_OWN, .take = take_mode },
	{ "queues", OPTION_U32, offsetof(struct wish, queues), 1, 65535, NULL },
	{ "siblings", OPTION_FLAG, offsetof(struct wish, siblings), 0, 0,
	  NULL },
	{ "row", OPTION_OWN, .take = take_row },
	{ 0 },
};

bool wish_none(const struct wish *w)
{
	return w->plan && !strcmp(w->plan, "none");
}

static bool made_here(const struct wish *w)
{
	return !w->plan || !strcmp(w->plan, "auto");
}

int wish_check(const struct wish *w)
{
	if (!made_here(w) && (w->run || w->queues || w->siblings))
		return say_usage("--plan %s: --mode, --queues and --siblings "
				 "are for plans that are made here",
				 w->plan);
	if (wish_none(w) && w->row_count)
		return say_usage("--plan none has no rows for --row");
	return GO_ON;
}

static int said(int err)
{
	say("%s", xskpkt_errmsg());
	return err;
}

int wish_load(struct xskpkt_plan **ret, const char *path)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "r") : stdin;
	int err;

	if (!in) {
		err = -errno;
		say("%s: %s", path, strerror(-err));
		return err;
	}
	err = xskpkt_plan_load(ret, in);
	if (in != stdin)
		fclose(in);
	if (err)
		say("%s: %s", path, xskpkt_errmsg());
	return err;
}

static int make_plan(struct xskpkt_plan **ret, const struct wish *w,
		     const struct xskpkt_nic *nic)
{
	const struct xskpkt_plan_opts opts = {
		.size = sizeof(opts),
		.run = w->run,
		.queues = w->queues,
		.flags = w->siblings ? XSKPKT_PLAN_SIBLINGS : 0,
	};
	int err = xskpkt_plan_create(ret, nic, &opts);

	return err ? said(err) : 0;
}

static int set_row(struct xskpkt_plan *plan, const struct wish *w,
		   struct xskpkt_plan_row row)
{
	int err;

	row.run = row.irq_cpu != row.worker_cpu   ? XSKPKT_RUN_TWO_CORE
		  : w->run == XSKPKT_RUN_ONE_CORE ? XSKPKT_RUN_ONE_CORE
						  : XSKPKT_RUN_SHARED;
	err = xskpkt_plan_set(plan, &row);
	return err ? said(err) : 0;
}

int wish_plan(struct xskpkt_plan **ret, const struct wish *w,
	      const struct xskpkt_nic *nic)
{
	struct xskpkt_plan *plan;
	int err;

	if (made_here(w))
		err = make_plan(&plan, w, nic);
	else
		err = wish_load(&plan, w->plan);
	if (err)
		return err;
	for (unsigned i = 0; !err && i < w->row_count; i++)
		err = set_row(plan, w, w->rows[i]);
	if (err)
		xskpkt_plan_destroy(plan);
	else
		*ret = plan;
	return err;
}
