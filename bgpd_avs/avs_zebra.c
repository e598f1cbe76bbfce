// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts from zebra, and discard routes.
 *
 * Purpose: know which non-BGP routes this router has (`when-present ... from
 * zebra`, the way to the Route Servers), and keep a discard route in the
 * kernel for every supernet that is announced with next hop self, so that
 * traffic for addresses nobody has does not loop back to Azure's fabric.
 *
 * Representation: a second zebra client of this process with an instance
 * number of its own.  zebra keys routes by (type, instance): ours never
 * overwrites bgpd's own route of the same prefix, `redistribute bgp` of other
 * daemons does not carry it (it asks for instance 0), and zebra removes it
 * when this process dies.
 *
 * libfrr would hand interface and VRF events of this client to bgpd's handlers
 * a second time, and bgpd counts them.  So the client reads its socket itself
 * and looks at redistributed routes only.  (A client that calls itself
 * synchronous is spared those events, but also never hears of a route that
 * goes.)
 *
 * Invariants: a discard route is never installed while it would be the best
 * route to a neighbour or to a next hop that bgpd tracks: the prefix contains
 * the address, and no route longer than the prefix leads there.  So it can
 * neither cut the session that made it, nor make an unreachable next hop look
 * reachable and turn learned routes into black holes.  Only the default VRF is
 * known; elsewhere there are none.
 *
 * Complexity: a look-up is O(32); a change of the routes makes one pass over
 * the wanted discard routes.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "linklist.h"
#include "prefix.h"
#include "privs.h"
#include "table.h"
#include "typesafe.h"
#include "zclient.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_nexthop.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_zebra.h"

extern struct zebra_privs_t bgpd_privs;

DEFINE_MTYPE_STATIC(AVS, AVS_DISCARD, "AVS discard route");

/* instance number of our client; bgpd itself is 0, and zebra keeps 8 bits of it */
#define CLIENT_INSTANCE 251
/* worse than every real route of the same prefix */
#define DISCARD_DISTANCE 254
/* zebra is restarted within seconds */
#define RECONNECT_MSEC 1000
/* routes beyond this are not remembered; what depends on them does not hold */
#define ROUTES_MAX 50000

static const int route_types[] = {ZEBRA_ROUTE_KERNEL, ZEBRA_ROUTE_CONNECT, ZEBRA_ROUTE_STATIC,
				  ZEBRA_ROUTE_RIP,    ZEBRA_ROUTE_OSPF,	   ZEBRA_ROUTE_ISIS,
				  ZEBRA_ROUTE_EIGRP,  ZEBRA_ROUTE_TABLE,   ZEBRA_ROUTE_PBR};

PREDECL_RBTREE_UNIQ(avs_discards);
struct avs_discard {
	struct avs_discards_item item;
	struct bgp *bgp;
	struct avs_prefix prefix;
	bool installed;
};

static int discard_cmp(const struct avs_discard *a, const struct avs_discard *b)
{
	if (a->bgp != b->bgp)
		return a->bgp < b->bgp ? -1 : 1;
	return avs_prefix_cmp(&a->prefix, &b->prefix);
}
DECLARE_RBTREE_UNIQ(avs_discards, struct avs_discard, item, discard_cmp);

static struct zclient *client;
static bool connected;
/* node->info: bit mask of the route types that have this prefix */
static struct route_table *routes;
static unsigned int route_count;
static struct avs_discards_head discards = INIT_RBTREE_UNIQ(discards);
static avs_event_t *t_changed;
static avs_event_t *t_start;

static bool follows(const struct bgp *bgp)
{
	return client && bgp->vrf_id == VRF_DEFAULT && bgp->inst_type != BGP_INSTANCE_TYPE_VIEW;
}

/* ---- routes ------------------------------------------------------------ */

bool avs_zebra_has_route(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct prefix p = avs_to_prefix(prefix);
	struct route_node *rn;

	if (!follows(bgp) || p.family != AF_INET)
		return false;
	rn = route_node_lookup(routes, &p);
	if (!rn)
		return false;
	route_unlock_node(rn);
	return true;
}

struct avs_prefix avs_zebra_longest(const struct bgp *bgp, const struct avs_prefix *address,
				    bool *known)
{
	struct prefix p = avs_to_prefix(address);
	struct avs_prefix found = {};
	struct route_node *rn;

	*known = follows(bgp) && connected;
	if (!*known || p.family != AF_INET)
		return found;
	rn = route_node_match(routes, &p);
	if (!rn)
		return found;
	found = avs_from_prefix(&rn->p);
	route_unlock_node(rn);
	return found;
}

/* ---- discard routes ---------------------------------------------------- */

static void send_discard(struct avs_discard *discard, bool install)
{
	struct zapi_route api = {
		.vrf_id = discard->bgp->vrf_id,
		.type = ZEBRA_ROUTE_BGP,
		.instance = CLIENT_INSTANCE,
		.safi = SAFI_UNICAST,
		.prefix = avs_to_prefix(&discard->prefix),
	};

	discard->installed = install;
	if (!connected)
		return;
	if (install) {
		SET_FLAG(api.message, ZAPI_MESSAGE_DISTANCE);
		api.distance = DISCARD_DISTANCE;
		zapi_route_set_blackhole(&api, BLACKHOLE_NULL);
	}
	zclient_route_send(install ? ZEBRA_ROUTE_ADD : ZEBRA_ROUTE_DELETE, client, &api);
}

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

static bool captures_of(const struct avs_discard *discard, struct bgp *bgp)
{
	struct bgp_nexthop_cache *bnc;
	struct listnode *node;
	struct peer *peer;

	for (ALL_LIST_ELEMENTS_RO(bgp->peer, node, peer)) {
		struct avs_prefix address = avs_from_sockunion(avs_peer_remote(peer));

		if (!CHECK_FLAG(peer->sflags, PEER_STATUS_GROUP) && captures(discard, &address))
			return true;
	}
	frr_each (bgp_nexthop_cache, &bgp->nexthop_cache_table[AFI_IP], bnc) {
		struct avs_prefix address = avs_from_prefix(&bnc->prefix);

		if (captures(discard, &address))
			return true;
	}
	return false;
}

static bool would_capture(const struct avs_discard *discard)
{
	struct listnode *node;
	struct bgp *bgp;

	/* views share the kernel's table */
	for (ALL_LIST_ELEMENTS_RO(bm->bgp, node, bgp))
		if (bgp->vrf_id == discard->bgp->vrf_id && captures_of(discard, bgp))
			return true;
	return false;
}

static void settle(struct avs_discard *discard)
{
	bool install = connected && !would_capture(discard);

	if (install != discard->installed)
		send_discard(discard, install);
}

static struct avs_discard *discard_find(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct avs_discard ref = {.bgp = (struct bgp *)bgp, .prefix = *prefix};

	return avs_discards_find(&discards, &ref);
}

void avs_zebra_discard(struct bgp *bgp, const struct avs_prefix *prefix, bool install)
{
	struct avs_discard *discard = discard_find(bgp, prefix);

	if (!install) {
		if (!discard)
			return;
		if (discard->installed)
			send_discard(discard, false);
		avs_discards_del(&discards, discard);
		XFREE(MTYPE_AVS_DISCARD, discard);
		return;
	}
	/* never for a default, whoever asks */
	if (!follows(bgp) || prefix->len == 0 || bgp_option_check(BGP_OPT_NO_FIB))
		return;
	if (!discard) {
		discard = XCALLOC(MTYPE_AVS_DISCARD, sizeof(*discard));
		discard->bgp = bgp;
		discard->prefix = *prefix;
		avs_discards_add(&discards, discard);
	}
	settle(discard);
}

bool avs_zebra_discard_held(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	const struct avs_discard *discard = discard_find(bgp, prefix);

	return discard && !discard->installed;
}

bool avs_zebra_discard_installed(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	const struct avs_discard *discard = discard_find(bgp, prefix);

	return discard && discard->installed;
}

/* ---- zebra ------------------------------------------------------------- */

static void mark_conditions(struct avs_instance *inst, void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);

	for (size_t i = 0; i < config->condition_count; i++)
		if (config->conditions[i].from == AVS_FROM_ZEBRA) {
			avs_instance_mark_plan(inst, "zebra routes");
			return;
		}
}

static void avs_zebra_changed_event(avs_event_t *event)
{
	struct avs_discard *discard;

	frr_each (avs_discards, &discards, discard)
		settle(discard);
	avs_instance_each(mark_conditions, NULL);
}

static void routes_changed(void)
{
	avs_event_soon(avs_zebra_changed_event, NULL, &t_changed);
}

static void route_add(const struct prefix *p, int type)
{
	struct route_node *rn;

	if (route_count >= ROUTES_MAX)
		return;
	rn = route_node_get(routes, p);
	if (rn->info) {
		rn->info = (void *)((uintptr_t)rn->info | (uintptr_t)1 << type);
		route_unlock_node(rn);
		return;
	}
	rn->info = (void *)((uintptr_t)1 << type);
	route_count++;
}

static void route_delete(const struct prefix *p, int type)
{
	struct route_node *rn = route_node_lookup(routes, p);

	if (!rn)
		return;
	rn->info = (void *)((uintptr_t)rn->info & ~((uintptr_t)1 << type));
	if (!rn->info) {
		route_count--;
		route_unlock_node(rn);
	}
	route_unlock_node(rn);
}

static void read_route(uint16_t command, vrf_id_t vrf_id)
{
	struct zapi_route api;
	struct prefix p;

	if (zapi_route_decode(client->ibuf, &api) < 0)
		return;
	if (vrf_id != VRF_DEFAULT || api.prefix.family != AF_INET ||
	    CHECK_FLAG(api.message, ZAPI_MESSAGE_SRCPFX))
		return;
	p = api.prefix;
	apply_mask(&p);
	if (command == ZEBRA_REDISTRIBUTE_ROUTE_ADD) {
		/* an add replaces what another protocol had there */
		for (unsigned int i = 0; i < array_size(route_types); i++)
			if (route_types[i] != api.type)
				route_delete(&p, route_types[i]);
		route_add(&p, api.type);
	} else {
		route_delete(&p, api.type);
	}
	routes_changed();
}

static void avs_zebra_start_event(avs_event_t *event)
{
	/* when it fails, libfrr tries again */
	zclient_start(client);
}

static void connection_lost(void)
{
	connected = false;
	zclient_stop(client);
	avs_event_timer_msec(avs_zebra_start_event, NULL, RECONNECT_MSEC, &t_start);
}

/* more of the message at hand, up to so many bytes; false: not all of it is there yet */
static bool read_up_to(size_t bytes)
{
	size_t have = stream_get_endp(client->ibuf);
	ssize_t got;

	if (have >= bytes)
		return true;
	got = stream_read_try(client->ibuf, client->sock, bytes - have);
	/* -2: nothing to read at the moment */
	if (got == 0 || got == -1) {
		connection_lost();
		return false;
	}
	return got == (ssize_t)(bytes - have);
}

static void avs_zebra_read_event(avs_event_t *event);

static void read_more(void)
{
	if (client->sock >= 0)
		avs_event_read(avs_zebra_read_event, NULL, client->sock, &client->t_read);
}

static void avs_zebra_read_event(avs_event_t *event)
{
	uint16_t length, command;
	uint8_t marker, version;
	vrf_id_t vrf_id;

	if (!read_up_to(ZEBRA_HEADER_SIZE)) {
		read_more();
		return;
	}
	stream_set_getp(client->ibuf, 0);
	length = stream_getw(client->ibuf);
	marker = stream_getc(client->ibuf);
	version = stream_getc(client->ibuf);
	vrf_id = stream_getl(client->ibuf);
	command = stream_getw(client->ibuf);
	if (marker != ZEBRA_HEADER_MARKER || version != ZSERV_VERSION ||
	    length < ZEBRA_HEADER_SIZE || length > STREAM_SIZE(client->ibuf)) {
		zlog_warn("AVS: zebra speaks another protocol: no discard routes");
		connection_lost();
		return;
	}
	if (!read_up_to(length)) {
		read_more();
		return;
	}
	if (command == ZEBRA_REDISTRIBUTE_ROUTE_ADD || command == ZEBRA_REDISTRIBUTE_ROUTE_DEL)
		read_route(command, vrf_id);
	stream_reset(client->ibuf);
	read_more();
}

static void routes_clear(void)
{
	for (struct route_node *rn = route_top(routes); rn; rn = route_next(rn))
		if (rn->info) {
			rn->info = NULL;
			route_unlock_node(rn);
		}
	route_count = 0;
}

/* zebra is new: it has none of our routes, and will tell its own again */
static void zebra_connected(struct zclient *zclient)
{
	struct avs_discard *discard;

	/* from here on we read, not libfrr */
	avs_event_off(&zclient->t_read);
	read_more();
	routes_clear();
	connected = true;
	frr_each (avs_discards, &discards, discard)
		discard->installed = false;
	/* zclient_start() sends the registrations that it remembers only for bgpd */
	for (unsigned int i = 0; i < array_size(route_types); i++) {
		avs_compat_vrf_bitmap_unset(&zclient->redist[AFI_IP][route_types[i]], VRF_DEFAULT);
		zclient_redistribute(ZEBRA_REDISTRIBUTE_ADD, zclient, AFI_IP, route_types[i], 0,
				     VRF_DEFAULT);
	}
	routes_changed();
}

void avs_zebra_init(void)
{
	routes = route_table_init();
	if (bgp_option_check(BGP_OPT_NO_ZEBRA))
		return;
	client = zclient_new(bm->master, &zclient_options_default, NULL, 0);
	zclient_init(client, ZEBRA_ROUTE_BGP, CLIENT_INSTANCE, &bgpd_privs);
	client->zebra_connected = zebra_connected;
}

void avs_zebra_fini(void)
{
	struct avs_discard *discard;

	avs_event_off(&t_changed);
	avs_event_off(&t_start);
	while ((discard = avs_discards_pop(&discards)))
		XFREE(MTYPE_AVS_DISCARD, discard);
	if (client) {
		zclient_stop(client);
		zclient_free(client);
		client = NULL;
	}
	connected = false;
	if (routes) {
		routes_clear();
		route_table_finish(routes);
		routes = NULL;
	}
}
