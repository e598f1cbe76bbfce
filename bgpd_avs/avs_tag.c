// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The segment tag, a large community (RFC 8092).
 *
 * Purpose: the appliance that hears a route from Azure knows what it is; the one behind the
 * tunnel sees an AS path that any network could have made.  So the first one says it:
 *
 *	AS of who says it : AVS_TAG + segment : number of the site
 *
 * A tag counts only when its first number is the AS of the overlay neighbour that delivers
 * the route: what came through from elsewhere says nothing.  Toward an overlay neighbour
 * there is one tag, ours; toward Azure there is none.
 *
 * Representation: large communities as bgpd has them, twelve octets each in network order,
 * sorted.  A list is never edited: a new one is made of the octets, and held by avs_hold.c,
 * because bgpd loses what a route-map makes.
 *
 * Azure's own communities (65517:65517 and its like) say how a route came to one gateway.  At
 * another one they are read as if they were its own: a route that has them may be dropped
 * without a word.  So they end here (rule 5).
 *
 * Complexity: O(communities of the route).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_community.h"
#include "bgpd/bgp_lcommunity.h"

#include "bgpd_avs/avs_hold.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_tag.h"
#include "bgpd_avs/core/avs_classify.h"

DEFINE_MTYPE_STATIC(AVS, AVS_TAG_LIST, "AVS large communities");

/* three numbers in host order */
struct triple {
	uint32_t admin, type, data;
};

static struct triple triple_at(const struct lcommunity *list, int i)
{
	uint32_t words[3];

	memcpy(words, list->val + (size_t)i * LCOMMUNITY_SIZE, sizeof(words));
	return (struct triple){ntohl(words[0]), ntohl(words[1]), ntohl(words[2])};
}

bool avs_tag_read(const struct attr *attr, uint32_t from, unsigned int *segment, uint32_t *site)
{
	const struct lcommunity *list = bgp_attr_get_lcommunity(attr);

	for (int i = 0; list && i < list->size; i++) {
		struct triple triple = triple_at(list, i);

		if (triple.admin != from || !avs_tag_is(triple.type))
			continue;
		*segment = triple.type - AVS_TAG;
		*site = triple.data;
		return true;
	}
	return false;
}

/* the list without tags, and with `mine` where there is one */
static void replace(struct attr *attr, const struct triple *mine)
{
	struct lcommunity *old = bgp_attr_get_lcommunity(attr);
	int count = old ? old->size : 0, kept = 0;
	uint8_t *octets = XMALLOC(MTYPE_AVS_TAG_LIST, ((size_t)count + 1) * LCOMMUNITY_SIZE);

	for (int i = 0; i < count; i++) {
		if (avs_tag_is(triple_at(old, i).type))
			continue;
		memcpy(octets + (size_t)kept++ * LCOMMUNITY_SIZE,
		       old->val + (size_t)i * LCOMMUNITY_SIZE, LCOMMUNITY_SIZE);
	}
	if (mine || kept != count) {
		if (mine) {
			uint32_t words[3] = {htonl(mine->admin), htonl(mine->type),
					     htonl(mine->data)};

			memcpy(octets + (size_t)kept++ * LCOMMUNITY_SIZE, words, sizeof(words));
		}
		bgp_attr_set_lcommunity(
			attr, kept ? avs_hold_lcommunity(lcommunity_parse(
					     octets, (unsigned short)(kept * LCOMMUNITY_SIZE)))
				   : NULL);
		/* made by the user's map, and nobody else's */
		if (old && !old->refcnt)
			lcommunity_free(&old);
	}
	XFREE(MTYPE_AVS_TAG_LIST, octets);
}

void avs_tag_write(struct attr *attr, uint32_t own, enum avs_segment segment, uint32_t site)
{
	struct triple mine = {own, AVS_TAG + segment, site};

	replace(attr, &mine);
}

void avs_tag_strip(struct attr *attr)
{
	if (bgp_attr_get_lcommunity(attr))
		replace(attr, NULL);
}

/* ---- Azure's own communities -------------------------------------------- */

static bool is_azure(const struct community *list, int i)
{
	uint32_t word;

	memcpy(&word, list->val + i, sizeof(word));
	switch (ntohl(word) >> 16) {
	case 65515:
	case 65517:
	case 65518:
		return true;
	}
	return false;
}

bool avs_tag_has_azure(const struct attr *attr)
{
	const struct community *list = bgp_attr_get_community(attr);

	for (int i = 0; list && i < list->size; i++)
		if (is_azure(list, i))
			return true;
	return false;
}

void avs_tag_strip_azure(struct attr *attr)
{
	struct community *old = bgp_attr_get_community(attr), kept = {};

	if (!avs_tag_has_azure(attr))
		return;
	kept.val = XMALLOC(MTYPE_AVS_TAG_LIST, (size_t)old->size * COMMUNITY_SIZE);
	for (int i = 0; i < old->size; i++)
		if (!is_azure(old, i))
			kept.val[kept.size++] = old->val[i];
	/* the caller holds it, see avs_hold.c */
	bgp_attr_set_community(attr, kept.size ? community_uniq_sort(&kept) : NULL);
	XFREE(MTYPE_AVS_TAG_LIST, kept.val);
	/* made by the user's map, and nobody else's */
	if (!old->refcnt)
		community_free(&old);
}
