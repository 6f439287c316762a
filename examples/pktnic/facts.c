// SPDX-License-Identifier: BSD-2-Clause
/* facts.c: the facts about a NIC, and its queues in lanes */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "say.h"

static bool nothing_known(const struct xskpkt_nic_vector *v)
{
	return !v->napi && v->irq < 0;
}

static void add_lane(struct facts *f, unsigned queue, const char *direction,
		     const struct xskpkt_nic_vector *vector)
{
	if (vector)
		f->lanes[f->lane_count++] =
			(struct lane){ queue, direction, vector };
}

static int make_lanes(struct facts *f)
{
	unsigned queues = xskpkt_nic_queue_count(f->nic);

	f->lanes = calloc(2 * (size_t)queues + 1, sizeof(*f->lanes));
	if (!f->lanes) {
		say("there is no memory for %u queues", queues);
		return -ENOMEM;
	}
	for (unsigned i = 0; i < queues; i++) {
		struct xskpkt_nic_queue q = facts_queue(f, i);

		if (q.rx && q.tx &&
		    (q.rx == q.tx ||
		     (nothing_known(q.rx) && nothing_known(q.tx)))) {
			add_lane(f, i, "rx tx", q.rx);
		} else {
			add_lane(f, i, "rx", q.rx);
			add_lane(f, i, "tx", q.tx);
		}
	}
	return 0;
}

static int query(struct facts *f, const char *ifname, const char *netns)
{
	struct xskpkt_nic_opts opts = { .size = sizeof(opts) };
	char path[PATH_MAX];
	int err;

	/* A name alone is one that 'ip netns' has given. */
	snprintf(path, sizeof(path), "%s%s",
		 netns && !strchr(netns, '/') ? "/run/netns/" : "",
		 netns ? netns : "");
	opts.netns = netns ? path : NULL;
	err = xskpkt_nic_query(&f->nic, ifname, &opts);
	if (!err)
		err = xskpkt_nic_info(f->nic, &f->info);
	if (err)
		say("%s", xskpkt_errmsg());
	return err;
}

int facts_query(struct facts *ret, const char *ifname, const char *netns)
{
	struct facts f = { .info.size = sizeof(f.info) };
	int err = query(&f, ifname, netns);

	if (!err)
		err = make_lanes(&f);
	if (err)
		facts_free(&f);
	else
		*ret = f;
	return err;
}

void facts_free(struct facts *f)
{
	xskpkt_nic_free(f->nic);
	free(f->lanes);
}

struct xskpkt_nic_queue facts_queue(const struct facts *f, unsigned i)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	xskpkt_nic_queue_info(f->nic, i, &q);
	return q;
}

unsigned facts_first(const struct facts *f, const struct xskpkt_nic_vector *v,
		     alike_fn alike)
{
	unsigned i = 0;

	while (i < f->lane_count && !alike(f->lanes[i].vector, v))
		i++;
	return i;
}

/* The queue after @queue, and how far it is alike from there on. */
static bool next_range(const struct facts *f, const struct xskpkt_nic_vector *v,
		       alike_fn alike, unsigned *lane, unsigned *first,
		       unsigned *last)
{
	while (*lane < f->lane_count && !alike(f->lanes[*lane].vector, v))
		++*lane;
	if (*lane == f->lane_count)
		return false;
	*first = *last = f->lanes[*lane].queue;
	for (; *lane < f->lane_count; ++*lane) {
		const struct lane *l = &f->lanes[*lane];

		if (l->queue > *last + 1)
			break;
		if (alike(l->vector, v))
			*last = l->queue;
	}
	return true;
}

void facts_queue_list(const struct facts *f, const struct xskpkt_nic_vector *v,
		      alike_fn alike, char ret[QUEUE_LIST])
{
	unsigned lane = 0, first, last;
	size_t used = 0;

	*ret = '\0';
	while (next_range(f, v, alike, &lane, &first, &last)) {
		char range[32];

		snprintf(range, sizeof(range),
			 first < last ? "%s%u-%u" : "%s%u", used ? "," : "",
			 first, last);
		if (used + strlen(range) + strlen(",...") >= QUEUE_LIST) {
			strcpy(ret + used, ",...");
			return;
		}
		strcpy(ret + used, range);
		used += strlen(range);
	}
}
