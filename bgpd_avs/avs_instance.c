// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * State of the module for one BGP instance: life, configuration, reads.
 *
 * Representation.  Three values, each immutable once made:
 *   now        the configuration as it stands in the YANG tree
 *   effective  what is planned with: `now`, plus what was removed less than
 *              quiet-period ago (frr-reload.py deletes a changed line seconds
 *              before it adds the new one)
 *   plan       computed from effective and the table, see avs_replan.c
 * Configurations are counted references, because a plan points into the one
 * that it was made from.
 *
 * The table speaks of route servers by their index in a configuration.  When
 * the set of route servers or the segment lines change, a second table is
 * built in slices, and takes over, with the new configuration, when it is
 * complete; until then the old pair stays in force.
 *
 * Invariant: `plan` always belongs to `planned_with`, `table` to
 * `table_config`.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"
#include "prefix.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_reach.h"

DEFINE_MTYPE_STATIC(AVS, AVS_INSTANCE, "AVS instance");
DEFINE_MTYPE_STATIC(AVS, AVS_CONFIG_REF, "AVS configuration");
DEFINE_MTYPE_STATIC(AVS, AVS_PURGE, "AVS pending purge");

/* a lock on the running configuration is tried again this often */
#define PURGE_MSEC 1000
/* removals wait for quiet-period after the last change, at most so many times its length */
#define QUIET_TIMES 3
/* whether shadow may end is asked this often */
#define LEAVE_MSEC 100

DECLARE_DLIST(avs_instances, struct avs_instance, item);

static struct avs_instances_head instances = INIT_DLIST(instances);

/* ---- configurations ---------------------------------------------------- */

struct avs_config_ref *avs_config_ref_new(struct avs_config *config, struct avs_arena *arena)
{
	struct avs_config_ref *ref = XCALLOC(MTYPE_AVS_CONFIG_REF, sizeof(*ref));

	ref->refs = 1;
	ref->config = config;
	ref->arena = arena;
	return ref;
}

struct avs_config_ref *avs_config_ref_get(struct avs_config_ref *ref)
{
	if (ref)
		ref->refs++;
	return ref;
}

void avs_config_ref_put(struct avs_config_ref **ref)
{
	if (*ref && --(*ref)->refs == 0) {
		avs_arena_free((*ref)->arena);
		XFREE(MTYPE_AVS_CONFIG_REF, *ref);
	}
	*ref = NULL;
}

void avs_config_ref_swap(struct avs_config_ref **slot, struct avs_config_ref *ref)
{
	avs_config_ref_get(ref);
	avs_config_ref_put(slot);
	*slot = ref;
}

/* a configuration that asks for nothing, so that `effective` is never NULL */
static struct avs_config_ref *avs_config_ref_empty(const char *name)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_config *config = arena ? avs_arena_alloc(arena, sizeof(*config)) : NULL;

	if (config)
		config->name = avs_arena_strdup(arena, name);
	if (!config || !config->name) {
		avs_arena_free(arena);
		return NULL;
	}
	return avs_config_ref_new(config, arena);
}

/* Where route servers are and over which interface; `toward` without sites says nothing here. */
static bool same_place(const struct avs_rs_config *a, const struct avs_rs_config *b)
{
	bool sites = false, same = a->toward_count == b->toward_count;

	if (!a->interface != !b->interface ||
	    (a->interface && !strmatch(a->interface, b->interface)))
		return false;
	for (size_t i = 0; i < a->toward_count; i++)
		sites |= *a->toward[i].site != '\0';
	for (size_t i = 0; i < b->toward_count; i++)
		sites |= *b->toward[i].site != '\0';
	for (size_t i = 0; same && i < a->toward_count; i++)
		same = a->toward[i].segment == b->toward[i].segment &&
		       strmatch(a->toward[i].site, b->toward[i].site);
	return same || !sites;
}

/*
 * Do two configurations mean the same by a route server's index, and do they
 * classify every path alike?
 */
static bool same_classification(const struct avs_config *a, const struct avs_config *b)
{
	struct avs_config x = *a, y = *b;
	bool same;

	if (a->rs_count != b->rs_count)
		return false;
	/* compare what classification reads, by blinding out the rest */
	x.rs_count = y.rs_count = 0;
	x.name = y.name;
	x.shutdown = y.shutdown;
	x.freeze = y.freeze;
	x.keep_communities = y.keep_communities;
	x.default_toward = y.default_toward;
	x.default_next_hop = y.default_next_hop;
	x.default_vnet_only = y.default_vnet_only;
	x.default_form = y.default_form;
	x.condition_count = y.condition_count = 0;
	x.companions = y.companions;
	x.companion_count = y.companion_count = 0;
	x.supernet_count = y.supernet_count = 0;
	x.exact_count = y.exact_count = 0;
	x.loose_count = y.loose_count = 0;
	x.edge_count = y.edge_count = 0;
	x.protect_count = y.protect_count = 0;
	x.supernet_auto = y.supernet_auto;
	x.automatic = y.automatic;
	x.segment_memory = y.segment_memory;
	x.hold_down = y.hold_down;
	x.tighten_delay = y.tighten_delay;
	x.startup_delay = y.startup_delay;
	x.quiet_period = y.quiet_period;
	x.no_discard = y.no_discard;
	x.udr = y.udr;
	same = avs_config_equal(&x, &y);
	for (size_t i = 0; same && i < a->rs_count; i++) {
		const struct avs_rs_config *p = &a->rs[i], *q = &b->rs[i];

		same = strmatch(p->name, q->name) && p->neighbor_count == q->neighbor_count &&
		       same_place(p, q);
		for (size_t n = 0; same && n < p->neighbor_count; n++)
			same = avs_prefix_equal(&p->neighbors[n], &q->neighbors[n]);
	}
	return same;
}

/* ---- life -------------------------------------------------------------- */

struct avs_instance *avs_instance_find(const struct bgp *bgp)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		if (inst->bgp == bgp)
			return inst;
	return NULL;
}

struct avs_instance *avs_instance_find_by_name(const char *name)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		if (strmatch(inst->name, name))
			return inst;
	return NULL;
}

static struct bgp *bgp_by_name(const char *name)
{
	return strmatch(name, VRF_DEFAULT_NAME) ? bgp_get_default() : bgp_lookup_by_name(name);
}

static struct avs_instance *instance_new(struct bgp *bgp, const char *name)
{
	struct avs_instance *inst = XCALLOC(MTYPE_AVS_INSTANCE, sizeof(*inst));

	inst->bgp = bgp;
	inst->name = XSTRDUP(MTYPE_AVS_INSTANCE, name);
	inst->effective = avs_config_ref_empty(name);
	inst->table = avs_table_new();
	inst->leaks = avs_leaks_new();
	inst->alarms = avs_alarms_new();
	inst->export = avs_export_new(inst);
	inst->recall = avs_recall_new();
	inst->received = avs_received_new();
	inst->adopt = avs_adopt_new();
	inst->seen = avs_seen_new();
	inst->reach = avs_reach_new();
	inst->azure_edge = avs_azure_edge_new(inst);
	inst->audit_out = avs_audit_out_new(inst);
	inst->update_in = avs_update_in_new(inst);
	inst->born = monotime(NULL);
	avs_effect_init(inst);
	if (!inst->effective || !inst->table) {
		avs_config_ref_put(&inst->effective);
		avs_table_free(inst->table);
		avs_leaks_free(inst->leaks);
		avs_alarms_free(inst->alarms);
		avs_export_free(inst->export);
		avs_recall_free(inst->recall);
		avs_received_free(inst->received);
		avs_adopt_free(inst->adopt);
		avs_seen_free(inst->seen);
		avs_reach_free(inst->reach);
		avs_azure_edge_free(inst->azure_edge);
		avs_audit_out_free(inst->audit_out);
		avs_update_in_free(inst->update_in);
		XFREE(MTYPE_AVS_INSTANCE, inst->name);
		XFREE(MTYPE_AVS_INSTANCE, inst);
		return NULL;
	}
	inst->table_config = avs_config_ref_get(inst->effective);
	/* another layout: bgpd's tables are not touched */
	if (avs_module_active())
		inst->version_seen = avs_rib_version(bgp);
	avs_instances_add_tail(&instances, inst);
	avs_replan_start(inst);
	return inst;
}

/* deleted: by bgpd, which goes on; otherwise the daemon goes down */
static void instance_free(struct avs_instance *inst, bool deleted)
{
	avs_replan_stop(inst);
	avs_audit_out_free(inst->audit_out);
	avs_update_in_free(inst->update_in);
	avs_export_free(inst->export);
	avs_effect_fini(inst, deleted);
	avs_event_off(&inst->t_quiet);
	avs_event_off(&inst->t_leave);
	avs_instances_del(&instances, inst);
	avs_arena_free(inst->plan_arena);
	avs_table_free(inst->table);
	avs_leaks_free(inst->leaks);
	avs_alarms_free(inst->alarms);
	avs_recall_free(inst->recall);
	avs_received_free(inst->received);
	avs_adopt_free(inst->adopt);
	avs_seen_free(inst->seen);
	avs_reach_free(inst->reach);
	avs_azure_edge_free(inst->azure_edge);
	avs_config_ref_put(&inst->planned_with);
	avs_config_ref_put(&inst->table_config);
	avs_config_ref_put(&inst->effective);
	avs_config_ref_put(&inst->now);
	XFREE(MTYPE_AVS_INSTANCE, inst->name);
	XFREE(MTYPE_AVS_INSTANCE, inst);
}

/* the running configuration was locked when an instance went: try again */
struct purge {
	avs_event_t *event;
	char *name;
};

static void avs_purge_event(avs_event_t *event)
{
	struct purge *purge = AVS_EVENT_ARG(event);

	/* re-created meanwhile: its lines are valid again, and the audit took them over */
	if (bgp_by_name(purge->name) || avs_nb_purge(purge->name) == 0) {
		XFREE(MTYPE_AVS_PURGE, purge->name);
		XFREE(MTYPE_AVS_PURGE, purge);
		return;
	}
	avs_event_timer_msec(avs_purge_event, purge, PURGE_MSEC, &purge->event);
}

static void purge(const char *name)
{
	struct purge *later;

	if (avs_nb_purge(name) == 0)
		return;
	later = XCALLOC(MTYPE_AVS_PURGE, sizeof(*later));
	later->name = XSTRDUP(MTYPE_AVS_PURGE, name);
	avs_event_timer_msec(avs_purge_event, later, PURGE_MSEC, &later->event);
}

/* bgpd sets its own flag after the hook that we are called from */
static const struct bgp *dying;

bool avs_instance_dying(const struct bgp *bgp)
{
	return bgp == dying || CHECK_FLAG(bgp->flags, BGP_FLAG_DELETE_IN_PROGRESS);
}

void avs_instance_delete(struct bgp *bgp)
{
	struct avs_instance *inst = avs_instance_find(bgp);

	dying = bgp;
	if (inst)
		instance_free(inst, true);
	/*
	 * Lines can stand in the tree though no instance came of them.  A view
	 * that is called "default" has none; they are the default instance's.
	 */
	if (!bgp->name || !strmatch(bgp->name, VRF_DEFAULT_NAME))
		purge(bgp->name ? bgp->name : VRF_DEFAULT_NAME);
	dying = NULL;
}

void avs_instance_fini(void)
{
	struct avs_instance *inst;

	while ((inst = avs_instances_first(&instances)))
		instance_free(inst, false);
}

void avs_instance_each(void (*func)(struct avs_instance *inst, void *arg), void *arg)
{
	struct avs_instance *inst;

	frr_each (avs_instances, &instances, inst)
		func(inst, arg);
}

/* ---- configuration ----------------------------------------------------- */

/* guard monitor let out what no plan names, so no plan can push it */
static bool tightened(const struct avs_config *old, const struct avs_config *now)
{
	for (size_t i = 0; i < old->rs_count; i++) {
		unsigned int rs = avs_config_find_rs(now, old->rs[i].name);

		if (old->rs[i].guard == AVS_GUARD_MONITOR &&
		    (rs == AVS_RS_NONE || now->rs[rs].guard != AVS_GUARD_MONITOR ||
		     (now->shutdown && !old->shutdown)))
			return true;
	}
	return false;
}

/*
 * To whom this side gives the default, that side does not: what was refused may come in now,
 * or the other way round, and nobody tells it again unasked.
 */
static void ask_for_defaults(struct avs_instance *inst, const struct avs_config *old)
{
	const struct avs_config *now = inst->effective->config;

	for (unsigned int i = 0; i < now->rs_count; i++) {
		unsigned int before = avs_config_find_rs(old, now->rs[i].name);

		if (now->rs[i].overlay && before != AVS_RS_NONE &&
		    old->rs[before].gets_default != now->rs[i].gets_default)
			avs_guard_refresh_in(inst, i);
	}
}

/* A policy may match what was not kept of the paths that maps have changed before. */
static void ask_for_received(struct avs_instance *inst, const struct avs_config *old)
{
	const struct avs_config *now = inst->effective->config;

	for (unsigned int i = 0; now->policy && !old->policy && i < now->rs_count; i++)
		if (now->rs[i].map_in)
			avs_guard_refresh_in(inst, i);
}

/* Are the same appliances the siblings?  What route servers delivered of them is read anew. */
static bool same_siblings(const struct avs_config *old, const struct avs_config *now)
{
	if (old->sibling_count != now->sibling_count)
		return false;
	for (size_t i = 0; i < now->sibling_count; i++)
		if (old->siblings[i] != now->siblings[i])
			return false;
	return true;
}

static void ask_for_siblings(struct avs_instance *inst, const struct avs_config *old)
{
	const struct avs_config *now = inst->effective->config;

	if (same_siblings(old, now))
		return;
	for (unsigned int i = 0; i < now->rs_count; i++)
		if (!now->rs[i].overlay && avs_config_find_rs(old, now->rs[i].name) != AVS_RS_NONE)
			avs_guard_refresh_in(inst, i);
}

static void take_effect(struct avs_instance *inst, struct avs_config_ref *ref)
{
	bool rebuild =
		!same_classification(inst->effective->config, ref->config) || inst->building_config;
	bool stop = ref->config->shutdown && !inst->effective->config->shutdown;
	/* communities of what is announced already are no matter of the plan */
	bool everything =
		tightened(inst->effective->config, ref->config) ||
		inst->effective->config->keep_communities != ref->config->keep_communities;
	struct avs_config_ref *old = avs_config_ref_get(inst->effective);

	avs_config_ref_swap(&inst->effective, ref);
	if (rebuild) {
		/* what lines say now counts, not what they said */
		avs_recall_clear(inst->recall);
		avs_instance_mark_all(inst, "configuration");
	} else {
		avs_config_ref_swap(&inst->table_config, ref);
	}
	avs_guard_configured(inst);
	avs_azure_edge_changed(inst);
	ask_for_defaults(inst, old->config);
	ask_for_received(inst, old->config);
	ask_for_siblings(inst, old->config);
	avs_config_ref_put(&old);
	if (everything)
		avs_guard_announce(inst);
	if (stop)
		avs_instance_mark_maps(inst, 0);
	avs_replan_schedule(inst, "configuration");
}

static struct avs_config_ref *next_effective(struct avs_instance *inst, bool *linger);
static void avs_leave_event(avs_event_t *event);

/* the same, but for the end of shadow; NULL: no memory */
static struct avs_config_ref *still_in_shadow(const struct avs_config *before,
					      const struct avs_config *next)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_config *held;

	if (!arena || avs_config_merge(next, next, arena, &held) != AVS_OK) {
		avs_arena_free(arena);
		return NULL;
	}
	for (size_t i = 0; i < held->rs_count; i++) {
		struct avs_rs_config *rs = &held->rs[i];
		unsigned int was = avs_config_find_rs(before, rs->name);

		rs->leaving = avs_adopt_leaves(before, rs);
		if (was != AVS_RS_NONE && before->rs[was].guard == AVS_GUARD_SHADOW)
			rs->guard = AVS_GUARD_SHADOW;
	}
	return avs_config_ref_new(held, arena);
}

/* Where shadow ends it is held until avs_adopt.c says so.  Takes ref over, returns what counts. */
static struct avs_config_ref *hold_shadow(struct avs_instance *inst, struct avs_config_ref *ref)
{
	struct avs_config_ref *held;
	bool leaves = false;

	avs_event_off(&inst->t_leave);
	for (size_t i = 0; i < ref->config->rs_count; i++)
		leaves |= avs_adopt_leaves(inst->effective->config, &ref->config->rs[i]);
	if (!leaves || !avs_module_active() || avs_adopt_ready(inst, ref->config))
		return ref;
	held = still_in_shadow(inst->effective->config, ref->config);
	if (!held)
		return ref;
	avs_event_timer_msec(avs_leave_event, inst, LEAVE_MSEC, &inst->t_leave);
	avs_config_ref_put(&ref);
	return held;
}

static void avs_leave_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_config_ref *ref;
	bool linger;

	ref = next_effective(inst, &linger);
	if (!ref)
		return;
	if (avs_adopt_ready(inst, ref->config))
		take_effect(inst, ref);
	else
		avs_event_timer_msec(avs_leave_event, inst, LEAVE_MSEC, &inst->t_leave);
	avs_config_ref_put(&ref);
}

static void avs_quiet_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_config_ref *ref =
		inst->now ? avs_config_ref_get(inst->now) : avs_config_ref_empty(inst->name);

	if (!ref)
		return;
	AVS_DEBUG(northbound, "%s: removals take effect", inst->name);
	inst->quiet_since = 0;
	ref = hold_shadow(inst, ref);
	take_effect(inst, ref);
	avs_config_ref_put(&ref);
}

/* what to plan with from here on; *linger: something of the old one is kept */
static struct avs_config_ref *next_effective(struct avs_instance *inst, bool *linger)
{
	const struct avs_config *now = inst->now ? inst->now->config : NULL;
	struct avs_arena *arena;
	struct avs_config *merged;

	*linger = false;
	if (now && avs_config_quiet_period(now) == 0)
		return avs_config_ref_get(inst->now);
	arena = avs_arena_new();
	if (!arena || avs_config_merge(inst->effective->config, now, arena, &merged) != AVS_OK) {
		avs_arena_free(arena);
		avs_replan_error(inst, AVS_ERR_NOMEM, "configuration");
		return inst->now ? avs_config_ref_get(inst->now) : avs_config_ref_empty(inst->name);
	}
	if (now && avs_config_equal(merged, now)) {
		avs_arena_free(arena);
		return avs_config_ref_get(inst->now);
	}
	*linger = true;
	return avs_config_ref_new(merged, arena);
}

/* every change starts the wait anew, but somebody who never stops must not stop it for ever */
static void wait_quiet(struct avs_instance *inst)
{
	uint32_t quiet =
		inst->now ? avs_config_quiet_period(inst->now->config) : AVS_QUIET_PERIOD_DEFAULT;
	time_t now = monotime(NULL), end;

	if (!inst->quiet_since)
		inst->quiet_since = now;
	end = MIN(now + (time_t)quiet, inst->quiet_since + (time_t)quiet * QUIET_TIMES);
	avs_event_timer_msec(avs_quiet_event, inst, MAX(end - now, 0) * 1000L, &inst->t_quiet);
}

void avs_instance_configure(const char *name, struct avs_config *config, struct avs_arena *arena)
{
	struct avs_instance *inst = avs_instance_find_by_name(name);
	struct bgp *bgp = bgp_by_name(name);
	struct avs_config_ref *ref;
	bool linger;

	if (!inst && config && bgp && !avs_instance_dying(bgp))
		inst = instance_new(bgp, name);
	if (!inst) {
		avs_arena_free(arena);
		return;
	}
	avs_config_ref_put(&inst->now);
	if (config)
		inst->now = avs_config_ref_new(config, arena);
	else
		avs_arena_free(arena);

	ref = next_effective(inst, &linger);
	avs_event_off(&inst->t_quiet);
	if (linger)
		wait_quiet(inst);
	else
		inst->quiet_since = 0;
	if (!ref)
		return;
	ref = hold_shadow(inst, ref);
	take_effect(inst, ref);
	avs_config_ref_put(&ref);
}

/* ---- reads ------------------------------------------------------------- */

const char *avs_instance_name(const struct avs_instance *inst)
{
	return inst->name;
}

struct bgp *avs_instance_bgp(const struct avs_instance *inst)
{
	return inst->bgp;
}

const struct avs_config *avs_instance_config(const struct avs_instance *inst)
{
	return inst->now ? inst->now->config : NULL;
}

const struct avs_config *avs_instance_effective(const struct avs_instance *inst)
{
	return inst->effective->config;
}

const struct avs_plan *avs_instance_plan(const struct avs_instance *inst)
{
	return inst->plan;
}

const struct avs_table *avs_instance_table(const struct avs_instance *inst)
{
	return inst->table;
}

struct avs_seen *avs_instance_seen(const struct avs_instance *inst)
{
	return inst->seen;
}

const struct avs_recall *avs_instance_recall(const struct avs_instance *inst)
{
	return inst->recall;
}

struct avs_reach *avs_instance_reach(const struct avs_instance *inst)
{
	return inst->reach;
}

unsigned int avs_instance_startup_left(const struct avs_instance *inst)
{
	time_t end = inst->born + (time_t)avs_config_startup_delay(inst->effective->config);

	/* inactive: nothing starts */
	if (inst->started || !avs_module_active())
		return 0;
	return (unsigned int)MAX(end - monotime(NULL), 1);
}

struct avs_azure_edge *avs_instance_azure_edge(const struct avs_instance *inst)
{
	return inst->azure_edge;
}

struct avs_audit_out *avs_instance_audit_out(const struct avs_instance *inst)
{
	return inst->audit_out;
}

struct avs_export *avs_instance_export(const struct avs_instance *inst)
{
	return inst->export;
}

struct avs_received *avs_instance_received(const struct avs_instance *inst)
{
	return inst->received;
}

struct avs_update_in *avs_instance_update_in(const struct avs_instance *inst)
{
	return inst->update_in;
}

struct avs_counters *avs_instance_counters(struct avs_instance *inst)
{
	return &inst->counters;
}

const struct avs_leak *avs_instance_leaks(const struct avs_instance *inst, size_t *count,
					  uint64_t *not_listed)
{
	return avs_leaks_list(inst->leaks, count, not_listed);
}

const struct avs_change *avs_instance_changes(const struct avs_instance *inst, size_t *count)
{
	*count = inst->change_count;
	return inst->changes;
}

unsigned int avs_instance_quiet_left(const struct avs_instance *inst)
{
	long left = avs_event_left_msec(inst->t_quiet);

	return left > 0 ? (unsigned int)((left + 999) / 1000) : 0;
}

void avs_instance_leak(struct avs_instance *inst, const char *rs, const struct prefix *prefix,
		       enum avs_reason reason, const struct peer *source, bool let_out)
{
	const char *from = !source || source == inst->bgp->peer_self ? "local" : source->host;
	struct avs_prefix p = avs_from_prefix(prefix);

	if (let_out)
		inst->counters.monitored++;
	else
		inst->counters.refused++;
	avs_leaks_count(inst->leaks, rs, &p, reason, from, let_out);
}

void avs_instance_clear_counters(struct avs_instance *inst)
{
	inst->counters = (struct avs_counters){};
	avs_leaks_clear(inst->leaks);
	avs_azure_edge_forget(inst);
}

void avs_instance_unlatch(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	/* two different ones before the next plan: release all of them */
	inst->unlatch = prefix && !inst->unlatch_wanted ? *prefix : (struct avs_prefix){};
	inst->unlatch_wanted = true;
	avs_replan_schedule(inst, "latch cleared");
}

unsigned int avs_instance_role(const struct avs_instance *inst, const struct peer *peer,
			       bool *conflict)
{
	struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));

	return avs_config_role(inst->effective->config, &address, conflict);
}

bool avs_instance_role_known(struct avs_instance *inst, const struct peer *peer, const char *rs)
{
	struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));
	const struct avs_config *config = inst->planned_with ? inst->planned_with->config : NULL;
	unsigned int index;
	bool conflict;

	/* no plan names this route server yet: nothing leaves anyway */
	if (!config || avs_config_find_rs(config, rs) == AVS_RS_NONE)
		return true;
	index = avs_config_role(config, &address, &conflict);
	if (index != AVS_RS_NONE && strmatch(config->rs[index].name, rs))
		return true;
	inst->roles_wait = true;
	return false;
}

bool avs_instance_neighbor_waits(struct avs_instance *inst, const struct peer *peer, const char *rs)
{
	bool waits = avs_reach_waits(inst, peer, rs);

	inst->roles_wait |= waits;
	return waits;
}
