// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What has to be looked at again, and when.
 *
 * Purpose: the guard, the plan and the table depend on things that change without
 * asking them: a file is read, a line is typed, a session comes up, a user's map or
 * list is edited, a prefix gets another segment.  Here stands who hears of it.
 *
 * Hooks only mark, and have the audit run; the replan and the push of maps follow.
 *
 * A change of the user's out-map is not an event for our map: bgpd would
 * re-send everything with duplicates forced.  The plan is pushed per prefix
 * instead (avs_instance_mark_maps()), also with `route-map delay-timer 0`.
 * route-maps have one place for a hook each, so what bgpd had put there is called.
 *
 * Complexity: an event is O(instances * route servers), and an audit.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "libfrr.h"
#include "routemap.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"

#include "bgpd_avs/avs_audit_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_user_list.h"
#include "bgpd_avs/avs_watch.h"

/* declared in lib/command.c only */
DECLARE_HOOK(cmd_execute_done, (struct vty * vty, const char *cmd_exec), (vty, cmd_exec));

/* wait for the rest of an edit when bgpd's own delay timer is off */
#define MAP_EDIT_MSEC 1000

/* what bgpd does about a changed map */
static void (*bgpd_map_added)(const char *name);
static void (*bgpd_map_deleted)(const char *name);
static void (*bgpd_map_event)(const char *name);

void avs_watch_reclassified(struct avs_instance *inst)
{
	const struct avs_config *config = avs_instance_effective(inst);

	/* bgpd's neighbours; not users_map(), which would have the table built again */
	avs_policy_each_match(bgpd_map_event);
	for (size_t i = 0; i < config->rs_count; i++)
		if (avs_policy_map_matches(config->rs[i].map_in))
			avs_guard_refresh_in(inst, i);
}

/*
 * bgpd has no hook for the contents of prefix-lists and as-path-lists that
 * could be shared; a command was typed, and one of them may have changed.
 */
static void lists_touched(struct avs_instance *inst, void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);

	bool asked = config->policy != NULL;

	for (size_t i = 0; i < config->rule_count; i++)
		asked |= config->rules[i].type == AVS_RULE_PREFIX_LIST ||
			 config->rules[i].type == AVS_RULE_AS_PATH_LIST;
	for (size_t i = 0; i < config->rs_count; i++)
		asked |= config->rs[i].permit_count > 0;
	for (size_t i = 0; i < config->exact_count; i++)
		asked |= config->exact[i].list != NULL;
	if (asked)
		avs_instance_mark_lists(inst, MAP_EDIT_MSEC);
	if (config->edge_count)
		avs_azure_edge_changed(inst);
	if (avs_user_list_matters(inst))
		avs_instance_mark_plan(inst, "list of a neighbor");
}

static int command_done(struct vty *vty, const char *cmd)
{
	if (!cmd || vty->node < CONFIG_NODE)
		return 0;
	avs_guard_audit();
	avs_instance_each(lists_touched, NULL);
	return 0;
}

static int config_post(avs_loop_t *loop)
{
	avs_nb_batch_end();
	avs_guard_audit();
	return 0;
}

static int config_end(struct bgp *bgp)
{
	avs_nb_batch_end();
	avs_guard_audit();
	return 0;
}

static int status_changed(struct peer *peer)
{
	struct avs_instance *inst = avs_instance_find(peer->bgp);

	if (inst)
		avs_reach_session(inst, peer);
	/* any instance: a neighbour of this one may have its role in another */
	avs_guard_audit();
	if (inst) {
		avs_instance_mark_plan(inst, "session");
		avs_audit_out_watch(avs_instance_audit_out(inst));
	}
	return 0;
}

/* ---- the user's maps --------------------------------------------------- */

static void map_changed(struct avs_instance *inst, void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);
	const char *name = arg;
	long delay = bm->rmap_update_timer ? bm->rmap_update_timer * 1000L : MAP_EDIT_MSEC;

	if (config->policy && strmatch(config->policy, name))
		avs_instance_mark_policy(inst);
	/* also one that the policy calls */
	if (config->policy)
		avs_instance_mark_lists(inst, MAP_EDIT_MSEC);
	/* what it has hidden may be hidden no more, also by one that it calls (avs_reach.c) */
	for (size_t i = 0; i < config->rs_count; i++)
		if (config->rs[i].map_in)
			avs_instance_mark_plan(inst, "in-map");
	for (size_t i = 0; i < config->rs_count; i++)
		if (config->rs[i].map_out && strmatch(config->rs[i].map_out, name)) {
			avs_instance_mark_plan(inst, "route-map");
			avs_instance_mark_maps(inst, delay);
			return;
		}
}

static void users_map(const char *name)
{
	if (!avs_guard_map_reserved(name))
		avs_instance_each(map_changed, (void *)name);
}

static void map_added(const char *name)
{
	if (bgpd_map_added && !avs_guard_building())
		bgpd_map_added(name);
	users_map(name);
}

static void map_deleted(const char *name)
{
	if (bgpd_map_deleted)
		bgpd_map_deleted(name);
	users_map(name);
}

static void map_event(const char *name)
{
	if (bgpd_map_event && !avs_guard_building())
		bgpd_map_event(name);
	users_map(name);
}

void avs_watch_init(void)
{
	hook_register(cmd_execute_done, command_done);
	hook_register(frr_config_post, config_post);
	hook_register(bgp_config_end, config_end);
	hook_register(peer_status_changed, status_changed);

	bgpd_map_added = route_map_master.add_hook;
	bgpd_map_deleted = route_map_master.delete_hook;
	bgpd_map_event = route_map_master.event_hook;
	route_map_add_hook(map_added);
	route_map_delete_hook(map_deleted);
	route_map_event_hook(map_event);
}
