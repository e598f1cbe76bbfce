// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From plans to calls of avs_rib.c.
 *
 * Order of effects (rule 9).  A new plan is in force for the guard at once.
 * Then: what is new is originated and pushed; what is refused for safety is
 * pushed in the same run; what merely disappears waits until the new paths
 * have left bgpd's queue, so that Azure sees the addition first.  Where both
 * together are more than fits (rule 6), what makes room goes before anything is
 * added, what still waits from an earlier plan included: bgpd sends withdrawals
 * before announcements.  What has to be retired is not taken from a difference but from the set of
 * paths that are ours, so that two plans in a row cannot lose one.
 *
 * Invariant: an owned path exists in bgpd's table only while it is in `owned`.
 *
 * Complexity: O(difference), plus one pass over the owned prefixes.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "prefix.h"

#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_discard.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_memory.h"

DEFINE_MTYPE_STATIC(AVS, AVS_OWNED, "AVS originated prefix");
DEFINE_MTYPE_STATIC(AVS, AVS_WAITING, "AVS waiting withdrawal");

/* look whether the new paths have left the queue before anything is withdrawn */
#define RETIRE_MSEC 120

static int owned_cmp(const struct avs_owned *a, const struct avs_owned *b)
{
	return avs_prefix_cmp(&a->prefix, &b->prefix);
}
DECLARE_RBTREE_UNIQ(avs_owned, struct avs_owned, item, owned_cmp);

/* refusals that may not wait for additions to leave first (rule 9) */
static bool reason_is_safety(enum avs_reason reason)
{
	switch (reason) {
	case AVS_REASON_UNSPEC:
	case AVS_REASON_ANNOUNCED:
	case AVS_REASON_ANNOUNCED_INSIDE_COVER:
	case AVS_REASON_ANNOUNCED_HELD:
	case AVS_REASON_ANNOUNCED_FROZEN:
	case AVS_REASON_LATCHED:
	case AVS_REASON_NOT_PLANNED:
	case AVS_REASON_NO_BEST_PATH:
	case AVS_REASON_EQUALS_LEARNED:
	case AVS_REASON_INSIDE_CONTRIBUTOR:
	case AVS_REASON_COVERS_NOTHING:
	case AVS_REASON_PROTECTED:
	case AVS_REASON_SHARED_REACH:
	case AVS_REASON_BUDGET:
	case AVS_REASON_GATEWAY_BUDGET:
	case AVS_REASON_NOT_TARGETED:
	case AVS_REASON_CONDITION:
	case AVS_REASON_NO_SOURCE:
	case AVS_REASON_FROZEN:
	case AVS_REASON_MAINTENANCE:
	case AVS_REASON_INCOMPLETE:
		return false;
	case AVS_REASON_NO_ROLE:
	case AVS_REASON_MAP_UNDEFINED:
	case AVS_REASON_NOT_OURS:
	case AVS_REASON_MAP_LOOP:
	case AVS_REASON_OTHER_PATH:
	case AVS_REASON_UNCLASSIFIED:
	case AVS_REASON_USER_LIST:
	case AVS_REASON_OTHER_SIDE:
	case AVS_REASON_SIBLING:
	case AVS_REASON_RETURNED:
	case AVS_REASON_NOT_EXPORTED:
	case AVS_REASON_NEXT_HOP:
	case AVS_REASON_WRONG_SLOT:
	case AVS_REASON_LEAK_DEFAULT:
	case AVS_REASON_LEAK_RFC1918:
	case AVS_REASON_LEAK_OBSERVED:
	case AVS_REASON_LEAK_UNCLASSIFIED:
	case AVS_REASON_LEAK_FILTERED:
	case AVS_REASON_LEAK_UNTOLD:
	case AVS_REASON_LEAK_REMEMBERED:
	case AVS_REASON_NO_COMMUNITY:
	case AVS_REASON_SAME_ROUTE_SERVER:
	case AVS_REASON_SAME_SEGMENT:
	case AVS_REASON_AS_PATH:
	case AVS_REASON_NOT_EBGP:
	case AVS_REASON_SHUTDOWN:
	case AVS_REASON_INACTIVE:
	case AVS_REASON_CONFLICT:
	case AVS_REASON_VPN_EXPORT:
	case AVS_REASON_UNSUPPRESS:
	case AVS_REASON_STARTUP:
	case AVS_REASON_STARTUP_DELAY:
	/* never of a plan */
	case AVS_REASON_EDGE_DEFAULT:
	case AVS_REASON_EDGE_OWN:
	case AVS_REASON_EDGE_INSIDE:
		return true;
	}
	return true;
}

static void own(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	struct avs_owned ref = {.prefix = *prefix};
	struct avs_owned *owned = avs_owned_find(&inst->owned, &ref);

	if (!owned) {
		owned = XCALLOC(MTYPE_AVS_OWNED, sizeof(*owned));
		owned->prefix = *prefix;
		avs_owned_add(&inst->owned, owned);
	}
	avs_rib_originate(inst->bgp, prefix);
}

static bool wanted(const struct avs_instance *inst, const struct avs_prefix *prefix)
{
	const struct avs_plan *plan = inst->plan;
	size_t low = 0, high = plan ? plan->originate_count : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = avs_prefix_cmp(&plan->originate[mid], prefix);

		if (cmp == 0)
			return true;
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static void push(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	avs_rib_push(inst->bgp, prefix);
	inst->counters.pushes++;
}

static void push_waiting(struct avs_instance *inst)
{
	for (size_t i = 0; i < inst->waiting_count; i++)
		push(inst, &inst->waiting[i]);
	XFREE(MTYPE_AVS_WAITING, inst->waiting);
	inst->waiting_count = 0;
}

/* push the withdrawals that waited, take out of the table what is not wanted */
static void retire(struct avs_instance *inst)
{
	struct avs_owned *owned;

	push_waiting(inst);
	frr_each_safe (avs_owned, &inst->owned, owned) {
		if (wanted(inst, &owned->prefix))
			continue;
		avs_discard_want(inst->bgp, &owned->prefix, false);
		avs_rib_retire(inst->bgp, &owned->prefix);
		avs_owned_del(&inst->owned, owned);
		XFREE(MTYPE_AVS_OWNED, owned);
	}
}

static void avs_retire_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_owned *owned;

	/* additions first: while one of them is still queued, wait */
	frr_each (avs_owned, &inst->owned, owned)
		if (wanted(inst, &owned->prefix) && avs_rib_pending(inst->bgp, &owned->prefix)) {
			avs_event_timer_msec(avs_retire_event, inst, RETIRE_MSEC, &inst->t_retire);
			return;
		}
	retire(inst);
}

static void wait_withdraw(struct avs_instance *inst, const struct avs_prefix *prefix)
{
	inst->waiting = XREALLOC(MTYPE_AVS_WAITING, inst->waiting,
				 (inst->waiting_count + 1) * sizeof(*inst->waiting));
	inst->waiting[inst->waiting_count++] = *prefix;
}

static enum avs_reason reason_of_step(const struct avs_instance *inst, const struct avs_step *step)
{
	const struct avs_plan *plan = inst->plan;
	const struct avs_entry *entry;
	unsigned int rs = avs_config_find_rs(plan->config, step->rs);

	if (rs == AVS_RS_NONE)
		return AVS_REASON_NOT_PLANNED;
	entry = avs_plan_find(plan, rs, &step->prefix);
	return entry ? entry->reason : AVS_REASON_NOT_PLANNED;
}

static void sync_discards(struct avs_instance *inst)
{
	struct avs_owned *owned;

	frr_each (avs_owned, &inst->owned, owned)
		avs_discard_want(inst->bgp, &owned->prefix,
				 wanted(inst, &owned->prefix) &&
					 avs_plan_wants_discard(inst->plan, &owned->prefix));
}

static void record_change(struct avs_instance *inst, const struct avs_step *steps, size_t count)
{
	struct avs_change change = {.when = time(NULL), .cause = inst->cause};

	for (size_t i = 0; i < count; i++) {
		switch (steps[i].type) {
		case AVS_STEP_ORIGINATE:
			change.originated++;
			break;
		case AVS_STEP_ANNOUNCE:
			change.announced++;
			break;
		case AVS_STEP_WITHDRAW:
			change.withdrawn++;
			break;
		case AVS_STEP_RETIRE:
			change.retired++;
			break;
		}
	}
	memmove(inst->changes + 1, inst->changes, sizeof(change) * (AVS_CHANGES_MAX - 1));
	inst->changes[0] = change;
	inst->change_count = MIN(inst->change_count + 1, (size_t)AVS_CHANGES_MAX);
	inst->counters.changes++;
	zlog_info(
		"AVS: %s: plan changed (%s): %u announced or changed, %u withdrawn, %u originated, %u retired",
		inst->name, change.cause ? change.cause : "unknown", change.announced,
		change.withdrawn, change.originated, change.retired);
}

static void log_step(const struct avs_instance *inst, const struct avs_step *step)
{
	static const char *const names[] = {
		[AVS_STEP_ORIGINATE] = "originate",
		[AVS_STEP_ANNOUNCE] = "announce",
		[AVS_STEP_WITHDRAW] = "withdraw",
		[AVS_STEP_RETIRE] = "retire",
	};
	char prefix[AVS_PREFIX_STRLEN];

	AVS_DEBUG(plan, "%s: %s %s %s", inst->name, names[step->type],
		  avs_prefix_str(&step->prefix, prefix, sizeof(prefix)), step->rs ? step->rs : "");
}

/* may what waits from earlier plans, with what is to come, be more than fits somewhere? */
static bool is_tight(const struct avs_instance *inst, const struct avs_step *steps, size_t count)
{
	const struct avs_plan *plan = inst->plan;
	size_t gone = inst->waiting_count;

	if (!inst->waiting_count)
		return false;
	for (size_t i = 0; i < count; i++)
		gone += steps[i].type == AVS_STEP_WITHDRAW;
	for (unsigned int rs = 0; rs < plan->config->rs_count; rs++)
		if (plan->rs[rs].announced + gone > plan->rs[rs].usable)
			return true;
	return false;
}

/* Rule 6 at every moment: how many of the steps are withdrawals that make room. */
static size_t make_room(struct avs_instance *inst, const struct avs_plan *old,
			struct avs_step *steps, size_t count)
{
	size_t first = 0;

	if (is_tight(inst, steps, count))
		push_waiting(inst);
	if (avs_plan_room(old, inst->plan, inst->plan_arena, steps, count, &first) == AVS_OK)
		return first;
	/* no memory to count with: too many withdrawals early are better than too many routes */
	for (size_t i = 0; i < count; i++)
		if (steps[i].type == AVS_STEP_WITHDRAW)
			push(inst, &steps[i].prefix);
	return 0;
}

/* what is not to be there a moment longer, or makes room for what comes */
static bool goes_at_once(const struct avs_instance *inst, const struct avs_step *steps, size_t i,
			 size_t first)
{
	return steps[i].type == AVS_STEP_WITHDRAW &&
	       (i < first || reason_is_safety(reason_of_step(inst, &steps[i])));
}

static void carry_out(struct avs_instance *inst, const struct avs_step *steps, size_t count,
		      size_t first)
{
	bool later = false;

	for (size_t i = 0; i < count; i++)
		if (goes_at_once(inst, steps, i, first))
			push(inst, &steps[i].prefix);
	for (size_t i = 0; i < count; i++) {
		const struct avs_step *step = &steps[i];
		/* steps of a kind are in prefix order, and one push serves every route server */
		bool again = i && steps[i - 1].type == step->type &&
			     avs_prefix_equal(&steps[i - 1].prefix, &step->prefix);

		log_step(inst, step);
		switch (step->type) {
		case AVS_STEP_ORIGINATE:
			own(inst, &step->prefix);
			break;
		case AVS_STEP_ANNOUNCE:
			if (!again)
				push(inst, &step->prefix);
			break;
		case AVS_STEP_WITHDRAW:
			if (!goes_at_once(inst, steps, i, first))
				wait_withdraw(inst, &step->prefix);
			later = true;
			break;
		case AVS_STEP_RETIRE:
			later = true;
			break;
		}
	}
	sync_discards(inst);
	/* closed: something may let our paths out beside the guard; they go at once */
	if (inst->closed_seen != AVS_REASON_UNSPEC)
		retire(inst);
	else if (later)
		avs_event_timer_msec(avs_retire_event, inst, RETIRE_MSEC, &inst->t_retire);
}

void avs_effect_apply(struct avs_instance *inst, const struct avs_plan *old, struct avs_step *steps,
		      size_t count)
{
	if (!count) {
		sync_discards(inst);
		return;
	}
	record_change(inst, steps, count);
	carry_out(inst, steps, count, make_room(inst, old, steps, count));
}

void avs_effect_overlays(struct avs_instance *inst, const struct avs_plan *old)
{
	const struct avs_plan *plan = inst->plan;

	for (unsigned int i = 0; i < plan->config->rs_count; i++) {
		const char *name = plan->config->rs[i].name;
		unsigned int before = old ? avs_config_find_rs(old->config, name) : AVS_RS_NONE;
		bool was = before != AVS_RS_NONE && avs_reason_permits(old->rs[before].gate);

		if (plan->config->rs[i].overlay && (was != avs_reason_permits(plan->rs[i].gate) ||
						    !old || old->config != plan->config))
			avs_guard_announce_rs(inst, name);
	}
}

static void avs_maps_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	const struct avs_plan *plan = inst->plan;

	for (size_t i = 0; i < inst->effective->config->rs_count; i++)
		if (inst->effective->config->rs[i].guard == AVS_GUARD_MONITOR ||
		    inst->effective->config->rs[i].overlay) {
			/* what monitor lets out, and what an overlay neighbour gets, is in no plan
			 */
			avs_guard_announce(inst);
			break;
		}

	/* one push serves every route server that has the prefix */
	for (size_t i = 0; plan && i < plan->named_count; i++) {
		avs_rib_push(inst->bgp, &plan->named[i].prefix);
		inst->counters.pushes++;
	}
}

void avs_instance_mark_maps(struct avs_instance *inst, long delay_msec)
{
	avs_event_off(&inst->t_maps);
	avs_event_timer_msec(avs_maps_event, inst, delay_msec, &inst->t_maps);
}

void avs_effect_init(struct avs_instance *inst)
{
	avs_owned_init(&inst->owned);
}

/*
 * A deleted instance takes our paths along: bgpd empties its table, also where it keeps
 * the instance hidden.  Retiring them here would put them into a queue that is thrown
 * away, and their destinations with it.
 */
void avs_effect_fini(struct avs_instance *inst, bool deleted)
{
	struct avs_owned *owned;

	avs_event_off(&inst->t_retire);
	avs_event_off(&inst->t_maps);
	while ((owned = avs_owned_pop(&inst->owned))) {
		if (deleted)
			avs_discard_want(inst->bgp, &owned->prefix, false);
		XFREE(MTYPE_AVS_OWNED, owned);
	}
	avs_owned_fini(&inst->owned);
	XFREE(MTYPE_AVS_WAITING, inst->waiting);
}
