// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Never more than fits, at any moment.
 *
 * Additions precede withdrawals (rule 9), but a Route Server counts what it has when an
 * addition comes (rule 6): where both together are more than `usable`, so many of the
 * withdrawals as make room come first.  Of those the lowest class goes first, within a class
 * in the order of the steps.
 *
 * Law: whatever the two plans, at no point of the sequence more is announced at a route
 * server than max(what was announced before, usable).
 *
 * Complexity: O(steps * (classes + route servers + log plan)).
 */
#include <string.h>

#include "avs_plan.h"

/* what one route server, by its index in the next plan, has and gets */
struct avs_room {
	size_t had, gets, need;
};

static bool avs_had(const struct avs_plan *prev, const char *rs, const struct avs_prefix *prefix,
		    enum avs_class *cls)
{
	unsigned int i = prev ? avs_config_find_rs(prev->config, rs) : AVS_RS_NONE;
	const struct avs_entry *entry = i == AVS_RS_NONE ? NULL : avs_plan_find(prev, i, prefix);

	if (!entry || !avs_plan_leaves(prev, entry))
		return false;
	*cls = entry->cls;
	return true;
}

static void avs_room_count(const struct avs_plan *prev, const struct avs_plan *next,
			   const struct avs_step *steps, size_t count, struct avs_room *room)
{
	enum avs_class cls;
	unsigned int rs, old;
	size_t i;

	for (old = 0; prev && old < prev->config->rs_count; old++) {
		rs = avs_config_find_rs(next->config, prev->config->rs[old].name);
		for (i = 0; rs != AVS_RS_NONE && i < prev->rs[old].count; i++)
			room[rs].had +=
				avs_plan_leaves(prev, &prev->entries[prev->rs[old].first + i]);
	}
	for (i = 0; i < count; i++) {
		rs = steps[i].rs ? avs_config_find_rs(next->config, steps[i].rs) : AVS_RS_NONE;
		if (rs == AVS_RS_NONE)
			continue;
		if (steps[i].type == AVS_STEP_ANNOUNCE &&
		    !avs_had(prev, steps[i].rs, &steps[i].prefix, &cls))
			room[rs].gets++;
	}
}

/* how many withdrawals each route server needs first; false: none */
static bool avs_room_need(const struct avs_plan *next, struct avs_room *room)
{
	bool any = false;
	size_t total;
	unsigned int i;

	for (i = 0; i < next->config->rs_count; i++) {
		total = room[i].had + room[i].gets;
		if (!room[i].gets || total <= next->rs[i].usable)
			continue;
		room[i].need = total - next->rs[i].usable;
		any = true;
	}
	return any;
}

/* does this step make room, while its class is in turn? */
static bool avs_makes_room(const struct avs_plan *prev, const struct avs_plan *next,
			   const struct avs_step *step, enum avs_class turn, struct avs_room *room)
{
	enum avs_class cls;
	unsigned int rs;

	if (step->type != AVS_STEP_WITHDRAW)
		return false;
	rs = avs_config_find_rs(next->config, step->rs);
	if (rs == AVS_RS_NONE || !room[rs].need || !avs_had(prev, step->rs, &step->prefix, &cls) ||
	    cls != turn)
		return false;
	room[rs].need--;
	return true;
}

enum avs_err avs_plan_room(const struct avs_plan *prev, const struct avs_plan *next,
			   struct avs_arena *arena, struct avs_step *steps, size_t count,
			   size_t *first)
{
	struct avs_room *room = avs_arena_array(arena, next->config->rs_count, sizeof(*room));
	struct avs_step *sorted = avs_arena_array(arena, count, sizeof(*sorted));
	bool *taken = avs_arena_array(arena, count, sizeof(*taken));
	size_t i, n = 0;
	int turn;

	*first = 0;
	if (!room || !sorted || !taken)
		return AVS_ERR_NOMEM;
	avs_room_count(prev, next, steps, count, room);
	if (!avs_room_need(next, room))
		return AVS_OK;
	for (turn = AVS_CLASS_EXACT; turn > AVS_CLASS_NONE; turn--)
		for (i = 0; i < count; i++)
			if (!taken[i] &&
			    avs_makes_room(prev, next, &steps[i], (enum avs_class)turn, room)) {
				taken[i] = true;
				sorted[n++] = steps[i];
			}
	*first = n;
	for (i = 0; i < count; i++)
		if (!taken[i])
			sorted[n++] = steps[i];
	if (count)
		memcpy(steps, sorted, count * sizeof(*steps));
	return AVS_OK;
}
