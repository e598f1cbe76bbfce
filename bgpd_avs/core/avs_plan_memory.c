// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is remembered of supernets that were announced.
 *
 * A network that redistributes what it learns announces our supernets back to
 * us.  Without memory that is a learned prefix like any other: rule 3 withdraws
 * the supernet, the echo vanishes with it, the supernet comes back, and so on
 * for ever; or, when the echo counts as a contributor, the next set is strictly
 * wider, and its echo makes the one after that wider again.  So:
 *
 *   echo   what equals something that we announced within AVS_ECHO_MSEC never
 *          contributes; and it does not make the automatic set look for
 *          another prefix either (avs_plan_auto.c);
 *   latch  what rule 3 withdrew twice within AVS_LATCH_MSEC, because it was
 *          learned or inside of a contributor, stays down until it is released.
 *
 * One record per prefix, configured or automatic, in prefix order.  Records are
 * kept with `supernet auto` only.  They live as long as they can have an
 * effect; a latched one until it is released.  Should there ever be more than
 * AVS_MEMORY_MAX, the oldest ones that are not latched are forgotten first.
 *
 * The memory belongs to a plan and is copied from plan to plan, so that a plan
 * that failed to be computed has changed nothing.
 */
#include <stdlib.h>

#include "avs_plan_int.h"

static int avs_memory_order(const void *a, const void *b)
{
	const struct avs_memory *x = a, *y = b;

	return avs_prefix_cmp(&x->prefix, &y->prefix);
}

const struct avs_memory *avs_memory_find(const struct avs_auto_plan *memory,
					 const struct avs_prefix *prefix)
{
	struct avs_memory key = {.prefix = *prefix};

	if (!memory->memory_count)
		return NULL;
	return bsearch(&key, memory->memory, memory->memory_count, sizeof(key), avs_memory_order);
}

bool avs_memory_is_echo(const struct avs_input *input, const struct avs_auto_plan *memory,
			const struct avs_prefix *prefix)
{
	const struct avs_memory *known = avs_memory_find(memory, prefix);

	return known && input->now - known->announced < AVS_ECHO_MSEC;
}

static bool avs_memory_released(const struct avs_input *input, const struct avs_memory *known)
{
	return input->unlatch &&
	       (!input->unlatch->family || avs_prefix_equal(input->unlatch, &known->prefix));
}

/* The supernets that the plan in force announces, from now on or still. */
static size_t avs_memory_announced(const struct avs_input *input, struct avs_memory *out)
{
	const struct avs_plan *prev = input->prev;
	size_t i, n = 0;

	for (i = 0; i < prev->named_count; i++) {
		if (!prev->named[i].told_supernet)
			continue;
		out[n].prefix = prev->named[i].prefix;
		out[n].current = true;
		out[n++].announced = input->now;
	}
	return n;
}

/* Records of one prefix become one: the old one has the history. */
static size_t avs_memory_unite(struct avs_memory *list, size_t count)
{
	size_t i, kept = 0;

	if (count)
		qsort(list, count, sizeof(*list), avs_memory_order);
	for (i = 0; i < count; i++) {
		struct avs_memory *last = kept ? &list[kept - 1] : NULL;

		if (!last || !avs_prefix_equal(&last->prefix, &list[i].prefix)) {
			list[kept++] = list[i];
			continue;
		}
		if (list[i].announced > last->announced)
			last->announced = list[i].announced;
		if (list[i].once) {
			last->once = true;
			last->withdrawn = list[i].withdrawn;
		}
		last->current = last->current || list[i].current;
		last->latched = last->latched || list[i].latched;
	}
	return kept;
}

/* Forget what is older than age; latched records stay. */
static size_t avs_memory_forget(const struct avs_input *input, struct avs_memory *list,
				size_t count, uint64_t age)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (list[i].latched || input->now - list[i].announced < age)
			list[kept++] = list[i];
	return kept;
}

bool avs_memory_begin(const struct avs_input *input, struct avs_arena *arena, struct avs_plan *plan)
{
	const struct avs_plan *prev = input->prev;
	size_t i, count, room;
	struct avs_memory *list;
	uint64_t age;

	if (!prev || !input->config->supernet_auto)
		return true;
	room = prev->named_count + prev->automatic.memory_count;
	list = avs_arena_array(arena, room, sizeof(*list));
	if (!list)
		return false;
	count = avs_memory_announced(input, list);
	for (i = 0; i < prev->automatic.memory_count; i++) {
		list[count] = prev->automatic.memory[i];
		list[count].current = false;
		if (avs_memory_released(input, &list[count]))
			list[count].latched = list[count].once = false;
		count++;
	}
	count = avs_memory_unite(list, count);
	for (age = AVS_ECHO_MSEC; age; age = count > AVS_MEMORY_MAX ? age / 2 : 0)
		count = avs_memory_forget(input, list, count, age);
	plan->automatic.memory = list;
	plan->automatic.memory_count = count;
	return true;
}

/* Is it refused, wherever it was asked for, because of what is learned? */
static bool avs_memory_lost(const struct avs_plan *plan, const struct avs_prefix *prefix)
{
	const struct avs_entry *entry;
	bool lost = false;
	unsigned int i;

	for (i = 0; i < plan->config->rs_count; i++) {
		entry = avs_plan_find(plan, i, prefix);
		if (entry && avs_reason_permits(entry->reason))
			return false;
		if (entry && (entry->reason == AVS_REASON_EQUALS_LEARNED ||
			      entry->reason == AVS_REASON_INSIDE_CONTRIBUTOR))
			lost = true;
	}
	return lost;
}

void avs_memory_end(const struct avs_input *input, struct avs_plan *plan)
{
	struct avs_memory *known;
	size_t i;

	for (i = 0; i < plan->automatic.memory_count; i++) {
		known = &plan->automatic.memory[i];
		if (!known->current || !avs_memory_lost(plan, &known->prefix))
			continue;
		if (known->once && input->now - known->withdrawn < AVS_LATCH_MSEC)
			known->latched = true;
		known->once = true;
		known->withdrawn = input->now;
	}
}
