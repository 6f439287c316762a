// SPDX-License-Identifier: BSD-2-Clause
/* recording.c: a capture file, read whole into memory */
#include <errno.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pcap_input.h"
#include "recording.h"
#include "say.h"

#define SECOND 1000000000ll
/* No MTU is larger than 65535. */
#define LONGEST (65535 + ETH_HLEN + 4)

/* While a file is read. */
struct reading {
	struct recording recording;
	const struct recording_wish *wish;
	uint64_t memory;
	struct timeval latest; /* tv_usec holds ns; no record was later */
	uint64_t due;          /* of the last one kept */
};

/* Room for one more record, whose bytes come to stand behind its head. */
static struct record *make_room(struct reading *r, uint32_t len)
{
	struct recording *rec = &r->recording;
	size_t need = rec->used + record_size(len), size = rec->size;
	uint8_t *larger;

	if (need > r->memory) {
		say("%s: it needs more than the %" PRIu64 " MiB it may have, "
		    "at record %" PRIu64
		    ": give more --memory, or a part of it",
		    r->recording.name, r->memory >> 20, rec->read);
		return NULL;
	}
	if (need > size) {
		size = need + need / 2 + (1 << 16);
		larger = realloc(rec->records, size);
		if (!larger) {
			say("%s: there is no memory for it", r->recording.name);
			return NULL;
		}
		rec->records = larger;
		rec->size = size;
	}
	return (struct record *)(rec->records + rec->used);
}

/* From one time to a later one. Files may hold any times, so it saturates. */
static int64_t ns_between(const struct timeval *from, const struct timeval *to)
{
	int64_t ns;

	if (__builtin_sub_overflow(to->tv_sec, from->tv_sec, &ns) ||
	    __builtin_mul_overflow(ns, SECOND, &ns) ||
	    __builtin_add_overflow(ns, to->tv_usec - from->tv_usec, &ns))
		return to->tv_sec > from->tv_sec ? INT64_MAX : INT64_MIN;
	return ns;
}

/*
 * What is earlier than the record before follows it at once: records of
 * several queues are often a little out of order. If it is earlier by more
 * than a second the clock was set back, and time goes on from there.
 */
static uint64_t time_of(struct reading *r, const struct timeval *at)
{
	struct recording *rec = &r->recording;
	int64_t gap = rec->count ? ns_between(&r->latest, at) : 0;

	if (gap < 0)
		rec->backwards++;
	if (gap >= 0 || gap < -SECOND)
		r->latest = *at;
	if (gap <= 0)
		return r->due;
	if ((uint64_t)gap > rec->longest_gap) {
		rec->longest_gap = (uint64_t)gap;
		rec->after_gap = rec->read;
	}
	r->due += (uint64_t)gap;
	if (r->due > INT64_MAX)
		r->due = INT64_MAX;
	return r->due;
}

/* How many bytes of it are to be sent; 0: it is not. */
static uint32_t length_of(struct reading *r, const struct pcap_pkthdr *head)
{
	struct recording *rec = &r->recording;
	uint32_t len = head->len > head->caplen ? head->len : head->caplen;

	if (len > LONGEST)
		rec->too_long++;
	else if (len < ETH_HLEN)
		rec->too_short++;
	else if (len == head->caplen)
		return len;
	else {
		rec->cut++;
		return r->wish->pad ? len : 0;
	}
	return 0;
}

/* 0, or -ENOMEM after it was said. */
static int keep(struct reading *r, const struct pcap_pkthdr *head,
		const uint8_t *data)
{
	struct recording *rec = &r->recording;
	struct record *record;
	uint32_t len;

	rec->read++;
	len = length_of(r, head);
	if (!len)
		return 0;
	record = make_room(r, len);
	if (!record)
		return -ENOMEM;
	*record = (struct record){ .due = time_of(r, &head->ts), .len = len };
	memcpy(record->data, data, head->caplen);
	memset(record->data + head->caplen, 0, len - head->caplen);
	rec->used += record_size(len);
	rec->count++;
	rec->bytes += len;
	return 0;
}

/* A file that ends within a record, or makes no sense from there on. */
static int damaged(struct reading *r, long at, const char *why)
{
	const char *name = r->recording.name;
	uint64_t whole = r->recording.read;

	if (r->wish->partial) {
		say("%s: record %" PRIu64 ", byte %ld: %s; the %" PRIu64
		    " before it are used",
		    name, whole + 1, at, why, whole);
		return 0;
	}
	say("%s: record %" PRIu64 ", byte %ld: %s: give --partial to use the "
	    "%" PRIu64 " before it",
	    name, whole + 1, at, why, whole);
	return -EBADMSG;
}

static int read_all(struct reading *r, pcap_t *pcap)
{
	struct pcap_pkthdr *head;
	const uint8_t *data;
	int got, err = 0;
	long at;

	do {
		at = ftell(pcap_file(pcap));
		got = pcap_next_ex(pcap, &head, &data);
		if (got == 1)
			err = keep(r, head, data);
	} while (got == 1 && !err);
	if (got == PCAP_ERROR)
		err = damaged(r, at, pcap_geterr(pcap));
	return err;
}

/* There has to be something to send. */
static int check(const struct recording *r)
{
	if (r->count)
		return 0;
	if (!r->read)
		say("%s: there are no packets in it", r->name);
	else
		say("%s: none of its %" PRIu64 " packets can be sent: %" PRIu64
		    " were cut by a snap length (see --pad), %" PRIu64
		    " are too long for the interface, %" PRIu64
		    " are shorter than an Ethernet header",
		    r->name, r->read, r->cut, r->too_long, r->too_short);
	return -ENODATA;
}

int recording_load(struct recording *ret, const struct recording_wish *wish)
{
	uint64_t memory = wish->memory ? wish->memory : memory_free() / 2;
	struct reading r = {
		.recording.name = pcap_input_name(wish->path),
		.wish = wish,
		.memory = memory,
	};
	pcap_t *pcap = pcap_input_open(wish->path, memory);
	int err;

	if (!pcap)
		return -EINVAL;
	err = read_all(&r, pcap);
	if (!err)
		err = check(&r.recording);
	pcap_close(pcap);
	if (err)
		free(r.recording.records);
	else
		*ret = r.recording;
	return err;
}

int recording_limit(struct recording *r, uint32_t longest)
{
	struct record *next, *record = record_first(r);
	uint8_t *end = r->records;

	for (; record; record = next) {
		size_t size = record_size(record->len);

		next = record_next(r, record);
		if (record->len > longest) {
			r->too_long++;
			r->count--;
			r->bytes -= record->len;
			continue;
		}
		memmove(end, record, size);
		end += size;
	}
	r->used = (size_t)(end - r->records);
	return check(r);
}

void recording_free(struct recording *r)
{
	free(r->records);
	*r = (struct recording){ 0 };
}
