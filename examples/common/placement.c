// SPDX-License-Identifier: BSD-2-Clause
/* placement.c: --plan: where the queues of interfaces are served */
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "placement.h"
#include "say.h"

#define PLACES_MAX 64

/* One interface's plan: from a file, or made when it is opened. */
struct place {
	struct xskpkt_plan *plan;
	struct xskpkt_tune *tune; /* NULL: not applied, or by somebody else */
	unsigned ifindex;         /* of the interface it is applied to; or 0 */
	bool made;                /* here, so it is made anew each time */
};

static struct place places[PLACES_MAX];
static unsigned place_count;
static bool make_plans; /* --plan auto */

static struct place *place_of(const char *ifname)
{
	for (unsigned i = 0; i < place_count; i++)
		if (!strcmp(xskpkt_plan_ifname(places[i].plan), ifname))
			return &places[i];
	return NULL;
}

/* The option */

static int load(const char *path)
{
	struct xskpkt_plan *plan;
	FILE *in = fopen(path, "r");
	int err;

	if (!in)
		return say_usage("--plan %s: %s: give auto, none or a file",
				 path, strerror(errno));
	err = xskpkt_plan_load(&plan, in);
	fclose(in);
	if (err)
		return say_usage("--plan %s: %s", path, xskpkt_errmsg());
	if (place_count == PLACES_MAX || place_of(xskpkt_plan_ifname(plan))) {
		err = say_usage("--plan %s: %s has a plan already, or too many "
				"have",
				path, xskpkt_plan_ifname(plan));
		xskpkt_plan_destroy(plan);
		return err;
	}
	places[place_count++].plan = plan;
	return GO_ON;
}

int placement_take(void *to, const char *name, const char *text)
{
	(void)to;
	(void)name;
	if (!strcmp(text, "none"))
		make_plans = false;
	else if (!strcmp(text, "auto"))
		make_plans = true;
	else
		return load(text);
	return GO_ON;
}

bool placement_wanted(void)
{
	return make_plans || place_count;
}

/* Interfaces */

static void put_back(struct place *p)
{
	if (xskpkt_tune_close(p->tune))
		say("%s: not all settings could be put back: pktnic restore %s",
		    xskpkt_plan_ifname(p->plan), xskpkt_plan_ifname(p->plan));
	p->tune = NULL;
	p->ifindex = 0;
}

static int make(struct place **ret, struct place *p,
		const struct xskpkt_nic *nic)
{
	struct xskpkt_plan *plan;
	int err;

	if (!p && place_count == PLACES_MAX)
		return 0; /* so many need no plan */
	err = xskpkt_plan_create(&plan, nic, NULL);
	if (err)
		return err;
	if (p)
		xskpkt_plan_destroy(p->plan);
	else
		p = &places[place_count++];
	*p = (struct place){ .plan = plan, .made = true };
	*ret = p;
	return 0;
}

/* Its place, with a plan of now; NULL: it has none. */
static int find(struct place **ret, const char *ifname)
{
	struct place *p = place_of(ifname);
	struct xskpkt_nic *nic;
	int err;

	*ret = p;
	if (p ? !p->made : !make_plans)
		return 0;
	err = xskpkt_nic_query(&nic, ifname, NULL);
	if (err)
		return err;
	err = make(ret, p, nic);
	xskpkt_nic_free(nic);
	return err;
}

static int apply(struct place *p)
{
	int err;

	err = xskpkt_tune_open(&p->tune, xskpkt_plan_ifname(p->plan), NULL);
	/* It is tuned, and to be kept so: who did that knows better. */
	if (err == -EEXIST)
		return 0;
	if (!err)
		err = xskpkt_plan_apply(p->plan, p->tune);
	return err;
}

static struct xskpkt_plan_row row_at(const struct place *p, unsigned i)
{
	struct xskpkt_plan_row row = { .size = sizeof(row) };

	xskpkt_plan_row(p->plan, i, &row);
	return row;
}

static void add_flags(const struct place *p, uint32_t *flags)
{
	for (unsigned i = 0; i < xskpkt_plan_rows(p->plan); i++)
		if (row_at(p, i).run == XSKPKT_RUN_ONE_CORE)
			*flags |= XSKPKT_PORT_BUSY_POLL;
}

/* One that was here before, and is another now, has new settings. */
static int renew(struct place **ret, struct place *p, const char *ifname,
		 unsigned ifindex)
{
	int err;

	if (p)
		put_back(p);
	err = find(&p, ifname);
	if (!err && p)
		err = apply(p);
	if (!err && p)
		p->ifindex = ifindex;
	*ret = p;
	return err;
}

int placement_apply(const char *ifname, uint32_t *flags)
{
	unsigned ifindex = if_nametoindex(ifname);
	char own[IF_NAMESIZE];
	struct place *p;
	int err = 0;

	/* What has no index the port tells about better. */
	if (!ifindex || !if_indextoname(ifindex, own))
		return 0;
	p = place_of(own);
	if (!p || p->ifindex != ifindex)
		err = renew(&p, p, own, ifindex);
	if (!err && p)
		add_flags(p, flags);
	return err;
}

void placement_place(struct xskpkt_worker *worker)
{
	const struct xskpkt_queue *q = worker->queues[0];
	struct xskpkt_port_info info = { .size = sizeof(info) };
	const struct place *p;

	if (xskpkt_port_info(xskpkt_queue_port(q), &info))
		return;
	p = place_of(info.ifname);
	for (unsigned i = 0; p && i < xskpkt_plan_rows(p->plan); i++) {
		struct xskpkt_plan_row row = row_at(p, i);

		if (row.queue != xskpkt_queue_id(q))
			continue;
		worker->flags |= XSKPKT_WORKER_PIN;
		worker->cpu = (uint32_t)row.worker_cpu;
	}
}

void placement_put_back(void)
{
	while (place_count) {
		struct place *p = &places[--place_count];

		put_back(p);
		xskpkt_plan_destroy(p->plan);
	}
}
