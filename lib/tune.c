// SPDX-License-Identifier: BSD-2-Clause
/* tune.c: settings of an interface, changed on record, and put back */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "opts.h"
#include "sys.h"
#include "tune.h"

void tune_tell(const struct xskpkt_tune *t, const char *format, ...)
{
	char line[2 * SETTING_VALUE + 200];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (t->out)
		fprintf(t->out, "%s: %s\n", t->dev.name, line);
	log_info("%s: %s", t->dev.name, line);
}

/* Putting back */

enum outcome {
	BACK,   /* it is as it was */
	OTHERS, /* somebody else has changed it, or it is gone */
	STUCK,  /* the kernel does not take the old value */
};

static enum outcome stuck(const struct xskpkt_tune *t, const struct change *c,
			  const char *why)
{
	tune_tell(t, "%s stays \"%s\", it was \"%s\": %s", c->name, c->ours,
		  c->before, why);
	return STUCK;
}

static enum outcome put_back(const struct xskpkt_tune *t,
			     const struct change *c)
{
	char now[SETTING_VALUE];
	int err;

	err = setting_read(&t->dev, c->name, now);
	if (err == -ENOENT) {
		tune_tell(t, "%s is not there any more", c->name);
		return OTHERS;
	}
	if (err)
		return stuck(t, c, err_text(err));
	if (!strcmp(now, c->before))
		return BACK;
	if (strcmp(now, c->ours)) {
		tune_tell(t,
			  "%s is \"%s\", not \"%s\": somebody else changed "
			  "it, so it is left alone",
			  c->name, now, c->ours);
		return OTHERS;
	}
	err = setting_write(&t->dev, c->name, c->before);
	if (err)
		return stuck(t, c, err_text(err));
	tune_tell(t, "%s: \"%s\" -> \"%s\"", c->name, c->ours, c->before);
	return BACK;
}

unsigned tune_undo(struct xskpkt_tune *t, unsigned mark)
{
	unsigned astray = 0;

	for (unsigned i = t->ledger.count; i-- > mark;) {
		enum outcome outcome = put_back(t, &t->ledger.changes[i]);

		astray += outcome != BACK;
		if (outcome == STUCK)
			continue;
		ledger_drop(&t->ledger, i);
		if (ledger_save(&t->ledger))
			tune_tell(t, "%s", xskpkt_errmsg());
	}
	return astray;
}

/* What is on record: put back all that is of this interface and this boot. */
static unsigned restore(struct xskpkt_tune *t)
{
	unsigned astray = 0;

	if (t->ledger.current && t->ledger.ifindex == t->dev.ifindex)
		return tune_undo(t, 0);
	tune_tell(t, "the record is of an interface that is gone: there is "
		     "nothing to put back");
	while (t->ledger.count)
		ledger_drop(&t->ledger, t->ledger.count - 1);
	if (ledger_save(&t->ledger))
		astray++;
	return astray;
}

/* Opening and closing */

static int check_opts(const struct xskpkt_tune_opts *o)
{
	if (o->flags & ~XSKPKT_TUNE_DRY_RUN)
		return fail(-EINVAL, "tune: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~XSKPKT_TUNE_DRY_RUN);
	if (o->reserved)
		return fail(-EINVAL, "tune: reserved is %u: set it to 0",
			    o->reserved);
	return 0;
}

/* Whoever wrote it is dead: it would hold the lock. */
static int recover(struct xskpkt_tune *t)
{
	int err = ledger_load(&t->ledger);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (t->ledger.keep && t->ledger.current)
		return fail(-EEXIST,
			    "%s: it is tuned already: 'pktnic restore %s' "
			    "puts it back",
			    t->dev.name, t->dev.name);
	tune_tell(t, "a program that has died had tuned it");
	if (restore(t) && t->ledger.count)
		return fail(-EIO,
			    "%s: what a program that has died left behind "
			    "cannot be put back: 'pktnic restore %s' tells",
			    t->dev.name, t->dev.name);
	t->ledger.ifindex = t->dev.ifindex;
	t->ledger.keep = false;
	return 0;
}

static void release(struct xskpkt_tune *t)
{
	ledger_close(&t->ledger);
	free(t);
}

static int make(struct xskpkt_tune **ret, const char *ifname, FILE *out)
{
	struct xskpkt_tune *t;
	int err;

	err = sys_alloc((void **)&t, 1, sizeof(*t));
	if (err)
		return fail(err, "%s: tune: no memory", ifname);
	t->ledger.lock = -1;
	t->out = out;
	err = netdev_query(&t->dev, ifname);
	if (err)
		release(t);
	else
		*ret = t;
	return err;
}

int xskpkt_tune_open(struct xskpkt_tune **ret, const char *ifname,
		     const struct xskpkt_tune_opts *opts)
{
	struct xskpkt_tune_opts o;
	struct xskpkt_tune *t;
	int err;

	if (!ret || !ifname)
		return fail(-EINVAL, "xskpkt_tune_open: %s is NULL",
			    ret ? "ifname" : "ret");
	err = opts_take(&o, sizeof(o), opts, "xskpkt_tune_opts");
	if (!err)
		err = check_opts(&o);
	if (!err)
		err = make(&t, ifname, o.out);
	if (err)
		return err;
	t->flags = o.flags;
	if (!(t->flags & XSKPKT_TUNE_DRY_RUN)) {
		err = ledger_open(&t->ledger, &t->dev);
		if (!err)
			err = recover(t);
	}
	if (err)
		release(t);
	else
		*ret = t;
	return err;
}

int xskpkt_tune_keep(struct xskpkt_tune *t)
{
	int err;

	if (!t)
		return fail(-EINVAL, "xskpkt_tune_keep: tune is NULL");
	t->ledger.keep = true;
	err = t->ledger.count ? ledger_save(&t->ledger) : 0;
	t->ledger.keep = !err;
	return err;
}

unsigned xskpkt_tune_close(struct xskpkt_tune *t)
{
	unsigned astray;

	if (!t)
		return 0;
	astray = t->ledger.keep ? 0 : tune_undo(t, 0);
	release(t);
	return astray;
}

int xskpkt_tune_restore(const char *ifname, FILE *out)
{
	struct xskpkt_tune *t;
	int err;

	if (!ifname)
		return fail(-EINVAL, "xskpkt_tune_restore: ifname is NULL");
	err = make(&t, ifname, out);
	if (err)
		return err;
	err = ledger_open(&t->ledger, &t->dev);
	if (!err)
		err = ledger_load(&t->ledger);
	if (!err)
		err = (int)restore(t);
	release(t);
	return err;
}

/* Changing */

static int refused(const struct xskpkt_tune *t, int err, const char *setting,
		   const char *step)
{
	const char *way_out = err == -EOPNOTSUPP ? ": the driver has it not"
			      : err == -ENOENT   ? ": it has no such setting"
			      : err == -EACCES || err == -EPERM
				      ? ": run as root"
				      : "";

	return fail(err, "%s: %s: %s (%s)%s", t->dev.name, setting, step,
		    err_text(err), way_out);
}

/* Some of what is written is rounded by the driver: what it is now is ours. */
static int write_and_look(struct xskpkt_tune *t, struct change *c)
{
	char now[SETTING_VALUE];
	int err;

	err = setting_write(&t->dev, c->name, c->ours);
	if (!err)
		err = setting_read(&t->dev, c->name, now);
	if (err)
		return refused(t, err, c->name, "cannot be changed");
	if (!strcmp(now, c->before))
		return refused(t, -EIO, c->name, "stays as it is");
	if (!strcmp(now, c->ours))
		return 0;
	strcpy(c->ours, now);
	return ledger_save(&t->ledger);
}

static int change(struct xskpkt_tune *t, const char *setting,
		  const char *before, const char *ours)
{
	unsigned mark = t->ledger.count;
	int err;

	err = ledger_add(&t->ledger, setting, before, ours);
	if (!err)
		err = ledger_save(&t->ledger);
	if (!err)
		err = write_and_look(t, &t->ledger.changes[mark]);
	if (err) {
		char why[512];

		/* Undoing has sentences of its own. */
		snprintf(why, sizeof(why), "%s", xskpkt_errmsg());
		tune_undo(t, mark);
		return fail(err, "%s", why);
	}
	return 0;
}

int xskpkt_tune_set(struct xskpkt_tune *t, const char *setting,
		    const char *value)
{
	char before[SETTING_VALUE], ours[SETTING_VALUE];
	int err;

	if (!t || !setting || !value)
		return fail(-EINVAL, "xskpkt_tune_set: %s is NULL",
			    !t         ? "tune"
			    : !setting ? "setting"
				       : "value");
	err = setting_read(&t->dev, setting, before);
	if (err)
		return refused(t, err, setting, "cannot be read");
	err = setting_merge(setting, before, value, ours);
	if (err)
		return fail(err,
			    "%s: %s: \"%s\" is not understood: it is "
			    "\"%s\" now",
			    t->dev.name, setting, value, before);
	if (!strcmp(before, ours))
		return 0;
	tune_tell(t, "%s: \"%s\" -> \"%s\"", setting, before, ours);
	if (t->flags & XSKPKT_TUNE_DRY_RUN)
		return 0;
	return change(t, setting, before, ours);
}
