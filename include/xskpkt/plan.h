/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h: which CPU takes a queue's interrupt, which one runs its worker, and
 * on which NUMA node its frames lie.
 *
 *           interrupt            packets
 *   queue ------------> IRQ CPU ---------> worker CPU        two-core
 *   queue <--- polls -- one CPU, its interrupt at rest       one-core
 *
 * A plan is data: a row for each queue, made from the facts about the NIC and
 * the CPUs that this process may use. Making one changes nothing and needs no
 * privilege. Print it, save it, override a row, compare it with another.
 *
 * The rules, in the order of their weight:
 *   - no core is used twice before all are used once;
 *   - the NIC's NUMA node comes first, then the nearest;
 *   - interrupt and worker of a queue share an L3 cache, never a core;
 *   - interrupts stay away from isolated CPUs, workers seek them;
 *   - SMT siblings of cores in use come last;
 *   - where queues outnumber all this, they share in equal parts.
 */
#ifndef XSKPKT_PLAN_H
#define XSKPKT_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_nic;
struct xskpkt_plan;

/* How a queue is served. */
enum xskpkt_run {
	XSKPKT_RUN_AUTO = 0,     /* to plan with: whichever suits */
	XSKPKT_RUN_TWO_CORE = 1, /* the interrupt is elsewhere */
	XSKPKT_RUN_ONE_CORE = 2, /* one CPU: XSKPKT_PORT_BUSY_POLL */
	XSKPKT_RUN_SHARED = 3,   /* one CPU, which is interrupted: slow */
};

/* The worker on the SMT sibling of the interrupt's CPU: one core a queue. */
#define XSKPKT_PLAN_SIBLINGS (1u << 0)

struct xskpkt_plan_opts {
	size_t size;     /* sizeof(struct xskpkt_plan_opts) */
	uint32_t run;    /* AUTO, TWO_CORE or ONE_CORE */
	uint32_t queues; /* 0: all that the NIC has; from queue 0 on */
	uint32_t flags;  /* XSKPKT_PLAN_... */
	uint32_t reserved;
};

struct xskpkt_plan_row {
	size_t size;        /* sizeof(struct xskpkt_plan_row), set by you */
	uint32_t queue;     /* id */
	uint32_t run;       /* enum xskpkt_run, but for AUTO */
	int32_t irq_cpu;    /* -1: it has no interrupt of its own */
	int32_t worker_cpu; /* of the thread that serves it */
	int32_t node;       /* NUMA node of its frames; -1: any */
	uint32_t reserved;
};

/**
 * xskpkt_plan_create() - plan for a NIC, on this machine
 * @ret:  the plan
 * @nic:  facts about it, from xskpkt_nic_query()
 * @opts: how; NULL: every queue, whichever run suits
 *
 * With XSKPKT_RUN_AUTO a queue gets two cores where the NIC's node has them
 * for every queue; else one that polls, where the driver can; else it shares.
 *
 * Return: 0, or -EINVAL, -EOPNOTSUPP (this driver or this machine cannot run
 * so, with the reason), -ENOMEM, -EIO (no topology).
 * Threads: any.
 */
XSKPKT_API int xskpkt_plan_create(struct xskpkt_plan **ret,
				  const struct xskpkt_nic *nic,
				  const struct xskpkt_plan_opts *opts);

/**
 * xskpkt_plan_destroy() - let go of a plan
 * @plan: the plan, or NULL
 *
 * Threads: one.
 */
XSKPKT_API void xskpkt_plan_destroy(struct xskpkt_plan *plan);

/**
 * xskpkt_plan_rows() - how many rows it has
 *
 * Threads: any.
 */
XSKPKT_API unsigned xskpkt_plan_rows(const struct xskpkt_plan *plan);

/**
 * xskpkt_plan_ifname() - the interface it is for
 *
 * Return: a string that lives as long as the plan. Threads: any.
 */
XSKPKT_API const char *xskpkt_plan_ifname(const struct xskpkt_plan *plan);

/**
 * xskpkt_plan_row() - one row
 * @plan: the plan
 * @i:    0 to xskpkt_plan_rows() - 1, in the order of queues
 * @ret:  filled; its size field says how much of it you know
 *
 * Return: 0, or -EINVAL. Threads: any.
 */
XSKPKT_API int xskpkt_plan_row(const struct xskpkt_plan *plan, unsigned i,
			       struct xskpkt_plan_row *ret);

/**
 * xskpkt_plan_set() - override the row of a queue
 * @plan: the plan
 * @row:  as it shall be
 *
 * The row has to make sense in itself: two-core has two CPUs, the others
 * have one. xskpkt_plan_check() tells whether it suits the machine.
 *
 * Return: 0, or -EINVAL. Threads: one.
 */
XSKPKT_API int xskpkt_plan_set(struct xskpkt_plan *plan,
			       const struct xskpkt_plan_row *row);

/**
 * xskpkt_plan_check() - can it be carried out here?
 * @plan: the plan, perhaps loaded or overridden
 * @nic:  facts about the NIC
 *
 * Its queues have to be there, its CPUs allowed to this process, its nodes to
 * have memory, and a one-core row needs a driver that can be polled.
 *
 * Return: 0, or -EINVAL, -EOPNOTSUPP, -ENOMEM, -EIO. Threads: any.
 */
XSKPKT_API int xskpkt_plan_check(const struct xskpkt_plan *plan,
				 const struct xskpkt_nic *nic);

/**
 * xskpkt_plan_note() - why it is as it is, and what it lacks
 * @plan: the plan
 * @i:    from 0 on
 *
 * Return: a sentence that lives as long as the plan; NULL after the last.
 * Threads: any.
 */
XSKPKT_API const char *xskpkt_plan_note(const struct xskpkt_plan *plan,
					unsigned i);

/**
 * xskpkt_plan_print() - as a table for people, then its notes
 * @plan: the plan
 * @out:  gets it
 *
 * Return: 0, or -errno of writing. Threads: any.
 */
XSKPKT_API int xskpkt_plan_print(const struct xskpkt_plan *plan, FILE *out);

/**
 * xskpkt_plan_compare() - tell where two plans differ
 * @a:   a plan
 * @b:   another
 * @out: gets a line for each row that differs, a's side first; or NULL
 *
 * Return: how many queues they serve differently; 0: none.
 * Threads: any.
 */
XSKPKT_API unsigned xskpkt_plan_compare(const struct xskpkt_plan *a,
					const struct xskpkt_plan *b, FILE *out);

/**
 * xskpkt_plan_save() - write it as JSON
 * @plan: the plan
 * @out:  gets it
 *
 * Return: 0, or -errno of writing. Threads: any.
 */
XSKPKT_API int xskpkt_plan_save(const struct xskpkt_plan *plan, FILE *out);

/**
 * xskpkt_plan_load() - read what was saved, or written by hand
 * @ret: the plan
 * @in:  has one plan, up to its end
 *
 * Nothing is guessed: what is not known, missing or there twice is refused,
 * with its line.
 *
 * Return: 0, or -EINVAL, -ENOMEM, or -errno of reading. Threads: any.
 */
XSKPKT_API int xskpkt_plan_load(struct xskpkt_plan **ret, FILE *in);

#ifdef __cplusplus
}
#endif
#endif
