// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The route-maps that the module owns.
 *
 * Purpose: make them, and change the user's map that they call.
 *
 * Owned maps, per route server and overlay neighbour:
 *   AVS-IN-x    deny 10 match <refuse>, permit 20 set <sanitise>, call USER-IN; where
 *               there is a USER-IN: next, permit 30 set <received>
 *   AVS-OUT-x   deny 10 match <refuse>, permit 20 call USER-OUT, next,
 *               permit 30 set <sanitise>
 *   AVS-ORIG-x  the same for what we originate; it sits in the unsuppress slot
 * and per azure-edge neighbour, whose other slots are the user's:
 *   AVS-IN-x    the same
 * The deny stands in front: an entry that permits and falls through on "no
 * match" would permit everything.  The verdict denies when the user's map is
 * undefined, because FRR skips an undefined `call`.
 *
 * The maps exist in no configuration tree: they are not in `show
 * running-config`, and without the module their names are undefined, which
 * denies.  The neighbour lines that refer to them are in it.
 *
 * Complexity: O(route servers) per change of the configuration.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "routemap.h"
#include "vrf.h"

#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_routemap.h"

/* sequence numbers of owned maps */
#define SEQ_REFUSE 10
#define SEQ_USER 20
#define SEQ_SANITISE 30

static const char *const slot_prefix[] = {
	[AVS_SLOT_IN] = AVS_MAP_PREFIX "IN-",
	[AVS_SLOT_OUT] = AVS_MAP_PREFIX "OUT-",
	[AVS_SLOT_ORIG] = AVS_MAP_PREFIX "ORIG-",
};

const char *avs_guard_map_name(enum avs_slot slot, const struct avs_instance *inst, const char *rs,
			       char *buf, size_t size)
{
	const char *name = avs_instance_name(inst);

	if (strmatch(name, VRF_DEFAULT_NAME))
		snprintf(buf, size, "%s%s", slot_prefix[slot], rs);
	else
		snprintf(buf, size, "%s%s:%s", slot_prefix[slot], name, rs);
	return buf;
}

bool avs_guard_map_reserved(const char *name)
{
	return strncmp(name, AVS_MAP_PREFIX, strlen(AVS_MAP_PREFIX)) == 0;
}

/*
 * A new or changed map is put into the neighbours' slots by us, so bgpd is
 * not told of it.  It would process the map once more when its delay timer
 * fires (a second ROUTE-REFRESH, a forced re-send of everything), and while
 * that timer runs at boot, no session starts.
 */
static bool building;

bool avs_guard_building(void)
{
	return building;
}

void avs_guard_deny_map(void)
{
	if (route_map_lookup_by_name(AVS_MAP_DENY))
		return;
	building = true;
	route_map_index_get(route_map_get(AVS_MAP_DENY), RMAP_DENY, SEQ_REFUSE);
	building = false;
}

/* returns true when the target changed */
static bool set_call(struct route_map_index *index, const char *target, bool events)
{
	if (target ? index->nextrm && strmatch(index->nextrm, target) : !index->nextrm)
		return false;
	if (index->nextrm) {
		if (events)
			route_map_upd8_dependency(RMAP_EVENT_CALL_DELETED, index->nextrm,
						  index->map->name);
		XFREE(MTYPE_ROUTE_MAP_NAME, index->nextrm);
	}
	if (target) {
		index->nextrm = XSTRDUP(MTYPE_ROUTE_MAP_NAME, target);
		if (events)
			route_map_upd8_dependency(RMAP_EVENT_CALL_ADDED, index->nextrm,
						  index->map->name);
	}
	return true;
}

/*
 * rs: whose it is, by name; user: the map that is called.  Returns true when the latter
 * changed.
 */
static bool build_map(const struct avs_instance *inst, enum avs_slot slot, const char *rs,
		      const char *user, bool prefer)
{
	bool in = slot == AVS_SLOT_IN, changed, fresh;
	char name[AVS_MAP_NAME_MAX], arg[AVS_NAME_MAX + 8];
	struct route_map *map;
	struct route_map_index *index;

	avs_guard_map_name(slot, inst, rs, name, sizeof(name));
	avs_routemap_argument(slot, rs, arg, sizeof(arg));
	building = true;
	fresh = !route_map_lookup_by_name(name);
	map = route_map_get(name);

	index = route_map_index_get(map, RMAP_DENY, SEQ_REFUSE);
	if (!index->match_list.head)
		route_map_add_match(index, AVS_RULE_REFUSE, arg, RMAP_EVENT_MATCH_ADDED);
	else if (!strmatch(index->match_list.head->rule_str, arg))
		/* never: names are unique; if not, the map must not serve two */
		route_map_add_match(index, AVS_RULE_REFUSE, "none", RMAP_EVENT_MATCH_ADDED);
	index = route_map_index_get(map, RMAP_PERMIT, SEQ_USER);
	/* a call of an owned map would not end; the verdict denies meanwhile */
	if (user && avs_guard_map_reserved(user))
		user = NULL;
	changed = set_call(index, user, in);
	if (prefer && !index->set_list.head)
		route_map_add_set(index, AVS_RULE_SANITISE, arg);
	if (in) {
		index->exitpolicy = user ? RMAP_NEXT : RMAP_EXIT;
		index = route_map_index_get(map, RMAP_PERMIT, SEQ_SANITISE);
		if (!index->set_list.head)
			route_map_add_set(index, AVS_RULE_RECEIVED, rs);
	} else {
		index->exitpolicy = RMAP_NEXT;
		index = route_map_index_get(map, RMAP_PERMIT, SEQ_SANITISE);
		if (!index->set_list.head)
			route_map_add_set(index, AVS_RULE_SANITISE, arg);
	}
	building = false;
	return changed && !fresh;
}

static void build_edge_map(const struct avs_instance *inst, const struct avs_edge_config *edge)
{
	char name[AVS_NAME_MAX + 1];

	avs_azure_edge_name(&edge->neighbor, name, sizeof(name));
	if (edge->role && build_map(inst, AVS_SLOT_IN, name, edge->map_in, false))
		avs_azure_edge_refresh(inst, edge);
}

bool avs_guard_build(struct avs_instance *inst)
{
	const struct avs_config *config = avs_instance_effective(inst);
	bool out_changed = false;

	for (size_t i = 0; i < config->rs_count; i++) {
		const struct avs_rs_config *rs = &config->rs[i];
		bool in_changed = build_map(inst, AVS_SLOT_IN, rs->name, rs->map_in, true);

		out_changed |= build_map(inst, AVS_SLOT_OUT, rs->name, rs->map_out, false);
		out_changed |= build_map(inst, AVS_SLOT_ORIG, rs->name, rs->map_out, false);
		if (in_changed) {
			avs_reach_asked(inst, rs->name);
			avs_guard_refresh_in(inst, i);
		}
	}
	for (size_t i = 0; i < config->edge_count; i++)
		build_edge_map(inst, &config->edges[i]);
	return out_changed;
}

const char *avs_guard_called_by(const char *name)
{
	const struct route_map *map = route_map_lookup_by_name(name);

	for (const struct route_map_index *index = map ? map->head : NULL; index;
	     index = index->next)
		if (index->pref == SEQ_USER)
			return index->nextrm;
	return NULL;
}
