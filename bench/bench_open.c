// SPDX-License-Identifier: BSD-2-Clause
/* bench_open.c: a port of 4 queues: the quickest opening, the memory it takes
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "bench.h"
#include "net.h"

#define ROUNDS 15
#define QUEUES 4

static double open_once(const char *ifname, struct xskpkt_pool *pool,
			double *close_ms)
{
	uint64_t start = bench_ns(), opened;
	struct xskpkt_port *port;

	if (xskpkt_port_open(&port, ifname, pool, NULL))
		bench_die("%s", xskpkt_errmsg());
	opened = bench_ns();
	xskpkt_port_close(port);
	*close_ms = (double)(bench_ns() - opened) / 1e6;
	return (double)(opened - start) / 1e6;
}

static void time_open(const char *ifname)
{
	double opens[ROUNDS], closes[ROUNDS], first;
	struct xskpkt_pool *pool;

	if (xskpkt_pool_create(&pool, NULL))
		bench_die("%s", xskpkt_errmsg());
	first = open_once(ifname, pool, closes);
	for (unsigned i = 0; i < ROUNDS; i++)
		opens[i] = open_once(ifname, pool, &closes[i]);
	bench_median(opens, ROUNDS);
	bench_median(closes, ROUNDS);
	printf("open          veth %u queues: %.1f ms, median %.1f; the first, "
	       "with the pool's memory, %.1f; close %.1f, median %.1f\n",
	       QUEUES, opens[0], opens[ROUNDS / 2], first, closes[0],
	       closes[ROUNDS / 2]);
	xskpkt_pool_destroy(pool);
}

/* Field of /proc/self/status, in KiB. */
static long status_kib(const char *field)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	long kib = 0;

	while (status && fgets(line, sizeof(line), status))
		if (!strncmp(line, field, strlen(field)))
			sscanf(line + strlen(field), ": %ld", &kib);
	if (status)
		fclose(status);
	return kib;
}

/* All that pool and port map, rings too, without the frames themselves. */
static void weigh(const char *ifname)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	long size = status_kib("VmSize"), rss = status_kib("VmRSS");
	struct xskpkt_pool *pool;
	struct xskpkt_port *port;
	long frames;

	if (xskpkt_pool_create(&pool, NULL) ||
	    xskpkt_port_open(&port, ifname, pool, NULL))
		bench_die("%s", xskpkt_errmsg());
	size = status_kib("VmSize") - size;
	rss = status_kib("VmRSS") - rss;
	xskpkt_pool_info(pool, &info);
	frames = (long)(info.length / 1024);
	printf("memory        veth %u queues: %ld KiB a queue beyond %u frames "
	       "(%ld KiB mapped, %ld KiB resident, %ld KiB of them frames)\n",
	       QUEUES, (size - frames) / QUEUES, info.frames, size, rss,
	       frames);
	xskpkt_port_close(port);
	xskpkt_pool_destroy(pool);
}

int main(void)
{
	struct testnet net;

	testnet_veth(&net, QUEUES);
	weigh(net.a);
	time_open(net.a);
	return 0;
}
