/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a segment is expected to learn through Azure.
 *
 * From the plan and from what the route servers deliver, by the documented
 * behaviour of Route Server and ExpressRoute (doc/user.rst, "preview").  An
 * expectation, not a measurement: nobody here sees the circuits.
 */
#ifndef _AVS_PREVIEW_H
#define _AVS_PREVIEW_H

#include "avs_plan.h"

/* how it is expected to get there */
enum avs_via {
	AVS_VIA_PLAN = 0,     /* announced by this router */
	AVS_VIA_NETWORK,      /* a prefix of a virtual network, from the gateway itself */
	AVS_VIA_GLOBAL_REACH, /* from the other circuit, past the gateway */
};

struct avs_expected {
	enum avs_segment segment; /* who learns it */
	unsigned int rs; /* through which route server, index in the plan's configuration */
	struct avs_prefix prefix;
	enum avs_via via;
	enum avs_class cls;	/* PLAN */
	enum avs_reason reason; /* PLAN: as the plan has it */
};

/*
 * Tell of every expected route, by segment, route server, and then in prefix
 * order, those of the plan first.  func must not change anything.
 *
 * O(plan + table) for each route server and segment that it reaches.
 */
void avs_preview_each(const struct avs_plan *plan, const struct avs_table *table,
		      void (*func)(const struct avs_expected *expected, void *arg), void *arg);

/* YANG enum name */
const char *avs_via_name(enum avs_via via);

#endif /* _AVS_PREVIEW_H */
