// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From marks to plans.
 *
 * Purpose: hooks and northbound callbacks only mark what changed; this file
 * collects the marks of a burst, brings the table up to date, and has the
 * core compute the next plan.
 *
 * Representation: changed prefixes in a list with an upper bound, beyond
 * which one walk of the whole table (avs_walk.c) is cheaper.
 *
 * Next-hop tracking calls no hook: the version of bgpd's table is looked at,
 * and the facts of planned prefixes are read again when it moved, or when
 * they are planned for the first time.
 *
 * Invariants: an error of the core changes nothing but a counter.  A table in
 * which a fact is missing closes the instance.  A plan is computed only when nothing
 * is marked any more: the table is then what bgpd's is, at this moment.  Of half a
 * change the one half could open what the other one closes; until all of it has been
 * read the plan before stays in force, and the guard asks the table itself.  What rule 2
 * needs is a count, which half of a burst can only understate: where a route server is seen
 * to deliver a segment that the plan in force does not know of, a plan that takes away and adds
 * nothing follows at once.
 *
 * Complexity: a mark is O(1).  Marks are read in slices of AVS_SLICE_USEC, O(bits)
 * each.  A plan is computed in one piece, O(entries * bits).  Marks that never
 * end are read in one piece after LATE_MSEC.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"
#include "prefix.h"

#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nexthop.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_user_list.h"
#include "bgpd_avs/avs_zebra.h"

DEFINE_MTYPE_STATIC(AVS, AVS_DIRTY, "AVS changed prefixes");

/* marks beyond this make a full walk cheaper than the list */
#define DIRTY_MAX 65536
/* marks that never end must not keep the plan for ever: then all of it in one piece */
#define LATE_MSEC 10000
/* bursts of marks within this become one replan; below bgpd's 50 ms queue */
#define REPLAN_MSEC 10
/* best paths that changed without a mark (next-hop tracking) are looked for this often */
#define POLL_MSEC 500
/* warnings are looked at for the log this often, the first time so long after the start */
#define LOOK_SEC 5
/* a full walk that verifies the table */
#define RECONCILE_MSEC (300 * 1000L)

static void avs_replan_event(avs_event_t *event);

static uint64_t now_msec(void)
{
	struct timeval tv;

	monotime(&tv);
	return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000;
}

/* ---- marks ------------------------------------------------------------- */

void avs_replan_schedule(struct avs_instance *inst, const char *cause)
{
	/* the first cause of a burst is the one worth telling */
	if (!inst->cause)
		inst->cause = cause;
	if (!inst->walk || inst->verifying)
		avs_event_timer_msec(avs_replan_event, inst, REPLAN_MSEC, &inst->t_replan);
}

void avs_replan_now(struct avs_instance *inst, const char *cause)
{
	avs_replan_schedule(inst, cause);
	avs_event_off(&inst->t_replan);
	avs_event_soon(avs_replan_event, inst, &inst->t_replan);
}

void avs_instance_mark_prefix(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	if (!avs_module_active())
		return;
	avs_replan_schedule(inst, "routes");
	if (!inst->dirty_since)
		inst->dirty_since = now_msec();
	if (inst->dirty_all)
		return;
	/* one change calls several hooks in a row */
	if (inst->dirty_count > inst->dirty_done &&
	    avs_prefix_equal(&inst->dirty[inst->dirty_count - 1], prefix))
		return;
	if (inst->dirty_count == DIRTY_MAX) {
		inst->dirty_all = true;
		inst->dirty_count = inst->dirty_done = 0;
		return;
	}
	if (inst->dirty_count == inst->dirty_size) {
		inst->dirty_size = inst->dirty_size ? inst->dirty_size * 2 : 64;
		inst->dirty = XREALLOC(MTYPE_AVS_DIRTY, inst->dirty,
				       inst->dirty_size * sizeof(*inst->dirty));
	}
	inst->dirty[inst->dirty_count++] = *prefix;
}

void avs_instance_mark_all(struct avs_instance *inst, const char *cause)
{
	inst->rebuild = true;
	avs_walk_stop(inst);
	avs_replan_schedule(inst, cause);
}

void avs_instance_mark_plan(struct avs_instance *inst, const char *cause)
{
	avs_replan_schedule(inst, cause);
}

void avs_instance_mark_policy(struct avs_instance *inst)
{
	if (avs_routemap_user_map(inst->effective->config->policy) != AVS_REASON_UNSPEC)
		inst->policy_asked = inst->policy_asking = false;
	avs_replan_schedule(inst, "route-map");
}

/* ---- replan ------------------------------------------------------------ */

void avs_replan_error(struct avs_instance *inst, enum avs_err err, const char *what)
{
	inst->counters.core_errors++;
	if (!inst->error_logged)
		zlog_err("AVS: %s: %s failed (%d): the previous plan stays in force", inst->name,
			 what, err);
	inst->error_logged = true;
}

static bool store(struct avs_instance *inst, const struct avs_prefix *prefix,
		  const struct avs_fact *fact)
{
	enum avs_err err = avs_table_set(inst->table, prefix, fact);

	if (err != AVS_OK)
		avs_replan_error(inst, err, "table");
	return err == AVS_OK;
}

static bool refresh(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	struct avs_fact fact;
	bool known = avs_rib_fact(inst, inst->table_config->config, prefix, &fact);

	bool noted = avs_config_segment_memory(inst->effective->config) &&
		     avs_recall_note(inst->recall, prefix, avs_table_find(inst->table, prefix),
				     known ? &fact : NULL,
				     avs_config_servers(inst->table_config->config), now_msec());

	/* bgpd may have asked in between, and nothing of the plan will have changed */
	if (noted && known) {
		avs_rib_push(inst->bgp, prefix);
		/* what is remembered now is what the best path is taken for */
		avs_rib_fact(inst, inst->table_config->config, prefix, &fact);
	}
	avs_recall_apply(inst->recall, prefix, avs_config_servers(inst->table_config->config),
			 &fact);
	return store(inst, prefix, known ? &fact : NULL);
}

/* from here on it is what is measured; a refresh would remember it anew */
static void recall_over(const struct avs_prefix *prefix, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_fact fact;
	bool known = avs_rib_fact(inst, inst->table_config->config, prefix, &fact);

	store(inst, prefix, known ? &fact : NULL);
	if (avs_policy_matches() || avs_config_overlays(inst->table_config->config))
		avs_rib_push(inst->bgp, prefix);
	avs_replan_schedule(inst, "segment-memory over");
}

/* false: there is more of it than fits into a slice */
static bool expire_memory(struct avs_instance *inst, uint64_t until)
{
	struct avs_slice slice = avs_slice_begin(false);

	while (!avs_recall_expire(inst->recall, until, 1, recall_over, inst))
		if (avs_slice_over(&slice))
			return false;
	return true;
}

bool avs_replan_late(const struct avs_instance *inst)
{
	return inst->dirty_since && now_msec() - inst->dirty_since >= LATE_MSEC;
}

bool avs_replan_drain(struct avs_instance *inst, struct avs_slice *slice)
{
	while (inst->dirty_done < inst->dirty_count) {
		if (!refresh(inst, &inst->dirty[inst->dirty_done++])) {
			/* what is lost here, the next walk finds */
			inst->dirty_all = true;
			inst->table_bad = true;
			break;
		}
		if (avs_slice_over(slice) && inst->dirty_done < inst->dirty_count)
			return false;
	}
	inst->dirty_count = inst->dirty_done = 0;
	if (inst->dirty_size > 4096) {
		XFREE(MTYPE_AVS_DIRTY, inst->dirty);
		inst->dirty_size = 0;
	}
	return true;
}

/* is a path of a planned prefix usable?  Next-hop tracking changes that unseen */
static void refresh_planned(struct avs_instance *inst)
{
	uint64_t version = avs_rib_version(inst->bgp);

	if (version == inst->version_seen)
		return;
	inst->version_seen = version;
	if (!inst->plan)
		return;
	for (size_t i = 0; i < inst->plan->named_count; i++)
		refresh(inst, &inst->plan->named[i].prefix);
}

enum avs_reason avs_instance_closed(const struct avs_instance *inst)
{
	if (!avs_module_active() || inst->table_bad)
		return AVS_REASON_INACTIVE;
	if (avs_rib_exports(inst->bgp))
		return AVS_REASON_VPN_EXPORT;
	if (avs_guard_foreign_unsuppress(inst->bgp))
		return AVS_REASON_UNSUPPRESS;
	return AVS_REASON_UNSPEC;
}

void avs_instance_recheck(struct avs_instance *inst)
{
	if (avs_instance_closed(inst) != inst->closed_seen)
		avs_replan_schedule(inst, "closed");
}

static bool is_present(const struct avs_instance *inst, const struct avs_condition *cond)
{
	if (cond->from == AVS_FROM_ZEBRA)
		return avs_zebra_has_route(inst->bgp, &cond->prefix);
	return avs_rib_condition(inst, cond);
}

/* Who waits for a default is content with its two halves as well. */
static bool condition_holds(const struct avs_instance *inst, const struct avs_condition *cond)
{
	struct avs_condition low = *cond, high = *cond;

	if (!avs_module_active())
		return false;
	if (is_present(inst, cond))
		return true;
	low.prefix = avs_prefix_half(&cond->prefix, 0);
	high.prefix = avs_prefix_half(&cond->prefix, 1);
	return !cond->prefix.len && is_present(inst, &low) && is_present(inst, &high);
}

/*
 * Rule 10: nothing before every neighbour has told its routes, but not for
 * ever.  Once over it stays over, whatever sessions do later.
 */
static bool starting(struct avs_instance *inst, const struct avs_config *config)
{
	time_t end = inst->born + (time_t)avs_config_startup_delay(config);

	return !inst->started && monotime(NULL) < end && !avs_session_all_settled(inst, config);
}

/* What a policy would say of a route is not known, or was not known to the table. */
static enum avs_reason policy_closed(const struct avs_instance *inst,
				     const struct avs_config *config)
{
	enum avs_reason reason = avs_routemap_user_map(config->policy);

	if (reason == AVS_REASON_UNSPEC && config->policy && !inst->policy_asked)
		return AVS_REASON_MAP_UNDEFINED;
	return reason;
}

/* what the plan should know about each route server beyond the table; false: no memory */
static bool observe(struct avs_instance *inst, const struct avs_config *config, bool *settled,
		    struct avs_unseen *unseen, struct avs_arena *arena, enum avs_reason *closed)
{
	inst->settled_seen = 0;
	avs_reach_observe(inst, config, inst->table);
	if (avs_module_active()) {
		inst->started = !starting(inst, config);
		inst->untold_seen = avs_reach_untold(inst, config);
	}
	for (unsigned int rs = 0; rs < config->rs_count; rs++) {
		if (!avs_reach_unseen(inst, config, rs, arena, &unseen[rs]))
			return false;
		if (!avs_module_active())
			continue;
		settled[rs] = avs_reach_settled(inst, config, rs);
		if (settled[rs])
			inst->settled_seen |= 1U << rs;
		closed[rs] = avs_routemap_user_map(config->rs[rs].map_out);
		if (closed[rs] == AVS_REASON_UNSPEC)
			closed[rs] = policy_closed(inst, config);
		if (!inst->started && closed[rs] == AVS_REASON_UNSPEC)
			closed[rs] = AVS_REASON_STARTUP_DELAY;
	}
	return true;
}

static bool as_elsewhere(uint32_t as, void *arg)
{
	return avs_seen_has(arg, as);
}

/* segments that a route server delivers by the table as it is, a bit each */
static avs_segset delivered(const struct avs_instance *inst, unsigned int rs)
{
	avs_segset set = 0;

	for (unsigned int seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
		if (avs_table_count(inst->table, rs, (enum avs_segment)seg))
			set |= AVS_SEG_BIT(seg);
	return set;
}

/* tighten: from a table that lacks something; nothing is added */
static enum avs_err compute(struct avs_instance *inst, struct avs_arena *arena, bool tighten,
			    struct avs_plan **plan)
{
	const struct avs_config *config = inst->table_config->config;
	bool *conditions = avs_arena_array(arena, config->condition_count, sizeof(bool));
	bool *settled = avs_arena_array(arena, config->rs_count, sizeof(bool));
	struct avs_unseen *unseen = avs_arena_array(arena, config->rs_count, sizeof(*unseen));
	enum avs_reason *closed = avs_arena_array(arena, config->rs_count, sizeof(*closed));
	struct avs_user_lists lists;
	struct avs_input input = {
		.config = config,
		.table = inst->table,
		.conditions = conditions,
		.closed = avs_instance_closed(inst),
		.prev = inst->plan,
		.rs_closed = closed,
		.settled = settled,
		.unseen = unseen,
		.now = now_msec(),
		.unlatch = inst->unlatch_wanted && !tighten ? &inst->unlatch : NULL,
		.permits = avs_list_permits_prefix,
		.elsewhere = as_elsewhere,
		.elsewhere_arg = inst->seen,
		.frozen = tighten || (config->freeze && inst->started_plan),
		.default_needs_source = config->policy && avs_policy_has_default(config->policy),
	};

	inst->closed_seen = input.closed;
	if (!conditions || !settled || !unseen || !closed ||
	    !observe(inst, config, settled, unseen, arena, closed) ||
	    !avs_user_list_find(inst, config, arena, &lists))
		return AVS_ERR_NOMEM;
	if (lists.count) {
		input.held_back = avs_user_list_holds;
		input.held_back_arg = &lists;
	}
	for (size_t i = 0; i < config->condition_count; i++)
		conditions[i] = condition_holds(inst, &config->conditions[i]);
	return avs_plan_compute(&input, arena, plan);
}

static bool refresh_new(struct avs_instance *inst, const struct avs_plan *plan)
{
	bool changed = false;

	if (!avs_module_active())
		return false;
	for (size_t i = 0; i < plan->named_count; i++) {
		const struct avs_prefix *prefix = &plan->named[i].prefix;
		const struct avs_fact *have = avs_table_find(inst->table, prefix);
		struct avs_fact fact;
		bool known = avs_rib_fact(inst, inst->table_config->config, prefix, &fact);

		avs_recall_apply(inst->recall, prefix,
				 avs_config_servers(inst->table_config->config), &fact);
		if (known ? have && avs_fact_same_path(have, &fact) &&
				    avs_fact_same_sources(have, &fact)
			  : !have)
			continue;
		changed |= refresh(inst, prefix);
	}
	return changed;
}

static void avs_wakeup_event(avs_event_t *event)
{
	avs_replan_schedule(AVS_EVENT_ARG(event), "delay over");
}

/* the last plan decides; 0: nothing waits */
static void wake_at(struct avs_instance *inst, uint64_t when)
{
	uint64_t now = now_msec();

	avs_event_off(&inst->t_wakeup);
	if (when)
		avs_event_timer_msec(avs_wakeup_event, inst, when > now ? (long)(when - now) : 1,
				     &inst->t_wakeup);
}

/* what is planned anew: by another configuration, or by computed supernets */
static bool plans_new(const struct avs_instance *inst, const struct avs_plan *plan)
{
	return inst->planned_with != inst->table_config || plan->config->supernet_auto;
}

/* what follows a plan that was made of everything */
static void planned(struct avs_instance *inst)
{
	inst->unlatch_wanted = false;
	/* what the start-up delay has held back must not be frozen out */
	inst->started_plan = inst->started;
	inst->cause = NULL;
	avs_export_replanned(inst->export);
	if (inst->roles_wait) {
		inst->roles_wait = false;
		avs_guard_audit();
	}
}

static void replan(struct avs_instance *inst, bool tighten)
{
	struct avs_arena *arena = avs_arena_new();
	struct avs_plan *plan = NULL, *old = inst->plan;
	struct avs_arena *old_arena = inst->plan_arena;
	struct avs_config_ref *old_config = inst->planned_with;
	struct avs_step *steps = NULL;
	size_t count = 0;
	enum avs_err err = AVS_ERR_NOMEM;

	inst->counters.replans++;
	if (arena)
		err = compute(inst, arena, tighten, &plan);
	/* what is planned anew may have changed unseen while nobody looked at it */
	if (err == AVS_OK && !tighten && plans_new(inst, plan) && refresh_new(inst, plan))
		err = compute(inst, arena, false, &plan);
	if (err == AVS_OK)
		err = avs_plan_diff(old, plan, arena, &steps, &count);
	if (err != AVS_OK) {
		avs_replan_error(inst, err, "plan");
		avs_arena_free(arena);
		/* what the last plan waits for must not be forgotten */
		if (old && old->wakeup)
			wake_at(inst, MAX(old->wakeup, now_msec() + 1000));
		return;
	}
	inst->error_logged = false;
	wake_at(inst, plan->wakeup);
	inst->plan = plan;
	inst->plan_arena = arena;
	inst->planned_with = avs_config_ref_get(inst->table_config);
	for (unsigned int rs = 0; rs < plan->config->rs_count; rs++)
		inst->delivered[rs] = delivered(inst, rs);
	avs_effect_apply(inst, old, steps, count);
	avs_effect_overlays(inst, old);
	if (!tighten)
		planned(inst);
	avs_arena_free(old_arena);
	avs_config_ref_put(&old_config);
}

void avs_replan_tighten(struct avs_instance *inst)
{
	const struct avs_config *config = inst->table_config->config;
	bool more = false;

	for (unsigned int rs = 0; rs < config->rs_count; rs++)
		more |= (delivered(inst, rs) & (avs_segset)~inst->delivered[rs]) != 0;
	if (inst->plan && more && inst->planned_with == inst->table_config)
		replan(inst, true);
}

static void avs_replan_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_slice slice;

	if (!avs_module_active()) {
		/* a plan of refusals, for show; the tables stay untouched */
		avs_config_ref_swap(&inst->table_config, inst->effective);
		replan(inst, false);
		return;
	}
	if (inst->rebuild) {
		inst->rebuild = false;
		avs_walk_start(inst, false);
		return;
	}
	if (inst->dirty_all) {
		inst->dirty_all = false;
		avs_walk_start(inst, true);
		inst->catching_up = true;
	}
	/* the walk drains, and has a plan computed when the table has everything */
	if (inst->catching_up)
		return;
	slice = avs_slice_begin(avs_replan_late(inst));
	if (!avs_replan_drain(inst, &slice)) {
		avs_replan_tighten(inst);
		avs_event_soon(avs_replan_event, inst, &inst->t_replan);
		return;
	}
	inst->dirty_since = 0;
	refresh_planned(inst);
	replan(inst, false);
}

/* ---- timers ------------------------------------------------------------ */

static uint32_t settled_now(const struct avs_instance *inst)
{
	const struct avs_config *config = inst->table_config->config;
	uint32_t settled = 0;

	for (unsigned int rs = 0; rs < config->rs_count; rs++)
		if (avs_reach_settled(inst, config, rs))
			settled |= 1U << rs;
	return settled;
}

void avs_instance_note_off(const struct avs_instance *inst)
{
	/* the instance is const for whom it is read only; this is what the reading found */
	if (!inst->next_hops_missed &&
	    avs_next_hop_state(inst->bgp, inst->effective->config) != inst->next_hops_seen)
		((struct avs_instance *)inst)->next_hops_missed = true;
}

/*
 * A next hop came back, or went elsewhere.  bgpd withdraws what has none; what it does not
 * do is tell us (8.4.4), and look again at rule 8.
 */
static void look_at_next_hops(struct avs_instance *inst)
{
	const struct avs_config *config = inst->effective->config;
	uint32_t state = avs_next_hop_state(inst->bgp, config);

	if (state == inst->next_hops_seen && !inst->next_hops_missed)
		return;
	inst->next_hops_seen = state;
	inst->next_hops_missed = false;
	inst->dirty_all = true;
	inst->dirty_count = inst->dirty_done = 0;
	avs_replan_schedule(inst, "next hops");
	for (size_t i = 0; i < config->rs_count; i++)
		if (config->rs[i].interface) {
			avs_guard_announce(inst);
			return;
		}
}

static void avs_poll_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	uint64_t memory = avs_config_segment_memory(inst->effective->config) * 1000ULL;
	long again = POLL_MSEC;

	if (avs_module_active()) {
		if (now_msec() >= memory && !expire_memory(inst, now_msec() - memory))
			again = 1;
		if (!inst->started && !starting(inst, inst->table_config->config))
			avs_replan_schedule(inst, "start-up over");
		if (avs_rib_version(inst->bgp) != inst->version_seen)
			avs_replan_schedule(inst, "best paths");
		avs_adopt_poll(inst);
		look_at_next_hops(inst);
		avs_azure_edge_poll(inst);
		avs_audit_out_poll(inst->audit_out);
		if (settled_now(inst) != inst->settled_seen)
			avs_replan_schedule(inst, "route server settled");
		if (avs_reach_untold(inst, inst->table_config->config) != inst->untold_seen)
			avs_replan_schedule(inst, "neighbor told its routes");
	}
	if (monotime(NULL) >= inst->looked_at + LOOK_SEC && inst->plan) {
		inst->looked_at = monotime(NULL);
		avs_alarms_look(inst->alarms, inst);
	}
	avs_event_timer_msec(avs_poll_event, inst, again, &inst->t_poll);
}

static void avs_reconcile_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);

	if (avs_module_active() && !inst->walk && !inst->dirty_count && !inst->dirty_all) {
		avs_walk_start(inst, true);
		inst->counting = true;
	}
	avs_event_timer_msec(avs_reconcile_event, inst, RECONCILE_MSEC, &inst->t_reconcile);
}

static void avs_lists_event(avs_event_t *event)
{
	avs_instance_mark_all(AVS_EVENT_ARG(event), "lists");
}

void avs_instance_mark_lists(struct avs_instance *inst, long delay_msec)
{
	avs_event_off(&inst->t_lists);
	avs_event_timer_msec(avs_lists_event, inst, delay_msec, &inst->t_lists);
}

void avs_replan_start(struct avs_instance *inst)
{
	inst->looked_at = monotime(NULL);
	avs_event_timer_msec(avs_poll_event, inst, POLL_MSEC, &inst->t_poll);
	avs_event_timer_msec(avs_reconcile_event, inst, RECONCILE_MSEC, &inst->t_reconcile);
}

void avs_replan_stop(struct avs_instance *inst)
{
	avs_event_off(&inst->t_wakeup);
	avs_walk_stop(inst);
	avs_event_off(&inst->t_replan);
	avs_event_off(&inst->t_reconcile);
	avs_event_off(&inst->t_poll);
	avs_event_off(&inst->t_lists);
	XFREE(MTYPE_AVS_DIRTY, inst->dirty);
}
