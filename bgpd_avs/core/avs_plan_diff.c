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
 * The entries of each route server, sorted by prefix in both plans, are merged; what differs is
 * then sorted by (prefix, route server name).  Names, not indices: the plans may belong to
 * different configurations.
 *
 * Applying it to `prev` gives `next` in everything that a neighbour can see;
 * a changed reason alone is no step; a changed class is one, because the
 * user's map can tell classes apart.  O(n + d log d), d being what differs.
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

/* what one route server gets by a plan, read from the front; both NULL: nothing */
struct avs_side {
	const struct avs_plan *plan;
	const struct avs_entry *next, *end;
};

static struct avs_side avs_side_of(const struct avs_plan *plan, const char *rs)
{
	unsigned int i = plan ? avs_config_find_rs(plan->config, rs) : AVS_RS_NONE;
	struct avs_side side = {.plan = plan};

	if (i == AVS_RS_NONE || !plan->rs[i].count)
		return side;
	side.next = &plan->entries[plan->rs[i].first];
	side.end = side.next + plan->rs[i].count;
	return side;
}

/* the entry of the prefix if it is announced; called in prefix order */
static const struct avs_entry *avs_side_find(struct avs_side *side, const struct avs_prefix *prefix)
{
	int c = 1;

	for (; side->next < side->end; side->next++) {
		c = avs_prefix_cmp(&side->next->prefix, prefix);
		if (c >= 0)
			break;
	}
	return side->next < side->end && !c && avs_plan_leaves(side->plan, side->next) ? side->next
										       : NULL;
}

/* What `ours` announces at one of its route servers and `theirs` does not, or not like this. */
static void avs_rs_minus(const struct avs_plan *ours, unsigned int rs,
			 const struct avs_plan *theirs, bool attributes, struct avs_items *items)
{
	const char *name = ours->config->rs[rs].name;
	struct avs_side side = avs_side_of(theirs, name);
	const struct avs_entry *entry, *other;
	size_t i;

	for (i = 0; i < ours->rs[rs].count; i++) {
		entry = &ours->entries[ours->rs[rs].first + i];
		if (!avs_plan_leaves(ours, entry))
			continue;
		other = avs_side_find(&side, &entry->prefix);
		if (other && (!attributes || avs_entry_same(entry, other)))
			continue;
		if (items->item)
			items->item[items->count] = (struct avs_item){entry, name};
		items->count++;
	}
}

static void avs_items_find(const struct avs_plan *ours, const struct avs_plan *theirs,
			   bool attributes, struct avs_items *items)
{
	unsigned int rs;

	items->count = 0;
	for (rs = 0; ours && rs < ours->config->rs_count; rs++)
		avs_rs_minus(ours, rs, theirs, attributes, items);
}

/*
 * What `ours` announces and `theirs` does not, or (attributes) not like this: called once for
 * additions, once with the plans exchanged for withdrawals.  Counted first: it is little.
 */
static bool avs_items_minus(const struct avs_plan *ours, const struct avs_plan *theirs,
			    bool attributes, struct avs_arena *arena, struct avs_items *items)
{
	items->item = NULL;
	avs_items_find(ours, theirs, attributes, items);
	if (!items->count)
		return true;
	items->item = avs_arena_array(arena, items->count, sizeof(*items->item));
	if (!items->item)
		return false;
	avs_items_find(ours, theirs, attributes, items);
	qsort(items->item, items->count, sizeof(*items->item), avs_item_order);
	return true;
}

static void avs_items_add(const struct avs_items *items, enum avs_step_type type,
			  struct avs_step *steps, size_t *count)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		avs_step_add(steps, count, type, &items->item[i].entry->prefix, items->item[i].rs);
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
	struct avs_items gone, added;
	struct avs_step *list;
	size_t n = 0, room;

	if (!avs_items_minus(next, prev, true, arena, &added) ||
	    !avs_items_minus(prev, next, false, arena, &gone))
		return AVS_ERR_NOMEM;
	room = added.count + gone.count + (prev ? prev->originate_count : 0) +
	       (next ? next->originate_count : 0);
	list = avs_arena_array(arena, room, sizeof(*list));
	if (!list)
		return AVS_ERR_NOMEM;
	avs_originate_minus(next, prev, AVS_STEP_ORIGINATE, list, &n);
	avs_items_add(&added, AVS_STEP_ANNOUNCE, list, &n);
	avs_items_add(&gone, AVS_STEP_WITHDRAW, list, &n);
	avs_originate_minus(prev, next, AVS_STEP_RETIRE, list, &n);
	*steps = list;
	*count = n;
	return AVS_OK;
}
