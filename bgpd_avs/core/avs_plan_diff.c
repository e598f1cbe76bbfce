// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Difference of two plans, in the order in which it has to be applied.
 *
 * Additions precede withdrawals (rule 9): at no moment a prefix that both
 * plans announce, or an address that both cover, is without a route.  BGP
 * itself replaces: an announcement with other attributes is one ANNOUNCE and
 * no WITHDRAW.
 *
 *	ORIGINATE	first, or an ANNOUNCE would find no path
 *	ANNOUNCE
 *	WITHDRAW
 *	RETIRE		last, or a WITHDRAW would come from the missing path
 *
 * Both plans are read as sorted lists of (prefix, route server name), which
 * are then merged.  Names, not indices: the plans may belong to different
 * configurations.
 *
 * Applying it to `prev` gives `next` in everything that a neighbour can see;
 * a changed reason alone is no step; a changed class is one, because the
 * user's map can tell classes apart.  O(n log n).
 */
#include <stdlib.h>
#include <string.h>

#include "avs_plan.h"

/* an announced entry under the name of its route server */
struct avs_item {
	const struct avs_entry *entry;
	const char *rs;
};

struct avs_items {
	struct avs_item *item;
	size_t count;
};

static int avs_item_order(const void *a, const void *b)
{
	const struct avs_item *x = a, *y = b;
	int c = avs_prefix_cmp(&x->entry->prefix, &y->entry->prefix);

	return c ? c : strcmp(x->rs, y->rs);
}

/* The announced entries of a plan, NULL being the empty one. */
static bool avs_items_collect(const struct avs_plan *plan, struct avs_arena *arena,
			      struct avs_items *items)
{
	const struct avs_entry *entry;
	size_t i;

	items->count = 0;
	items->item = avs_arena_array(arena, plan ? plan->count : 0, sizeof(*items->item));
	if (!items->item)
		return false;
	for (i = 0; plan && i < plan->count; i++) {
		entry = &plan->entries[i];
		if (!avs_plan_leaves(plan, entry))
			continue;
		items->item[items->count].entry = entry;
		items->item[items->count++].rs = plan->config->rs[entry->rs].name;
	}
	if (items->count)
		qsort(items->item, items->count, sizeof(*items->item), avs_item_order);
	return true;
}

static bool avs_entry_same(const struct avs_entry *a, const struct avs_entry *b)
{
	if (a->next_hop.family != b->next_hop.family ||
	    (a->next_hop.family && !avs_prefix_equal(&a->next_hop, &b->next_hop)))
		return false;
	return a->cls == b->cls && a->prepend == b->prepend && a->no_advertise == b->no_advertise;
}

static void avs_step_add(struct avs_step *steps, size_t *count, enum avs_step_type type,
			 const struct avs_prefix *prefix, const char *rs)
{
	steps[*count] = (struct avs_step){.type = type, .prefix = *prefix, .rs = rs};
	(*count)++;
}

/*
 * What `ours` announces and `theirs` does not, or (attributes) not like this:
 * called once for additions, once with the lists exchanged for withdrawals.
 */
static void avs_items_minus(const struct avs_items *ours, const struct avs_items *theirs,
			    bool attributes, enum avs_step_type type, struct avs_step *steps,
			    size_t *count)
{
	size_t i, j = 0;
	int c = 1;

	for (i = 0; i < ours->count; i++) {
		for (; j < theirs->count; j++) {
			c = avs_item_order(&theirs->item[j], &ours->item[i]);
			if (c >= 0)
				break;
		}
		if (j < theirs->count && !c &&
		    (!attributes || avs_entry_same(ours->item[i].entry, theirs->item[j].entry)))
			continue;
		avs_step_add(steps, count, type, &ours->item[i].entry->prefix, ours->item[i].rs);
	}
}

/* What `ours` originates and `theirs` does not. */
static void avs_originate_minus(const struct avs_plan *ours, const struct avs_plan *theirs,
				enum avs_step_type type, struct avs_step *steps, size_t *count)
{
	size_t i, j = 0, n = theirs ? theirs->originate_count : 0;
	int c = 1;

	for (i = 0; ours && i < ours->originate_count; i++) {
		for (; j < n; j++) {
			c = avs_prefix_cmp(&theirs->originate[j], &ours->originate[i]);
			if (c >= 0)
				break;
		}
		if (j == n || c)
			avs_step_add(steps, count, type, &ours->originate[i], NULL);
	}
}

enum avs_err avs_plan_diff(const struct avs_plan *prev, const struct avs_plan *next,
			   struct avs_arena *arena, struct avs_step **steps, size_t *count)
{
	struct avs_items before, after;
	struct avs_step *list;
	size_t n = 0, room;

	if (!avs_items_collect(prev, arena, &before) || !avs_items_collect(next, arena, &after))
		return AVS_ERR_NOMEM;
	room = before.count + after.count + (prev ? prev->originate_count : 0) +
	       (next ? next->originate_count : 0);
	list = avs_arena_array(arena, room, sizeof(*list));
	if (!list)
		return AVS_ERR_NOMEM;
	avs_originate_minus(next, prev, AVS_STEP_ORIGINATE, list, &n);
	avs_items_minus(&after, &before, true, AVS_STEP_ANNOUNCE, list, &n);
	avs_items_minus(&before, &after, false, AVS_STEP_WITHDRAW, list, &n);
	avs_originate_minus(prev, next, AVS_STEP_RETIRE, list, &n);
	*steps = list;
	*count = n;
	return AVS_OK;
}
