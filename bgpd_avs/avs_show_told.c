// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each neighbour of a route server is told of one prefix, in `show bgp avs explain`.
 *
 * Purpose: the plan is one for a route server, the wire is one for a neighbour.  A session
 * that is down, AVS-DENY, the user's own map, guard monitor and shadow make the difference,
 * and stand in no plan.
 *
 * Representation: none.  The guard is asked on behalf of this neighbour, Adj-RIB-Out is
 * read, and where they differ bgpd's own check is asked.  It is asked only about what the
 * guard permits, so that asking counts no leak.
 *
 * Complexity: O(log table + log plan) for each neighbour.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "json.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_show.h"

enum state {
	STATE_TOLD,
	STATE_DOWN,
	STATE_CLOSED,
	STATE_REFUSED,
	STATE_POLICY,
	STATE_SHADOW,
	STATE_MONITOR,
	STATE_QUEUED,
};

static const struct {
	const char *name, *text;
} states[] = {
	[STATE_TOLD] = {"told", "told"},
	[STATE_DOWN] = {"session-down", "not told, the session is down"},
	[STATE_CLOSED] = {"closed", "not told, route-map AVS-DENY stands there"},
	[STATE_REFUSED] = {"refused", "not told"},
	[STATE_POLICY] = {"policy", "not told, the user's own outbound policy denies it"},
	[STATE_SHADOW] = {"shadow", "guard shadow, the user's own policy decides"},
	[STATE_MONITOR] = {"monitor", "told, guard monitor lets it out"},
	[STATE_QUEUED] = {"queued", "not yet as it should be, bgpd is about to send it"},
};

/* would bgpd tell the neighbour its best path of this prefix? */
static bool would(const struct peer *peer, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest(peer->bgp, prefix);
	const struct bgp_path_info *best = dest ? avs_rib_selected(dest) : NULL;
	bool yes = best && avs_adj_out_would(peer, dest, best);

	if (dest)
		bgp_dest_unlock_node(dest);
	return yes;
}

static enum state state_of(const struct peer *peer, const struct avs_rs_config *rs,
			   const struct avs_prefix *prefix, bool permits)
{
	bool has;

	if (!peer || !avs_peer_up(peer))
		return STATE_DOWN;
	has = avs_adj_out_has(peer, prefix, NULL) ||
	      (prefix->len == 0 && avs_adj_out_default(peer));
	if (rs->guard == AVS_GUARD_SHADOW)
		return STATE_SHADOW;
	if (avs_guard_is_silent(peer))
		return has ? STATE_QUEUED : STATE_CLOSED;
	if (has && permits)
		return STATE_TOLD;
	if (has)
		return rs->guard == AVS_GUARD_MONITOR ? STATE_MONITOR : STATE_QUEUED;
	if (!permits)
		return STATE_REFUSED;
	return would(peer, prefix) ? STATE_QUEUED : STATE_POLICY;
}

static enum state told_of(const struct avs_instance *inst, const struct avs_rs_config *rs,
			  const struct avs_prefix *neighbor, const struct avs_prefix *prefix,
			  enum avs_reason *reason)
{
	struct peer *peer = avs_session_peer(avs_instance_bgp(inst), neighbor);
	const struct peer *source;

	*reason = avs_rib_verdict_peer(inst, rs->name, peer, prefix, &source);
	return state_of(peer, rs, prefix, avs_reason_permits(*reason));
}

void avs_show_told_out(struct vty *vty, const struct avs_instance *inst,
		       const struct avs_rs_config *rs, const struct avs_prefix *prefix)
{
	for (size_t i = 0; i < rs->neighbor_count; i++) {
		enum avs_reason reason;
		enum state state = told_of(inst, rs, &rs->neighbors[i], prefix, &reason);
		char address[AVS_PREFIX_STRLEN];

		vty_out(vty, "  neighbor %s: %s",
			avs_prefix_display(&rs->neighbors[i], address, sizeof(address)),
			states[state].text);
		if (state == STATE_REFUSED)
			vty_out(vty, ", %u %s", reason, avs_reason_name(reason));
		vty_out(vty, "\n");
	}
}

void avs_show_told_json(json_object *list, const struct avs_instance *inst,
			const struct avs_rs_config *rs, const struct avs_prefix *prefix)
{
	for (size_t i = 0; i < rs->neighbor_count; i++) {
		enum avs_reason reason;
		enum state state = told_of(inst, rs, &rs->neighbors[i], prefix, &reason);
		json_object *item = json_object_new_object();
		char address[AVS_PREFIX_STRLEN];

		json_object_string_add(
			item, "address",
			avs_prefix_display(&rs->neighbors[i], address, sizeof(address)));
		json_object_string_add(item, "state", states[state].name);
		json_object_string_add(item, "reason", avs_reason_name(reason));
		json_object_int_add(item, "reasonCode", reason);
		json_object_array_add(list, item);
	}
}
