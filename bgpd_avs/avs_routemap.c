// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two rules that owned maps are made of.
 *
 * Purpose: `avs refuse` matches what must not pass, so a deny entry in front
 * of a map refuses it before the user's map can change anything; `avs
 * sanitise` has the last word on the attributes, after the user's map.
 *
 * Representation: both rules are compiled from "slot route-server".  The
 * destination is decided by that argument and by nothing else: bgpd evaluates
 * a map once for a whole update group, on a copy of the peer that created the
 * group.  The name of the map is in the group's hash, so route servers never
 * share one.  The source is the SELECTED path of the destination, which is
 * unique because addpath is refused; 8.4.4 has no other way to know it.
 *
 * Invariants: the verdict is a function of plan, table and roles; it never
 * allocates on the way to "refuse" but for the bounded list of refusals.
 * Whatever cannot be decided is refused.
 *
 * Complexity: O(log plan) per evaluation, plus the paths of the prefix.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "prefix.h"
#include "routemap.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_lcommunity.h"

#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_hold.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_recall.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_tag.h"
#include "bgpd_avs/avs_update_in.h"
#include "bgpd_avs/core/avs_classify.h"

DEFINE_MTYPE_STATIC(AVS, AVS_RULE, "AVS route-map rule");

/* deepest chain of `call` that is followed; FRR gives up at 10 */
#define CALL_DEPTH 10
/* calls followed on the way; a chain that fans out further is refused */
#define CALL_STEPS 4096
/* of what overlay neighbours deliver; bgpd gives 100 to everything else */
#define OVERLAY_LOCAL_PREF 90

struct rule {
	enum avs_slot slot;
	char rs[AVS_NAME_MAX + 1];
	struct avs_prefix edge; /* azure-edge neighbour; family 0: it is a route server's */
};

static const char *const slot_names[] = {
	[AVS_SLOT_IN] = "in",
	[AVS_SLOT_OUT] = "out",
	[AVS_SLOT_ORIG] = "orig",
};

/* what rule 5 keeps out of a path toward a route server; and toward a private cloud */
static struct aspath *stripped, *stripped_avs;

const char *avs_routemap_argument(enum avs_slot slot, const char *rs, char *buf, size_t size)
{
	snprintf(buf, size, "%s %s", slot_names[slot], rs);
	return buf;
}

static void *rule_compile(const char *arg)
{
	struct rule *rule;
	const char *space = strchr(arg, ' ');

	if (!space)
		return NULL;
	for (enum avs_slot slot = AVS_SLOT_IN; slot <= AVS_SLOT_ORIG; slot++) {
		if (strlen(slot_names[slot]) != (size_t)(space - arg) ||
		    strncmp(arg, slot_names[slot], space - arg) != 0)
			continue;
		rule = XCALLOC(MTYPE_AVS_RULE, sizeof(*rule));
		rule->slot = slot;
		strlcpy(rule->rs, space + 1, sizeof(rule->rs));
		if (avs_azure_edge_is_name(rule->rs))
			avs_prefix_parse(rule->rs + strlen(AVS_EDGE_NAME), &rule->edge);
		return rule;
	}
	return NULL;
}

static void rule_free(void *rule)
{
	XFREE(MTYPE_AVS_RULE, rule);
}

/* ---- the user's map ---------------------------------------------------- */

/*
 * A chain of calls that comes back, or leads into an owned map, would not
 * end.  FRR skips an undefined target instead of denying, which is the
 * user's affair in the middle of a chain, and ours at its beginning.
 */
static bool calls_loop(const struct route_map *map, unsigned int depth, unsigned int *steps)
{
	if (depth > CALL_DEPTH)
		return true;
	for (const struct route_map_index *index = map->head; index; index = index->next) {
		struct route_map *next;

		if (!index->nextrm)
			continue;
		if (++*steps > CALL_STEPS)
			return true;
		if (avs_guard_map_reserved(index->nextrm) && !strmatch(index->nextrm, AVS_MAP_DENY))
			return true;
		next = route_map_lookup_by_name(index->nextrm);
		if (next && calls_loop(next, depth + 1, steps))
			return true;
	}
	return false;
}

enum avs_reason avs_routemap_user_map(const char *name)
{
	const struct route_map *map;
	unsigned int steps = 0;

	if (!name)
		return AVS_REASON_UNSPEC;
	if (avs_guard_map_reserved(name))
		return AVS_REASON_MAP_LOOP;
	map = route_map_lookup_by_name(name);
	if (!map || !map->head)
		return AVS_REASON_MAP_UNDEFINED;
	return calls_loop(map, 0, &steps) ? AVS_REASON_MAP_LOOP : AVS_REASON_UNSPEC;
}

/* ---- verdict ----------------------------------------------------------- */

static bool peer_in(const struct avs_config *config, const struct peer *peer, const char *rs)
{
	struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));
	bool conflict;
	unsigned int index = avs_config_role(config, &address, &conflict);

	return index != AVS_RS_NONE && strmatch(config->rs[index].name, rs);
}

/*
 * Rule 4, asked of the table itself so that no replan can be late for it:
 * what any neighbour of a route server gave us is never sent to it, whatever
 * path is best.
 */
static bool came_from(const struct avs_instance *inst, const struct bgp_dest *dest, const char *rs)
{
	const struct bgp *bgp = avs_instance_bgp(inst);
	const struct avs_config *config = avs_instance_effective(inst);

	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info((struct bgp_dest *)dest);
	     pi; pi = pi->next) {
		if (CHECK_FLAG(pi->flags, BGP_PATH_REMOVED) || pi->peer == bgp->peer_self ||
		    pi->peer->bgp != bgp)
			continue;
		if (peer_in(config, pi->peer, rs) &&
		    !avs_rib_is_sibling(inst, bgp_dest_get_prefix(dest), pi))
			return true;
	}
	return false;
}

/*
 * Rule 4 for segments, asked again at the last moment: a path that next-hop
 * tracking makes valid is announced before any replan hears of it.
 */
static bool same_segment(const struct avs_instance *inst, const struct avs_entry *entry,
			 struct bgp_dest *dest)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	const struct avs_rs_plan *to = &plan->rs[entry->rs];
	struct avs_fact fact;

	avs_rib_dest_fact(inst, plan->config, dest, &fact);
	avs_recall_apply(avs_instance_recall(inst), &entry->prefix,
			 avs_config_servers(plan->config), &fact);
	return avs_plan_same_segment(to, &fact);
}

/*
 * What leaves as it is must be what was asked for: not what its tag said before, and not
 * somebody else's path of the same prefix.
 */
static bool asked_for(const struct avs_instance *inst, const struct avs_entry *entry,
		      const struct prefix *prefix, const struct bgp_path_info *best)
{
	const struct avs_input input = {
		.config = avs_instance_plan(inst)->config,
		.permits = avs_list_permits_prefix,
	};
	struct avs_verdict_class class;
	struct avs_fact fact = {};

	if (entry->cls != AVS_CLASS_EXACT)
		return true;
	if (best->peer == avs_instance_bgp(inst)->peer_self)
		return false;
	class = avs_rib_class(inst, prefix, best);
	avs_fact_add(&fact, class.segment, AVS_RS_NONE, class.site_id, &class.claim);
	fact.represent = class.represent;
	return avs_plan_asks_exact(&input, entry->rs, &entry->prefix, &fact);
}

/* what the session to an overlay neighbour must be like: it is told what each route is */
static enum avs_reason overlay_session_reason(const struct peer *to,
					      const struct bgp_path_info *best)
{
	/* a reflected route leaves as it is, whatever a route-map says of its attributes */
	if (to->sort == BGP_PEER_IBGP && best->peer->sort == BGP_PEER_IBGP &&
	    best->peer != to->bgp->peer_self &&
	    !CHECK_FLAG(to->bgp->flags, BGP_FLAG_RR_ALLOW_OUTBOUND_POLICY))
		return AVS_REASON_NO_COMMUNITY;

	/* the audit clears these; until it has run nothing leaves */
	if (CHECK_FLAG(to->af_flags[AFI_IP][SAFI_UNICAST], AVS_FORBIDDEN_AF_FLAGS))
		return AVS_REASON_AS_PATH;
	if (!CHECK_FLAG(to->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SEND_LARGE_COMMUNITY))
		return AVS_REASON_NO_COMMUNITY;
	return AVS_REASON_UNSPEC;
}

/* bgpd shows a peer of another AS of the confederation its parts, eBGP or not */
static bool inside_confederation(const struct peer *peer)
{
	return CHECK_FLAG(peer->bgp->config, BGP_CONFIG_CONFEDERATION) &&
	       (peer->sort == BGP_PEER_CONFED ||
		bgp_confederation_peers_check(peer->bgp, peer->as));
}

/* As bgp_packet_attribute() decides it, in its order: the confederation comes before local-as. */
uint32_t avs_routemap_own_as(const struct peer *peer)
{
	if (peer->sort != BGP_PEER_EBGP || inside_confederation(peer))
		return peer->local_as;
	if (CHECK_FLAG(peer->bgp->config, BGP_CONFIG_CONFEDERATION))
		return peer->bgp->confed_id;
	return peer->change_local_as ? peer->change_local_as : peer->local_as;
}

/* what the session to a route server must be like */
static enum avs_reason session_reason(const struct peer *to, const struct avs_entry *entry)
{
	if (to->sort != BGP_PEER_EBGP || inside_confederation(to))
		return AVS_REASON_NOT_EBGP;
	/* added after the map, where nothing can strip it again */
	if (avs_as_is_stripped(to->local_as) || avs_as_is_stripped(to->change_local_as))
		return AVS_REASON_AS_PATH;
	if (CHECK_FLAG(to->bgp->config, BGP_CONFIG_CONFEDERATION) &&
	    avs_as_is_stripped(to->bgp->confed_id))
		return AVS_REASON_AS_PATH;
	/* the audit clears these; until it has run nothing leaves */
	if (CHECK_FLAG(to->af_flags[AFI_IP][SAFI_UNICAST], AVS_FORBIDDEN_AF_FLAGS))
		return AVS_REASON_AS_PATH;
	if (entry->no_advertise &&
	    !CHECK_FLAG(to->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SEND_COMMUNITY))
		return AVS_REASON_NO_COMMUNITY;
	return AVS_REASON_UNSPEC;
}

static const struct avs_entry *plan_entry(const struct avs_instance *inst, const char *rs,
					  const struct prefix *prefix)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	struct avs_prefix p = avs_from_prefix(prefix);
	unsigned int index;

	if (!plan)
		return NULL;
	index = avs_config_find_rs(plan->config, rs);
	return index == AVS_RS_NONE ? NULL : avs_plan_find(plan, index, &p);
}

/*
 * Toward an overlay neighbour.  It is the best path that counts, not any path: the other
 * side may have the prefix too, and if each withdrew what the other one has, both would go
 * on and off for ever.
 */
static enum avs_reason overlay_verdict(const struct avs_instance *inst, const char *rs,
				       const struct prefix *prefix, const struct avs_entry *entry,
				       const struct bgp_path_info *best)
{
	const struct avs_config *config = avs_instance_effective(inst);
	const struct avs_plan *plan = avs_instance_plan(inst);
	struct avs_prefix p = avs_from_prefix(prefix), source;
	struct avs_verdict_class class;
	enum avs_reason reason;
	bool conflict;

	if (!plan || (avs_rib_is_ours(best) && !entry))
		return AVS_REASON_NOT_PLANNED;
	/* the default; conditions are the plan's */
	if (entry && (avs_rib_is_ours(best) || !avs_reason_permits(entry->reason)))
		return entry->reason;
	/* a local path: a network line is nobody's segment */
	if (best->peer == avs_instance_bgp(inst)->peer_self)
		return entry ? entry->reason : AVS_REASON_NOT_PLANNED;
	source = avs_from_sockunion(avs_peer_remote(best->peer));
	class = avs_rib_class(inst, prefix, best);
	/* the default is one in every segment */
	reason = avs_plan_overlay(
		plan, avs_config_find_rs(plan->config, rs), &p,
		entry ? AVS_SEGMENT_VIRTUAL_NETWORK : class.segment,
		avs_config_is_overlay(config, avs_config_role(config, &source, &conflict)));
	/* the other side would take what came back for on-premises' own */
	return avs_reason_permits(reason) && class.claim.returned ? AVS_REASON_RETURNED : reason;
}

enum avs_reason avs_routemap_verdict(enum avs_slot slot, const struct avs_instance *inst,
				     const char *rs, const struct prefix *prefix,
				     const struct bgp_path_info *path, const struct peer **source)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int index = avs_config_find_rs(config, rs);
	const struct bgp_path_info *best = path->net ? avs_rib_selected(path->net) : NULL;
	const struct avs_entry *entry;
	enum avs_reason reason;

	*source = best ? best->peer : NULL;
	if (index == AVS_RS_NONE)
		return AVS_REASON_NO_ROLE;
	/* the emergency stop does not wait for a replan */
	if (config->shutdown)
		return AVS_REASON_SHUTDOWN;
	entry = plan_entry(inst, rs, prefix);
	if (!best)
		return entry && !avs_reason_permits(entry->reason) ? entry->reason
								   : AVS_REASON_NO_BEST_PATH;
	if ((slot == AVS_SLOT_ORIG) != avs_rib_is_ours(best))
		return AVS_REASON_NOT_OURS;
	reason = avs_routemap_user_map(config->rs[index].map_out);
	if (reason != AVS_REASON_UNSPEC)
		return reason;
	if (avs_rib_is_sibling(inst, prefix, best))
		return AVS_REASON_SIBLING;
	if (avs_rib_forwards_off(inst, config, best))
		return AVS_REASON_NEXT_HOP;
	if (config->rs[index].overlay) {
		reason = overlay_verdict(inst, rs, prefix, entry, best);
		if (avs_reason_permits(reason) && path->peer &&
		    overlay_session_reason(path->peer, best) != AVS_REASON_UNSPEC)
			return overlay_session_reason(path->peer, best);
		return reason;
	}
	if (came_from(inst, path->net, rs))
		return AVS_REASON_SAME_ROUTE_SERVER;
	if (!entry)
		return AVS_REASON_NOT_PLANNED;
	if (!avs_reason_permits(entry->reason))
		return entry->reason;
	if (!asked_for(inst, entry, prefix, best))
		return AVS_REASON_OTHER_PATH;
	if (slot == AVS_SLOT_OUT && same_segment(inst, entry, path->net))
		return AVS_REASON_SAME_SEGMENT;
	/* explain asks before a neighbour exists */
	reason = path->peer ? session_reason(path->peer, entry) : AVS_REASON_UNSPEC;
	return reason == AVS_REASON_UNSPEC ? entry->reason : reason;
}

static enum avs_guard guard_of(const struct avs_instance *inst, const char *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int index = avs_config_find_rs(config, rs);

	return index == AVS_RS_NONE ? AVS_GUARD_ENFORCE : config->rs[index].guard;
}

/* guard monitor lets the user's routes pass, never what the module itself originates */
static bool monitored(const struct avs_instance *inst, const struct rule *rule)
{
	/* the emergency stop, and what closes everything, hold in every mode */
	if (avs_instance_effective(inst)->shutdown ||
	    avs_instance_closed(inst) != AVS_REASON_UNSPEC)
		return false;
	return rule->slot == AVS_SLOT_OUT && guard_of(inst, rule->rs) == AVS_GUARD_MONITOR;
}

static bool is_overlay(const struct avs_instance *inst, const char *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);

	return avs_config_is_overlay(config, avs_config_find_rs(config, rs));
}

/* rule 11; the map of somebody who has not the role, or of somebody else, lets nothing in */
static bool edge_refused(struct avs_instance *inst, const struct rule *rule,
			 const struct prefix *prefix, const struct peer *from)
{
	const struct avs_edge_config *edge = avs_azure_edge_of(inst, from);

	return !edge || !avs_prefix_equal(&edge->neighbor, &rule->edge) ||
	       avs_azure_edge_refuse(inst, edge, prefix, from) != AVS_REASON_UNSPEC;
}

static bool in_refused(struct avs_instance *inst, const struct rule *rule,
		       const struct prefix *prefix, const struct peer *from)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int index = avs_config_find_rs(config, rule->rs);
	struct avs_prefix p = avs_from_prefix(prefix);

	if (rule->edge.family)
		return edge_refused(inst, rule, prefix, from);

	/* to whom this side gives the default, that side does not: two would chase each other */
	if (index != AVS_RS_NONE && config->rs[index].overlay && config->rs[index].gets_default &&
	    avs_prefix_is_default_equivalent(&p))
		return true;
	/* as bgpd does with a neighbour's in-map that is named and not defined */
	return index == AVS_RS_NONE ||
	       avs_routemap_user_map(config->rs[index].map_in) != AVS_REASON_UNSPEC;
}

static enum route_map_cmd_result_t in_apply(struct avs_instance *inst, const struct rule *rule,
					    const struct prefix *prefix,
					    const struct bgp_path_info *path)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int index = avs_config_find_rs(config, rule->rs);

	avs_update_in_asked(inst, path->peer);
	if (in_refused(inst, rule, prefix, path->peer))
		return RMAP_MATCH;
	/* from here on the user's map may rewrite it */
	avs_received_note(inst, rule->rs, prefix, path,
			  index != AVS_RS_NONE && config->rs[index].map_in);
	return RMAP_NOMATCH;
}

static enum route_map_cmd_result_t refuse_apply(void *arg, const struct prefix *prefix,
						void *object)
{
	const struct rule *rule = arg;
	const struct bgp_path_info *path = object;
	struct avs_instance *inst;
	const struct peer *source;
	enum avs_reason reason;

	if (!path->peer || !path->peer->bgp || prefix->family != AF_INET)
		return RMAP_MATCH;
	inst = avs_instance_find(path->peer->bgp);
	if (!inst)
		return RMAP_MATCH;
	if (rule->slot == AVS_SLOT_IN) {
		if (!CHECK_FLAG(path->peer->rmap_type, PEER_RMAP_TYPE_IN))
			return RMAP_MATCH;
		return in_apply(inst, rule, prefix, path);
	}
	/* somebody put an owned map where it does not belong */
	if (!CHECK_FLAG(path->peer->rmap_type, PEER_RMAP_TYPE_OUT))
		return RMAP_MATCH;
	/* in shadow nothing is originated: the map is left over from before */
	if (rule->slot == AVS_SLOT_ORIG && guard_of(inst, rule->rs) == AVS_GUARD_SHADOW)
		return RMAP_MATCH;

	reason = avs_routemap_verdict(rule->slot, inst, rule->rs, prefix, path, &source);
	if (avs_reason_permits(reason))
		return RMAP_NOMATCH;
	AVS_DEBUG(guard, "%s: %pFX toward %s: %s", avs_instance_name(inst), prefix, rule->rs,
		  avs_reason_name(reason));
	/* FRR would skip the call of an undefined map, and not come back from a loop */
	if (monitored(inst, rule) && reason != AVS_REASON_MAP_UNDEFINED &&
	    reason != AVS_REASON_MAP_LOOP) {
		avs_instance_leak(inst, rule->rs, prefix, reason, source, true);
		return RMAP_NOMATCH;
	}
	avs_instance_leak(inst, rule->rs, prefix, reason, source, false);
	return RMAP_MATCH;
}

static const struct route_map_rule_cmd refuse_cmd = {
	AVS_RULE_REFUSE,
	refuse_apply,
	rule_compile,
	rule_free,
};

/* ---- sanitise ---------------------------------------------------------- */

/* rule 5: Azure's numbers; toward a private cloud those of AVS as well, which it refuses */
static bool needs_strip(const struct attr *attr, bool avs)
{
	const struct assegment *seg = attr->aspath ? attr->aspath->segments : NULL;

	for (; seg; seg = seg->next)
		for (unsigned int i = 0; i < seg->length; i++)
			if (avs_as_is_stripped(seg->as[i]) || (avs && avs_as_is_avs(seg->as[i])))
				return true;
	return false;
}

bool avs_routemap_needs_strip(const struct attr *attr)
{
	return needs_strip(attr, false);
}

/* a copy that may be changed: what the RIB refers to is shared */
static struct aspath *own_copy(struct aspath *aspath)
{
	return aspath->refcnt ? aspath_dup(aspath) : aspath;
}

void avs_routemap_strip(struct attr *attr)
{
	if (avs_routemap_needs_strip(attr))
		attr->aspath = aspath_filter_exclude(own_copy(attr->aspath), stripped);
}

static void set_next_hop(struct attr *attr, const struct avs_prefix *next_hop)
{
	struct in_addr addr = avs_to_in_addr(next_hop);

	attr->nexthop = addr;
	attr->flag |= ATTR_FLAG_BIT(BGP_ATTR_NEXT_HOP);
	SET_FLAG(attr->rmap_change_flags, BATTR_RMAP_IPV4_NHOP_CHANGED);
	attr->mp_nexthop_global_in = addr;
	attr->mp_nexthop_len = sizeof(addr);
}

/* what the user's map says about the next hop stands */
#define NEXT_HOP_SET                                                                               \
	(BATTR_RMAP_IPV4_NHOP_CHANGED | BATTR_RMAP_NEXTHOP_PEER_ADDRESS |                          \
	 BATTR_RMAP_NEXTHOP_UNCHANGED)

/* also on a shared subnet, where bgpd would keep a third party's */
static void set_next_hop_self(struct attr *attr)
{
	attr->nexthop.s_addr = INADDR_ANY;
	SET_FLAG(attr->rmap_change_flags, BATTR_RMAP_NEXTHOP_PEER_ADDRESS);
}

static void add_no_advertise(struct attr *attr)
{
	struct community *old = bgp_attr_get_community(attr), *merged;
	struct community *add = community_str2com("no-advertise");

	if (old) {
		merged = community_merge(community_dup(old), add);
		community_free(&add);
		add = community_uniq_sort(merged);
		community_free(&merged);
		if (!old->refcnt)
			community_free(&old);
	}
	bgp_attr_set_community(attr, add);
}

static void sanitise(struct attr *attr, const struct peer *to, const struct avs_entry *entry,
		     bool private_cloud)
{
	if (needs_strip(attr, private_cloud))
		attr->aspath = aspath_filter_exclude(own_copy(attr->aspath),
						     private_cloud ? stripped_avs : stripped);
	avs_tag_strip(attr);
	if (entry->prepend)
		attr->aspath = aspath_add_seq_n(own_copy(attr->aspath), avs_routemap_own_as(to),
						entry->prepend);
	if (entry->next_hop.family)
		set_next_hop(attr, &entry->next_hop);
	else if (!CHECK_FLAG(attr->rmap_change_flags, NEXT_HOP_SET))
		set_next_hop_self(attr);
	if (entry->no_advertise)
		add_no_advertise(attr);
}

/* toward an overlay neighbour: what it is, and through us; the path stays as it is */
static void sanitise_overlay(const struct avs_instance *inst, const struct prefix *prefix,
			     const struct bgp_path_info *path, struct attr *attr)
{
	const struct bgp_path_info *best = path->net ? avs_rib_selected(path->net) : NULL;
	struct avs_verdict_class class = {.segment = AVS_SEGMENT_UNKNOWN};

	/* the default of ours is no segment's */
	if (best && best->peer != avs_instance_bgp(inst)->peer_self)
		class = avs_rib_class(inst, prefix, best);
	avs_tag_write(attr, avs_routemap_own_as(path->peer), class.segment, class.site_id);
	set_next_hop_self(attr);
}

/*
 * What this side knows itself is preferred to what the other side tells; the user's map,
 * which comes after this, may see it otherwise.
 */
static void prefer_this_side(struct attr *attr)
{
	attr->local_pref = OVERLAY_LOCAL_PREF;
	attr->flag |= ATTR_FLAG_BIT(BGP_ATTR_LOCAL_PREF);
}

/*
 * What two appliances both announce, each announces from a path of its own, which bgpd takes
 * before any other of the same weight and preference.  The user's map has the last word here, too.
 */
static void prefer_own(struct attr *attr)
{
	attr->weight = 0;
	attr->local_pref = 0;
	attr->flag |= ATTR_FLAG_BIT(BGP_ATTR_LOCAL_PREF);
}

/* parts that a rule made, the user's map included: see avs_hold.c */
static void hold_parts(struct attr *attr)
{
	struct community *community = bgp_attr_get_community(attr);
	struct lcommunity *lcommunity = bgp_attr_get_lcommunity(attr);

	if (!attr->aspath->refcnt)
		attr->aspath = avs_hold_aspath(attr->aspath);
	if (community && !community->refcnt)
		bgp_attr_set_community(attr, avs_hold_community(community));
	if (lcommunity && !lcommunity->refcnt)
		bgp_attr_set_lcommunity(attr, avs_hold_lcommunity(lcommunity_intern(lcommunity)));
}

/* does the route server reach a private cloud? */
static bool reaches_private_cloud(const struct avs_instance *inst, const struct avs_entry *entry)
{
	const struct avs_rs_plan *rs = &avs_instance_plan(inst)->rs[entry->rs];

	return (rs->declared | rs->observed) & AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD);
}

static enum route_map_cmd_result_t sanitise_apply(void *arg, const struct prefix *prefix,
						  void *object)
{
	const struct rule *rule = arg;
	struct bgp_path_info *path = object;
	const struct avs_instance *inst = avs_instance_find(path->peer->bgp);
	const struct avs_entry *entry = inst ? plan_entry(inst, rule->rs, prefix) : NULL;
	bool planned;

	if (rule->slot == AVS_SLOT_IN) {
		if (inst && is_overlay(inst, rule->rs))
			prefer_this_side(path->attr);
		else if (inst && avs_rib_is_sibling(inst, prefix, path))
			prefer_own(path->attr);
		return RMAP_OKAY;
	}
	/* before the first part of this attribute is held, never between two of them */
	avs_hold_make_room();
	/* what guard monitor lets pass unplanned passes as it is */
	planned = inst &&
		  (is_overlay(inst, rule->rs) || (entry && avs_reason_permits(entry->reason)));
	if (planned && !avs_instance_effective(inst)->keep_communities)
		avs_tag_strip_azure(path->attr);
	if (inst && is_overlay(inst, rule->rs)) {
		sanitise_overlay(inst, prefix, path, path->attr);
		hold_parts(path->attr);
		return RMAP_OKAY;
	}
	if (planned)
		sanitise(path->attr, path->peer, entry, reaches_private_cloud(inst, entry));
	hold_parts(path->attr);
	return RMAP_OKAY;
}

static const struct route_map_rule_cmd sanitise_cmd = {
	AVS_RULE_SANITISE,
	sanitise_apply,
	rule_compile,
	rule_free,
};

/* "398656 398657 ...", those of AVS */
static void avs_numbers(char *list, size_t size)
{
	static const uint32_t ranges[][2] = {AVS_AS_RANGES};

	for (size_t i = 0; i < array_size(ranges); i++)
		for (uint32_t as = ranges[i][0]; as <= ranges[i][1]; as++)
			snprintfrr(list + strlen(list), size - strlen(list), " %u", as);
}

void avs_routemap_init(void)
{
	char list[384] = "12076";

	for (uint32_t as = AVS_AS_ROUTE_SERVER; as <= AVS_AS_ROUTE_SERVER + 5; as++)
		snprintfrr(list + strlen(list), sizeof(list) - strlen(list), " %u", as);
	stripped = avs_compat_aspath(list);
	avs_numbers(list, sizeof(list));
	stripped_avs = avs_compat_aspath(list);
	route_map_install_match(&refuse_cmd);
	route_map_install_set(&sanitise_cmd);
}

void avs_routemap_fini(void)
{
	if (stripped)
		aspath_free(stripped);
	if (stripped_avs)
		aspath_free(stripped_avs);
	stripped = stripped_avs = NULL;
}
