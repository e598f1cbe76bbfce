// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `match avs` and `set avs`: what the user's route-maps can say about segments.
 *
 * Purpose: the rules themselves, and asking the map of `avs policy`.  Which
 * lines make them is avs_nb_rmap.c's.
 *
 * A route-map does not know what it is used for, so every rule has a meaning
 * for each place, and for every other place the one that changes nothing:
 *
 *			policy			in-map		out-map
 *	match segment	by lines and AS path	of the path	of the best path
 *	match route	by prefix and plan	same		same, and who originates
 *	match leak	by prefix and segment	same		same
 *	set segment	acts			-		-
 *	set advertise	acts			-		-
 *	set as-path	-			-		acts
 *
 * The place is known by the flags that bgpd sets on the peer while it applies
 * a map, and for the policy by `asked`, which is set while we do.
 *
 * A policy is asked about a copy of the attributes, because its other actions
 * (metric, communities) would act on them; the copy's new parts are thrown
 * away.  In a policy nothing asks a policy: `match avs segment` sees what
 * lines and AS path say.
 *
 * Invariants: nothing here changes what the guard decides; a match can only
 * make a map say less or more inside of the plan.  Without an instance no
 * segment is known, and only prefixes can leak.
 *
 * Complexity: that of bgpd's evaluation of the map.
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
#include "bgpd/bgp_ecommunity.h"
#include "bgpd/bgp_lcommunity.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"

DEFINE_MTYPE_STATIC(AVS, AVS_CLAUSE, "AVS route-map clause");

/* deepest chain of `call` that is followed; FRR gives up at 10 */
#define CALL_DEPTH 10

enum place { PLACE_OTHER, PLACE_IN, PLACE_OUT, PLACE_POLICY };

/* compiled argument of a rule; which field counts depends on the rule */
struct clause {
	enum avs_segment segment;
	enum avs_represent represent;
	enum { KIND_DEFAULT, KIND_SUPERNET, KIND_LEARNED } kind;
	char site[AVS_NAME_MAX + 1];
};

/* the question that a policy map is being asked; NULL: none is */
static struct {
	enum avs_segment measured;
	struct avs_policy *policy;
} asked;

/* match rules that exist: without any nobody has to be told of segments */
static unsigned int match_count;

/* ---- arguments --------------------------------------------------------- */

static struct clause *clause_new(void)
{
	return XCALLOC(MTYPE_AVS_CLAUSE, sizeof(struct clause));
}

static void clause_free(void *clause)
{
	XFREE(MTYPE_AVS_CLAUSE, clause);
}

static void match_free(void *clause)
{
	match_count--;
	clause_free(clause);
}

/* "SEGMENT" or "SEGMENT SITE" */
static void *segment_compile(const char *arg)
{
	struct clause *clause = clause_new();
	const char *space = strchr(arg, ' ');
	char name[32];

	strlcpy(name, arg, space ? MIN(sizeof(name), (size_t)(space - arg) + 1) : sizeof(name));
	if (!avs_segment_parse(name, &clause->segment)) {
		clause_free(clause);
		return NULL;
	}
	if (space)
		strlcpy(clause->site, space + 1, sizeof(clause->site));
	return clause;
}

static void *match_segment_compile(const char *arg)
{
	void *clause = segment_compile(arg);

	match_count += clause != NULL;
	return clause;
}

static void *match_route_compile(const char *arg)
{
	static const char *const kinds[] = {
		[KIND_DEFAULT] = "default",
		[KIND_SUPERNET] = "supernet",
		[KIND_LEARNED] = "learned",
	};

	for (unsigned int i = 0; i < array_size(kinds); i++) {
		struct clause *clause;

		if (!strmatch(arg, kinds[i]))
			continue;
		clause = clause_new();
		clause->kind = i;
		match_count++;
		return clause;
	}
	return NULL;
}

static void *advertise_compile(const char *arg)
{
	struct clause *clause = clause_new();

	if (avs_represent_parse(arg, &clause->represent))
		return clause;
	clause_free(clause);
	return NULL;
}

static void *as_path_compile(const char *arg)
{
	return strmatch(arg, "strip-azure") ? clause_new() : NULL;
}

/* ---- matches ----------------------------------------------------------- */

static enum place place_of(const struct bgp_path_info *path)
{
	if (asked.policy)
		return PLACE_POLICY;
	if (!path->peer || !path->peer->bgp)
		return PLACE_OTHER;
	if (CHECK_FLAG(path->peer->rmap_type, PEER_RMAP_TYPE_OUT))
		return PLACE_OUT;
	return CHECK_FLAG(path->peer->rmap_type, PEER_RMAP_TYPE_IN) ? PLACE_IN : PLACE_OTHER;
}

/* the learned path that a map speaks of; NULL: none, or one of our own */
static const struct bgp_path_info *learned_path(const struct bgp_path_info *path)
{
	const struct bgp_path_info *best;

	if (place_of(path) != PLACE_OUT)
		return path;
	/* in an out-map the peer is the destination */
	best = path->net ? avs_rib_selected(path->net) : NULL;
	return best && best->peer != best->peer->bgp->peer_self ? best : NULL;
}

/* false: nothing is known of it */
static bool segment_of(const struct prefix *prefix, const struct bgp_path_info *path,
		       enum avs_segment *segment)
{
	const struct avs_instance *inst;

	if (asked.policy) {
		*segment = asked.measured;
		return true;
	}
	path = learned_path(path);
	inst = path ? avs_instance_find(path->peer->bgp) : NULL;
	if (!inst)
		return false;
	*segment = avs_rib_class(inst, prefix, path).segment;
	return true;
}

static enum route_map_cmd_result_t match_segment(void *rule, const struct prefix *prefix,
						 void *object)
{
	const struct clause *clause = rule;
	enum avs_segment segment;

	if (place_of(object) == PLACE_OTHER || prefix->family != AF_INET ||
	    !segment_of(prefix, object, &segment))
		return RMAP_NOMATCH;
	return segment == clause->segment ? RMAP_MATCH : RMAP_NOMATCH;
}

static bool planned_as_supernet(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	const struct avs_plan *plan = avs_instance_plan(inst);

	for (unsigned int rs = 0; plan && rs < plan->config->rs_count; rs++) {
		const struct avs_entry *entry = avs_plan_find(plan, rs, prefix);

		if (entry && avs_reason_permits(entry->reason) &&
		    (entry->cls == AVS_CLASS_SUPERNET || entry->cls == AVS_CLASS_COMPANION))
			return true;
	}
	return false;
}

static enum route_map_cmd_result_t match_route(void *rule, const struct prefix *prefix,
					       void *object)
{
	const struct clause *clause = rule;
	const struct bgp_path_info *path = object;
	struct avs_prefix p = avs_from_prefix(prefix);
	const struct avs_instance *inst;
	unsigned int kind = KIND_LEARNED;

	if (place_of(path) == PLACE_OTHER || prefix->family != AF_INET)
		return RMAP_NOMATCH;
	inst = avs_instance_find(path->peer->bgp);
	if (avs_prefix_is_default_equivalent(&p))
		kind = KIND_DEFAULT;
	else if (inst && planned_as_supernet(inst, &p))
		kind = KIND_SUPERNET;
	return kind == clause->kind ? RMAP_MATCH : RMAP_NOMATCH;
}

static enum route_map_cmd_result_t match_leak(void *rule, const struct prefix *prefix, void *object)
{
	const struct clause *clause = rule;
	struct avs_prefix p = avs_from_prefix(prefix);
	enum avs_segment segment;

	if (place_of(object) == PLACE_OTHER || prefix->family != AF_INET)
		return RMAP_NOMATCH;
	/* rule 2 */
	if (clause->segment == AVS_SEGMENT_ON_PREMISES && avs_prefix_needs_consent(&p))
		return RMAP_MATCH;
	/* rule 4 */
	return segment_of(prefix, object, &segment) && segment == clause->segment ? RMAP_MATCH
										  : RMAP_NOMATCH;
}

/* ---- actions ----------------------------------------------------------- */

static enum route_map_cmd_result_t set_segment(void *rule, const struct prefix *prefix,
					       void *object)
{
	const struct clause *clause = rule;

	if (asked.policy) {
		asked.policy->classified = true;
		asked.policy->segment = clause->segment;
		asked.policy->site = clause->site;
	}
	return RMAP_OKAY;
}

static enum route_map_cmd_result_t set_advertise(void *rule, const struct prefix *prefix,
						 void *object)
{
	const struct clause *clause = rule;

	if (asked.policy)
		asked.policy->represent = clause->represent;
	return RMAP_OKAY;
}

static enum route_map_cmd_result_t set_as_path(void *rule, const struct prefix *prefix,
					       void *object)
{
	struct bgp_path_info *path = object;

	/* on the way in it would blind the classification */
	if (place_of(path) == PLACE_OUT)
		avs_routemap_strip(path->attr);
	return RMAP_OKAY;
}

static const struct route_map_rule_cmd match_segment_cmd = {
	AVS_RULE_MATCH_SEGMENT,
	match_segment,
	match_segment_compile,
	match_free,
};

static const struct route_map_rule_cmd match_route_cmd = {
	AVS_RULE_MATCH_ROUTE,
	match_route,
	match_route_compile,
	match_free,
};

static const struct route_map_rule_cmd match_leak_cmd = {
	AVS_RULE_MATCH_LEAK,
	match_leak,
	match_segment_compile,
	match_free,
};

static const struct route_map_rule_cmd set_segment_cmd = {
	AVS_RULE_SET_SEGMENT,
	set_segment,
	segment_compile,
	clause_free,
};

static const struct route_map_rule_cmd set_advertise_cmd = {
	AVS_RULE_SET_ADVERTISE,
	set_advertise,
	advertise_compile,
	clause_free,
};

static const struct route_map_rule_cmd set_as_path_cmd = {
	AVS_RULE_SET_AS_PATH,
	set_as_path,
	as_path_compile,
	clause_free,
};

/* ---- the policy -------------------------------------------------------- */

/*
 * The parts of an attribute are shared, or belong to the update that is being
 * evaluated and have no reference: an action frees such a part when it makes
 * another.  With one reference more it leaves all of them alone.
 */
static void hold_parts(const struct attr *attr, long by)
{
	struct community *community = bgp_attr_get_community(attr);
	struct ecommunity *ecommunity = bgp_attr_get_ecommunity(attr);
	struct ecommunity *ipv6_ecommunity = bgp_attr_get_ipv6_ecommunity(attr);
	struct lcommunity *lcommunity = bgp_attr_get_lcommunity(attr);
	struct cluster_list *cluster = bgp_attr_get_cluster(attr);
	struct transit *transit = bgp_attr_get_transit(attr);

	if (attr->aspath)
		attr->aspath->refcnt += by;
	if (community)
		community->refcnt += by;
	if (ecommunity)
		ecommunity->refcnt += by;
	if (ipv6_ecommunity)
		ipv6_ecommunity->refcnt += by;
	if (lcommunity)
		lcommunity->refcnt += by;
	if (cluster)
		cluster->refcnt += by;
	if (transit)
		transit->refcnt += by;
}

struct avs_policy avs_policy_ask(const char *map, const struct prefix *prefix,
				 const struct bgp_path_info *path, enum avs_segment measured)
{
	struct route_map *rmap = route_map_lookup_by_name(map);
	struct avs_policy policy = {.site = ""}, nothing = policy;
	struct attr attr = *path->attr;
	struct bgp_path_info copy = {
		.peer = path->peer,
		.attr = &attr,
		.net = path->net,
	};
	route_map_result_t result;

	if (!rmap || asked.policy || avs_routemap_user_map(map) != AVS_REASON_UNSPEC)
		return nothing;
	avs_compat_attr_forget(&attr);
	hold_parts(path->attr, 1);
	asked.measured = measured;
	asked.policy = &policy;
	result = route_map_apply(rmap, prefix, &copy);
	asked.policy = NULL;
	/* the parts that actions made */
	bgp_attr_flush(&attr);
	hold_parts(path->attr, -1);
	return result == RMAP_PERMITMATCH ? policy : nothing;
}

static bool is_ours(const struct route_map_rule *rule)
{
	return rule->cmd == &match_segment_cmd || rule->cmd == &match_route_cmd ||
	       rule->cmd == &match_leak_cmd;
}

static bool entry_matches(const struct route_map_index *index)
{
	for (const struct route_map_rule *rule = index->match_list.head; rule; rule = rule->next)
		if (is_ours(rule))
			return true;
	return false;
}

static bool entry_has_default(const struct route_map_index *index)
{
	for (const struct route_map_rule *rule = index->set_list.head; rule; rule = rule->next) {
		const struct clause *clause = rule->value;

		if (rule->cmd == &set_advertise_cmd && clause->represent == AVS_REPRESENT_DEFAULT)
			return true;
	}
	return false;
}

static bool entry_acts_in_policy(const struct route_map_index *index)
{
	for (const struct route_map_rule *rule = index->set_list.head; rule; rule = rule->next)
		if (rule->cmd == &set_segment_cmd || rule->cmd == &set_advertise_cmd)
			return true;
	return false;
}

/* does an entry of the map, or of one that it calls, have it?  Loops end at the depth. */
static bool any_entry(const char *name, bool (*has)(const struct route_map_index *index),
		      unsigned int depth)
{
	const struct route_map *map = name ? route_map_lookup_by_name(name) : NULL;

	if (!map || depth > CALL_DEPTH || avs_routemap_user_map(name) == AVS_REASON_MAP_LOOP)
		return false;
	for (const struct route_map_index *index = map->head; index; index = index->next)
		if (has(index) || any_entry(index->nextrm, has, depth + 1))
			return true;
	return false;
}

bool avs_policy_has_default(const char *map)
{
	return any_entry(map, entry_has_default, 0);
}

bool avs_policy_matches(void)
{
	return match_count > 0;
}

bool avs_policy_map_matches(const char *map)
{
	return any_entry(map, entry_matches, 0);
}

void avs_policy_each_match(void (*func)(const char *map))
{
	struct route_map *map, *next;

	if (!match_count)
		return;
	for (map = route_map_master.head; map; map = next) {
		next = map->next;
		if (!map->deleted && !avs_guard_map_reserved(map->name) &&
		    avs_policy_map_matches(map->name))
			func(map->name);
	}
}

/* ---- actions that nobody asks for -------------------------------------- */

struct reach {
	const char *name;
	bool reached;
};

static bool calls(const char *from, const char *name, unsigned int depth)
{
	const struct route_map *map;

	if (!from || depth > CALL_DEPTH)
		return false;
	if (strmatch(from, name))
		return true;
	map = route_map_lookup_by_name(from);
	for (const struct route_map_index *index = map ? map->head : NULL; index;
	     index = index->next)
		if (calls(index->nextrm, name, depth + 1))
			return true;
	return false;
}

static void reach_by(struct avs_instance *inst, void *arg)
{
	const char *policy = avs_instance_effective(inst)->policy;
	struct reach *reach = arg;

	if (policy && avs_routemap_user_map(policy) != AVS_REASON_MAP_LOOP)
		reach->reached |= calls(policy, reach->name, 0);
}

static bool entry_own(const struct route_map *map)
{
	for (const struct route_map_index *index = map->head; index; index = index->next)
		if (entry_acts_in_policy(index))
			return true;
	return false;
}

const char *avs_policy_inert(const char *after)
{
	bool found = after == NULL;

	for (const struct route_map *map = route_map_master.head; map; map = map->next) {
		struct reach reach = {.name = map->name};

		if (!found) {
			found = strmatch(map->name, after);
			continue;
		}
		if (map->deleted || !entry_own(map))
			continue;
		avs_instance_each(reach_by, &reach);
		if (!reach.reached)
			return map->name;
	}
	return NULL;
}

void avs_policy_init(void)
{
	route_map_install_match(&match_segment_cmd);
	route_map_install_match(&match_route_cmd);
	route_map_install_match(&match_leak_cmd);
	route_map_install_set(&set_segment_cmd);
	route_map_install_set(&set_advertise_cmd);
	route_map_install_set(&set_as_path_cmd);
}
