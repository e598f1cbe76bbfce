/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The present plan as configuration of stock FRR: the way back.
 *
 * A snapshot: what is announced now, announced by hand.  What the module does
 * when something changes is not in it.
 */
#ifndef _AVS_STOCK_H
#define _AVS_STOCK_H

#include "avs_plan.h"

/* one line of text, without a newline */
typedef void (*avs_stock_line)(const char *text, void *arg);

/*
 * Write the plan as lines of frr.conf.
 *
 * as		the instance's own AS
 * own		the AS that neighbours see first: of the confederation, if there is one
 * instance	what follows it in `router bgp`, " vrf NAME" for example, or ""
 *
 * Names of lists and maps begin with PLAN-; the module's own names would be
 * refused while it is loaded.  Cannot fail.  O(announcements * route servers).
 */
void avs_stock_write(const struct avs_plan *plan, uint32_t as, uint32_t own, const char *instance,
		     avs_stock_line line, void *arg);

#endif /* _AVS_STOCK_H */
