/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debugs of the module, switched by `debug bgp avs [plan|guard|northbound]`.
 * Defined in avs_show.c, where their commands are.
 */
#ifndef _AVS_DEBUG_H
#define _AVS_DEBUG_H

/* bgpd/bgp_debug.h has a macro of that name, with another meaning */
#undef DEBUG_ON
#include "debug.h"
#include "log.h"

extern struct debug avs_debug_plan;
extern struct debug avs_debug_guard;
extern struct debug avs_debug_northbound;

#define AVS_DEBUG(what, fmt, ...)                                                                  \
	do {                                                                                       \
		if (DEBUG_MODE_CHECK(&avs_debug_##what, DEBUG_MODE_ALL))                           \
			zlog_debug("AVS: " fmt, ##__VA_ARGS__);                                    \
	} while (0)

#endif /* _AVS_DEBUG_H */
