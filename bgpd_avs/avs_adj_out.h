/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What neighbours have been told: their Adj-RIB-Out (RFC 4271 section 3.2), IPv4 unicast.
 */
#ifndef _AVS_ADJ_OUT_H
#define _AVS_ADJ_OUT_H

#include "bgpd_avs/core/avs_prefix.h"

struct attr;
struct bgp_dest;
struct bgp_path_info;
struct peer;

/* is this prefix in it?  *attr (may be NULL): what was sent, before bgpd adds its own AS */
bool avs_adj_out_has(const struct peer *peer, const struct avs_prefix *prefix,
		     const struct attr **attr);
/* the same for a dest that a walk found */
const struct attr *avs_adj_out_dest(const struct peer *peer, struct bgp_dest *dest);
/* all of it, in prefix order */
void avs_adj_out_each(const struct peer *peer,
		      void (*func)(const struct avs_prefix *prefix, const struct attr *attr,
				   void *arg),
		      void *arg);
/* was it sent a default by `default-originate`, which stands in no Adj-RIB-Out? */
bool avs_adj_out_default(const struct peer *peer);
/* are these one and the same, because the peers are in one subgroup?  False: they may be equal. */
bool avs_adj_out_shared(const struct peer *a, const struct peer *b);
/* number of prefixes in it */
uint32_t avs_adj_out_count(const struct peer *peer);
/* would the peer be told this path, were it the best one?  Its out policy is asked. */
bool avs_adj_out_would(const struct peer *peer, struct bgp_dest *dest,
		       const struct bgp_path_info *pi);

#endif /* _AVS_ADJ_OUT_H */
