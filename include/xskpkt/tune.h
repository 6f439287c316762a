/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tune.h: settings of an interface that are changed, and put back.
 *
 *   xskpkt_tune_open()
 *     xskpkt_plan_apply()      what a plan needs
 *     xskpkt_tune_set()        or one setting
 *   xskpkt_tune_close()        all is as it was
 *
 * Before a setting is changed its old value is written to a file under
 * /run/xskpkt, one for each interface and network namespace. A process that
 * dies leaves that file, and whoever opens the interface next, or calls
 * xskpkt_tune_restore(), puts the values back. What somebody else has changed
 * meanwhile is left alone, and told.
 */
#ifndef XSKPKT_TUNE_H
#define XSKPKT_TUNE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <xskpkt/api.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xskpkt_plan;
struct xskpkt_tune;

/* Change nothing: only tell what would be. */
#define XSKPKT_TUNE_DRY_RUN (1u << 0)

struct xskpkt_tune_opts {
	size_t size;    /* sizeof(struct xskpkt_tune_opts) */
	uint32_t flags; /* XSKPKT_TUNE_... */
	uint32_t reserved;
	FILE *out; /* gets a line for each change; NULL: silence */
};

/**
 * xskpkt_tune_open() - begin to change settings of an interface
 * @ret:    to be closed
 * @ifname: the interface, in this thread's network namespace
 * @opts:   how; NULL: put back on close, in silence
 *
 * What a process that died has left behind is put back first. Nobody else can
 * tune the interface until xskpkt_tune_close().
 *
 * Return: 0, or -EINVAL, -ENODEV, -ENOMEM, -EPERM, -EBUSY (a running program
 * tunes it), -EEXIST (it is tuned, to be kept), or what the kernel said.
 * Threads: any.
 */
XSKPKT_API int xskpkt_tune_open(struct xskpkt_tune **ret, const char *ifname,
				const struct xskpkt_tune_opts *opts);

/**
 * xskpkt_tune_set() - change one setting
 * @tune:    an interface that is being tuned
 * @setting: its name:
 *           "channels"              as "rx 2 tx 2" or "combined 4"
 *           "rings"                 as "rx 1024 tx 1024"
 *           "coalescing"            as "adaptive-rx 0 rx-usecs 8"
 *           "lro", "gro", "ntuple"  "0" or "1"
 *           "rss"                   queues such as "0 1", again and again until
 *                                   the NIC's table is full; "0 0 1": 2 to 1
 *           "hash udp4"             what is hashed, as "sdfn"; also "udp6",
 *                                   "tcp4", "tcp6"
 *           "gro_flush_timeout"     ns
 *           "napi_defer_hard_irqs"  a number
 *           "threaded"              "0" or "1": NAPI in kernel threads
 *           "xps 3"                 of TX queue 3: a mask such as "c"
 *           "irq 45"                CPUs of this IRQ, such as "2" or "0-3"
 *           "busy_poll"             us; of the whole machine (net.core)
 *           "busy_read"             likewise
 * @value:   as the kernel reads it; what it does not name stays
 *
 * A setting that has the value already is not touched.
 *
 * Return: 0, or -EINVAL, -ENOENT (there is no such setting here),
 * -EOPNOTSUPP (the driver does not have it), -EIO (it did not take), -EPERM,
 * or what the kernel said. On failure the setting is as it was.
 * Threads: one.
 */
XSKPKT_API int xskpkt_tune_set(struct xskpkt_tune *tune, const char *setting,
			       const char *value);

/**
 * xskpkt_plan_apply() - change the settings that a plan needs
 * @plan: the plan
 * @tune: its interface, being tuned
 *
 * As many channels as the plan has rows, or where these are not the first
 * queues, packets led to them by "rss"; each queue's interrupt on its CPU;
 * for one-core rows interrupts that leave the driver to the one who polls. The
 * plan is checked first. Workers are yours: see xskpkt_plan_row(). Apply before
 * you open a port, and close the port before you put it back: while sockets
 * are open most drivers refuse other channels.
 *
 * Return: 0, or an error; then all that this call had changed is put back.
 * Threads: one.
 */
XSKPKT_API int xskpkt_plan_apply(const struct xskpkt_plan *plan,
				 struct xskpkt_tune *tune);

/**
 * xskpkt_tune_keep() - it shall stay so
 * @tune: an interface that is being tuned
 *
 * xskpkt_tune_close() then puts nothing back. xskpkt_tune_restore() does.
 *
 * Return: 0, or what the kernel said of the record. Threads: one.
 */
XSKPKT_API int xskpkt_tune_keep(struct xskpkt_tune *tune);

/**
 * xskpkt_tune_close() - put everything back
 * @tune: or NULL
 *
 * Return: how many settings are not as they were: somebody else has changed
 * them, or the kernel does not take the old value. 0: none. Threads: one.
 */
XSKPKT_API unsigned xskpkt_tune_close(struct xskpkt_tune *tune);

/**
 * xskpkt_tune_restore() - put back what is on record
 * @ifname: the interface, in this thread's network namespace
 * @out:    gets a line for each setting; or NULL
 *
 * What the kernel does not take back now stays on record.
 *
 * Return: how many settings are not as they were, 0: none; or -ENOENT (nothing
 * is on record), -EBUSY (a running program tunes it, and will put it back),
 * -EINVAL, -EPERM, or what the kernel said. Threads: any.
 */
XSKPKT_API int xskpkt_tune_restore(const char *ifname, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
