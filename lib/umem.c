// SPDX-License-Identifier: BSD-2-Clause
/* umem.c: memory on the largest pages to be had, on the node asked for */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xskpkt/pool.h>

#include "compiler.h"
#include "log.h"
#include "sys.h"
#include "umem.h"

/* Since Linux 5.14; Debian 12's headers have it, older ones may not. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define MIB (1ull << 20)
#define HUGE_2M (2 * MIB)
#define HUGE_1G (1024 * MIB)

/* One rung of the ladder. */
struct rung {
	uint32_t pages;
	const char *name;
	const char *way_out;
	size_t page;    /* size and alignment; 0: the machine's */
	int mmap_flags; /* without a memfd */
	int memfd_flags;
};

static const struct rung rungs[] = {
	{ XSKPKT_PAGES_1G, "1 GiB pages",
	  "boot with hugepagesz=1G hugepages=N, or ask for other pages",
	  HUGE_1G, MAP_HUGETLB | (30 << MAP_HUGE_SHIFT),
	  MFD_HUGETLB | MFD_HUGE_1GB },
	{ XSKPKT_PAGES_2M, "2 MiB pages",
	  "reserve them with sysctl vm.nr_hugepages=N, or ask for other pages",
	  HUGE_2M, MAP_HUGETLB | (21 << MAP_HUGE_SHIFT),
	  MFD_HUGETLB | MFD_HUGE_2MB },
	{ XSKPKT_PAGES_THP, "transparent huge pages",
	  "allow them in /sys/kernel/mm/transparent_hugepage/enabled, or ask "
	  "for other pages",
	  HUGE_2M, 0, 0 },
	{ XSKPKT_PAGES_4K, "ordinary pages",
	  "ask for fewer frames, or free memory", 0, 0, 0 },
};

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/*
 * How much of our mapping lies on huge pages, from /proc/self/smaps: the
 * kernel promises nothing when it is asked for transparent ones.
 */
static size_t huge_bytes(const void *base)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	unsigned long from, to, kib;
	bool inside = false;
	char line[256];
	size_t huge = 0;

	while (smaps && fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (uintptr_t)base >= from &&
				 (uintptr_t)base < to;
		else if (inside &&
			 sscanf(line, "AnonHugePages: %lu kB", &kib) == 1)
			huge = kib * 1024;
	}
	if (smaps)
		fclose(smaps);
	return huge;
}

/* Map, with room to align the start where the kernel does not do it. */
static int map(struct umem *u, const struct rung *r, bool shareable)
{
	int flags = shareable ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	size_t slack = r->page && !r->mmap_flags ? r->page : 0;
	int err;

	if (shareable) {
		u->memfd = sys_memfd("xskpkt", (unsigned)r->memfd_flags,
				     u->length);
		if (u->memfd < 0)
			return u->memfd;
		slack = 0;
	} else {
		flags |= r->mmap_flags;
	}
	u->map_len = u->length + slack;
	err = sys_mmap(&u->map, u->map_len, PROT_READ | PROT_WRITE, flags,
		       u->memfd, 0);
	if (err)
		return err;
	u->base = u->map;
	if (slack)
		u->base = (void *)round_up((uintptr_t)u->map, r->page);
	return 0;
}

/* Before the first touch: its node and its pages. Then touch all of it. */
static int place(struct umem *u, const struct rung *r)
{
	int err = 0;

	if (u->node >= 0)
		err = sys_mbind(u->map, u->map_len, (unsigned)u->node);
	if (!err && r->pages == XSKPKT_PAGES_THP)
		err = sys_madvise(u->map, u->map_len, MADV_HUGEPAGE);
	/* A store would end in SIGBUS where the node has no page left. */
	if (!err)
		err = sys_madvise(u->base, u->length, MADV_POPULATE_WRITE);
	if (!err && r->pages == XSKPKT_PAGES_THP &&
	    huge_bytes(u->base) < u->length / 2)
		err = -ENOMEM;
	/* A child of fork() must neither keep nor split our pages. */
	if (!err)
		err = sys_madvise(u->map, u->map_len, MADV_DONTFORK);
	return err;
}

static int try_rung(struct umem *ret, const struct rung *r, size_t length,
		    int node, bool shareable)
{
	struct umem u = { .memfd = -1, .node = node, .pages = r->pages };
	size_t page = r->page ?: (size_t)sysconf(_SC_PAGESIZE);
	char where[32] = "";
	int err;

	u.length = round_up(length, page);
	err = map(&u, r, shareable);
	if (!err)
		err = place(&u, r);
	if (!err) {
		*ret = u;
		return 0;
	}
	umem_unmap(&u);
	if (node >= 0)
		snprintf(where, sizeof(where), " on NUMA node %d", node);
	return fail(err, "pool: %zu MiB on %s%s cannot be had (%s): %s",
		    (size_t)(length / MIB), r->name, where, err_text(err),
		    r->way_out);
}

/* Which rungs does AUTO try? No 1 GiB page for less, no shared THP. */
static bool worth_trying(const struct rung *r, size_t length, bool shareable)
{
	if (r->pages == XSKPKT_PAGES_1G)
		return length >= HUGE_1G;
	if (r->pages == XSKPKT_PAGES_THP)
		return length >= HUGE_2M && !shareable;
	return r->pages != XSKPKT_PAGES_2M || length >= HUGE_2M;
}

int umem_map(struct umem *ret, size_t length, uint32_t pages, int node,
	     bool shareable)
{
	int err = -EINVAL;

	if (pages == XSKPKT_PAGES_THP && shareable)
		return fail(-EINVAL, "pool: transparent huge pages cannot be "
				     "shared: ask for 2 MiB or 4 KiB pages");
	for (size_t i = 0; i < COUNT_OF(rungs); i++) {
		const struct rung *r = &rungs[i];

		if (pages ? r->pages != pages
			  : !worth_trying(r, length, shareable))
			continue;
		err = try_rung(ret, r, length, node, shareable);
		if (!err)
			return 0;
		log_debug("%s", xskpkt_errmsg());
	}
	return err;
}

void umem_unmap(struct umem *u)
{
	sys_munmap(u->map, u->map_len);
	sys_close(u->memfd);
	*u = (struct umem){ .memfd = -1 };
}
