// SPDX-License-Identifier: BSD-2-Clause
/* pool.c: from options to frames, and back */
#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "opts.h"
#include "pool.h"
#include "sys.h"

#define FRAME_SIZE_DEFAULT 4096
#define FRAME_SIZE_MIN 2048
#define FRAME_SIZE_MAX 4096
/* 16 TiB of frames; keeps every product of number and size within 64 bits. */
#define FRAMES_MAX (1u << 31)
/* Behind the packet the kernel keeps 320 + 128 bytes. */
#define KERNEL_OVERHEAD (KERNEL_HEADROOM + 320 + 128)

static int check_frame_size(const struct xskpkt_pool_opts *o)
{
	if (o->frame_size < FRAME_SIZE_MIN || o->frame_size > FRAME_SIZE_MAX)
		return fail(-EINVAL,
			    "pool: frame_size %u: the kernel takes %d to %d",
			    o->frame_size, FRAME_SIZE_MIN, FRAME_SIZE_MAX);
	if (!(o->flags & XSKPKT_POOL_UNALIGNED) &&
	    !is_power_of_two(o->frame_size))
		return fail(-EINVAL,
			    "pool: frame_size %u: give 2048 or 4096, or "
			    "XSKPKT_POOL_UNALIGNED for sizes between them",
			    o->frame_size);
	if (o->headroom > o->frame_size - KERNEL_OVERHEAD)
		return fail(-EINVAL,
			    "pool: headroom %u: a frame of %u bytes has room "
			    "for at most %u, the rest is the kernel's",
			    o->headroom, o->frame_size,
			    o->frame_size - KERNEL_OVERHEAD);
	return 0;
}

static int check_opts(const struct xskpkt_pool_opts *o)
{
	const uint32_t known = XSKPKT_POOL_UNALIGNED | XSKPKT_POOL_SHAREABLE |
			       XSKPKT_POOL_ON_NODE;

	if (o->flags & ~known)
		return fail(-EINVAL, "pool: flags 0x%x: not known are 0x%x",
			    o->flags, o->flags & ~known);
	if (o->pages > XSKPKT_PAGES_1G)
		return fail(-EINVAL, "pool: pages %u: not an xskpkt_pages",
			    o->pages);
	if (o->pages == XSKPKT_PAGES_THP && o->flags & XSKPKT_POOL_SHAREABLE)
		return fail(-EINVAL, "pool: transparent huge pages cannot be "
				     "shared: ask for 2 MiB or 4 KiB pages");
	if (o->frames > FRAMES_MAX)
		return fail(-EINVAL, "pool: frames %u: at most %u", o->frames,
			    FRAMES_MAX);
	if (!(o->flags & XSKPKT_POOL_ON_NODE) && o->node)
		return fail(-EINVAL,
			    "pool: node %u is given without "
			    "XSKPKT_POOL_ON_NODE",
			    o->node);
	if (o->node > 1023)
		return fail(-EINVAL, "pool: node %u: no machine has it",
			    o->node);
	return check_frame_size(o);
}

/* Every frame starts out free: in full blocks, and what is left over. */
static int build_blocks(struct xskpkt_pool *pool)
{
	const uint32_t in_between = 64; /* threads, each with a block in hand */
	uint32_t blocks = pool->frames.count / BLOCK_FRAMES + 1 + in_between;
	void *mem;
	int err;

	err = sys_alloc(&mem, blocks, sizeof(struct block));
	if (err)
		return fail(err, "pool: no memory for the books of %u frames",
			    pool->frames.count);
	pool_add_blocks(pool, mem, blocks);
	for (uint32_t i = 0; i < pool->frames.count; i++)
		pool_give(pool, frame_address(&pool->frames, i));
	return 0;
}

static int build_states(struct xskpkt_pool *pool, uint32_t frames)
{
	const struct xskpkt_pool_opts *o = &pool->opts;
	void *state;
	int err;

	err = sys_alloc(&state, frames_states(frames), sizeof(uint16_t));
	if (err)
		return fail(err, "pool: no memory for the states of %u frames",
			    frames);
	frames_init(&pool->frames, pool->umem.base, state, frames,
		    o->frame_size, KERNEL_HEADROOM + o->headroom,
		    o->flags & XSKPKT_POOL_UNALIGNED);
	return 0;
}

static void unback(struct xskpkt_pool *pool)
{
	free(pool->blocks);
	free(pool->frames.state);
	umem_unmap(&pool->umem);
	pool->blocks = NULL;
	pool->frames = (struct frames){ 0 };
}

/*
 * On the node asked for, or not at all. The NIC's node is better than others,
 * but nobody asked for it; and in a container binding may be forbidden.
 */
static int map_frames(struct xskpkt_pool *pool, uint32_t frames, int node)
{
	const struct xskpkt_pool_opts *o = &pool->opts;
	bool asked = o->flags & XSKPKT_POOL_ON_NODE;
	bool shareable = o->flags & XSKPKT_POOL_SHAREABLE;
	size_t length = (size_t)frames * o->frame_size;
	int err;

	err = umem_map(&pool->umem, length, o->pages,
		       asked ? (int)o->node : node, shareable);
	if (!err || asked || node < 0)
		return err;
	log_warning("%s", xskpkt_errmsg());
	return umem_map(&pool->umem, length, o->pages, -1, shareable);
}

/* Give the pool its memory. */
static int back(struct xskpkt_pool *pool, uint32_t frames, int node)
{
	const struct xskpkt_pool_opts *o = &pool->opts;
	int err;

	err = map_frames(pool, frames, node);
	if (!err)
		err = build_states(pool, frames);
	if (!err)
		err = build_blocks(pool);
	if (err) {
		unback(pool);
		return err;
	}
	log_info("pool: %u frames of %u bytes, %zu MiB on pages of kind %u",
		 frames, o->frame_size, pool->umem.length >> 20,
		 pool->umem.pages);
	return 0;
}

int xskpkt_pool_create(struct xskpkt_pool **ret,
		       const struct xskpkt_pool_opts *opts)
{
	struct xskpkt_pool *pool;
	struct xskpkt_pool_opts o;
	void *mem;
	int err;

	if (!ret)
		return fail(-EINVAL, "xskpkt_pool_create: ret is NULL");
	err = opts_take(&o, sizeof(o), opts, "xskpkt_pool_opts");
	if (err)
		return err;
	o.frame_size = o.frame_size ?: FRAME_SIZE_DEFAULT;
	err = check_opts(&o);
	if (err)
		return err;
	err = sys_alloc(&mem, 1, sizeof(*pool));
	if (err)
		return fail(err, "pool: no memory");

	pool = mem;
	pool->opts = o;
	pool->references = 1;
	pool->umem.memfd = -1;
	pthread_mutex_init(&pool->lock, NULL);
	if (o.frames && o.flags & XSKPKT_POOL_ON_NODE)
		err = back(pool, o.frames, -1);
	if (err) {
		xskpkt_pool_destroy(pool);
		return err;
	}
	*ret = pool;
	return 0;
}

struct xskpkt_pool *pool_ref(struct xskpkt_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->references++;
	pthread_mutex_unlock(&pool->lock);
	return pool;
}

void xskpkt_pool_destroy(struct xskpkt_pool *pool)
{
	uint32_t left;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	left = --pool->references;
	pthread_mutex_unlock(&pool->lock);
	if (left)
		return;
	unback(pool);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Caller holds the lock. */
static int promise(struct xskpkt_pool *pool, uint64_t frames, int node,
		   const char *who)
{
	uint64_t want = pool->promised + frames;
	/* Room for this port, and for one more like it. */
	uint64_t size = pool->opts.frames ?: 2 * frames;
	int err = 0;

	if (!pool->blocks && size <= FRAMES_MAX)
		err = back(pool, (uint32_t)size, node);
	if (err)
		return err;
	if (want > pool->frames.count)
		return fail(-ENOBUFS,
			    "%s: pool: %u frames cannot cover every ring: set "
			    "xskpkt_pool_opts.frames to %llu at least, or open "
			    "fewer queues or smaller rings",
			    who, pool->frames.count, (unsigned long long)want);
	pool->promised += frames;
	return 0;
}

int pool_promise(struct xskpkt_pool *pool, uint64_t frames, int node,
		 const char *who)
{
	int err;

	pthread_mutex_lock(&pool->lock);
	err = promise(pool, frames, node, who);
	pthread_mutex_unlock(&pool->lock);
	return err;
}

void pool_unpromise(struct xskpkt_pool *pool, uint64_t frames)
{
	pthread_mutex_lock(&pool->lock);
	pool->promised -= frames;
	pthread_mutex_unlock(&pool->lock);
}

int xskpkt_pool_info(const struct xskpkt_pool *pool,
		     struct xskpkt_pool_info *ret)
{
	struct xskpkt_pool_info info;
	pthread_mutex_t *lock;

	if (!pool)
		return fail(-EINVAL, "xskpkt_pool_info: pool is NULL");
	/* The only thing in it that we change. */
	lock = (pthread_mutex_t *)&pool->lock;
	pthread_mutex_lock(lock);
	info = (struct xskpkt_pool_info){
		.base = pool->umem.base,
		.length = pool->umem.length,
		.frames = pool->frames.count,
		.frame_size = pool->opts.frame_size,
		.room = pool_room(pool),
		.headroom = pool->opts.headroom,
		.pages = pool->umem.pages,
		.node = pool->blocks ? pool->umem.node : -1,
		.memfd = pool->umem.memfd,
		.ports = pool->references - 1,
		.free = pool_free(pool),
	};
	pthread_mutex_unlock(lock);
	return opts_give(ret, &info, sizeof(info), "xskpkt_pool_info");
}
