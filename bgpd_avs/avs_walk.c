// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks of bgpd's whole table, in slices of the event loop.
 *
 * Purpose: build a second table of facts, when indexes or the classification changed
 * (see avs_instance.c), or verify the one at hand.
 *
 * A verifying walk that nobody asked for must find nothing; what it finds is counted as
 * missed.  Marks that come during a walk are drained first, so it does not find them.  It goes
 * through bgpd's table, and then through the facts, for what bgpd has no more.
 *
 * Invariants: one walk at a time; a new one ends the old one.  A table that lacks a fact
 * closes the instance.  While a walk stands for marks that were too many (catching_up), the
 * plan before stays in force: half of a change could open what the whole of it closes.
 *
 * Complexity: O(destinations) and O(facts), in slices of AVS_SLICE_USEC; the old table is freed
 * in one piece, which is O(facts / 128).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "prefix.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_watch.h"

/* destinations between two looks at the clock */
#define WALK_STEP 32

static void avs_table_walk_event(avs_event_t *event);

void avs_walk_stop(struct avs_instance *inst)
{
	avs_event_off(&inst->t_walk);
	avs_rib_walk_end(inst->walk);
	inst->walk = NULL;
	avs_table_free(inst->building);
	inst->building = NULL;
	inst->verifying = inst->counting = inst->walked = inst->catching_up = false;
	inst->walked_until = (struct avs_prefix){};
	avs_config_ref_put(&inst->building_config);
}

void avs_walk_start(struct avs_instance *inst, bool verifying)
{
	avs_walk_stop(inst);
	inst->verifying = verifying;
	if (!verifying) {
		inst->building = avs_table_new();
		if (!inst->building) {
			avs_replan_error(inst, AVS_ERR_NOMEM, "table");
			return;
		}
		inst->building_config = avs_config_ref_get(inst->effective);
		inst->policy_asking =
			avs_routemap_user_map(inst->effective->config->policy) == AVS_REASON_UNSPEC;
		inst->table_bad = false;
		inst->reclassified = false;
		avs_reach_build_begin(inst);
	}
	inst->walk = avs_rib_walk_begin(inst->bgp);
	inst->counters.reconciles++;
	avs_event_soon(avs_table_walk_event, inst, &inst->t_walk);
}

static void build_dest(const struct prefix *p, struct bgp_dest *dest, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_prefix prefix = avs_from_prefix(p);
	const struct avs_fact *have = avs_table_find(inst->table, &prefix);
	struct avs_fact fact, by_old_lines;
	bool was_onprem;
	enum avs_err err;

	/*
	 * The paths of now by the lines of before: what the table has may be of a path that has
	 * changed since, and then it is not the lines that say otherwise.
	 */
	was_onprem = have && have->from[AVS_SEGMENT_ON_PREMISES] &&
		     avs_rib_dest_fact(inst, inst->table_config->config, dest, &by_old_lines);
	if (!avs_rib_dest_fact(inst, inst->building_config->config, dest, &fact))
		return;
	avs_recall_apply(inst->recall, &prefix, avs_config_servers(inst->building_config->config),
			 &fact);
	if (have && !avs_fact_same_sources(have, &fact))
		inst->reclassified = true;
	if (was_onprem)
		avs_reach_build(inst, inst->table_config->config, &by_old_lines,
				inst->building_config->config, &fact);
	err = avs_table_set(inst->building, &prefix, &fact);
	if (err != AVS_OK) {
		avs_replan_error(inst, err, "table");
		inst->table_bad = true;
	}
}

/* next-hop tracking changes `usable` unseen: that is known, and no miss */
static void found(struct avs_instance *inst, const struct avs_prefix *prefix, bool missed)
{
	if (missed && inst->counting)
		inst->counters.missed++;
	avs_instance_mark_prefix(inst, prefix);
}

/* the direction RIB -> table; the other one is vanished() */
static void verify_dest(const struct prefix *p, struct bgp_dest *dest, void *arg)
{
	struct avs_instance *inst = arg;
	struct avs_prefix prefix = avs_from_prefix(p);
	const struct avs_fact *have = avs_table_find(inst->table, &prefix);
	struct avs_fact fact;
	bool known = avs_rib_dest_fact(inst, inst->table_config->config, dest, &fact);

	avs_recall_apply(inst->recall, &prefix, avs_config_servers(inst->table_config->config),
			 &fact);
	if (!known && !have)
		return;
	if (known && have && avs_fact_same_sources(have, &fact)) {
		if (!avs_fact_same_path(have, &fact))
			found(inst, &prefix, false);
		return;
	}
	found(inst, &prefix, true);
}

/* the facts that a slice looks at */
struct vanishing {
	struct avs_instance *inst;
	struct avs_slice slice;
	bool over;
};

static bool vanished(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	struct vanishing *v = arg;

	if (!avs_rib_known(v->inst->bgp, prefix))
		found(v->inst, prefix, true);
	v->inst->walked_until = *prefix;
	v->over = avs_slice_over(&v->slice);
	return !v->over;
}

/* segments may have changed though no path did */
static void tell_segments(struct avs_instance *inst)
{
	if (!inst->reclassified)
		return;
	if (avs_config_overlays(inst->table_config->config))
		avs_instance_mark_maps(inst, 0);
	if (!avs_policy_matches())
		return;
	avs_watch_reclassified(inst);
	avs_instance_mark_maps(inst, 0);
}

/* a slice of bgpd's table; true: that was all of it */
static bool walk_rib(struct avs_instance *inst, struct avs_slice *slice)
{
	while (!avs_slice_over(slice))
		if (avs_rib_walk_next(inst->walk, WALK_STEP,
				      inst->verifying ? verify_dest : build_dest, inst))
			return true;
	return false;
}

/* a slice of the facts; true: that was all of them */
static bool walk_facts(struct avs_instance *inst, const struct avs_slice *slice)
{
	struct vanishing v = {.inst = inst, .slice = *slice};

	avs_table_walk_after(inst->table, inst->walked_until.family ? &inst->walked_until : NULL,
			     vanished, &v);
	return !v.over;
}

static void built(struct avs_instance *inst)
{
	avs_reach_build_end(inst, inst->table_config->config, inst->table);
	avs_table_free(inst->table);
	inst->table = inst->building;
	inst->building = NULL;
	inst->policy_asked = inst->policy_asking;
	avs_config_ref_swap(&inst->table_config, inst->building_config);
	tell_segments(inst);
	/* marks that came during the walk are still in the list */
	avs_replan_now(inst, "routes");
}

static void avs_table_walk_event(avs_event_t *event)
{
	struct avs_instance *inst = AVS_EVENT_ARG(event);
	struct avs_slice slice = avs_slice_begin(avs_replan_late(inst));
	bool done;

	/* changes that were marked meanwhile are not found by this walk */
	if (inst->verifying) {
		inst->counting &= !inst->dirty_all;
		done = avs_replan_drain(inst, &slice);
		if (done && !inst->walked)
			inst->walked = walk_rib(inst, &slice);
		done = done && inst->walked && walk_facts(inst, &slice);
	} else {
		done = walk_rib(inst, &slice);
	}
	if (!done) {
		if (inst->catching_up)
			avs_replan_tighten(inst);
		avs_event_soon(avs_table_walk_event, inst, &inst->t_walk);
		return;
	}
	if (inst->verifying)
		avs_audit_out_compare(inst->audit_out);
	else
		built(inst);
	if (inst->catching_up)
		avs_replan_now(inst, "routes");
	avs_walk_stop(inst);
}
