// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one room that walks or changes bgpd's tables.
 *
 * Purpose: facts out, plan in.
 *
 * Origination.  An originated prefix is a path of our own sub-type that stays
 * suppressed: its list of aggregate suppressors holds a cookie of ours, so
 * bgpd's announce path refuses it for every neighbour, address family and
 * feature, but for neighbours with an unsuppress-map, and those carry a map of
 * the guard.  bgpd compares suppressors by address, so no aggregate of
 * the user can remove the cookie.
 *
 * The path has weight 0 and local preference 0: any learned path of the same
 * prefix is better the moment it is valid, and the kernel keeps (or gets) the
 * learned route; announcing it instead is the plan's business.  bgpd never
 * installs an unknown sub-type.  BGP_NODE_FIB_INSTALLED tells
 * `bgp suppress-fib-pending` not to wait for an installation that never comes.
 *
 * It counts as contributor of the user's aggregates (increment, decrement),
 * because bgpd's own walks of the table count it, and an uneven count would
 * keep an aggregate for ever.  So an aggregate of the user that has no other
 * contributor is announced by stock bgpd, to whom the user's policy lets it
 * go; conditional announcements of others see the path as well.
 *
 * Learning of changes.  bgp_process is called for received paths,
 * bgp_snmp_update_stats for every path that comes or is reaped; neither tells
 * what it is now, so both mark the prefix and the replan reads it.  Next-hop
 * tracking calls neither: avs_replan.c watches the table's version, and where
 * bgpd has a hook for best paths that change, it marks the prefix at once.
 *
 * Complexity: a fact is O(paths of the prefix * AS numbers).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "monotime.h"
#include "plist.h"
#include "prefix.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_filter.h"
#include "bgpd/bgp_fsm.h"
#include "bgpd/bgp_updgrp.h"
#ifdef ENABLE_BGP_VNC
#include "bgpd/rfapi/bgp_rfapi_cfg.h"
#endif

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_nexthop.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_recall.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_seen.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_tag.h"

DEFINE_MTYPE_STATIC(AVS, AVS_WALK, "AVS table walk");

/* longest AS path that is looked at; a longer one is opaque */
#define AS_MAX 255

/* its address is the suppressor of our paths */
static char suppressor;

bool avs_rib_is_ours(const struct bgp_path_info *pi)
{
	return pi->type == ZEBRA_ROUTE_BGP && pi->sub_type == AVS_ROUTE_SUBTYPE;
}

static struct bgp_table *rib(struct bgp *bgp)
{
	return bgp->rib[AFI_IP][SAFI_UNICAST];
}

struct bgp_dest *avs_rib_dest(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct prefix p = avs_to_prefix(prefix);

	if (p.family != AF_INET)
		return NULL;
	return bgp_node_lookup(rib(bgp), &p);
}

/* ---- facts ------------------------------------------------------------- */

/* AS numbers of a path, nearest first; false: there is more, which is no AS_SEQUENCE that fits */
static bool as_numbers(const struct aspath *aspath, uint32_t *asns, size_t *count)
{
	*count = 0;
	for (struct assegment *seg = aspath ? aspath->segments : NULL; seg; seg = seg->next) {
		if (seg->type != AS_SEQUENCE || *count + seg->length > AS_MAX)
			return false;
		for (unsigned int i = 0; i < seg->length; i++)
			asns[(*count)++] = seg->as[i];
	}
	return true;
}

/* what a segment line with a list asks */
struct list_ctx {
	struct prefix prefix;
	struct aspath *aspath;
};

static bool list_matches(const struct avs_segment_rule *rule, void *arg)
{
	struct list_ctx *ctx = arg;
	struct prefix_list *plist;
	struct as_list *aslist;

	if (rule->type == AVS_RULE_PREFIX_LIST) {
		plist = prefix_list_lookup(AFI_IP, rule->list);
		return plist && prefix_list_apply(plist, &ctx->prefix) == PREFIX_PERMIT;
	}
	aslist = as_list_lookup(rule->list);
	return aslist && ctx->aspath && as_list_apply(aslist, ctx->aspath) == AS_FILTER_PERMIT;
}

static unsigned int source_of(const struct avs_instance *inst, const struct avs_config *config,
			      const struct bgp_path_info *pi, struct avs_prefix *neighbor)
{
	bool conflict;

	*neighbor = avs_from_sockunion(avs_peer_remote(pi->peer));
	/* imported from another instance: its neighbours have no role here */
	if (pi->peer->bgp != avs_instance_bgp(inst))
		return AVS_RS_NONE;
	return avs_config_role(config, neighbor, &conflict);
}

/* every number that this router may put in front of what it tells this peer */
static void own_numbers(const struct peer *peer, uint32_t own[AVS_OWN_AS_MAX])
{
	own[0] = peer->bgp->as;
	own[1] = peer->local_as;
	own[2] = peer->change_local_as;
	own[3] = CHECK_FLAG(peer->bgp->config, BGP_CONFIG_CONFEDERATION) ? peer->bgp->confed_id : 0;
}

static struct avs_verdict_class classify(const struct avs_instance *inst,
					 const struct avs_config *config,
					 const struct prefix *prefix,
					 const struct bgp_path_info *pi, unsigned int *rs)
{
	uint32_t asns[AS_MAX];
	struct avs_received_view view;
	struct bgp_path_info received = {.peer = pi->peer, .attr = &view.attr, .net = pi->net};
	struct list_ctx ctx = {.prefix = *prefix};
	struct avs_verdict_class verdict;
	struct avs_policy policy;
	struct avs_path path = {.prefix = avs_from_prefix(&ctx.prefix), .asns = asns};
	const struct community *communities;

	avs_received_view(inst, prefix, pi, &view);
	communities = view.unknown ? NULL : bgp_attr_get_community(&view.attr);
	ctx.aspath = view.unknown ? NULL : view.attr.aspath;
	path.rs = *rs = source_of(inst, config, pi, &path.neighbor);
	path.opaque = view.unknown || !as_numbers(view.attr.aspath, asns, &path.as_count);
	if (communities) {
		path.communities = (const uint8_t *)communities->val;
		path.community_count = (size_t)communities->size;
	}
	own_numbers(pi->peer, path.own_as);
	if (avs_config_is_overlay(config, path.rs)) {
		unsigned int segment;

		path.tagged = !view.unknown &&
			      avs_tag_read(&view.attr, pi->peer->as, &segment, &path.tag_site);
		path.tag_segment = path.tagged ? (enum avs_segment)segment : AVS_SEGMENT_UNKNOWN;
	}
	verdict = avs_classify(config, &path, list_matches, &ctx);
	avs_seen_note(avs_instance_seen(inst), &path, &verdict);
	if (!config->policy || view.unknown || avs_is_sibling(&verdict)) {
		avs_received_done(&view);
		return verdict;
	}
	policy = avs_policy_ask(config->policy, prefix, &received, verdict.segment);
	avs_received_done(&view);
	verdict.represent = policy.represent;
	if (policy.classified) {
		verdict.segment = policy.segment;
		verdict.site = policy.site;
		verdict.site_id = avs_site_id(policy.site);
		verdict.why = AVS_WHY_POLICY;
	}
	return verdict;
}

bool avs_rib_off_interface(const struct avs_instance *inst, const struct avs_config *config,
			   const struct bgp_path_info *pi)
{
	struct avs_prefix neighbor;
	unsigned int rs;

	if (pi->peer == avs_instance_bgp(inst)->peer_self)
		return false;
	rs = source_of(inst, config, pi, &neighbor);
	if (rs >= config->rs_count ||
	    !avs_next_hop_off(avs_instance_bgp(inst), config->rs[rs].interface, pi))
		return false;
	avs_instance_note_off(inst);
	return true;
}

static bool is_gone(const struct bgp_path_info *pi)
{
	return CHECK_FLAG(pi->flags, BGP_PATH_REMOVED) || CHECK_FLAG(pi->flags, BGP_PATH_HISTORY);
}

/* the best path, or one of equal cost beside it */
static bool is_forwarding(const struct bgp_path_info *pi)
{
	return CHECK_FLAG(pi->flags, BGP_PATH_SELECTED) ||
	       CHECK_FLAG(pi->flags, BGP_PATH_MULTIPATH);
}

bool avs_rib_forwards_off(const struct avs_instance *inst, const struct avs_config *config,
			  const struct bgp_path_info *best)
{
	if (avs_rib_off_interface(inst, config, best))
		return true;
	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(best->net); pi;
	     pi = pi->next)
		if (pi != best && !is_gone(pi) && CHECK_FLAG(pi->flags, BGP_PATH_MULTIPATH) &&
		    avs_rib_off_interface(inst, config, pi))
			return true;
	return false;
}

struct bgp_path_info *avs_rib_selected(struct bgp_dest *dest)
{
	struct bgp_path_info *pi;

	for (pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next)
		if (CHECK_FLAG(pi->flags, BGP_PATH_SELECTED) && !is_gone(pi))
			break;
	return pi;
}

/* what the plan takes a path for that tells nothing itself */
static void recalled(const struct avs_instance *inst, const struct avs_config *config,
		     const struct avs_prefix *prefix, unsigned int rs,
		     struct avs_verdict_class *verdict)
{
	enum avs_segment segment;

	if (verdict->segment != AVS_SEGMENT_UNKNOWN || avs_is_sibling(verdict) ||
	    rs == AVS_RS_NONE || avs_config_is_overlay(config, rs))
		return;
	segment = avs_recall_find(avs_instance_recall(inst), prefix);
	if (segment == AVS_SEGMENT_UNKNOWN)
		return;
	verdict->segment = segment;
	verdict->site = "";
	verdict->site_id = 0;
	verdict->why = AVS_WHY_MEMORY;
}

/* what bgpd uses */
static void note_best(struct avs_fact *fact, const struct avs_verdict_class *verdict)
{
	fact->best = (uint8_t)(1 + verdict->segment);
	fact->best_site = verdict->site_id;
	fact->best_represent = verdict->represent;
}

/* the best path is what all are: facts are shared, and few */
static void forget_best(struct avs_fact *fact)
{
	unsigned int segments = 0, seg = fact->best ? fact->best - 1U : 0;

	if (!fact->best || fact->best == AVS_BEST_LOCAL)
		return;
	for (unsigned int i = 0; i < AVS_SEGMENT_COUNT; i++)
		segments += fact->from[i] != 0;
	if (segments > 1 || fact->site[seg] != fact->best_site ||
	    fact->represent != fact->best_represent)
		return;
	fact->best = 0;
	fact->best_site = 0;
	fact->best_represent = (enum avs_represent)0;
}

/* as bgpd's own check before it asks any map, toward an eBGP neighbour */
static bool is_kept(const struct bgp_path_info *pi)
{
	static const uint32_t keeps[] = {
		COMMUNITY_NO_ADVERTISE,
		COMMUNITY_NO_EXPORT,
		COMMUNITY_LOCAL_AS,
	};
	struct community *communities = bgp_attr_get_community(pi->attr);

	for (unsigned int i = 0; communities && i < array_size(keeps); i++)
		if (community_include(communities, keeps[i]))
			return true;
	return false;
}

bool avs_rib_dest_fact(const struct avs_instance *inst, const struct avs_config *config,
		       struct bgp_dest *dest, struct avs_fact *fact)
{
	struct bgp *bgp = avs_instance_bgp(inst);
	struct avs_prefix prefix = avs_from_prefix(bgp_dest_get_prefix(dest));
	bool known = false, any_off = false, learned = false, kept = false;

	*fact = (struct avs_fact){};
	for (struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next) {
		unsigned int rs = AVS_RS_NONE;
		struct avs_verdict_class verdict;
		bool local;

		if (avs_rib_is_ours(pi) || is_gone(pi))
			continue;
		local = pi->peer == bgp->peer_self;
		if (local && CHECK_FLAG(pi->flags, BGP_PATH_SELECTED))
			fact->best = AVS_BEST_LOCAL;
		if (!local) {
			verdict = classify(inst, config, bgp_dest_get_prefix(dest), pi, &rs);
			known |= avs_is_sibling(&verdict);
			fact->sibling |= avs_is_sibling(&verdict);
			if (avs_is_sibling(&verdict))
				continue;
		}
		known = true;
		kept |= CHECK_FLAG(pi->flags, BGP_PATH_SELECTED) && is_kept(pi);
		if (CHECK_FLAG(pi->flags, BGP_PATH_VALID)) {
			bool off = avs_rib_off_interface(inst, config, pi);

			fact->usable |= !off;
			learned |= !off && !local;
			any_off |= off;
			fact->away |= off && is_forwarding(pi);
		}
		if (local)
			continue;
		avs_fact_add(fact, verdict.segment, rs, verdict.site_id, &verdict.claim);
		fact->represent = MAX(fact->represent, verdict.represent);
		if (CHECK_FLAG(pi->flags, BGP_PATH_SELECTED)) {
			recalled(inst, config, &prefix, rs, &verdict);
			note_best(fact, &verdict);
		}
	}
	forget_best(fact);
	fact->away |= any_off && !fact->usable;
	/* with suppress-fib-pending bgpd withdraws what has a path like ours beside its best one */
	fact->local = fact->usable && !learned && !BGP_SUPPRESS_FIB_ENABLED(bgp);
	/* beside a local path ours is originated, which has no communities */
	fact->kept = kept && !fact->local;
	return known;
}

bool avs_rib_fact(const struct avs_instance *inst, const struct avs_config *config,
		  const struct avs_prefix *prefix, struct avs_fact *fact)
{
	struct bgp_dest *dest = avs_rib_dest(avs_instance_bgp(inst), prefix);
	bool known;

	*fact = (struct avs_fact){};
	if (!dest)
		return false;
	known = avs_rib_dest_fact(inst, config, dest, fact);
	bgp_dest_unlock_node(dest);
	return known;
}

bool avs_rib_known(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);
	bool known = false;

	if (!dest)
		return false;
	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi && !known;
	     pi = pi->next)
		known = !avs_rib_is_ours(pi) && !is_gone(pi);
	bgp_dest_unlock_node(dest);
	return known;
}

static const char *path_source(const struct bgp *bgp, const struct bgp_path_info *pi)
{
	if (avs_rib_is_ours(pi))
		return "originated";
	return pi->peer == bgp->peer_self ? "local" : pi->peer->host;
}

bool avs_rib_is_sibling(const struct avs_instance *inst, const struct prefix *prefix,
			const struct bgp_path_info *pi)
{
	const struct avs_config *config = avs_instance_effective(inst);
	struct avs_verdict_class verdict;
	unsigned int rs;

	/* without a line only one of the same AS is: bgpd has to be told to let it in */
	if (pi->peer == avs_instance_bgp(inst)->peer_self ||
	    (!config->sibling_count &&
	     !CHECK_FLAG(pi->peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_ALLOWAS_IN)))
		return false;
	verdict = classify(inst, config, prefix, pi, &rs);
	return avs_is_sibling(&verdict);
}

struct avs_verdict_class avs_rib_class(const struct avs_instance *inst, const struct prefix *prefix,
				       const struct bgp_path_info *pi)
{
	struct avs_prefix p = avs_from_prefix(prefix);
	unsigned int rs;
	struct avs_verdict_class verdict =
		classify(inst, avs_instance_effective(inst), prefix, pi, &rs);

	recalled(inst, avs_instance_effective(inst), &p, rs, &verdict);
	return verdict;
}

void avs_rib_classify(const struct avs_instance *inst, const struct avs_prefix *prefix,
		      avs_rib_path_cb func, void *arg)
{
	struct bgp *bgp = avs_instance_bgp(inst);
	const struct avs_config *config = avs_instance_effective(inst);
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);

	if (!dest)
		return;
	for (struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next) {
		struct avs_verdict_class verdict = {.site = ""};
		unsigned int rs;

		if (is_gone(pi))
			continue;
		if (pi->peer != bgp->peer_self) {
			verdict = classify(inst, config, bgp_dest_get_prefix(dest), pi, &rs);
			recalled(inst, config, prefix, rs, &verdict);
		}
		func(pi, path_source(bgp, pi), verdict.segment, verdict.site, verdict.why,
		     CHECK_FLAG(pi->flags, BGP_PATH_SELECTED), arg);
	}
	bgp_dest_unlock_node(dest);
}

bool avs_rib_condition(const struct avs_instance *inst, const struct avs_condition *cond)
{
	struct bgp *bgp = avs_instance_bgp(inst);
	const struct avs_config *config = avs_instance_effective(inst);
	struct bgp_dest *dest = avs_rib_dest(bgp, &cond->prefix);
	bool holds = false;

	if (!dest)
		return false;
	for (struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi && !holds;
	     pi = pi->next) {
		struct avs_prefix neighbor;
		unsigned int rs;

		/* never an own path, or a sibling's: the condition would fulfil itself */
		if (is_gone(pi) || !CHECK_FLAG(pi->flags, BGP_PATH_VALID) ||
		    pi->peer == bgp->peer_self || avs_rib_off_interface(inst, config, pi) ||
		    avs_rib_is_sibling(inst, bgp_dest_get_prefix(dest), pi))
			continue;
		rs = source_of(inst, config, pi, &neighbor);
		switch (cond->from) {
		case AVS_FROM_ANY:
			holds = true;
			break;
		case AVS_FROM_ROUTE_SERVER:
			holds = rs != AVS_RS_NONE &&
				strmatch(config->rs[rs].name, cond->route_server);
			break;
		case AVS_FROM_NEIGHBOR:
			holds = avs_prefix_equal(&neighbor, &cond->neighbor);
			break;
		case AVS_FROM_OVERLAY:
			holds = avs_config_is_overlay(config, rs);
			break;
		case AVS_FROM_ZEBRA:
			break;
		}
	}
	bgp_dest_unlock_node(dest);
	return holds;
}

/* ---- walks ------------------------------------------------------------- */

/*
 * The current destination stays locked between slices, so it can be the
 * start of the next step even when it has lost all its paths.
 */
struct avs_rib_walk {
	struct bgp_dest *dest;
};

struct avs_rib_walk *avs_rib_walk_begin(struct bgp *bgp)
{
	struct avs_rib_walk *walk = XCALLOC(MTYPE_AVS_WALK, sizeof(*walk));

	walk->dest = bgp_table_top(rib(bgp));
	return walk;
}

bool avs_rib_walk_next(struct avs_rib_walk *walk, unsigned int slice,
		       void (*func)(const struct prefix *prefix, struct bgp_dest *dest, void *arg),
		       void *arg)
{
	for (; walk->dest && slice; slice--) {
		if (bgp_dest_has_bgp_path_info_data(walk->dest))
			func(bgp_dest_get_prefix(walk->dest), walk->dest, arg);
		walk->dest = bgp_route_next(walk->dest);
	}
	return !walk->dest;
}

bool avs_rib_walk_every(struct avs_rib_walk *walk, unsigned int slice,
			void (*func)(const struct prefix *prefix, struct bgp_dest *dest, void *arg),
			void *arg)
{
	for (; walk->dest && slice; slice--) {
		func(bgp_dest_get_prefix(walk->dest), walk->dest, arg);
		walk->dest = bgp_route_next(walk->dest);
	}
	return !walk->dest;
}

void avs_rib_walk_end(struct avs_rib_walk *walk)
{
	if (!walk)
		return;
	if (walk->dest)
		bgp_dest_unlock_node(walk->dest);
	XFREE(MTYPE_AVS_WALK, walk);
}

bool avs_rib_any_below(struct bgp_dest *dest,
		       bool (*func)(const struct bgp_path_info *pi, void *arg), void *arg)
{
	struct bgp_dest *below;
	bool found = false;

	bgp_dest_lock_node(dest);
	for (below = bgp_route_next_until(bgp_dest_lock_node(dest), dest); below;
	     below = bgp_route_next_until(below, dest)) {
		for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(below);
		     pi && !found; pi = pi->next)
			found = !is_gone(pi) && func(pi, arg);
		if (found) {
			bgp_dest_unlock_node(below);
			break;
		}
	}
	bgp_dest_unlock_node(dest);
	return found;
}

/* ---- origination ------------------------------------------------------- */

static struct bgp_path_info *own_path(struct bgp_dest *dest)
{
	struct bgp_path_info *pi;

	for (pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next)
		if (avs_rib_is_ours(pi))
			break;
	return pi;
}

static void suppress(struct bgp_path_info *pi)
{
	struct bgp_path_info_extra *extra = bgp_path_info_extra_get(pi);

	if (!extra->aggr_suppressors)
		extra->aggr_suppressors = list_new();
	if (!listnode_lookup(extra->aggr_suppressors, &suppressor))
		listnode_add(extra->aggr_suppressors, &suppressor);
}

static struct attr *own_attr(struct bgp *bgp)
{
	struct attr attr, *interned;

	avs_compat_attr_default(&attr, bgp, BGP_ORIGIN_IGP);
	attr.weight = 0;
	attr.local_pref = 0;
	attr.flag |= ATTR_FLAG_BIT(BGP_ATTR_LOCAL_PREF);
	interned = bgp_attr_intern(&attr);
	aspath_unintern(&attr.aspath);
	return interned;
}

/* a path that was deleted, and not reaped yet, is wanted again */
static void revive(struct bgp *bgp, struct bgp_dest *dest, struct bgp_path_info *pi)
{
	bgp_path_info_restore(dest, pi);
	pi->uptime = monotime(NULL);
	bgp_aggregate_increment(bgp, bgp_dest_get_prefix(dest), pi, AFI_IP, SAFI_UNICAST);
	avs_compat_process(bgp, dest, pi, AFI_IP, SAFI_UNICAST);
}

void avs_rib_originate(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct prefix p = avs_to_prefix(prefix);
	struct bgp_dest *dest;
	struct bgp_path_info *pi;

	if (p.family != AF_INET)
		return;
	dest = bgp_node_get(rib(bgp), &p);
	SET_FLAG(dest->flags, BGP_NODE_FIB_INSTALLED);
	pi = own_path(dest);
	if (pi) {
		suppress(pi);
		if (CHECK_FLAG(pi->flags, BGP_PATH_REMOVED))
			revive(bgp, dest, pi);
		bgp_dest_unlock_node(dest);
		return;
	}
	pi = info_make(ZEBRA_ROUTE_BGP, AVS_ROUTE_SUBTYPE, 0, bgp->peer_self, own_attr(bgp), dest);
	SET_FLAG(pi->flags, BGP_PATH_VALID);
	suppress(pi);
	bgp_aggregate_increment(bgp, &p, pi, AFI_IP, SAFI_UNICAST);
	bgp_path_info_add(dest, pi);
	bgp_dest_unlock_node(dest);
	avs_compat_process(bgp, dest, pi, AFI_IP, SAFI_UNICAST);
}

void avs_rib_retire(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);
	struct bgp_path_info *pi;

	if (!dest)
		return;
	pi = own_path(dest);
	if (pi && !CHECK_FLAG(pi->flags, BGP_PATH_REMOVED)) {
		bgp_aggregate_decrement(bgp, bgp_dest_get_prefix(dest), pi, AFI_IP, SAFI_UNICAST);
		avs_compat_path_delete(dest, pi);
		avs_compat_process(bgp, dest, pi, AFI_IP, SAFI_UNICAST);
	}
	bgp_dest_unlock_node(dest);
}

bool avs_rib_pending(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);
	bool pending;

	if (!dest)
		return false;
	/* deferred best path selection (graceful restart) is not waited for */
	pending = CHECK_FLAG(dest->flags, BGP_NODE_PROCESS_SCHEDULED);
	bgp_dest_unlock_node(dest);
	return pending;
}

void avs_rib_push(struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);
	struct bgp_path_info *pi;

	if (!dest)
		return;
	pi = avs_rib_selected(dest);
	/* nothing selected yet: bgpd announces when it has selected */
	if (pi)
		group_announce_route(bgp, AFI_IP, SAFI_UNICAST, dest, pi);
	bgp_dest_unlock_node(dest);
}

void avs_rib_untell(struct update_subgroup *subgrp, struct bgp_dest *dest, uint32_t addpath_tx_id)
{
	avs_compat_announce_selected(subgrp, NULL, dest, addpath_tx_id);
}

uint64_t avs_rib_version(struct bgp *bgp)
{
	/* facts depend on that, see avs_rib_dest_fact() */
	return rib(bgp)->version * 2 + (BGP_SUPPRESS_FIB_ENABLED(bgp) ? 1 : 0);
}

static bool take_first(struct peer *peer, void *arg)
{
	struct peer **first = arg;
	bool up = avs_peer_up(peer);

	if (!*first || up)
		*first = peer;
	return !up;
}

/* a neighbour of the route server, to ask on behalf of, one that is up first; NULL: none exists */
static struct peer *some_neighbor(const struct avs_instance *inst, const char *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int index = avs_config_find_rs(config, rs);
	struct peer *first = NULL;

	if (index != AVS_RS_NONE)
		avs_session_each(avs_instance_bgp(inst), config, index, take_first, &first);
	return first;
}

enum avs_reason avs_rib_verdict_peer(const struct avs_instance *inst, const char *rs,
				     struct peer *peer, const struct avs_prefix *prefix,
				     const struct peer **source)
{
	struct bgp *bgp = avs_instance_bgp(inst);
	struct bgp_dest *dest = avs_rib_dest(bgp, prefix);
	struct bgp_path_info path = {.net = dest, .peer = peer};
	struct prefix p = avs_to_prefix(prefix);
	enum avs_slot slot = AVS_SLOT_OUT;
	enum avs_reason reason;

	*source = NULL;
	if (dest && avs_rib_selected(dest) && avs_rib_is_ours(avs_rib_selected(dest)))
		slot = AVS_SLOT_ORIG;
	reason = avs_routemap_verdict(slot, inst, rs, &p, &path, source);
	if (dest)
		bgp_dest_unlock_node(dest);
	return reason;
}

enum avs_reason avs_rib_verdict(const struct avs_instance *inst, const char *rs,
				const struct avs_prefix *prefix, const struct peer **source)
{
	return avs_rib_verdict_peer(inst, rs, some_neighbor(inst, rs), prefix, source);
}

/* ---- what would copy our paths ----------------------------------------- */

/* VNC, which Debian builds, copies paths into the VPN table when told so */
static bool vnc_copies(const struct bgp *bgp)
{
#ifdef ENABLE_BGP_VNC
	struct listnode *node;
	struct bgp *other;

	if (bgp->rfapi_cfg && bgp->rfapi_cfg->redist[AFI_IP][ZEBRA_ROUTE_BGP_DIRECT])
		return true;
	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, other))
		if (other->rfapi_cfg && other->rfapi_cfg->redist_bgp_exterior_view == bgp)
			return true;
#endif
	return false;
}

bool avs_rib_exports(const struct bgp *bgp)
{
	uint64_t evpn = BGP_L2VPN_EVPN_ADV_IPV4_UNICAST | BGP_L2VPN_EVPN_ADV_IPV4_UNICAST_GW_IP;

	return CHECK_FLAG(bgp->af_flags[AFI_IP][SAFI_UNICAST],
			  BGP_CONFIG_VRF_TO_MPLSVPN_EXPORT | BGP_CONFIG_VRF_TO_VRF_EXPORT) ||
	       CHECK_FLAG(bgp->af_flags[AFI_L2VPN][SAFI_EVPN], evpn) || vnc_copies(bgp);
}

/* ---- hooks ------------------------------------------------------------- */

static void mark(struct bgp *bgp, const struct bgp_dest *dest)
{
	struct avs_instance *inst = avs_instance_find(bgp);
	struct avs_prefix prefix;

	if (!inst)
		return;
	prefix = avs_from_prefix(bgp_dest_get_prefix(dest));
	avs_instance_mark_prefix(inst, &prefix);
}

static int process_hook(struct bgp *bgp, afi_t afi, safi_t safi, struct bgp_dest *dest,
			struct peer *peer, bool withdraw)
{
	struct avs_instance *inst = avs_instance_find(bgp);

	if (!inst || afi != AFI_IP || safi != SAFI_UNICAST)
		return 0;
	avs_received_taken(inst, dest, peer);
	mark(bgp, dest);
	return 0;
}

/* on removal the path is freed already: only the destination may be read */
static int path_hook(struct bgp_dest *dest, struct bgp_path_info *pi, bool added)
{
	struct bgp_table *table = bgp_dest_table(dest);

	struct avs_instance *inst;

	if (!table || table->afi != AFI_IP || table->safi != SAFI_UNICAST || !table->bgp)
		return 0;
	inst = avs_instance_find(table->bgp);
	if (inst && !added)
		avs_received_reaped(inst, dest, avs_compat_reaped_peer(pi));
	mark(table->bgp, dest);
	return 0;
}

static int best_path_hook(struct bgp *bgp, afi_t afi, safi_t safi, struct bgp_dest *dest,
			  struct bgp_path_info *old_path, struct bgp_path_info *new_path)
{
	if (afi == AFI_IP && safi == SAFI_UNICAST)
		mark(bgp, dest);
	return 0;
}

void avs_rib_init(void)
{
	avs_compat_on_best_path(best_path_hook);
	hook_register(bgp_process, process_hook);
	hook_register(bgp_snmp_update_stats, path_hook);
}
