// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a default that `neighbor X default-originate` told.
 *
 * Purpose: bgpd's own way, subgroup_default_originate() with withdraw, must not be taken.
 * It asks the out policy about the route of the table, and that writes the attributes of the
 * table over its own; then it gives back a reference to an AS path which is not its own any
 * more (8.4.4; 10.x leaves other things of it to chance, doc/upstream.rst).  With our maps
 * in the slots "0/0 is denied" is the ordinary case, and the AS path of a learned default is
 * freed while the table uses it.
 *
 * Representation: what default-originate tells goes into the packet queue, and bgpd's
 * Adj-RIB-Out does not have it: two flags of the update subgroup are all that is known.
 * Here it becomes an ordinary entry, with attributes that no route has.  Then the route of
 * the table is evaluated in the ordinary way: where it is announced, that replaces the entry
 * in one UPDATE; where not, it is withdrawn.  So a planned default is never away, and there is no
 * second way to withdraw.
 *
 * Invariants: a neighbour whose setting was taken has neither of the two flags, and an entry
 * of the Adj-RIB-Out for everything that it was told.
 *
 * Complexity: O(1) destinations; the table is announced again afterwards as bgpd does it.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "routemap.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_addpath.h"
#include "bgpd/bgp_advertise.h"
#include "bgpd/bgp_memory.h"
#include "bgpd/bgp_updgrp.h"

#include "bgpd_avs/avs_default_out.h"
#include "bgpd_avs/avs_rib.h"

/* makes an attribute that no route has: nothing is suppressed as its duplicate */
#define TOLD_TAG 0x41565344

static struct bgp_adj_out *entry_of(const struct update_subgroup *subgrp, struct bgp_dest *dest)
{
	struct bgp_adj_out *adj;

	RB_FOREACH (adj, bgp_adj_out_rb, &dest->adj_out)
		if (adj->subgroup == subgrp)
			return adj;
	return NULL;
}

/* the number under which the entry of the route will be looked up */
static uint32_t path_id(const struct update_subgroup *subgrp, struct bgp_path_info *pi)
{
	struct peer *conf = SUBGRP_PEER(subgrp);
	afi_t afi = SUBGRP_AFI(subgrp);
	safi_t safi = SUBGRP_SAFI(subgrp);

	if (bgp_addpath_encode_tx(conf, afi, safi))
		return BGP_ADDPATH_TX_ID_FOR_DEFAULT_ORIGINATE;
	return pi ? bgp_addpath_id_for_peer(conf, afi, safi, &pi->tx_addpath) : 0;
}

/* What was told without an entry gets one. */
static void make_entry(struct update_subgroup *subgrp, struct bgp_dest *dest,
		       struct bgp_path_info *pi)
{
	struct bgp_adj_out *adj = entry_of(subgrp, dest);
	struct attr attr = {};

	avs_compat_attr_default(&attr, SUBGRP_INST(subgrp), BGP_ORIGIN_IGP);
	attr.tag = TOLD_TAG;
	if (!adj) {
		adj = bgp_adj_out_alloc(subgrp, dest, path_id(subgrp, pi));
		subgrp->pscount++;
	} else if (adj->attr) {
		/* told before default-originate replaced it: it was counted twice */
		bgp_attr_unintern(&adj->attr);
		subgrp->scount--;
	}
	adj->attr = bgp_attr_intern(&attr);
	avs_compat_adj_forget_hash(adj);
	aspath_unintern(&attr.aspath);
}

/* an entry that the evaluation left as it was: nothing replaces it */
static void withdraw_rest(struct update_subgroup *subgrp, struct bgp_dest *dest)
{
	struct bgp_adj_out *adj, *next;

	RB_FOREACH_SAFE (adj, bgp_adj_out_rb, &dest->adj_out, next)
		if (adj->subgroup == subgrp && !adj->adv && adj->attr && adj->attr->tag == TOLD_TAG)
			avs_compat_adj_out_unset(dest, subgrp, adj->addpath_tx_id);
}

static void evaluate(struct update_subgroup *subgrp)
{
	afi_t afi = SUBGRP_AFI(subgrp);
	safi_t safi = SUBGRP_SAFI(subgrp);
	struct bgp_table *table =
		SUBGRP_INST(subgrp)->rib[afi][safi == SAFI_LABELED_UNICAST ? SAFI_UNICAST : safi];
	bool told = CHECK_FLAG(subgrp->sflags, SUBGRP_STATUS_PEER_DEFAULT_ORIGINATED);
	struct prefix p = {.family = afi2family(afi)};
	struct bgp_path_info *pi;
	struct bgp_dest *dest;

	UNSET_FLAG(subgrp->sflags, SUBGRP_STATUS_PEER_DEFAULT_ORIGINATED);
	UNSET_FLAG(subgrp->sflags, SUBGRP_STATUS_DEFAULT_ORIGINATE);
	dest = told ? bgp_node_get(table, &p) : bgp_node_lookup(table, &p);
	if (!dest)
		return;
	pi = avs_rib_selected(dest);
	if (told)
		make_entry(subgrp, dest, pi);
	avs_compat_announce_selected(subgrp, pi, dest, path_id(subgrp, pi));
	withdraw_rest(subgrp, dest);
	bgp_dest_unlock_node(dest);
}

/* the families in which the setting exists, and a neighbour that can have been told */
static bool was_told(const struct peer *peer, afi_t afi, safi_t safi)
{
	return (afi == AFI_IP || afi == AFI_IP6) &&
	       (safi == SAFI_UNICAST || safi == SAFI_MULTICAST || safi == SAFI_LABELED_UNICAST) &&
	       avs_peer_up(peer) && peer->afc_nego[afi][safi];
}

static void settle(struct peer *peer, afi_t afi, safi_t safi)
{
	struct update_subgroup *subgrp;

	if (!was_told(peer, afi, safi))
		return;
	/* first into the update group of those that do not have the setting */
	update_group_adjust_peer(peer_af_find(peer, afi, safi));
	subgrp = peer_subgroup(peer, afi, safi);
	if (subgrp)
		evaluate(subgrp);
	bgp_announce_route(peer, afi, safi, false);
}

static void forget(struct peer *peer, afi_t afi, safi_t safi)
{
	char **name = &peer->default_rmap[afi][safi].name;

	UNSET_FLAG(peer->af_flags[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE);
	/* the override bit without the flag would print the line again */
	UNSET_FLAG(peer->af_flags_override[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE);
	/* by name: a map that was deleted is not looked at through an old pointer */
	if (*name)
		route_map_counter_decrement(route_map_lookup_by_name(*name));
	XFREE(MTYPE_ROUTE_MAP_NAME, *name);
	peer->default_rmap[afi][safi].map = NULL;
}

bool avs_default_out_clear(struct peer *peer, afi_t afi, safi_t safi)
{
	if (!CHECK_FLAG(peer->af_flags[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE))
		return false;
	forget(peer, afi, safi);
	settle(peer, afi, safi);
	return true;
}

/* What the group says counts again.  False: nothing. */
static bool inherit(struct peer *peer, afi_t afi, safi_t safi)
{
	const struct peer *conf = peer_group_active(peer) ? peer->group->conf : NULL;
	const char *name;

	if (!conf || !CHECK_FLAG(conf->af_flags[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE))
		return false;
	SET_FLAG(peer->af_flags[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE);
	name = conf->default_rmap[afi][safi].name;
	if (name) {
		peer->default_rmap[afi][safi].name = XSTRDUP(MTYPE_ROUTE_MAP_NAME, name);
		peer->default_rmap[afi][safi].map = route_map_lookup_by_name(name);
		route_map_counter_increment(peer->default_rmap[afi][safi].map);
	}
	return true;
}

/* told anew, with the map of the group */
static void tell_again(struct peer *peer, afi_t afi, safi_t safi)
{
	struct update_subgroup *subgrp;

	if (!was_told(peer, afi, safi))
		return;
	update_group_adjust_peer(peer_af_find(peer, afi, safi));
	subgrp = peer_subgroup(peer, afi, safi);
	if (subgrp)
		UNSET_FLAG(subgrp->sflags, SUBGRP_STATUS_DEFAULT_ORIGINATE);
	bgp_announce_route(peer, afi, safi, false);
}

void avs_default_out_unset(struct peer *peer, afi_t afi, safi_t safi)
{
	bool overridden =
		CHECK_FLAG(peer->af_flags_override[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE);
	struct listnode *node, *next;
	struct peer *member;

	if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP)) {
		/* a member that only inherits keeps what it has */
		if (peer_group_active(peer) && !overridden)
			return;
		forget(peer, afi, safi);
		if (inherit(peer, afi, safi))
			tell_again(peer, afi, safi);
		else
			settle(peer, afi, safi);
		return;
	}
	forget(peer, afi, safi);
	for (ALL_LIST_ELEMENTS(peer->group->peer, node, next, member))
		if (!CHECK_FLAG(member->af_flags_override[afi][safi], PEER_FLAG_DEFAULT_ORIGINATE))
			avs_default_out_clear(member, afi, safi);
}
