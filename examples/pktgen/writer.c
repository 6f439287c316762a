// SPDX-License-Identifier: BSD-2-Clause
/* writer.c: a thread that writes what is in spools to a file */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcapng.h"
#include "writer.h"

/* Between two looks. At 10 Mpps a spool gets some 5 MB meanwhile. */
#define LOOK_US 5000
#define LOOK_AT_STOP_MS 100
#define PATIENCE_MS 1000
/* At once into a file: large enough to be fast, small enough that the room in
 * the spool comes back soon. */
#define CHUNK (1 << 18)
/* A pipe that says it has room takes so much without making us wait. */
#define PIPE_CHUNK 4096
/* Kept free for the last block. */
#define LAST_BLOCK 128

struct writer {
	struct writer_plan plan;
	bool is_file; /* no pipe, terminal, ... */
	pthread_t thread;
	bool runs;
	_Atomic bool stop, ended;
	_Atomic uint64_t packets, bytes;
	bool full;
	int err;
};

/* 0, or -ETIMEDOUT: it is to stop, and nobody reads. */
static int wait_for_room(struct writer *w)
{
	struct pollfd p = { .fd = w->plan.fd, .events = POLLOUT };
	unsigned waited = 0;

	while (!poll(&p, 1, LOOK_AT_STOP_MS)) {
		if (!atomic_load(&w->stop))
			continue;
		waited += LOOK_AT_STOP_MS;
		if (waited >= PATIENCE_MS)
			return -ETIMEDOUT;
	}
	return 0;
}

/* Some of it: how many bytes, or -errno. */
static ssize_t write_some(struct writer *w, const uint8_t *from, size_t bytes)
{
	ssize_t n;
	int err;

	if (!w->is_file) {
		err = wait_for_room(w);
		if (err)
			return err;
		bytes = bytes < PIPE_CHUNK ? bytes : PIPE_CHUNK;
	}
	n = write(w->plan.fd, from, bytes);
	if (n >= 0)
		return n;
	return errno == EINTR || errno == EAGAIN ? 0 : -errno;
}

static void tally_blocks(struct writer *w, const uint8_t *from, size_t bytes)
{
	uint64_t packets = 0;
	size_t at = 0;

	for (; at < bytes; at += pcapng_block_size(from + at))
		packets += pcapng_is_packet(from + at);
	atomic_fetch_add(&w->packets, packets);
	atomic_fetch_add(&w->bytes, bytes);
}

/* Of the @bytes that were written, those of whole blocks. */
static size_t whole_blocks(const uint8_t *from, size_t bytes)
{
	size_t at = 0, next = 0;

	while (next <= bytes) {
		at = next;
		if (at == bytes)
			break;
		next += pcapng_block_size(from + at);
	}
	return at;
}

/* All of it, or as many whole blocks as could be. */
static int write_blocks(struct writer *w, const uint8_t *from, size_t bytes)
{
	uint64_t before = atomic_load(&w->bytes);
	size_t done = 0;
	ssize_t n = 0;

	while (done < bytes && n >= 0) {
		n = write_some(w, from + done, bytes - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		done = whole_blocks(from, done);
	tally_blocks(w, from, done);
	/* What was begun goes; then the last block may have room again. */
	if (n < 0 && w->is_file) {
		off_t end = (off_t)(before + done);

		if (ftruncate(w->plan.fd, end) ||
		    lseek(w->plan.fd, end, SEEK_SET) < 0)
			return -errno;
	}
	return n < 0 ? (int)n : 0;
}

/* How much of it may be written: whole blocks, about a chunk. */
static size_t allowed(struct writer *w, const uint8_t *from, size_t ready)
{
	uint64_t packets = atomic_load(&w->packets);
	uint64_t bytes = atomic_load(&w->bytes);
	size_t at = 0;

	while (at < ready && at < CHUNK) {
		uint32_t size = pcapng_block_size(from + at);

		if ((w->plan.count && packets == w->plan.count) ||
		    (w->plan.size &&
		     bytes + at + size + LAST_BLOCK > w->plan.size)) {
			w->full = true;
			break;
		}
		packets += pcapng_is_packet(from + at);
		at += size;
	}
	/* Do not wait for one more packet to know it. */
	w->full |= w->plan.count && packets == w->plan.count;
	return at;
}

/* Was there anything? */
static bool empty(struct writer *w, struct spool *s)
{
	const void *from;
	size_t ready = spool_ready(s, &from);
	size_t bytes = ready ? allowed(w, from, ready) : 0;

	if (bytes)
		w->err = write_blocks(w, from, bytes);
	spool_done(s, bytes);
	return bytes > 0;
}

static bool empty_all(struct writer *w)
{
	bool any = false;

	for (unsigned i = 0; i < w->plan.spool_count; i++)
		if (!w->full && !w->err)
			any |= empty(w, &w->plan.spools[i]);
	return any;
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;
	uint64_t one = 1;
	bool last = false;

	while (!w->full && !w->err && !last) {
		/* What was filled before it was stopped is seen below. */
		bool stop = atomic_load(&w->stop);

		if (empty_all(w))
			continue;
		last = stop;
		if (!last)
			usleep(LOOK_US);
	}
	atomic_store(&w->ended, true);
	if (!last && write(w->plan.news, &one, sizeof(one)) < 0)
		return NULL; /* it is full of news already */
	return NULL;
}

int writer_start(struct writer **ret, const struct writer_plan *plan)
{
	struct writer *w = calloc(1, sizeof(*w));
	struct stat st;
	int err;

	if (!w)
		return -ENOMEM;
	w->plan = *plan;
	w->is_file = !fstat(plan->fd, &st) && S_ISREG(st.st_mode);
	err = write_blocks(w, plan->head, plan->head_size);
	if (!err)
		err = -pthread_create(&w->thread, NULL, writer_main, w);
	w->runs = !err;
	if (err) {
		free(w);
		return err;
	}
	*ret = w;
	return 0;
}

bool writer_ended(const struct writer *w)
{
	return atomic_load(&w->ended);
}

int writer_stop(struct writer *w)
{
	atomic_store(&w->stop, true);
	if (w->runs)
		pthread_join(w->thread, NULL);
	w->runs = false;
	return w->err;
}

int writer_finish(struct writer *w, const void *block)
{
	/* What was begun of a block in a pipe cannot be taken back. */
	if (w->err && !w->is_file)
		return w->err;
	return write_blocks(w, block, pcapng_block_size(block));
}

struct writer_counts writer_read(const struct writer *w)
{
	return (struct writer_counts){
		.packets = atomic_load(&w->packets),
		.bytes = atomic_load(&w->bytes),
		.full = atomic_load(&w->ended) && w->full,
	};
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	writer_stop(w);
	free(w);
}
