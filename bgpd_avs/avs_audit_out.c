// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What neighbours were told, compared with what they should have been told.
 *
 * Purpose: a withdrawal is never lost.  bgpd loses one in two ways, see doc/upstream.rst.
 * While the coalesce timer of an update subgroup runs it is passed over, and the walk of
 * the table at its end looks at paths: a destination that has none any more is not
 * withdrawn (8.4.4).  And a neighbour that is split from its subgroup leaves behind what is
 * queued there, withdrawals included (all releases).  What this module originates ends
 * without a path, and is pushed where a subgroup may be passed over.
 *
 * Two remedies.  To prevent: a subgroup that has been told something has nothing to wait
 * for, so its coalesce timer is ended as soon as that is seen, and an emergency stop is not
 * late by a second.  To cure: Adj-RIB-Out is compared with the verdict, and what differs is
 * withdrawn or announced.  What only the comparison found, while nothing of ours was under
 * way, is counted; in a healthy network that stays 0.
 *
 * Representation: bgpd's update subgroups of the neighbours whose out slot holds a map of
 * ours, AVS-DENY included, collected anew in each run, because they come and go.  Everything
 * that is in Adj-RIB-Out is found by a walk of the table, destinations without a path too.
 * Toward route servers, what is missing is found by the plan; toward overlay neighbours, who
 * have no list, by the same walk.
 *
 * Complexity: a look is O(neighbours).  A comparison is O(destinations + Adj-RIB-Out *
 * log plan + plan), in slices of a few milliseconds.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "monotime.h"
#include "prefix.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_advertise.h"
#include "bgpd/bgp_updgrp.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_audit_out.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_routemap.h"

DEFINE_MTYPE_STATIC(AVS, AVS_AUDIT_OUT, "AVS comparison of Adj-RIB-Out");

/* update subgroups that are not at rest are looked at this often */
#define LOOK_MSEC 20
/* ... but not for ever: what is still to be announced is no reason not to look */
#define LOOKS_MAX 250
/* a comparison waits so long, and so often, for withdrawals that wait for additions */
#define WAIT_MSEC 50
#define WAITS_MAX 20
/* most of bgpd's loop that a slice takes, and destinations between two looks at the clock */
#define SLICE_USEC 4000
#define STEP 8

/* an update subgroup whose out slot is ours */
struct subgroup {
	struct update_subgroup *subgrp;
	struct peer *peer; /* one of its neighbours; all have the same policy */
	const char *rs;	   /* NULL: AVS-DENY, or nobody knows for whom the map is */
	bool overlay, monitor;
	bool deny; /* told nothing at all */
	bool busy; /* bgpd will announce everything anyway */
};

struct subgroups {
	struct subgroup *list;
	size_t count, size;
};

struct avs_audit_out {
	struct avs_instance *inst;
	avs_event_t *t_look, *t_compare;
	uint64_t seen; /* what the subgroups were like when last looked at */

	/* a comparison under way */
	bool running, again;
	bool passed_over; /* bgpd is known to have passed over a subgroup: no finding */
	unsigned int looks, waits;
	struct avs_rib_walk *walk; /* what was told; then ... */
	const struct avs_plan *plan;
	size_t entry; /* ... what is missing, up to here */
	struct subgroups subgroups;
};

/* ---- subgroups --------------------------------------------------------- */

static bool announces_anyway(struct update_subgroup *subgrp)
{
	struct peer_af *paf;

	if (subgrp->t_coalesce || bm->t_rmap_update ||
	    CHECK_FLAG(subgrp->flags, SUBGRP_FLAG_NEEDS_REFRESH))
		return true;
	SUBGRP_FOREACH_PEER (subgrp, paf)
		if (paf->t_announce_route)
			return true;
	return false;
}

/* whose map is it?  NULL: not that of the role which the neighbour has */
static const char *role_of_map(const struct avs_instance *inst, const struct peer *peer,
			       const char *map, unsigned int *rs)
{
	const struct avs_config *config = avs_instance_effective(inst);
	char name[AVS_MAP_NAME_MAX];
	bool conflict = false;

	*rs = avs_instance_role(inst, peer, &conflict);
	if (*rs == AVS_RS_NONE || conflict)
		return NULL;
	avs_guard_map_name(AVS_SLOT_OUT, inst, config->rs[*rs].name, name, sizeof(name));
	return strmatch(name, map) ? config->rs[*rs].name : NULL;
}

static void add_subgroup(struct subgroups *all, const struct avs_instance *inst, struct peer *peer,
			 struct update_subgroup *subgrp, const char *map)
{
	const struct avs_config *config = avs_instance_effective(inst);
	struct subgroup *sub;
	unsigned int rs;

	if (all->count == all->size) {
		all->size = all->size ? all->size * 2 : 8;
		all->list =
			XREALLOC(MTYPE_AVS_AUDIT_OUT, all->list, all->size * sizeof(*all->list));
	}
	sub = &all->list[all->count++];
	*sub = (struct subgroup){
		.subgrp = subgrp,
		.peer = peer,
		.deny = strmatch(map, AVS_MAP_DENY),
		.rs = role_of_map(inst, peer, map, &rs),
		.busy = announces_anyway(subgrp),
	};
	if (sub->rs) {
		sub->overlay = config->rs[rs].overlay;
		sub->monitor = config->rs[rs].guard == AVS_GUARD_MONITOR;
	}
}

static struct subgroup *find_subgroup(const struct subgroups *all,
				      const struct update_subgroup *subgrp)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].subgrp == subgrp)
			return &all->list[i];
	return NULL;
}

static void collect(struct avs_audit_out *audit)
{
	struct subgroups *all = &audit->subgroups;
	struct listnode *node;
	struct peer *peer;

	all->count = 0;
	for (ALL_LIST_ELEMENTS_RO(audit->inst->bgp->peer, node, peer)) {
		const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_OUT].name;
		struct peer_af *paf;

		if (CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) || !map ||
		    !avs_guard_map_reserved(map) || !avs_peer_up(peer))
			continue;
		paf = peer_af_find(peer, AFI_IP, SAFI_UNICAST);
		if (paf && PAF_SUBGRP(paf) && !find_subgroup(all, PAF_SUBGRP(paf)))
			add_subgroup(all, audit->inst, peer, PAF_SUBGRP(paf), map);
	}
}

/* ---- comparison -------------------------------------------------------- */

static bool is_sent(const struct bgp_adj_out *adj)
{
	return adj->adv ? adj->adv->baa != NULL : adj->attr != NULL;
}

static bool has(const struct bgp_dest *dest, const struct update_subgroup *subgrp)
{
	struct bgp_adj_out *adj;

	RB_FOREACH (adj, bgp_adj_out_rb, &((struct bgp_dest *)dest)->adj_out)
		if (adj->subgroup == subgrp && is_sent(adj))
			return true;
	return false;
}

/* selection is under way, and bgpd announces what it selects */
static bool undecided(const struct bgp_dest *dest)
{
	return CHECK_FLAG(dest->flags, BGP_NODE_PROCESS_SCHEDULED | BGP_NODE_SELECT_DEFER);
}

static bool verdict_permits(const struct avs_audit_out *audit, const struct subgroup *sub,
			    struct bgp_dest *dest, const struct bgp_path_info *best)
{
	struct bgp_path_info path = {.net = dest, .peer = sub->peer};
	enum avs_slot slot = avs_rib_is_ours(best) ? AVS_SLOT_ORIG : AVS_SLOT_OUT;
	const struct peer *source;

	return avs_reason_permits(avs_routemap_verdict(slot, audit->inst, sub->rs,
						       bgp_dest_get_prefix(dest), &path, &source));
}

/* may this subgroup have the best path? */
static bool is_lawful(const struct avs_audit_out *audit, const struct subgroup *sub,
		      struct bgp_dest *dest, const struct bgp_path_info *best)
{
	/* a map that is about to change again; bgpd looks at it when it announces */
	if (sub->deny)
		return sub->busy;
	/* what monitor lets out is known to the map alone */
	if (!sub->rs || (sub->monitor && !avs_rib_is_ours(best)))
		return avs_adj_out_would(sub->peer, dest, best);
	if (!verdict_permits(audit, sub, dest, best))
		return false;
	/* an overlay neighbour may have the whole table; there the verdict is enough */
	return sub->overlay || sub->busy || avs_adj_out_would(sub->peer, dest, best);
}

/* nothing of ours is under way that would have put it right a moment later */
static bool is_calm(const struct avs_audit_out *audit)
{
	const struct avs_instance *inst = audit->inst;

	return !audit->passed_over && !inst->t_replan && !inst->t_maps && !inst->t_retire &&
	       !inst->walk && !inst->dirty_count && !inst->dirty_all;
}

static void finding(struct avs_audit_out *audit, const struct subgroup *sub,
		    const struct bgp_dest *dest, bool unlawful)
{
	struct avs_counters *counters = &audit->inst->counters;

	if (!is_calm(audit)) {
		AVS_DEBUG(guard, "%s: %pFX at %s corrected", audit->inst->name,
			  bgp_dest_get_prefix(dest), sub->peer->host);
		return;
	}
	if (unlawful)
		counters->told_unlawful++;
	else
		counters->told_missing++;
	zlog_warn("AVS: %s: %pFX %s neighbor %s, corrected: bgpd had lost that", audit->inst->name,
		  bgp_dest_get_prefix(dest), unlawful ? "was still announced to" : "was missing at",
		  sub->peer->host);
}

static void take_back(struct avs_audit_out *audit, struct bgp_dest *dest)
{
	const struct bgp_path_info *best = avs_rib_selected(dest);
	struct bgp_adj_out *adj, *next;

	RB_FOREACH_SAFE (adj, bgp_adj_out_rb, &dest->adj_out, next) {
		struct update_subgroup *subgrp = adj->subgroup;
		const struct subgroup *sub = find_subgroup(&audit->subgroups, subgrp);

		if (!sub || !is_sent(adj) || (best && is_lawful(audit, sub, dest, best)))
			continue;
		avs_rib_untell(subgrp, dest, adj->addpath_tx_id);
		if (!has(dest, subgrp))
			finding(audit, sub, dest, true);
	}
}

static bool is_missing(const struct avs_audit_out *audit, const struct subgroup *sub,
		       struct bgp_dest *dest, const struct bgp_path_info *best)
{
	return sub->rs && !sub->busy && !has(dest, sub->subgrp) &&
	       verdict_permits(audit, sub, dest, best) && avs_adj_out_would(sub->peer, dest, best);
}

/* what overlay neighbours lack (rs NULL), or a route server */
static void add_missing(struct avs_audit_out *audit, struct bgp_dest *dest, const char *rs)
{
	const struct bgp_path_info *best = avs_rib_selected(dest);
	struct avs_prefix prefix = avs_from_prefix(bgp_dest_get_prefix(dest));

	if (!best || undecided(dest))
		return;
	for (size_t i = 0; i < audit->subgroups.count; i++) {
		const struct subgroup *sub = &audit->subgroups.list[i];

		if (rs ? !sub->rs || !strmatch(sub->rs, rs) : !sub->overlay)
			continue;
		if (!is_missing(audit, sub, dest, best))
			continue;
		avs_rib_push(audit->inst->bgp, &prefix);
		if (has(dest, sub->subgrp))
			finding(audit, sub, dest, false);
	}
}

static void compare_dest(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct avs_audit_out *audit = arg;

	if (undecided(dest))
		return;
	take_back(audit, dest);
	add_missing(audit, dest, NULL);
}

static void compare_entry(struct avs_audit_out *audit, const struct avs_entry *entry)
{
	const struct avs_plan *plan = audit->plan;
	struct bgp_dest *dest;

	if (!avs_plan_leaves(plan, entry) || plan->config->rs[entry->rs].overlay)
		return;
	dest = avs_rib_dest(audit->inst->bgp, &entry->prefix);
	if (!dest)
		return;
	add_missing(audit, dest, plan->config->rs[entry->rs].name);
	bgp_dest_unlock_node(dest);
}

static bool over(const struct timeval *start)
{
	return monotime_since(start, NULL) >= SLICE_USEC;
}

/* false: the slice is over */
static bool compare_told(struct avs_audit_out *audit, const struct timeval *start)
{
	while (!avs_rib_walk_every(audit->walk, STEP, compare_dest, audit))
		if (over(start))
			return false;
	return true;
}

static bool compare_plan(struct avs_audit_out *audit, const struct timeval *start)
{
	/* another plan pushed what it changed; the rest of it has to be looked at again */
	if (audit->plan != audit->inst->plan) {
		audit->plan = audit->inst->plan;
		audit->entry = 0;
	}
	for (; audit->plan && audit->entry < audit->plan->count; audit->entry++) {
		if (audit->entry % STEP == STEP - 1 && over(start)) {
			audit->entry++;
			return false;
		}
		compare_entry(audit, &audit->plan->entries[audit->entry]);
	}
	return true;
}

static void stop(struct avs_audit_out *audit)
{
	avs_event_off(&audit->t_compare);
	avs_rib_walk_end(audit->walk);
	audit->walk = NULL;
	audit->plan = NULL;
	audit->entry = 0;
	audit->waits = 0;
	audit->running = audit->again = audit->passed_over = false;
}

static void avs_compare_told(avs_event_t *event)
{
	struct avs_audit_out *audit = AVS_EVENT_ARG(event);
	const struct avs_instance *inst = audit->inst;
	struct timeval start;
	bool again;

	if (!avs_module_active() || avs_instance_dying(inst->bgp)) {
		stop(audit);
		return;
	}
	/* withdrawals that wait for additions to leave are no findings, and not early */
	if (inst->t_retire && audit->waits++ < WAITS_MAX) {
		avs_event_timer_msec(avs_compare_told, audit, WAIT_MSEC, &audit->t_compare);
		return;
	}
	monotime(&start);
	collect(audit);
	if (!audit->running) {
		audit->running = true;
		audit->walk = avs_rib_walk_begin(inst->bgp);
	}
	if (audit->subgroups.count &&
	    (!compare_told(audit, &start) || !compare_plan(audit, &start))) {
		avs_event_soon(avs_compare_told, audit, &audit->t_compare);
		return;
	}
	again = audit->again;
	stop(audit);
	if (again)
		avs_audit_out_compare(audit);
}

void avs_audit_out_compare(struct avs_audit_out *audit)
{
	/* one that is under way may have passed by already what is to be looked at */
	if (audit->running)
		audit->again = true;
	else
		avs_event_soon(avs_compare_told, audit, &audit->t_compare);
}

/* ---- coalesce timers --------------------------------------------------- */

/*
 * What bgpd does at the end of the timer, without the rest of the wait.  What it passed
 * over until now is announced by bgpd's own events, and taken back by a comparison.
 */
static void end_coalescing(struct avs_audit_out *audit, const struct subgroup *sub)
{
	struct peer_af *paf;

	AVS_DEBUG(guard, "%s: %s was told everything before its time", audit->inst->name,
		  sub->peer->host);
	avs_event_off(&sub->subgrp->t_coalesce);
	sub->subgrp->v_coalesce = 0;
	SUBGRP_FOREACH_PEER (sub->subgrp, paf)
		avs_guard_announce_peer(PAF_PEER(paf));
	stop(audit);
	audit->passed_over = true;
	avs_audit_out_compare(audit);
}

/* true: its coalesce timer runs */
static bool look_at(struct avs_audit_out *audit, const struct subgroup *sub)
{
	struct update_subgroup *subgrp = sub->subgrp;

	if (subgrp->t_coalesce) {
		if (subgrp->adj_count)
			end_coalescing(audit, sub);
		return true;
	}
	/* split from another one: it must not begin to wait later on */
	if (subgrp->version)
		subgrp->v_coalesce = 0;
	return false;
}

static void avs_look_at_told(avs_event_t *event)
{
	struct avs_audit_out *audit = AVS_EVENT_ARG(event);
	bool coalescing = false, busy = false;

	if (!avs_module_active() || avs_instance_dying(audit->inst->bgp))
		return;
	collect(audit);
	for (size_t i = 0; i < audit->subgroups.count; i++) {
		coalescing |= look_at(audit, &audit->subgroups.list[i]);
		busy |= audit->subgroups.list[i].busy;
	}
	if (coalescing || (busy && ++audit->looks < LOOKS_MAX)) {
		avs_event_timer_msec(avs_look_at_told, audit, LOOK_MSEC, &audit->t_look);
		return;
	}
	audit->looks = 0;
	avs_audit_out_compare(audit);
}

void avs_audit_out_watch(struct avs_audit_out *audit)
{
	audit->looks = 0;
	if (avs_module_active() && !audit->t_look)
		avs_event_timer_msec(avs_look_at_told, audit, LOOK_MSEC, &audit->t_look);
}

/* which neighbours are together, and what happened to each of them so far */
static uint64_t state_of(const struct subgroups *all, bool *coalescing)
{
	uint64_t state = all->count;

	for (size_t i = 0; i < all->count; i++) {
		const struct update_subgroup *subgrp = all->list[i].subgrp;

		state = state * 31 + subgrp->id;
		state = state * 31 + subgrp->join_events + subgrp->merge_events;
		state = state * 31 + subgrp->split_events + subgrp->prune_events;
		state = state * 31 + subgrp->updgrp_switch_events + all->list[i].deny;
		state = state * 31 + subgrp->peer_refreshes_combined;
		*coalescing |= subgrp->t_coalesce != NULL;
	}
	return state;
}

void avs_audit_out_poll(struct avs_audit_out *audit)
{
	bool coalescing = false;
	uint64_t state;

	if (!avs_module_active() || audit->t_look || audit->running)
		return;
	collect(audit);
	state = state_of(&audit->subgroups, &coalescing);
	if (state != audit->seen || coalescing)
		avs_audit_out_watch(audit);
	audit->seen = state;
}

/* ---- life -------------------------------------------------------------- */

struct avs_audit_out *avs_audit_out_new(struct avs_instance *inst)
{
	struct avs_audit_out *audit = XCALLOC(MTYPE_AVS_AUDIT_OUT, sizeof(*audit));

	audit->inst = inst;
	return audit;
}

void avs_audit_out_free(struct avs_audit_out *audit)
{
	stop(audit);
	avs_event_off(&audit->t_look);
	XFREE(MTYPE_AVS_AUDIT_OUT, audit->subgroups.list);
	XFREE(MTYPE_AVS_AUDIT_OUT, audit);
}
