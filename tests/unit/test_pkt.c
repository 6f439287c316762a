// SPDX-License-Identifier: BSD-2-Clause
/* Packet helpers: walk a burst, count bytes, copy; also where it is cut. */
#include "unit.h"

static uint8_t text[] = "abcdefghij";

#define ENTRY(at, n, more)                                   \
	{                                                    \
		text + (at), n, (more) ? XSKPKT_PKT_MORE : 0 \
	}

/* "abc", "defg" in three entries of which one is empty, "hij" cut short. */
static const struct xskpkt_pkt burst[] = {
	ENTRY(0, 3, false), ENTRY(3, 1, true), ENTRY(4, 0, true),
	ENTRY(4, 3, false), ENTRY(7, 2, true), ENTRY(9, 1, true),
};
#define ALL (sizeof(burst) / sizeof(burst[0]))

/* Walking visits each packet once, and ends with the burst. */
TEST(a_walk_goes_from_packet_to_packet)
{
	static const unsigned want[] = { 1, 3, 2 };
	unsigned i = 0, packets = 0;

	for (; i < ALL; i += xskpkt_pkt_entries(burst + i, ALL - i))
		CHECK_EQ(xskpkt_pkt_entries(burst + i, ALL - i),
			 want[packets++]);
	CHECK_EQ(i, ALL);
	CHECK_EQ(packets, 3);
	CHECK_EQ(xskpkt_pkt_entries(burst, 0), 0);
	CHECK_EQ(xskpkt_pkt_entries(NULL, 0), 0);
	CHECK_EQ(xskpkt_pkt_entries(burst + 1, 2), 2);
}

/* A packet's bytes are those of all its entries, beyond 32 bits too. */
TEST(the_bytes_of_all_entries_count)
{
	const struct xskpkt_pkt large[] = {
		{ text, UINT32_MAX, XSKPKT_PKT_MORE },
		{ text, UINT32_MAX, 0 },
	};

	CHECK_EQ(xskpkt_pkt_bytes(burst, ALL), 3);
	CHECK_EQ(xskpkt_pkt_bytes(burst + 1, ALL - 1), 4);
	CHECK_EQ(xskpkt_pkt_bytes(burst + 4, 2), 3);
	CHECK_EQ(xskpkt_pkt_bytes(burst + 1, 1), 1);
	CHECK_EQ(xskpkt_pkt_bytes(burst, 0), 0);
	CHECK_EQ(xskpkt_pkt_bytes(large, 2), 2 * (int64_t)UINT32_MAX);
}

/* Copying takes any part of the first packet, and nothing of the next. */
TEST(a_copy_is_any_part_of_one_packet)
{
	for (size_t skip = 0; skip < 6; skip++)
		for (size_t size = 0; size < 6; size++) {
			size_t left = skip < 4 ? 4 - skip : 0;
			size_t want = size < left ? size : left;
			char got[8] = "#######";

			CHECK_EQ(xskpkt_pkt_copy(got, size, burst + 1, ALL - 1,
						 skip),
				 want);
			CHECK(!memcmp(got, &text[3 + (want ? skip : 0)], want));
			CHECK_EQ(got[want], '#');
		}
}

/* Of a packet that the burst cuts, what is there can be copied. */
TEST(a_cut_packet_is_copied_as_far_as_it_goes)
{
	char got[8] = "#######";

	CHECK_EQ(xskpkt_pkt_copy(got, 8, burst + 4, 2, 0), 3);
	CHECK(!memcmp(got, "hij####", 8));
	CHECK_EQ(xskpkt_pkt_copy(got, 8, burst + 4, 2, SIZE_MAX), 0);
	CHECK_EQ(xskpkt_pkt_copy(got, SIZE_MAX, burst + 4, 1, 1), 1);
	CHECK_EQ(got[0], 'i');
	CHECK_EQ(xskpkt_pkt_copy(NULL, 0, NULL, 0, 0), 0);
}
