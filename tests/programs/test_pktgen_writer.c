// SPDX-License-Identifier: BSD-2-Clause
/* From a spool to a file: whole blocks, whatever happens to the file. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <unistd.h>

#include "captures.h"
#include "harness.h"
#include "pcapng.h"
#include "testnet.h"
#include "writer.h"

#define SPOOLS_MAX 3

static struct spool spools[SPOOLS_MAX];
static _Alignas(4) uint8_t head[2 * PCAPNG_BLOCK_MAX], last[PCAPNG_BLOCK_MAX];

static struct writer_plan plan_of(int fd, unsigned n)
{
	size_t size = pcapng_section(head, "machine", "os", "test");
	struct pcapng_statistics end = { .received = 1 };

	size += pcapng_interface(head + size, "if0", "a veth", 262144);
	pcapng_statistics(last, &end);
	for (unsigned i = 0; i < n; i++)
		CHECK_EQ(spool_create(&spools[i], 1 << 16), 0);
	return (struct writer_plan){ .fd = fd,
				     .head = head,
				     .head_size = size,
				     .spools = spools,
				     .spool_count = n,
				     .news = eventfd(0, EFD_CLOEXEC) };
}

static void end_plan(struct writer_plan *plan)
{
	for (unsigned i = 0; i < plan->spool_count; i++)
		spool_destroy(&spools[i]);
	close(plan->news);
}

/* False: it is full. */
static bool put(struct spool *s, uint32_t number, uint32_t len)
{
	static _Thread_local uint8_t bytes[3000];
	struct xskpkt_pkt pkt = { .data = bytes, .len = len };
	struct pcapng_packet p = { .time = number, .len = len, .kept = len };
	void *to = spool_room(s, pcapng_packet_size(&p));

	if (!to)
		return false;
	memcpy(bytes, &number, sizeof(number));
	spool_add(s, pcapng_packet(to, &p, &pkt, 1));
	spool_publish(s);
	return true;
}

static void put_all(struct spool *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		while (!put(s, i, 20 + i % 1500))
			usleep(100);
}

/* The spool */

/* It is full when it is full, and what is read makes room. */
TEST(a_spool_takes_what_it_has_room_for)
{
	const void *from;
	unsigned n = 0;

	CHECK_EQ(spool_create(&spools[0], 10000), 0);
	CHECK_EQ(spools[0].size, 16384);
	CHECK(!spool_room(&spools[0], 16385));
	while (put(&spools[0], n, 1000))
		n++;
	CHECK_EQ(n, 16384 / (1000 + 52));
	CHECK_EQ(spool_ready(&spools[0], &from), n * 1052);
	CHECK_EQ(pcapng_block_size(from), 1052);
	spool_done(&spools[0], 1052);
	CHECK(put(&spools[0], n, 1000));
	CHECK(!put(&spools[0], n, 1000));
	spool_destroy(&spools[0]);
}

/* A block that wraps around the end lies in one piece. */
TEST(blocks_of_a_spool_are_in_one_piece)
{
	const void *from;

	CHECK_EQ(spool_create(&spools[0], 4096), 0);
	for (uint32_t i = 0; i < 10000; i++) {
		uint32_t number;
		size_t ready;

		CHECK(put(&spools[0], i, 20 + i % 2900));
		ready = spool_ready(&spools[0], &from);
		CHECK_EQ(ready, pcapng_block_size(from));
		memcpy(&number, (const uint8_t *)from + 28, sizeof(number));
		CHECK_EQ(number, i);
		spool_done(&spools[0], pcapng_block_size(from));
	}
	spool_destroy(&spools[0]);
}

/* The writer */

static void *fill(void *arg)
{
	put_all(arg, 0, 20000);
	return NULL;
}

/* All of several spools, filled by threads while it writes. */
TEST(all_that_is_spooled_is_written)
{
	pthread_t threads[SPOOLS_MAX];
	struct writer_counts counts;
	struct writer_plan plan;
	struct writer *w;
	struct capture c;

	capture_make(&c);
	plan = plan_of(c.fd, SPOOLS_MAX);
	CHECK_EQ(writer_start(&w, &plan), 0);
	for (unsigned i = 0; i < SPOOLS_MAX; i++)
		pthread_create(&threads[i], NULL, fill, &spools[i]);
	for (unsigned i = 0; i < SPOOLS_MAX; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(writer_stop(w), 0);
	CHECK_EQ(writer_finish(w, last), 0);
	counts = writer_read(w);
	CHECK(!counts.full);
	CHECK_EQ(counts.packets, SPOOLS_MAX * 20000);
	CHECK_EQ(counts.bytes, capture_size(&c));
	CHECK_EQ(capture_count(c.path), SPOOLS_MAX * 20000);
	writer_free(w);
	end_plan(&plan);
	capture_end(&c);
}

static void wait_for_news(const struct writer_plan *plan)
{
	struct pollfd p = { .fd = plan->news, .events = POLLIN };

	CHECK_EQ(poll(&p, 1, 10000), 1);
}

/* So many packets, and not one more. */
TEST(a_count_is_kept)
{
	struct writer_plan plan;
	struct writer *w;
	struct capture c;

	capture_make(&c);
	plan = plan_of(c.fd, 1);
	plan.count = 17;
	CHECK_EQ(writer_start(&w, &plan), 0);
	put_all(&spools[0], 0, 17);
	/* It does not wait for the eighteenth. */
	wait_for_news(&plan);
	CHECK(writer_ended(w));
	put_all(&spools[0], 17, 20);
	CHECK_EQ(writer_stop(w), 0);
	CHECK_EQ(writer_finish(w, last), 0);
	CHECK(writer_read(w).full);
	CHECK_EQ(writer_read(w).packets, 17);
	CHECK_EQ(capture_count(c.path), 17);
	writer_free(w);
	end_plan(&plan);
	capture_end(&c);
}

/* So many bytes, its last block included. */
TEST(a_size_is_kept)
{
	struct writer_plan plan;
	struct writer *w;
	struct capture c;

	capture_make(&c);
	plan = plan_of(c.fd, 1);
	plan.size = 10000;
	CHECK_EQ(writer_start(&w, &plan), 0);
	put_all(&spools[0], 0, 200);
	wait_for_news(&plan);
	CHECK_EQ(writer_stop(w), 0);
	CHECK_EQ(writer_finish(w, last), 0);
	CHECK(capture_size(&c) <= 10000 && capture_size(&c) > 9500);
	CHECK_EQ(capture_count(c.path), writer_read(w).packets);
	writer_free(w);
	end_plan(&plan);
	capture_end(&c);
}

/* A disk that is full: it is an error, and the file is whole up to there. */
TEST(a_full_disk_leaves_a_whole_file)
{
	struct writer_plan plan;
	struct writer *w;
	int fd;

	testnet_enter(); /* mounts of its own */
	if (mount("none", "/mnt", "tmpfs", 0, "size=64k"))
		SKIP("a tmpfs cannot be mounted: %s", strerror(errno));
	fd = open("/mnt/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	plan = plan_of(fd, 1);
	CHECK_EQ(writer_start(&w, &plan), 0);
	for (uint32_t i = 0; i < 1000 && !writer_ended(w); i++)
		if (!put(&spools[0], i, 999))
			usleep(1000);
	wait_for_news(&plan);
	CHECK_EQ(writer_stop(w), -ENOSPC);
	CHECK(writer_read(w).packets > 50);
	writer_finish(w, last);
	CHECK_EQ(capture_count("/mnt/file"), writer_read(w).packets);
	writer_free(w);
	end_plan(&plan);
	close(fd);
}

TEST(no_room_for_the_head_is_said_at_once)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct writer_plan plan = plan_of(fd, 0);
	struct writer *w = NULL;

	CHECK_EQ(writer_start(&w, &plan), -ENOSPC);
	CHECK(!w);
	end_plan(&plan);
	close(fd);
}

/* Pipes */

TEST(a_closed_pipe_ends_it)
{
	struct writer_plan plan;
	struct writer *w;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK(!pipe2(ends, O_CLOEXEC));
	plan = plan_of(ends[1], 1);
	CHECK_EQ(writer_start(&w, &plan), 0);
	put_all(&spools[0], 0, 3);
	close(ends[0]);
	put_all(&spools[0], 3, 6);
	wait_for_news(&plan);
	CHECK_EQ(writer_stop(w), -EPIPE);
	CHECK_EQ(writer_finish(w, last), -EPIPE);
	writer_free(w);
	end_plan(&plan);
	close(ends[1]);
}

/* A reader that sleeps does not keep it from ending. */
TEST(a_pipe_that_is_not_read_does_not_hold_it_up)
{
	struct writer_plan plan;
	struct writer *w;
	uint32_t n = 0;
	int ends[2];

	CHECK(!pipe2(ends, O_CLOEXEC));
	plan = plan_of(ends[1], 1);
	CHECK_EQ(writer_start(&w, &plan), 0);
	/* Full for good, not only since the thread had no time yet. */
	for (unsigned failed = 0; failed < 100; failed++) {
		usleep(1000);
		while (put(&spools[0], n, 1000)) {
			n++;
			failed = 0;
		}
	}
	CHECK_EQ(writer_stop(w), -ETIMEDOUT);
	CHECK(writer_read(w).packets < n);
	writer_free(w);
	end_plan(&plan);
	close(ends[0]);
	close(ends[1]);
}

/* A slow reader gets everything. */
TEST(a_pipe_gets_everything)
{
	char path[] = "/tmp/writer-XXXXXX", line[64];
	struct writer_plan plan;
	struct writer *w;
	FILE *cat;

	close(mkstemp(path));
	snprintf(line, sizeof(line), "cat >%s", path);
	cat = popen(line, "we");
	CHECK(cat);
	plan = plan_of(fileno(cat), 1);
	CHECK_EQ(writer_start(&w, &plan), 0);
	put_all(&spools[0], 0, 5000);
	CHECK_EQ(writer_stop(w), 0);
	CHECK_EQ(writer_finish(w, last), 0);
	CHECK_EQ(pclose(cat), 0);
	CHECK_EQ(capture_count(path), 5000);
	writer_free(w);
	end_plan(&plan);
	unlink(path);
}
