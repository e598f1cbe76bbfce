// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 11 at work: azure-edge neighbours of a customer's edge router.
 *
 * Purpose: know what this router announces to Azure, answer the in-maps of azure-edge
 * neighbours, and have routes told again when the answer is another one.
 *
 * What is announced, and is the customer's, is avs_azure_own.c's.  It is collected by a walk of
 * the table in slices, when the table's version or the number of announcements has moved, and
 * now and then anyway: bgpd has no hook for its Adj-RIB-Out.
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
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_azure_own.h"
#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_session.h"

DEFINE_MTYPE_STATIC(AVS, AVS_EDGE, "AVS azure-edge state");
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

struct avs_azure_edge {
	struct avs_instance *inst;
	struct avs_azure_own *own;

	struct refused_head refused;
	bool refused_more; /* ... and some that are not in it */

	struct avs_rib_walk *walk;
	bool checking; /* the walk is the second one */
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

const struct avs_edge_config *avs_azure_edge_of(const struct avs_instance *inst,
						const struct peer *peer)
{
	return avs_session_edge(avs_instance_bgp(inst), avs_instance_effective(inst), peer);
}

static void each_up(const struct avs_instance *inst, void (*func)(struct peer *peer, void *arg),
		    void *arg)
{
	avs_session_each_edge(avs_instance_bgp(inst), avs_instance_effective(inst), func, arg);
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

void avs_azure_edge_refresh(const struct avs_instance *inst, const struct avs_edge_config *neighbor)
{
	struct peer *peer;

	if (!neighbor) {
		each_up(inst, refresh_peer, NULL);
		return;
	}
	peer = avs_session_peer(avs_instance_bgp(inst), &neighbor->neighbor);
	if (peer && avs_peer_up(peer))
		refresh_peer(peer, NULL);
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
	return verdict_of(avs_instance_effective(edge->inst), avs_azure_own_set(edge->own), prefix);
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

static void collect(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct avs_azure_edge *edge = arg;
	const struct avs_azure_view view = {
		.bgp = avs_instance_bgp(edge->inst),
		.config = avs_instance_effective(edge->inst),
	};

	avs_azure_own_collect(edge->own, &view, prefix, dest);
}

/* what the first walk found is what is announced */
static void take_over(struct avs_azure_edge *edge)
{
	bool lost, gained;

	avs_azure_own_take(edge->own, &lost, &gained);
	edge->lost |= lost;
	/* what has come is refused at once, whoever did not answer before */
	if (gained)
		edge->patience = 0;
	if (lost || gained)
		AVS_DEBUG(guard, "%s: %zu prefixes are announced to Azure",
			  avs_instance_name(edge->inst), avs_azure_own_set(edge->own)->count);
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
	AVS_DEBUG(
		guard,
		"%s: azure-edge neighbors are to tell their routes again: some may be accepted now",
		avs_instance_name(edge->inst));
	edge->asked_all = monotime(NULL);
	edge->refused_more = false;
	forget(edge);
	avs_azure_edge_refresh(edge->inst, NULL);
}

static void ask_some(struct avs_azure_edge *edge)
{
	const struct avs_config *config = avs_instance_effective(edge->inst);

	AVS_DEBUG(
		guard,
		"%s: azure-edge neighbors are to tell their routes again: some are not accepted any more",
		avs_instance_name(edge->inst));
	edge->asked_some = monotime(NULL);
	edge->patience = edge->patience ? MIN(2 * edge->patience, PATIENCE_SEC_MAX) : PATIENCE_SEC;
	for (size_t i = 0; i < config->edge_count; i++)
		if (edge->to_refuse & bit_of(config, &config->edges[i]))
			avs_azure_edge_refresh(edge->inst, &config->edges[i]);
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

static void avs_edge_walk_event(avs_event_t *event);

static void walk_begin(struct avs_azure_edge *edge, bool checking)
{
	edge->checking = checking;
	edge->walk = avs_rib_walk_begin(avs_instance_bgp(edge->inst));
	avs_event_soon(avs_edge_walk_event, edge, &edge->t_walk);
}

static void walk_end(struct avs_azure_edge *edge)
{
	avs_event_off(&edge->t_walk);
	avs_rib_walk_end(edge->walk);
	edge->walk = NULL;
}

static void avs_edge_walk_event(avs_event_t *event)
{
	struct avs_azure_edge *edge = AVS_EVENT_ARG(event);
	bool checking = edge->checking;

	if (!avs_rib_walk_next(edge->walk, SLICE, checking ? check : collect, edge)) {
		avs_event_soon(avs_edge_walk_event, edge, &edge->t_walk);
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
	uint32_t sent = avs_adj_out_count(peer);

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
	avs_azure_own_retry(edge->own);
}

void avs_azure_edge_poll(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = avs_instance_azure_edge(inst);
	struct glance glance;

	if (edge->walk)
		return;
	if (!any_role(avs_instance_effective(inst))) {
		forget(edge);
		edge->refused_more = false;
		avs_azure_own_clear(edge->own);
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

struct avs_reserved avs_azure_edge_reserved(const struct avs_instance *inst)
{
	return avs_azure_own_reserved(avs_instance_azure_edge(inst)->own);
}

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
	struct avs_azure_own *sent; /* the customer's own, as far as it is told this peer */
	const struct avs_own_set *own;
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
		d->supernets += avs_inbound_is_supernet(d->own, &p);
		verdict = verdict_of(d->config, d->own, &p);
		if (!d->lost.family && verdict.about.family) {
			d->lost = p;
			d->about = verdict.about;
		}
	}
}

static void collect_sent(const struct prefix *prefix, struct bgp_dest *dest, void *arg)
{
	struct delivered *d = arg;
	const struct avs_azure_view view = {
		.bgp = d->peer->bgp,
		.config = d->config,
		.only = (struct peer *)d->peer,
	};

	avs_azure_own_collect(d->sent, &view, prefix, dest);
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
		.own = avs_azure_own_set(avs_instance_azure_edge(inst)->own),
	};

	walk_all(&d, count_delivered);
	*supernets = d.supernets;
	return d.accepted;
}

bool avs_azure_edge_would_lose(const struct avs_config *config, const struct peer *peer,
			       struct avs_prefix *lost, struct avs_prefix *about)
{
	struct delivered d = {.config = config, .peer = peer, .sent = avs_azure_own_new()};
	bool gone, come;

	walk_all(&d, collect_sent);
	avs_azure_own_take(d.sent, &gone, &come);
	d.own = avs_azure_own_set(d.sent);
	walk_all(&d, count_delivered);
	avs_azure_own_free(d.sent);
	*lost = d.lost;
	*about = d.about;
	return d.lost.family;
}

/* ---- life -------------------------------------------------------------- */

struct avs_azure_edge *avs_azure_edge_new(struct avs_instance *inst)
{
	struct avs_azure_edge *edge = XCALLOC(MTYPE_AVS_EDGE, sizeof(*edge));

	edge->inst = inst;
	edge->own = avs_azure_own_new();
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
	avs_azure_own_free(edge->own);
	XFREE(MTYPE_AVS_EDGE, edge);
}
