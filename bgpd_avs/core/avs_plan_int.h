/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plan share with each other and with nobody else. */
#ifndef _AVS_PLAN_INT_H
#define _AVS_PLAN_INT_H

#include "avs_plan.h"

/* Fill plan->warnings from a plan that is complete otherwise; false: no memory. */
bool avs_plan_warn(const struct avs_input *input, struct avs_arena *arena, struct avs_plan *plan);

/*
 * Rule 3, as far as it does not depend on the route server: ANNOUNCED,
 * ANNOUNCED_INSIDE_COVER, or why not.  *about is written where there is one.
 */
enum avs_reason avs_plan_rule_3(const struct avs_input *input, const struct avs_auto_plan *memory,
				const struct avs_prefix *prefix, bool unconditional,
				struct avs_prefix *about);

/*
 * A configured supernet covers nothing: is it held all the same
 * (avs_plan_hold.c)?  To be asked in prefix order, once for each.
 */
bool avs_plan_hold(const struct avs_input *input, struct avs_plan *plan,
		   const struct avs_prefix *prefix);

/* Make plan->named of entries that are complete (avs_plan_named.c).  False: no memory. */
bool avs_plan_name(struct avs_arena *arena, struct avs_plan *plan);

/* a prefix that leaves as it is, and the route servers that may get it, a bit each */
struct avs_permitted {
	struct avs_prefix prefix;
	enum avs_class cls; /* PERMITTED by a list, or EXACT by the policy */
	uint32_t rs;
};

/*
 * What permit lists name, and what the policy represents as it is
 * (avs_plan_permit.c), in prefix order: usable IPv4 prefixes of the table,
 * without the route servers that deliver them.  A route server is in one
 * element of a prefix at most.  What does not fit is counted in
 * plan->not_permitted.  False: no memory.
 */
bool avs_plan_permitted(const struct avs_input *input, struct avs_arena *arena,
			struct avs_plan *plan, struct avs_permitted **list, size_t *count);

/*
 * What is remembered of supernets (avs_plan_memory.c).  begin: from the plan in
 * force, which was announced until now.  end: rule 3 may have withdrawn some,
 * and latches them when it is the second time.
 */
bool avs_memory_begin(const struct avs_input *input, struct avs_arena *arena,
		      struct avs_plan *plan);
void avs_memory_end(const struct avs_input *input, struct avs_plan *plan);
const struct avs_memory *avs_memory_find(const struct avs_auto_plan *memory,
					 const struct avs_prefix *prefix);
/* if this prefix is learned, is it our own announcement come back? */
bool avs_memory_is_echo(const struct avs_input *input, const struct avs_auto_plan *memory,
			const struct avs_prefix *prefix);

/*
 * The members of the automatic set (avs_plan_auto.c) into plan->automatic and
 * plan->wakeup.  consent: no route server that gets them refuses by rule 2.
 */
enum avs_err avs_plan_auto(const struct avs_input *input, bool consent, struct avs_arena *arena,
			   struct avs_plan *plan);

/*
 * What an operator does by hand (avs_plan_ops.c).  drain: of one route server,
 * carried on from prev by name.  freeze: the last word on an entry whose
 * verdict is known but for the budget; had: prev announces it there.
 */
void avs_plan_drain(const struct avs_input *input, struct avs_plan *plan, unsigned int rs);
void avs_plan_freeze(const struct avs_input *input, struct avs_entry *entry, bool had);

/* Note that the plan has to be computed again at this time. */
static inline void avs_plan_wake(struct avs_plan *plan, uint64_t when)
{
	if (!plan->wakeup || when < plan->wakeup)
		plan->wakeup = when ? when : 1;
}

#endif /* _AVS_PLAN_INT_H */
