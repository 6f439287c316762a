// SPDX-License-Identifier: BSD-2-Clause
/* Plans for real devices, carried out and put back, and what queues count. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "nic.h"
#include "plan.h"
#include "setting.h"

static struct netdev dev;
static struct xskpkt_nic *nic;

static void let_go(void *arg)
{
	(void)arg;
	xskpkt_nic_free(nic);
	nic = NULL;
}

static void look_at(const char *ifname)
{
	xskpkt_nic_free(nic);
	nic = NULL;
	CHECK_OK(netdev_query(&dev, ifname));
	CHECK_OK(xskpkt_nic_query(&nic, ifname, NULL));
}

static void start(struct wire *w)
{
	device_make(w, NULL);
	look_at(w->t.a);
	test_at_end(let_go, NULL);
}

/* device_close() wants ports; here there are none. */
static void stop(struct wire *w)
{
	xskpkt_pool_destroy(w->pool);
}

static struct xskpkt_plan *make_plan(uint32_t run, uint32_t queues)
{
	struct xskpkt_plan_opts opts = { .size = sizeof(opts),
					 .run = run,
					 .queues = queues };
	struct xskpkt_plan *plan = NULL;
	int err = xskpkt_plan_create(&plan, nic, &opts);

	if (err == -EOPNOTSUPP)
		SKIP("%s", xskpkt_errmsg());
	CHECK_OK(err);
	return plan;
}

static struct xskpkt_plan_row row_of(const struct xskpkt_plan *plan, unsigned i)
{
	struct xskpkt_plan_row row = { .size = sizeof(row) };

	CHECK_OK(xskpkt_plan_row(plan, i, &row));
	return row;
}

static const struct xskpkt_nic_vector *vector_of(unsigned queue)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	CHECK_OK(xskpkt_nic_queue_info(nic, queue, &q));
	return q.rx;
}

/* Every interrupt is where the plan has it, and then where it was. */
TEST(interrupts_go_where_the_plan_has_them, .limit = 180)
{
	char before[64][64], now[SETTING_VALUE], name[32];
	struct xskpkt_tune *tune;
	struct xskpkt_plan *plan;
	struct wire w;
	unsigned n;

	start(&w);
	plan = make_plan(XSKPKT_RUN_AUTO, 0);
	n = xskpkt_plan_rows(plan);
	CHECK(n <= 64);
	CHECK_OK(xskpkt_plan_check(plan, nic));
	for (unsigned i = 0; i < n; i++)
		snprintf(before[i], sizeof(before[i]), "%s",
			 vector_of(i)->affinity);
	CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
	CHECK_OK(xskpkt_plan_apply(plan, tune));
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "irq %d", vector_of(i)->irq);
		CHECK_EQ(setting_read(&dev, name, now), 0);
		CHECK_EQ(atoi(now), row_of(plan, i).irq_cpu);
		CHECK(!strpbrk(now, ",-"));
	}
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	look_at(w.t.a);
	for (unsigned i = 0; i < n; i++)
		CHECK_STR_EQ(vector_of(i)->affinity, before[i]);
	xskpkt_plan_destroy(plan);
	stop(&w);
}

/* As many channels as the plan has rows, though interrupts change by it. */
TEST(channels_follow_the_plan, .limit = 180)
{
	char before[SETTING_VALUE], now[SETTING_VALUE];
	struct xskpkt_tune *tune;
	struct xskpkt_plan *plan;
	struct wire w;

	start(&w);
	if (setting_read(&dev, "channels", before) || dev.rx_queues < 2) {
		stop(&w);
		SKIP("%s has no channels to give away", w.t.a);
	}
	plan = make_plan(XSKPKT_RUN_AUTO, 1);
	CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
	CHECK_OK(xskpkt_plan_apply(plan, tune));
	look_at(w.t.a);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 1);
	CHECK_EQ(atoi(vector_of(0)->affinity), row_of(plan, 0).irq_cpu);
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_EQ(setting_read(&dev, "channels", now), 0);
	CHECK_STR_EQ(now, before);
	xskpkt_plan_destroy(plan);
	stop(&w);
}

/* What the driver has of rings and coalescing is changed, and put back. */
TEST(rings_and_coalescing_come_back, .limit = 180)
{
	static const char *const wishes[][2] = {
		{ "rings", "rx 128" }, { "coalescing", "rx-usecs 33" }
	};
	char before[SETTING_VALUE], now[SETTING_VALUE];
	unsigned changed = 0;
	struct wire w;

	start(&w);
	for (unsigned i = 0; i < COUNT(wishes); i++) {
		struct xskpkt_tune *tune;

		if (setting_read(&dev, wishes[i][0], before))
			continue;
		CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
		if (!xskpkt_tune_set(tune, wishes[i][0], wishes[i][1])) {
			CHECK_EQ(setting_read(&dev, wishes[i][0], now), 0);
			CHECK_STR_HAS(now, wishes[i][1]);
			changed++;
		}
		CHECK_EQ(xskpkt_tune_close(tune), 0);
		CHECK_EQ(setting_read(&dev, wishes[i][0], now), 0);
		CHECK_STR_EQ(now, before);
	}
	stop(&w);
	if (!changed)
		SKIP("the driver has neither rings nor coalescing to change");
}

/* So are the table of RSS and the fields of its hash. */
TEST(the_table_and_the_hash_come_back, .limit = 180)
{
	static const char *const wishes[][2] = { { "rss", "0" },
						 { "hash udp4", "sdfn" } };
	char before[SETTING_VALUE], now[SETTING_VALUE];
	unsigned changed = 0;
	struct wire w;

	start(&w);
	for (unsigned i = 0; i < COUNT(wishes); i++) {
		struct xskpkt_tune *tune;

		if (setting_read(&dev, wishes[i][0], before) ||
		    !strcmp(before, wishes[i][1]))
			continue;
		CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
		/* virtio_net tells of fields that it cannot change. */
		if (!xskpkt_tune_set(tune, wishes[i][0], wishes[i][1])) {
			CHECK_EQ(setting_read(&dev, wishes[i][0], now), 0);
			CHECK_STR_EQ(now, wishes[i][1]);
			changed++;
		}
		CHECK_EQ(xskpkt_tune_close(tune), 0);
		CHECK_EQ(setting_read(&dev, wishes[i][0], now), 0);
		CHECK_STR_EQ(now, before);
	}
	stop(&w);
	if (!changed && !strcmp(dev.driver, "igb"))
		FAIL("igb has a table and fields");
	if (!changed)
		SKIP("the driver has neither a table nor fields to change");
}

/* A plan without the first queues: packets go to those that have a row, and
 * then to all again. */
TEST(packets_go_to_queues_with_a_row, .limit = 180)
{
	char before[SETTING_VALUE], now[SETTING_VALUE];
	struct xskpkt_tune *tune;
	struct xskpkt_plan *plan;
	struct wire w;

	start(&w);
	if (dev.rx_queues < 2 || !strcmp(dev.driver, "virtio_net") ||
	    setting_read(&dev, "rss", before)) {
		stop(&w);
		SKIP("%s has no table that leads to several queues", w.t.a);
	}
	plan = make_plan(XSKPKT_RUN_AUTO, 1);
	plan->rows[0].queue = 1;
	CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
	CHECK_OK(xskpkt_plan_apply(plan, tune));
	CHECK_EQ(setting_read(&dev, "rss", now), 0);
	CHECK_STR_EQ(now, "1");
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_EQ(setting_read(&dev, "rss", now), 0);
	CHECK_STR_EQ(now, before);
	xskpkt_plan_destroy(plan);
	stop(&w);
}

/* The kernel refuses fewer channels while a table that somebody has set leads
 * to more. */
TEST(channels_follow_though_a_table_is_set, .limit = 180)
{
	char before[SETTING_VALUE], now[SETTING_VALUE];
	struct xskpkt_tune *tune;
	struct xskpkt_plan *plan;
	struct wire w;

	start(&w);
	if (dev.rx_queues < 2 || setting_read(&dev, "rss", before) ||
	    setting_write(&dev, "rss", before)) {
		stop(&w);
		SKIP("%s has no table that leads to several queues", w.t.a);
	}
	plan = make_plan(XSKPKT_RUN_AUTO, 1);
	CHECK_OK(xskpkt_tune_open(&tune, w.t.a, NULL));
	CHECK_OK(xskpkt_plan_apply(plan, tune));
	look_at(w.t.a);
	CHECK_EQ(xskpkt_nic_queue_count(nic), 1);
	CHECK_EQ(xskpkt_tune_close(tune), 0);
	CHECK_EQ(setting_read(&dev, "rss", now), 0);
	CHECK_STR_EQ(now, before);
	xskpkt_plan_destroy(plan);
	stop(&w);
}

/* Packets that the queues of @ifname have received, and the interface. */
static uint64_t count_packets(const char *ifname, uint64_t *whole)
{
	struct xskpkt_nic_counts all = { .size = sizeof(all) };
	struct xskpkt_nic_counts queues[64] = { { 0 } };
	uint64_t sum = 0;
	unsigned n;

	look_at(ifname);
	n = xskpkt_nic_queue_count(nic);
	CHECK(n <= COUNT(queues));
	for (unsigned i = 0; i < n; i++)
		queues[i].size = sizeof(queues[i]);
	CHECK_OK(xskpkt_nic_count(nic, &all, queues, n));
	for (unsigned i = 0; i < n; i++) {
		if (queues[i].source == XSKPKT_NIC_COUNTS_NONE)
			SKIP("%s does not count by queue", nic->info.driver);
		CHECK(queues[i].rx_packets != XSKPKT_NIC_UNCOUNTED);
		sum += queues[i].rx_packets;
	}
	*whole = all.rx_packets;
	return sum;
}

/* Packets that a port receives are counted, by its queues and all together. */
TEST(queues_count_what_they_receive, .limit = 180)
{
	uint64_t whole_before, whole, before, now;
	struct wire w;

	device_make(&w, NULL);
	test_at_end(let_go, NULL);
	device_open(&w, XSKPKT_MODE_COPY);
	before = count_packets(w.t.b, &whole_before);
	device_carry(w.a, w.b, 100, 200);
	now = count_packets(w.t.b, &whole);
	CHECK(now >= before + 100);
	CHECK(whole >= whole_before + 100);
	device_close(&w);
}

/* The kernel's table is a line of names, and one of numbers. */
static uint64_t polled_packets(void)
{
	static char names[8192], numbers[8192];
	char *name, *number, *n = names, *k = numbers;
	FILE *in = fopen("/proc/net/netstat", "r");

	CHECK(in != NULL);
	CHECK(fgets(names, sizeof(names), in) != NULL);
	CHECK(fgets(numbers, sizeof(numbers), in) != NULL);
	fclose(in);
	while ((name = strsep(&n, " \n")) && (number = strsep(&k, " \n")))
		if (!strcmp(name, "BusyPollRxPackets"))
			return strtoull(number, NULL, 10);
	SKIP("this kernel does not count what is busy-polled");
}

/* A busy machine may find the time to interrupt for all of some packets. */
static void carry_until_polled(const struct wire *w, uint64_t before)
{
	int64_t limit = now_ms() + 60000;

	do {
		device_carry(w->a, w->b, 200, 200);
		device_carry(w->b, w->a, 200, 1000);
	} while (polled_packets() == before && now_ms() < limit);
	CHECK(polled_packets() > before);
}

/* One core for interrupt and worker: the worker polls, and packets come that
 * way, as the kernel counts. */
TEST(one_core_polls, .limit = 180)
{
	struct xskpkt_tune *tunes[2];
	struct xskpkt_plan *plans[2];
	struct wire w;

	start(&w);
	plans[0] = make_plan(XSKPKT_RUN_ONE_CORE, 0);
	look_at(w.t.b);
	plans[1] = make_plan(XSKPKT_RUN_ONE_CORE, 0);
	for (unsigned i = 0; i < 2; i++) {
		const char *name = i ? w.t.b : w.t.a;

		CHECK_OK(xskpkt_tune_open(&tunes[i], name, NULL));
		CHECK_OK(xskpkt_plan_apply(plans[i], tunes[i]));
	}
	CHECK_OK(xskpkt_port_open(&w.a, w.t.a, w.pool,
				  SMALL(.flags = XSKPKT_PORT_BUSY_POLL)));
	CHECK_OK(xskpkt_port_open(&w.b, w.t.b, w.pool,
				  SMALL(.flags = XSKPKT_PORT_BUSY_POLL)));
	device_settle(&w);
	carry_until_polled(&w, polled_packets());
	device_close(&w);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(xskpkt_tune_close(tunes[i]), 0);
		xskpkt_plan_destroy(plans[i]);
	}
}
