/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts from zebra, and discard routes.
 *
 * The module speaks to zebra through a client of its own, with an instance
 * number of its own: its discard routes cannot collide with bgpd's routes,
 * are not carried by anybody's `redistribute bgp`, and go when bgpd goes.
 */
#ifndef _AVS_ZEBRA_H
#define _AVS_ZEBRA_H

#include "bgpd_avs/core/avs_prefix.h"

struct bgp;

/* a non-BGP route of exactly this prefix in zebra's RIB (default VRF) */
bool avs_zebra_has_route(const struct bgp *bgp, const struct avs_prefix *prefix);
/*
 * Longest non-BGP route that covers an address; family 0 when there is none.
 * *known is false while zebra has not told its routes yet.
 */
struct avs_prefix avs_zebra_longest(const struct bgp *bgp, const struct avs_prefix *address,
				    bool *known);

/*
 * Install or remove the discard route of a prefix; idempotent.  It is held
 * back while it would capture the address of a neighbour (no route to it
 * that is longer than the prefix).
 */
void avs_zebra_discard(struct bgp *bgp, const struct avs_prefix *prefix, bool install);
/* wanted, but held back */
bool avs_zebra_discard_held(const struct bgp *bgp, const struct avs_prefix *prefix);
bool avs_zebra_discard_installed(const struct bgp *bgp, const struct avs_prefix *prefix);

void avs_zebra_init(void);
void avs_zebra_fini(void);

#endif /* _AVS_ZEBRA_H */
