/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktnic.h: the commands, and what they share.
 *
 *   facts   what xskpkt_nic_query() told, in words        facts.h
 *   wish    which plan is wanted, and the plan            wish.h
 *   sample  what was carried until now                   sample.h
 *   watch   rates, and how they are told                 watch.h
 *
 * A command is a file with a function. main.c has the table of them.
 */
#ifndef PKTNIC_H
#define PKTNIC_H

int show_run(int argc, char **argv);
int plan_run(int argc, char **argv);
int tune_run(int argc, char **argv);
int restore_run(int argc, char **argv);
int watch_run(int argc, char **argv);

/* The only word. GO_ON, or an exit code after it was said why. */
int take_interface(const char **ret, int words, int argc, char **argv);

#endif
