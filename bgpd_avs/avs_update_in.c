// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UPDATEs of which bgpd drops something before our in-map is asked.
 *
 * Purpose: what is delivered counts for rule 2, also when bgpd does not take it.  It drops,
 * without asking anybody, what has this router's own AS number in the path, what comes back to
 * its cluster, AS_SETs where they are rejected (FRR 10.7's default), host routes of its own
 * addresses, and what RFC 7606 makes a withdrawal; and more from release to release.  The
 * reasons are not looked at here: an UPDATE announces a number of prefixes, and our in-map is
 * asked as often, or something was dropped.
 *
 * Representation: bgpd tells of a message before it reads it (bgp_packet_dump).  One that
 * announces something is copied, and judged when the next one comes or when bgpd's event is
 * over, whatever is first.  If the in-map was asked less often than there are prefixes each of
 * them is classified as it stands in the message, and seen, as one that a map of the user
 * denies (avs_received.c).  Where a list stands in front of us that is reason 25 already.
 *
 * A path that cannot be read is not passed over: without AS numbers nobody can place it.
 *
 * Bounds: one message for each instance, with a reference to its peer while it is kept.
 *
 * Complexity: for an UPDATE one copy and one pass over its prefixes; what is dropped costs a
 * classification for each prefix.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "prefix.h"
#include "stream.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_lcommunity.h"
#include "bgpd/bgp_packet.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_update_in.h"
#include "bgpd_avs/core/avs_update.h"

DEFINE_MTYPE_STATIC(AVS, AVS_UPDATE_IN, "AVS UPDATE received");

/* text of an AS path; one that is longer is taken for unknown */
#define PATH_TEXT 4096

struct avs_update_in {
	struct avs_instance *inst;
	struct peer *peer; /* with a reference; NULL: there is no message */
	char rs[AVS_NAME_MAX + 1];
	uint8_t *body;
	size_t room;
	struct avs_update update; /* of body */
	size_t told, asked;	  /* prefixes */
	avs_event_t *t_judge;
};

/* bgpd's parsers want octets that they could change */
static void *own_octets(struct avs_update_in *in, const struct avs_octets *octets)
{
	return in->body + (octets->data - in->body);
}

/* The path of the message; parts are references of its own. */
static struct attr attr_of(struct avs_update_in *in)
{
	const struct avs_update *update = &in->update;
	struct attr attr = {};
	char text[PATH_TEXT];
	struct aspath *aspath;

	if (!avs_update_path(update, text, sizeof(text)))
		text[0] = '\0';
	aspath = avs_compat_aspath(text);
	attr.aspath = aspath_intern(aspath ? aspath : avs_compat_aspath(""));
	if (update->communities.size && update->communities.size % sizeof(uint32_t) == 0)
		bgp_attr_set_community(&attr, community_parse(own_octets(in, &update->communities),
							      update->communities.size));
	if (update->large.size && update->large.size % LCOMMUNITY_SIZE == 0)
		bgp_attr_set_lcommunity(&attr, lcommunity_parse(own_octets(in, &update->large),
								update->large.size));
	return attr;
}

static void attr_release(struct attr *attr)
{
	struct community *community = bgp_attr_get_community(attr);
	struct lcommunity *large = bgp_attr_get_lcommunity(attr);

	aspath_unintern(&attr->aspath);
	if (community)
		community_unintern(&community);
	if (large)
		lcommunity_unintern(&large);
}

static void see_all(struct avs_update_in *in)
{
	struct attr attr = attr_of(in);
	struct bgp_path_info path = {
		.peer = in->peer,
		.attr = &attr,
		.type = ZEBRA_ROUTE_BGP,
		.sub_type = BGP_ROUTE_NORMAL,
	};
	struct avs_update_walk walk = {};
	struct avs_prefix prefix;
	struct prefix p;

	while (avs_update_next(&in->update, &walk, &prefix)) {
		p = avs_to_prefix(&prefix);
		avs_received_see_dropped(in->inst, in->rs, &p, &path);
	}
	attr_release(&attr);
}

static void let_go(struct avs_update_in *in)
{
	if (in->peer)
		peer_unlock(in->peer);
	in->peer = NULL;
}

static void judge(struct avs_update_in *in)
{
	if (!in->peer)
		return;
	if (in->asked < in->told && avs_module_active())
		see_all(in);
	let_go(in);
}

static void avs_judge_update(avs_event_t *event)
{
	judge(AVS_EVENT_ARG(event));
}

/* the route server whose in-map alone stands in front of this peer; NULL: there is none */
static const char *judged_for(const struct avs_instance *inst, const struct peer *peer)
{
	const struct avs_config *config = avs_instance_effective(inst);
	const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	enum avs_hidden kind;
	bool conflict;
	unsigned int rs;

	if (!avs_peer_up(peer) || !map || !avs_guard_map_reserved(map) ||
	    avs_received_hidden_by(peer, &kind))
		return NULL;
	rs = avs_instance_role(inst, peer, &conflict);
	return rs == AVS_RS_NONE || config->rs[rs].overlay ? NULL : config->rs[rs].name;
}

static void keep(struct avs_update_in *in, struct peer *peer, const uint8_t *body, size_t size)
{
	bool add_path =
		CHECK_FLAG(peer->af_cap[AFI_IP][SAFI_UNICAST], PEER_CAP_ADDPATH_AF_RX_ADV) &&
		CHECK_FLAG(peer->af_cap[AFI_IP][SAFI_UNICAST], PEER_CAP_ADDPATH_AF_TX_RCV);
	bool as4 =
		CHECK_FLAG(peer->cap, PEER_CAP_AS4_RCV) && CHECK_FLAG(peer->cap, PEER_CAP_AS4_ADV);

	if (size > in->room) {
		in->body = XREALLOC(MTYPE_AVS_UPDATE_IN, in->body, size);
		in->room = size;
	}
	memcpy(in->body, body, size);
	/* what does not hold together is bgpd's to answer */
	if (!avs_update_parse(in->body, size, add_path, as4, &in->update))
		return;
	in->told = avs_update_count(&in->update);
	in->asked = 0;
	if (!in->told)
		return;
	in->peer = peer_lock(peer);
	if (!in->t_judge)
		avs_event_soon(avs_judge_update, in, &in->t_judge);
}

static int packet_hook(struct peer *peer, uint8_t type, bgp_size_t size, struct stream *s)
{
	struct avs_instance *inst = avs_instance_find(peer->bgp);
	struct avs_update_in *in = inst ? avs_instance_update_in(inst) : NULL;
	size_t left = STREAM_READABLE(s);
	const char *rs;

	if (!in)
		return 0;
	judge(in);
	if (type != BGP_MSG_UPDATE || size < BGP_HEADER_SIZE || !avs_module_active())
		return 0;
	rs = judged_for(inst, peer);
	if (!rs)
		return 0;
	strlcpy(in->rs, rs, sizeof(in->rs));
	keep(in, peer, stream_pnt(s), MIN((size_t)size - BGP_HEADER_SIZE, left));
	return 0;
}

void avs_update_in_asked(struct avs_instance *inst, const struct peer *peer)
{
	struct avs_update_in *in = avs_instance_update_in(inst);

	if (in->peer == peer)
		in->asked++;
}

struct avs_update_in *avs_update_in_new(struct avs_instance *inst)
{
	struct avs_update_in *in = XCALLOC(MTYPE_AVS_UPDATE_IN, sizeof(*in));

	in->inst = inst;
	return in;
}

void avs_update_in_free(struct avs_update_in *in)
{
	if (!in)
		return;
	avs_event_off(&in->t_judge);
	let_go(in);
	XFREE(MTYPE_AVS_UPDATE_IN, in->body);
	XFREE(MTYPE_AVS_UPDATE_IN, in);
}

void avs_update_in_init(void)
{
	hook_register(bgp_packet_dump, packet_hook);
}
