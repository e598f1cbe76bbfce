/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of user-defined routes of one instance: kept up to date, numbered,
 * acknowledged.
 */
#ifndef _AVS_EXPORT_H
#define _AVS_EXPORT_H

#include "bgpd_avs/core/avs_udr.h"

struct avs_export;
struct avs_instance;

struct avs_export *avs_export_new(struct avs_instance *inst);
/* ends its timer; NULL is allowed */
void avs_export_free(struct avs_export *exp);

/* a plan was computed: the tables follow within a second when they are asked for */
void avs_export_replanned(struct avs_export *exp);

/*
 * The tables as they are now; NULL before the first plan, or when the core's
 * allocator fails.  Valid until the next call or the event loop.
 */
const struct avs_udr *avs_export_udr(struct avs_export *exp);

/* the tables as they were computed last, within a second of the plan; NULL: none yet */
const struct avs_udr *avs_export_last(const struct avs_export *exp);

/* generation that was acknowledged last; 0: none since the daemon started */
uint64_t avs_export_acknowledged(const struct avs_export *exp);
/*
 * Somebody applied this generation.  False, and nothing changes, when the
 * tables are of another one.
 */
bool avs_export_acknowledge(struct avs_export *exp, uint64_t generation);

/* milliseconds until this stale route ends; 0: it waits for complete tables */
uint64_t avs_export_left(const struct avs_udr_route *route);

#endif /* _AVS_EXPORT_H */
