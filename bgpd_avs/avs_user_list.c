// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of the user that stand beside our out-maps.
 *
 * Purpose: bgpd asks the prefix-list, filter-list and distribute-list of a neighbour, and the
 * list that the neighbour itself sent (ORF), before it asks our map.  What they hold back is
 * not announced, whatever the plan says; so the plan says it (reason user-list).  Typed, such a
 * line is refused (avs_refuse_peer.c); what a file or a peer-group brings is honoured.
 *
 * All neighbours of a route server get the same (rule 7): what a list holds back at one of them
 * is not announced at any.
 *
 * Representation: bgpd's own filters, asked as bgp_output_filter() asks them: a list that does
 * not exist holds back everything.
 *
 * Complexity: O(neighbours) to find them, nothing more where there are none; otherwise a look-up
 * in a list for each planned prefix.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "filter.h"
#include "plist.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_filter.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_user_list.h"

static const struct bgp_filter *filter_of(const struct peer *peer)
{
	return &peer->filter[AFI_IP][SAFI_UNICAST];
}

static struct prefix_list *orf_of(const struct peer *peer)
{
	uint32_t cap = peer->af_cap[AFI_IP][SAFI_UNICAST];

	if (!CHECK_FLAG(cap, PEER_CAP_ORF_PREFIX_RM_ADV) ||
	    !CHECK_FLAG(cap, PEER_CAP_ORF_PREFIX_SM_RCV))
		return NULL;
	return peer->orf_plist[AFI_IP][SAFI_UNICAST];
}

static bool has_list(const struct peer *peer)
{
	const struct bgp_filter *filter = filter_of(peer);

	return filter->dlist[FILTER_OUT].name || filter->plist[FILTER_OUT].name ||
	       filter->aslist[FILTER_OUT].name || orf_of(peer);
}

bool avs_user_list_find(const struct avs_instance *inst, const struct avs_config *config,
			struct avs_arena *arena, struct avs_user_lists *lists)
{
	size_t count = 0;

	*lists = (struct avs_user_lists){.bgp = avs_instance_bgp(inst)};
	for (size_t i = 0; i < config->rs_count; i++)
		count += config->rs[i].neighbor_count;
	lists->listed = avs_arena_array(arena, count, sizeof(*lists->listed));
	if (!lists->listed)
		return false;
	for (size_t i = 0; i < config->rs_count; i++)
		for (size_t n = 0; n < config->rs[i].neighbor_count; n++) {
			const struct peer *peer =
				avs_session_peer(lists->bgp, &config->rs[i].neighbors[n]);

			if (peer && has_list(peer))
				lists->listed[lists->count++] =
					(struct avs_listed){.rs = i, .peer = peer};
		}
	return true;
}

/* the path that would leave: the one of the table, or one that is ours and empty */
static bool path_held(struct as_list *list, const struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct bgp_dest *dest = avs_rib_dest((struct bgp *)bgp, prefix);
	const struct bgp_path_info *pi = dest ? avs_rib_selected(dest) : NULL;
	struct aspath *empty = pi ? NULL : avs_compat_aspath("");
	bool held = as_list_apply(list, pi ? pi->attr->aspath : empty) == AS_FILTER_DENY;

	if (empty)
		aspath_free(empty);
	if (dest)
		bgp_dest_unlock_node(dest);
	return held;
}

static bool peer_holds(const struct bgp *bgp, const struct peer *peer,
		       const struct avs_prefix *prefix)
{
	const struct bgp_filter *filter = filter_of(peer);
	struct prefix_list *orf = orf_of(peer);
	struct prefix p = avs_to_prefix(prefix);

	if (filter->dlist[FILTER_OUT].name &&
	    access_list_apply(filter->dlist[FILTER_OUT].alist, &p) == FILTER_DENY)
		return true;
	if (filter->plist[FILTER_OUT].name &&
	    prefix_list_apply(filter->plist[FILTER_OUT].plist, &p) == PREFIX_DENY)
		return true;
	if (orf && prefix_list_apply(orf, &p) == PREFIX_DENY)
		return true;
	return filter->aslist[FILTER_OUT].name &&
	       path_held(filter->aslist[FILTER_OUT].aslist, bgp, prefix);
}

bool avs_user_list_holds(unsigned int rs, const struct avs_prefix *prefix, void *arg)
{
	const struct avs_user_lists *lists = arg;

	for (size_t i = 0; i < lists->count; i++)
		if (lists->listed[i].rs == rs &&
		    peer_holds(lists->bgp, lists->listed[i].peer, prefix))
			return true;
	return false;
}

/* whose line it is: the neighbour's, or its peer-group's */
static const char *owner(const struct peer *peer, uint8_t type)
{
	bool own = !peer_group_active((struct peer *)peer) ||
		   CHECK_FLAG(peer->filter_override[AFI_IP][SAFI_UNICAST][FILTER_OUT], type);

	return own ? peer->host : peer->group->name;
}

bool avs_user_list_remedy(const struct peer *peer, char *buf, size_t size)
{
	const struct bgp_filter *filter = filter_of(peer);

	if (filter->plist[FILTER_OUT].name)
		snprintf(buf, size, "no neighbor %s prefix-list %s out",
			 owner(peer, PEER_FT_PREFIX_LIST), filter->plist[FILTER_OUT].name);
	else if (filter->dlist[FILTER_OUT].name)
		snprintf(buf, size, "no neighbor %s distribute-list %s out",
			 owner(peer, PEER_FT_DISTRIBUTE_LIST), filter->dlist[FILTER_OUT].name);
	else if (filter->aslist[FILTER_OUT].name)
		snprintf(buf, size, "no neighbor %s filter-list %s out",
			 owner(peer, PEER_FT_FILTER_LIST), filter->aslist[FILTER_OUT].name);
	else if (orf_of(peer))
		snprintf(buf, size, "no neighbor %s capability orf prefix-list both", peer->host);
	else
		return false;
	return true;
}

bool avs_user_list_matters(const struct avs_instance *inst)
{
	const struct avs_config *config = avs_instance_effective(inst);
	const struct avs_plan *plan = avs_instance_plan(inst);

	for (size_t i = 0; i < config->rs_count; i++)
		for (size_t n = 0; n < config->rs[i].neighbor_count; n++) {
			const struct peer *peer = avs_session_peer(avs_instance_bgp(inst),
								   &config->rs[i].neighbors[n]);

			if (peer && has_list(peer))
				return true;
		}
	for (size_t i = 0; plan && i < plan->count; i++)
		if (plan->entries[i].reason == AVS_REASON_USER_LIST)
			return true;
	return false;
}
