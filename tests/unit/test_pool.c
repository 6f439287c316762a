// SPDX-License-Identifier: BSD-2-Clause
/* The pool: options checked, frames counted, none lost between threads. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pool.h"
#include "unit.h"

static struct xskpkt_pool_info info_of(const struct xskpkt_pool *pool)
{
	struct xskpkt_pool_info info = { .size = sizeof(info) };

	CHECK_OK(xskpkt_pool_info(pool, &info));
	return info;
}

/* A pool of @frames that is there at once. */
static struct xskpkt_pool *pool_of(uint32_t frames)
{
	const struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					       .frames = frames,
					       .frame_size = 2048,
					       .flags = XSKPKT_POOL_ON_NODE };

	return make_pool(&opts);
}

/* Options */

/* What cannot be is refused in words, and nothing is made. */
TEST(bad_options_are_refused_with_a_sentence)
{
	static const struct {
		struct xskpkt_pool_opts opts;
		const char *words;
	} bad[] = {
		{ { .frame_size = 1 }, "frame_size 1: the kernel takes 2048" },
		{ { .frame_size = 2047 }, "frame_size 2047: the kernel takes" },
		{ { .frame_size = 4097 }, "frame_size 4097: the kernel takes" },
		{ { .frame_size = UINT32_MAX },
		  "the kernel takes 2048 to 4096" },
		{ { .frame_size = 3000 },
		  "frame_size 3000: give 2048 or 4096, or XSKPKT_POOL_UNAL" },
		{ { .frame_size = 4097, .flags = XSKPKT_POOL_UNALIGNED },
		  "frame_size 4097" },
		{ { .headroom = 3393 },
		  "headroom 3393: a frame of 4096 bytes "
		  "has room for at most 3392" },
		{ { .frame_size = 2048, .headroom = 1345 }, "at most 1344" },
		{ { .headroom = UINT32_MAX }, "headroom 4294967295" },
		{ { .pages = 5 }, "pages 5: not an xskpkt_pages" },
		{ { .pages = UINT32_MAX }, "not an xskpkt_pages" },
		{ { .flags = 8 }, "flags 0x8: not known are 0x8" },
		{ { .flags = 1u << 31 | 1 }, "not known are 0x80000000" },
		{ { .pages = XSKPKT_PAGES_THP, .flags = XSKPKT_POOL_SHAREABLE },
		  "transparent huge pages cannot be shared" },
		{ { .frames = (1u << 31) + 1 }, "frames 2147483649: at most" },
		{ { .node = 1 },
		  "node 1 is given without XSKPKT_POOL_ON_NODE" },
		{ { .node = 1024, .flags = XSKPKT_POOL_ON_NODE },
		  "node 1024: no machine has it" },
	};

	for (unsigned i = 0; i < COUNT_OF(bad); i++) {
		struct xskpkt_pool_opts opts = bad[i].opts;
		struct xskpkt_pool *pool = (void *)&opts;

		opts.size = sizeof(opts);
		CHECK_FAILS(xskpkt_pool_create(&pool, &opts), -EINVAL,
			    bad[i].words);
		CHECK(pool == (void *)&opts);
	}
}

/* Structs of other versions, and none at all. */
TEST(options_have_a_size)
{
	struct {
		struct xskpkt_pool_opts opts;
		uint64_t newer;
	} opts = { .opts.size = 0 };
	struct xskpkt_pool *pool = NULL;

	CHECK_FAILS(xskpkt_pool_create(&pool, &opts.opts), -EINVAL,
		    "xskpkt_pool_opts.size is 0: set it to sizeof");
	opts.opts.size = 1 << 20;
	CHECK_FAILS(xskpkt_pool_create(&pool, &opts.opts), -EINVAL,
		    "xskpkt_pool_opts.size is 1048576");
	opts.opts.size = sizeof(opts);
	opts.newer = 1;
	CHECK_FAILS(xskpkt_pool_create(&pool, &opts.opts), -EINVAL,
		    "xskpkt_pool_opts: byte 32 is set");
	CHECK(!pool);
	CHECK_FAILS(xskpkt_pool_create(NULL, NULL), -EINVAL, "ret is NULL");
	opts.newer = 0;
	make_pool(&opts.opts);
	opts.opts.size = sizeof(size_t);
	opts.opts.frame_size = 1; /* beyond what this caller knows */
	make_pool(&opts.opts);
}

/* The most that fits is not refused. */
TEST(the_largest_headroom_is_a_headroom)
{
	struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					 .headroom = 3392 };

	CHECK_EQ(info_of(make_pool(&opts)).room, 4096 - 256 - 3392);
}

/* Without frames or node the memory comes with the first port. */
TEST(a_pool_can_wait_for_its_first_port)
{
	struct xskpkt_pool *pool = make_pool(NULL);
	struct xskpkt_pool_info info = info_of(pool);

	CHECK(!info.base);
	CHECK_EQ(info.length | info.frames | info.ports, 0);
	CHECK_EQ(info.frame_size, 4096);
	CHECK_EQ(info.room, 3840);
	CHECK_EQ(info.node, -1);
	CHECK_EQ(info.memfd, -1);
	CHECK_EQ(books(pool).all, 0);
}

/* The first port's needs decide: frames for it and for one more like it. */
TEST(the_first_port_sizes_the_pool)
{
	struct xskpkt_pool *pool = make_pool(NULL);

	CHECK_OK(pool_promise(pool, 1000, -1, "eth0"));
	CHECK_EQ(info_of(pool).frames, 2000);
	CHECK_EQ(books(pool).free, 2000);
	CHECK_OK(pool_promise(pool, 1000, -1, "eth1"));
	CHECK_FAILS(pool_promise(pool, 1, -1, "eth2"), -ENOBUFS,
		    "eth2: pool: 2000 frames cannot cover every ring: set "
		    "xskpkt_pool_opts.frames to 2001 at least");
	pool_unpromise(pool, 1000);
	CHECK_OK(pool_promise(pool, 1000, -1, "eth2"));
	CHECK_FAILS(pool_promise(pool, UINT32_MAX, -1, "eth3"), -ENOBUFS,
		    "frames to 4294969295 at least");
}

/* A number of frames that was asked for is kept, also by the first port. */
TEST(the_callers_number_of_frames_is_kept)
{
	const struct xskpkt_pool_opts opts = { .size = sizeof(opts),
					       .frames = 500 };
	struct xskpkt_pool *pool = make_pool(&opts);

	CHECK_FAILS(pool_promise(pool, 501, -1, "eth0"), -ENOBUFS,
		    "eth0: pool: 500 frames cannot cover");
	CHECK_OK(pool_promise(pool, 500, -1, "eth0"));
	CHECK_EQ(info_of(pool).frames, 500);
}

/* Who asks learns what was got, as far as its struct goes. */
TEST(info_tells_what_was_got)
{
	struct xskpkt_pool *pool = pool_of(100);
	struct xskpkt_pool_info info = info_of(pool);
	size_t size = offsetof(struct xskpkt_pool_info, length);

	CHECK(info.base);
	CHECK(info.length >= 100 * 2048);
	CHECK_EQ(info.frames, 100);
	CHECK_EQ(info.free, 100);
	CHECK_EQ(info.frame_size, 2048);
	CHECK_EQ(info.node, 0);
	memset(info.base, 0xff, info.length);

	memset(&info, 0x55, sizeof(info));
	info.size = size;
	CHECK_OK(xskpkt_pool_info(pool, &info));
	CHECK_EQ(info.size, size);
	CHECK_EQ(info.frames, 0x55555555);
	info.size = 0;
	CHECK_FAILS(xskpkt_pool_info(pool, &info), -EINVAL, "size is 0");
	CHECK_FAILS(xskpkt_pool_info(pool, NULL), -EINVAL, "NULL");
	CHECK_FAILS(xskpkt_pool_info(NULL, &info), -EINVAL, "pool is NULL");
}

/* Ports hold on to their pool; nothing is there to destroy twice. */
TEST(a_pool_lives_as_long_as_its_last_port)
{
	struct xskpkt_pool *pool;

	xskpkt_pool_destroy(NULL);
	CHECK_OK(xskpkt_pool_create(&pool, NULL));
	CHECK(pool_ref(pool) == pool);
	CHECK_EQ(info_of(pool).ports, 1);
	xskpkt_pool_destroy(pool);
	CHECK_EQ(info_of(pool).ports, 0);
	xskpkt_pool_destroy(pool);
}

/* Audit */

/* A fresh pool is all free, whatever its size; each frame is there once. */
TEST(every_frame_is_free_at_first)
{
	struct xskpkt_pkt *pkts = calloc(1000, sizeof(*pkts));

	for (uint32_t frames = 1; frames < 1000; frames += 1 + frames / 3) {
		struct fake_kernel *k = fake_kernel_start(&(struct fake_opts){
			.frames = frames, .tx_only = true });
		uint8_t seen[1000] = { 0 };

		CHECK_EQ(books(k->pool).all, frames);
		CHECK_EQ(books(k->pool).free, frames);
		CHECK_EQ(xskpkt_queue_alloc(k->queue, pkts, 1000), frames);
		for (uint32_t i = 0; i < frames; i++)
			CHECK(!seen[frame_of(k->pool, &pkts[i])]++);
		CHECK_EQ(books(k->pool).received, frames);
		xskpkt_queue_drop(k->queue, pkts, frames);
		CHECK_EQ(books(k->pool).free, frames);
		fake_kernel_stop(k);
	}
	free(pkts);
}

/* Mistakes that an audit has to find, planted in the books of a queue. */

static void plant_held(struct xskpkt_pool *pool)
{
	pool->frames.state[pool->remainder[0] / 2048] = FRAME_HELD;
}

static void plant_twice(struct xskpkt_pool *pool)
{
	pool->remainder[1] = pool->remainder[0];
}

static void plant_twice_in_cache(struct xskpkt_pool *pool)
{
	struct cache *c = pool->caches;

	c->frames[c->head] = pool->remainder[0];
}

static void plant_outside(struct xskpkt_pool *pool)
{
	pool->remainder[0] = 1ull << 40;
}

static void plant_lost(struct xskpkt_pool *pool)
{
	pool->remainder_count--;
}

static void plant_filled(struct xskpkt_pool *pool)
{
	pool->caches->filled++;
}

static void plant_sending(struct xskpkt_pool *pool)
{
	pool->caches->sending--;
}

/* What the states say must be what lists and counters say: else the audit
 * tells where, and gives the books all the same. */
TEST(an_audit_finds_what_does_not_balance)
{
	static const struct {
		void (*plant)(struct xskpkt_pool *pool);
		const char *words;
	} mistakes[] = {
		{ plant_held, "remainder, but its state is 0x1" },
		{ plant_twice, "is free twice, once in the pool's remainder" },
		{ plant_twice_in_cache, "is free twice, once in a queue's" },
		{ plant_outside, "0x10000000000, which is outside" },
		{ plant_lost, "the books do not balance: by their states" },
		{ plant_filled, "by the counts 392, 65 and 0" },
		{ plant_sending, "the books do not balance" },
	};

	for (unsigned i = 0; i < COUNT_OF(mistakes); i++) {
		struct fake_kernel *k =
			fake_kernel_start(&(struct fake_opts){ .frames = 456 });
		struct xskpkt_pool_books b = { .size = sizeof(b) };
		struct xskpkt_pkt pkt;

		/* So that the cache is not empty. */
		make_packets(k->queue, &pkt, 1, 60);
		xskpkt_queue_drop(k->queue, &pkt, 1);
		books(k->pool);
		mistakes[i].plant(k->pool);
		CHECK_FAILS(xskpkt_pool_audit(k->pool, &b), -EUCLEAN,
			    mistakes[i].words);
		CHECK_EQ(b.all, 456);
		CHECK_EQ(b.filled, 64);
		fake_kernel_close_queue(k, 0);
		fake_kernel_stop(k);
	}
}

/* Without them there is nothing to count, or nowhere to write it. */
TEST(an_audit_wants_a_pool_and_a_place)
{
	struct xskpkt_pool_books b = { .size = 0, .all = 7 };
	struct xskpkt_pool *pool = pool_of(10);

	CHECK_FAILS(xskpkt_pool_audit(NULL, &b), -EINVAL, "pool is NULL");
	CHECK_FAILS(xskpkt_pool_audit(pool, NULL), -EINVAL, "NULL");
	CHECK_FAILS(xskpkt_pool_audit(pool, &b), -EINVAL, "books.size is 0");
	CHECK_EQ(b.all, 7);
}

/* What went wrong on a queue is remembered when the queue is gone. */
TEST(the_books_outlive_a_queue)
{
	struct fake_kernel *k = START(.queues = 2);
	struct xskpkt_pkt pkt;

	make_packets(k->queue, &pkt, 1, 60);
	xskpkt_queue_drop(k->queue, &pkt, 1);
	xskpkt_queue_drop(k->queue, &pkt, 1);
	pkt.data = NULL;
	xskpkt_queue_drop(k->queue, &pkt, 1);
	fake_put_completion(fake_socket_of(k->queue), 0);
	xskpkt_queue_tx(k->queue, NULL, 0);
	fake_kernel_close_queue(k, 0);
	CHECK_EQ(books(k->pool).double_free, 1);
	CHECK_EQ(books(k->pool).foreign, 1);
	CHECK_EQ(books(k->pool).bad_completions, 1);
}

/* How many frames are where can be asked for while packets move. */
TEST(levels_agree_with_the_books)
{
	struct fake_kernel *k = START(.queues = 2, .frames = 900);
	struct fake_socket *s = fake_socket_of(k->queue);
	struct xskpkt_pool_books b;
	struct xskpkt_pkt pkts[30];

	for (unsigned round = 0; round < 20; round++) {
		fake_deliver(s, 30, 60);
		xskpkt_queue_rx(k->queue, pkts, 30);
		xskpkt_queue_tx(k->queues[1], pkts, 20);
		b = books(k->pool);
		CHECK_EQ(stats(k->queues[0]).frames_filled +
				 stats(k->queues[1]).frames_filled,
			 b.filled);
		CHECK_EQ(stats(k->queues[1]).frames_sending, b.sending);
		/* The rest of the free ones lies in the queues' caches. */
		CHECK(info_of(k->pool).free <= b.free);
		CHECK(b.free - info_of(k->pool).free <= 2 * 256);
		xskpkt_queue_drop(k->queue, pkts + 20, 10);
		fake_complete(fake_socket_of(k->queues[1]), 20);
	}
}

/* Threads */

#define THREADS 4
#define FRAMES 3000

/* Packets on their way from thread to thread, and who has each frame. */
static struct {
	struct fake_kernel *k;
	pthread_mutex_t lock;
	struct xskpkt_pkt mail[128];
	unsigned mails, rounds;
	_Atomic uint8_t owned[FRAMES];
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void set_owned(const struct xskpkt_pkt *pkts, unsigned n, uint8_t owned)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t frame = frame_of(shared.k->pool, &pkts[i]);

		CHECK_EQ(atomic_exchange(&shared.owned[frame], owned), !owned);
	}
}

static void give(struct xskpkt_queue *q, const struct xskpkt_pkt *pkts,
		 unsigned n)
{
	set_owned(pkts, n, 0);
	xskpkt_queue_drop(q, pkts, n);
}

/* Leave some of @pkts for another thread, and take what others left. */
static unsigned swap_mail(struct xskpkt_pkt *pkts, unsigned n)
{
	unsigned in, out;

	pthread_mutex_lock(&shared.lock);
	out = n < 64 ? n : 64;
	in = shared.mails;
	memcpy(pkts + n, shared.mail, in * sizeof(*pkts));
	memcpy(shared.mail, pkts, out * sizeof(*pkts));
	shared.mails = out;
	pthread_mutex_unlock(&shared.lock);
	memmove(pkts, pkts + out, (n - out + in) * sizeof(*pkts));
	return n - out + in;
}

static void *get_and_put(void *arg)
{
	struct xskpkt_queue *q = arg;
	uint64_t seed = xskpkt_queue_id(q);
	struct xskpkt_pkt pkts[600];

	for (unsigned round = 0; round < shared.rounds; round++) {
		unsigned n = (unsigned)chance(&seed) % 400;

		n = xskpkt_queue_alloc(q, pkts, n);
		set_owned(pkts, n, 1);
		if (round % 3 == 0)
			n = swap_mail(pkts, n);
		give(q, pkts, n);
	}
	return NULL;
}

static void check_threads(uint32_t frames)
{
	pthread_t threads[THREADS];

	shared.k = START(.queues = THREADS, .frames = frames, .tx_only = true);
	shared.rounds = (unsigned)rounds("XSKPKT_ROUNDS", 3000);
	for (uint32_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, get_and_put,
					shared.k->queues[i]),
			 0);
	for (uint32_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	give(shared.k->queue, shared.mail, shared.mails);
	CHECK_EQ(books(shared.k->pool).free, frames);
	CHECK_EQ(books(shared.k->pool).double_free, 0);
}

/* Four threads get and put, and hand packets to each other: at any moment each
 * frame has one owner, and at the end all are there. */
TEST(frames_have_one_owner_among_threads)
{
	check_threads(FRAMES);
}

/* The same where the pool is dry most of the time. */
TEST(a_dry_pool_is_shared_likewise)
{
	check_threads(70);
}
