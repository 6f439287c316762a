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

void capture_pcap(struct capture *c, int linktype,
		  const struct record_wish *records, unsigned n)
{
	pcap_t *dead = pcap_open_dead_with_tstamp_precision(
		linktype, 262144, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *dump;

	capture_make(c);
	dump = pcap_dump_open(dead, c->path);
	CHECK(dump);
	for (unsigned i = 0; i < n; i++) {
		const struct record_wish *r = &records[i];
		struct pcap_pkthdr head = {
			.ts = { .tv_sec = (time_t)(r->ns / SECOND),
				.tv_usec = (suseconds_t)(r->ns % SECOND) },
			.caplen = r->kept ? r->kept : r->len,
			.len = r->len,
		};
		uint8_t *bytes = filled(r, i);

		pcap_dump((u_char *)dump, &head, bytes);
		free(bytes);
	}
	pcap_dump_close(dump);
	pcap_close(dead);
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

unsigned capture_count(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_open_offline(path, why);
	struct pcap_pkthdr *head;
	const u_char *data;
	unsigned n = 0;
	int got;

	if (!p)
		FAIL("%s: %s", path, why);
	while ((got = pcap_next_ex(p, &head, &data)) == 1)
		n++;
	if (got != PCAP_ERROR_BREAK)
		FAIL("%s: after %u: %s", path, n, pcap_geterr(p));
	pcap_close(p);
	return n;
}
