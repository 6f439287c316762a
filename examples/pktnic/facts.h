/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.h: the facts about a NIC, and words for them */
#ifndef PKTNIC_FACTS_H
#define PKTNIC_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <xskpkt/xskpkt.h>

/* A direction of a queue, or both where one vector serves both. */
struct lane {
	unsigned queue;
	const char *direction; /* "rx tx", "rx", "tx" */
	const struct xskpkt_nic_vector *vector;
};

struct facts {
	struct xskpkt_nic *nic;
	struct xskpkt_nic_info info;
	struct lane *lanes; /* in the order of queues */
	unsigned lane_count;
};

/* @netns: a namespace's name or path, or NULL. 0, or -errno after it was said
 * why. */
int facts_query(struct facts *ret, const char *ifname, const char *netns);
void facts_free(struct facts *f);

/* One that is there; @i is below xskpkt_nic_queue_count(). */
struct xskpkt_nic_queue facts_queue(const struct facts *f, unsigned i);

/* Lanes that have something in common with one. */
typedef bool (*alike_fn)(const struct xskpkt_nic_vector *a,
			 const struct xskpkt_nic_vector *b);

/* Which is the first lane like @v? */
unsigned facts_first(const struct facts *f, const struct xskpkt_nic_vector *v,
		     alike_fn alike);

/* "0-3,8": the queues with lanes like @v. Cut with ... when it is too long. */
#define QUEUE_LIST 64
void facts_queue_list(const struct facts *f, const struct xskpkt_nic_vector *v,
		      alike_fn alike, char ret[QUEUE_LIST]);

/* What each bit of a number stands for, from the lowest on. */
struct bit_names {
	const char *const *names;
	unsigned count;
};
extern const struct bit_names xdp_features;
extern const struct bit_names rx_metadata;
extern const struct bit_names tx_metadata;
extern const struct bit_names hash_fields;

/* By enum xskpkt_nic_fact, _flow and _program. */
extern const char *const fact_names[XSKPKT_NIC_FACTS];
extern const char *const flow_names[XSKPKT_NIC_FLOWS];
extern const char *const program_modes[];

/* For people; all write one text. */
void show_text(const struct facts *f, FILE *out);

/* For programs: one object. Returns 0 or -errno. */
int show_json(const struct facts *f, FILE *out);

#endif
