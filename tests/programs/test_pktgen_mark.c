// SPDX-License-Identifier: BSD-2-Clause
/* Marks: written, read, found in any packet, and never taken for granted. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "mark.h"

#define PAYLOAD 24 /* a mark and six more */

/* Headers in front of such a payload, as hexadecimal digits. */
#define MACS "020000000002 020000000001 "
#define IP4 "0800 4500 0034 00000000 40 11 0000 c6120001 c6130001 "
#define UDP "0400 0009 0020 0000 "
#define ADDRESSES6                          \
	"20010002000000000000000000000001 " \
	"20010002000000000000000000000002 "

static const struct {
	const char *what, *headers;
	unsigned trailer; /* bytes behind the payload that are none of it */
	bool end;         /* the headers tell where the payload ends */
} packets[] = {
	{ "UDP over IPv4", MACS IP4 UDP, 0, true },
	{ "padded", MACS IP4 UDP, 9, true },
	{ "one VLAN tag", MACS "8100 2064 " IP4 UDP, 0, true },
	{ "three VLAN tags", MACS "88a8 0001 9100 0002 8100 0003 " IP4 UDP, 4,
	  true },
	{ "IPv4 with options",
	  MACS "0800 4700 003c 00000000 40 11 0000 c6120001 c6130001 "
	       "0101010101010100 " UDP,
	  0, true },
	{ "TCP with options",
	  MACS "0800 4500 0044 00000000 40 06 0000 c6120001 c6130001 "
	       "0400 0009 00000000 00000000 6002 ffff 0000 0000 020405b4 ",
	  0, true },
	{ "ICMP",
	  MACS "0800 4500 0034 00000000 40 01 0000 c6120001 c6130001 "
	       "0800 0000 0001 0000 ",
	  6, true },
	{ "a first fragment",
	  MACS "0800 4500 0034 00002000 40 11 0000 c6120001 c6130001 " UDP, 0,
	  true },
	{ "a protocol that is not known",
	  MACS "0800 4500 002c 00000000 40 fd 0000 c6120001 c6130001 ", 0,
	  true },
	{ "UDP over IPv6", MACS "86dd 60000000 0020 11 40 " ADDRESSES6 UDP, 3,
	  true },
	{ "IPv6 with extension headers",
	  MACS "86dd 60000000 0048 00 40 " ADDRESSES6 "2b00000000000000 "
	       "3c01000000000000 0000000000000000 2c00000000000000 "
	       "1100000000000000 " UDP,
	  3, true },
	{ "IPv6 with an authentication header",
	  MACS "86dd 60000000 0030 33 40 " ADDRESSES6 "1102000000000000 "
	       "0000000000000000 " UDP,
	  0, true },
	{ "ARP",
	  MACS "0806 0001 0800 06 04 0001 020000000001 c6120001 "
	       "000000000000 c6130001 ",
	  0, false },
	{ "plain Ethernet", MACS "88b5 ", 0, false },
};
#define PACKETS (sizeof(packets) / sizeof(packets[0]))

static const struct mark mark = { .flow = 0xa5000007,
				  .sequence = 0xfffffffe,
				  .time = 0x123456789abc };

static size_t bytes_of(uint8_t *to, const char *hex)
{
	size_t n = 0;

	while (*hex == ' ')
		hex++;
	for (; *hex; n++) {
		CHECK_EQ(sscanf(hex, "%2hhx", &to[n]), 1);
		hex += 2;
		while (*hex == ' ')
			hex++;
	}
	return n;
}

/* Returns where its payload begins. */
static size_t build(uint8_t *to, unsigned i, size_t *len)
{
	size_t headers = bytes_of(to, packets[i].headers);

	mark_fill(to + headers, PAYLOAD, 0);
	mark_write(to + headers, &mark);
	memset(to + headers + PAYLOAD, 0, packets[i].trailer);
	*len = headers + PAYLOAD + packets[i].trailer;
	return headers;
}

/* A read beyond the packet shows: its memory ends where it does. */
static bool find(struct mark_place *ret, const uint8_t *data, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);
	bool found;

	memcpy(exact, data, len);
	found = mark_find(ret, exact, len);
	free(exact);
	return found;
}

/* What was written is read, for numbers at the limits of their fields. */
TEST(a_mark_is_read_as_written)
{
	static const struct mark marks[] = {
		{ 0, 0, 0 },
		{ UINT32_MAX, UINT32_MAX, MARK_TIME_MASK },
		{ 0xff000000, 1, 0xffff },
		{ 1, 0xffff0000, 0xffff00000000 },
	};
	uint8_t bytes[MARK_BYTES + 1];
	struct mark read;

	for (unsigned i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		mark_write(bytes + 1, &marks[i]);
		CHECK_EQ(mark_read(&read, bytes, sizeof(bytes), 1), MARK_GOOD);
		CHECK_EQ(read.flow, marks[i].flow);
		CHECK_EQ(read.sequence, marks[i].sequence);
		CHECK_EQ(read.time, marks[i].time);
	}
	CHECK_EQ(mark_number(mark_flow(3, 5)), 5);
	CHECK_EQ(mark_run(mark_flow(3, 5)), 3);
}

/* Its ones' complement sum is the same for all: 0xffff. */
TEST(marks_leave_checksums_alone)
{
	srand48(3);
	for (unsigned i = 0; i < 100000; i++) {
		struct mark m = { (uint32_t)mrand48(), (uint32_t)mrand48(),
				  (uint64_t)mrand48() & MARK_TIME_MASK };
		uint8_t bytes[MARK_BYTES];
		uint32_t sum = 0;

		mark_write(bytes, &m);
		for (unsigned k = 0; k < MARK_BYTES; k += 2)
			sum += (uint32_t)bytes[k] << 8 | bytes[k + 1];
		sum = (sum >> 16) + (sum & 0xffff);
		CHECK_EQ((sum >> 16) + (sum & 0xffff), 0xffff);
	}
}

/* Written in a row they are what each alone would be, wherever the row begins
 * and however the halves of the sequence carry. */
TEST(marks_in_a_row_are_good_ones)
{
	static const uint32_t begins[] = { 0, 0xfff0, 0xffff0000, 0xfffefff0,
					   UINT32_MAX - 0x20000 };
	const struct mark_stamp stamp = mark_stamp(mark.time);
	uint8_t bytes[MARK_BYTES];
	struct mark read;

	for (unsigned i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		uint32_t begin = begins[i];
		struct mark_series row = mark_series(&stamp, mark.flow, begin);

		for (uint32_t k = 0; k <= 0x20000 && k <= ~begin; k++) {
			mark_put_this(bytes, &row);
			mark_series_step(&row);
			CHECK_EQ(mark_read(&read, bytes, sizeof(bytes), 0),
				 MARK_GOOD);
			CHECK_EQ(read.flow, mark.flow);
			CHECK_EQ(read.sequence, begin + k);
			CHECK_EQ(read.time, mark.time);
		}
	}
}

/* Any single bit that changes is seen. */
TEST(damage_is_seen)
{
	uint8_t bytes[64];
	struct mark read = { .flow = 7 };

	mark_write(bytes, &mark);
	for (unsigned bit = 16; bit < MARK_BYTES * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_EQ(mark_read(&read, bytes, MARK_BYTES, 0), MARK_DAMAGED);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	bytes[0] ^= 1;
	CHECK_EQ(mark_read(&read, bytes, MARK_BYTES, 0), MARK_NONE);
	CHECK_EQ(read.flow, 7);

	/* Filler in pieces is filler, wherever it is cut. */
	mark_fill(bytes, sizeof(bytes), 250);
	for (unsigned i = 0; i < sizeof(bytes); i++)
		CHECK(mark_intact(bytes + i, sizeof(bytes) - i, 250 + i) &&
		      mark_intact(bytes, i, 250));
	CHECK(mark_intact(bytes + 3, 20, 253));
	CHECK(mark_intact(bytes, 0, 0));
	CHECK(!mark_intact(bytes, sizeof(bytes), 251));
	for (unsigned bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!mark_intact(bytes, sizeof(bytes), 250));
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* No offset, however large, reads outside of the packet. */
TEST(a_mark_outside_of_the_packet_is_none)
{
	uint8_t bytes[MARK_BYTES + 2];
	struct mark read;

	mark_write(bytes + 2, &mark);
	CHECK_EQ(mark_read(&read, bytes, sizeof(bytes), 2), MARK_GOOD);
	CHECK_EQ(mark_read(&read, bytes, sizeof(bytes), 3), MARK_NONE);
	CHECK_EQ(mark_read(&read, bytes, sizeof(bytes) - 1, 2), MARK_NONE);
	CHECK_EQ(mark_read(&read, bytes, MARK_BYTES - 1, 0), MARK_NONE);
	CHECK_EQ(mark_read(&read, bytes, 0, 0), MARK_NONE);
	CHECK_EQ(mark_read(&read, bytes, sizeof(bytes), SIZE_MAX), MARK_NONE);
}

/* In every kind of packet that pktgen makes or routers make of them. */
TEST(marks_are_found_in_packets)
{
	uint8_t data[256];
	struct mark_place place;
	struct mark read;
	size_t len, headers;

	for (unsigned i = 0; i < PACKETS; i++) {
		uint32_t hint = UINT32_MAX;

		headers = build(data, i, &len);
		if (!find(&place, data, len) || place.offset != headers)
			FAIL("%s: not found", packets[i].what);
		if (place.end !=
		    (packets[i].end ? headers + PAYLOAD : UINT32_MAX))
			FAIL("%s: ends at %u", packets[i].what, place.end);
		CHECK_EQ(mark_seek(&read, data, len, &hint), MARK_GOOD);
		CHECK_EQ(hint, headers);
		CHECK_EQ(read.sequence, mark.sequence);
		/* The hint alone finds it, whatever the headers say. */
		memset(data, 0xff, 14);
		CHECK_EQ(mark_seek(&read, data, len, &hint), MARK_GOOD);
	}
}

/* A packet that ends within its headers has no payload. */
TEST(cut_packets_have_no_payload)
{
	uint8_t data[256];
	struct mark_place place;
	size_t headers, total;

	for (unsigned i = 0; i < PACKETS; i++) {
		headers = build(data, i, &total);
		for (size_t len = 0; len < headers; len++)
			if (find(&place, data, len))
				FAIL("%s: found in %zu bytes", packets[i].what,
				     len);
		for (size_t len = headers; len < total; len++)
			CHECK(find(&place, data, len));
	}
}

/* Lengths that lie, loops of headers, fragments: no payload, no crash. */
TEST(malformed_packets_have_no_payload)
{
	static const char *const bad[] = {
		MACS
		"0800 4400 0034 00000000 40 11 0000 c6120001 c6130001 " UDP,
		MACS
		"0800 6500 0034 00000000 40 11 0000 c6120001 c6130001 " UDP,
		MACS
		"0800 4f00 0034 00000000 40 11 0000 c6120001 c6130001 " UDP,
		MACS
		"0800 4500 0000 00000000 40 11 0000 c6120001 c6130001 " UDP,
		MACS
		"0800 4500 0017 00000000 40 11 0000 c6120001 c6130001 " UDP,
		MACS
		"0800 4500 0034 00000001 40 11 0000 c6120001 c6130001 " UDP,
		MACS IP4 "0400 0009 0007 0000 ",
		MACS "0800 4500 0044 00000000 40 06 0000 c6120001 c6130001 "
		     "0400 0009 00000000 00000000 4002 ffff 0000 0000 ",
		MACS "86dd 40000000 0020 11 40 " ADDRESSES6 UDP,
		MACS "86dd 60000000 0007 11 40 " ADDRESSES6 UDP,
		MACS "86dd 60000000 0028 2c 40 " ADDRESSES6
		     "1100000800000000 " UDP,
		MACS "86dd 60000000 0028 00 40 " ADDRESSES6
		     "11ff000000000000 " UDP,
	};
	struct mark_place place;
	uint8_t data[256];
	size_t len;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		len = bytes_of(data, bad[i]);
		memset(data + len, 0, PAYLOAD);
		if (find(&place, data, len + PAYLOAD))
			FAIL("found in %s", bad[i]);
	}
}

/* Tags and extension headers without end are not followed without end. */
TEST(nested_headers_are_bounded)
{
	uint8_t data[2048];
	struct mark_place place;
	size_t len = bytes_of(data, MACS);

	while (len < sizeof(data))
		len += bytes_of(data + len, "8100 0001");
	CHECK(!find(&place, data, sizeof(data) - 4));

	len = bytes_of(data, MACS "86dd 60000000 0700 00 40 " ADDRESSES6);
	memset(data + len, 0, sizeof(data) - len);
	CHECK(!find(&place, data, sizeof(data)));
}

/* Random bytes, and random changes to good packets: never outside. */
TEST(any_bytes_are_safe)
{
	struct mark_place place;
	struct mark read;
	uint8_t data[256];
	size_t len;

	srand48(4);
	for (unsigned i = 0; i < 200000; i++) {
		build(data, i % PACKETS, &len);
		for (unsigned k = 0; k < i % 7; k++)
			data[(size_t)lrand48() % len] = (uint8_t)lrand48();
		len = (size_t)lrand48() % (len + 1);
		if (!find(&place, data, len))
			continue;
		CHECK(place.offset <= len && place.offset <= place.end);
		mark_read(&read, data, len, place.offset);
	}
}

/* The time wraps every 78 hours, and ages are right across it. */
TEST(ages_are_right_when_the_time_wraps)
{
	CHECK_EQ(mark_age(100, 350), 250);
	CHECK_EQ(mark_age(MARK_TIME_MASK, 9), 10);
	CHECK_EQ(mark_age(MARK_TIME_MASK - 5, (3ull << 48) + 4), 10);
	CHECK_EQ(mark_age(7, (1ull << 48) + 7), 0);
}
