/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ledger.h: what was changed of an interface, in a file that outlives us.
 * Layer 4.
 *
 *   /run/xskpkt/4026531840-eth0.json   what was and what is, change by change
 *   /run/xskpkt/4026531840-eth0.lock   locked by whoever tunes it
 *
 * The number is the network namespace's. The file is replaced as a whole, so
 * that it is never seen half written.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

#include "netdev.h"
#include "setting.h"

struct change {
	char name[SETTING_NAME]; /* of the setting */
	char before[SETTING_VALUE];
	char ours[SETTING_VALUE];
};

struct ledger {
	char path[96]; /* without its suffix */
	char ifname[IF_NAMESIZE];
	int lock;     /* -1: not ours */
	int ifindex;  /* of the interface that was changed */
	bool keep;    /* it shall outlive the process that wrote it */
	bool current; /* of this boot */
	struct change *changes;
	unsigned count;
};

/* Take the ledger of an interface; -EBUSY while another process has it. */
int ledger_open(struct ledger *ret, const struct netdev *dev);
void ledger_close(struct ledger *l);

/* Read what is on record. -ENOENT: nothing is. */
int ledger_load(struct ledger *l);

/* Put it on record; with no changes the file goes. */
int ledger_save(const struct ledger *l);

int ledger_add(struct ledger *l, const char *name, const char *before,
	       const char *ours);
void ledger_drop(struct ledger *l, unsigned i);

#endif
