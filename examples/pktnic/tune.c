// SPDX-License-Identifier: BSD-2-Clause
/* tune.c: the commands that change an interface's settings, and put them back
 */
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pktnic.h"
#include "say.h"
#include "wish.h"

static const char tune_help[] =
	"usage: pktnic tune [OPTION...] IF\n"
	"\n"
	"Makes an interface as a plan needs it: channels, interrupts, NAPI "
	"settings. It\n"
	"stays so until 'pktnic restore IF', which knows what was before.\n"
	"\n"
	"  --plan PLAN      auto, the default: as pktnic plan tells; a FILE; or "
	"none\n"
	"  --mode MODE, --queues N, --siblings, --row Q:IRQ:WORKER[:NODE]\n"
	"                   as for pktnic plan\n"
	"  --set NAME=VALUE a setting of its own, may be repeated:\n"
	"                   channels=\"rx 2 tx 2\"      rings=\"rx 1024\"\n"
	"                   coalescing=\"rx-usecs 8\"   lro=0  gro=0  ntuple=1\n"
	"                   rss=\"0 1\"  \"hash udp4=sdfn\"\n"
	"                   gro_flush_timeout=200000  napi_defer_hard_irqs=2\n"
	"                   threaded=1  \"xps 3=c\"  \"irq 45=2\"  busy_poll=50\n"
	"  --dry-run        change nothing, only tell what would be\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"Needs root. When one step fails all others are undone.\n"
	"Exit code: 0 done, 1 failed, 2 not asked rightly. More: man pktnic\n";

static const char restore_help[] =
	"usage: pktnic restore IF\n"
	"       pktnic restore --all\n"
	"\n"
	"Puts back what 'pktnic tune', or a program that has died, changed of "
	"an\n"
	"interface. What somebody else changed meanwhile is left alone, and "
	"told.\n"
	"\n"
	"  --all            of all interfaces of this network namespace\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"Needs root.\n"
	"Exit code: 0 all is as it was, 1 it is not or it failed, 2 not asked "
	"rightly.\n"
	"More: man pktnic\n";

#define SETTINGS_MAX 64

/* NAME=VALUE, cut in two. */
struct setting {
	char name[64];
	const char *value;
};

struct tuning {
	struct wish wish;
	struct setting settings[SETTINGS_MAX];
	unsigned setting_count;
	bool dry_run;
};

static int take_set(void *to, const char *name, const char *text)
{
	struct tuning *t = to;
	size_t len = strcspn(text, "=");
	struct setting *s;

	if (!text[len] || !len || len >= sizeof(s->name))
		return say_usage("--%s %s: give NAME=VALUE", name, text);
	if (t->setting_count == SETTINGS_MAX)
		return say_usage("--%s: %u settings at most", name,
				 SETTINGS_MAX);
	s = &t->settings[t->setting_count++];
	memcpy(s->name, text, len);
	s->value = text + len + 1;
	return GO_ON;
}

static const struct option_row rows[] = {
	{ "set", OPTION_OWN, .take = take_set },
	{ "dry-run", OPTION_FLAG, offsetof(struct tuning, dry_run), 0, 0,
	  NULL },
	{ 0 },
};

static int said(int err)
{
	say("%s", xskpkt_errmsg());
	return err;
}

/* What is on record is put back, and it is well when nothing is. Returns how
 * much is not as it was, or -errno after it was said why. */
static int put_back(const char *ifname)
{
	int astray = xskpkt_tune_restore(ifname, stdout);

	if (astray == -ENOENT)
		return 0;
	return astray < 0 ? said(astray) : astray;
}

static int apply_settings(struct xskpkt_tune *tune, const struct tuning *t)
{
	int err = 0;

	for (unsigned i = 0; !err && i < t->setting_count; i++)
		err = xskpkt_tune_set(tune, t->settings[i].name,
				      t->settings[i].value);
	return err ? said(err) : 0;
}

static int print_and_apply(struct xskpkt_tune *tune,
			   const struct xskpkt_plan *plan)
{
	int err = xskpkt_plan_print(plan, stdout);

	if (!err)
		err = xskpkt_plan_apply(plan, tune);
	return err ? said(err) : 0;
}

static int apply_plan(struct xskpkt_tune *tune, const struct tuning *t,
		      const char *ifname)
{
	struct xskpkt_plan *plan;
	struct xskpkt_nic *nic;
	int err;

	if (wish_none(&t->wish))
		return 0;
	err = xskpkt_nic_query(&nic, ifname, NULL);
	if (err)
		return said(err);
	err = wish_plan(&plan, &t->wish, nic);
	xskpkt_nic_free(nic);
	if (err)
		return err;
	err = print_and_apply(tune, plan);
	xskpkt_plan_destroy(plan);
	return err;
}

static int tune_open(struct xskpkt_tune **ret, const struct tuning *t,
		     const char *ifname)
{
	const struct xskpkt_tune_opts opts = {
		.size = sizeof(opts),
		.flags = t->dry_run ? XSKPKT_TUNE_DRY_RUN : 0,
		.out = stdout,
	};
	int err;

	/* Tuned before: begin with what was before that. */
	err = t->dry_run ? 0 : put_back(ifname);
	if (err < 0)
		return err;
	err = xskpkt_tune_open(ret, ifname, &opts);
	return err ? said(err) : 0;
}

static int tune(const struct tuning *t, const char *ifname)
{
	struct xskpkt_tune *tune;
	int err;

	err = tune_open(&tune, t, ifname);
	if (err)
		return EXIT_FAILED;
	err = apply_settings(tune, t);
	if (!err)
		err = apply_plan(tune, t, ifname);
	if (!err && xskpkt_tune_keep(tune))
		err = said(-EIO);
	if (xskpkt_tune_close(tune))
		say("%s: not all could be put back: pktnic restore %s", ifname,
		    ifname);
	return err ? EXIT_FAILED : EXIT_OK;
}

int tune_run(int argc, char **argv)
{
	static struct tuning t;
	const struct option_group groups[] = { { wish_options, &t.wish },
					       { rows, &t } };
	const struct command_line line = { tune_help, groups, 2 };
	const char *ifname;
	int words, code;

	code = arguments_parse(&words, &line, argc, argv);
	if (code == GO_ON)
		code = take_interface(&ifname, words, argc, argv);
	if (code == GO_ON)
		code = wish_check(&t.wish);
	return code == GO_ON ? tune(&t, ifname) : code;
}

/* Putting back */

struct restoring {
	bool all;
};

static const struct option_row restore_rows[] = {
	{ "all", OPTION_FLAG, offsetof(struct restoring, all), 0, 0, NULL },
	{ 0 },
};

static int restore_one(const char *ifname)
{
	int astray = put_back(ifname);

	if (astray > 0)
		say("%s: %d settings are not as they were", ifname, astray);
	return astray ? EXIT_FAILED : EXIT_OK;
}

static int restore_all(void)
{
	struct if_nameindex *all = if_nameindex();
	int code = EXIT_OK;

	if (!all) {
		say("cannot list the interfaces: %s", strerror(errno));
		return EXIT_FAILED;
	}
	for (const struct if_nameindex *i = all; i->if_index; i++)
		if (restore_one(i->if_name))
			code = EXIT_FAILED;
	if_freenameindex(all);
	return code;
}

int restore_run(int argc, char **argv)
{
	struct restoring r = { 0 };
	const struct option_group group = { restore_rows, &r };
	const struct command_line line = { restore_help, &group, 1 };
	const char *ifname;
	int words, code;

	code = arguments_parse(&words, &line, argc, argv);
	if (code != GO_ON)
		return code;
	if (r.all)
		return words < argc ? say_usage("--all or an interface, not "
						"both")
				    : restore_all();
	code = take_interface(&ifname, words, argc, argv);
	return code == GO_ON ? restore_one(ifname) : code;
}
