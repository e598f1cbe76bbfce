// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 11 at work: azure-edge neighbours of a customer's edge router.
 *
 * Purpose: know what this router announces to Azure, answer the in-maps of azure-edge
 * neighbours, and have routes told again when the answer is another one.
 *
 * Representation.  "Own" is the union of the Adj-RIB-Out of all azure-edge neighbours without
 * what came from Azure: a path that an azure-edge neighbour delivers, or that has a number of
 * Azure in its AS path (it comes by way of another edge router, or of another VRF).  Otherwise two
 * circuits would make each other's routes "own".
 *
 * A prefix is own as well while Azure's path for it is the best one, and one of the customer's
 * would be told to Azure were it not: once in, Azure's path could keep the customer's out for
 * ever.  Whether it would is a guess (bgpd may choose another one, and keep that back); where it
 * was wrong, so that nothing is announced although the customer's path is the best one now, it is
 * not made again for TRY_SEC seconds: else both would take turns.
 *
 * An aggregate is own while something below is the customer's.  One that consists of Azure's
 * routes would have them refused, go, let them in, and come back, for ever.
 *
 * It is collected by a walk of the table in slices, when the table's version or the number of
 * announcements has moved, and now and then anyway: bgpd has no hook for its Adj-RIB-Out.
 *
 * A second walk then looks for accepted routes that are to be refused, and where "own" has
 * lost something, or lines or lists have changed, a bounded set of refusals says whether one of
 * them may come in now.  Either has neighbours tell their routes again (RFC 2918, or from the
 * Adj-RIB-In with soft-reconfiguration inbound).  The former asks those that deliver such
 * routes, at once, and less and less often when they do not answer; the latter all of them, not
 * more often than every WIDEN_SEC seconds: a prefix of the customer's that flaps must not make
 * Azure send everything each time.
 *
 * So a route of Azure can be in the table for a second or two before it is known that this
 * router announces it as well: when bgpd starts, or a prefix is announced for the first time.
 * While sessions go and come back, what was announced before counts.
 *
 * Complexity: O(log own) per route; a look at the table is O(table * azure-edge neighbours).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "monotime.h"
#include "typesafe.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_aspath.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"

DEFINE_MTYPE_STATIC(AVS, AVS_EDGE, "AVS azure-edge state");
DEFINE_MTYPE_STATIC(AVS, AVS_EDGE_OWN, "AVS announced to Azure");
DEFINE_MTYPE_STATIC(AVS, AVS_EDGE_REFUSED, "AVS refused from Azure");

/* destinations per slice of a walk */
#define SLICE 4096
/* an unasked look at the table, and the least time between any two */
#define LOOK_SEC 30
#define GAP_SEC 1
/* after that time a session without announcements has none */
#define SETTLE_SEC 10
/* routes are asked for again at most this often when something may come in ... */
#define WIDEN_SEC 5
/* ... and, when something is to go and does not, after twice the time each time */
#define PATIENCE_SEC 5
/* a guess that was wrong is not made again for so long */
#define TRY_SEC 600
#define PATIENCE_SEC_MAX 320
/* refusals that are remembered; of the others it is known that there are some */
#define REFUSED_MAX 4096

PREDECL_HASH(refused);

struct refused {
	struct refused_item item;
	struct avs_prefix prefix, neighbor;
};

static int refused_cmp(const struct refused *a, const struct refused *b)
{
	int cmp = avs_prefix_cmp(&a->prefix, &b->prefix);

	return cmp ? cmp : avs_prefix_cmp(&a->neighbor, &b->neighbor);
}

static uint32_t refused_hash(const struct refused *r)
{
	return jhash(r->prefix.addr, sizeof(r->prefix.addr), r->prefix.len);
}

DECLARE_HASH(refused, struct refused, item, refused_cmp, refused_hash);

/* growing array of prefixes */
struct prefixes {
	struct avs_prefix *array;
	size_t count, size;
};

struct avs_azure_edge {
	struct avs_instance *inst;
	struct prefixes own; /* sorted, each once */
	struct avs_own_set set;

	struct refused_head refused;
	bool refused_more; /* ... and some that are not in it */

	struct avs_rib_walk *walk;
	bool checking;			    /* the walk is the second one */
	struct prefixes found;		    /* of the first one */
	struct prefixes kept, kept_found;   /* own though Azure's path is the best one */
	struct prefixes tried, tried_found; /* such guesses that were wrong */
	time_t tried_since;
	avs_event_t *t_walk;

	bool wanted;   /* something may have changed */
	bool lost;     /* an announcement went, or lines changed: something may come in */
	uint64_t seen; /* state of announcements at the last look */
	time_t looked; /* monotonic */

	time_t asked_all; /* monotonic: routes were asked for again */
	time_t asked_some;

	/* neighbours, by their place among the lines, that deliver what is to be refused */
	uint32_t to_refuse;
	time_t patience; /* seconds until they are asked once more */
};

/* ---- names and neighbours ---------------------------------------------- */

const char *avs_azure_edge_name(const struct avs_prefix *neighbor, char *buf, size_t size)
{
	char address[AVS_PREFIX_STRLEN];

	snprintf(buf, size, AVS_EDGE_NAME "%s",
		 avs_prefix_display(neighbor, address, sizeof(address)));
	return buf;
}

bool avs_azure_edge_is_name(const char *name)
{
	return strncmp(name, AVS_EDGE_NAME, strlen(AVS_EDGE_NAME)) == 0;
}

static const struct avs_edge_config *edge_of(const struct bgp *bgp, const struct avs_config *config,
					     const struct peer *peer)
{
	struct avs_prefix address;

	if (!config->edge_count || peer->bgp != bgp)
		return NULL;
	address = avs_from_sockunion(avs_peer_remote(peer));
	return avs_config_edge(config, &address);
}

const struct avs_edge_config *avs_azure_edge_of(const struct avs_instance *inst,
						const struct peer *peer)
{
	return edge_of(avs_instance_bgp(inst), avs_instance_effective(inst), peer);
}

/* one call for each azure-edge neighbour that is up */
static void each_up(const struct avs_instance *inst, void (*func)(struct peer *peer, void *arg),
		    void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);

	for (size_t i = 0; i < config->edge_count; i++) {
		struct peer *peer;

		if (!config->edges[i].role)
			continue;
		peer = avs_session_peer(avs_instance_bgp(inst), &config->edges[i].neighbor);
		if (peer && avs_peer_up(peer))
			func(peer, arg);
	}
}

bool avs_azure_edge_refreshable(const struct peer *peer)
{
	return CHECK_FLAG(peer->cap, AVS_CAP_REFRESH_RCV) ||
	       CHECK_FLAG(peer->af_flags[AFI_IP][SAFI_UNICAST], PEER_FLAG_SOFT_RECONFIG);
}

static void refresh_peer(struct peer *peer, void *arg)
{
	if (avs_azure_edge_refreshable(peer))
		avs_guard_refresh_peer(peer);
}

static void refresh_one(const struct avs_instance *inst, const struct avs_edge_config *neighbor)
{
	struct peer *peer = avs_session_peer(avs_instance_bgp(inst), &neighbor->neighbor);

	if (peer && avs_peer_up(peer))
		refresh_peer(peer, NULL);
}

void avs_azure_edge_refresh(const struct avs_instance *inst, const struct avs_edge_config *neighbor)
{
	if (neighbor)
		refresh_one(inst, neighbor);
	else
		each_up(inst, refresh_peer, NULL);
}

/* ---- verdicts ---------------------------------------------------------- */

static bool list_names(const struct avs_segment_rule *rule, void *arg)
{
	return avs_list_permits_prefix(rule->list, arg, NULL);
}

static struct avs_inbound verdict_of(const struct avs_config *config, const struct avs_own_set *own,
				     const struct avs_prefix *prefix)
{
	return avs_inbound_verdict(config, own, prefix, list_names, (void *)prefix);
}

/* as it is at present */
static struct avs_inbound verdict_now(const struct avs_azure_edge *edge,
				      const struct avs_prefix *prefix)
{
	return verdict_of(avs_instance_effective(edge->inst), &edge->set, prefix);
}

enum avs_reason avs_azure_edge_verdict(const struct avs_instance *inst,
				       const struct avs_edge_config *neighbor,
				       const struct prefix *prefix, struct avs_prefix *about)
{
	struct avs_prefix p = avs_from_prefix(prefix);
	struct avs_inbound verdict;
	bool conflict;
	enum avs_reason reason;

	*about = (struct avs_prefix){};
	avs_config_role(avs_instance_effective(inst), &neighbor->neighbor, &conflict);
	if (conflict)
		return AVS_REASON_CONFLICT;
	/* as bgpd does with a neighbour's in-map that is named and not defined */
	reason = avs_routemap_user_map(neighbor->map_in);
	if (reason != AVS_REASON_UNSPEC)
		return reason;
	verdict = verdict_now(avs_instance_azure_edge(inst), &p);
	*about = verdict.about;
	return verdict.reason;
}

static void remember(struct avs_azure_edge *edge, const struct refused *refusal)
{
	struct refused *entry = refused_find(&edge->refused, refusal);

	if (!entry && refused_count(&edge->refused) >= REFUSED_MAX) {
		edge->refused_more = true;
		return;
	}
	if (entry)
		return;
	entry = XCALLOC(MTYPE_AVS_EDGE_REFUSED, sizeof(*entry));
	entry->prefix = refusal->prefix;
	entry->neighbor = refusal->neighbor;
	refused_add(&edge->refused, entry);
}

static void forget(struct avs_azure_edge *edge)
{
	struct refused *entry;

	while ((entry = refused_pop(&edge->refused)))
		XFREE(MTYPE_AVS_EDGE_REFUSED, entry);
}

enum avs_reason avs_azure_edge_refuse(struct avs_instance *inst,
				      const struct avs_edge_config *neighbor,
				      const struct prefix *prefix, const struct peer *from)
{
	struct refused refusal = {.prefix = avs_from_prefix(prefix),
				  .neighbor = neighbor->neighbor};
	char name[AVS_NAME_MAX + 1];
	struct avs_prefix about;
	enum avs_reason reason = avs_azure_edge_verdict(inst, neighbor, prefix, &about);

	if (reason == AVS_REASON_UNSPEC)
		return AVS_REASON_UNSPEC;
	/* a default is refused whatever is announced */
	if (about.family)
		remember(avs_instance_azure_edge(inst), &refusal);
	avs_azure_edge_name(&neighbor->neighbor, name, sizeof(name));
	AVS_DEBUG(guard, "%s: %pFX from %s: %s", avs_instance_name(inst), prefix, from->host,
		  avs_reason_name(reason));
	avs_instance_leak(inst, name, prefix, reason, from, false);
	return reason;
}

void avs_azure_edge_forget(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = avs_instance_azure_edge(inst);

	edge->refused_more |= refused_count(&edge->refused) > 0;
	forget(edge);
}

/* ---- what is announced ------------------------------------------------- */

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

static bool is_edge_as(const struct bgp *bgp, const struct avs_config *config, as_t as)
{
	for (size_t i = 0; i < config->edge_count; i++) {
		const struct peer *peer;

		if (!config->edges[i].role)
			continue;
		peer = avs_session_peer(bgp, &config->edges[i].neighbor);
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
static bool from_azure(const struct bgp *bgp, const struct avs_config *config,
		       const struct bgp_path_info *pi)
{
	const struct assegment *first = pi->attr->aspath ? pi->attr->aspath->segments : NULL;

	if (pi->peer != bgp->peer_self && edge_of(bgp, config, pi->peer))
		return true;
	if (pi->peer->sort == BGP_PEER_IBGP && first && first->length &&
	    is_edge_as(bgp, config, first->as[0]))
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
static bool is_customers(const struct bgp *bgp, const struct avs_config *config,
			 const struct bgp_path_info *pi)
{
	return !BGP_PATH_HOLDDOWN(pi) && !is_aggregate(pi) && !avs_rib_is_ours(pi) &&
	       !from_azure(bgp, config, pi);
}

/* what is asked of a destination, of one peer or of all azure-edge neighbours */
struct asking {
	const struct avs_instance *inst;
	struct peer *only;
	const struct bgp *bgp;
	const struct avs_config *config;
	struct bgp_dest *dest;
	const struct bgp_path_info *path;
	bool announced;
};

static void ask(struct asking *asking, void (*func)(struct peer *peer, void *arg))
{
	if (asking->only)
		func(asking->only, asking);
	else
		each_up(asking->inst, func, asking);
}

static void ask_announced(struct peer *peer, void *arg)
{
	struct asking *asking = arg;

	asking->announced = asking->announced || avs_rib_sent_dest(peer, asking->dest);
}

static void ask_would(struct peer *peer, void *arg)
{
	struct asking *asking = arg;

	asking->announced =
		asking->announced || avs_rib_would_send(peer, asking->dest, asking->path);
}

static bool feeds_aggregate(const struct bgp_path_info *pi, void *arg)
{
	const struct asking *asking = arg;

	return is_customers(asking->bgp, asking->config, pi);
}

/* Would Azure be told one of the customer's paths if its own one were not the best? */
static bool is_kept_out(struct asking *asking)
{
	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(asking->dest);
	     pi && !asking->announced; pi = pi->next) {
		if (!is_customers(asking->bgp, asking->config, pi))
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

static bool prefixes_have(const struct prefixes *list, const struct avs_prefix *prefix)
{
	return list->count &&
	       bsearch(prefix, list->array, list->count, sizeof(*list->array), prefix_order);
}

static void collect(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct avs_azure_edge *edge = arg;
	const struct bgp_path_info *best = avs_rib_selected(dest);
	struct avs_prefix p = avs_from_prefix(prefix);
	struct asking asking = {
		.inst = edge->inst,
		.bgp = avs_instance_bgp(edge->inst),
		.config = avs_instance_effective(edge->inst),
		.dest = dest,
	};

	if (best && from_azure(asking.bgp, asking.config, best)) {
		if (prefixes_have(&edge->tried, &p) || !is_kept_out(&asking))
			return;
		prefixes_add(&edge->kept_found, &p);
	} else if (!is_announced(&asking, best)) {
		if (best && prefixes_have(&edge->kept, &p))
			prefixes_add(&edge->tried_found, &p);
		return;
	}
	prefixes_add(&edge->found, &p);
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

/* guesses that were wrong, and how long that counts */
static void take_over_tried(struct avs_azure_edge *edge)
{
	if (edge->tried.count && monotime(NULL) >= edge->tried_since + TRY_SEC)
		prefixes_clear(&edge->tried);
	if (!edge->tried_found.count)
		return;
	if (!edge->tried.count)
		edge->tried_since = monotime(NULL);
	for (size_t i = 0; i < edge->tried_found.count; i++)
		prefixes_add(&edge->tried, &edge->tried_found.array[i]);
	prefixes_sort(&edge->tried);
	prefixes_clear(&edge->tried_found);
}

/* what the first walk found is what is announced */
static void take_over(struct avs_azure_edge *edge)
{
	prefixes_sort(&edge->found);
	edge->lost |= any_gone(&edge->own, &edge->found);
	/* what has come is refused at once, whoever did not answer before */
	if (any_gone(&edge->found, &edge->own))
		edge->patience = 0;
	if (edge->own.count != edge->found.count)
		AVS_DEBUG(guard, "%s: %zu prefixes are announced to Azure",
			  avs_instance_name(edge->inst), edge->found.count);
	prefixes_move(&edge->own, &edge->found);
	prefixes_move(&edge->kept, &edge->kept_found);
	take_over_tried(edge);
	edge->set = (struct avs_own_set){.prefixes = edge->own.array, .count = edge->own.count};
}

/* ---- what is accepted -------------------------------------------------- */

static bool is_accepted(const struct bgp_path_info *pi)
{
	return !CHECK_FLAG(pi->flags, BGP_PATH_REMOVED) && !CHECK_FLAG(pi->flags, BGP_PATH_HISTORY);
}

/* in to_refuse.  There are 16 of them; of more, two would be asked together. */
static uint32_t bit_of(const struct avs_config *config, const struct avs_edge_config *neighbor)
{
	return UINT32_C(1) << (neighbor - config->edges) % 32;
}

static void check(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct avs_azure_edge *edge = arg;
	const struct avs_config *config = avs_instance_effective(edge->inst);
	struct avs_prefix p = avs_from_prefix(prefix);

	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next) {
		const struct avs_edge_config *from = avs_azure_edge_of(edge->inst, pi->peer);
		uint32_t bit = from ? bit_of(config, from) : 0;

		/* who cannot be asked would be asked again and again */
		if (from && !(edge->to_refuse & bit) && is_accepted(pi) && avs_peer_up(pi->peer) &&
		    avs_azure_edge_refreshable(pi->peer) &&
		    verdict_now(edge, &p).reason != AVS_REASON_UNSPEC)
			edge->to_refuse |= bit;
	}
}

/* refusals of neighbours that tell nothing any more */
static void forget_gone(struct avs_azure_edge *edge)
{
	const struct avs_config *config = avs_instance_effective(edge->inst);
	struct refused *entry;

	frr_each_safe (refused, &edge->refused, entry) {
		struct peer *peer = NULL;

		if (avs_config_edge(config, &entry->neighbor))
			peer = avs_session_peer(avs_instance_bgp(edge->inst), &entry->neighbor);
		if (peer && avs_peer_up(peer))
			continue;
		refused_del(&edge->refused, entry);
		XFREE(MTYPE_AVS_EDGE_REFUSED, entry);
	}
}

/* is something refused that may come in? */
static bool may_come_in(const struct avs_azure_edge *edge)
{
	const struct refused *entry;

	frr_each (refused_const, &edge->refused, entry)
		if (verdict_now(edge, &entry->prefix).reason == AVS_REASON_UNSPEC)
			return true;
	return edge->refused_more;
}

static void ask_all(struct avs_azure_edge *edge)
{
	AVS_DEBUG(guard, "%s: azure-edge neighbors are to tell their routes again: %s",
		  avs_instance_name(edge->inst), "some may be accepted now");
	edge->asked_all = monotime(NULL);
	edge->refused_more = false;
	forget(edge);
	avs_azure_edge_refresh(edge->inst, NULL);
}

static void ask_some(struct avs_azure_edge *edge)
{
	const struct avs_config *config = avs_instance_effective(edge->inst);

	AVS_DEBUG(guard, "%s: azure-edge neighbors are to tell their routes again: %s",
		  avs_instance_name(edge->inst), "some are not accepted any more");
	edge->asked_some = monotime(NULL);
	edge->patience = edge->patience ? MIN(2 * edge->patience, PATIENCE_SEC_MAX) : PATIENCE_SEC;
	for (size_t i = 0; i < config->edge_count; i++)
		if (edge->to_refuse & bit_of(config, &config->edges[i]))
			refresh_one(edge->inst, &config->edges[i]);
}

static void settle(struct avs_azure_edge *edge)
{
	time_t now = monotime(NULL);

	forget_gone(edge);
	if (!edge->to_refuse)
		edge->patience = 0;
	if (!edge->lost || !may_come_in(edge)) {
		edge->lost = false;
	} else if (now >= MAX(edge->asked_all, edge->asked_some) + WIDEN_SEC) {
		edge->lost = false;
		ask_all(edge);
		/* they tell what is to be refused as well */
		return;
	} else {
		/* not now: look again */
		edge->wanted = true;
	}
	if (!edge->to_refuse)
		return;
	if (now >= edge->asked_some + edge->patience)
		ask_some(edge);
	else
		/* after a moment the next look comes by itself */
		edge->wanted |= edge->patience == PATIENCE_SEC;
}

/* ---- looking ----------------------------------------------------------- */

static void walk_event(avs_event_t *event);

static void walk_begin(struct avs_azure_edge *edge, bool checking)
{
	edge->checking = checking;
	edge->walk = avs_rib_walk_begin(avs_instance_bgp(edge->inst));
	avs_event_soon(walk_event, edge, &edge->t_walk);
}

static void walk_end(struct avs_azure_edge *edge)
{
	avs_event_off(&edge->t_walk);
	avs_rib_walk_end(edge->walk);
	edge->walk = NULL;
}

static void walk_event(avs_event_t *event)
{
	struct avs_azure_edge *edge = AVS_EVENT_ARG(event);
	bool checking = edge->checking;

	if (!avs_rib_walk_next(edge->walk, SLICE, checking ? check : collect, edge)) {
		avs_event_soon(walk_event, edge, &edge->t_walk);
		return;
	}
	walk_end(edge);
	if (!checking) {
		take_over(edge);
		edge->to_refuse = 0;
		walk_begin(edge, true);
		return;
	}
	settle(edge);
}

/* is there an azure-edge neighbour at all, or only lines that wait for one? */
static bool any_role(const struct avs_config *config)
{
	for (size_t i = 0; i < config->edge_count; i++)
		if (config->edges[i].role)
			return true;
	return false;
}

/* announcements and neighbours at a glance */
struct glance {
	uint64_t state; /* moves when one of them comes or goes */
	bool any;	/* something is announced */
	bool settled;	/* a neighbour is up, and none has come up just now */
};

static void glance_at(struct peer *peer, void *arg)
{
	struct glance *glance = arg;
	uint32_t sent = avs_rib_sent_count(peer);

	glance->state = glance->state * 31 +
			jhash_2words(sent, peer->established, (uint32_t)glance->state) + 1;
	glance->any |= sent > 0;
	glance->settled &= monotime(NULL) - peer->uptime >= SETTLE_SEC;
}

static struct glance glance_now(const struct avs_azure_edge *edge)
{
	struct glance glance = {.settled = true};

	each_up(edge->inst, glance_at, &glance);
	glance.settled &= glance.state != 0;
	glance.state += avs_rib_version(avs_instance_bgp(edge->inst));
	return glance;
}

void avs_azure_edge_changed(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = avs_instance_azure_edge(inst);

	edge->wanted = edge->lost = true;
	edge->patience = 0;
	/* what was wrong may be right now */
	prefixes_clear(&edge->tried);
}

void avs_azure_edge_poll(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = avs_instance_azure_edge(inst);
	struct glance glance;

	if (edge->walk)
		return;
	if (!any_role(avs_instance_effective(inst))) {
		forget(edge);
		prefixes_clear(&edge->own);
		edge->set = (struct avs_own_set){};
		return;
	}
	glance = glance_now(edge);
	/* its first routes come in before ours are out: what was announced before counts */
	if (!glance.any && !glance.settled)
		return;
	if (monotime(NULL) <
	    edge->looked + (edge->wanted || glance.state != edge->seen ? GAP_SEC : LOOK_SEC))
		return;
	edge->wanted = false;
	edge->seen = glance.state;
	edge->looked = monotime(NULL);
	walk_begin(edge, false);
}

/* ---- reads ------------------------------------------------------------- */

struct avs_prefix avs_azure_edge_inside(const struct avs_instance *inst)
{
	const struct avs_azure_edge *edge = avs_instance_azure_edge(inst);
	struct avs_prefix first = {};
	const struct refused *entry;

	frr_each (refused_const, &edge->refused, entry) {
		/* what it lay in may be another one by now */
		struct avs_inbound verdict = verdict_now(edge, &entry->prefix);

		if (verdict.reason == AVS_REASON_EDGE_INSIDE &&
		    (!first.family || avs_prefix_cmp(&verdict.about, &first) < 0))
			first = verdict.about;
	}
	return first;
}

/* a question about everything that one peer delivers */
struct delivered {
	const struct avs_config *config;
	const struct peer *peer;
	struct prefixes sent; /* the customer's own, as far as it is told this peer */
	struct avs_own_set own;
	uint32_t accepted, supernets;
	struct avs_prefix lost, about; /* family 0: nothing */
};

static void count_delivered(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct delivered *d = arg;
	struct avs_prefix p = avs_from_prefix(prefix);

	for (const struct bgp_path_info *pi = bgp_dest_get_bgp_path_info(dest); pi; pi = pi->next) {
		struct avs_inbound verdict;

		if (pi->peer != d->peer || !is_accepted(pi))
			continue;
		d->accepted++;
		d->supernets += avs_inbound_is_supernet(&d->own, &p);
		verdict = verdict_of(d->config, &d->own, &p);
		if (!d->lost.family && verdict.about.family) {
			d->lost = p;
			d->about = verdict.about;
		}
	}
}

static void collect_sent(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct delivered *d = arg;
	const struct bgp_path_info *best = avs_rib_selected(dest);
	struct avs_prefix p = avs_from_prefix(prefix);
	struct asking asking = {
		.only = (struct peer *)d->peer,
		.bgp = d->peer->bgp,
		.config = d->config,
		.dest = dest,
	};

	if (best && (best->peer == d->peer || from_azure(asking.bgp, d->config, best))
		    ? is_kept_out(&asking)
		    : is_announced(&asking, best))
		prefixes_add(&d->sent, &p);
}

static void walk_all(struct delivered *d,
		     void (*func)(const struct prefix *prefix, struct bgp_dest *dest, void *arg))
{
	struct avs_rib_walk *walk = avs_rib_walk_begin(d->peer->bgp);

	while (!avs_rib_walk_next(walk, SLICE, func, d))
		;
	avs_rib_walk_end(walk);
}

uint32_t avs_azure_edge_accepted(const struct avs_instance *inst, const struct peer *peer,
				 uint32_t *supernets)
{
	struct delivered d = {
		.config = avs_instance_effective(inst),
		.peer = peer,
		.own = avs_instance_azure_edge(inst)->set,
	};

	walk_all(&d, count_delivered);
	*supernets = d.supernets;
	return d.accepted;
}

bool avs_azure_edge_would_lose(const struct avs_config *config, const struct peer *peer,
			       struct avs_prefix *lost, struct avs_prefix *about)
{
	struct delivered d = {.config = config, .peer = peer};

	walk_all(&d, collect_sent);
	prefixes_sort(&d.sent);
	d.own = (struct avs_own_set){.prefixes = d.sent.array, .count = d.sent.count};
	walk_all(&d, count_delivered);
	prefixes_clear(&d.sent);
	*lost = d.lost;
	*about = d.about;
	return d.lost.family;
}

/* ---- life -------------------------------------------------------------- */

struct avs_azure_edge *avs_azure_edge_new(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = XCALLOC(MTYPE_AVS_EDGE, sizeof(*edge));

	edge->inst = inst;
	refused_init(&edge->refused);
	return edge;
}

void avs_azure_edge_free(struct avs_azure_edge *edge)
{
	if (!edge)
		return;
	walk_end(edge);
	forget(edge);
	refused_fini(&edge->refused);
	prefixes_clear(&edge->own);
	prefixes_clear(&edge->found);
	prefixes_clear(&edge->kept);
	prefixes_clear(&edge->kept_found);
	prefixes_clear(&edge->tried);
	prefixes_clear(&edge->tried_found);
	XFREE(MTYPE_AVS_EDGE, edge);
}
