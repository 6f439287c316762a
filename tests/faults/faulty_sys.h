/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faulty_sys.h: the calls that leave the process, any of which can be told to
 * fail.
 *
 * The suite is linked with --wrap: each call of lib/sys.h goes through here,
 * as do those few that lib/ makes elsewhere, and what libbpf asks of bpf(2)
 * while it loads a program. Each has a name, such as "setsockopt TX_RING", and
 * the errnos with which the kernel really answers it.
 *
 * Faults happen in the thread that asked for them only.
 */
#ifndef FAULTY_SYS_H
#define FAULTY_SYS_H

#include <stdbool.h>

/*
 * Count the calls from here on. The @nth (1: the first) fails, with the
 * @turn-th of its errnos (0: the first, and round again); 0: none fails.
 */
void faults_nth(unsigned nth, unsigned turn);

/*
 * Of the calls whose name begins with @name, let @skip pass, then let @times
 * fail with @err (EIO, not -EIO). Adds to what was asked for before. Together
 * with faults_nth() these are not counted as failed.
 */
void faults_at(const char *name, unsigned skip, unsigned times, int err);
#define ALWAYS 1000000000u

/* Enough of it: all calls work again. What happened? */
struct faults {
	unsigned calls;  /* made in all */
	unsigned failed; /* of them */
	char name[64];   /* of the one that failed last; "": none did */
	int err;         /* its errno, positive */
	unsigned errnos; /* how many there are for it */
	unsigned slept;  /* microseconds, while sleep was pretended */
};
struct faults faults_end(void);

/* Sleeping takes no time until faults_end(), it is only added up. */
void faults_pretend_sleep(void);

/* Every mapping that asks for reserved huge pages gets some (ordinary ones),
 * for this machine may have none. */
void faults_pretend_huge_pages(void);

/* What the library holds now: of its own memory, and of mapped regions. */
struct held {
	unsigned allocations, mappings;
};
struct held faults_held(void);

/* Wait up to a second for the kernel to have freed every program and XSKMAP
 * that libbpf ever made in this process. Else false. */
bool faults_bpf_gone(void);

#endif
