/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * captures.h: capture files for tests. They lie in memory, have a name in
 * /proc/self/fd that any program can open, and go with the test.
 */
#ifndef CAPTURES_H
#define CAPTURES_H

#include <stddef.h>
#include <stdint.h>

#include <pcap/pcap.h>

struct capture {
	int fd;
	char path[32];
};

/* What each record has: its number, all over. */
struct record_wish {
	uint64_t ns;   /* since 1970 */
	uint32_t len;  /* as it was on the wire */
	uint32_t kept; /* of it, in the file; 0: all */
};

/* An empty file. */
void capture_make(struct capture *c);
void capture_end(struct capture *c);

/* Bytes as they are. */
void capture_put(struct capture *c, const void *bytes, size_t n);

/* Written by libpcap, with times in ns. */
void capture_pcap(struct capture *c, int linktype,
		  const struct record_wish *records, unsigned n);

/* Packets 0 to @n - 1 from host 1 to host 2, as packets_expect() expects them,
 * so many ns apart. */
void capture_packets(struct capture *c, unsigned n, uint64_t gap);

/* That one, of so many bytes. */
struct packet;
void capture_packet(struct capture *c, const struct packet *p, uint32_t len);

/* Written by pcapng.c. */
void capture_pcapng(struct capture *c, const struct record_wish *records,
		    unsigned n);

/* The byte all over record @i, from 0 on. */
static inline uint8_t filler_of(unsigned i)
{
	return (uint8_t)(2 * i + 2);
}

/* How many bytes it has; and all of them, to be freed. */
size_t capture_size(const struct capture *c);
uint8_t *capture_bytes(const struct capture *c);

/* Read by libpcap: how many packets there are, all of them whole. */
unsigned capture_count(const char *path);

/* They hold the same bytes in the same order. */
void captures_agree(const char *path, const char *other);

#endif
