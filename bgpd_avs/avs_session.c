// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sessions of role neighbours.
 *
 * Purpose: what a neighbour does not deliver proves nothing before it has told its routes.
 * It has when End-of-RIB came, or nothing more for some seconds: not everybody sends one.
 *
 * Representation: none of our own.  A neighbour with a role is found by its address in bgpd's
 * own hash, each time: nothing of ours can be out of date, and nobody walks over all peers.
 *
 * Complexity: a neighbour is O(1), a route server O(its neighbours).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_session.h"

struct peer *avs_session_peer(const struct bgp *bgp, const struct avs_prefix *address)
{
	struct prefix p = avs_to_prefix(address);
	union sockunion su = {};

	prefix2sockunion(&p, &su);
	/* another layout: bgpd has to look itself */
	if (!avs_module_active())
		return peer_lookup((struct bgp *)bgp, &su);
	return avs_compat_peer_find(bgp, &su);
}

bool avs_session_each(const struct bgp *bgp, const struct avs_config *config, unsigned int rs,
		      bool (*func)(struct peer *peer, void *arg), void *arg)
{
	for (size_t i = 0; i < config->rs[rs].neighbor_count; i++) {
		const struct avs_prefix *address = &config->rs[rs].neighbors[i];
		struct peer *peer;

		if (avs_config_role(config, address, NULL) != rs)
			continue;
		peer = avs_session_peer(bgp, address);
		if (peer && !func(peer, arg))
			return false;
	}
	return true;
}

const struct avs_edge_config *
avs_session_edge(const struct bgp *bgp, const struct avs_config *config, const struct peer *peer)
{
	struct avs_prefix address;

	if (!config->edge_count || peer->bgp != bgp)
		return NULL;
	address = avs_from_sockunion(avs_peer_remote(peer));
	return avs_config_edge(config, &address);
}

void avs_session_each_edge(const struct bgp *bgp, const struct avs_config *config,
			   void (*func)(struct peer *peer, void *arg), void *arg)
{
	for (size_t i = 0; i < config->edge_count; i++) {
		struct peer *peer;

		if (!config->edges[i].role)
			continue;
		peer = avs_session_peer(bgp, &config->edges[i].neighbor);
		if (peer && avs_peer_up(peer))
			func(peer, arg);
	}
}

bool avs_session_told(const struct peer *peer, time_t came_up)
{
	time_t last = MAX(MAX(peer->uptime, peer->update_time), came_up);

	return CHECK_FLAG(peer->af_sflags[AFI_IP][SAFI_UNICAST], PEER_STATUS_EOR_RECEIVED) ||
	       monotime(NULL) - last >= AVS_SILENCE;
}

static bool peer_settled(struct peer *peer)
{
	return avs_peer_up(peer) && avs_session_told(peer, 0);
}

bool avs_session_all_settled(const struct avs_instance *inst, const struct avs_config *config)
{
	const struct bgp *bgp = avs_instance_bgp(inst);
	bool any = false;

	for (size_t i = 0; i < config->rs_count; i++)
		for (size_t n = 0; n < config->rs[i].neighbor_count; n++) {
			struct peer *peer = avs_session_peer(bgp, &config->rs[i].neighbors[n]);

			if (peer && CHECK_FLAG(peer->flags, PEER_FLAG_SHUTDOWN))
				continue;
			if (!peer || !peer_settled(peer))
				return false;
			any = true;
		}
	return any;
}
