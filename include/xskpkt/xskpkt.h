/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xskpkt: packets between a NIC and a program, over AF_XDP.
 *
 * Glossary. The nouns, each with a header and a man page of its own:
 *
 *   pool    the frames: memory that packets lie in (the kernel's UMEM)
 *   port    an interface, opened for packets
 *   queue   one hardware queue of a port; packets move here
 *   pkt     a packet in a frame, or one piece of a large packet
 *   worker  a thread that serves queues
 *   stats   what happened to packets, as numbers and as sentences
 *   nic     the facts about an interface, opened or not
 *   plan    which CPUs and which memory serve a queue
 *   tune    settings of an interface, changed and put back
 *
 *   receive   NIC --> XDP program --> XSKMAP --> socket --> queue --> you
 *   send      NIC <-------------------------- socket <-- queue <-- you
 *
 * Conventions. A call that can fail returns 0 or -errno, leaves its outputs
 * untouched on failure, and xskpkt_errmsg() says in a sentence what to do. A
 * burst call returns how many, never an error. Options are structs that start
 * with their size; 0 in any field means the default.
 */
#ifndef XSKPKT_XSKPKT_H
#define XSKPKT_XSKPKT_H

#include <xskpkt/api.h>
#include <xskpkt/log.h>
#include <xskpkt/nic.h>
#include <xskpkt/pkt.h>
#include <xskpkt/plan.h>
#include <xskpkt/pool.h>
#include <xskpkt/port.h>
#include <xskpkt/queue.h>
#include <xskpkt/stats.h>
#include <xskpkt/tune.h>
#include <xskpkt/version.h>
#include <xskpkt/worker.h>

#endif
