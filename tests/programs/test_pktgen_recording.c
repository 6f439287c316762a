// SPDX-License-Identifier: BSD-2-Clause
/* Capture files as replay reads them: whole, damaged, absurd. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captures.h"
#include "harness.h"
#include "recording.h"

#define SECOND 1000000000ull
#define T0 (1700000000 * SECOND)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct recording rec;

static struct recording_wish wish_of(const char *path)
{
	return (struct recording_wish){ .path = path };
}

/* What it says on stderr is caught. */
static int load(const struct recording_wish *wish, char *said, size_t size)
{
	int before = dup(STDERR_FILENO), catcher = memfd_create("said", 0), err;
	ssize_t n;

	dup2(catcher, STDERR_FILENO);
	err = recording_load(&rec, wish);
	dup2(before, STDERR_FILENO);
	n = pread(catcher, said, size - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	close(before);
	close(catcher);
	return err;
}

static void loads(const struct recording_wish *wish)
{
	char said[1024];

	if (load(wish, said, sizeof(said)))
		FAIL("it is refused: %s", said);
	CHECK_STR_EQ(said, "");
}

/* It is refused in these words, and the result untouched. */
static void refused(const struct recording_wish *wish, const char *words)
{
	struct recording before;
	char said[1024];

	memset(&rec, 0x55, sizeof(rec));
	before = rec;
	CHECK(load(wish, said, sizeof(said)) < 0);
	CHECK_STR_HAS(said, words);
	CHECK(!memcmp(&rec, &before, sizeof(rec)));
}

static void check_record(const struct record *r, unsigned i, uint32_t len)
{
	CHECK_EQ(r->len, len);
	for (uint32_t b = 0; b < len; b++)
		CHECK_EQ(r->data[b], filler_of(i));
}

static const struct record_wish three[] = {
	{ T0, 60, 0 }, { T0 + 1, 1514, 0 }, { T0 + SECOND + 999999999, 61, 0 }
};

static void check_three(void)
{
	const struct record *r = record_first(&rec);
	uint64_t due[] = { 0, 1, SECOND + 999999999 };

	CHECK_EQ(rec.count, 3);
	CHECK_EQ(rec.read, 3);
	CHECK_EQ(rec.bytes, 60 + 1514 + 61);
	for (unsigned i = 0; i < 3; i++, r = record_next(&rec, r)) {
		check_record(r, i, three[i].len);
		CHECK_EQ(r->due, due[i]);
	}
	CHECK(!r);
	recording_free(&rec);
}

/* Every byte, and times to the nanosecond. */
TEST(pcap_is_read_whole)
{
	struct recording_wish wish;
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	wish = wish_of(c.path);
	loads(&wish);
	check_three();
	capture_end(&c);
}

TEST(pcapng_is_read_whole)
{
	struct recording_wish wish;
	struct capture c;

	capture_pcapng(&c, three, 3);
	wish = wish_of(c.path);
	loads(&wish);
	check_three();
	capture_end(&c);
}

/* Files of the other byte order and of microseconds are read as well. */
TEST(old_files_of_other_machines_are_read)
{
	static const uint8_t big[] = {
		0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0,  0, 0, 0, 0,
		0,    0,    0xff, 0xff, 0, 0, 0, 1, /* one record: */
		0,    0,    0,    1,    0, 0, 0, 2, 0, 0, 0, 15, 0, 0, 0, 15,
		2,    2,    2,    2,    2, 2, 2, 2, 2, 2, 2, 2,  2, 2, 2
	};
	struct recording_wish wish;
	struct capture c;

	capture_make(&c);
	capture_put(&c, big, sizeof(big));
	wish = wish_of(c.path);
	loads(&wish);
	CHECK_EQ(rec.count, 1);
	check_record(record_first(&rec), 0, 15);
	recording_free(&rec);
	capture_end(&c);
}

/* What cannot be sent is counted, each record once, by its cause. */
TEST(what_cannot_be_sent_is_counted)
{
	static const struct record_wish records[] = {
		{ T0, 60, 0 },      { T0, 1515, 0 }, { T0, 0, 0 },
		{ T0, 13, 0 },      { T0, 14, 0 },   { T0, 1000, 100 },
		{ T0, 70000, 100 }, { T0, 1514, 0 }, { T0, 262144, 0 },
		{ T0, 1514, 1 },
	};
	struct recording_wish wish;
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, records, COUNT(records));
	wish = wish_of(c.path);
	loads(&wish);
	CHECK_EQ(rec.read, 10);
	CHECK_EQ(rec.count, 4);
	CHECK_EQ(rec.too_long, 2);
	CHECK_EQ(recording_limit(&rec, 1514), 0);
	CHECK_EQ(rec.count, 3);
	CHECK_EQ(rec.too_long, 3);
	CHECK_EQ(rec.too_short, 2);
	CHECK_EQ(rec.cut, 2);
	recording_free(&rec);
	capture_end(&c);
}

/* A limit leaves the others as they are, in their order; and not nothing. */
TEST(a_limit_takes_out_what_is_longer)
{
	struct recording_wish wish;
	const struct record *r;
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	wish = wish_of(c.path);
	loads(&wish);
	CHECK_EQ(recording_limit(&rec, 1513), 0);
	CHECK_EQ(rec.count, 2);
	CHECK_EQ(rec.bytes, 60 + 61);
	r = record_first(&rec);
	check_record(r, 0, 60);
	r = record_next(&rec, r);
	check_record(r, 2, 61);
	CHECK(!record_next(&rec, r));
	CHECK(recording_limit(&rec, 59) < 0);
	CHECK(!record_first(&rec));
	recording_free(&rec);
	capture_end(&c);
}

/* Padded: what the snap length left, then zeros up to the old length. */
TEST(cut_records_are_padded_if_asked)
{
	static const struct record_wish records[] = { { T0, 1000, 100 } };
	struct recording_wish wish;
	const struct record *r;
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, records, 1);
	wish = wish_of(c.path);
	refused(&wish, "none of its 1 packets can be sent: 1 were cut");
	wish.pad = true;
	loads(&wish);
	r = record_first(&rec);
	CHECK_EQ(r->len, 1000);
	for (unsigned i = 0; i < 1000; i++)
		CHECK_EQ(r->data[i], i < 100 ? filler_of(0) : 0);
	CHECK_EQ(rec.cut, 1);
	recording_free(&rec);
	capture_end(&c);
}

/* Damage */

/* Cut anywhere it is refused, by record and byte; what stands before is had
 * by asking for it. */
static void check_cut(const struct capture *whole, bool pcapng)
{
	uint8_t *bytes = capture_bytes(whole);
	size_t size = capture_size(whole);
	unsigned refusals = 0;

	for (size_t n = 1; n < size; n++) {
		struct recording_wish wish;
		struct capture c;
		char said[1024];

		capture_make(&c);
		capture_put(&c, bytes, n);
		wish = wish_of(c.path);
		if (!load(&wish, said, sizeof(said))) {
			CHECK(rec.count < 3 || pcapng);
			recording_free(&rec);
		} else {
			refusals++;
			CHECK_STR_HAS(said, c.path);
		}
		wish.partial = true;
		if (!load(&wish, said, sizeof(said))) {
			CHECK(rec.count >= 1 && rec.count <= 3);
			check_record(record_first(&rec), 0, 60);
			recording_free(&rec);
		}
		capture_end(&c);
	}
	/* But for the few places where one record ends and the next begins. */
	CHECK(refusals + 6 >= size - 1);
	free(bytes);
}

TEST(a_pcap_cut_anywhere_is_refused)
{
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	check_cut(&c, false);
	capture_end(&c);
}

TEST(a_pcapng_cut_anywhere_is_refused)
{
	struct capture c;

	capture_pcapng(&c, three, 3);
	check_cut(&c, true);
	capture_end(&c);
}

/* The sentence names file, record and byte, and the way out. */
TEST(damage_is_named)
{
	char said[1024], want[128];
	struct recording_wish wish;
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	CHECK(!ftruncate(c.fd, 24 + 16 + 60 + 16 + 100));
	wish = wish_of(c.path);
	snprintf(want, sizeof(want), "%s: record 2, byte 100: ", c.path);
	refused(&wish, want);
	refused(&wish, "give --partial to use the 1 before it");
	wish.partial = true;
	CHECK(!load(&wish, said, sizeof(said)));
	CHECK_STR_HAS(said, "the 1 before it are used");
	CHECK_EQ(rec.count, 1);
	recording_free(&rec);
	capture_end(&c);
}

/* Any byte may be wrong: there is a result or a sentence, never a crash. */
static void check_flips(const struct capture *whole)
{
	uint8_t *bytes = capture_bytes(whole);
	size_t size = capture_size(whole);

	for (size_t n = 0; n < size; n++) {
		struct recording_wish wish;
		struct capture c;
		char said[1024];

		if (n > 200 && n < size - 200)
			continue;
		bytes[n] ^= 0xff;
		capture_make(&c);
		capture_put(&c, bytes, size);
		wish = wish_of(c.path);
		wish.pad = n % 2;
		if (load(&wish, said, sizeof(said)))
			CHECK_STR_HAS(said, c.path);
		else
			recording_free(&rec);
		capture_end(&c);
		bytes[n] ^= 0xff;
	}
	free(bytes);
}

TEST(any_byte_of_a_pcap_may_be_wrong)
{
	struct capture c;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	check_flips(&c);
	capture_end(&c);
}

TEST(any_byte_of_a_pcapng_may_be_wrong)
{
	struct capture c;

	capture_pcapng(&c, three, 3);
	check_flips(&c);
	capture_end(&c);
}

/* What is no capture file is refused for what it is. */
TEST(what_is_no_capture_file_is_refused)
{
	struct recording_wish wish;
	struct capture c;

	wish = wish_of("/no/such/file");
	refused(&wish, "/no/such/file: No such file");
	wish = wish_of("/tmp");
	refused(&wish, "/tmp: it is a directory");
	wish = wish_of("/dev/null");
	refused(&wish, "/dev/null: it is empty");

	capture_make(&c);
	wish = wish_of(c.path);
	refused(&wish, "it is empty");
	capture_put(&c, "this is a text, and no capture file", 35);
	refused(&wish, "unknown file format");
	capture_end(&c);

	capture_pcap(&c, DLT_EN10MB, three, 0);
	wish = wish_of(c.path);
	refused(&wish, "there are no packets in it");
	capture_end(&c);
	capture_pcapng(&c, three, 0);
	wish = wish_of(c.path);
	refused(&wish, "there are no packets in it");
	capture_end(&c);
}

/* Packets without an Ethernet header have nowhere to go. */
TEST(other_link_types_are_refused)
{
	struct recording_wish wish;
	struct capture c;

	capture_pcap(&c, DLT_RAW, three, 3);
	wish = wish_of(c.path);
	refused(&wish, "its packets are RAW");
	refused(&wish, "only Ethernet");
	capture_end(&c);
}

/* Endless input ends at the limit, before it takes the machine's memory. */
TEST(memory_has_a_limit)
{
	struct record_wish *many = calloc(1000, sizeof(*many));
	struct recording_wish wish = wish_of("/dev/zero");
	struct capture c;

	wish.memory = 10 << 20;
	refused(&wish, "/dev/zero: it has more than the 10 MiB");
	for (unsigned i = 0; i < 1000; i++)
		many[i] = (struct record_wish){ T0, 1500, 0 };
	capture_pcap(&c, DLT_EN10MB, many, 1000);
	wish.path = c.path;
	wish.memory = 1 << 20;
	refused(&wish, "more than the 1 MiB");
	refused(&wish, "at record 6");
	wish.memory = 2 << 20;
	loads(&wish);
	recording_free(&rec);
	capture_end(&c);
	free(many);
}

/* A file of the smallest records there are is read as well. */
TEST(a_million_tiny_records_are_read)
{
	struct recording_wish wish;
	uint64_t n = 0;
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 262144);
	struct pcap_pkthdr head = { .caplen = 14, .len = 14 };
	uint8_t bytes[14] = { 2 };
	pcap_dumper_t *dump;
	struct capture c;

	capture_make(&c);
	dump = pcap_dump_open(dead, c.path);
	for (unsigned i = 0; i < 1000000; i++)
		pcap_dump((u_char *)dump, &head, bytes);
	pcap_dump_close(dump);
	pcap_close(dead);
	wish = wish_of(c.path);
	loads(&wish);
	for (struct record *r = record_first(&rec); r; r = record_next(&rec, r))
		n += r->len == 14 && r->data[0] == 2;
	CHECK_EQ(n, 1000000);
	recording_free(&rec);
	capture_end(&c);
}

/* Pipes */

struct feeder {
	const char *path;
	const uint8_t *bytes;
	size_t size;
};

static void *feed(void *arg)
{
	const struct feeder *f = arg;
	int fd = open(f->path, O_WRONLY | O_CLOEXEC);

	if (write(fd, f->bytes, f->size) != (ssize_t)f->size)
		FAIL("the pipe was not read");
	close(fd);
	return NULL;
}

/* A pipe gives the same, and damage in it is named as exactly. */
TEST(pipes_are_read)
{
	char path[64] = "/tmp/recording-XXXXXX";
	struct recording_wish wish = wish_of(path);
	struct feeder f = { .path = path };
	struct capture c;
	pthread_t thread;

	capture_pcap(&c, DLT_EN10MB, three, 3);
	f.bytes = capture_bytes(&c);
	f.size = capture_size(&c);
	CHECK(mkdtemp(path));
	CHECK(!rmdir(path));
	CHECK(!mkfifo(path, 0600));
	pthread_create(&thread, NULL, feed, &f);
	loads(&wish);
	pthread_join(thread, NULL);
	check_three();

	f.size -= 1;
	pthread_create(&thread, NULL, feed, &f);
	refused(&wish, ": record 3, byte 1630: ");
	pthread_join(thread, NULL);
	unlink(path);
	free((void *)f.bytes);
	capture_end(&c);
}

TEST(stdin_is_read)
{
	struct recording_wish wish = wish_of("-");
	int before = dup(STDIN_FILENO), ends[2];
	struct capture c;
	uint8_t *bytes;

	capture_pcapng(&c, three, 3);
	bytes = capture_bytes(&c);
	CHECK(!pipe2(ends, O_CLOEXEC));
	CHECK_EQ(write(ends[1], bytes, capture_size(&c)), capture_size(&c));
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	loads(&wish);
	check_three();
	dup2(before, STDIN_FILENO);
	close(before);
	close(ends[0]);
	free(bytes);
	capture_end(&c);
}

/* Times */

static void load_times(const uint64_t *ns, unsigned n)
{
	struct record_wish records[16];
	struct recording_wish wish;
	struct capture c;

	for (unsigned i = 0; i < n; i++)
		records[i] = (struct record_wish){ ns[i], 60, 0 };
	capture_pcapng(&c, records, n);
	wish = wish_of(c.path);
	loads(&wish);
	CHECK_EQ(rec.count, n);
	capture_end(&c);
}

static void check_due(const uint64_t *due, unsigned n)
{
	const struct record *r = record_first(&rec);

	for (unsigned i = 0; i < n; i++, r = record_next(&rec, r))
		CHECK_EQ(r->due, due[i]);
	CHECK(!r);
}

/* A little out of order: it follows at once, and nobody waits longer. */
TEST(records_out_of_order_keep_their_place)
{
	static const uint64_t ns[] = { T0, T0 + 100, T0 + 50, T0 + 200 };
	static const uint64_t due[] = { 0, 100, 100, 200 };

	load_times(ns, 4);
	check_due(due, 4);
	CHECK_EQ(rec.backwards, 1);
	recording_free(&rec);
}

/* A clock set back by an hour: time goes on from there. */
TEST(a_clock_set_back_costs_no_time)
{
	static const uint64_t ns[] = { T0, T0 + 100, T0 - 3600 * SECOND,
				       T0 - 3600 * SECOND + 10 };
	static const uint64_t due[] = { 0, 100, 100, 110 };

	load_times(ns, 4);
	check_due(due, 4);
	CHECK_EQ(rec.backwards, 1);
	recording_free(&rec);
}

/* Centuries ahead and back again: a time is still a time, and the longest gap
 * and its record are known. */
TEST(absurd_times_are_survived)
{
	static const uint64_t ns[] = { 0, UINT64_MAX, 5, UINT64_MAX - 1, T0 };
	const struct record *r;
	uint64_t before = 0;

	load_times(ns, 5);
	for (r = record_first(&rec); r; r = record_next(&rec, r)) {
		CHECK(r->due >= before && r->due <= INT64_MAX);
		before = r->due;
	}
	CHECK_EQ(rec.after_gap, 2);
	CHECK_EQ(rec.backwards, 2);
	recording_free(&rec);
}

static const uint64_t seconds[] = { T0, T0 + SECOND, T0 + 4 * SECOND };

TEST(original_times_are_kept)
{
	static const uint64_t due[] = { 0, SECOND, 4 * SECOND };
	struct timing_wish t = { .original = true, .speed = 1 };

	load_times(seconds, 3);
	/* The next round begins an average gap after the last record. */
	CHECK_EQ(recording_time(&rec, &t), 6 * SECOND);
	check_due(due, 3);
	recording_free(&rec);
}

TEST(times_are_scaled)
{
	static const uint64_t due[] = { 0, SECOND / 2, 2 * SECOND };
	struct timing_wish t = { .original = true, .speed = 2 };

	load_times(seconds, 3);
	CHECK_EQ(recording_time(&rec, &t), 3 * SECOND);
	check_due(due, 3);
	recording_free(&rec);
}

TEST(gaps_are_shortened)
{
	static const uint64_t due[] = { 0, SECOND, 3 * SECOND };
	struct timing_wish t = { .original = true,
				 .speed = 1,
				 .max_gap = 2 * SECOND };

	load_times(seconds, 3);
	recording_time(&rec, &t);
	check_due(due, 3);
	recording_free(&rec);
}

TEST(a_rate_of_packets_spaces_them_evenly)
{
	static const uint64_t due[] = { 0, 1000, 2000 };
	struct timing_wish t = { .rate.pps = 1e6 };

	load_times(seconds, 3);
	CHECK_EQ(recording_time(&rec, &t), 3000);
	check_due(due, 3);
	recording_free(&rec);
}

TEST(a_rate_of_bits_counts_their_lengths)
{
	static const uint64_t due[] = { 0, 480, 960 };
	struct timing_wish t = { .rate.bps = 1e9 };

	load_times(seconds, 3);
	CHECK_EQ(recording_time(&rec, &t), 1440);
	check_due(due, 3);
	recording_free(&rec);
}

TEST(without_times_all_is_due_at_once)
{
	static const uint64_t due[] = { 0, 0, 0 };
	struct timing_wish t = { .original = false };

	load_times(seconds, 3);
	CHECK_EQ(recording_time(&rec, &t), 0);
	check_due(due, 3);
	recording_free(&rec);
}

/* Slowed down without end, a time does not wrap around. */
TEST(slow_times_do_not_wrap)
{
	static const uint64_t ns[] = { 0, UINT64_MAX };
	struct timing_wish t = { .original = true, .speed = 1e-6 };
	const struct record *r;

	load_times(ns, 2);
	CHECK(recording_time(&rec, &t) <= INT64_MAX);
	r = record_next(&rec, record_first(&rec));
	CHECK(r->due > SECOND && r->due <= INT64_MAX);
	recording_free(&rec);
}
