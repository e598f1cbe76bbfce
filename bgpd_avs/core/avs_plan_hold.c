// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hold-down of configured supernets: the last contributor gone (rule 9).
 *
 * A supernet that has nothing left to cover attracts traffic that nobody wants,
 * and that hurts nobody.  One that is withdrawn and announced again whenever
 * both sessions flap hurts everybody behind it.  So what was announced stays
 * for hold-down after its last contributor went.  Whatever else rule 3 finds
 * (somebody announces it, a contributor around it, a protected range) acts at
 * once.
 *
 * What is held is part of the plan, with the time since when, and is copied
 * from plan to plan; so a plan that failed to be computed has changed nothing.
 * A supernet that was not announced before is never held.  In prefix order;
 * one binary search for each supernet that covers nothing.
 */
#include <stdlib.h>

#include "avs_plan_int.h"

static int avs_hold_order(const void *a, const void *b)
{
	const struct avs_hold *x = a, *y = b;

	return avs_prefix_cmp(&x->prefix, &y->prefix);
}

/* as a supernet: what leaves as something else is not held as one */
static bool avs_hold_was_announced(const struct avs_plan *prev, const struct avs_prefix *prefix)
{
	const struct avs_named *named = avs_plan_named(prev, prefix);

	return named && named->supernet;
}

bool avs_plan_hold(const struct avs_input *input, struct avs_plan *plan,
		   const struct avs_prefix *prefix)
{
	uint64_t msec = avs_config_hold_down(input->config) * 1000ULL, since = input->now;
	const struct avs_plan *prev = input->prev;
	struct avs_hold key = {.prefix = *prefix}, *held = NULL;

	if (!prev || !avs_hold_was_announced(prev, prefix))
		return false;
	if (prev->hold_count)
		held = bsearch(&key, prev->holds, prev->hold_count, sizeof(key), avs_hold_order);
	if (held)
		since = held->since;
	if (input->now - since >= msec)
		return false;
	plan->holds[plan->hold_count].prefix = *prefix;
	plan->holds[plan->hold_count++].since = since;
	avs_plan_wake(plan, since + msec);
	return true;
}
