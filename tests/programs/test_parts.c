// SPDX-License-Identifier: BSD-2-Clause
/* What the programs are made of: numbers, rates, tables, addresses. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "mactable.h"
#include "numbers.h"
#include "rate.h"
#include "table.h"

/* Numbers are whole, within bounds, and may end in a letter. */
TEST(numbers_are_read_as_written)
{
	static const char *const bad[] = { "",   "x",  "1x", "1kk", "-1",
					   " 1", "1 ", "+1", "0",   "1001" };
	uint64_t n = 7;

	CHECK(number_parse(&n, "1000", 1, 1000) && n == 1000);
	CHECK(number_parse(&n, "1k", 1, 1000) && n == 1000);
	CHECK(number_parse(&n, "3M", 1, UINT64_MAX) && n == 3000000);
	CHECK(number_parse(&n, "18446744073709551615", 1, UINT64_MAX));
	n = 7;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!number_parse(&n, bad[i], 1, 1000));
	CHECK(!number_parse(&n, "18446744073709551616", 1, UINT64_MAX));
	CHECK(!number_parse(&n, "18446744073709551615k", 1, UINT64_MAX));
	CHECK_EQ(n, 7);
}

TEST(seconds_are_read_as_written)
{
	static const char *const bad[] = { "",    "x",   "-1",   "1e3", "0x1",
					   "nan", "inf", "1.5.", "0",   "11" };
	double s = 7;

	CHECK(seconds_parse(&s, "1.5", 1, 10) && s == 1.5);
	CHECK(seconds_parse(&s, "10", 1, 10) && s == 10);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!seconds_parse(&s, bad[i], 1, 10));
	CHECK_EQ(s, 10);
}

TEST(lists_are_read_as_written)
{
	static const char *const bad[] = { "",    ",",    "1,",  ",1",  "1,,2",
					   "3-2", "1-",   "-1",  "1,1", "0-2,1",
					   "8",   "1 ,2", "0-7", "a" };
	uint32_t list[4];

	CHECK_EQ(list_parse(list, 4, "3", 7), 1);
	CHECK_EQ(list[0], 3);
	CHECK_EQ(list_parse(list, 4, "5,0-2", 7), 4);
	CHECK(list[0] == 5 && list[1] == 0 && list[2] == 1 && list[3] == 2);
	CHECK_EQ(list_parse(list, 4, "7-7", 7), 1);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(list_parse(list, 4, bad[i], 7), 0);
}

/* Three digits that count, whatever the size. */
TEST(rates_have_three_digits)
{
	CHECK_STR_EQ(rate_format(0, "pps").s, "0 pps");
	CHECK_STR_EQ(rate_format(999, "pps").s, "999 pps");
	CHECK_STR_EQ(rate_format(999.7, "pps").s, "1.00 kpps");
	CHECK_STR_EQ(rate_format(1234, "pps").s, "1.23 kpps");
	CHECK_STR_EQ(rate_format(99960, "").s, "100k");
	CHECK_STR_EQ(rate_format(14880952, "").s, "14.9M");
	CHECK_STR_EQ(rate_format(1e11, "bit/s").s, "100 Gbit/s");
	CHECK_STR_EQ(time_format(0).s, "0 ns");
	CHECK_STR_EQ(time_format(999.4).s, "999 ns");
	CHECK_STR_EQ(time_format(999.6).s, "1.00 us");
	CHECK_STR_EQ(time_format(12345).s, "12.3 us");
	CHECK_STR_EQ(time_format(2.5e9).s, "2.50 s");
	CHECK_STR_EQ(time_format(1e15).s, "1000000 s");
	CHECK_STR_EQ(count_format(0).s, "0");
	CHECK_STR_EQ(count_format(1234567).s, "1,234,567");
	CHECK_STR_EQ(count_format(UINT64_MAX).s, "18,446,744,073,709,551,615");
}

/* Columns are as wide as their widest cell. */
TEST(tables_are_aligned)
{
	static const char *const titles[] = { "<NAME", ">N" };
	struct table *t = table_create(titles, 2);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned i = 0; i < 20; i++) {
		table_cell(t, "%s", i ? "x" : "longer");
		table_cell(t, "%u", i * 100);
	}
	table_print(t, out);
	fclose(out);
	CHECK_STR_HAS(text, "NAME       N\nlonger     0\nx        100\n");
	table_destroy(t);
	table_destroy(NULL);
	free(text);
}

/* Addresses */

static void mac_make(uint8_t mac[6], uint32_t number)
{
	memset(mac, 0, 6);
	memcpy(mac + 2, &number, sizeof(number));
}

/* What was learnt is found, until it moves, ages or its port goes. */
TEST(addresses_are_learnt_and_forgotten)
{
	struct mactable *t = mactable_create(10);
	uint8_t a[6], b[6];

	mac_make(a, 1);
	mac_make(b, 2);
	CHECK_EQ(mactable_find(t, a, 100), -1);
	mactable_learn(t, a, 0, 100);
	mactable_learn(t, b, 63, 100);
	CHECK_EQ(mactable_find(t, a, 110), 0);
	CHECK_EQ(mactable_find(t, b, 110), 63);
	CHECK_EQ(mactable_find(t, a, 111), -1);
	mactable_learn(t, a, 5, 111);
	CHECK_EQ(mactable_find(t, a, 112), 5);
	CHECK_EQ(mactable_count(t, 112), 1);
	mactable_forget(t, 5);
	CHECK_EQ(mactable_find(t, a, 112), -1);
	CHECK_EQ(mactable_count(t, 105), 1);
	mactable_destroy(t);
}

/* However many there are, the newest are known, and never to a wrong port. */
TEST(addresses_that_are_too_many_give_way_to_newer_ones)
{
	struct mactable *t = mactable_create(1000);
	const uint32_t n = 200000;
	unsigned known = 0;
	uint8_t mac[6];
	int port;

	for (uint32_t i = 0; i < n; i++) {
		mac_make(mac, i);
		mactable_learn(t, mac, i % 7, 100 + i / 1000);
	}
	for (uint32_t i = 0; i < n; i++) {
		mac_make(mac, i);
		port = mactable_find(t, mac, 300);
		CHECK(port == -1 || port == (int)(i % 7));
		known += port >= 0 && i >= n - 10000;
	}
	CHECK(known > 9000);
	CHECK(mactable_count(t, 300) > 30000);
	mactable_destroy(t);
}
