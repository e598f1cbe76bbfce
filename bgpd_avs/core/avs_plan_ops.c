// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an operator does by hand: freeze and maintenance.
 *
 * freeze.  What is announced stays, and nothing else comes, whatever the
 * network does; only what protects others acts (rules 1, 2, 4, 5, 10).  So the
 * verdict is computed as always, and then turned: what was not announced is
 * refused, and what was is announced against the verdict of rule 3 or of a
 * condition.
 *
 * maintenance.  A route server is drained: for AVS_DRAIN_MSEC everything is
 * announced with AVS_DRAIN_PREPEND more AS numbers, so that traffic goes to
 * another appliance while this one still forwards; then nothing is.  Since when
 * is part of the plan, and is copied from plan to plan by the route server's
 * name.  Where nothing was announced there is nothing to drain: the second
 * step comes at once, as it has to after a restart.
 */
#include "avs_plan_int.h"

void avs_plan_drain(const struct avs_input *input, struct avs_plan *plan, unsigned int rs)
{
	struct avs_drain *drain = &plan->rs[rs].drain;
	const struct avs_rs_config *config = plan->rs[rs].config;
	const struct avs_plan *prev = input->prev;
	const struct avs_rs_plan *before = NULL;
	unsigned int index;

	if (!config->maintenance)
		return;
	index = prev ? avs_config_find_rs(prev->config, config->name) : AVS_RS_NONE;
	if (index != AVS_RS_NONE)
		before = &prev->rs[index];
	if (before && before->drain.active)
		*drain = before->drain;
	else
		*drain = (struct avs_drain){
			.active = true, .done = !before || !before->announced, .since = input->now};
	if (!drain->done && input->now - drain->since >= AVS_DRAIN_MSEC)
		drain->done = true;
	if (!drain->done)
		avs_plan_wake(plan, drain->since + AVS_DRAIN_MSEC);
}

/* Does the verdict come from a rule that does not act while frozen? */
static bool avs_is_calm(enum avs_reason reason)
{
	switch (reason) {
	case AVS_REASON_EQUALS_LEARNED:
	case AVS_REASON_INSIDE_CONTRIBUTOR:
	case AVS_REASON_COVERS_NOTHING:
	case AVS_REASON_PROTECTED:
	case AVS_REASON_LATCHED:
	case AVS_REASON_CONDITION:
	case AVS_REASON_NO_SOURCE:
		return true;
	default:
		return false;
	}
}

void avs_plan_freeze(const struct avs_input *input, struct avs_entry *entry, bool had)
{
	if (!input->frozen)
		return;
	if (avs_reason_permits(entry->reason) && !had) {
		entry->reason = AVS_REASON_FROZEN;
		entry->about = (struct avs_prefix){0};
	} else if (had && avs_is_calm(entry->reason)) {
		entry->reason = AVS_REASON_ANNOUNCED_FROZEN;
	}
}
