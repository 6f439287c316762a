// SPDX-License-Identifier: BSD-2-Clause
/* plan.c: the command that says which cores and memory would serve a NIC */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "facts.h"
#include "pktnic.h"
#include "say.h"
#include "wish.h"

static const char help[] =
	"usage: pktnic plan [OPTION...] IF\n"
	"\n"
	"Tells for each queue which CPU should take its interrupt, which one "
	"should run\n"
	"the worker, and on which NUMA node its frames should lie. Changes "
	"nothing.\n"
	"\n"
	"  --mode MODE      auto, two-core (interrupt and worker apart) or "
	"one-core\n"
	"                   (one CPU polls)\n"
	"  --queues N       for so many, also before there are so many channels\n"
	"  --siblings       a worker may be the SMT sibling of its interrupt's "
	"CPU\n"
	"  --plan FILE      check the plan of a file that --json wrote, - for "
	"stdin\n"
	"  --row Q:IRQ:WORKER[:NODE]\n"
	"                   queue Q is served so; - for no IRQ; may be repeated\n"
	"  --compare FILE   tell only where the plan of this file differs\n"
	"  --netns NAME     the interface is in this network namespace\n"
	"  --json           for a file: pktnic plan eth0 --json > eth0.plan\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"Needs no root. HWLOC_XMLFILE=FILE plans for the machine of that file.\n"
	"Exit code: 0 told, 1 failed, 2 not asked rightly. More: man pktnic\n";

struct planning {
	struct wish wish;
	const char *netns, *compare;
	bool json;
};

static const struct option_row rows[] = {
	{ "netns", OPTION_TEXT, offsetof(struct planning, netns), 0, 0, NULL },
	{ "compare", OPTION_TEXT, offsetof(struct planning, compare), 0, 0,
	  NULL },
	{ "json", OPTION_FLAG, offsetof(struct planning, json), 0, 0, NULL },
	{ 0 },
};

static int compare(const struct xskpkt_plan *plan, const char *path)
{
	struct xskpkt_plan *other;
	int err = wish_load(&other, path);

	if (err)
		return err;
	if (!xskpkt_plan_compare(other, plan, stdout))
		printf("no difference\n");
	xskpkt_plan_destroy(other);
	return 0;
}

static int tell(const struct xskpkt_plan *plan, const struct planning *p)
{
	int err;

	if (p->compare)
		return compare(plan, p->compare);
	err = p->json ? xskpkt_plan_save(plan, stdout)
		      : xskpkt_plan_print(plan, stdout);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

/* One that was made here suits the machine; others may not. */
static int check(const struct xskpkt_plan *plan, const struct planning *p,
		 const struct xskpkt_nic *nic)
{
	int err;

	if (!p->wish.plan && !p->wish.row_count)
		return 0;
	err = xskpkt_plan_check(plan, nic);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

static int make_and_tell(const struct planning *p, const char *ifname)
{
	struct xskpkt_plan *plan;
	struct facts f;
	int err;

	if (facts_query(&f, ifname, p->netns))
		return EXIT_FAILED;
	err = wish_plan(&plan, &p->wish, f.nic);
	if (!err) {
		err = check(plan, p, f.nic);
		if (!err)
			err = tell(plan, p);
		xskpkt_plan_destroy(plan);
	}
	facts_free(&f);
	if (!err && (fflush(stdout) || ferror(stdout))) {
		say("cannot write the plan");
		err = -EIO;
	}
	return err ? EXIT_FAILED : EXIT_OK;
}

int plan_run(int argc, char **argv)
{
	static struct planning p;
	const struct option_group groups[] = { { wish_options, &p.wish },
					       { rows, &p } };
	const struct command_line line = { help, groups, 2 };
	const char *ifname;
	int words, code;

	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = take_interface(&ifname, words, argc, argv);
	if (code == GO_ON)
		code = wish_check(&p.wish);
	if (code == GO_ON && wish_none(&p.wish))
		code = say_usage("--plan none: there is nothing to tell");
	return code == GO_ON ? make_and_tell(&p, ifname) : code;
}
