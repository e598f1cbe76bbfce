// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts from zebra, and the way to it.
 *
 * Purpose: know which non-BGP routes this router has, and where they lead (`when-present ... from
 * zebra`, the way to the Route Servers, what a discard route would take), and give zebra the
 * discard routes.
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
 * Invariants: a gateway is counted once for every route that has it.  Only the default VRF is
 * known; elsewhere there are no routes.
 *
 * Complexity: a look-up is O(32).
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

#include "bgpd_avs/avs_discard.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_zebra.h"

extern struct zebra_privs_t bgpd_privs;

DEFINE_MTYPE_STATIC(AVS, AVS_ROUTE, "AVS route of this machine");

/* instance number of our client; bgpd itself is 0, and zebra keeps 8 bits of it */
#define CLIENT_INSTANCE 251
/* worse than every real route of the same prefix */
#define DISCARD_DISTANCE 254
/* zebra is restarted within seconds */
#define RECONNECT_MSEC 1000
/* and tells its routes within this time */
#define TELL_MSEC 300
/* routes beyond this are not remembered; what depends on them does not hold */
#define ROUTES_MAX 50000

static const int route_types[] = {ZEBRA_ROUTE_KERNEL, ZEBRA_ROUTE_CONNECT, ZEBRA_ROUTE_STATIC,
				  ZEBRA_ROUTE_RIP,    ZEBRA_ROUTE_OSPF,	   ZEBRA_ROUTE_ISIS,
				  ZEBRA_ROUTE_EIGRP,  ZEBRA_ROUTE_TABLE,   ZEBRA_ROUTE_PBR};

/* a route that is not BGP's */
struct own_route {
	uint32_t types;	    /* bit mask of the types that have this prefix */
	bool drops;	    /* blackhole and the like, and nothing else */
	ifindex_t ifindex;  /* 0: several, or by way of a gateway that is not on the link */
	uint32_t hop_count; /* gateways */
	struct in_addr hops[];
};

static struct zclient *client;
static bool connected;
static bool told; /* it had the time to tell its routes */
/* node->info: struct own_route */
static struct route_table *routes;
static unsigned int route_count;
/* host prefixes; node->info: how many routes have it as a gateway */
static struct route_table *gateways;
static avs_event_t *t_changed;
static avs_event_t *t_start;

bool avs_zebra_follows(const struct bgp *bgp)
{
	return client && bgp->vrf_id == VRF_DEFAULT && bgp->inst_type != BGP_INSTANCE_TYPE_VIEW;
}

static struct prefix host_of(struct in_addr address)
{
	return (struct prefix){
		.family = AF_INET, .prefixlen = IPV4_MAX_BITLEN, .u.prefix4 = address};
}

/* ---- routes ------------------------------------------------------------ */

bool avs_zebra_has_route(const struct bgp *bgp, const struct avs_prefix *prefix)
{
	struct prefix p = avs_to_prefix(prefix);
	struct route_node *rn;

	if (!avs_zebra_follows(bgp) || p.family != AF_INET)
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

	*known = avs_zebra_follows(bgp) && connected;
	if (!*known || p.family != AF_INET)
		return found;
	rn = route_node_match(routes, &p);
	if (!rn)
		return found;
	found = avs_from_prefix(&rn->p);
	route_unlock_node(rn);
	return found;
}

bool avs_zebra_any_gateway(const struct avs_prefix *prefix,
			   bool (*func)(const struct avs_prefix *address, void *arg), void *arg)
{
	struct prefix p = avs_to_prefix(prefix);
	struct route_node *top, *rn;
	bool found = false;

	if (p.family != AF_INET)
		return false;
	top = route_node_get(gateways, &p);
	for (rn = route_lock_node(top); rn; rn = route_next_until(rn, top)) {
		struct avs_prefix address = avs_from_prefix(&rn->p);

		if (!rn->info || !func(&address, arg))
			continue;
		found = true;
		route_unlock_node(rn);
		break;
	}
	route_unlock_node(top);
	return found;
}

bool avs_zebra_way(const struct bgp *bgp, const struct avs_prefix *prefix, struct avs_way *way)
{
	struct prefix p = avs_to_prefix(prefix);
	const struct own_route *route;
	struct route_node *rn;

	if (!avs_zebra_follows(bgp) || !connected || p.family != AF_INET)
		return false;
	rn = route_node_match(routes, &p);
	if (!rn)
		return false;
	route = rn->info;
	way->prefix = avs_from_prefix(&rn->p);
	way->drops = route->drops;
	way->connected = CHECK_FLAG(route->types, 1U << ZEBRA_ROUTE_CONNECT);
	way->ifindex = route->ifindex;
	if (!way->ifindex && route->hop_count == 1) {
		struct prefix hop = host_of(route->hops[0]);
		struct avs_prefix address = avs_from_prefix(&hop);

		way->ifindex = avs_zebra_interface(&address);
	}
	route_unlock_node(rn);
	return true;
}

/* a gateway may lie behind another one, not behind more */
unsigned int avs_zebra_interface(const struct avs_prefix *address)
{
	struct prefix p = avs_to_prefix(address);
	ifindex_t ifindex = 0;

	for (unsigned int depth = 0; depth < 3 && !ifindex && p.family == AF_INET; depth++) {
		struct route_node *rn = route_node_match(routes, &p);
		const struct own_route *route = rn ? rn->info : NULL;

		if (!route)
			return 0;
		ifindex = route->ifindex;
		if (route->hop_count == 1)
			p = host_of(route->hops[0]);
		else
			depth = 3;
		route_unlock_node(rn);
	}
	return ifindex;
}

/* ---- discard routes ---------------------------------------------------- */

bool avs_zebra_connected(void)
{
	return connected && told;
}

void avs_zebra_send_discard(const struct bgp *bgp, const struct avs_prefix *prefix, bool install)
{
	struct zapi_route api = {
		.vrf_id = bgp->vrf_id,
		.type = ZEBRA_ROUTE_BGP,
		.instance = CLIENT_INSTANCE,
		.safi = SAFI_UNICAST,
		.prefix = avs_to_prefix(prefix),
	};

	if (!connected)
		return;
	if (install) {
		SET_FLAG(api.message, ZAPI_MESSAGE_DISTANCE);
		api.distance = DISCARD_DISTANCE;
		zapi_route_set_blackhole(&api, BLACKHOLE_NULL);
	}
	zclient_route_send(install ? ZEBRA_ROUTE_ADD : ZEBRA_ROUTE_DELETE, client, &api);
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
	told = true;
	avs_discard_look();
	avs_instance_each(mark_conditions, NULL);
}

static void routes_changed(void)
{
	avs_event_soon(avs_zebra_changed_event, NULL, &t_changed);
}

static void gateway_hold(struct in_addr address)
{
	struct prefix p = host_of(address);
	struct route_node *rn = route_node_get(gateways, &p);

	if (rn->info)
		route_unlock_node(rn);
	rn->info = (void *)((uintptr_t)rn->info + 1);
}

static void gateway_release(struct in_addr address)
{
	struct prefix p = host_of(address);
	struct route_node *rn = route_node_lookup(gateways, &p);

	if (!rn)
		return;
	rn->info = (void *)((uintptr_t)rn->info - 1);
	if (!rn->info)
		route_unlock_node(rn);
	route_unlock_node(rn);
}

static void own_route_free(struct own_route *route)
{
	for (uint32_t i = 0; i < route->hop_count; i++)
		gateway_release(route->hops[i]);
	XFREE(MTYPE_AVS_ROUTE, route);
}

static struct own_route *own_route_new(const struct zapi_route *api)
{
	uint32_t count = CHECK_FLAG(api->message, ZAPI_MESSAGE_NEXTHOP) ? api->nexthop_num : 0;
	struct own_route *route =
		XCALLOC(MTYPE_AVS_ROUTE, sizeof(*route) + count * sizeof(route->hops[0]));

	route->types = 1U << api->type;
	route->drops = count > 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct zapi_nexthop *hop = &api->nexthops[i];

		if (hop->type == NEXTHOP_TYPE_BLACKHOLE)
			continue;
		route->ifindex = i == 0 || route->ifindex == hop->ifindex ? hop->ifindex : 0;
		route->drops = false;
		if (hop->type == NEXTHOP_TYPE_IPV4 || hop->type == NEXTHOP_TYPE_IPV4_IFINDEX) {
			route->hops[route->hop_count++] = hop->gate.ipv4;
			gateway_hold(hop->gate.ipv4);
		}
	}
	return route;
}

static void route_add(const struct prefix *p, const struct zapi_route *api)
{
	struct own_route *route, *old;
	struct route_node *rn;

	if (route_count >= ROUTES_MAX)
		return;
	route = own_route_new(api);
	rn = route_node_get(routes, p);
	old = rn->info;
	rn->info = route;
	if (!old) {
		route_count++;
		return;
	}
	route->types |= old->types;
	own_route_free(old);
	route_unlock_node(rn);
}

static void route_delete(const struct prefix *p, int type)
{
	struct route_node *rn = route_node_lookup(routes, p);
	struct own_route *route;

	if (!rn)
		return;
	route = rn->info;
	route->types &= ~(1U << type);
	if (!route->types) {
		own_route_free(route);
		rn->info = NULL;
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
		route_add(&p, &api);
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
			own_route_free(rn->info);
			rn->info = NULL;
			route_unlock_node(rn);
		}
	route_count = 0;
}

/* zebra is new: it has none of our routes, and will tell its own again */
static void zebra_connected(struct zclient *zclient)
{
	/* from here on we read, not libfrr */
	avs_event_off(&zclient->t_read);
	read_more();
	routes_clear();
	connected = true;
	told = false;
	avs_discard_forget();
	/* zclient_start() sends the registrations that it remembers only for bgpd */
	for (unsigned int i = 0; i < array_size(route_types); i++) {
		avs_compat_vrf_bitmap_unset(&zclient->redist[AFI_IP][route_types[i]], VRF_DEFAULT);
		zclient_redistribute(ZEBRA_REDISTRIBUTE_ADD, zclient, AFI_IP, route_types[i], 0,
				     VRF_DEFAULT);
	}
	avs_event_off(&t_changed);
	avs_event_timer_msec(avs_zebra_changed_event, NULL, TELL_MSEC, &t_changed);
}

void avs_zebra_init(void)
{
	routes = route_table_init();
	gateways = route_table_init();
	if (bgp_option_check(BGP_OPT_NO_ZEBRA))
		return;
	client = zclient_new(bm->master, &zclient_options_default, NULL, 0);
	zclient_init(client, ZEBRA_ROUTE_BGP, CLIENT_INSTANCE, &bgpd_privs);
	client->zebra_connected = zebra_connected;
}

void avs_zebra_fini(void)
{
	avs_event_off(&t_changed);
	avs_event_off(&t_start);
	avs_discard_fini();
	if (client) {
		zclient_stop(client);
		zclient_free(client);
		client = NULL;
	}
	connected = false;
	if (routes) {
		routes_clear();
		route_table_finish(routes);
		route_table_finish(gateways);
		routes = gateways = NULL;
	}
}
