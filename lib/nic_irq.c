// SPDX-License-Identifier: BSD-2-Clause
/*
 * nic_irq.c: the interrupt of each vector, and the CPUs it lands on.
 *
 * Netlink has told the number of some. The others are found among the device's
 * interrupts by name. A name keeps the interface's name of when it was made, so
 * it does not tell which device's it is; the device's msi_irqs does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "interrupts.h"
#include "irq_name.h"
#include "log.h"
#include "nic.h"

/* Nodes that are looked at; the largest machines have some 30. */
#define NODES_MAX 64

/* An interrupt that is this NIC's. */
struct irq {
	struct irq *next;
	int32_t number;
	const char *name;
	struct irq_name means;
	bool serves; /* @means is known */
};

struct search {
	struct xskpkt_nic *nic;
	bool msi;         /* sysfs shows the numbers of the device's */
	struct irq *irqs; /* those found */
	bool rx0, tx0;    /* names of queue 0 were seen */
};

/* Whose is it? */

static bool is_of_vector(const struct xskpkt_nic *nic, int32_t irq)
{
	for (unsigned i = 0; i < nic->vector_count; i++)
		if (nic->vectors[i].irq == irq)
			return true;
	return false;
}

static bool is_of_device(const struct search *s, int32_t irq, const char *name)
{
	const struct netdev *dev = &s->nic->dev;
	size_t len = strlen(dev->name);
	char path[192];

	if (!s->msi) /* then by the name, if it is not that of a namesake */
		return dev->in_sysfs && !strncmp(name, dev->name, len) &&
		       strchr("-:", name[len]);
	snprintf(path, sizeof(path), "%s/msi_irqs/%d", s->nic->device, irq);
	return file_there(path);
}

static void add_irq(void *arg, int32_t number, const char *name)
{
	struct search *s = arg;
	struct irq *irq;

	if (!is_of_vector(s->nic, number) && !is_of_device(s, number, name))
		return;
	irq = nic_alloc(s->nic, 1, sizeof(*irq));
	if (!irq)
		return;
	irq->number = number;
	irq->name = nic_text(s->nic, name);
	irq->serves = irq_name_parse(&irq->means, irq->name);
	if (irq->serves && !irq->means.queue) {
		s->rx0 |= irq->means.rx;
		s->tx0 |= irq->means.tx;
	}
	irq->next = s->irqs;
	s->irqs = irq;
}

/* Which vector's? */

static void give(const struct xskpkt_nic *nic,
		 const struct xskpkt_nic_vector *to, const struct irq *irq)
{
	struct xskpkt_nic_vector *v = to ? nic_vector(nic, to) : NULL;

	if (v && v->irq < 0) {
		v->irq = irq->number;
		v->irq_name = irq->name;
	}
}

/* An interrupt for both directions makes one vector of two, unless different
 * NAPIs say that they are two. */
static void join(struct xskpkt_nic_queue *q)
{
	if (!q->rx || !q->tx || q->rx->irq != q->tx->irq || q->rx->irq < 0)
		return;
	if (!q->tx->napi || q->tx->napi == q->rx->napi)
		q->tx = q->rx;
	else if (!q->rx->napi)
		q->rx = q->tx;
}

/* Drivers that do not count from 0 mean something else by the number. */
static void give_by_name(struct search *s, const struct irq *irq)
{
	const struct irq_name *means = &irq->means;
	struct xskpkt_nic_queue *q;

	if (!irq->serves || means->queue >= s->nic->queue_count)
		return;
	q = &s->nic->queues[means->queue];
	if (means->rx && s->rx0)
		give(s->nic, q->rx, irq);
	if (means->tx && s->tx0)
		give(s->nic, q->tx, irq);
	join(q);
}

static void give_out(struct search *s)
{
	for (const struct irq *irq = s->irqs; irq; irq = irq->next)
		for (unsigned i = 0; i < s->nic->vector_count; i++)
			if (s->nic->vectors[i].irq == irq->number)
				s->nic->vectors[i].irq_name = irq->name;
	for (const struct irq *irq = s->irqs; irq; irq = irq->next)
		if (!is_of_vector(s->nic, irq->number))
			give_by_name(s, irq);
}

/* Where does it land? */

static const char *read_list(struct xskpkt_nic *nic, int32_t irq,
			     const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%d/%s", irq, name);
	return nic_cpu_list(nic, path);
}

/* Where the kernel does not say which CPU it chose, it is sure only of a list
 * of one. */
static int32_t cpu_of(const struct xskpkt_nic_vector *v)
{
	const char *list = *v->effective ? v->effective : v->affinity;
	char *end;
	long cpu = strtol(list, &end, 10);

	if (end == list || cpu > INT32_MAX || (*end && !*v->effective))
		return -1;
	return (int32_t)cpu;
}

static int32_t node_of(int32_t cpu)
{
	char path[80];

	for (int32_t node = 0; cpu >= 0 && node < NODES_MAX; node++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%d/node%d", cpu, node);
		if (file_there(path))
			return node;
	}
	return -1;
}

static void read_affinities(struct xskpkt_nic *nic)
{
	unsigned irqs = 0, known = 0;

	for (unsigned i = 0; i < nic->vector_count; i++) {
		struct xskpkt_nic_vector *v = &nic->vectors[i];

		if (v->irq < 0)
			continue;
		v->affinity = read_list(nic, v->irq, "smp_affinity_list");
		v->effective =
			read_list(nic, v->irq, "effective_affinity_list");
		v->cpu = cpu_of(v);
		v->node = node_of(v->cpu);
		irqs++;
		known += *v->affinity || *v->effective;
	}
	if (!irqs)
		nic_unknown(nic, XSKPKT_NIC_AFFINITY, "no IRQ is known");
	else if (!known)
		nic_unknown(nic, XSKPKT_NIC_AFFINITY,
			    "/proc/irq does not show it");
}

static void explain(const struct search *s, int err)
{
	struct xskpkt_nic *nic = s->nic;

	for (unsigned i = 0; i < nic->vector_count; i++)
		if (nic->vectors[i].irq >= 0)
			return;
	if (err)
		nic_unknown(nic, XSKPKT_NIC_IRQ, "/proc/interrupts: %s",
			    err_text(err));
	else if (!*nic->device)
		nic_unknown(nic, XSKPKT_NIC_IRQ,
			    "there is no device in /sys that could have one");
	else if (!s->irqs)
		nic_unknown(nic, XSKPKT_NIC_IRQ,
			    "the device has none now, as while it is down");
	else
		nic_unknown(nic, XSKPKT_NIC_IRQ,
			    "the names in /proc/interrupts do not tell: one "
			    "is '%s'",
			    s->irqs->name);
}

void nic_ask_irq(struct xskpkt_nic *nic)
{
	struct search s = { .nic = nic };
	char path[192];
	int err;

	snprintf(path, sizeof(path), "%s/msi_irqs", nic->device);
	s.msi = *nic->device && file_there(path);
	err = interrupts_each(add_irq, &s);
	give_out(&s);
	explain(&s, err);
	read_affinities(nic);
}
