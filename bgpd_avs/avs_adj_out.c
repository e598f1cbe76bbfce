// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What neighbours have been told.
 *
 * Purpose: read the Adj-RIB-Out of a neighbour, and ask what would come into it.
 *
 * Representation: bgpd's own.  It keeps one Adj-RIB-Out for each update subgroup, as a tree
 * in every destination; what is queued counts as sent, a queued withdrawal as withdrawn.  A
 * neighbour without a subgroup (its session is down) has been told nothing.
 *
 * Nothing is changed here.  The question what would be sent is bgpd's own check, asked about
 * a copy of the path.
 *
 * Complexity: O(log subgroups) per destination; the whole of it is a walk of the table.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_advertise.h"
#include "bgpd/bgp_attr.h"
#include "bgpd/bgp_updgrp.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_rib.h"

/* destinations per step of a walk that is made in one go */
#define STEP 4096

static struct update_subgroup *subgroup_of(const struct peer *peer)
{
	struct peer_af *paf = peer_af_find((struct peer *)peer, AFI_IP, SAFI_UNICAST);

	return paf ? PAF_SUBGRP(paf) : NULL;
}

/* what the subgroup of a peer was sent of this destination; NULL: nothing */
static const struct attr *sent_attr(const struct update_subgroup *subgrp, struct bgp_dest *dest)
{
	struct bgp_adj_out *adj;

	RB_FOREACH (adj, bgp_adj_out_rb, &dest->adj_out) {
		if (!subgrp || adj->subgroup != subgrp)
			continue;
		if (adj->adv)
			return adj->adv->baa ? adj->adv->baa->attr : NULL;
		return adj->attr;
	}
	return NULL;
}

const struct attr *avs_adj_out_dest(const struct peer *peer, struct bgp_dest *dest)
{
	return sent_attr(subgroup_of(peer), dest);
}

bool avs_adj_out_would(const struct peer *peer, struct bgp_dest *dest,
		       const struct bgp_path_info *pi)
{
	struct update_subgroup *subgrp = subgroup_of(peer);
	/* bgpd asks for the selected path; a copy can be that without being it */
	struct bgp_path_info copy = *pi;
	struct attr attr = {};
	bool would;

	if (!subgrp)
		return false;
	copy.next = copy.prev = NULL;
	/* where the best path's siblings are found (10.7), whose attributes are not asked about */
	copy.net = NULL;
	SET_FLAG(copy.flags, BGP_PATH_SELECTED);
	would = subgroup_announce_check(dest, &copy, subgrp, bgp_dest_get_prefix(dest), &attr,
					NULL);
	/* what was set on the way, and nobody has interned */
	bgp_attr_flush(&attr);
	return would;
}

bool avs_adj_out_has(const struct peer *peer, const struct avs_prefix *prefix,
		     const struct attr **attr)
{
	struct bgp_dest *dest = avs_rib_dest(peer->bgp, prefix);
	const struct attr *out;

	if (!dest)
		return false;
	out = sent_attr(subgroup_of(peer), dest);
	if (out && attr)
		*attr = out;
	bgp_dest_unlock_node(dest);
	return out != NULL;
}

struct telling {
	const struct update_subgroup *subgrp;
	void (*func)(const struct avs_prefix *prefix, const struct attr *attr, void *arg);
	void *arg;
};

static void tell(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	const struct telling *telling = arg;
	const struct attr *attr = sent_attr(telling->subgrp, dest);
	struct avs_prefix p = avs_from_prefix(prefix);

	if (attr)
		telling->func(&p, attr, telling->arg);
}

void avs_adj_out_each(const struct peer *peer,
		      void (*func)(const struct avs_prefix *prefix, const struct attr *attr,
				   void *arg),
		      void *arg)
{
	struct telling telling = {.subgrp = subgroup_of(peer), .func = func, .arg = arg};
	struct avs_rib_walk *walk = avs_rib_walk_begin(peer->bgp);

	while (!avs_rib_walk_next(walk, STEP, tell, &telling))
		;
	avs_rib_walk_end(walk);
}

bool avs_adj_out_default(const struct peer *peer)
{
	const struct update_subgroup *subgrp = subgroup_of(peer);

	return subgrp && CHECK_FLAG(subgrp->sflags, SUBGRP_STATUS_DEFAULT_ORIGINATE);
}

bool avs_adj_out_shared(const struct peer *a, const struct peer *b)
{
	const struct update_subgroup *subgrp = subgroup_of(a);

	return subgrp && subgrp == subgroup_of(b);
}

uint32_t avs_adj_out_count(const struct peer *peer)
{
	struct update_subgroup *subgrp = subgroup_of(peer);

	return subgrp ? subgrp->scount : 0;
}
