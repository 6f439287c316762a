/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktnic.h: the commands, and what they share.
 *
 *   facts   what xskpkt_nic_query() told, in words        facts.h
 *
 * A command is a file with a function. main.c has the table of them.
 */
#ifndef PKTNIC_H
#define PKTNIC_H

int show_run(int argc, char **argv);

#endif
