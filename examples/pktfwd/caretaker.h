/* SPDX-License-Identifier: BSD-2-Clause */
/* caretaker.h: what the main thread does while others forward */
#ifndef PKTFWD_CARETAKER_H
#define PKTFWD_CARETAKER_H

#include "pktfwd.h"

/* Until it is to end, and then the last report. @signals: a signalfd. Returns
 * the exit code; no thread forwards any more. */
int take_care(struct forwarder *f, int signals);

#endif
