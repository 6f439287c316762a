// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whichever call fails while a pool gets its memory: other pages where any
 * will do, else the error with its sentence; and nothing is left behind.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xskpkt/xskpkt.h>

#include "faulty_sys.h"
#include "harness.h"
#include "log.h"
#include "pool.h"

#define UNTOUCHED ((struct xskpkt_pool *)0x5eed)

static int create(struct xskpkt_pool **ret, const struct xskpkt_pool_opts *opts)
{
	int err;

	*ret = UNTOUCHED;
	keep_sentence("%s", "");
	err = xskpkt_pool_create(ret, opts);
	if (err) {
		CHECK_EQ(*ret, UNTOUCHED);
		CHECK_EQ(strncmp(xskpkt_errmsg(), "pool: ", 6), 0);
		*ret = NULL;
	}
	return err;
}

/* Its pages are what it says, as far as that can be seen, and can be used. */
static struct xskpkt_pool_info check_pool(struct xskpkt_pool *pool,
					  const struct xskpkt_pool_opts *opts)
{
	struct xskpkt_pool_books books = { .size = sizeof(books) };
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(pool, &info));
	CHECK_EQ(info.frames, opts->frames);
	CHECK_EQ(info.memfd >= 0, !!(opts->flags & XSKPKT_POOL_SHAREABLE));
	CHECK_EQ(info.node, 0);
	memset(info.base, 0xa5, info.length);
	CHECK_OK(xskpkt_pool_audit(pool, &books));
	CHECK_EQ(books.free, opts->frames);
	return info;
}

/* Every call once, with each of its errnos. */
static void every_fault(uint32_t frames, uint32_t pages, uint32_t flags)
{
	const struct xskpkt_pool_opts opts = {
		.size = sizeof(opts),
		.frames = frames,
		.pages = pages,
		.flags = flags | XSKPKT_POOL_ON_NODE,
	};
	struct xskpkt_pool *pool;
	struct xskpkt_pool_info best;
	struct faults f = { .failed = 1 };
	struct held before = faults_held(), after;

	CHECK_OK(create(&pool, &opts));
	best = check_pool(pool, &opts);
	xskpkt_pool_destroy(pool);
	if (pages)
		CHECK_EQ(best.pages, pages);

	for (unsigned nth = 1, turn = 0; f.failed; turn++) {
		int err;

		faults_nth(nth, turn);
		err = create(&pool, &opts);
		f = faults_end();
		if (f.failed)
			printf("%s fails with %s: %d: %s\n", f.name,
			       strerrorname_np(f.err), err, xskpkt_errmsg());
		if (err) {
			CHECK_EQ(err, -f.err);
			CHECK_STR_HAS(xskpkt_errmsg(), strcmp(f.name, "alloc")
							       ? "cannot be had"
							       : "no memory");
			CHECK(pages || !strcmp(f.name, "alloc") ||
			      best.pages == XSKPKT_PAGES_4K);
			CHECK_OK(create(&pool, &opts)); /* and again */
			check_pool(pool, &opts);
		} else if (f.failed) {
			CHECK_EQ(pages, XSKPKT_PAGES_AUTO);
			CHECK(check_pool(pool, &opts).pages < best.pages);
		}
		xskpkt_pool_destroy(pool);
		after = faults_held();
		CHECK_EQ(after.allocations, before.allocations);
		CHECK_EQ(after.mappings, before.mappings);
		if (turn + 1 >= f.errnos) {
			turn = UINT32_MAX;
			nth++;
		}
	}
	CHECK(f.calls >= 6);
}

/* The fewest frames for which huge pages are tried. */
#define TWO_MIB 512

TEST(ordinary_pages)
{
	every_fault(64, XSKPKT_PAGES_4K, 0);
	every_fault(64, XSKPKT_PAGES_4K, XSKPKT_POOL_SHAREABLE);
}

TEST(transparent_huge_pages)
{
	every_fault(TWO_MIB, XSKPKT_PAGES_THP, 0);
}

TEST(reserved_huge_pages)
{
	faults_pretend_huge_pages();
	every_fault(TWO_MIB, XSKPKT_PAGES_2M, 0);
	every_fault(TWO_MIB, XSKPKT_PAGES_2M, XSKPKT_POOL_SHAREABLE);
}

TEST(the_best_pages_to_be_had)
{
	faults_pretend_huge_pages();
	every_fault(TWO_MIB, XSKPKT_PAGES_AUTO, 0);
	every_fault(TWO_MIB, XSKPKT_PAGES_AUTO, XSKPKT_POOL_SHAREABLE);
	every_fault(64, XSKPKT_PAGES_AUTO, 0);
}

TEST(without_any_memory_the_last_rung_is_told)
{
	const struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					       .frames = TWO_MIB,
					       .flags = XSKPKT_POOL_ON_NODE };
	struct xskpkt_pool *pool;

	faults_at("mmap", 0, ALWAYS, ENOMEM);
	CHECK_EQ(create(&pool, &opts), -ENOMEM);
	CHECK_EQ(faults_end().failed, 3);
	CHECK_STR_HAS(xskpkt_errmsg(), "ordinary pages");
	CHECK_STR_HAS(xskpkt_errmsg(), "free memory");
	CHECK_EQ(faults_held().allocations, 0);
}

/* The node is the NIC's: nobody asked for it. In a container mbind() may be
 * forbidden (EPERM), and a node may be full (ENOMEM, EIO). */
TEST(where_the_nics_node_cannot_be_had_any_will_do)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };
	struct xskpkt_pool *pool;

	CHECK_OK(create(&pool, NULL));
	faults_at("mbind", 0, ALWAYS, EPERM);
	CHECK_OK(pool_promise(pool, 64, 0, "eth0"));
	CHECK(faults_end().failed > 0);
	CHECK_OK(xskpkt_pool_info(pool, &info));
	CHECK_EQ(info.node, -1);
	CHECK_EQ(info.frames, 128);
	pool_unpromise(pool, 64);
	xskpkt_pool_destroy(pool);
}

TEST(without_memory_for_an_audit_the_books_are_untouched)
{
	struct xskpkt_pool_books books = { .size = sizeof(books), .all = 77 };
	struct xskpkt_pool *pool;

	CHECK_OK(create(&pool, NULL));
	faults_at("alloc", 0, 1, ENOMEM);
	CHECK_EQ(xskpkt_pool_audit(pool, &books), -ENOMEM);
	CHECK_EQ(faults_end().failed, 1);
	CHECK_STR_HAS(xskpkt_errmsg(), "audit");
	CHECK_EQ(books.all, 77);
	CHECK_OK(xskpkt_pool_audit(pool, &books));
	xskpkt_pool_destroy(pool);
}
