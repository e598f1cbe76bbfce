// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Typed lines of neighbours and peer-groups.
 *
 * Purpose: what would pass beside the maps of a role neighbour is refused, with the line
 * to type instead; what would empty a slot of ours is swallowed.  See avs_refuse.c.
 *
 * Complexity: O(members) for a line of a peer-group, otherwise a look-up.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "linklist.h"
#include "sockunion.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"

#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_default_out.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_refuse_int.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/core/avs_classify.h"

bool avs_refuse_has_lines(const struct bgp *bgp)
{
	const struct avs_instance *inst = bgp ? avs_instance_find(bgp) : NULL;

	return inst && (avs_instance_config(inst) || avs_instance_effective(inst)->rs_count ||
			avs_instance_plan(inst));
}

/* the neighbour, or the peer-group's own configuration, as bgpd finds it */
static struct peer *line_peer(struct bgp *bgp, const char *name)
{
	struct peer_group *group;
	union sockunion su;
	struct peer *peer;

	if (str2sockunion(name, &su) == 0)
		return peer_lookup(bgp, &su);
	peer = peer_lookup_by_conf_if(bgp, name);
	if (peer)
		return peer;
	group = peer_group_lookup(bgp, name);
	return group ? group->conf : NULL;
}

/* does a map of ours stand in an out slot of it, or of a member? */
static bool holds_our_map(const struct peer *peer)
{
	struct listnode *node;
	struct peer *member;
	afi_t afi;
	safi_t safi;

	FOREACH_AFI_SAFI (afi, safi) {
		const char *name = peer->filter[afi][safi].map[RMAP_OUT].name;

		if (name && avs_guard_map_reserved(name))
			return true;
	}
	if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP))
		return false;
	for (ALL_LIST_ELEMENTS_RO(peer->group->peer, node, member))
		if (holds_our_map(member))
			return true;
	return false;
}

/* ---- whose line is it -------------------------------------------------- */

/* what a neighbour or peer-group name means to the guard */
struct target {
	struct bgp *bgp;
	struct avs_instance *inst;
	const char *rs;			    /* route server of the neighbour, or of a member */
	const struct avs_edge_config *edge; /* it is an azure-edge neighbour instead */
	const struct peer *closed;	    /* no role, and told nothing: it, or a member */
	bool group;			    /* the name is a peer-group */
	bool conflict;
};

/* in shadow its lines are nobody's business but the user's */
static const char *guarded_rs(const struct avs_config *config, unsigned int rs)
{
	if (rs == AVS_RS_NONE || config->rs[rs].guard == AVS_GUARD_SHADOW)
		return NULL;
	return config->rs[rs].name;
}

static const char *role_name(struct target *target, const struct peer *peer)
{
	return guarded_rs(avs_instance_effective(target->inst),
			  avs_instance_role(target->inst, peer, &target->conflict));
}

/* without a role, and a map of ours denies: left by a role, or put there by the audit */
static bool is_closed(struct target *target, const struct peer *peer)
{
	return holds_our_map(peer) &&
	       (!target->inst ||
		avs_instance_role(target->inst, peer, &target->conflict) == AVS_RS_NONE);
}

static void target_group(struct target *target, struct peer_group *group)
{
	struct listnode *node;
	struct peer *peer;

	target->group = true;
	for (ALL_LIST_ELEMENTS_RO(group->peer, node, peer)) {
		if (!target->closed && is_closed(target, peer))
			target->closed = peer;
		target->rs = target->inst ? role_name(target, peer) : NULL;
		if (target->rs)
			return;
	}
}

/* an instance without lines: a neighbour can be closed all the same */
static bool target_closed(struct target *target, const char *name)
{
	struct peer *peer = line_peer(target->bgp, name);

	if (!peer)
		return false;
	if (CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP))
		target_group(target, peer->group);
	else if (is_closed(target, peer))
		target->closed = peer;
	return target->closed != NULL;
}

static bool target_find(struct vty *vty, const char *name, struct target *target)
{
	struct peer_group *group;
	struct peer *peer;
	union sockunion su;

	target->bgp = VTY_GET_CONTEXT(bgp);
	target->inst = target->bgp ? avs_instance_find(target->bgp) : NULL;
	if (!target->bgp || !avs_module_active())
		return false;
	if (!target->inst)
		return target_closed(target, name);
	if (str2sockunion(name, &su) == 0) {
		/* the neighbour need not exist: its role is by address */
		struct avs_prefix address = avs_from_sockunion(&su);
		const struct avs_config *config = avs_instance_effective(target->inst);
		unsigned int rs = avs_config_role(config, &address, &target->conflict);

		target->rs = guarded_rs(config, rs);
		if (rs == AVS_RS_NONE)
			target->edge = avs_config_edge(config, &address);
		peer = avs_session_peer(target->bgp, &address);
		if (rs == AVS_RS_NONE && peer && is_closed(target, peer))
			target->closed = peer;
		return true;
	}
	group = peer_group_lookup(target->bgp, name);
	if (group) {
		target_group(target, group);
		return true;
	}
	peer = peer_lookup_by_conf_if(target->bgp, name);
	if (!peer)
		peer = peer_lookup_by_hostname(target->bgp, name);
	if (!peer)
		return false;
	target->rs = role_name(target, peer);
	if (!target->rs && is_closed(target, peer))
		target->closed = peer;
	if (!target->rs)
		target->edge = avs_azure_edge_of(target->inst, peer);
	return true;
}

/* ---- neighbour lines --------------------------------------------------- */

static const char *const beside_the_map[] = {
	"default-originate",	    "advertise-map",
	"addpath-tx-all-paths",	    "addpath-tx-bestpath-per-AS",
	"addpath-tx-best-selected", "route-server-client",
	"attribute-unchanged",	    "as-override",
	"remove-private-AS",
};

static bool owned_in_its_slot(const struct target *target, const struct avs_refuse_line *line)
{
	char name[AVS_MAP_NAME_MAX];
	enum avs_slot slot = AVS_SLOT_ORIG;

	if (strmatch(line->word[3], AVS_MAP_DENY))
		return true;
	if (target->group || !target->rs)
		return false;
	if (strmatch(line->word[2], "route-map"))
		slot = avs_refuse_word(line, 4, "in") ? AVS_SLOT_IN : AVS_SLOT_OUT;
	avs_guard_map_name(slot, target->inst, target->rs, name, sizeof(name));
	return strmatch(line->word[3], name);
}

/* "route-server hub", "overlay neighbor": of what the neighbour is part */
static const char *role_text(const struct target *target, char *buf, size_t size)
{
	if (strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		return "the overlay";
	snprintf(buf, size, "route-server %s", target->rs);
	return buf;
}

/* the line that takes a map of the user's */
static void map_hint(const struct avs_refuse_line *line, const struct target *target,
		     const char *name)
{
	const char *direction = line->count > 4 ? line->word[4] : "out";
	char role[AVS_NAME_MAX + 16];

	vty_out(line->vty, "%% avs: neighbor %s belongs to %s; type: ", line->word[1],
		role_text(target, role, sizeof(role)));
	if (strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		vty_out(line->vty, "avs overlay route-map %s %s %s\n", line->word[1], name,
			direction);
	else
		vty_out(line->vty, "avs route-server %s route-map %s %s\n", target->rs, name,
			direction);
}

/* what AVS-DENY means: nothing leaves, beside an out-map neither */
static enum avs_answer closed_refuses(const struct avs_refuse_line *line,
				      const struct target *target, const char *what)
{
	const char *host = target->closed->host;

	vty_out(line->vty,
		"%% avs: %s is refused on %s %s: neighbor %s has no role and is told nothing (%s); type first: avs route-server NAME neighbor %s, or give it a policy of yours: neighbor %s route-map NAME out\n",
		what, target->group ? "peer-group" : "neighbor", line->word[1], host, AVS_MAP_DENY,
		host, host);
	return AVS_ANSWER_REFUSE;
}

static enum avs_answer closed_line(const struct avs_refuse_line *line, const struct target *target)
{
	for (unsigned int i = 0; i < array_size(beside_the_map); i++)
		if (strmatch(line->word[2], beside_the_map[i]))
			return closed_refuses(line, target, beside_the_map[i]);
	if (strmatch(line->word[2], "activate") && line->node != BGP_NODE &&
	    line->node != BGP_IPV4_NODE && target->closed->as == AVS_AS_ROUTE_SERVER)
		return closed_refuses(line, target, "activate");
	return AVS_ANSWER_PASS;
}

static enum avs_answer map_line(const struct avs_refuse_line *line, const struct target *target)
{
	struct vty *vty = line->vty;
	bool unsuppress = strmatch(line->word[2], "unsuppress-map");
	char role[AVS_NAME_MAX + 16];
	const char *name = line->count > 3 ? line->word[3] : "";

	if (line->no) {
		/* bgpd ignores the name: any of them would empty the slot */
		if (target->rs && !target->group) {
			vty_out(vty, "%% avs: neighbor %s belongs to %s: its policy stays\n",
				line->word[1], role_text(target, role, sizeof(role)));
			return AVS_ANSWER_SWALLOW;
		}
		return AVS_ANSWER_PASS;
	}
	if (avs_guard_map_reserved(name) && owned_in_its_slot(target, line))
		return AVS_ANSWER_PASS;
	if (avs_guard_map_reserved(name)) {
		vty_out(vty, "%% avs: route-map %s belongs to the module\n", name);
		return AVS_ANSWER_REFUSE;
	}
	if (unsuppress && target->closed)
		return closed_refuses(line, target, "unsuppress-map");
	if (unsuppress && avs_refuse_has_lines(target->bgp)) {
		vty_out(vty,
			"%% avs: unsuppress-map could let out what this router originates for Azure: refused in an instance with avs lines\n");
		return AVS_ANSWER_REFUSE;
	}
	if (!target->rs || target->group)
		return AVS_ANSWER_PASS;
	map_hint(line, target, name);
	return AVS_ANSWER_REFUSE;
}

static enum avs_answer local_as_line(const struct avs_refuse_line *line)
{
	uint32_t as = line->count > 3 ? strtoul(line->word[3], NULL, 10) : 0;

	if (!avs_as_is_stripped(as))
		return AVS_ANSWER_PASS;
	vty_out(line->vty, "%% avs: Azure drops routes with AS %u in their path\n", as);
	return AVS_ANSWER_REFUSE;
}

/* lists that bgpd asks before the out-map, and the match of a map that asks the same */
static const struct {
	const char *word, *match;
} lists[] = {
	{"prefix-list", "ip address prefix-list"},
	{"distribute-list", "ip address"},
	{"filter-list", "as-path"},
};

/* knobs that have bgpd hold back what is planned, before it asks any map */
static const char *const holding_back[] = {
	"maximum-prefix-out",
	"sender-as-path-loop-detection",
	"soo",
};

/* the line that does what such a knob is there for */
static const char *instead_of(const char *knob, const struct target *target, char *buf, size_t size)
{
	bool overlay = strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0;

	if (strmatch(knob, "default-originate") && overlay)
		snprintf(buf, size, "avs overlay default %s", strchr(target->rs, '@') + 1);
	else if (strmatch(knob, "default-originate"))
		strlcpy(buf, "avs advertise default toward private-cloud", size);
	else if (strmatch(knob, "advertise-map"))
		strlcpy(buf, "avs advertise default when-present PREFIX", size);
	else if (strmatch(knob, "maximum-prefix-out") && !overlay)
		snprintf(buf, size, "avs route-server %s route-limit N", target->rs);
	else if (overlay)
		snprintf(buf, size, "avs overlay route-map %s NAME out",
			 strchr(target->rs, '@') + 1);
	else
		snprintf(buf, size, "avs route-server %s route-map NAME out", target->rs);
	return buf;
}

static enum avs_answer role_line(const struct avs_refuse_line *line, const struct target *target)
{
	struct vty *vty = line->vty;
	char role[AVS_NAME_MAX + 16], hint[AVS_NAME_MAX + 64];

	for (unsigned int i = 0; i < array_size(beside_the_map); i++)
		if (strmatch(line->word[2], beside_the_map[i])) {
			vty_out(vty,
				"%% avs: %s is refused on %s %s: it passes beside the guard of %s; type instead: %s\n",
				beside_the_map[i], target->group ? "peer-group" : "neighbor",
				line->word[1], role_text(target, role, sizeof(role)),
				instead_of(beside_the_map[i], target, hint, sizeof(hint)));
			return AVS_ANSWER_REFUSE;
		}
	for (unsigned int i = 0; i < array_size(lists); i++)
		if (strmatch(line->word[2], lists[i].word) && avs_refuse_word(line, 4, "out")) {
			vty_out(vty,
				"%% avs: %s %s out would hold back what %s is to get; type instead: %s, and in that map match %s %s\n",
				lists[i].word, line->word[3], role_text(target, role, sizeof(role)),
				instead_of(lists[i].word, target, hint, sizeof(hint)),
				lists[i].match, line->word[3]);
			return AVS_ANSWER_REFUSE;
		}
	for (unsigned int i = 0; i < array_size(holding_back); i++)
		if (strmatch(line->word[2], holding_back[i])) {
			vty_out(vty,
				"%% avs: %s would hold back what %s is to get; type instead: %s\n",
				holding_back[i], role_text(target, role, sizeof(role)),
				instead_of(holding_back[i], target, hint, sizeof(hint)));
			return AVS_ANSWER_REFUSE;
		}
	if (strmatch(line->word[2], "local-as"))
		return local_as_line(line);
	if (strmatch(line->word[2], "activate") && line->node != BGP_NODE &&
	    line->node != BGP_IPV4_NODE) {
		vty_out(vty,
			"%% avs: a Route Server supports IPv4 unicast only, whatever it offers: %s %s stays out of this address family\n",
			target->group ? "peer-group" : "neighbor", line->word[1]);
		return AVS_ANSWER_REFUSE;
	}
	return AVS_ANSWER_PASS;
}

/*
 * A Route Server is never one hop away.  FRR prints `ebgp-multihop` with its
 * default, so frr-reload.py deletes and adds the line of a file without it at every
 * run, and bgpd resets the session each time.
 */
static enum avs_answer no_role_line(const struct avs_refuse_line *line, const struct target *target)
{
	if (!strmatch(line->word[2], "ebgp-multihop") || target->group ||
	    strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		return AVS_ANSWER_PASS;
	vty_out(line->vty, "%% avs: neighbor %s belongs to route-server %s: ebgp-multihop stays\n",
		line->word[1], target->rs);
	return AVS_ANSWER_SWALLOW;
}

/* the in-map of an azure-edge neighbour is the module's; everything else is the user's */
static enum avs_answer edge_map_line(const struct avs_refuse_line *line,
				     const struct target *target)
{
	const char *map = line->count > 3 ? line->word[3] : "";
	char name[AVS_NAME_MAX + 1], owned[AVS_MAP_NAME_MAX];

	avs_azure_edge_name(&target->edge->neighbor, name, sizeof(name));
	avs_guard_map_name(AVS_SLOT_IN, target->inst, name, owned, sizeof(owned));
	if (line->no) {
		vty_out(line->vty,
			"%% avs: neighbor %s is an azure-edge neighbor: its in-map stays\n",
			line->word[1]);
		return AVS_ANSWER_SWALLOW;
	}
	if (strmatch(map, owned))
		return AVS_ANSWER_PASS;
	if (avs_guard_map_reserved(map))
		vty_out(line->vty, "%% avs: route-map %s belongs to the module\n", map);
	else
		vty_out(line->vty,
			"%% avs: neighbor %s is an azure-edge neighbor; type: avs azure-edge route-map %s %s in\n",
			line->word[1], line->word[1], map);
	return AVS_ANSWER_REFUSE;
}

/* ---- no default-originate ---------------------------------------------- */

static bool line_family(const struct avs_refuse_line *line, afi_t *afi, safi_t *safi)
{
	static const struct {
		enum node_type node;
		afi_t afi;
		safi_t safi;
	} families[] = {
		{BGP_NODE, AFI_IP, SAFI_UNICAST},
		{BGP_IPV4_NODE, AFI_IP, SAFI_UNICAST},
		{BGP_IPV4M_NODE, AFI_IP, SAFI_MULTICAST},
		{BGP_IPV4L_NODE, AFI_IP, SAFI_LABELED_UNICAST},
		{BGP_IPV6_NODE, AFI_IP6, SAFI_UNICAST},
		{BGP_IPV6M_NODE, AFI_IP6, SAFI_MULTICAST},
		{BGP_IPV6L_NODE, AFI_IP6, SAFI_LABELED_UNICAST},
	};

	for (unsigned int i = 0; i < array_size(families); i++)
		if (families[i].node == line->node) {
			*afi = families[i].afi;
			*safi = families[i].safi;
			return true;
		}
	return false;
}

/* bgpd's own handler can end bgpd where a map denies 0/0 (avs_default_out.c) */
static enum avs_answer no_default_line(const struct avs_refuse_line *line)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	struct peer *peer;
	afi_t afi;
	safi_t safi;

	if (!bgp || !avs_module_active() || !line_family(line, &afi, &safi))
		return AVS_ANSWER_PASS;
	peer = line_peer(bgp, line->word[1]);
	if (!peer || peer_dynamic_neighbor(peer) ||
	    !(avs_refuse_has_lines(bgp) || holds_our_map(peer)))
		return AVS_ANSWER_PASS;
	avs_default_out_unset(peer, afi, safi);
	return AVS_ANSWER_DONE;
}

enum avs_answer avs_refuse_neighbor(const struct avs_refuse_line *line)
{
	struct target target = {};

	if (line->no && avs_refuse_word(line, 2, "default-originate"))
		return no_default_line(line);
	if (line->count < 3 || !target_find(line->vty, line->word[1], &target))
		return AVS_ANSWER_PASS;
	if (target.edge && strmatch(line->word[2], "route-map") && avs_refuse_word(line, 4, "in") &&
	    (line->node == BGP_NODE || line->node == BGP_IPV4_NODE))
		return edge_map_line(line, &target);
	if (strmatch(line->word[2], "route-map") || strmatch(line->word[2], "unsuppress-map"))
		return map_line(line, &target);
	if (!target.rs)
		return target.closed && !line->no ? closed_line(line, &target) : AVS_ANSWER_PASS;
	if (line->no)
		return no_role_line(line, &target);
	return role_line(line, &target);
}
