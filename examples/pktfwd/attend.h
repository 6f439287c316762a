/* SPDX-License-Identifier: BSD-2-Clause */
/* attend.h: what the main thread does while others forward */
#ifndef PKTFWD_ATTEND_H
#define PKTFWD_ATTEND_H

#include "pktfwd.h"

/* Until it is to end, and then the last report. @signals: a signalfd. Returns
 * the exit code; no thread forwards any more. */
int attend(struct forwarder *f, int signals);

#endif
