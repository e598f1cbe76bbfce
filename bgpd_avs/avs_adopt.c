// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaving shadow: when everything is known that the first plan needs.
 *
 * Purpose: while a route server is in shadow, a map of the user stands in the in slot of its
 * neighbours; what it has rewritten or denied is not known.  A plan that is made then could
 * open what rule 2 keeps closed.  And what the user's lines announce must not be withdrawn
 * when his maps go: not for a moment.
 *
 * So the guard of the next configuration is held back (avs_instance.c), with everything of the
 * user's still in its place, until
 *   - each neighbour with such a map has told its routes anew: it is asked by ROUTE-REFRESH, and
 *     bgpd keeps a received copy meanwhile (the flag of `soft-reconfiguration inbound`), which is
 *     what classification reads; a neighbour has answered when it is silent for AVS_SILENCE
 *     seconds, and after AVS_ANSWER whatever it says;
 *   - the copies have been walked through once, for the segments of what the map denies;
 *   - what is planned has been originated, beside what is announced, and has left bgpd's queue.
 * Then the slots change hands in one go: the out slot first, with the plan known.  The copies are
 * given back when the owned in-map has evaluated them.
 *
 * Complexity: O(neighbours) per question, and one walk of the table in slices.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_advertise.h"

#include "bgpd_avs/avs_adopt.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance_int.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_session.h"

DEFINE_MTYPE_STATIC(AVS, AVS_ADOPT, "AVS adoption");

/* the owned in-map has evaluated the copies after so long */
#define GIVE_BACK_SEC 3
/* destinations per question */
#define WALK_SLICE 2000
/* neighbours that can be asked at the same time; more wait for their turn */
#define ASKED_MAX 256

struct asked {
	struct avs_prefix address; /* family 0: free */
	time_t since;
	time_t over; /* it is no longer in shadow since then; 0: it is */
};

struct avs_adopt {
	struct asked asked[ASKED_MAX];
	struct avs_rib_walk *walk;
	bool walked;
};

struct avs_adopt *avs_adopt_new(void)
{
	return XCALLOC(MTYPE_AVS_ADOPT, sizeof(struct avs_adopt));
}

void avs_adopt_free(struct avs_adopt *adopt)
{
	if (!adopt)
		return;
	avs_rib_walk_end(adopt->walk);
	XFREE(MTYPE_AVS_ADOPT, adopt);
}

bool avs_adopt_leaves(const struct avs_config *before, const struct avs_rs_config *next)
{
	unsigned int rs = avs_config_find_rs(before, next->name);

	return !next->overlay && next->guard != AVS_GUARD_SHADOW && rs != AVS_RS_NONE &&
	       before->rs[rs].guard == AVS_GUARD_SHADOW;
}

static bool keeps_copy(const struct peer *peer)
{
	return CHECK_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG);
}

static struct asked *asked_of(struct avs_adopt *adopt, const struct avs_prefix *address)
{
	for (unsigned int i = 0; i < ASKED_MAX; i++)
		if (avs_prefix_equal(&adopt->asked[i].address, address))
			return &adopt->asked[i];
	return NULL;
}

static void ask(struct avs_adopt *adopt, struct peer *peer, const struct avs_prefix *address)
{
	static const struct avs_prefix none;
	struct asked *asked = asked_of(adopt, &none);

	if (!asked)
		return;
	*asked = (struct asked){.address = *address, .since = monotime(NULL)};
	AVS_DEBUG(guard, "%s: asked for its routes, it leaves shadow", peer->host);
	/* the request first: with the flag bgpd would look into its copies, and there are none */
	avs_guard_refresh_peer(peer);
	SET_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG);
	adopt->walked = false;
	avs_rib_walk_end(adopt->walk);
	adopt->walk = NULL;
}

static bool answered(const struct asked *asked, struct peer *peer)
{
	time_t now = monotime(NULL), told = peer->update_time;

	return now - asked->since >= AVS_ANSWER || now - MAX(asked->since, told) >= AVS_SILENCE;
}

/* has the neighbour told everything to somebody who remembers it? */
static bool neighbor_told(struct avs_adopt *adopt, struct peer *peer,
			  const struct avs_prefix *address, bool *hidden)
{
	enum avs_hidden kind;
	struct asked *asked;

	if (!peer || !avs_peer_up(peer) || !avs_received_hidden_by(peer, &kind))
		return true;
	*hidden = true;
	asked = asked_of(adopt, address);
	if (asked)
		return answered(asked, peer);
	/* the user's own line: bgpd has had the copies all along */
	if (keeps_copy(peer))
		return true;
	ask(adopt, peer, address);
	return false;
}

static void see_dest(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct avs_instance *inst = arg;
	const struct avs_config *config = inst->effective->config;

	for (struct bgp_adj_in *in = dest->adj_in; in; in = in->next) {
		struct bgp_path_info path = {.peer = in->peer, .attr = in->attr, .net = dest};
		bool conflict;
		unsigned int rs = avs_instance_role(inst, in->peer, &conflict);

		path.addpath_rx_id = in->addpath_rx_id;
		if (rs != AVS_RS_NONE && config->rs[rs].leaving)
			avs_received_see(inst, config->rs[rs].name, prefix, &path);
	}
}

/* one slice; true: all of it was seen */
static bool walked(struct avs_instance *inst)
{
	struct avs_adopt *adopt = inst->adopt;

	if (adopt->walked)
		return true;
	if (!adopt->walk)
		adopt->walk = avs_rib_walk_begin(inst->bgp);
	/* what the map denies has a copy, and no path */
	if (!avs_rib_walk_every(adopt->walk, WALK_SLICE, see_dest, inst))
		return false;
	avs_rib_walk_end(adopt->walk);
	adopt->walk = NULL;
	adopt->walked = true;
	/* what was seen has to be in the plan */
	avs_replan_schedule(inst, "shadow ends");
	return false;
}

/* is the plan made for it, and is what it originates in the table? */
static bool originated(const struct avs_instance *inst)
{
	const struct avs_plan *plan = inst->plan;

	if (!plan || inst->planned_with != inst->effective || inst->t_replan || inst->walk)
		return false;
	for (size_t i = 0; i < plan->originate_count; i++)
		if (avs_rib_pending(inst->bgp, &plan->originate[i]))
			return false;
	return true;
}

bool avs_adopt_ready(struct avs_instance *inst, const struct avs_config *next)
{
	const struct avs_config *config = inst->effective->config;
	bool told = true, hidden = false;

	for (size_t i = 0; i < next->rs_count; i++) {
		const struct avs_rs_config *rs = &next->rs[i];
		unsigned int now = avs_config_find_rs(config, rs->name);

		if (!avs_adopt_leaves(config, rs))
			continue;
		/* what is planned has to be originated first */
		told &= config->rs[now].leaving;
		for (size_t n = 0; n < rs->neighbor_count; n++)
			told &= neighbor_told(inst->adopt,
					      avs_session_peer(inst->bgp, &rs->neighbors[n]),
					      &rs->neighbors[n], &hidden);
	}
	return told && (!hidden || walked(inst)) && originated(inst);
}

/* true: nothing of it is left; cleared: that took a walk of bgpd's */
static bool give_back(struct avs_instance *inst, struct asked *asked, bool *cleared)
{
	struct peer *peer = avs_session_peer(inst->bgp, &asked->address);
	bool conflict;
	unsigned int rs;

	if (!peer || !keeps_copy(peer))
		return true;
	rs = avs_instance_role(inst, peer, &conflict);
	if (rs != AVS_RS_NONE && inst->effective->config->rs[rs].leaving)
		return false;
	if (!asked->over)
		asked->over = monotime(NULL);
	if (monotime(NULL) - asked->over < GIVE_BACK_SEC ||
	    inst->bgp->rib[AFI_IP][SAFI_UNICAST]->soft_reconfig_peers)
		return false;
	UNSET_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG);
	bgp_clear_adj_in(peer, AFI_IP, SAFI_UNICAST);
	*cleared = true;
	/* back into shadow: what is known of its paths is what the map leaves */
	if (rs != AVS_RS_NONE && inst->effective->config->rs[rs].guard == AVS_GUARD_SHADOW)
		avs_instance_mark_all(inst, "shadow");
	return true;
}

void avs_adopt_poll(struct avs_instance *inst)
{
	bool cleared = false;

	/* one walk of the table at a time */
	for (unsigned int i = 0; i < ASKED_MAX && !cleared; i++) {
		struct asked *asked = &inst->adopt->asked[i];

		if (asked->address.family && give_back(inst, asked, &cleared))
			*asked = (struct asked){};
	}
}
