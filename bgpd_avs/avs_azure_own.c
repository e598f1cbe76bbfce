// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is the customer's own.
 *
 * Purpose: the set of prefixes that rule 11 compares with what Azure delivers.
 *
 * Representation.  "Own" is the union of the Adj-RIB-Out of all azure-edge neighbours without
 * what came from Azure: a path that an azure-edge neighbour delivers, or that has a number of
 * Azure in its AS path (it comes by way of another edge router, or of another VRF).  Otherwise two
 * circuits would make each other's routes "own".
 *
 * A prefix is own as well while Azure's path for it is the best one, and one of the customer's
 * would be told to Azure were it not: once in, Azure's path could keep the customer's out for
 * ever.  Whether it would is a guess (bgpd may choose another one, and keep that back).  Such
 * prefixes are "kept".  When the customer's path is the best one later, and still nothing is
 * announced, the guess was wrong: the prefix is "tried", and the guess is not made again for
 * TRY_SEC seconds.  Else both would take turns.
 *
 * Announced with a community that Azure reserves, a prefix of whomever disappears at a gateway
 * without a word.  Such are counted on the way.
 *
 * An aggregate is own while something below is the customer's.  One that consists of Azure's
 * routes would have them refused, go, let them in, and come back, for ever.
 *
 * Invariants: own is what the last whole walk found, sorted, each once; kept is a part of it;
 * kept and tried have nothing in common.
 *
 * Complexity: O(azure-edge neighbours) per destination; where Azure's path is the best one,
 * times the paths; an announced aggregate asks what is below until something is the customer's.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_attr.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_own.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_tag.h"

DEFINE_MTYPE_STATIC(AVS, AVS_EDGE_OWN, "AVS announced to Azure");

/* a guess that was wrong is not made again for so long */
#define TRY_SEC 600

/* growing array of prefixes */
struct prefixes {
	struct avs_prefix *array;
	size_t count, size;
};

struct avs_azure_own {
	struct prefixes own, found;	    /* of the last walk, of the present one */
	struct prefixes kept, kept_found;   /* own though Azure's path is the best one */
	struct prefixes tried, tried_found; /* guesses that were wrong */
	time_t tried_since;
	struct avs_own_set set;
	struct avs_reserved reserved, reserved_found;
};

/* ---- lists --------------------------------------------------------------- */

static void prefixes_add(struct prefixes *list, const struct avs_prefix *prefix)
{
	if (list->count == list->size) {
		list->size = list->size ? list->size * 2 : 64;
		list->array = XREALLOC(MTYPE_AVS_EDGE_OWN, list->array,
				       list->size * sizeof(*list->array));
	}
	list->array[list->count++] = *prefix;
}

static int prefix_order(const void *a, const void *b)
{
	return avs_prefix_cmp(a, b);
}

static void prefixes_clear(struct prefixes *list)
{
	XFREE(MTYPE_AVS_EDGE_OWN, list->array);
	list->count = list->size = 0;
}

/* bgpd walks in this order already; bsearch() needs it for sure */
static void prefixes_sort(struct prefixes *list)
{
	if (list->count)
		qsort(list->array, list->count, sizeof(*list->array), prefix_order);
}

/* from's become to's, instead of what to has */
static void prefixes_move(struct prefixes *to, struct prefixes *from)
{
	prefixes_sort(from);
	prefixes_clear(to);
	*to = *from;
	*from = (struct prefixes){};
}

static bool prefixes_have(const struct prefixes *list, const struct avs_prefix *prefix)
{
	return list->count &&
	       bsearch(prefix, list->array, list->count, sizeof(*list->array), prefix_order);
}

/* has something of before gone? */
static bool any_gone(const struct prefixes *before, const struct prefixes *now)
{
	size_t i, j = 0;

	for (i = 0; i < before->count; i++) {
		while (j < now->count && avs_prefix_cmp(&now->array[j], &before->array[i]) < 0)
			j++;
		if (j == now->count || !avs_prefix_equal(&now->array[j], &before->array[i]))
			return true;
	}
	return false;
}

/* ---- whose is it? -------------------------------------------------------- */

/* has an azure-edge neighbour this number, up or not? */
static bool is_edge_as(const struct avs_azure_view *view, as_t as)
{
	for (size_t i = 0; i < view->config->edge_count; i++) {
		const struct peer *peer;

		if (!view->config->edges[i].role)
			continue;
		peer = avs_session_peer(view->bgp, &view->config->edges[i].neighbor);
		if (peer && peer->as == as)
			return true;
	}
	return false;
}

/*
 * Did Azure tell it, itself or by way of another router of the customer's?  What another edge
 * router was told by an azure-edge neighbour begins with that one's AS; from elsewhere such
 * a number means nothing: a provider can stand on both sides.
 */
static bool from_azure(const struct avs_azure_view *view, const struct bgp_path_info *pi)
{
	const struct assegment *first = pi->attr->aspath ? pi->attr->aspath->segments : NULL;

	if (pi->peer == view->only || avs_session_edge(view->bgp, view->config, pi->peer))
		return true;
	if (pi->peer->sort == BGP_PEER_IBGP && first && first->length &&
	    is_edge_as(view, first->as[0]))
		return true;
	for (const struct assegment *seg = first; seg; seg = seg->next)
		for (unsigned int i = 0; i < seg->length; i++)
			if (avs_as_is_stripped(seg->as[i]))
				return true;
	return false;
}

static bool is_aggregate(const struct bgp_path_info *pi)
{
	return pi->type == ZEBRA_ROUTE_BGP && pi->sub_type == BGP_ROUTE_AGGREGATE;
}

/* a path that bgpd can use, of the customer's: neither Azure's, nor made of what is below */
static bool is_customers(const struct avs_azure_view *view, const struct bgp_path_info *pi)
{
	return !BGP_PATH_HOLDDOWN(pi) && !is_aggregate(pi) && !avs_rib_is_ours(pi) &&
	       !from_azure(view, pi);
}

/* what is asked of one destination */
struct asking {
	const struct avs_azure_view *view;
	struct bgp_dest *dest;
	const struct bgp_path_info *path;
	bool announced;
	bool reserved; /* with a community of Azure's */
};

static void ask(struct asking *asking, void (*func)(struct peer *peer, void *arg))
{
	if (asking->view->only)
		func(asking->view->only, asking);
	else
		avs_session_each_edge(asking->view->bgp, asking->view->config, func, asking);
}

static void ask_announced(struct peer *peer, void *arg)
{
	struct asking *asking = arg;

	asking->announced = asking->announced || avs_adj_out_dest(peer, asking->dest);
}

static void ask_reserved(struct peer *peer, void *arg)
{
	struct asking *asking = arg;
	const struct attr *attr = avs_adj_out_dest(peer, asking->dest);

	asking->reserved = asking->reserved || (attr && avs_tag_has_azure(attr));
}

static void ask_would(struct peer *peer, void *arg)
{
	struct asking *asking = arg;

	asking->announced =
		asking->announced || avs_adj_out_would(peer, asking->dest, asking->path);
}

static bool feeds_aggregate(const struct bgp_path_info *pi, void *arg)
{
	const struct asking *asking = arg;

	return is_customers(asking->view, pi);
}

/* Would Azure be told one of the customer's paths if its own one were not the best? */
static bool is_kept_out(struct asking *asking)
{
	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(asking->dest);
	     pi && !asking->announced; pi = pi->next) {
		if (!is_customers(asking->view, pi))
			continue;
		asking->path = pi;
		ask(asking, ask_would);
	}
	return asking->announced;
}

/* Is Azure told a path of the customer's? */
static bool is_announced(struct asking *asking, const struct bgp_path_info *best)
{
	ask(asking, ask_announced);
	return asking->announced && (!best || !is_aggregate(best) ||
				     avs_rib_any_below(asking->dest, feeds_aggregate, asking));
}

/* ---- the set ------------------------------------------------------------- */

void avs_azure_own_collect(struct avs_azure_own *own, const struct avs_azure_view *view,
			   const struct prefix *prefix, struct bgp_dest *dest)
{
	const struct bgp_path_info *best = avs_rib_selected(dest);
	struct avs_prefix p = avs_from_prefix(prefix);
	struct asking asking = {.view = view, .dest = dest};

	ask(&asking, ask_reserved);
	if (asking.reserved && !own->reserved_found.count++)
		own->reserved_found.first = p;
	if (best && from_azure(view, best)) {
		if (prefixes_have(&own->tried, &p) || !is_kept_out(&asking))
			return;
		prefixes_add(&own->kept_found, &p);
	} else if (!is_announced(&asking, best)) {
		if (best && prefixes_have(&own->kept, &p))
			prefixes_add(&own->tried_found, &p);
		return;
	}
	prefixes_add(&own->found, &p);
}

/* guesses that were wrong, and how long that counts */
static void take_over_tried(struct avs_azure_own *own)
{
	if (own->tried.count && monotime(NULL) >= own->tried_since + TRY_SEC)
		prefixes_clear(&own->tried);
	if (!own->tried_found.count)
		return;
	if (!own->tried.count)
		own->tried_since = monotime(NULL);
	for (size_t i = 0; i < own->tried_found.count; i++)
		prefixes_add(&own->tried, &own->tried_found.array[i]);
	prefixes_sort(&own->tried);
	prefixes_clear(&own->tried_found);
}

void avs_azure_own_take(struct avs_azure_own *own, bool *lost, bool *gained)
{
	prefixes_sort(&own->found);
	*lost = any_gone(&own->own, &own->found);
	*gained = any_gone(&own->found, &own->own);
	prefixes_move(&own->own, &own->found);
	prefixes_move(&own->kept, &own->kept_found);
	take_over_tried(own);
	own->set = (struct avs_own_set){.prefixes = own->own.array, .count = own->own.count};
	own->reserved = own->reserved_found;
	own->reserved_found = (struct avs_reserved){};
}

struct avs_reserved avs_azure_own_reserved(const struct avs_azure_own *own)
{
	return own->reserved;
}

const struct avs_own_set *avs_azure_own_set(const struct avs_azure_own *own)
{
	return &own->set;
}

void avs_azure_own_retry(struct avs_azure_own *own)
{
	prefixes_clear(&own->tried);
}

void avs_azure_own_clear(struct avs_azure_own *own)
{
	prefixes_clear(&own->own);
	prefixes_clear(&own->found);
	prefixes_clear(&own->kept);
	prefixes_clear(&own->kept_found);
	prefixes_clear(&own->tried);
	prefixes_clear(&own->tried_found);
	own->set = (struct avs_own_set){};
	own->reserved = own->reserved_found = (struct avs_reserved){};
}

struct avs_azure_own *avs_azure_own_new(void)
{
	return XCALLOC(MTYPE_AVS_EDGE_OWN, sizeof(struct avs_azure_own));
}

void avs_azure_own_free(struct avs_azure_own *own)
{
	if (!own)
		return;
	avs_azure_own_clear(own);
	XFREE(MTYPE_AVS_EDGE_OWN, own);
}
