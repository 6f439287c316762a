// SPDX-License-Identifier: BSD-2-Clause
/* captures.c: capture files for tests */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captures.h"
#include "harness.h"
#include "pcapng.h"
#include "program.h"

#define SECOND 1000000000ull

void capture_make(struct capture *c)
{
	c->fd = memfd_create("capture", MFD_CLOEXEC);
	CHECK(c->fd >= 0);
	snprintf(c->path, sizeof(c->path), "/proc/%d/fd/%d", getpid(), c->fd);
}

void capture_end(struct capture *c)
{
	close(c->fd);
}

void capture_put(struct capture *c, const void *bytes, size_t n)
{
	CHECK_EQ(write(c->fd, bytes, n), n);
}

static uint8_t *filled(const struct record_wish *r, unsigned i)
{
	uint8_t *bytes = malloc(r->len + 1);

	CHECK(bytes);
	memset(bytes, filler_of(i), r->len);
	return bytes;
}

static pcap_dumper_t *dump_open(struct capture *c, int linktype)
{
	pcap_t *dead = pcap_open_dead_with_tstamp_precision(
		linktype, 262144, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *dump;

	capture_make(c);
	dump = pcap_dump_open(dead, c->path);
	CHECK(dump);
	pcap_close(dead);
	return dump;
}

static void dump_one(pcap_dumper_t *dump, const struct record_wish *r,
		     const void *bytes)
{
	struct pcap_pkthdr head = {
		.ts = { .tv_sec = (time_t)(r->ns / SECOND),
			.tv_usec = (suseconds_t)(r->ns % SECOND) },
		.caplen = r->kept ? r->kept : r->len,
		.len = r->len,
	};

	pcap_dump((u_char *)dump, &head, bytes);
}

void capture_pcap(struct capture *c, int linktype,
		  const struct record_wish *records, unsigned n)
{
	pcap_dumper_t *dump = dump_open(c, linktype);

	for (unsigned i = 0; i < n; i++) {
		uint8_t *bytes = filled(&records[i], i);

		dump_one(dump, &records[i], bytes);
		free(bytes);
	}
	pcap_dump_close(dump);
}

void capture_packets(struct capture *c, unsigned n, uint64_t gap)
{
	pcap_dumper_t *dump = dump_open(c, DLT_EN10MB);

	for (unsigned i = 0; i < n; i++) {
		struct record_wish r = { .ns = 1700000000 * SECOND + i * gap,
					 .len = PACKET_SIZE };
		struct packet p = packet_make(1, 2, i);

		dump_one(dump, &r, &p);
	}
	pcap_dump_close(dump);
}

void capture_packet(struct capture *c, const struct packet *p, uint32_t len)
{
	pcap_dumper_t *dump = dump_open(c, DLT_EN10MB);
	struct record_wish r = { .len = len };

	dump_one(dump, &r, p);
	pcap_dump_close(dump);
}

static void put_packet(struct capture *c, const struct record_wish *r,
		       unsigned i)
{
	uint8_t *bytes = filled(r, i);
	struct xskpkt_pkt pkt = { .data = bytes, .len = r->len };
	struct pcapng_packet p = {
		.time = r->ns,
		.len = r->len,
		.kept = r->kept ? r->kept : r->len,
	};
	uint8_t *block = malloc(pcapng_packet_size(&p));

	CHECK(block);
	CHECK_EQ(pcapng_packet(block, &p, &pkt, 1), pcapng_packet_size(&p));
	capture_put(c, block, pcapng_packet_size(&p));
	free(block);
	free(bytes);
}

void capture_pcapng(struct capture *c, const struct record_wish *records,
		    unsigned n)
{
	struct pcapng_statistics end = { .received = n, .delivered = n };
	_Alignas(4) uint8_t block[PCAPNG_BLOCK_MAX];

	capture_make(c);
	capture_put(c, block, pcapng_section(block, "machine", "os", "test"));
	capture_put(c, block, pcapng_interface(block, "if0", "", 262144));
	for (unsigned i = 0; i < n; i++)
		put_packet(c, &records[i], i);
	capture_put(c, block, pcapng_statistics(block, &end));
}

size_t capture_size(const struct capture *c)
{
	struct stat st;

	CHECK(!fstat(c->fd, &st));
	return (size_t)st.st_size;
}

uint8_t *capture_bytes(const struct capture *c)
{
	size_t n = capture_size(c);
	uint8_t *bytes = malloc(n + 1);

	CHECK(bytes);
	CHECK_EQ(pread(c->fd, bytes, n, 0), n);
	return bytes;
}

static pcap_t *open_file(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_open_offline(path, why);

	if (!p)
		FAIL("%s: %s", path, why);
	return p;
}

/* False: it was the last. */
static bool next(pcap_t *p, struct pcap_pkthdr **head, const u_char **data)
{
	int got = pcap_next_ex(p, head, data);

	if (got != 1 && got != PCAP_ERROR_BREAK)
		FAIL("%s", pcap_geterr(p));
	return got == 1;
}

unsigned capture_count(const char *path)
{
	pcap_t *p = open_file(path);
	struct pcap_pkthdr *head;
	const u_char *data;
	unsigned n = 0;

	while (next(p, &head, &data))
		n++;
	pcap_close(p);
	return n;
}

void captures_agree(const char *path, const char *other)
{
	pcap_t *a = open_file(path), *b = open_file(other);
	struct pcap_pkthdr *one, *two;
	const u_char *left, *right;

	while (next(a, &one, &left)) {
		CHECK(next(b, &two, &right));
		CHECK_EQ(one->len, two->len);
		CHECK_EQ(one->caplen, two->caplen);
		CHECK(!memcmp(left, right, one->caplen));
	}
	CHECK(!next(b, &two, &right));
	pcap_close(a);
	pcap_close(b);
}
