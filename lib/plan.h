/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h: a plan, and the rules it is made by. Layer 8.
 *
 * plan.c keeps plans, planner.c makes them, plan_text.c reads and writes them.
 */
#ifndef PLAN_H
#define PLAN_H

#include <net/if.h>
#include <stdbool.h>

#include <xskpkt/plan.h>

#include "compiler.h"

struct machine;

/* The kernel counts queues in 16 bits. */
#define PLAN_ROWS_MAX 65536
#define PLAN_NOTES_MAX 12

struct plan_row {
	uint32_t queue, run;
	int32_t irq_cpu, worker_cpu, node;
};

struct xskpkt_plan {
	char ifname[IF_NAMESIZE];
	struct plan_row *rows; /* in the order of queues */
	unsigned count;
	unsigned note_count;
	char notes[PLAN_NOTES_MAX][240];
};

/* What a plan needs to know of the NIC. */
struct plan_facts {
	const char *ifname;
	uint32_t queues;
	int32_t node;            /* -1: unknown */
	bool interrupts;         /* its queues have some of their own */
	const char *why_no_poll; /* NULL: its queues can be busy-polled */
};

/* "two-core"; NULL: there is no such run. */
const char *run_name(uint32_t run);

/* A plan with rows for @count queues, all 0. */
int plan_alloc(struct xskpkt_plan **ret, const char *ifname, unsigned count);
void plan_note(struct xskpkt_plan *plan, const char *format, ...)
	printf_like(2, 3);
/* Does the row make sense, whatever the machine? */
int plan_check_row(const struct plan_row *row);

/* As xskpkt_plan_check(), if the NIC had so many queues. */
int plan_check(const struct xskpkt_plan *plan, const struct xskpkt_nic *nic,
	       uint32_t queues);

/* Fill in the rows. The same machine, facts and options: the same plan. */
int plan_make(struct xskpkt_plan *plan, const struct machine *machine,
	      const struct plan_facts *facts,
	      const struct xskpkt_plan_opts *opts);

#endif
