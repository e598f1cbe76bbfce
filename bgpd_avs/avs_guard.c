// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guard: the audit that keeps owned route-maps in place.
 *
 * Purpose: whatever is configured, by whomever and in whatever order, only the
 * plan leaves toward a role neighbour.  Typed lines are refused before they
 * act (avs_refuse.c); what a file, a peer-group or a dynamic neighbour brings
 * is undone here before the session is up.  When that has to be looked at is
 * avs_watch.c's, what the maps are made of avs_guard_map.c's.
 *
 * The audit compares before it sets: without a finding it costs no message.
 * It never uses a setter that resets the session or that inherits a
 * peer-group's value again (that would fight for ever), and clears such
 * settings directly.
 *
 * Complexity: O(neighbours * address families) per audit.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "libfrr.h"
#include "linklist.h"
#include "routemap.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_addpath.h"
#include "bgpd/bgp_fsm.h"
#include "bgpd/bgp_memory.h"
#include "bgpd/bgp_updgrp.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_audit_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_default_out.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/core/avs_classify.h"

/* ---- audit ------------------------------------------------------------- */

/* what a peer's slots must hold; NULL: none of our business */
struct slots {
	const char *in, *out, *orig;
};

static void attach(struct peer *peer, afi_t afi, safi_t safi, int direct, const char *name)
{
	struct bgp_filter *filter = &peer->filter[afi][safi];
	struct route_map *map = route_map_lookup_by_name(name);
	bool own = !peer_group_active(peer) ||
		   CHECK_FLAG(peer->filter_override[afi][safi][direct], PEER_FT_ROUTE_MAP);

	if (filter->map[direct].name && strmatch(filter->map[direct].name, name)) {
		if (own && filter->map[direct].map == map)
			return;
		/* the setter ignores a name that it already has */
		XFREE(MTYPE_BGP_FILTER_NAME, filter->map[direct].name);
	}
	AVS_DEBUG(guard, "%s: %s into the %s slot", peer->host, name,
		  direct == RMAP_IN ? "in" : "out");
	peer_route_map_set(peer, afi, safi, direct, name, map);
}

static void attach_unsuppress(struct peer *peer, afi_t afi, safi_t safi, const char *name)
{
	struct bgp_filter *filter = &peer->filter[afi][safi];
	struct route_map *map = route_map_lookup_by_name(name);
	bool own = !peer_group_active(peer) ||
		   CHECK_FLAG(peer->filter_override[afi][safi][0], PEER_FT_UNSUPPRESS_MAP);

	/* the setter announces everything again even when nothing changes */
	if (filter->usmap.name && strmatch(filter->usmap.name, name) && own &&
	    filter->usmap.map == map)
		return;
	peer_unsuppress_map_set(peer, afi, safi, name, map);
}

/* inst is NULL for a neighbour whose role is in another instance */
static void undone(struct avs_instance *inst, const struct peer *peer, const char *what,
		   const char *why)
{
	if (inst)
		avs_instance_counters(inst)->repairs++;
	zlog_warn("AVS: %s removed from neighbor %s: it would %s", what, peer->host, why);
}

static void repaired(struct avs_instance *inst, const struct peer *peer, const char *what)
{
	undone(inst, peer, what, "pass beside the guard");
}

/* re-evaluate after a setting was cleared without bgpd's setter */
static void announce_again(struct peer *peer, afi_t afi, safi_t safi)
{
	update_group_adjust_peer(peer_af_find(peer, afi, safi));
	if (avs_peer_up(peer))
		bgp_announce_route(peer, afi, safi, false);
}

static void clear_default_originate(struct avs_instance *inst, struct peer *peer, afi_t afi,
				    safi_t safi)
{
	if (avs_default_out_clear(peer, afi, safi))
		repaired(inst, peer, "default-originate");
}

static void clear_advertise_map(struct avs_instance *inst, struct peer *peer, afi_t afi,
				safi_t safi)
{
	struct bgp_filter *filter = &peer->filter[afi][safi];

	if (!filter->advmap.aname)
		return;
	if (peer_group_active(peer)) {
		XFREE(MTYPE_BGP_FILTER_NAME, filter->advmap.aname);
		XFREE(MTYPE_BGP_FILTER_NAME, filter->advmap.cname);
		route_map_counter_decrement(filter->advmap.amap);
		memset(&filter->advmap, 0, sizeof(filter->advmap));
		UNSET_FLAG(peer->filter_override[afi][safi][RMAP_OUT], PEER_FT_ADVERTISE_MAP);
		announce_again(peer, afi, safi);
	} else {
		peer_advertise_map_unset(peer, afi, safi, filter->advmap.aname, filter->advmap.amap,
					 filter->advmap.cname, filter->advmap.cmap,
					 filter->advmap.condition);
	}
	repaired(inst, peer, "advertise-map");
}

static void clear_flags(struct avs_instance *inst, struct peer *peer, afi_t afi, safi_t safi)
{
	if (CHECK_FLAG(peer->af_flags[afi][safi], AVS_FORBIDDEN_AF_FLAGS)) {
		UNSET_FLAG(peer->af_flags[afi][safi], AVS_FORBIDDEN_AF_FLAGS);
		UNSET_FLAG(peer->af_flags_override[afi][safi], AVS_FORBIDDEN_AF_FLAGS);
		announce_again(peer, afi, safi);
		repaired(
			inst, peer,
			"route-server-client, attribute-unchanged, as-override or remove-private-AS");
	}
	if (peer->addpath_type[afi][safi] != BGP_ADDPATH_NONE) {
		peer->addpath_type[afi][safi] = BGP_ADDPATH_NONE;
		bgp_addpath_type_changed(peer->bgp);
		announce_again(peer, afi, safi);
		repaired(inst, peer, "addpath-tx");
	}
}

/* A member has the very pointer of its group, and would free it with itself (doc/upstream.rst). */
static void clear_soo(struct avs_instance *inst, struct peer *peer, afi_t afi, safi_t safi)
{
	bool own = !peer_group_active(peer) ||
		   CHECK_FLAG(peer->af_flags_override[afi][safi], PEER_FLAG_SOO);

	if (!peer->soo[afi][safi])
		return;
	if (own)
		ecommunity_free(&peer->soo[afi][safi]);
	peer->soo[afi][safi] = NULL;
	UNSET_FLAG(peer->af_flags[afi][safi], PEER_FLAG_SOO);
	UNSET_FLAG(peer->af_flags_override[afi][safi], PEER_FLAG_SOO);
	announce_again(peer, afi, safi);
	undone(inst, peer, "soo", "hold back what is planned");
}

/* What bgpd holds back before it asks our map: plan and neighbour would differ. */
static void clear_holding_back(struct avs_instance *inst, struct peer *peer, afi_t afi, safi_t safi)
{
	if (CHECK_FLAG(peer->af_flags[afi][safi], PEER_FLAG_MAX_PREFIX_OUT)) {
		UNSET_FLAG(peer->af_flags[afi][safi], PEER_FLAG_MAX_PREFIX_OUT);
		UNSET_FLAG(peer->af_flags_override[afi][safi], PEER_FLAG_MAX_PREFIX_OUT);
		peer->pmax_out[afi][safi] = 0;
		announce_again(peer, afi, safi);
		undone(inst, peer, "maximum-prefix-out", "hold back what is planned");
	}
	if (avs_compat_end_loop_detection(peer)) {
		announce_again(peer, afi, safi);
		undone(inst, peer, "sender-as-path-loop-detection", "hold back what is planned");
	}
}

/* nothing leaves beside an out-map that denies everything */
static void close_beside(struct avs_instance *inst, struct peer *peer, afi_t afi, safi_t safi)
{
	clear_default_originate(inst, peer, afi, safi);
	clear_advertise_map(inst, peer, afi, safi);
	if (peer->filter[afi][safi].usmap.name)
		attach_unsuppress(peer, afi, safi, AVS_MAP_DENY);
}

/* an address family in which a role neighbour must hear and say nothing */
static void silence(struct avs_instance *inst, struct peer *peer, afi_t afi, safi_t safi)
{
	attach(peer, afi, safi, RMAP_OUT, AVS_MAP_DENY);
	close_beside(inst, peer, afi, safi);
	attach(peer, afi, safi, RMAP_IN, AVS_MAP_DENY);
}

/* the out slot first: it closes; the in slot last: it asks the peer for a refresh */
static void hold_unicast(struct avs_instance *inst, struct peer *peer, const struct slots *slots)
{
	attach(peer, AFI_IP, SAFI_UNICAST, RMAP_OUT, slots->out);
	/* before default-originate ends: ours takes its place */
	attach_unsuppress(peer, AFI_IP, SAFI_UNICAST, slots->orig);
	clear_default_originate(inst, peer, AFI_IP, SAFI_UNICAST);
	clear_advertise_map(inst, peer, AFI_IP, SAFI_UNICAST);
	clear_flags(inst, peer, AFI_IP, SAFI_UNICAST);
	clear_holding_back(inst, peer, AFI_IP, SAFI_UNICAST);
	attach(peer, AFI_IP, SAFI_UNICAST, RMAP_IN, slots->in);
}

static const struct slots closed_slots = {
	.in = AVS_MAP_DENY,
	.out = AVS_MAP_DENY,
	.orig = AVS_MAP_DENY,
};

static void audit_role(struct avs_instance *inst, struct peer *peer, const struct slots *slots)
{
	afi_t afi;
	safi_t safi;

	FOREACH_AFI_SAFI (afi, safi) {
		clear_soo(inst, peer, afi, safi);
		if (afi == AFI_IP && safi == SAFI_UNICAST)
			hold_unicast(inst, peer, slots);
		/* filters of inactive families would be printed in the configuration */
		else if (peer->afc[afi][safi])
			silence(inst, peer, afi, safi);
	}
}

static bool has_out_policy(const struct peer *peer, afi_t afi, safi_t safi)
{
	const struct bgp_filter *filter = &peer->filter[afi][safi];

	return filter->map[RMAP_OUT].name || filter->plist[FILTER_OUT].name ||
	       filter->aslist[FILTER_OUT].name || filter->dlist[FILTER_OUT].name;
}

bool avs_guard_has_out_policy(const struct peer *peer)
{
	return has_out_policy(peer, AFI_IP, SAFI_UNICAST);
}

bool avs_guard_is_silent(const struct peer *peer)
{
	const char *name = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_OUT].name;

	return name && strmatch(name, AVS_MAP_DENY);
}

/* an eBGP neighbour of AS 65515 that bgpd alone would tell everything, policy or not */
static bool is_open(const struct peer *peer)
{
	return peer->as == AVS_AS_ROUTE_SERVER && peer->sort == BGP_PEER_EBGP &&
	       peer->afc[AFI_IP][SAFI_UNICAST] && !avs_guard_has_out_policy(peer);
}

/* a route server is in shadow; set anew by each audit */
static bool adopting;

static bool foreign(const char *name)
{
	return name && avs_guard_map_reserved(name) && !strmatch(name, AVS_MAP_DENY);
}

/* owned maps where nothing is to be owned: left over from a role, or stolen */
static void deny_foreign_out(struct peer *peer)
{
	struct bgp_filter *filter;
	afi_t afi;
	safi_t safi;

	FOREACH_AFI_SAFI (afi, safi) {
		filter = &peer->filter[afi][safi];
		if (foreign(filter->map[RMAP_OUT].name))
			attach(peer, afi, safi, RMAP_OUT, AVS_MAP_DENY);
		if (foreign(filter->usmap.name))
			attach_unsuppress(peer, afi, safi, AVS_MAP_DENY);
	}
}

static void deny_foreign_in(struct peer *peer)
{
	afi_t afi;
	safi_t safi;

	FOREACH_AFI_SAFI (afi, safi)
		if (foreign(peer->filter[afi][safi].map[RMAP_IN].name))
			attach(peer, afi, safi, RMAP_IN, AVS_MAP_DENY);
}

/*
 * An azure-edge neighbour is told what the user's policy says; only what it tells passes the
 * module.  Labeled routes would land in the same table.
 */
static void audit_edge(struct avs_instance *inst, struct peer *peer,
		       const struct avs_edge_config *edge)
{
	const char *now = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	char name[AVS_NAME_MAX + 1], map[AVS_MAP_NAME_MAX];

	avs_azure_edge_name(&edge->neighbor, name, sizeof(name));
	avs_guard_map_name(AVS_SLOT_IN, inst, name, map, sizeof(map));
	if (now && !avs_guard_map_reserved(now) && (!edge->map_in || !strmatch(now, edge->map_in)))
		zlog_warn(
			"AVS: route-map %s is not the in-map of azure-edge neighbor %s any more; to have it called: avs azure-edge route-map %s %s in",
			now, peer->host, peer->host, now);
	deny_foreign_out(peer);
	attach(peer, AFI_IP, SAFI_UNICAST, RMAP_IN, map);
	if (peer->afc[AFI_IP][SAFI_LABELED_UNICAST])
		attach(peer, AFI_IP, SAFI_LABELED_UNICAST, RMAP_IN, AVS_MAP_DENY);
}

/* It was an azure-edge neighbour: its in-map is the user's own again.  False: it was not. */
static bool give_back(const struct avs_instance *inst, struct peer *peer)
{
	const char *now = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));
	char name[AVS_NAME_MAX + 1], map[AVS_MAP_NAME_MAX];
	const char *user;

	if (!inst || !now)
		return false;
	avs_azure_edge_name(&address, name, sizeof(name));
	avs_guard_map_name(AVS_SLOT_IN, inst, name, map, sizeof(map));
	if (!strmatch(now, map) || !route_map_lookup_by_name(map))
		return false;
	user = avs_guard_called_by(map);
	if (user)
		peer_route_map_set(peer, AFI_IP, SAFI_UNICAST, RMAP_IN, user,
				   route_map_lookup_by_name(user));
	else
		peer_route_map_unset(peer, AFI_IP, SAFI_UNICAST, RMAP_IN);
	now = peer->filter[AFI_IP][SAFI_LABELED_UNICAST].map[RMAP_IN].name;
	if (now && strmatch(now, AVS_MAP_DENY))
		peer_route_map_unset(peer, AFI_IP, SAFI_LABELED_UNICAST, RMAP_IN);
	return true;
}

/*
 * A closed neighbour without a role stays closed: where a map of ours denies, nothing leaves
 * beside it, and a Route Server that is closed is so in every address family.
 */
static void keep_closed(struct avs_instance *inst, struct peer *peer)
{
	bool azure = peer->as == AVS_AS_ROUTE_SERVER && avs_guard_is_silent(peer);
	const char *name;
	afi_t afi;
	safi_t safi;

	FOREACH_AFI_SAFI (afi, safi) {
		/* filters of inactive families would be printed in the configuration */
		if (!peer->afc[afi][safi])
			continue;
		if (azure && !has_out_policy(peer, afi, safi))
			attach(peer, afi, safi, RMAP_OUT, AVS_MAP_DENY);
		name = peer->filter[afi][safi].map[RMAP_OUT].name;
		if (name && avs_guard_map_reserved(name))
			close_beside(inst, peer, afi, safi);
	}
}

/* the last avs line is gone, and nobody is audited any more */
static void give_back_all(void)
{
	struct listnode *node, *next, *inner;
	struct bgp *bgp;
	struct peer *peer;

	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, bgp))
		for (ALL_LIST_ELEMENTS(bgp->peer, inner, next, peer))
			if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) &&
			    !avs_instance_dying(bgp)) {
				give_back(avs_instance_find(bgp), peer);
				keep_closed(avs_instance_find(bgp), peer);
			}
}

/*
 * A neighbour without a role.  An owned map in its slots is left over from a
 * role, or stolen: it would get what another neighbour is to get.  And a
 * neighbour of AS 65515 that nobody gave a policy is most likely a Route
 * Server whose avs line is still to come; it is left alone while an appliance
 * that works is being adopted.
 */
static void audit_stranger(struct avs_instance *inst, struct peer *peer)
{
	deny_foreign_out(peer);
	if (!give_back(inst, peer))
		deny_foreign_in(peer);
	if (is_open(peer) && !adopting) {
		attach(peer, AFI_IP, SAFI_UNICAST, RMAP_OUT, AVS_MAP_DENY);
		zlog_warn(
			"AVS: neighbor %s of AS %u has neither a role nor a policy: it is told nothing (avs route-server NAME neighbor %s)",
			peer->host, peer->as, peer->host);
	}
	keep_closed(inst, peer);
}

/* does an instance of the same VRF (a view shares it) hold a role for this address? */
static bool role_elsewhere(const struct peer *peer)
{
	struct listnode *node;
	struct bgp *bgp;
	bool conflict;

	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, bgp)) {
		const struct avs_instance *inst = avs_instance_find(bgp);

		if (inst && bgp != peer->bgp && bgp->vrf_id == peer->bgp->vrf_id &&
		    avs_instance_role(inst, peer, &conflict) != AVS_RS_NONE)
			return true;
	}
	return false;
}

static void audit_peer(struct avs_instance *inst, struct peer *peer)
{
	const struct avs_config *config = avs_instance_effective(inst);
	char in[AVS_MAP_NAME_MAX], out[AVS_MAP_NAME_MAX], orig[AVS_MAP_NAME_MAX];
	struct slots slots = {.in = AVS_MAP_DENY, .out = AVS_MAP_DENY, .orig = AVS_MAP_DENY};
	const struct avs_edge_config *edge;
	bool conflict = false;
	unsigned int rs;

	rs = avs_instance_role(inst, peer, &conflict);
	if (rs == AVS_RS_NONE) {
		edge = avs_azure_edge_of(inst, peer);
		if (edge)
			audit_edge(inst, peer, edge);
		else
			audit_stranger(inst, peer);
		return;
	}
	/* its own policy stays, and so does an owned map that was there before */
	if (!conflict && config->rs[rs].guard == AVS_GUARD_SHADOW)
		return;
	/* before a plan can ask what is known of it */
	if (!conflict)
		avs_reach_attach(
			inst, peer, config->rs[rs].name,
			avs_guard_map_name(AVS_SLOT_IN, inst, config->rs[rs].name, in, sizeof(in)));
	if (!conflict && avs_instance_role_known(inst, peer, config->rs[rs].name)) {
		const char *name = config->rs[rs].name;

		slots.in = avs_guard_map_name(AVS_SLOT_IN, inst, name, in, sizeof(in));
		slots.out = avs_guard_map_name(AVS_SLOT_OUT, inst, name, out, sizeof(out));
		slots.orig = avs_guard_map_name(AVS_SLOT_ORIG, inst, name, orig, sizeof(orig));
		if (avs_instance_neighbor_waits(inst, peer, name)) {
			slots.orig = AVS_MAP_DENY;
			/* what is not filtered does not wait, but for what is originated */
			if (config->rs[rs].guard == AVS_GUARD_ENFORCE)
				slots.out = AVS_MAP_DENY;
		}
	}
	audit_role(inst, peer, &slots);
}

/* setters can call peer_status_changed, which calls us */
static bool auditing;

/* something that leaves by us, which no line asks for any more? */
static bool announces(const struct avs_plan *plan)
{
	for (size_t i = 0; plan && i < plan->count; i++)
		if (avs_reason_permits(plan->entries[i].reason) &&
		    plan->config->rs[plan->entries[i].rs].guard != AVS_GUARD_SHADOW)
			return true;
	return false;
}

/* an instance that has, or had a moment ago, something to do with Azure */
static bool in_use(const struct avs_instance *inst)
{
	const struct avs_config *effective = avs_instance_effective(inst);

	return avs_instance_config(inst) || effective->rs_count || effective->edge_count ||
	       announces(avs_instance_plan(inst));
}

static void audit_bgp(struct bgp *bgp)
{
	struct avs_instance *inst = avs_instance_find(bgp);
	bool lost = avs_nb_lost(bgp->name ? bgp->name : VRF_DEFAULT_NAME);
	struct listnode *node, *next;
	struct peer *peer;

	/* its peers are being taken apart */
	if (avs_instance_dying(bgp))
		return;
	for (ALL_LIST_ELEMENTS(bgp->peer, node, next, peer)) {
		if (CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP))
			continue;
		if (lost && peer->as == AVS_AS_ROUTE_SERVER)
			audit_role(NULL, peer, &closed_slots);
		else if (inst && in_use(inst))
			audit_peer(inst, peer);
		else if (role_elsewhere(peer))
			audit_role(NULL, peer, &closed_slots);
		else
			audit_stranger(inst, peer);
	}
	if (inst)
		avs_instance_recheck(inst);
}

static void count_in_use(struct avs_instance *inst, void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int *count = arg;

	*count += in_use(inst);
	for (size_t i = 0; i < config->rs_count; i++)
		adopting |= config->rs[i].guard == AVS_GUARD_SHADOW;
}

const struct peer *avs_guard_closed_by_first_line(void)
{
	struct listnode *node, *next;
	unsigned int count = 0;
	struct peer *peer;
	struct bgp *bgp;

	if (!avs_module_active())
		return NULL;
	avs_instance_each(count_in_use, &count);
	if (count)
		return NULL;
	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, bgp))
		for (ALL_LIST_ELEMENTS_RO(bgp->peer, next, peer))
			if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) && is_open(peer) &&
			    avs_peer_up(peer) && avs_adj_out_count(peer))
				return peer;
	return NULL;
}

/*
 * Another layout: nothing of bgpd may be read.  These two calls are given
 * names and addresses only; an undefined map denies.
 */
static void deny_blindly(struct avs_instance *inst, void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);

	for (size_t i = 0; i < config->rs_count; i++)
		for (size_t n = 0; n < config->rs[i].neighbor_count; n++) {
			struct peer *peer = avs_session_peer(avs_instance_bgp(inst),
							     &config->rs[i].neighbors[n]);

			if (peer)
				peer_route_map_set(peer, AFI_IP, SAFI_UNICAST, RMAP_OUT,
						   AVS_MAP_DENY, NULL);
		}
	for (size_t i = 0; i < config->edge_count; i++) {
		struct peer *peer =
			avs_session_peer(avs_instance_bgp(inst), &config->edges[i].neighbor);

		if (peer && config->edges[i].role)
			peer_route_map_set(peer, AFI_IP, SAFI_UNICAST, RMAP_IN, AVS_MAP_DENY, NULL);
	}
}

void avs_guard_audit(void)
{
	struct listnode *node, *next;
	struct bgp *bgp;
	unsigned int count = 0;

	if (auditing)
		return;
	auditing = true;
	if (!avs_module_active()) {
		avs_instance_each(deny_blindly, NULL);
	} else {
		/* lines without an instance: a lock was in the way when it was made */
		for (ALL_LIST_ELEMENTS(bm->bgp, node, next, bgp)) {
			/* a view may be called "default"; it has no lines */
			if (bgp->name && strmatch(bgp->name, VRF_DEFAULT_NAME))
				continue;
			if (!avs_instance_find(bgp) && !avs_instance_dying(bgp))
				avs_nb_adopt(bgp->name ? bgp->name : VRF_DEFAULT_NAME);
			count += avs_nb_lost(bgp->name ? bgp->name : VRF_DEFAULT_NAME);
		}
		adopting = false;
		avs_instance_each(count_in_use, &count);
		if (count) {
			avs_guard_deny_map();
			for (ALL_LIST_ELEMENTS(bm->bgp, node, next, bgp))
				audit_bgp(bgp);
		} else {
			give_back_all();
		}
	}
	auditing = false;
}

void avs_guard_announce_peer(struct peer *peer)
{
	bgp_announce_route(peer, AFI_IP, SAFI_UNICAST, false);
}

static void announce_peer(struct avs_instance *inst, struct peer *peer)
{
	bool conflict;

	if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) && avs_peer_up(peer) &&
	    avs_instance_role(inst, peer, &conflict) != AVS_RS_NONE) {
		avs_guard_announce_peer(peer);
		avs_audit_out_watch(avs_instance_audit_out(inst));
	}
}

void avs_guard_announce(struct avs_instance *inst)
{
	struct listnode *node, *next;
	struct peer *peer;

	if (!avs_module_active())
		return;
	for (ALL_LIST_ELEMENTS(avs_instance_bgp(inst)->peer, node, next, peer))
		announce_peer(inst, peer);
}

void avs_guard_announce_rs(struct avs_instance *inst, const char *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);
	struct listnode *node, *next;
	struct peer *peer;
	bool conflict;

	if (!avs_module_active())
		return;
	for (ALL_LIST_ELEMENTS(avs_instance_bgp(inst)->peer, node, next, peer)) {
		unsigned int role = avs_instance_role(inst, peer, &conflict);

		if (role != AVS_RS_NONE && strmatch(config->rs[role].name, rs))
			announce_peer(inst, peer);
	}
}

void avs_guard_refresh_peer(struct peer *peer)
{
	peer_clear_soft(peer, AFI_IP, SAFI_UNICAST, BGP_CLEAR_SOFT_IN);
}

void avs_guard_refresh_in(struct avs_instance *inst, unsigned int rs)
{
	struct listnode *node, *next;
	struct peer *peer;
	bool conflict;

	for (ALL_LIST_ELEMENTS(avs_instance_bgp(inst)->peer, node, next, peer))
		if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) && avs_peer_up(peer) &&
		    avs_instance_role(inst, peer, &conflict) == rs)
			avs_guard_refresh_peer(peer);
}

void avs_guard_configured(struct avs_instance *inst)
{
	bool out_changed;

	if (!avs_module_active()) {
		avs_guard_audit();
		return;
	}
	out_changed = avs_guard_build(inst);
	avs_guard_audit();
	if (out_changed)
		avs_instance_mark_maps(inst, 0);
}

/* does the audit put our maps into its slots? */
static bool guarded(const struct avs_instance *inst, const struct peer *peer)
{
	bool conflict;
	unsigned int rs = avs_instance_role(inst, peer, &conflict);

	return rs != AVS_RS_NONE &&
	       (conflict || avs_instance_effective(inst)->rs[rs].guard != AVS_GUARD_SHADOW);
}

const char *avs_guard_foreign_unsuppress(const struct bgp *bgp)
{
	const struct avs_instance *inst = avs_instance_find(bgp);
	struct listnode *node;
	struct peer *peer;
	struct peer_group *group;
	safi_t safis[] = {SAFI_UNICAST, SAFI_LABELED_UNICAST};

	for (unsigned int i = 0; i < array_size(safis); i++) {
		safi_t safi = safis[i];

		for (ALL_LIST_ELEMENTS_RO(bgp->peer, node, peer)) {
			const char *name = peer->filter[AFI_IP][safi].usmap.name;

			if (name && !avs_guard_map_reserved(name) && !guarded(inst, peer))
				return peer->host;
		}
		/* members have it in their own slots; only future ones do not */
		for (ALL_LIST_ELEMENTS_RO(bgp->group, node, group))
			if (group->conf->filter[AFI_IP][safi].usmap.name &&
			    (listcount(group->listen_range[AFI_IP]) ||
			     listcount(group->listen_range[AFI_IP6])))
				return group->name;
	}
	return NULL;
}
