// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AS paths and communities that a set rule may give to bgpd.
 *
 * Purpose: a set rule of a route-map changes a copy of an attribute, and bgpd
 * takes the parts of the copy over when it announces the route, or frees them when it
 * does not.  Not so when the announcement would repeat the last one: 8.4.4
 * suppresses it and loses the parts (any `set as-path prepend` of stock FRR
 * does that).  Pushing the plan again must not cost memory, so the parts that
 * our rules make are interned and held here: bgpd counts references to them
 * and frees them no more.
 *
 * Representation: a hash of interned objects, one reference each, for all
 * kinds.  At most HELD_MAX; then all are given back at once.  Those in use
 * live on through bgpd's own references.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "typesafe.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_lcommunity.h"

#include "bgpd_avs/avs_hold.h"
#include "bgpd_avs/avs_memory.h"

DEFINE_MTYPE_STATIC(AVS, AVS_HELD, "AVS held attribute");

/* distinct AS paths toward Azure are a handful; this is a stop, not a size */
#define HELD_MAX 8192

PREDECL_HASH(avs_held);
struct held {
	struct avs_held_item item;
	/* exactly one of them */
	struct aspath *aspath;
	struct community *community;
	struct lcommunity *lcommunity;
};

static int held_cmp(const struct held *a, const struct held *b)
{
	if (a->aspath != b->aspath)
		return a->aspath < b->aspath ? -1 : 1;
	if (a->community != b->community)
		return a->community < b->community ? -1 : 1;
	if (a->lcommunity != b->lcommunity)
		return a->lcommunity < b->lcommunity ? -1 : 1;
	return 0;
}

static uint32_t held_hash(const struct held *h)
{
	uintptr_t key = (uintptr_t)h->aspath ^ (uintptr_t)h->community ^ (uintptr_t)h->lcommunity;

	return jhash(&key, sizeof(key), 0);
}
DECLARE_HASH(avs_held, struct held, item, held_cmp, held_hash);

static struct avs_held_head held = INIT_HASH(held);

static void give_back_all(void)
{
	struct held *h;

	while ((h = avs_held_pop(&held))) {
		if (h->aspath)
			aspath_unintern(&h->aspath);
		if (h->community)
			community_unintern(&h->community);
		if (h->lcommunity)
			lcommunity_unintern(&h->lcommunity);
		XFREE(MTYPE_AVS_HELD, h);
	}
}

/* true: it was held before, the caller's new reference is one too many */
static bool is_held(const struct held *ref)
{
	struct held *h;

	if (avs_held_find(&held, ref))
		return true;
	h = XCALLOC(MTYPE_AVS_HELD, sizeof(*h));
	h->aspath = ref->aspath;
	h->community = ref->community;
	h->lcommunity = ref->lcommunity;
	avs_held_add(&held, h);
	return false;
}

void avs_hold_make_room(void)
{
	if (avs_held_count(&held) >= HELD_MAX)
		give_back_all();
}

struct aspath *avs_hold_aspath(struct aspath *aspath)
{
	struct held ref = {.aspath = aspath_intern(aspath)};
	struct aspath *again = ref.aspath;

	if (is_held(&ref))
		aspath_unintern(&again);
	return ref.aspath;
}

struct community *avs_hold_community(struct community *community)
{
	struct held ref = {.community = community_intern(community)};
	struct community *again = ref.community;

	if (is_held(&ref))
		community_unintern(&again);
	return ref.community;
}

struct lcommunity *avs_hold_lcommunity(struct lcommunity *lcommunity)
{
	struct held ref = {.lcommunity = lcommunity};
	struct lcommunity *again = lcommunity;

	if (is_held(&ref))
		lcommunity_unintern(&again);
	return ref.lcommunity;
}

void avs_hold_fini(void)
{
	give_back_all();
	avs_held_fini(&held);
}
