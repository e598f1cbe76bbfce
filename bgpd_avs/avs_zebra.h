/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts from zebra, and the way to it.
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

/* a route of this machine that is not BGP's, and where it leads */
struct avs_way {
	struct avs_prefix prefix;
	bool drops;
	bool connected;
	unsigned int ifindex; /* 0: not known */
};
/* the longest one that is this prefix or wider */
bool avs_zebra_way(const struct bgp *bgp, const struct avs_prefix *prefix, struct avs_way *way);
/* over which interface these routes lead to an address; 0: not known */
unsigned int avs_zebra_interface(const struct avs_prefix *address);
/* asked about every gateway inside of the prefix, until func says true; then true */
bool avs_zebra_any_gateway(const struct avs_prefix *prefix,
			   bool (*func)(const struct avs_prefix *address, void *arg), void *arg);

/* are routes of this instance's VRF known at all? */
bool avs_zebra_follows(const struct bgp *bgp);
/* is zebra there? */
bool avs_zebra_connected(void);
/* for avs_discard.c alone */
void avs_zebra_send_discard(const struct bgp *bgp, const struct avs_prefix *prefix, bool install);

void avs_zebra_init(void);
void avs_zebra_fini(void);

#endif /* _AVS_ZEBRA_H */
