// SPDX-License-Identifier: BSD-2-Clause
/* fake_nic_facts.c: what the library makes of a fake NIC */
#include <xskpkt/nic.h>

#include "fake_nic.h"
#include "harness.h"

struct xskpkt_nic *nic;

static void forget(void *unused)
{
	(void)unused;
	xskpkt_nic_free(nic);
	nic = NULL;
}

struct xskpkt_nic_info facts(void)
{
	struct xskpkt_nic_info info = { .size = sizeof(info) };

	if (nic)
		forget(NULL);
	else
		test_at_end(forget, NULL);
	CHECK_OK(xskpkt_nic_query(&nic, "eth0", NULL));
	CHECK_OK(xskpkt_nic_info(nic, &info));
	return info;
}

struct xskpkt_nic_queue queue(unsigned i)
{
	struct xskpkt_nic_queue q = { .size = sizeof(q) };

	CHECK_OK(xskpkt_nic_queue_info(nic, i, &q));
	CHECK_EQ(q.id, i);
	return q;
}

void check_known(uint32_t fact)
{
	if (xskpkt_nic_unknown(nic, fact))
		FAIL("fact %u: %s", fact, xskpkt_nic_unknown(nic, fact));
}

void check_unknown(uint32_t fact, const char *words)
{
	if (!xskpkt_nic_unknown(nic, fact))
		FAIL("fact %u is known", fact);
	CHECK_STR_HAS(xskpkt_nic_unknown(nic, fact), words);
}
