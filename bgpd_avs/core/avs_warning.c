// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sentences of the warnings.
 *
 * A warning says what is the case, what follows from it, and the line to type
 * next; somebody reads it at two in the morning.  The sentence is made from
 * the value and from nothing else, so that show, log, JSON and NETCONF say
 * the same, and so that it can be tested without a router.
 *
 * Where a value that the sentence needs is absent, a word in capitals
 * stands instead, as in the documentation of a command.
 */
#include <stdio.h>
#include <string.h>

#include "avs_warning.h"

const char *avs_severity_name(enum avs_severity severity)
{
	switch (severity) {
	case AVS_SEV_NOTICE:
		return "notice";
	case AVS_SEV_WARNING:
		return "warning";
	case AVS_SEV_ALARM:
		return "alarm";
	}
	return "unknown";
}

const char *avs_warning_name(enum avs_warning_code code)
{
	switch (code) {
	case AVS_WARN_NONE:
		return "none";
	case AVS_WARN_INACTIVE:
		return "inactive";
	case AVS_WARN_LOCAL_AS:
		return "local-as";
	case AVS_WARN_NO_NEIGHBOR:
		return "no-neighbor";
	case AVS_WARN_ONE_NEIGHBOR:
		return "one-neighbor";
	case AVS_WARN_NO_TOWARD:
		return "no-toward";
	case AVS_WARN_NEIGHBOR_MISSING:
		return "neighbor-missing";
	case AVS_WARN_NEIGHBOR_CONFLICT:
		return "neighbor-conflict";
	case AVS_WARN_NEIGHBOR_NOT_AZURE:
		return "neighbor-not-azure";
	case AVS_WARN_NOT_ACTIVATED:
		return "not-activated";
	case AVS_WARN_NO_MULTIHOP:
		return "no-multihop";
	case AVS_WARN_SESSION_DOWN:
		return "session-down";
	case AVS_WARN_PARITY:
		return "parity";
	case AVS_WARN_MAP_UNDEFINED:
		return "map-undefined";
	case AVS_WARN_LIST_UNDEFINED:
		return "list-undefined";
	case AVS_WARN_REACH_OBSERVED:
		return "reach-observed";
	case AVS_WARN_UNCLASSIFIED:
		return "unclassified";
	case AVS_WARN_NO_EXPRESSROUTE:
		return "no-expressroute";
	case AVS_WARN_NO_COMPANIONS:
		return "no-companions";
	case AVS_WARN_UNACCOMPANIED:
		return "unaccompanied";
	case AVS_WARN_LEARNED_DEFAULT:
		return "learned-default";
	case AVS_WARN_LEARNED_RFC1918:
		return "learned-rfc1918";
	case AVS_WARN_BUDGET:
		return "budget";
	case AVS_WARN_GATEWAY_BUDGET:
		return "gateway-budget";
	case AVS_WARN_CONDITION_SELF:
		return "condition-self";
	case AVS_WARN_OPEN_NEIGHBOR:
		return "open-neighbor";
	case AVS_WARN_HOLD_TIME:
		return "hold-time";
	case AVS_WARN_GRACEFUL_RESTART:
		return "graceful-restart";
	case AVS_WARN_NO_ROUTE:
		return "no-route";
	case AVS_WARN_DISCARD_HELD:
		return "discard-held";
	case AVS_WARN_VPN_EXPORT:
		return "vpn-export";
	case AVS_WARN_UNSUPPRESS:
		return "unsuppress";
	case AVS_WARN_REPAIRED:
		return "repaired";
	case AVS_WARN_RECONCILE:
		return "reconcile";
	case AVS_WARN_USER_LIST:
		return "user-list";
	case AVS_WARN_TOLD:
		return "told";
	case AVS_WARN_MONITOR:
		return "monitor";
	case AVS_WARN_SHUTDOWN:
		return "shutdown";
	case AVS_WARN_PLAIN_DEFAULT:
		return "plain-default";
	case AVS_WARN_AUTO_PREVENTED:
		return "auto-prevented";
	case AVS_WARN_LATCHED:
		return "latched";
	case AVS_WARN_ECHO:
		return "echo";
	case AVS_WARN_PERMITTED_MANY:
		return "permitted-many";
	case AVS_WARN_UDR_LIMIT:
		return "udr-limit";
	case AVS_WARN_UDR_CHANGED:
		return "udr-changed";
	case AVS_WARN_POLICY:
		return "policy";
	case AVS_WARN_FREEZE:
		return "freeze";
	case AVS_WARN_SHADOW:
		return "shadow";
	case AVS_WARN_MAINTENANCE:
		return "maintenance";
	case AVS_WARN_DRAIN_SHARED:
		return "drain-shared";
	case AVS_WARN_NEXT_HOP:
		return "next-hop";
	case AVS_WARN_NO_OVERLAY:
		return "no-overlay";
	case AVS_WARN_UNTAGGED:
		return "untagged";
	case AVS_WARN_OFF_INTERFACE:
		return "off-interface";
	case AVS_WARN_CLAUSE_INERT:
		return "clause-inert";
	case AVS_WARN_NO_EDGE:
		return "no-azure-edge";
	case AVS_WARN_EDGE_INSIDE:
		return "edge-inside";
	case AVS_WARN_EDGE_REFRESH:
		return "edge-refresh";
	case AVS_WARN_RESERVED_COMMUNITY:
		return "reserved-community";
	case AVS_WARN_LOCAL_AS_INSIDE:
		return "local-as-inside-avs";
	case AVS_WARN_GLOBAL_REACH:
		return "global-reach";
	case AVS_WARN_SIBLING:
		return "sibling-seen";
	case AVS_WARN_EDGE_SILENT:
		return "edge-silent";
	case AVS_WARN_REACH_FILTERED:
		return "reach-filtered";
	case AVS_WARN_REACH_UNTOLD:
		return "reach-untold";
	case AVS_WARN_REACH_REMEMBERED:
		return "reach-remembered";
	case AVS_WARN_MAP_REWRITES:
		return "map-rewrites";
	}
	return "unknown";
}

/* the parts of a warning as text */
struct avs_words {
	const char *rs;
	const char *subject;
	const char *prefix;
	unsigned int number;
};

/* The two halves of a prefix, which a strict supernet can cover. */
static void avs_halves(const struct avs_prefix *p, char *low, char *high, size_t size)
{
	struct avs_prefix half = *p;

	half.len = (uint8_t)(p->len + 1);
	avs_prefix_str(&half, low, size);
	half.addr[p->len / 8] |= (uint8_t)(0x80U >> (p->len % 8));
	avs_prefix_str(&half, high, size);
}

/* What on-premises should do instead of announcing 0/0 or a whole block. */
static void avs_text_learned(const struct avs_warning *warning, const struct avs_words *w,
			     char *buf, size_t size)
{
	char low[AVS_PREFIX_STRLEN], high[AVS_PREFIX_STRLEN];

	if (!avs_prefix_ok(&warning->prefix) || warning->prefix.len == warning->prefix.family) {
		snprintf(buf, size, "route server %s delivers a prefix that no supernet can cover",
			 w->rs);
		return;
	}
	avs_halves(&warning->prefix, low, high, sizeof(low));
	if (warning->code == AVS_WARN_LEARNED_DEFAULT)
		snprintf(
			buf, size,
			"route server %s delivers %s, and the gateway prefers it to one of ours: have "
			"on-premises announce its own prefixes, or use one VNet and route server "
			"per side (dual VNet)",
			w->rs, w->prefix);
	else
		snprintf(buf, size,
			 "route server %s delivers %s, which no supernet may cover: have "
			 "on-premises announce two halves (%s and %s), or use one VNet and route "
			 "server per side (dual VNet)",
			 w->rs, w->prefix, low, high);
}

/* Configuration of avs lines. */
static bool avs_text_config(enum avs_warning_code code, const struct avs_words *w, char *buf,
			    size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_SHUTDOWN:
		snprintf(buf, size, "everything is withdrawn: no avs shutdown ends it");
		return true;
	case AVS_WARN_NO_NEIGHBOR:
		snprintf(buf, size,
			 "route server %s has no neighbor and gets nothing: avs route-server %s "
			 "neighbor A.B.C.D",
			 w->rs, w->rs);
		return true;
	case AVS_WARN_ONE_NEIGHBOR:
		snprintf(buf, size,
			 "route server %s has one neighbor, Azure runs two instances: avs "
			 "route-server %s neighbor A.B.C.D",
			 w->rs, w->rs);
		return true;
	case AVS_WARN_NO_TOWARD:
		snprintf(buf, size,
			 "it is not said what route server %s reaches, so it gets nothing: avs "
			 "route-server %s toward <private-cloud|on-premises>",
			 w->rs, w->rs);
		return true;
	case AVS_WARN_NEIGHBOR_CONFLICT:
		snprintf(buf, size,
			 "neighbor %s has two roles and gets nothing: no avs "
			 "route-server %s neighbor %s, or the line of the other one",
			 w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_CONDITION_SELF:
		snprintf(buf, size,
			 "when-present names route server %s, which does not exist: avs "
			 "route-server %s neighbor A.B.C.D",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_MAP_UNDEFINED:
		snprintf(buf, size,
			 "route-map %s of route server %s is not defined, so nothing passes it: "
			 "route-map %s permit 10",
			 w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_LIST_UNDEFINED:
		snprintf(buf, size,
			 "list %s of an avs line is not defined and matches nothing: ip "
			 "prefix-list %s permit PREFIX, or bgp as-path access-list %s permit REGEX",
			 w->subject, w->subject, w->subject);
		return true;
	case AVS_WARN_MONITOR:
		snprintf(buf, size,
			 "route server %s is not guarded, refusals are only counted: no avs "
			 "route-server %s guard monitor",
			 w->rs, w->rs);
		return true;
	}
	return false;
}

/* Neighbours and sessions as bgpd has them. */
static bool avs_text_neighbor(enum avs_warning_code code, const struct avs_words *w, char *buf,
			      size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_NEIGHBOR_MISSING:
		snprintf(buf, size,
			 "neighbor %s of route server %s is not configured: neighbor %s remote-as "
			 "65515",
			 w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_NEIGHBOR_NOT_AZURE:
		snprintf(buf, size,
			 "neighbor %s of route server %s has AS %u, Route Server always has 65515: "
			 "neighbor %s remote-as 65515",
			 w->subject, w->rs, w->number, w->subject);
		return true;
	case AVS_WARN_NOT_ACTIVATED:
		snprintf(buf, size,
			 "neighbor %s of route server %s is not active for IPv4 unicast: "
			 "address-family ipv4 unicast, then neighbor %s activate",
			 w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_NO_MULTIHOP:
		snprintf(buf, size,
			 "neighbor %s of route server %s is more than one hop away: neighbor %s "
			 "ebgp-multihop",
			 w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_SESSION_DOWN:
		snprintf(
			buf, size,
			"degraded: the session to neighbor %s of route server %s is down: show bgp "
			"neighbors %s",
			w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_PARITY:
		snprintf(buf, size,
			 "the neighbors of route server %s got different announcements; they must "
			 "be equal: show bgp avs plan",
			 w->rs);
		return true;
	case AVS_WARN_HOLD_TIME:
		snprintf(
			buf, size,
			"neighbor %s has a hold time of %u s and no BFD, a dead session is noticed "
			"that late: neighbor %s timers 10 30, then clear bgp %s",
			w->subject, w->number, w->subject, w->subject);
		return true;
	case AVS_WARN_GRACEFUL_RESTART:
		snprintf(buf, size,
			 "neighbor %s knows graceful restart and may keep the routes of a dead "
			 "bgpd: neighbor %s graceful-restart-disable, then clear bgp %s",
			 w->subject, w->subject, w->subject);
		return true;
	}
	return false;
}

/* What passes, or would pass, beside the guard. */
static bool avs_text_guard(enum avs_warning_code code, const struct avs_words *w, char *buf,
			   size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_OPEN_NEIGHBOR:
		snprintf(buf, size,
			 "neighbor %s has AS 65515, but neither a route server nor a policy, so it "
			 "gets AVS-DENY: avs route-server NAME neighbor %s",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_VPN_EXPORT:
		snprintf(
			buf, size,
			"nothing is announced, because the instance exports its table (%s), where no "
			"guard stands: no export vpn, or no advertise ipv4 unicast",
			w->subject);
		return true;
	case AVS_WARN_UNSUPPRESS:
		snprintf(
			buf, size,
			"nothing is announced, because %s has no role but an unsuppress-map, which "
			"would let our routes out: no neighbor %s unsuppress-map NAME",
			w->subject, w->subject);
		return true;
	case AVS_WARN_REPAIRED:
		snprintf(buf, size,
			 "%u settings on role neighbors, which would pass beside the guard, were "
			 "undone; the log names them: clear bgp avs counters",
			 w->number);
		return true;
	case AVS_WARN_RECONCILE:
		snprintf(buf, size,
			 "%u changes of the table were found by a full look only; please report it "
			 "with show bgp avs changes",
			 w->number);
		return true;
	case AVS_WARN_USER_LIST:
		snprintf(
			buf, size,
			"a list beside the out-map of route server %s holds back %u prefixes of the "
			"plan: %s",
			w->rs, w->number,
			w->subject ? w->subject : "no neighbor ADDRESS prefix-list NAME out");
		return true;
	case AVS_WARN_TOLD:
		snprintf(buf, size,
			 "%u times bgpd had lost a withdrawal or an announcement, which was "
			 "corrected; the log names them: clear bgp avs counters",
			 w->number);
		return true;
	}
	return false;
}

/* Automatic supernets. */
static bool avs_text_auto(enum avs_warning_code code, const struct avs_words *w, char *buf,
			  size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_AUTO_PREVENTED:
		snprintf(buf, size,
			 "there is no safe set of automatic supernets, because %s %s; what was "
			 "announced stays as far as it is safe",
			 w->prefix, w->subject);
		return true;
	case AVS_WARN_LATCHED:
		snprintf(buf, size,
			 "supernet %s stays down, because the network announced it back twice: "
			 "filter it where that happens, then clear bgp avs latch %s",
			 w->prefix, w->prefix);
		return true;
	case AVS_WARN_ECHO:
		snprintf(buf, size,
			 "%u learned prefixes are supernets of ours that came back, the first is "
			 "%s: filter them where they are announced again",
			 w->number, w->prefix);
		return true;
	case AVS_WARN_PERMITTED_MANY:
		snprintf(buf, size,
			 "permit lists name %u prefixes more than are looked at: a list of exact "
			 "prefixes is meant",
			 w->number);
		return true;
	case AVS_WARN_UDR_LIMIT:
		snprintf(
			buf, size,
			"%u user-defined routes do not fit in the table of GatewaySubnet: give AVS and "
			"on-premises a virtual network each (design 3); show bgp avs udr",
			w->number);
		return true;
	case AVS_WARN_UDR_CHANGED:
		snprintf(
			buf, size,
			"the user-defined routes changed since they were acknowledged, generation %u is "
			"not in Azure yet: avs-udr, then clear bgp avs udr generation %u",
			w->number, w->number);
		return true;
	case AVS_WARN_POLICY:
		if (w->number)
			snprintf(
				buf, size,
				"route-map %s of avs policy comes back to itself by call, so nothing is "
				"announced: remove that call",
				w->subject);
		else
			snprintf(
				buf, size,
				"route-map %s of avs policy is not defined, so nothing is announced: "
				"route-map %s permit 10",
				w->subject, w->subject);
		return true;
	case AVS_WARN_FREEZE:
		snprintf(
			buf, size,
			"what is announced is frozen, only safety rules act: no avs freeze ends it");
		return true;
	case AVS_WARN_SHADOW:
		if (w->number) {
			snprintf(buf, size,
				 "route server %s leaves shadow as soon as its neighbors have told "
				 "their routes anew (30 seconds at most): show bgp avs",
				 w->rs);
			return true;
		}
		snprintf(
			buf, size,
			"route server %s is in shadow, nothing is originated or filtered there: show bgp "
			"avs shadow, then no avs route-server %s guard shadow",
			w->rs, w->rs);
		return true;
	case AVS_WARN_MAINTENANCE:
		if (w->number)
			snprintf(
				buf, size,
				"route server %s is drained, everything is withdrawn in %u s: no avs "
				"route-server %s maintenance ends it",
				w->rs, w->number, w->rs);
		else
			snprintf(
				buf, size,
				"route server %s is drained and gets nothing: no avs route-server %s "
				"maintenance ends it",
				w->rs, w->rs);
		return true;
	case AVS_WARN_DRAIN_SHARED:
		snprintf(
			buf, size,
			"route server %s is drained, but the next hop is that of avs route-server %s "
			"next-hop: a load balancer goes on sending here until it notices itself",
			w->rs, w->rs);
		return true;
	case AVS_WARN_NEXT_HOP:
		snprintf(
			buf, size,
			"next hop %s lies in no virtual network that route server %s delivers, so Azure "
			"cannot use it: an address of this virtual network or of a peered one",
			w->subject, w->rs);
		return true;
	case AVS_WARN_CLAUSE_INERT:
		snprintf(
			buf, size,
			"route-map %s has set avs lines that act in the map of avs policy only: avs "
			"policy route-map %s",
			w->subject, w->subject);
		return true;
	}
	return false;
}

/* Overlay neighbours, which have an address for a name. */
static bool avs_text_overlay(enum avs_warning_code code, const struct avs_words *w, char *buf,
			     size_t size)
{
	const char *address = w->rs;

	/* a route server is told by its own name */
	if (!strncmp(address, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)))
		address += strlen(AVS_OVERLAY_NAME);
	switch ((unsigned int)code) {
	case AVS_WARN_NO_OVERLAY:
		snprintf(buf, size,
			 "avs overlay lines name %s, which is no overlay neighbor: avs overlay "
			 "neighbor %s",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_UNTAGGED:
		snprintf(
			buf, size,
			"%u routes of overlay neighbor %s have no segment and are not propagated: it "
			"runs no avs overlay neighbor line for this router, or its large communities "
			"are lost on the way",
			w->number, address);
		return true;
	case AVS_WARN_OFF_INTERFACE:
		if (!w->number) {
			snprintf(
				buf, size,
				"interface %s of %s is not there, or is down: what %s delivers is not "
				"propagated",
				w->subject, address, address);
			return true;
		}
		snprintf(
			buf, size,
			"next hops of %u routes of %s do not resolve over interface %s, so these "
			"routes are not propagated: is the tunnel up, and is there a route over it?",
			w->number, address, w->subject);
		return true;
	}
	return false;
}

/* The Azure side of a customer's edge router. */
static bool avs_text_edge(enum avs_warning_code code, const struct avs_words *w, char *buf,
			  size_t size)
{
	bool is_edge = !strncmp(w->rs, AVS_EDGE_NAME, strlen(AVS_EDGE_NAME));

	switch ((unsigned int)code) {
	case AVS_WARN_NEIGHBOR_MISSING:
		if (!is_edge)
			return false;
		snprintf(buf, size,
			 "azure-edge neighbor %s is not configured: neighbor %s remote-as ASN",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_SESSION_DOWN:
		if (!is_edge)
			return false;
		snprintf(buf, size, "azure-edge neighbor %s is not up: show bgp neighbors %s",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_NO_EDGE:
		snprintf(buf, size,
			 "an avs azure-edge route-map names %s, which is no azure-edge neighbor: "
			 "avs azure-edge neighbor %s",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_EDGE_INSIDE:
		snprintf(buf, size,
			 "Azure delivers prefixes inside of %s, which this router announces, and "
			 "they are refused (show bgp avs leaks): name those that are Azure's, avs "
			 "segment private-cloud prefix-list NAME",
			 w->prefix);
		return true;
	case AVS_WARN_EDGE_REFRESH:
		snprintf(buf, size,
			 "azure-edge neighbor %s cannot be asked for its routes again: what is "
			 "accepted stays when this router's own announcements change; type: "
			 "neighbor %s soft-reconfiguration inbound",
			 w->subject, w->subject);
		return true;
	case AVS_WARN_RESERVED_COMMUNITY:
		snprintf(
			buf, size,
			"%s is announced to Azure with a community that Azure reserves (65515, "
			"65517 or 65518), %u in all: a gateway may drop it without a word; remove it "
			"in the out policy: set comm-list NAME delete",
			w->prefix, w->number);
		return true;
	case AVS_WARN_EDGE_SILENT:
		snprintf(
			buf, size,
			"azure-edge neighbor %s is told nothing, its former role has left AVS-DENY: "
			"neighbor %s route-map NAME out",
			w->subject, w->subject);
		return true;
	}
	return false;
}

/* What the network delivers, against what was expected of it. */
static bool avs_text_network(enum avs_warning_code code, const struct avs_words *w, char *buf,
			     size_t size)
{
	char more[24] = "";

	switch ((unsigned int)code) {
	case AVS_WARN_REACH_OBSERVED:
		snprintf(buf, size,
			 "route server %s delivers %u %s routes, so what it gets reaches %s as "
			 "well: avs route-server %s toward %s",
			 w->rs, w->number, w->subject, w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_UNCLASSIFIED:
		snprintf(buf, size,
			 "route server %s delivers %u unclassified routes (VPN gateway or another "
			 "NVA?), which may be on-premises: avs segment on-premises origin-as ASN",
			 w->rs, w->number);
		return true;
	case AVS_WARN_GLOBAL_REACH:
		snprintf(buf, size,
			 "route server %s delivers %u on-premises routes by Global Reach, so the "
			 "circuits are linked past the gateway: avs route-server %s global-reach "
			 "on-premises",
			 w->rs, w->number, w->rs);
		return true;
	case AVS_WARN_SIBLING:
		snprintf(buf, size,
			 "AS %s announces %s to route server %s, as this router does or would: if "
			 "it is another appliance of this job, type: avs sibling as %s",
			 w->subject, w->prefix, w->rs, w->subject);
		return true;
	case AVS_WARN_NO_EXPRESSROUTE:
		snprintf(buf, size,
			 "route server %s delivers no route of a circuit (AS 12076): enable "
			 "branch-to-branch on it, and look at the gateway's connection",
			 w->rs);
		return true;
	case AVS_WARN_NO_COMPANIONS:
		snprintf(buf, size,
			 "the private cloud's management ignores a default for RFC 1918 "
			 "destinations: avs advertise companions toward private-cloud");
		return true;
	case AVS_WARN_UNACCOMPANIED:
		if (w->number > 1)
			snprintf(more, sizeof(more), " and %u more", w->number - 1);
		snprintf(buf, size,
			 "the private cloud's management ignores a default for what on-premises "
			 "has: %s%s: avs advertise companion %s",
			 w->prefix, more, w->subject);
		return true;
	case AVS_WARN_BUDGET:
		snprintf(buf, size,
			 "degraded: %u announcements to route server %s do not fit, the first is "
			 "%s: avs route-server %s route-limit N, or avs route-server %s usable "
			 "PERCENT",
			 w->number, w->rs, w->prefix, w->rs, w->rs);
		return true;
	case AVS_WARN_GATEWAY_BUDGET:
		snprintf(buf, size,
			 "the gateway of route server %s uses %u percent of what the circuit "
			 "accepts; beyond it the circuit is dropped: summarise VNets, or avs "
			 "route-server %s gateway-limit N",
			 w->rs, w->number, w->rs);
		return true;
	case AVS_WARN_NO_ROUTE:
		snprintf(buf, size,
			 "neighbor %s of route server %s is reached by a default route only: ip "
			 "route SUBNET GATEWAY for the Route Server's subnet",
			 w->subject, w->rs);
		return true;
	case AVS_WARN_PLAIN_DEFAULT:
		snprintf(buf, size,
			 "168.63.129.16 (probes, agent) follows a BGP default: ip route "
			 "168.63.129.16/32 GATEWAY");
		return true;
	}
	return false;
}

/* A map of the user in front of classification. */
static void avs_text_rewrites(const struct avs_words *w, char *buf, size_t size)
{
	int address = (int)strcspn(w->prefix, "/");

	if (w->number)
		snprintf(
			buf, size,
			"route-map %s of route server %s changes %u paths of neighbor %.*s, which are "
			"classified as they were received: show bgp avs routes",
			w->subject, w->rs, w->number, address, w->prefix);
	else
		snprintf(
			buf, size,
			"route-map %s of neighbor %.*s changes what segments are read from, so those of "
			"route server %s may be wrong: neighbor %.*s soft-reconfiguration inbound",
			w->subject, address, w->prefix, w->rs, address, w->prefix);
}

/* What is not known of reach, and so counts as on-premises reached. */
static bool avs_text_unseen(enum avs_warning_code code, const struct avs_words *w, char *buf,
			    size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_REACH_FILTERED:
		snprintf(
			buf, size,
			"%s may hide on-premises routes of route server %s, so on-premises counts as "
			"reached there: no %s, or avs route-server %s accept-leak on-premises",
			w->subject, w->rs, w->subject, w->rs);
		return true;
	case AVS_WARN_REACH_UNTOLD:
		if (w->number) {
			snprintf(
				buf, size,
				"neighbor %s of route server %s cannot be asked what its routes were "
				"before a map or list, so on-premises counts as reached: clear bgp %s, "
				"or neighbor %s soft-reconfiguration inbound",
				w->subject, w->rs, w->subject, w->subject);
			return true;
		}
		snprintf(
			buf, size,
			"neighbor %s of route server %s is up and has not told its routes yet, so "
			"on-premises counts as reached until End-of-RIB or 5 s of silence: show bgp "
			"neighbors %s",
			w->subject, w->rs, w->subject);
		return true;
	case AVS_WARN_REACH_REMEMBERED:
		snprintf(
			buf, size,
			"route server %s has delivered on-premises routes before, so on-premises "
			"counts as reached: avs route-server %s toward on-premises where that is so, "
			"clear bgp avs reach %s where it is not any more",
			w->rs, w->rs, w->rs);
		return true;
	case AVS_WARN_MAP_REWRITES:
		avs_text_rewrites(w, buf, size);
		return true;
	}
	return false;
}

/* The module itself. */
static void avs_text_module(enum avs_warning_code code, const struct avs_words *w, char *buf,
			    size_t size)
{
	switch ((unsigned int)code) {
	case AVS_WARN_INACTIVE:
		snprintf(buf, size, "the module is inactive and announces nothing: %s", w->subject);
		return;
	case AVS_WARN_LOCAL_AS:
		snprintf(buf, size,
			 "AS %u cannot be used toward Azure (%s): router bgp ASN with one of "
			 "64512-65514, 65521-65534",
			 w->number, w->subject);
		return;
	case AVS_WARN_LOCAL_AS_INSIDE:
		snprintf(buf, size,
			 "AS %u works toward Azure, but Azure VMware Solution uses it inside the "
			 "private cloud as well, which may ignore paths with it: router bgp ASN "
			 "with one of 64512, 64514-64599, 64941-64999, 65413-65514, 65521-65534",
			 w->number);
		return;
	case AVS_WARN_DISCARD_HELD:
		snprintf(buf, size,
			 "the discard route for %s is not installed, it would cut off %s: ip route "
			 "PREFIX GATEWAY for it, or avs discard off",
			 w->prefix, w->subject);
		return;
	}
	snprintf(buf, size, "%s", avs_warning_name(code));
}

/* Replace what was written by what is meant, which is not longer. */
static void avs_text_replace(char *buf, const char *written, const char *meant)
{
	size_t from = strlen(written), to = strlen(meant);
	char *at;

	while ((at = strstr(buf, written))) {
		memcpy(at, meant, to);
		memmove(at + to, at + from, strlen(at + from) + 1);
	}
}

/* Sentences of sessions and maps are the same for all kinds; only the name is another one. */
static void avs_text_kind(char *buf)
{
	avs_text_replace(buf, "route server " AVS_OVERLAY_NAME, "overlay neighbor ");
	avs_text_replace(buf, "route server " AVS_EDGE_NAME, "azure-edge neighbor ");
}

const char *avs_warning_text(const struct avs_warning *warning, char *buf, size_t size)
{
	char prefix[AVS_PREFIX_STRLEN];
	struct avs_words w = {.rs = warning->rs ? warning->rs : "NAME",
			      .subject = warning->subject ? warning->subject : "NAME",
			      .number = warning->number};

	if (!size)
		return buf;
	w.prefix = avs_prefix_str(&warning->prefix, prefix, sizeof(prefix));
	if (warning->code == AVS_WARN_LEARNED_DEFAULT || warning->code == AVS_WARN_LEARNED_RFC1918)
		avs_text_learned(warning, &w, buf, size);
	else if (!avs_text_edge(warning->code, &w, buf, size) &&
		 !avs_text_config(warning->code, &w, buf, size) &&
		 !avs_text_neighbor(warning->code, &w, buf, size) &&
		 !avs_text_network(warning->code, &w, buf, size) &&
		 !avs_text_unseen(warning->code, &w, buf, size) &&
		 !avs_text_overlay(warning->code, &w, buf, size) &&
		 !avs_text_auto(warning->code, &w, buf, size) &&
		 !avs_text_guard(warning->code, &w, buf, size))
		avs_text_module(warning->code, &w, buf, size);
	avs_text_kind(buf);
	return buf;
}
