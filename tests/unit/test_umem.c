// SPDX-License-Identifier: BSD-2-Clause
/* The memory of a pool: the pages and the node asked for, or a sentence. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define MIB (1u << 20)

static struct xskpkt_pool_opts opts_for(uint32_t bytes, uint32_t pages)
{
	return (struct xskpkt_pool_opts){ .size = sizeof(
						  struct xskpkt_pool_opts),
					  .frames = bytes / 4096,
					  .pages = pages,
					  .flags = XSKPKT_POOL_ON_NODE };
}

/* All of it can be written, and lies on pages of that size. */
static struct xskpkt_pool_info check_memory(const struct xskpkt_pool_opts *opts,
					    size_t page)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(make_pool(opts), &info));
	CHECK(info.length >= (size_t)opts->frames * 4096);
	CHECK_EQ((uintptr_t)info.base % page, 0);
	CHECK_EQ(info.node, 0);
	memset(info.base, 0x5a, (size_t)opts->frames * 4096);
	return info;
}

static long number_in(const char *path)
{
	FILE *file = fopen(path, "re");
	long number = -1;

	if (file && fscanf(file, "%ld", &number) != 1)
		number = -1;
	if (file)
		fclose(file);
	return number;
}

/* Ordinary pages are always there, and are what was asked for. */
TEST(ordinary_pages)
{
	struct xskpkt_pool_opts opts = opts_for(4 * MIB, XSKPKT_PAGES_4K);

	CHECK_EQ(check_memory(&opts, 4096).pages, XSKPKT_PAGES_4K);
}

/* A pool need not be a whole number of pages. */
TEST(a_pool_of_one_frame)
{
	struct xskpkt_pool_opts opts = opts_for(4096, XSKPKT_PAGES_AUTO);

	CHECK_EQ(check_memory(&opts, 4096).pages, XSKPKT_PAGES_4K);
	opts.frames = 3;
	CHECK_EQ(check_memory(&opts, 4096).length, 3 * 4096);
}

/* Without a wish the largest to be had are taken, and all is well. */
TEST(any_pages_will_do)
{
	struct xskpkt_pool_opts opts = opts_for(4 * MIB, XSKPKT_PAGES_AUTO);

	CHECK(check_memory(&opts, 4096).pages >= XSKPKT_PAGES_4K);
}

/* Those pages, whole; or no pool, and a sentence with the way out. */
static void check_required(uint32_t pages, size_t page, const char *words)
{
	struct xskpkt_pool_opts opts = opts_for(4 * MIB, pages);
	struct xskpkt_pool *pool = NULL;
	int err = xskpkt_pool_create(&pool, &opts);

	if (!err) {
		xskpkt_pool_destroy(pool);
		CHECK_EQ(check_memory(&opts, page).pages, pages);
		return;
	}
	CHECK(!pool);
	CHECK_EQ(err, -ENOMEM);
	CHECK_STR_HAS(xskpkt_errmsg(), words);
	CHECK_STR_HAS(xskpkt_errmsg(), " on NUMA node 0 cannot be had (ENOMEM");
}

/* Where the kernel is told not to make them, it says where to allow it. */
TEST(transparent_huge_pages_or_a_sentence)
{
	check_required(XSKPKT_PAGES_THP, 2 * MIB,
		       "/sys/kernel/mm/transparent_hugepage/enabled");
}

/* Where none is reserved, it says how to reserve some. */
TEST(pages_of_2_mib_or_a_sentence)
{
	check_required(XSKPKT_PAGES_2M, 2 * MIB,
		       "reserve them with sysctl vm.nr_hugepages=N");
}

/* These can only be had from boot on. */
TEST(pages_of_1_gib_or_a_sentence)
{
	check_required(XSKPKT_PAGES_1G, 1024 * MIB,
		       "boot with hugepagesz=1G hugepages=N");
}

#define HUGE "/sys/kernel/mm/hugepages/hugepages-2048kB/"

static void set_hugepages(long n)
{
	FILE *file = fopen(HUGE "nr_hugepages", "we");

	if (file) {
		fprintf(file, "%ld\n", n);
		fclose(file);
	}
}

static struct xskpkt_pool *pool_with(uint32_t flags)
{
	struct xskpkt_pool_opts opts = opts_for(4 * MIB, XSKPKT_PAGES_AUTO);

	opts.flags |= flags;
	return make_pool(&opts);
}

/* Where huge pages are reserved they are used: first choice without a wish,
 * also for memory that others can map. */
TEST(reserved_huge_pages_are_used)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	long all = number_in(HUGE "nr_hugepages"), left;
	long before = all - number_in(HUGE "surplus_hugepages");
	struct xskpkt_pool *pools[2];

	/* The surplus goes by itself, when who has it ends. */
	set_hugepages(all + 4);
	if (number_in(HUGE "free_hugepages") < 4) {
		set_hugepages(before);
		SKIP("no huge pages can be reserved here");
	}
	pools[0] = pool_with(0);
	pools[1] = pool_with(XSKPKT_POOL_SHAREABLE);
	left = number_in(HUGE "free_hugepages");
	set_hugepages(before); /* at once: a test that fails ends at once */
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(xskpkt_pool_info(pools[i], &info));
		if (info.pages != XSKPKT_PAGES_2M && left < 2)
			SKIP("another program took the huge pages");
		CHECK_EQ(info.pages, XSKPKT_PAGES_2M);
		CHECK_EQ((uintptr_t)info.base % (2 * MIB), 0);
		memset(info.base, 1, 4 * MIB);
	}
}

/* A second mapping of the memfd shows the same bytes. */
TEST(shareable_memory_can_be_mapped_again)
{
	struct xskpkt_pool_opts opts = opts_for(MIB, XSKPKT_PAGES_4K);
	struct xskpkt_pool_info info;
	uint8_t *other;

	opts.flags |= XSKPKT_POOL_SHAREABLE;
	info = check_memory(&opts, 4096);
	CHECK(info.memfd >= 0);
	other = mmap(NULL, info.length, PROT_READ | PROT_WRITE, MAP_SHARED,
		     info.memfd, 0);
	CHECK(other != MAP_FAILED);
	CHECK_EQ(other[12345], 0x5a);
	other[12345] = 1;
	CHECK_EQ(((uint8_t *)info.base)[12345], 1);
	munmap(other, info.length);
}

/* What is not to be shared cannot be. */
TEST(other_memory_has_no_descriptor)
{
	struct xskpkt_pool_opts opts = opts_for(MIB, XSKPKT_PAGES_AUTO);

	CHECK_EQ(check_memory(&opts, 4096).memfd, -1);
}

/* A node that this machine lacks is not silently another. */
TEST(a_node_that_is_not_there_is_refused)
{
	struct xskpkt_pool_opts opts = opts_for(MIB, XSKPKT_PAGES_4K);
	struct xskpkt_pool *pool = NULL;

	for (opts.node = 1023; opts.node > 200; opts.node -= 200) {
		char words[64];

		snprintf(words, sizeof(words),
			 "pool: 1 MiB on ordinary pages on NUMA node %u cannot",
			 opts.node);
		CHECK_FAILS(xskpkt_pool_create(&pool, &opts), -EINVAL, words);
		CHECK(!pool);
	}
}

/* More than the machine has is refused, not killed for. */
TEST(more_memory_than_there_is_is_refused)
{
	struct xskpkt_pool_opts opts = opts_for(0, XSKPKT_PAGES_4K);
	struct xskpkt_pool *pool = NULL;

	if (number_in("/proc/sys/vm/overcommit_memory") == 1)
		SKIP("this machine promises any memory");
	opts.frames = 1u << 31;
	CHECK_FAILS(xskpkt_pool_create(&pool, &opts), -ENOMEM,
		    "pool: 8388608 MiB on ordinary pages on NUMA node 0 "
		    "cannot be had (ENOMEM");
	CHECK(!pool);
}

/* A child of fork() has none of it: it can neither keep nor split pages that
 * the kernel writes packets to. */
TEST(a_child_does_not_get_the_memory)
{
	struct xskpkt_pool_opts opts = opts_for(MIB, XSKPKT_PAGES_4K);
	struct xskpkt_pool_info info = check_memory(&opts, 4096);
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		unsigned char there;

		_exit(mincore(info.base, 4096, &there) == -1 &&
		      errno == ENOMEM);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(WEXITSTATUS(status), 1);
}
