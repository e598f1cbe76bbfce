// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths as they were received, where the user's map has changed them.
 *
 * Purpose: AS path and communities tell where a route is from, and a map of the user may
 * rewrite them: the guide of Azure VMware Solution has one that takes Microsoft's numbers
 * out of the path.  Classification must not believe it.
 *
 * Representation.  The owned in-map sees a path twice: its first entry notes what it was
 * (shared parts are not referred to yet, since bgpd keeps them while it evaluates the map),
 * the last one, behind the user's map, compares.  What differs is kept with references of
 * its own, as a candidate: bgpd may still drop the route.  When it takes the route over it
 * says so in a hook, with the destination and the peer, and the candidate becomes an entry
 * of a tree ordered by (prefix, peer), in place of the one before.  Without a difference
 * the entry before goes.  There is one candidate at most; the next evaluation ends it, which
 * happens to what a map denies, and to what `show ... received-routes` evaluates.
 *
 * Where bgpd has a received copy of its own (soft-reconfiguration inbound) that one is read.
 * A peer that sends several paths of a prefix is not told apart here (the map is not told
 * which one it has): behind a map of the user they are unknown.
 *
 * bgpd itself puts the number of `neighbor X local-as` in front of what it receives; a run of
 * our own numbers before 65515 is passed over.
 *
 * Invariants: an entry exists only while its peer has a path of the prefix, so there are no
 * more of them than bgpd has paths; every part in an entry has a reference.
 *
 * Complexity: without a map of the user a test of two pointers; with it O(log entries) per
 * route, about 100 octets for each that was changed.  A tree, because a hash would be resized
 * in one piece.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "prefix.h"
#include "routemap.h"
#include "typesafe.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_advertise.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_ecommunity.h"
#include "bgpd/bgp_lcommunity.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/core/avs_classify.h"

DEFINE_MTYPE_STATIC(AVS, AVS_RECEIVED, "AVS path as received");

/* deepest chain of `call` that is followed; FRR gives up at 10 */
#define CALL_DEPTH 10
/* entries of a map and of those that it calls */
#define ENTRIES_MAX 1000

/* what a map of the user can change, and a line or a policy can read */
struct parts {
	struct aspath *aspath;
	struct community *community;
	struct ecommunity *ecommunity;
	struct lcommunity *lcommunity;
	struct in_addr nexthop;
	uint32_t med, local_pref, weight, tag;
	uint64_t flag;
	uint8_t origin;
	bool unknown; /* a part that nobody keeps: it may be gone when it is compared */
};

PREDECL_RBTREE_UNIQ(changed);
struct changed {
	struct changed_item item;
	struct avs_prefix prefix;
	const struct peer *peer; /* compared, never read */
	struct parts parts;
};

static int changed_cmp(const struct changed *a, const struct changed *b)
{
	int cmp = avs_prefix_cmp(&a->prefix, &b->prefix);

	if (cmp)
		return cmp;
	if (a->peer != b->peer)
		return (uintptr_t)a->peer < (uintptr_t)b->peer ? -1 : 1;
	return 0;
}
DECLARE_RBTREE_UNIQ(changed, struct changed, item, changed_cmp);

/* how far the evaluation of the owned in-map has come */
enum state {
	STATE_NONE,
	STATE_NOTED,   /* the user's map is next, or has denied it; `parts` has references */
	STATE_SAME,    /* it changed nothing that counts; `parts` has none */
	STATE_CHANGED, /* `parts` has references */
};

struct seen {
	char rs[AVS_NAME_MAX + 1];
	avs_segset segments;
	bool dropped; /* some of it by bgpd itself: no table has it, whatever the map */
};

/* entries of a peer in the tree: never 0 */
struct tally {
	const struct peer *peer; /* compared, never read */
	size_t changed;
};

struct avs_received {
	struct changed_head tree;
	struct tally *tallies;
	size_t tally_count;
	enum state state;
	struct avs_prefix prefix;
	const struct peer *peer;
	const struct bgp_path_info *path;
	struct parts parts;
	struct seen seen[AVS_RS_MAX];
};

/* ---- parts ------------------------------------------------------------- */

static struct parts parts_of(const struct attr *attr)
{
	struct parts parts = {
		.aspath = attr->aspath,
		.community = bgp_attr_get_community(attr),
		.ecommunity = bgp_attr_get_ecommunity(attr),
		.lcommunity = bgp_attr_get_lcommunity(attr),
		.nexthop = attr->nexthop,
		.med = attr->med,
		.local_pref = attr->local_pref,
		.weight = attr->weight,
		.tag = attr->tag,
		.flag = attr->flag,
		.origin = attr->origin,
	};

	parts.unknown = (parts.aspath && !parts.aspath->refcnt) ||
			(parts.community && !parts.community->refcnt) ||
			(parts.ecommunity && !parts.ecommunity->refcnt) ||
			(parts.lcommunity && !parts.lcommunity->refcnt);
	return parts;
}

static void parts_put(const struct parts *parts, struct attr *attr)
{
	attr->aspath = parts->aspath;
	bgp_attr_set_community(attr, parts->community);
	bgp_attr_set_ecommunity(attr, parts->ecommunity);
	bgp_attr_set_lcommunity(attr, parts->lcommunity);
	attr->nexthop = parts->nexthop;
	attr->med = parts->med;
	attr->local_pref = parts->local_pref;
	attr->weight = parts->weight;
	attr->tag = parts->tag;
	attr->flag = parts->flag;
	attr->origin = parts->origin;
}

static void parts_hold(struct parts *parts)
{
	/* of unknown ones nothing may be touched any more */
	if (parts->unknown) {
		*parts = (struct parts){.unknown = true};
		return;
	}
	if (parts->aspath)
		parts->aspath->refcnt++;
	if (parts->community)
		parts->community->refcnt++;
	if (parts->ecommunity)
		parts->ecommunity->refcnt++;
	if (parts->lcommunity)
		parts->lcommunity->refcnt++;
}

static void parts_release(struct parts *parts)
{
	if (parts->aspath)
		aspath_unintern(&parts->aspath);
	if (parts->community)
		community_unintern(&parts->community);
	if (parts->ecommunity)
		ecommunity_unintern(&parts->ecommunity);
	if (parts->lcommunity)
		lcommunity_unintern(&parts->lcommunity);
}

/*
 * Does classification read the one otherwise than the other?  all: a policy stands, which can
 * match what else there is.
 */
static bool parts_differ(const struct parts *was, const struct parts *is, bool all)
{
	if (was->unknown)
		return true;
	if (!was->aspath || !is->aspath ||
	    (was->aspath != is->aspath && !aspath_cmp(was->aspath, is->aspath)))
		return true;
	if (was->community != is->community && !community_cmp(was->community, is->community))
		return true;
	if (was->lcommunity != is->lcommunity && !lcommunity_cmp(was->lcommunity, is->lcommunity))
		return true;
	if (!all)
		return false;
	return (was->ecommunity != is->ecommunity &&
		!ecommunity_cmp(was->ecommunity, is->ecommunity)) ||
	       was->nexthop.s_addr != is->nexthop.s_addr || was->med != is->med ||
	       was->local_pref != is->local_pref || was->weight != is->weight ||
	       was->tag != is->tag || was->flag != is->flag || was->origin != is->origin;
}

/* ---- the store --------------------------------------------------------- */

struct avs_received *avs_received_new(void)
{
	struct avs_received *received = XCALLOC(MTYPE_AVS_RECEIVED, sizeof(*received));

	changed_init(&received->tree);
	return received;
}

static void end_candidate(struct avs_received *received)
{
	if (received->state == STATE_NOTED || received->state == STATE_CHANGED)
		parts_release(&received->parts);
	received->state = STATE_NONE;
	received->path = NULL;
}

/* one more, or one less, of this peer */
static void tally(struct avs_received *received, const struct peer *peer, int more)
{
	struct tally *t = received->tallies, *end = t + received->tally_count;

	while (t < end && t->peer != peer)
		t++;
	if (t == end) {
		received->tallies = XREALLOC(MTYPE_AVS_RECEIVED, received->tallies,
					     (received->tally_count + 1) * sizeof(*t));
		t = &received->tallies[received->tally_count++];
		*t = (struct tally){.peer = peer};
	}
	t->changed += more;
	if (!t->changed)
		*t = received->tallies[--received->tally_count];
}

static void drop(struct avs_received *received, struct changed *entry)
{
	tally(received, entry->peer, -1);
	changed_del(&received->tree, entry);
	parts_release(&entry->parts);
	XFREE(MTYPE_AVS_RECEIVED, entry);
}

void avs_received_free(struct avs_received *received)
{
	struct changed *entry;

	if (!received)
		return;
	end_candidate(received);
	while ((entry = changed_first(&received->tree)))
		drop(received, entry);
	changed_fini(&received->tree);
	XFREE(MTYPE_AVS_RECEIVED, received->tallies);
	XFREE(MTYPE_AVS_RECEIVED, received);
}

static struct changed *find(struct avs_received *received, const struct avs_prefix *prefix,
			    const struct peer *peer)
{
	struct changed key = {.prefix = *prefix, .peer = peer};

	if (!changed_count(&received->tree))
		return NULL;
	return changed_find(&received->tree, &key);
}

/* ---- segments seen ----------------------------------------------------- */

static struct seen *seen_of(struct avs_received *received, const char *rs)
{
	struct seen *free = &received->seen[0];

	for (unsigned int i = 0; i < AVS_RS_MAX; i++) {
		if (strmatch(received->seen[i].rs, rs))
			return &received->seen[i];
		if (!received->seen[i].rs[0])
			free = &received->seen[i];
	}
	/* names that are gone have been given back: there is one left */
	*free = (struct seen){};
	strlcpy(free->rs, rs, sizeof(free->rs));
	return free;
}

avs_segset avs_received_seen(const struct avs_instance *inst, const char *rs)
{
	const struct avs_received *received = avs_instance_received(inst);

	for (unsigned int i = 0; i < AVS_RS_MAX; i++)
		if (strmatch(received->seen[i].rs, rs))
			return received->seen[i].segments;
	return 0;
}

void avs_received_forget(struct avs_instance *inst, const char *rs)
{
	struct seen *seen = seen_of(avs_instance_received(inst), rs);

	seen->segments = 0;
	seen->dropped = false;
}

bool avs_received_dropped(const struct avs_instance *inst, const char *rs)
{
	const struct avs_received *received = avs_instance_received(inst);

	for (unsigned int i = 0; i < AVS_RS_MAX; i++)
		if (strmatch(received->seen[i].rs, rs))
			return received->seen[i].dropped;
	return false;
}

void avs_received_doubt(struct avs_instance *inst, const char *rs)
{
	seen_of(avs_instance_received(inst), rs)->segments |= AVS_SEG_BIT(AVS_SEGMENT_UNKNOWN);
}

void avs_received_prune(struct avs_instance *inst, const struct avs_config *config)
{
	struct avs_received *received = avs_instance_received(inst);

	for (unsigned int i = 0; i < AVS_RS_MAX; i++)
		if (avs_config_find_rs(config, received->seen[i].rs) == AVS_RS_NONE)
			received->seen[i] = (struct seen){};
}

void avs_received_see(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		      const struct bgp_path_info *path)
{
	struct avs_verdict_class class = avs_rib_class(inst, prefix, path);
	struct seen *seen = seen_of(avs_instance_received(inst), rs);
	avs_segset bit = AVS_SEG_BIT(class.segment);

	/* nothing of the other appliance counts */
	if (avs_is_sibling(&class) || (seen->segments & bit))
		return;
	seen->segments |= bit;
	avs_instance_mark_plan(inst, "routes");
}

void avs_received_see_dropped(struct avs_instance *inst, const char *rs,
			      const struct prefix *prefix, const struct bgp_path_info *path)
{
	seen_of(avs_instance_received(inst), rs)->dropped = true;
	avs_received_see(inst, rs, prefix, path);
}

/* ---- the owned in-map -------------------------------------------------- */

/* bgpd asks for the next hop behind the map; one that is this router itself is no path */
static bool is_dropped(const struct bgp_path_info *path)
{
	return bgp_update_martian_nexthop(path->peer->bgp, AFI_IP, SAFI_UNICAST, ZEBRA_ROUTE_BGP,
					  BGP_ROUTE_NORMAL, path->attr, path->net);
}

void avs_received_note(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		       const struct bgp_path_info *path, bool called)
{
	struct avs_received *received = avs_instance_received(inst);

	end_candidate(received);
	if (!called) {
		if (is_dropped(path))
			avs_received_see_dropped(inst, rs, prefix, path);
		return;
	}
	received->prefix = avs_from_prefix(prefix);
	received->peer = path->peer;
	received->path = path;
	received->parts = parts_of(path->attr);
	/* where the map denies nobody comes back, and the UPDATE's own parts go */
	parts_hold(&received->parts);
	received->state = STATE_NOTED;
	avs_received_see(inst, rs, prefix, path);
}

void avs_received_compare(struct avs_instance *inst, const struct bgp_path_info *path)
{
	struct avs_received *received = avs_instance_received(inst);
	struct parts now;

	if (received->state != STATE_NOTED || received->path != path)
		return;
	now = parts_of(path->attr);
	received->path = NULL;
	received->state = STATE_CHANGED;
	if (parts_differ(&received->parts, &now, avs_instance_effective(inst)->policy != NULL))
		return;
	parts_release(&received->parts);
	received->state = STATE_SAME;
}

void avs_received_taken(struct avs_instance *inst, const struct bgp_dest *dest,
			const struct peer *peer)
{
	struct avs_received *received = avs_instance_received(inst);
	struct avs_prefix prefix;
	struct changed *entry;
	bool mine;

	if (received->state == STATE_NONE && !changed_count(&received->tree))
		return;
	prefix = avs_from_prefix(bgp_dest_get_prefix((struct bgp_dest *)dest));
	mine = received->state == STATE_CHANGED && received->peer == peer &&
	       avs_prefix_equal(&received->prefix, &prefix);
	entry = find(received, &prefix, peer);
	if (!mine) {
		if (entry)
			drop(received, entry);
		return;
	}
	if (entry) {
		parts_release(&entry->parts);
	} else {
		entry = XCALLOC(MTYPE_AVS_RECEIVED, sizeof(*entry));
		entry->prefix = prefix;
		entry->peer = peer;
		changed_add(&received->tree, entry);
		tally(received, peer, 1);
	}
	entry->parts = received->parts;
	received->state = STATE_NONE;
}

static bool has_path(struct bgp_dest *dest, const struct peer *peer)
{
	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next)
		if (pi->peer == peer)
			return true;
	return false;
}

void avs_received_reaped(struct avs_instance *inst, struct bgp_dest *dest, const struct peer *gone)
{
	struct avs_received *received = avs_instance_received(inst);
	struct changed key = {}, *entry, *next;

	if (!changed_count(&received->tree))
		return;
	key.prefix = avs_from_prefix(bgp_dest_get_prefix(dest));
	for (entry = changed_find_gteq(&received->tree, &key);
	     entry && avs_prefix_equal(&entry->prefix, &key.prefix); entry = next) {
		next = changed_next(&received->tree, entry);
		if ((!gone || entry->peer == gone) && !has_path(dest, entry->peer))
			drop(received, entry);
	}
}

/* ---- reading ----------------------------------------------------------- */

/* several paths of a prefix at once, of which a map knows only one at a time */
static bool sends_several(const struct bgp_path_info *pi)
{
	return pi->addpath_rx_id ||
	       CHECK_FLAG(pi->peer->af_cap[AFI_IP][SAFI_UNICAST], PEER_CAP_ADDPATH_AF_TX_RCV);
}

/* the copy that soft-reconfiguration inbound keeps */
static const struct attr *received_copy(const struct bgp_path_info *pi)
{
	if (!pi->net)
		return NULL;
	for (const struct bgp_adj_in *in = pi->net->adj_in; in; in = in->next)
		if (in->peer == pi->peer && in->addpath_rx_id == pi->addpath_rx_id)
			return in->attr;
	return NULL;
}

static bool user_map_called(const struct avs_instance *inst, const struct peer *peer)
{
	const struct avs_config *config = avs_instance_effective(inst);
	bool conflict;
	unsigned int rs = avs_instance_role(inst, peer, &conflict);

	return rs != AVS_RS_NONE && config->rs[rs].map_in;
}

static bool is_own(const struct peer *peer, as_t as)
{
	return as == peer->bgp->as || as == peer->local_as || as == peer->change_local_as;
}

/* where the path begins without what bgpd, or somebody who loops, put in front; NULL: there */
static const char *after_own(const struct peer *peer, const struct aspath *aspath)
{
	const struct assegment *first = aspath ? aspath->segments : NULL;
	const char *text;
	unsigned int own = 0;

	if (!first || first->type != AS_SEQUENCE || !first->length || !is_own(peer, first->as[0]))
		return NULL;
	while (own < first->length && is_own(peer, first->as[own]))
		own++;
	/* nothing of Azure's behind it: only what bgpd itself has put there */
	if (own == first->length || first->as[own] != AVS_AS_ROUTE_SERVER) {
		if (!peer->change_local_as || first->as[0] != peer->change_local_as ||
		    CHECK_FLAG(peer->flags, PEER_FLAG_LOCAL_AS_NO_PREPEND))
			return NULL;
		own = 1;
	}
	text = aspath->str;
	while (text && own--) {
		text = strchr(text, ' ');
		if (text)
			text++;
	}
	return text ? text : "";
}

void avs_received_view(const struct avs_instance *inst, const struct prefix *prefix,
		       const struct bgp_path_info *pi, struct avs_received_view *view)
{
	struct avs_received *received = avs_instance_received(inst);
	struct avs_prefix p = avs_from_prefix(prefix);
	const struct attr *copy = received_copy(pi);
	const struct changed *entry;
	const char *rest;

	view->attr = copy ? *copy : *pi->attr;
	view->unknown = false;
	view->made = NULL;
	/* bgpd evaluates on its stack: the address alone may be another route's by now */
	if (received->state == STATE_NOTED && received->path == pi && received->peer == pi->peer &&
	    avs_prefix_equal(&received->prefix, &p)) {
		view->unknown = received->parts.unknown;
		if (!view->unknown)
			parts_put(&received->parts, &view->attr);
	} else if (!copy) {
		entry = find(received, &p, pi->peer);
		if (entry && entry->parts.unknown)
			view->unknown = true;
		else if (entry)
			parts_put(&entry->parts, &view->attr);
		if (sends_several(pi) && user_map_called(inst, pi->peer))
			view->unknown = true;
	}
	rest = after_own(pi->peer, view->attr.aspath);
	if (rest)
		view->attr.aspath = view->made = aspath_intern(avs_compat_aspath(rest));
}

void avs_received_done(struct avs_received_view *view)
{
	if (view->made)
		aspath_unintern(&view->made);
}

size_t avs_received_changed(const struct avs_instance *inst, const struct peer *peer)
{
	const struct avs_received *received = avs_instance_received(inst);

	for (size_t i = 0; i < received->tally_count; i++)
		if (received->tallies[i].peer == peer)
			return received->tallies[i].changed;
	return 0;
}

bool avs_received_rewrites(const struct route_map_index *index)
{
	for (const struct route_map_rule *set = index->set_list.head; set; set = set->next)
		if (strstr(set->cmd->str, "as-path") || strstr(set->cmd->str, "comm"))
			return true;
	return false;
}

/* left: entries that are looked at; who has more is taken for one that does */
static bool map_rewrites(const struct route_map *map, unsigned int depth, unsigned int *left)
{
	/* undefined, or calls itself: it denies */
	if (!map || depth > CALL_DEPTH)
		return false;
	for (const struct route_map_index *index = map->head; index; index = index->next)
		if (!*left || !--*left || avs_received_rewrites(index) ||
		    (index->nextrm &&
		     map_rewrites(route_map_lookup_by_name(index->nextrm), depth + 1, left)))
			return true;
	return false;
}

const char *avs_received_rewritten_by(const struct peer *peer)
{
	const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	unsigned int left = ENTRIES_MAX;

	if (!map || avs_guard_map_reserved(map) ||
	    CHECK_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG))
		return NULL;
	return map_rewrites(route_map_lookup_by_name(map), 0, &left) ? map : NULL;
}

const char *avs_received_hidden_by(const struct peer *peer, enum avs_hidden *kind)
{
	const struct bgp_filter *filter = &peer->filter[AFI_IP][SAFI_UNICAST];

	*kind = AVS_HIDDEN_MAP;
	if (filter->map[RMAP_IN].name && !avs_guard_map_reserved(filter->map[RMAP_IN].name))
		return filter->map[RMAP_IN].name;
	*kind = AVS_HIDDEN_PREFIXES;
	if (filter->plist[FILTER_IN].name)
		return filter->plist[FILTER_IN].name;
	*kind = AVS_HIDDEN_PATHS;
	if (filter->aslist[FILTER_IN].name)
		return filter->aslist[FILTER_IN].name;
	*kind = AVS_HIDDEN_ACCESS;
	if (filter->dlist[FILTER_IN].name)
		return filter->dlist[FILTER_IN].name;
	*kind = AVS_HIDDEN_NOT;
	return NULL;
}

/* ---- the rule ---------------------------------------------------------- */

static enum route_map_cmd_result_t received_apply(void *arg, const struct prefix *prefix,
						  void *object)
{
	const struct bgp_path_info *path = object;
	struct avs_instance *inst = path->peer ? avs_instance_find(path->peer->bgp) : NULL;

	if (inst)
		avs_received_compare(inst, path);
	return RMAP_OKAY;
}

/* it has no argument, and FRR wants something that is not NULL */
static void *received_compile(const char *arg)
{
	return XSTRDUP(MTYPE_AVS_RECEIVED, arg);
}

static void received_free(void *rule)
{
	XFREE(MTYPE_AVS_RECEIVED, rule);
}

static const struct route_map_rule_cmd received_cmd = {
	AVS_RULE_RECEIVED,
	received_apply,
	received_compile,
	received_free,
};

void avs_received_init(void)
{
	route_map_install_set(&received_cmd);
}
