/* SPDX-License-Identifier: BSD-2-Clause */
/* api.h: what marks a symbol as part of the library's interface. */
#ifndef XSKPKT_API_H
#define XSKPKT_API_H

#define XSKPKT_API __attribute__((visibility("default")))

#endif
