/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one room that walks or changes bgpd's tables.
 *
 * Facts come out (RIB -> core input), the plan goes in (originated paths,
 * pushes to update groups).  Nobody else calls bgp_process() and its kin.
 */
#ifndef _AVS_RIB_H
#define _AVS_RIB_H

#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/core/avs_classify.h"

struct attr;
struct bgp_dest;
struct bgp_path_info;
struct update_subgroup;

/* sub_type of our paths: none of bgpd's, so nobody else finds or owns them */
#define AVS_ROUTE_SUBTYPE 0x61

/* true for a path that this module originated */
bool avs_rib_is_ours(const struct bgp_path_info *pi);

/*
 * The fact of one prefix from bgpd's IPv4 unicast table, our own paths left
 * out, as measured: segment-memory is the caller's.  False when nothing is there.
 */
bool avs_rib_fact(const struct avs_instance *inst, const struct avs_config *config,
		  const struct avs_prefix *prefix, struct avs_fact *fact);
/* the same answer, without the fact */
bool avs_rib_known(struct bgp *bgp, const struct avs_prefix *prefix);

/* what one path of a neighbour is (peer and attr are read), as the plan takes it */
struct avs_verdict_class avs_rib_class(const struct avs_instance *inst, const struct prefix *prefix,
				       const struct bgp_path_info *pi);
/* Is it the other appliance's, which counts for nothing (avs sibling)? */
bool avs_rib_is_sibling(const struct avs_instance *inst, const struct prefix *prefix,
			const struct bgp_path_info *pi);
/*
 * Rule 8: does the next hop of this path not resolve over the interface that is declared
 * for its neighbour?  False where none is; true where it is not known.
 */
bool avs_rib_off_interface(const struct avs_instance *inst, const struct avs_config *config,
			   const struct bgp_path_info *pi);
/* the same of what bgpd forwards by: the best path, and those that share traffic with it */
bool avs_rib_forwards_off(const struct avs_instance *inst, const struct avs_config *config,
			  const struct bgp_path_info *best);
/* the destination of a prefix, locked, or NULL */
struct bgp_dest *avs_rib_dest(struct bgp *bgp, const struct avs_prefix *prefix);
/* best path or NULL */
struct bgp_path_info *avs_rib_selected(struct bgp_dest *dest);
/* segment, site and reason of the paths of one prefix, one call per path */
typedef void (*avs_rib_path_cb)(const struct bgp_path_info *pi, const char *neighbor,
				enum avs_segment segment, const char *site, enum avs_why why,
				bool best, void *arg);
void avs_rib_classify(const struct avs_instance *inst, const struct avs_prefix *prefix,
		      avs_rib_path_cb func, void *arg);

/*
 * Walk of the whole table in slices, to build or verify facts.
 * begin, then next until it returns true (done); end at any time.
 */
struct avs_rib_walk;
struct avs_rib_walk *avs_rib_walk_begin(struct bgp *bgp);
bool avs_rib_walk_next(struct avs_rib_walk *walk, unsigned int slice,
		       void (*func)(const struct prefix *prefix, struct bgp_dest *dest, void *arg),
		       void *arg);
/* the same, destinations without a path too: something may have been announced of them */
bool avs_rib_walk_every(struct avs_rib_walk *walk, unsigned int slice,
			void (*func)(const struct prefix *prefix, struct bgp_dest *dest, void *arg),
			void *arg);
void avs_rib_walk_end(struct avs_rib_walk *walk);
/* does func say so of any path of a more specific prefix?  O(what is below), until it does */
bool avs_rib_any_below(struct bgp_dest *dest,
		       bool (*func)(const struct bgp_path_info *pi, void *arg), void *arg);
/* as avs_rib_fact() for a dest that the walk found */
bool avs_rib_dest_fact(const struct avs_instance *inst, const struct avs_config *config,
		       struct bgp_dest *dest, struct avs_fact *fact);

/* does one of the `when-present` conditions on BGP hold? */
bool avs_rib_condition(const struct avs_instance *inst, const struct avs_condition *cond);

/* put a suppressed path of our own into the table, or renew it; idempotent */
void avs_rib_originate(struct bgp *bgp, const struct avs_prefix *prefix);
/* take it out again; idempotent */
void avs_rib_retire(struct bgp *bgp, const struct avs_prefix *prefix);
/* best path selection for this prefix is still queued */
bool avs_rib_pending(struct bgp *bgp, const struct avs_prefix *prefix);
/* let every update group evaluate this prefix again; duplicates are suppressed by bgpd */
void avs_rib_push(struct bgp *bgp, const struct avs_prefix *prefix);
/* withdraw from an update subgroup what it was told, whatever its policy says */
void avs_rib_untell(struct update_subgroup *subgrp, struct bgp_dest *dest, uint32_t addpath_tx_id);
/* version of the table: moves with every change of a best path */
uint64_t avs_rib_version(struct bgp *bgp);

/*
 * What the guard would say about this prefix toward a route server, as bgpd
 * would ask it.  source (may be NULL on return): who gave the best path.
 */
enum avs_reason avs_rib_verdict(const struct avs_instance *inst, const char *rs,
				const struct avs_prefix *prefix, const struct peer **source);
/* the same on behalf of one neighbour; NULL: what a session must be like is not asked */
enum avs_reason avs_rib_verdict_peer(const struct avs_instance *inst, const char *rs,
				     struct peer *peer, const struct avs_prefix *prefix,
				     const struct peer **source);

/*
 * Would a copy of our paths leave this instance without their mark (VRF
 * import, VPN or EVPN export)?
 */
bool avs_rib_exports(const struct bgp *bgp);

/* install the hooks that mark prefixes */
void avs_rib_init(void);

#endif /* _AVS_RIB_H */
