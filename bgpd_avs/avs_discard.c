// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Discard routes.
 *
 * Purpose: Azure's fabric sends here what an announced supernet contains, and what nobody has it
 * would get back, for ever.  So the kernel drops it: a route of the supernet, worse than every
 * other one of the same prefix.
 *
 * Representation: the wanted prefixes, and of each whether it is installed.
 *
 * Invariant: none is installed that would take this router's own way to somewhere:
 *
 *	- to a BGP neighbour, or to a next hop that bgpd tracks: it would cut the session that made
 *	  it, or make an unreachable next hop look reachable,
 *	- to the gateway of a route of this machine,
 *	- to Azure's addresses for probes, agents and metadata,
 *	- to where a wider route of this machine leads, be it a connected network, or one that
 *	  leaves by another interface than the Route Servers' (a tunnel); by theirs is Azure's
 *	  fabric, which would send it back,
 *	- to where a wider BGP route leads that no Route Server delivers,
 *	- to the internet: what a default of this machine leads to outside of private space.
 *
 * An address is taken when it is inside and no longer route leads there.  BGP's own longer routes
 * do not count for that: they depend on what is asked about.
 *
 * Complexity: a look at one prefix is O(neighbours + next hops + 32); a change of zebra's routes
 * looks at all of them.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "prefix.h"
#include "typesafe.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_nexthop.h"

#include "bgpd_avs/avs_discard.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_zebra.h"

DEFINE_MTYPE_STATIC(AVS, AVS_DISCARD, "AVS discard route");

/* what a discard route would cut off */
enum held {
	HELD_NOT = 0,
	HELD_NEEDLESS, /* a route of this machine has the very prefix */
	HELD_NEIGHBOR,
	HELD_NEXT_HOP,
	HELD_GATEWAY,
	HELD_AZURE,
	HELD_WIDER,
	HELD_INTERNET,
};

PREDECL_RBTREE_UNIQ(avs_discards);
struct avs_discard {
	struct avs_discards_item item;
	struct bgp *bgp;
	struct avs_prefix prefix;
	bool installed;
	enum held held;
	struct avs_prefix about;
};

static int discard_cmp(const struct avs_discard *a, const struct avs_discard *b)
{
	if (a->bgp != b->bgp)
		return a->bgp < b->bgp ? -1 : 1;
	return avs_prefix_cmp(&a->prefix, &b->prefix);
}
DECLARE_RBTREE_UNIQ(avs_discards, struct avs_discard, item, discard_cmp);

static struct avs_discards_head discards = INIT_RBTREE_UNIQ(discards);

/* inside of the prefix, and nothing longer leads there */
static bool captures(const struct avs_discard *discard, const struct avs_prefix *address)
{
	struct avs_prefix route;
	bool known;

	if (!avs_prefix_contains(&discard->prefix, address))
		return false;
	route = avs_zebra_longest(discard->bgp, address, &known);
	return !route.family || route.len <= discard->prefix.len;
}

static bool hold(struct avs_discard *discard, enum held held, const struct avs_prefix *about)
{
	discard->held = held;
	discard->about = *about;
	return true;
}

static bool captures_of(struct avs_discard *discard, struct bgp *bgp)
{
	struct bgp_nexthop_cache *bnc;
	struct listnode *node;
	struct peer *peer;

	for (ALL_LIST_ELEMENTS_RO(bgp->peer, node, peer)) {
		struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));

		if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) && captures(discard, &address))
			return hold(discard, HELD_NEIGHBOR, &address);
	}
	frr_each (bgp_nexthop_cache, &bgp->nexthop_cache_table[AFI_IP], bnc) {
		struct avs_prefix address = avs_from_prefix(&bnc->prefix);

		if (captures(discard, &address))
			return hold(discard, HELD_NEXT_HOP, &address);
	}
	return false;
}

static bool captures_neighbor(struct avs_discard *discard)
{
	struct listnode *node;
	struct bgp *bgp;

	/* views share the kernel's table */
	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, bgp))
		if (bgp->vrf_id == discard->bgp->vrf_id && captures_of(discard, bgp))
			return true;
	return false;
}

static bool captures_address(const struct avs_prefix *address, void *arg)
{
	return captures(arg, address) && hold(arg, HELD_GATEWAY, address);
}

static bool captures_azure(struct avs_discard *discard)
{
	/* probes, agent, DNS and DHCP; metadata */
	static const uint32_t addresses[] = {0xa83f8110, 0xa9fea9fe};

	for (unsigned int i = 0; i < array_size(addresses); i++) {
		struct avs_prefix address = avs_prefix_v4(addresses[i], 32);

		if (captures(discard, &address))
			return hold(discard, HELD_AZURE, &address);
	}
	return false;
}

/* does it lead to a Route Server as well?  Then it is Azure's fabric */
static bool is_fabric(const struct bgp *bgp, unsigned int ifindex)
{
	struct avs_instance *inst = avs_instance_find(bgp);
	const struct avs_config *config = inst ? avs_instance_effective(inst) : NULL;

	for (size_t i = 0; ifindex && config && i < config->rs_count; i++)
		for (size_t n = 0; !config->rs[i].overlay && n < config->rs[i].neighbor_count; n++)
			if (avs_zebra_interface(&config->rs[i].neighbors[n]) == ifindex)
				return true;
	return false;
}

/* a wider route of this machine */
static bool captures_wider(struct avs_discard *discard)
{
	struct avs_way way;

	if (!avs_zebra_way(discard->bgp, &discard->prefix, &way) || way.drops)
		return false;
	if (way.prefix.len == discard->prefix.len)
		return hold(discard, HELD_NEEDLESS, &way.prefix);
	if (avs_prefix_is_default_equivalent(&way.prefix))
		return !avs_prefix_is_private(&discard->prefix) &&
		       hold(discard, HELD_INTERNET, &way.prefix);
	return (way.connected || !is_fabric(discard->bgp, way.ifindex)) &&
	       hold(discard, HELD_WIDER, &way.prefix);
}

/* the next wider BGP route, when it leads somewhere else than to Azure's fabric */
static bool captures_learned(struct avs_discard *discard)
{
	struct avs_instance *inst = avs_instance_find(discard->bgp);
	struct bgp_dest *dest = inst ? avs_rib_dest(discard->bgp, &discard->prefix) : NULL;
	const struct bgp_path_info *best = NULL;
	struct bgp_dest *wider;
	struct avs_prefix prefix;
	unsigned int rs;
	bool conflict;

	if (!dest)
		return false;
	for (wider = bgp_dest_parent_nolock(dest); wider; wider = bgp_dest_parent_nolock(wider)) {
		best = avs_rib_selected(wider);
		if (best && best->peer != discard->bgp->peer_self)
			break;
	}
	bgp_dest_unlock_node(dest);
	if (!wider)
		return false;
	rs = avs_instance_role(inst, best->peer, &conflict);
	if (rs != AVS_RS_NONE && !avs_config_is_overlay(avs_instance_effective(inst), rs))
		return false;
	prefix = avs_from_prefix(bgp_dest_get_prefix(wider));
	return hold(discard, HELD_WIDER, &prefix);
}

static void send_discard(struct avs_discard *discard, bool install)
{
	discard->installed = install;
	avs_zebra_send_discard(discard->bgp, &discard->prefix, install);
}

static void settle(struct avs_discard *discard)
{
	bool install;

	/* what it has of ours is not known either */
	if (!avs_zebra_connected())
		return;
	discard->held = HELD_NOT;
	install = !captures_neighbor(discard) && !captures_azure(discard) &&
		  !avs_zebra_any_gateway(&discard->prefix, captures_address, discard) &&
		  !captures_wider(discard) && !captures_learned(discard);
	if (install != discard->installed)
		send_discard(discard, install);
}

static struct avs_discard *discard_find(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct avs_discard ref = {.bgp = (struct bgp *)bgp, .prefix = *prefix};

	return avs_discards_find(&discards, &ref);
}

void avs_discard_want(struct bgp *bgp, const struct avs_prefix *prefix, bool want)
{
	struct avs_discard *discard = discard_find(bgp, prefix);

	if (!want) {
		if (!discard)
			return;
		if (discard->installed)
			send_discard(discard, false);
		avs_discards_del(&discards, discard);
		XFREE(MTYPE_AVS_DISCARD, discard);
		return;
	}
	/* never for a default, whoever asks */
	if (!avs_zebra_follows(bgp) || avs_prefix_is_default_equivalent(prefix) ||
	    bgp_option_check(BGP_OPT_NO_FIB))
		return;
	if (!discard) {
		discard = XCALLOC(MTYPE_AVS_DISCARD, sizeof(*discard));
		discard->bgp = bgp;
		discard->prefix = *prefix;
		avs_discards_add(&discards, discard);
	}
	settle(discard);
}

const char *avs_discard_held(const struct bgp *bgp, const struct avs_prefix *prefix, char *buf,
			     size_t size)
{
	const struct avs_discard *discard = discard_find(bgp, prefix);
	char text[AVS_PREFIX_STRLEN];

	if (!discard || discard->held <= HELD_NEEDLESS)
		return NULL;
	switch (discard->held) {
	case HELD_NOT:
	case HELD_NEEDLESS:
		return NULL;
	case HELD_NEIGHBOR:
		snprintf(buf, size, "neighbor %s",
			 avs_prefix_display(&discard->about, text, sizeof(text)));
		break;
	case HELD_NEXT_HOP:
		snprintf(buf, size, "next hop %s",
			 avs_prefix_display(&discard->about, text, sizeof(text)));
		break;
	case HELD_GATEWAY:
		snprintf(buf, size, "gateway %s",
			 avs_prefix_display(&discard->about, text, sizeof(text)));
		break;
	case HELD_AZURE:
		snprintf(buf, size, "Azure's %s",
			 avs_prefix_display(&discard->about, text, sizeof(text)));
		break;
	case HELD_WIDER:
		snprintf(buf, size, "what this router has by its route %s",
			 avs_prefix_display(&discard->about, text, sizeof(text)));
		break;
	case HELD_INTERNET:
		snprintf(buf, size, "this router from that part of the internet");
		break;
	}
	return buf;
}

bool avs_discard_installed(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	const struct avs_discard *discard = discard_find(bgp, prefix);

	return discard && discard->installed;
}

void avs_discard_look(void)
{
	struct avs_discard *discard;

	frr_each (avs_discards, &discards, discard)
		settle(discard);
}

void avs_discard_forget(void)
{
	struct avs_discard *discard;

	frr_each (avs_discards, &discards, discard)
		discard->installed = false;
}

void avs_discard_fini(void)
{
	struct avs_discard *discard;

	while ((discard = avs_discards_pop(&discards)))
		XFREE(MTYPE_AVS_DISCARD, discard);
}
