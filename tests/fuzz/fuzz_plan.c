// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz_plan: files of plans with anything in them. What is refused has a
 * sentence and leaves the output alone; what is taken comes out as it went in.
 */
#include <xskpkt/xskpkt.h>

#include "input.h"

static struct xskpkt_plan *load(const void *text, size_t size)
{
	struct xskpkt_plan *plan = (void *)&size;
	FILE *in = fmemopen((void *)text, size, "r");
	int err;

	MUST(in);
	err = xskpkt_plan_load(&plan, in);
	fclose(in);
	if (!err)
		return plan;
	MUST(err < 0 && err > -4096);
	MUST(plan == (void *)&size);
	MUST(*xskpkt_errmsg());
	return NULL;
}

/* A byte stands for itself or, from 128 on, for something that files have. */
static size_t spell(char *ret, size_t room, const uint8_t *data, size_t size)
{
	static const char *const words[] = {
		"\"version\": 1, ",
		"\"interface\": \"eth0\", ",
		"\"rows\": [",
		"{\"queue\": ",
		", \"run\": ",
		"\"two-core\"",
		"\"one-core\"",
		"\"shared\"",
		", \"irq_cpu\": ",
		", \"worker_cpu\": ",
		", \"node\": ",
		"}, ",
		"}",
		"]",
		"65535",
		"2147483647",
		"-1",
		"\\\"",
		("{\"queue\": 0, \"run\": \"two-core\", \"irq_cpu\": 0, "
		 "\"worker_cpu\": 1, \"node\": 0}"),
		"{\"version\": 1, \"interface\": \"eth0\", \"rows\": [",
	};
	size_t n = 0;

	for (size_t i = 0; i < size && n + 100 < room; i++)
		if (data[i] < 128)
			ret[n++] = (char)data[i];
		else
			n += (size_t)sprintf(
				ret + n, "%s",
				words[data[i] %
				      (sizeof(words) / sizeof(words[0]))]);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xskpkt_plan *plan, *again;
	char spelt[8192], *text = NULL;
	size_t len = spell(spelt, sizeof(spelt), data, size);
	FILE *out;

	if (!len)
		return 0;
	plan = load(spelt, len);
	if (!plan)
		return 0;
	out = open_memstream(&text, &len);
	MUST(out);
	MUST(!xskpkt_plan_save(plan, out));
	fclose(out);
	again = load(text, len);
	MUST(again);
	MUST(!xskpkt_plan_compare(plan, again, NULL));
	MUST(!strcmp(xskpkt_plan_ifname(plan), xskpkt_plan_ifname(again)));
	xskpkt_plan_destroy(plan);
	xskpkt_plan_destroy(again);
	free(text);
	return 0;
}
