// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_recording: any bytes as a capture file. What is not refused is records
 * that lie whole in memory and are due in their order.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "pcapng.h"
#include "recording.h"
#include "say.h"

static char said[1024];

/* In place of the program's: what it would say is looked at. */
void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
}

/* libpcap is not looked into, so a beginning that it takes cannot be found. */
static size_t make_head(uint8_t *to, unsigned kind)
{
	static const uint32_t pcap[] = { 0xa1b23c4d, 0x40002, 0, 0, 65535, 1 };
	size_t size;

	if (kind == 0)
		return 0;
	if (kind == 1) {
		memcpy(to, pcap, sizeof(pcap));
		return sizeof(pcap);
	}
	size = pcapng_section(to, "", "", "fuzz");
	return size + pcapng_interface(to + size, "if0", "", 65535);
}

static const char *make_file(struct input *in)
{
	uint8_t head[2 * PCAPNG_BLOCK_MAX];
	size_t size = make_head(head, take_below(in, 3));
	static int fd = -1;
	static char path[32];

	if (fd < 0)
		fd = memfd_create("file", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	MUST(!ftruncate(fd, 0));
	MUST(pwrite(fd, head, size, 0) == (ssize_t)size);
	MUST(pwrite(fd, in->at, in->left, (off_t)size) == (ssize_t)in->left);
	return path;
}

static void check(const struct recording *r)
{
	uint64_t count = 0, bytes = 0, due = 0, sum = 0;

	for (const struct record *p = record_first(r); p;
	     p = record_next(r, p)) {
		MUST(p->due >= due && p->len >= 14);
		due = p->due;
		for (uint32_t i = 0; i < p->len; i++)
			sum += p->data[i];
		count++;
		bytes += p->len;
	}
	MUST(count == r->count && bytes == r->bytes);
	MUST(count + r->too_long + r->too_short <= r->read);
	MUST(sum <= 255 * bytes);
}

static void check_times(struct recording *r, struct input *in)
{
	struct timing_wish original = {
		.original = true,
		.speed = take_below(in, 2) ? 0.001 : 1e6,
		.max_gap = take_number(in, 8),
	};
	struct timing_wish rate = { .rate.bps = 1 + take_below(in, 1000) };

	MUST(recording_time(r, &original) <= INT64_MAX);
	check(r);
	MUST(recording_time(r, &rate) <= INT64_MAX);
	check(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct recording_wish wish = { .memory = 1 << 20 };
	struct recording r;

	said[0] = '\0';
	wish.pad = take_below(&in, 2);
	wish.partial = take_below(&in, 2);
	wish.path = make_file(&in);
	if (recording_load(&r, &wish)) {
		MUST(strstr(said, wish.path));
		return 0;
	}
	MUST(r.count);
	check(&r);
	check_times(&r, &in);
	if (!recording_limit(&r, 14 + take_below(&in, 2000)))
		check(&r);
	recording_free(&r);
	return 0;
}
