/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that knows how releases of FRR differ, with avs_compat_lib.h for
 * rooms that know no bgpd.
 *
 * Purpose: every call whose prototype or behaviour changes between releases
 * is made through a function of this file, written so that it is right on
 * all of them where that is possible.  AVS_FRR_RELEASE comes from configure:
 * 80404 is 8.4.4.
 *
 * Behaviour that the compiler cannot see:
 *  - bgp_attr_default_set() stops setting the NEXT_HOP flag in 10.7, so it is
 *    set here for IPv4, always (an UPDATE without NEXT_HOP is dropped by the
 *    receiver, and no test on the sender notices);
 *  - the path of an out-map carries its source in 10.x (path->from) and not in
 *    8.4.4; the source is therefore always the SELECTED path of the dest.
 */
#ifndef _AVS_COMPAT_H
#define _AVS_COMPAT_H

#include "bgpd/bgpd.h"
#include "bgpd/bgp_advertise.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_attr.h"
#include "bgpd/bgp_fsm.h"
#include "bgpd/bgp_route.h"
#include "bgpd/bgp_table.h"
#include "bgpd/bgp_updgrp.h"

#include "hash.h"
#include "lib/version.h"
#include "bgpd_avs/avs_compat_lib.h"
#if AVS_FRR_10
#include "frrevent.h"
#else
#include "thread.h"
#endif

/* the release this module was built for; a test variant builds another one in */
#ifndef AVS_FRR_VERSION
#define AVS_FRR_VERSION FRR_VERSION
#endif
/* test variant: pretend that bgpd's structs have other sizes */
#ifndef AVS_LAYOUT_SKEW
#define AVS_LAYOUT_SKEW 0
#endif

/* argument of frr_early_init, frr_late_init, frr_config_post */
#if AVS_FRR_10
typedef struct event_loop avs_loop_t;
typedef struct event avs_event_t;

#define AVS_EVENT_ARG(event) EVENT_ARG(event)
#else
typedef struct thread_master avs_loop_t;
typedef struct thread avs_event_t;

#define AVS_EVENT_ARG(event) THREAD_ARG(event)
#endif

/* the peer can be asked for its routes again (RFC 2918) */
#if AVS_FRR_10
#define AVS_CAP_REFRESH_RCV PEER_CAP_REFRESH_RCV
#else
#define AVS_CAP_REFRESH_RCV (PEER_CAP_REFRESH_OLD_RCV | PEER_CAP_REFRESH_NEW_RCV)
#endif

/*
 * Macros, not functions: libfrr names an event by the text of the argument, and that name is
 * what `show thread cpu` (`show event cpu`) and its warnings about slow events tell.
 */
#if AVS_FRR_10
#define avs_event_timer_msec(func, arg, msec, ref)                                                 \
	event_add_timer_msec(bm->master, func, arg, msec, ref)
#define avs_event_soon(func, arg, ref) event_add_event(bm->master, func, arg, 0, ref)
#define avs_event_read(func, arg, fd, ref) event_add_read(bm->master, func, arg, fd, ref)
#define avs_event_write(func, arg, fd, ref) event_add_write(bm->master, func, arg, fd, ref)
#else
#define avs_event_timer_msec(func, arg, msec, ref)                                                 \
	thread_add_timer_msec(bm->master, func, arg, msec, ref)
#define avs_event_soon(func, arg, ref) thread_add_event(bm->master, func, arg, 0, ref)
#define avs_event_read(func, arg, fd, ref) thread_add_read(bm->master, func, arg, fd, ref)
#define avs_event_write(func, arg, fd, ref) thread_add_write(bm->master, func, arg, fd, ref)
#endif

static inline void avs_event_off(avs_event_t **ref)
{
#if AVS_FRR_10
	event_cancel(ref);
#else
	thread_cancel(ref);
#endif
}

static inline long avs_event_left_msec(avs_event_t *event)
{
#if AVS_FRR_10
	return event ? (long)event_timer_remain_msec(event) : 0;
#else
	return event ? (long)thread_timer_remain_msec(event) : 0;
#endif
}

static inline void avs_compat_process(struct bgp *bgp, struct bgp_dest *dest,
				      struct bgp_path_info *pi, afi_t afi, safi_t safi)
{
#if AVS_FRR_10
	bgp_process(bgp, dest, pi, afi, safi);
#else
	bgp_process(bgp, dest, afi, safi);
#endif
}

/* the path goes away when bgp_process has looked at the dest */
static inline void avs_compat_path_delete(struct bgp_dest *dest, struct bgp_path_info *pi)
{
#if AVS_FRR_10_7
	bgp_path_info_mark_for_delete(dest, pi);
#else
	bgp_path_info_delete(dest, pi);
#endif
}

/*
 * Have func called with every change of a best path, whatever its cause.  8.4.4 has
 * no such hook, and there next-hop tracking changes best paths unseen.
 */
typedef int (*avs_best_path_hook)(struct bgp *, afi_t, safi_t, struct bgp_dest *,
				  struct bgp_path_info *, struct bgp_path_info *);

static inline void avs_compat_on_best_path(avs_best_path_hook func)
{
#if AVS_FRR_10
	hook_register(bgp_route_update, func);
#endif
}

/* attributes of a locally originated IPv4 path; the caller interns them */
static inline void avs_compat_attr_default(struct attr *attr, struct bgp *bgp, uint8_t origin)
{
	bgp_attr_default_set(attr, bgp, origin);
	attr->flag |= ATTR_FLAG_BIT(BGP_ATTR_NEXT_HOP);
	attr->mp_nexthop_len = BGP_ATTR_NHLEN_IPV4;
}

/*
 * Forget what no action of a route-map makes, in a copy of an attribute whose parts
 * the original still uses: bgp_attr_flush() of the copy must free none of it.
 */
static inline void avs_compat_attr_forget(struct attr *copy)
{
	copy->encap_subtlvs = NULL;
#ifdef ENABLE_BGP_VNC
	bgp_attr_set_vnc_subtlvs(copy, NULL);
#endif
#if AVS_FRR_10_7
	/* shared with the original: no setter may be asked */
	copy->extra = NULL;
#else
	copy->srv6_l3vpn = NULL;
	copy->srv6_vpn = NULL;
#if AVS_FRR_10
	bgp_attr_set_evpn_overlay(copy, NULL);
#endif
#endif
}

static inline struct aspath *avs_compat_aspath(const char *text)
{
#if AVS_FRR_10
	return aspath_str2aspath(text, ASNOTATION_PLAIN);
#else
	return aspath_str2aspath(text);
#endif
}

/*
 * Whose path is it that bgp_snmp_update_stats tells the end of?  Since 10 the hook runs while
 * other paths are off the list, and before this one is freed; in 8.4.4 it is the other way round.
 */
static inline const struct peer *avs_compat_reaped_peer(const struct bgp_path_info *pi)
{
#if AVS_FRR_10
	return pi->peer;
#else
	(void)pi;
	return NULL;
#endif
}

/* ---- Adj-RIB-Out ------------------------------------------------------- */

/* withdraw what a subgroup was told, if it was told */
static inline void avs_compat_adj_out_unset(struct bgp_dest *dest, struct update_subgroup *subgrp,
					    uint32_t addpath_tx_id)
{
#if AVS_FRR_10_7
	bgp_adj_out_unset_subgroup(dest, subgrp, addpath_tx_id);
#else
	bgp_adj_out_unset_subgroup(dest, subgrp, 1, addpath_tx_id);
#endif
}

/* the attributes of an entry were changed: nothing is suppressed as their duplicate */
static inline void avs_compat_adj_forget_hash(struct bgp_adj_out *adj)
{
#if !AVS_FRR_10_7
	adj->attr_hash = 0;
#else
	(void)adj; /* compares attributes */
#endif
}

/* what bgpd does for one subgroup when the best path of a dest changes; pi may be NULL */
static inline void avs_compat_announce_selected(struct update_subgroup *subgrp,
						struct bgp_path_info *pi, struct bgp_dest *dest,
						uint32_t addpath_tx_id)
{
#if AVS_FRR_10
	subgroup_process_announce_selected(subgrp, pi, dest, SUBGRP_AFI(subgrp),
					   SUBGRP_SAFI(subgrp), addpath_tx_id);
#else
	subgroup_process_announce_selected(subgrp, pi, dest, addpath_tx_id);
#endif
}

/* ---- neighbours: 10.x keeps what belongs to the transport elsewhere ------ */

static inline bool avs_peer_up(const struct peer *peer)
{
#if AVS_FRR_10
	return peer_established(peer->connection);
#else
	return peer_established((struct peer *)peer);
#endif
}

static inline enum bgp_fsm_status avs_peer_status(const struct peer *peer)
{
#if AVS_FRR_10
	return peer->connection->status;
#else
	return (enum bgp_fsm_status)peer->status;
#endif
}

static inline const union sockunion *avs_peer_remote(const struct peer *peer)
{
#if AVS_FRR_10
	return &peer->connection->su;
#else
	return &peer->su;
#endif
}

/*
 * The configured (or accepted by a listen range) neighbour with this address; NULL: none.
 * It is what peer_lookup() finds, in bgpd's own hash; but that one clears a whole struct peer
 * for its key, which is 740 kB.
 */
static inline struct peer *avs_compat_peer_find(const struct bgp *bgp, const union sockunion *su)
{
#if AVS_FRR_10_7
	const struct hash *hash = bgp->connectionhash;
#else
	const struct hash *hash = bgp->peerhash;
#endif
	unsigned int key = sockunion_hash(su);

	for (const struct hash_bucket *b = hash->index[key & (hash->size - 1)]; b; b = b->next) {
#if AVS_FRR_10_7
		struct peer *peer = ((struct peer_connection *)b->data)->peer;
#else
		struct peer *peer = b->data;
#endif

		if (b->key == key && CHECK_FLAG(peer->flags, PEER_FLAG_CONFIG_NODE) &&
		    sockunion_same(avs_peer_remote(peer), su))
			return peer;
	}
	return NULL;
}

/* NULL: no connection */
static inline const union sockunion *avs_peer_local(const struct peer *peer)
{
#if AVS_FRR_10
	return peer->connection->su_local;
#else
	return peer->su_local;
#endif
}

/* `sender-as-path-loop-detection` is over; false: it was not there */
static inline bool avs_compat_end_loop_detection(struct peer *peer)
{
#if AVS_FRR_10
	bool on = CHECK_FLAG(peer->flags, PEER_FLAG_AS_LOOP_DETECTION);

	UNSET_FLAG(peer->flags, PEER_FLAG_AS_LOOP_DETECTION);
	UNSET_FLAG(peer->flags_override, PEER_FLAG_AS_LOOP_DETECTION);
#else
	bool on = peer->as_path_loop_detection;

	peer->as_path_loop_detection = false;
#endif
	return on;
}

/* an attribute that makes a withdrawal of each UPDATE that has it; 0: none does */
static inline unsigned int avs_compat_withdraws(const struct peer *peer)
{
#if AVS_FRR_10
	for (unsigned int i = 1; i <= BGP_ATTR_MAX; i++)
		if (peer->withdraw_attrs[i])
			return i;
#endif
	return 0;
}

/* by a line: in 10.7 it is what bgpd does unasked */
static inline bool avs_compat_rejects_as_sets(const struct bgp *bgp)
{
#if AVS_FRR_10_7
	return false;
#else
	return bgp->reject_as_sets;
#endif
}

#endif /* _AVS_COMPAT_H */
