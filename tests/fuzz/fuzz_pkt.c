// SPDX-License-Identifier: BSD-2-Clause
/* fuzz_pkt: the packet helpers on any burst, against the plain truth. */
#include <stdbool.h>

#include <xskpkt/pkt.h>

#include "input.h"

#define MAX 16
#define LONGEST 40

/* Each entry in memory of its own, exactly as long as it is. */
static void make_burst(struct input *in, struct xskpkt_pkt *pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		pkts[i].len = take_below(in, LONGEST);
		pkts[i].flags = take_below(in, 2);
		pkts[i].data = malloc(pkts[i].len);
		MUST(pkts[i].data || !pkts[i].len);
		take_bytes(in, pkts[i].data, pkts[i].len);
	}
}

/* The first packet in one piece; returns its entries. */
static unsigned flatten(const struct xskpkt_pkt *pkts, unsigned n,
			uint8_t *bytes, size_t *len)
{
	unsigned i = 0;
	bool more = true;

	*len = 0;
	for (; i < n && more; i++) {
		if (pkts[i].len)
			memcpy(bytes + *len, pkts[i].data, pkts[i].len);
		*len += pkts[i].len;
		more = pkts[i].flags & XSKPKT_PKT_MORE;
	}
	return i;
}

static void check_copy(struct input *in, const struct xskpkt_pkt *pkts,
		       unsigned n, const uint8_t *bytes, size_t len)
{
	size_t size = take_below(in, 200), skip = take_below(in, 200);
	size_t want = skip < len ? len - skip : 0;
	uint8_t *copy = malloc(size + 1);

	if (want > size)
		want = size;
	MUST(copy);
	copy[size] = 0xa5;
	MUST(xskpkt_pkt_copy(copy, size, pkts, n, skip) == want);
	MUST(!want || !memcmp(copy, bytes + skip, want));
	MUST(copy[size] == 0xa5);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t bytes[MAX * LONGEST];
	struct xskpkt_pkt pkts[MAX];
	unsigned n = take_below(&in, MAX + 1);
	unsigned entries;
	size_t len;

	make_burst(&in, pkts, n);
	for (unsigned i = 0; i < n; i += entries) {
		entries = flatten(pkts + i, n - i, bytes, &len);
		MUST(xskpkt_pkt_entries(pkts + i, n - i) == entries);
		MUST(xskpkt_pkt_bytes(pkts + i, n - i) == len);
		check_copy(&in, pkts + i, n - i, bytes, len);
	}
	for (unsigned i = 0; i < n; i++)
		free(pkts[i].data);
	return 0;
}
