// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is known of a route server's reach, and what is not (rule 2).
 *
 * Purpose: on-premises must not get a default because nobody saw that it would.  What
 * is not known counts as reached, and there are four ways of not knowing:
 *
 *   - it was observed, and is not any more: a circuit that is down comes back.  What was
 *     observed once stays until the route server has no line any more, a segment line says
 *     that these routes are something else, or the user has it forgotten;
 *   - something stands in front of our in-map, and drops what it would have seen;
 *   - a neighbour is up and has not told its routes yet, or not since something else than our
 *     own map stood in front of us: what that made of them is what the table has;
 *   - it delivers routes that nobody can place: the table knows that, and the core asks it.
 *
 * What stands in front of us is bgp_update()'s list, in its order: loops in the path, which
 * avs_update_in.c notices; distribute-list, prefix-list and filter-list (a peer-group's are the
 * member's own there, and what is sent as ORF is that prefix-list); `bgp reject-as-sets`, and
 * attributes that make a withdrawal of an UPDATE; the route-map; and maximum-prefix, which ends
 * the session.
 *
 * Representation: one slot for each route server, by name, because indexes change, with the
 * addresses of its neighbours, because what was observed is theirs under another name too; and
 * the time at which each neighbour came up, noted in bgpd's hook: bgpd's own
 * `uptime` is that of the last session while the hook runs, so that who was down for long
 * would seem to have been silent for long.
 *
 * What a map that our own in-map calls denies is in no table, but avs_received.c has seen it. It
 * does not know what is withdrawn, so that before it is made to forget something the
 * neighbours have to be asked for their routes; for AVS_SILENCE they have not told them then.
 *
 * Bounds: AVS_RS_MAX slots; one entry for each neighbour with a role that is up.
 *
 * Complexity: O(neighbours with a role) for each plan and each look, and of those whose reach is
 * remembered O(neighbours) each.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "monotime.h"
#include "routemap.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"

DEFINE_MTYPE_STATIC(AVS, AVS_REACH, "AVS reach");

/* deepest chain of `call` that is followed; FRR gives up at 10 */
#define CALL_DEPTH 10
/* entries looked at on the way; a map that is larger may hide something */
#define MAP_STEPS 4096

struct slot {
	char rs[AVS_NAME_MAX + 1]; /* "": free */
	bool remembered;
	time_t last;	/* monotonic: when on-premises was seen for the last time */
	time_t asked;	/* monotonic: when the neighbours were asked for all routes; 0: never */
	uint32_t most;	/* on-premises prefixes at the same time, at most so far */
	uint32_t moved; /* prefixes that were on-premises, and are something else by new lines */
	bool hidden;	/* something has hidden its routes, when it was looked at last */
	/* its neighbours when that was seen: it is known of them, whatever the name is by now */
	struct avs_prefix *neighbors;
	size_t neighbor_count;
};

struct came_up {
	struct avs_prefix address;
	time_t when; /* monotonic */
	time_t told; /* bgpd's time of the session that has told its routes; 0: not yet */
	time_t anew; /* monotonic: it has to tell them anew since then; 0: it has not */
	bool mute;   /* it cannot be asked to */
	bool listed; /* a list of the user stands before our map */
};

struct avs_reach {
	struct slot slots[AVS_RS_MAX];
	struct came_up *up;
	size_t up_count;
};

struct avs_reach *avs_reach_new(void)
{
	return XCALLOC(MTYPE_AVS_REACH, sizeof(struct avs_reach));
}

void avs_reach_free(struct avs_reach *reach)
{
	if (!reach)
		return;
	for (size_t i = 0; i < AVS_RS_MAX; i++)
		XFREE(MTYPE_AVS_REACH, reach->slots[i].neighbors);
	XFREE(MTYPE_AVS_REACH, reach->up);
	XFREE(MTYPE_AVS_REACH, reach);
}

static struct slot *find(struct avs_reach *reach, const char *rs)
{
	for (size_t i = 0; i < AVS_RS_MAX; i++)
		if (reach->slots[i].rs[0] && strmatch(reach->slots[i].rs, rs))
			return &reach->slots[i];
	return NULL;
}

/* ---- sessions ---------------------------------------------------------- */

static struct came_up *entry_of(const struct avs_reach *reach, const struct peer *peer)
{
	struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));

	for (size_t i = 0; i < reach->up_count; i++)
		if (avs_prefix_equal(&reach->up[i].address, &address))
			return &reach->up[i];
	return NULL;
}

static struct came_up *entry_made(struct avs_reach *reach, const struct peer *peer)
{
	struct came_up *entry = entry_of(reach, peer);

	if (entry)
		return entry;
	reach->up =
		XREALLOC(MTYPE_AVS_REACH, reach->up, (reach->up_count + 1) * sizeof(*reach->up));
	entry = &reach->up[reach->up_count++];
	*entry = (struct came_up){.address = avs_from_sockunion(avs_peer_remote(peer))};
	return entry;
}

void avs_reach_session(struct avs_instance *inst, const struct peer *peer)
{
	struct avs_reach *reach = avs_instance_reach(inst);
	struct came_up *entry = entry_of(reach, peer);
	bool conflict;

	if (!avs_peer_up(peer)) {
		if (entry)
			*entry = reach->up[--reach->up_count];
		return;
	}
	if (!entry && avs_instance_role(inst, peer, &conflict) == AVS_RS_NONE)
		return;
	entry = entry_made(reach, peer);
	*entry = (struct came_up){.address = entry->address, .when = monotime(NULL)};
}

static bool can_be_asked(struct peer *peer, void *arg)
{
	return !avs_peer_up(peer) || CHECK_FLAG(peer->cap, AVS_CAP_REFRESH_RCV) ||
	       CHECK_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG);
}

/* bgpd itself asks when something in front of us goes */
static void tells_anew(struct came_up *entry, struct peer *peer)
{
	entry->anew = monotime(NULL);
	entry->mute = !can_be_asked(peer, NULL);
}

/* Was it in shadow until now, so that avs_adopt.c has had it tell everything? */
static bool left_shadow(const struct avs_instance *inst, const char *rs)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	unsigned int index = plan ? avs_config_find_rs(plan->config, rs) : AVS_RS_NONE;

	return index != AVS_RS_NONE && plan->config->rs[index].leaving;
}

void avs_reach_attach(struct avs_instance *inst, struct peer *peer, const char *rs, const char *map)
{
	const char *now = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	/* RFC 8212: without a policy bgpd has dropped everything so far */
	bool dropped = peer->sort == BGP_PEER_EBGP &&
		       CHECK_FLAG(peer->bgp->flags, BGP_FLAG_EBGP_REQUIRES_POLICY);

	/* where nothing stood, and nothing was dropped, paths are as they were received */
	if (!avs_peer_up(peer) || (now ? strmatch(now, map) : !dropped) || left_shadow(inst, rs))
		return;
	tells_anew(entry_made(avs_instance_reach(inst), peer), peer);
}

static bool is_listed(const struct peer *peer)
{
	const struct bgp_filter *filter = &peer->filter[AFI_IP][SAFI_UNICAST];

	return filter->dlist[FILTER_IN].name || filter->plist[FILTER_IN].name ||
	       filter->aslist[FILTER_IN].name;
}

/* a list has gone, or who was to tell anew has done so; NULL: nothing is noted of it */
static struct came_up *look_anew(struct avs_reach *reach, struct peer *peer)
{
	struct came_up *entry = entry_of(reach, peer);
	bool listed = is_listed(peer);
	time_t now = monotime(NULL);

	if (!entry && !listed)
		return NULL;
	entry = entry_made(reach, peer);
	if (entry->listed && !listed)
		tells_anew(entry, peer);
	entry->listed = listed;
	if (entry->anew && !entry->mute &&
	    (now - entry->anew >= AVS_ANSWER ||
	     now - MAX(entry->anew, peer->update_time) >= AVS_SILENCE))
		entry->anew = 0;
	return entry;
}

/*
 * Up, and its routes are still to come?  Who has told them once has for as long as the session
 * lasts: without End-of-RIB, as Route Server is, every later UPDATE would look like a beginning.
 */
static bool untold(const struct avs_instance *inst, struct peer *peer)
{
	struct came_up *entry;

	if (!avs_peer_up(peer))
		return false;
	entry = look_anew(avs_instance_reach(inst), peer);
	if (!entry)
		return !avs_session_told(peer, 0);
	if (entry->anew)
		return true;
	if (entry->told != peer->uptime && avs_session_told(peer, entry->when))
		entry->told = peer->uptime;
	return entry->told != peer->uptime;
}

/* the neighbours have been asked for their routes, and may have more to tell */
static bool is_asked(const struct avs_instance *inst, const char *rs)
{
	const struct slot *slot = find(avs_instance_reach(inst), rs);

	return slot && slot->asked && monotime(NULL) - slot->asked <= AVS_SILENCE;
}

struct look {
	const struct avs_instance *inst;
	bool asked;
	struct peer *untold; /* the first one, but one that cannot be asked is named first */
	bool mute;	     /* it is one */
	uint32_t hash;
	char filter[256];
};

static bool look_untold(struct peer *peer, void *arg)
{
	struct look *look = arg;
	const struct came_up *entry;
	bool mute;

	if (!untold(look->inst, peer) && !(look->asked && avs_peer_up(peer)))
		return true;
	entry = entry_of(avs_instance_reach(look->inst), peer);
	mute = entry && entry->anew && entry->mute;
	if (!look->untold || (mute && !look->mute)) {
		look->untold = peer;
		look->mute = mute;
	}
	look->hash = jhash_1word(sockunion_hash(avs_peer_remote(peer)), look->hash);
	return true;
}

uint32_t avs_reach_untold(const struct avs_instance *inst, const struct avs_config *config)
{
	struct look look = {.inst = inst};

	for (unsigned int rs = 0; rs < config->rs_count; rs++) {
		look.asked = is_asked(inst, config->rs[rs].name);
		avs_session_each(avs_instance_bgp(inst), config, rs, look_untold, &look);
	}
	return look.hash;
}

static bool has_to_tell(struct peer *peer, void *arg)
{
	const struct look *look = arg;

	return !avs_peer_up(peer) || untold(look->inst, peer);
}

bool avs_reach_settled(const struct avs_instance *inst, const struct avs_config *config,
		       unsigned int rs)
{
	struct look look = {.inst = inst};

	return !avs_session_each(avs_instance_bgp(inst), config, rs, has_to_tell, &look);
}

bool avs_reach_waits(const struct avs_instance *inst, const struct peer *peer, const char *rs)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	unsigned int index = plan ? avs_config_find_rs(plan->config, rs) : AVS_RS_NONE;

	return index != AVS_RS_NONE && plan->rs[index].relies && untold(inst, (struct peer *)peer);
}

/* ---- filters ----------------------------------------------------------- */

/*
 * May a route not come out of this map as what it was?  It does where the map denies nothing
 * and changes nothing that classification reads.
 */
static bool map_entries_hide(const struct route_map *map, unsigned int depth, unsigned int *steps)
{
	if (!map || depth > CALL_DEPTH)
		return true;
	for (const struct route_map_index *index = map->head; index; index = index->next) {
		if (index->type == RMAP_DENY || avs_received_rewrites(index) ||
		    ++*steps > MAP_STEPS)
			return true;
		if (index->nextrm &&
		    map_entries_hide(route_map_lookup_by_name(index->nextrm), depth + 1, steps))
			return true;
		/* everything ends here */
		if (!index->match_list.head && index->exitpolicy == RMAP_EXIT)
			return false;
	}
	return true;
}

static bool map_hides(const char *name)
{
	unsigned int steps = 0;

	return map_entries_hide(route_map_lookup_by_name(name), 0, &steps);
}

/* the line that would have to go, as the user wrote it: of the neighbour or of its group */
static void name_line(struct look *look, const struct peer *peer, bool own, const char *what,
		      const char *name)
{
	snprintf(look->filter, sizeof(look->filter), "neighbor %s %s %s in",
		 own || !peer->group ? peer->host : peer->group->name, what, name);
}

static bool look_filters(struct peer *peer, void *arg)
{
	const struct bgp_filter *filter = &peer->filter[AFI_IP][SAFI_UNICAST];
	uint8_t own = peer->filter_override[AFI_IP][SAFI_UNICAST][FILTER_IN];
	const char *map = filter->map[RMAP_IN].name;
	struct look *look = arg;
	unsigned int attribute = avs_compat_withdraws(peer);

	if (filter->dlist[FILTER_IN].name)
		name_line(look, peer, CHECK_FLAG(own, PEER_FT_DISTRIBUTE_LIST), "distribute-list",
			  filter->dlist[FILTER_IN].name);
	else if (filter->plist[FILTER_IN].name)
		name_line(look, peer, CHECK_FLAG(own, PEER_FT_PREFIX_LIST), "prefix-list",
			  filter->plist[FILTER_IN].name);
	else if (filter->aslist[FILTER_IN].name)
		name_line(look, peer, CHECK_FLAG(own, PEER_FT_FILTER_LIST), "filter-list",
			  filter->aslist[FILTER_IN].name);
	else if (map && !avs_guard_map_reserved(map) && map_hides(map))
		name_line(look, peer, CHECK_FLAG(own, PEER_FT_ROUTE_MAP), "route-map", map);
	else if (CHECK_FLAG(peer->sflags, PEER_STATUS_PREFIX_OVERFLOW))
		snprintf(look->filter, sizeof(look->filter), "neighbor %s maximum-prefix %u",
			 !peer->group || CHECK_FLAG(peer->af_flags_override[AFI_IP][SAFI_UNICAST],
						    PEER_FLAG_MAX_PREFIX)
				 ? peer->host
				 : peer->group->name,
			 peer->pmax[AFI_IP][SAFI_UNICAST]);
	else if (attribute)
		snprintf(look->filter, sizeof(look->filter),
			 "neighbor %s path-attribute treat-as-withdraw %u", peer->host, attribute);
	/* one is enough */
	return !look->filter[0];
}

/* what hides routes of a route server, as the line that has to go; "": nothing */
static void look_hidden(struct look *look, const struct avs_config *config, unsigned int rs)
{
	const char *map = config->rs[rs].map_in;
	bool unknown = avs_received_seen(look->inst, config->rs[rs].name) &
		       AVS_SEG_BIT(AVS_SEGMENT_UNKNOWN);

	/* nobody can place what it denies; one that is undefined, or a circle, denies all unseen */
	if (map && (avs_routemap_user_map(map) != AVS_REASON_UNSPEC || (unknown && map_hides(map))))
		snprintf(look->filter, sizeof(look->filter), "avs route-server %s route-map %s in",
			 config->rs[rs].name, map);
	else if (avs_compat_rejects_as_sets(avs_instance_bgp(look->inst)))
		snprintf(look->filter, sizeof(look->filter), "bgp reject-as-sets");
	else
		avs_session_each(avs_instance_bgp(look->inst), config, rs, look_filters, look);
}

/* ---- memory ------------------------------------------------------------ */

static struct slot *slot_of(struct avs_reach *reach, const char *rs)
{
	struct slot *slot = find(reach, rs);

	/* those of names that are gone have been given back: there is one left */
	for (size_t i = 0; !slot && i < AVS_RS_MAX; i++)
		if (!reach->slots[i].rs[0])
			slot = &reach->slots[i];
	if (slot && !slot->rs[0]) {
		*slot = (struct slot){};
		strlcpy(slot->rs, rs, sizeof(slot->rs));
	}
	return slot;
}

static bool has_neighbor(const struct slot *slot, const struct avs_prefix *address)
{
	for (size_t i = 0; i < slot->neighbor_count; i++)
		if (avs_prefix_equal(&slot->neighbors[i], address))
			return true;
	return false;
}

/* it has no neighbours any more, but another one has: that one reaches what it reached */
static void follow(struct avs_reach *reach, const struct avs_config *config,
		   const struct slot *from)
{
	for (unsigned int rs = 0; rs < config->rs_count; rs++) {
		const struct avs_rs_config *to = &config->rs[rs];
		struct slot *slot = NULL;

		if (to->overlay)
			continue;
		for (size_t n = 0; n < to->neighbor_count && !slot; n++)
			if (has_neighbor(from, &to->neighbors[n]))
				slot = slot_of(reach, to->name);
		if (slot && !slot->remembered) {
			slot->remembered = true;
			slot->last = from->last;
		}
	}
}

static void note_neighbors(struct slot *slot, const struct avs_rs_config *rs)
{
	size_t size = rs->neighbor_count * sizeof(*slot->neighbors);

	slot->neighbor_count = rs->neighbor_count;
	slot->neighbors = XREALLOC(MTYPE_AVS_REACH, slot->neighbors, size);
	memcpy(slot->neighbors, rs->neighbors, size);
}

/* names that are gone are given back, but not before what follows from them is noted */
static void look_after_slots(struct avs_reach *reach, const struct avs_config *config)
{
	struct slot gone;

	for (size_t i = 0; i < AVS_RS_MAX; i++) {
		struct slot *slot = &reach->slots[i];
		unsigned int rs = avs_config_find_rs(config, slot->rs);

		if (rs != AVS_RS_NONE && config->rs[rs].neighbor_count) {
			note_neighbors(slot, &config->rs[rs]);
			continue;
		}
		if (rs != AVS_RS_NONE) {
			if (slot->remembered)
				follow(reach, config, slot);
			continue;
		}
		gone = *slot;
		*slot = (struct slot){};
		if (gone.remembered)
			follow(reach, config, &gone);
		XFREE(MTYPE_AVS_REACH, gone.neighbors);
	}
}

void avs_reach_observe(struct avs_instance *inst, const struct avs_config *config,
		       const struct avs_table *table)
{
	struct avs_reach *reach = avs_instance_reach(inst);

	look_after_slots(reach, config);
	avs_received_prune(inst, config);
	for (unsigned int rs = 0; rs < config->rs_count; rs++) {
		uint32_t now = avs_table_count(table, rs, AVS_SEGMENT_ON_PREMISES);
		struct slot *slot;

		/* also what a map of the user does not let into the table */
		if (!now && !(avs_received_seen(inst, config->rs[rs].name) &
			      AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)))
			continue;
		slot = slot_of(reach, config->rs[rs].name);
		if (slot && (now || !slot->remembered)) {
			slot->remembered = true;
			slot->last = monotime(NULL);
			slot->most = MAX(slot->most, now);
			note_neighbors(slot, &config->rs[rs]);
		}
	}
}

static bool tell_again(struct peer *peer, void *arg)
{
	if (avs_peer_up(peer)) {
		tells_anew(entry_made(arg, peer), peer);
		avs_guard_refresh_peer(peer);
	}
	return true;
}

/*
 * What has hidden routes hides them no more, whatever the user has edited: a map, one that it
 * calls, a list that it asks.  What it kept away is not in the table before it is told anew, and
 * bgpd asks only when its delay timer for maps has run out, which may be minutes.
 */
static void look_opened(const struct avs_instance *inst, const struct avs_config *config,
			unsigned int rs, bool hidden)
{
	struct avs_reach *reach = avs_instance_reach(inst);
	struct slot *slot =
		hidden ? slot_of(reach, config->rs[rs].name) : find(reach, config->rs[rs].name);

	if (!slot)
		return;
	if (slot->hidden && !hidden)
		avs_session_each(avs_instance_bgp(inst), config, rs, tell_again, reach);
	slot->hidden = hidden;
}

bool avs_reach_unseen(const struct avs_instance *inst, const struct avs_config *config,
		      unsigned int rs, struct avs_arena *arena, struct avs_unseen *unseen)
{
	const struct slot *slot = find(avs_instance_reach(inst), config->rs[rs].name);
	struct look look = {.inst = inst, .asked = is_asked(inst, config->rs[rs].name)};

	*unseen = (struct avs_unseen){.remembered = slot && slot->remembered};
	/* another layout: nothing of bgpd may be read, and nothing is announced */
	if (!avs_module_active() || config->rs[rs].overlay)
		return true;
	look_hidden(&look, config, rs);
	unseen->unclassified =
		avs_received_dropped(inst, config->rs[rs].name) &&
		(avs_received_seen(inst, config->rs[rs].name) & AVS_SEG_BIT(AVS_SEGMENT_UNKNOWN));
	look_opened(inst, config, rs, look.filter[0]);
	avs_session_each(avs_instance_bgp(inst), config, rs, look_untold, &look);
	if (look.untold)
		unseen->untold = avs_arena_strdup(arena, look.untold->host);
	unseen->mute = look.mute;
	if (look.filter[0])
		unseen->filter = avs_arena_strdup(arena, look.filter);
	return (unseen->untold || !look.untold) && (unseen->filter || !look.filter[0]);
}

long avs_reach_ago(const struct avs_instance *inst, const char *rs)
{
	const struct slot *slot = find(avs_instance_reach(inst), rs);

	return slot && slot->remembered ? (long)(monotime(NULL) - slot->last) : -1;
}

/*
 * Have the neighbours tell again what the user's map may have denied, before that is
 * forgotten.  Where they cannot be asked it is not.  count: segments that matter.
 */
static bool ask_again(struct avs_instance *inst, struct slot *slot, avs_segset count)
{
	const struct avs_config *config = avs_instance_effective(inst);
	unsigned int rs = avs_config_find_rs(config, slot->rs);
	const char *map = rs == AVS_RS_NONE ? NULL : config->rs[rs].map_in;

	if (!(avs_received_seen(inst, slot->rs) & count))
		return true;
	/* the table has everything */
	if ((!map || !map_hides(map)) && !avs_received_dropped(inst, slot->rs)) {
		avs_received_forget(inst, slot->rs);
		return true;
	}
	if (!avs_session_each(avs_instance_bgp(inst), config, rs, can_be_asked, NULL))
		return false;
	avs_received_forget(inst, slot->rs);
	slot->asked = monotime(NULL);
	avs_guard_refresh_in(inst, rs);
	return true;
}

void avs_reach_asked(struct avs_instance *inst, const char *rs)
{
	struct slot *slot = slot_of(avs_instance_reach(inst), rs);

	if (slot)
		slot->asked = monotime(NULL);
}

bool avs_reach_forget(struct avs_instance *inst, const char *rs)
{
	avs_segset count = AVS_SEG_BIT(AVS_SEGMENT_UNKNOWN) | AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	unsigned int index = avs_config_find_rs(avs_instance_effective(inst), rs);
	struct slot *slot;

	if (index == AVS_RS_NONE || avs_instance_effective(inst)->rs[index].overlay)
		return false;
	slot = slot_of(avs_instance_reach(inst), rs);
	/* what it delivers now is observed again by the plan that follows */
	if (slot && ask_again(inst, slot, count)) {
		slot->remembered = false;
		slot->most = 0;
	}
	avs_instance_mark_plan(inst, "reach cleared");
	return true;
}

/* ---- other lines ------------------------------------------------------- */

void avs_reach_build_begin(struct avs_instance *inst)
{
	struct avs_reach *reach = avs_instance_reach(inst);

	for (size_t i = 0; i < AVS_RS_MAX; i++)
		reach->slots[i].moved = 0;
}

void avs_reach_build(struct avs_instance *inst, const struct avs_config *old,
		     const struct avs_fact *had, const struct avs_config *config,
		     const struct avs_fact *fact)
{
	for (unsigned int rs = 0; rs < old->rs_count; rs++) {
		unsigned int now;
		struct slot *slot;
		uint32_t others = 0;

		if (!(had->from[AVS_SEGMENT_ON_PREMISES] >> rs & 1))
			continue;
		now = avs_config_find_rs(config, old->rs[rs].name);
		slot = find(avs_instance_reach(inst), old->rs[rs].name);
		if (now == AVS_RS_NONE || !slot || (fact->from[AVS_SEGMENT_ON_PREMISES] >> now & 1))
			continue;
		for (unsigned int seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
			others |= fact->from[seg];
		/* it is delivered still, and is not of on-premises by these lines */
		slot->moved += others >> now & 1;
	}
}

void avs_reach_build_end(struct avs_instance *inst, const struct avs_config *old,
			 const struct avs_table *table)
{
	for (unsigned int rs = 0; rs < old->rs_count; rs++) {
		struct slot *slot = slot_of(avs_instance_reach(inst), old->rs[rs].name);
		uint32_t count = avs_table_count(table, rs, AVS_SEGMENT_ON_PREMISES);

		if (!slot || old->rs[rs].overlay)
			continue;
		/* other lines may place otherwise what the user's map has denied, whatever it was
		 */
		if (!ask_again(inst, slot, UINT8_MAX)) {
			avs_received_doubt(inst, slot->rs);
			continue;
		}
		/*
		 * All that was on-premises is something else, of all that ever was: it was
		 * never observed.  Of a prefix that is away no line may have spoken.
		 */
		if (count && slot->moved == count && count >= slot->most)
			slot->remembered = false;
	}
}
