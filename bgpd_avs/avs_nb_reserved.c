// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and calls that configuration may not have, by whatever door it comes.
 *
 * Purpose: typed lines are refused in avs_refuse.c, with a sentence.  Files
 * and NETCONF do not pass there, and a validation error would discard every
 * line of their batch, route-maps and prefix-lists of others included.  So
 * what must not act is accepted and made harmless:
 *
 *  - a route-map named AVS-* of the user becomes a map of another name, which
 *    no line can refer to, so that our map of that name stays ours;
 *  - a `call` that would come back to its own map kills stock bgpd (its
 *    dependency walk does not end), and one into an owned map could; it becomes a call of
 *    AVS-DENY: the entry permits nothing, which is what a loop would permit.
 *
 * The tree, and `show running-config`, show what was configured.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "log.h"
#include "northbound.h"
#include "routemap.h"

#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_nb_reserved.h"

/* calls followed before a chain counts as endless */
#define CHAIN_MAX 4096

static int (*stock_map_create)(struct nb_cb_create_args *args);
static int (*stock_call_modify)(struct nb_cb_modify_args *args);

static bool reaches(const char *from, const char *map, unsigned int *steps)
{
	const struct route_map *rmap;

	if (strmatch(from, map) || ++*steps > CHAIN_MAX)
		return true;
	rmap = route_map_lookup_by_name(from);
	for (const struct route_map_index *index = rmap ? rmap->head : NULL; index;
	     index = index->next)
		if (index->nextrm && reaches(index->nextrm, map, steps))
			return true;
	return false;
}

bool avs_nb_reserved_call(const char *map, const char *target)
{
	unsigned int steps = 0;

	return avs_guard_map_reserved(target) || reaches(target, map, &steps);
}

/* a blank is in no name that the command line or a `call` can give */
static int map_create(struct nb_cb_create_args *args)
{
	const char *name = yang_dnode_get_string(args->dnode, "./name");
	char shadow[RMAP_NAME_MAXLEN];

	if (args->event != NB_EV_APPLY || !avs_guard_map_reserved(name))
		return stock_map_create(args);
	snprintf(shadow, sizeof(shadow), "%s (ignored)", name);
	nb_running_set_entry(args->dnode, route_map_get(shadow));
	zlog_warn("AVS: route-map %s is ignored: names that begin with %s belong to the module",
		  name, AVS_MAP_PREFIX);
	return NB_OK;
}

/*
 * XPath: /frr-route-map:lib/route-map/entry/call
 */
static int call_modify(struct nb_cb_modify_args *args)
{
	struct route_map_index *index;

	if (args->event != NB_EV_APPLY)
		return stock_call_modify(args);
	index = nb_running_get_entry(args->dnode, NULL, true);
	if (avs_nb_reserved_call(index->map->name, args->resource->ptr)) {
		zlog_warn("AVS: route-map %s: call %s would not end, the entry denies instead",
			  index->map->name, (char *)args->resource->ptr);
		/* an undefined target would be skipped */
		avs_guard_deny_map();
		XFREE(MTYPE_ROUTE_MAP_NAME, args->resource->ptr);
		args->resource->ptr = XSTRDUP(MTYPE_ROUTE_MAP_NAME, AVS_MAP_DENY);
	}
	return stock_call_modify(args);
}

void avs_nb_reserved_init(void)
{
	struct nb_node *map = nb_node_find("/frr-route-map:lib/route-map");
	struct nb_node *call = nb_node_find("/frr-route-map:lib/route-map/entry/call");

	if (!map || !call) {
		zlog_err(
			"AVS: frr-route-map has other nodes than expected: its calls are not checked");
		return;
	}
	stock_map_create = map->cbs.create;
	map->cbs.create = map_create;
	stock_call_modify = call->cbs.modify;
	call->cbs.modify = call_modify;
}
