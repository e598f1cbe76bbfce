// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 8: over which interface do next hops resolve?
 *
 * Purpose: a route of the other side is worth something while packets for it enter the
 * tunnel.  When the tunnel is gone its next hop may still resolve, over the default route:
 * then Azure's fabric gets the packets, and sends them back here, because this appliance
 * announces the prefix.
 *
 * Representation: none of our own.  bgpd tracks next hops; what zebra told of each stands in
 * its cache, with the interfaces.  A path points to the entry of its next hop.
 *
 * bgpd withdraws by itself when a next hop does not resolve any more, but it does not look
 * again when it resolves over something else.  There is no hook for either in 8.4.4, so
 * avs_replan.c asks now and then whether the state has changed.
 *
 * Complexity: O(next hops), which are a handful; a count is O(paths of the neighbour).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "if.h"
#include "jhash.h"
#include "nexthop.h"
#include "prefix.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_nexthop.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_nexthop.h"

/* NULL: not there, or down */
static const struct interface *interface_up(const struct bgp *bgp, const char *name)
{
	struct interface *ifp = if_lookup_by_name(name, bgp->vrf_id);

	return ifp && if_is_operative(ifp) ? ifp : NULL;
}

/*
 * zebra tells the next hop that it resolves, and those that it resolves to; only the latter
 * have interfaces.  All of these must be the one, and there must be one.
 */
static bool resolves_over(const struct bgp_nexthop_cache *bnc, const struct interface *ifp)
{
	bool found = false;

	if (!ifp || !bnc || !CHECK_FLAG(bnc->flags, BGP_NEXTHOP_VALID))
		return false;
	for (const struct nexthop *hop = bnc->nexthop; hop; hop = hop->next) {
		if (hop->ifindex == IFINDEX_INTERNAL)
			continue;
		if (hop->ifindex != ifp->ifindex)
			return false;
		found = true;
	}
	return found;
}

bool avs_next_hop_off(const struct bgp *bgp, const char *ifname, const struct bgp_path_info *pi)
{
	return ifname && !resolves_over(pi->nexthop, interface_up(bgp, ifname));
}

static bool is_of(const struct avs_rs_config *rs, const struct bgp_path_info *pi)
{
	struct avs_prefix remote = avs_from_sockunion(avs_peer_remote(pi->peer));

	for (size_t i = 0; i < rs->neighbor_count; i++)
		if (avs_prefix_equal(&rs->neighbors[i], &remote))
			return true;
	return false;
}

uint32_t avs_next_hop_count_off(const struct bgp *bgp, const struct avs_rs_config *rs, bool *up)
{
	struct bgp_nexthop_cache_head *cache =
		(struct bgp_nexthop_cache_head *)&bgp->nexthop_cache_table[AFI_IP];
	const struct interface *ifp = rs->interface ? interface_up(bgp, rs->interface) : NULL;
	struct bgp_nexthop_cache *bnc;
	const struct bgp_path_info *pi;
	uint32_t count = 0;

	*up = !rs->interface || ifp;
	if (!rs->interface)
		return 0;
	frr_each (bgp_nexthop_cache, cache, bnc) {
		if (resolves_over(bnc, ifp))
			continue;
		LIST_FOREACH (pi, &bnc->paths, nh_thread)
			count += is_of(rs, pi);
	}
	return count;
}

/* what is announced as it is comes and goes with its next hop */
static bool depends(const struct avs_config *config)
{
	bool depends = config->exact_count || avs_config_overlays(config);

	for (size_t i = 0; i < config->rs_count; i++)
		depends |= config->rs[i].interface || config->rs[i].permit_count;
	return depends;
}

uint32_t avs_next_hop_state(const struct bgp *bgp, const struct avs_config *config)
{
	struct bgp_nexthop_cache_head *cache =
		(struct bgp_nexthop_cache_head *)&bgp->nexthop_cache_table[AFI_IP];
	struct bgp_nexthop_cache *bnc;
	uint32_t hash = 1;

	if (!depends(config))
		return 0;
	frr_each (bgp_nexthop_cache, cache, bnc) {
		hash = jhash_2words(prefix_hash_key(&bnc->prefix),
				    CHECK_FLAG(bnc->flags, BGP_NEXTHOP_VALID), hash);
		for (const struct nexthop *hop = bnc->nexthop; hop; hop = hop->next)
			hash = jhash_1word(hop->ifindex, hash);
	}
	for (size_t i = 0; i < config->rs_count; i++) {
		const struct interface *ifp =
			config->rs[i].interface ? interface_up(bgp, config->rs[i].interface) : NULL;

		hash = jhash_1word(ifp ? ifp->ifindex : 0, hash);
	}
	return hash;
}
