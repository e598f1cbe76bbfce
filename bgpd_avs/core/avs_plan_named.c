// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a plan says of a prefix, whatever the route server.
 *
 * Several questions are about the prefix alone: is it to be originated, was it announced as a
 * supernet, does it need a discard route, which prefixes have to be read again.  Asked of the
 * entries each of them is a search at every route server; here they are answered once per plan.
 *
 * Representation: the prefixes of all entries, in prefix order, each once, with what the
 * entries say together.  The entries are sorted for each route server, so a merge with the
 * list so far makes the next one; where a route server adds nothing, which is the rule, the list
 * stays where it is.
 *
 * Complexity: O(entries) where the route servers have the same candidates, O(route servers *
 * prefixes) at most; a question is a binary search.
 */
#include <string.h>

#include "avs_plan_int.h"

static void avs_named_add(const struct avs_plan *plan, const struct avs_entry *entry,
			  struct avs_named *named)
{
	bool supernet = entry->cls == AVS_CLASS_SUPERNET && avs_reason_permits(entry->reason);
	bool told = supernet && avs_plan_leaves(plan, entry);
	bool stands = avs_plan_stands(plan, entry);

	named->stands = named->stands || stands;
	named->outlives = named->outlives || (stands && entry->cls < AVS_CLASS_PERMITTED);
	named->supernet = named->supernet || supernet;
	named->told_supernet = named->told_supernet || told;
	named->next_hop_self = named->next_hop_self || (told && !entry->next_hop.family);
}

/* how many prefixes of the route server are not in the list; those that are, add to it */
static size_t avs_named_merge(struct avs_plan *plan, const struct avs_rs_plan *rs)
{
	const struct avs_entry *entry = &plan->entries[rs->first];
	size_t i, j = 0, missing = 0;
	int c = 1;

	for (i = 0; i < rs->count; i++) {
		for (; j < plan->named_count; j++) {
			c = avs_prefix_cmp(&plan->named[j].prefix, &entry[i].prefix);
			if (c >= 0)
				break;
		}
		if (j < plan->named_count && !c)
			avs_named_add(plan, &entry[i], &plan->named[j]);
		else
			missing++;
	}
	return missing;
}

/* put them where they belong, from the end, so that nothing is overwritten */
static void avs_named_insert(struct avs_plan *plan, const struct avs_rs_plan *rs, size_t missing)
{
	size_t i = rs->count, j = plan->named_count, end = plan->named_count + missing;
	const struct avs_entry *entry;
	int c;

	plan->named_count = end;
	while (i && end > j) {
		entry = &plan->entries[rs->first + i - 1];
		c = j ? avs_prefix_cmp(&plan->named[j - 1].prefix, &entry->prefix) : -1;
		if (c > 0) {
			plan->named[--end] = plan->named[--j];
			continue;
		}
		i--;
		if (!c)
			continue;
		plan->named[--end] = (struct avs_named){.prefix = entry->prefix};
		avs_named_add(plan, entry, &plan->named[end]);
	}
}

bool avs_plan_name(struct avs_arena *arena, struct avs_plan *plan)
{
	struct avs_named *wider;
	size_t missing;
	unsigned int i;

	for (i = 0; i < plan->config->rs_count; i++) {
		missing = avs_named_merge(plan, &plan->rs[i]);
		if (!missing)
			continue;
		wider = avs_arena_array(arena, plan->named_count + missing, sizeof(*wider));
		if (!wider)
			return false;
		if (plan->named_count)
			memcpy(wider, plan->named, plan->named_count * sizeof(*wider));
		plan->named = wider;
		avs_named_insert(plan, &plan->rs[i], missing);
	}
	return true;
}

const struct avs_named *avs_plan_named(const struct avs_plan *plan, const struct avs_prefix *prefix)
{
	size_t low = 0, high = plan->named_count, middle;
	int c;

	while (low < high) {
		middle = low + (high - low) / 2;
		c = avs_prefix_cmp(&plan->named[middle].prefix, prefix);
		if (!c)
			return &plan->named[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
