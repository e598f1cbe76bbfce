// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of the vocabulary.
 *
 * Every enumerator has one name, that of yang/frr-bgp-avs.yang, and every
 * reason one sentence.  They are made here and nowhere else, so that show,
 * JSON, NETCONF and log cannot disagree.
 *
 * Switches have no default: an enumerator added to avs_types.h without a
 * name is a compiler warning.  A value outside of the enum (a damaged
 * argument, never input) gets the name "unknown".
 *
 * The sentences say what is the case and what would change it; prefix and
 * peer are printed by the caller beside them.
 */
#include <string.h>

#include "avs_types.h"

const char *avs_segment_name(enum avs_segment segment)
{
	switch (segment) {
	case AVS_SEGMENT_UNKNOWN:
		return "unknown";
	case AVS_SEGMENT_PRIVATE_CLOUD:
		return "private-cloud";
	case AVS_SEGMENT_ON_PREMISES:
		return "on-premises";
	case AVS_SEGMENT_VIRTUAL_NETWORK:
		return "virtual-network";
	}
	return "unknown";
}

const char *avs_represent_name(enum avs_represent represent)
{
	switch (represent) {
	case AVS_REPRESENT_UNSET:
	case AVS_REPRESENT_SUPERNET:
		break;
	case AVS_REPRESENT_DEFAULT:
		return "default";
	case AVS_REPRESENT_EXACT:
		return "exact";
	case AVS_REPRESENT_COVER:
		return "cover";
	case AVS_REPRESENT_NONE:
		return "none";
	}
	return "supernet";
}

bool avs_represent_parse(const char *text, enum avs_represent *represent)
{
	int r;

	for (r = AVS_REPRESENT_SUPERNET; r < AVS_REPRESENT_COUNT; r++) {
		if (strcmp(text, avs_represent_name((enum avs_represent)r)))
			continue;
		*represent = (enum avs_represent)r;
		return true;
	}
	return false;
}

bool avs_segment_parse(const char *text, enum avs_segment *segment)
{
	unsigned int i;

	for (i = 0; text && i < AVS_SEGMENT_COUNT; i++) {
		if (strcmp(text, avs_segment_name((enum avs_segment)i)))
			continue;
		*segment = (enum avs_segment)i;
		return true;
	}
	return false;
}

const char *avs_why_name(enum avs_why why)
{
	switch (why) {
	case AVS_WHY_NONE:
		return "none";
	case AVS_WHY_PREFIX:
		return "prefix";
	case AVS_WHY_PREFIX_LIST:
		return "prefix-list";
	case AVS_WHY_NEIGHBOR:
		return "neighbor";
	case AVS_WHY_AS_PATH_LIST:
		return "as-path-list";
	case AVS_WHY_ORIGIN_AS:
		return "origin-as";
	case AVS_WHY_AVS_ORIGIN:
		return "avs-origin";
	case AVS_WHY_CIRCUIT:
		return "circuit";
	case AVS_WHY_REMOTE_VNET:
		return "remote-vnet";
	case AVS_WHY_VNET:
		return "vnet";
	case AVS_WHY_NO_EXPRESSROUTE:
		return "no-expressroute";
	case AVS_WHY_FOREIGN:
		return "foreign";
	case AVS_WHY_OPAQUE:
		return "opaque";
	case AVS_WHY_MEMORY:
		return "memory";
	case AVS_WHY_POLICY:
		return "policy";
	case AVS_WHY_TAG:
		return "tag";
	case AVS_WHY_RETURNED:
		return "returned";
	case AVS_WHY_GLOBAL_REACH:
		return "global-reach";
	case AVS_WHY_GATEWAY:
		return "gateway";
	case AVS_WHY_VIRTUAL_HUB:
		return "virtual-hub";
	case AVS_WHY_SIBLING:
		return "sibling";
	}
	return "unknown";
}

const char *avs_class_name(enum avs_class cls)
{
	switch (cls) {
	case AVS_CLASS_NONE:
		return "none";
	case AVS_CLASS_DEFAULT:
		return "default";
	case AVS_CLASS_COMPANION:
		return "companion";
	case AVS_CLASS_SUPERNET:
		return "supernet";
	case AVS_CLASS_PERMITTED:
		return "permitted";
	case AVS_CLASS_EXACT:
		return "exact";
	}
	return "unknown";
}

const char *avs_guard_name(enum avs_guard guard)
{
	switch (guard) {
	case AVS_GUARD_ENFORCE:
		return "enforce";
	case AVS_GUARD_MONITOR:
		return "monitor";
	case AVS_GUARD_SHADOW:
		return "shadow";
	}
	return "unknown";
}

const char *avs_reason_name(enum avs_reason reason)
{
	switch (reason) {
	case AVS_REASON_UNSPEC:
		return "unspec";
	case AVS_REASON_ANNOUNCED:
		return "announced";
	case AVS_REASON_ANNOUNCED_INSIDE_COVER:
		return "announced-inside-cover";
	case AVS_REASON_ANNOUNCED_HELD:
		return "announced-held";
	case AVS_REASON_NOT_PLANNED:
		return "not-planned";
	case AVS_REASON_NO_ROLE:
		return "no-role";
	case AVS_REASON_MAP_UNDEFINED:
		return "map-undefined";
	case AVS_REASON_NOT_OURS:
		return "not-ours";
	case AVS_REASON_NO_BEST_PATH:
		return "no-best-path";
	case AVS_REASON_MAP_LOOP:
		return "map-loop";
	case AVS_REASON_WRONG_SLOT:
		return "wrong-slot";
	case AVS_REASON_OTHER_PATH:
		return "other-path";
	case AVS_REASON_UNCLASSIFIED:
		return "unclassified";
	case AVS_REASON_USER_LIST:
		return "user-list";
	case AVS_REASON_LEAK_DEFAULT:
		return "leak-default";
	case AVS_REASON_LEAK_RFC1918:
		return "leak-rfc1918";
	case AVS_REASON_LEAK_OBSERVED:
		return "leak-observed";
	case AVS_REASON_LEAK_UNCLASSIFIED:
		return "leak-unclassified";
	case AVS_REASON_LEAK_FILTERED:
		return "leak-filtered";
	case AVS_REASON_LEAK_UNTOLD:
		return "leak-untold";
	case AVS_REASON_LEAK_REMEMBERED:
		return "leak-remembered";
	case AVS_REASON_NO_COMMUNITY:
		return "no-community";
	case AVS_REASON_EQUALS_LEARNED:
		return "equals-learned";
	case AVS_REASON_INSIDE_CONTRIBUTOR:
		return "inside-contributor";
	case AVS_REASON_COVERS_NOTHING:
		return "covers-nothing";
	case AVS_REASON_PROTECTED:
		return "protected";
	case AVS_REASON_SHARED_REACH:
		return "shared-reach";
	case AVS_REASON_LATCHED:
		return "latched";
	case AVS_REASON_SAME_ROUTE_SERVER:
		return "same-route-server";
	case AVS_REASON_SAME_SEGMENT:
		return "same-segment";
	case AVS_REASON_OTHER_SIDE:
		return "other-side";
	case AVS_REASON_SIBLING:
		return "sibling";
	case AVS_REASON_RETURNED:
		return "returned";
	case AVS_REASON_NOT_EXPORTED:
		return "not-exported";
	case AVS_REASON_NEXT_HOP:
		return "next-hop";
	case AVS_REASON_AS_PATH:
		return "as-path";
	case AVS_REASON_NOT_EBGP:
		return "not-ebgp";
	case AVS_REASON_BUDGET:
		return "budget";
	case AVS_REASON_GATEWAY_BUDGET:
		return "gateway-budget";
	case AVS_REASON_SHUTDOWN:
		return "shutdown";
	case AVS_REASON_INACTIVE:
		return "inactive";
	case AVS_REASON_INCOMPLETE:
		return "incomplete";
	case AVS_REASON_CONFLICT:
		return "conflict";
	case AVS_REASON_NOT_TARGETED:
		return "not-targeted";
	case AVS_REASON_CONDITION:
		return "condition";
	case AVS_REASON_VPN_EXPORT:
		return "vpn-export";
	case AVS_REASON_STARTUP:
		return "startup";
	case AVS_REASON_STARTUP_DELAY:
		return "startup-delay";
	case AVS_REASON_NO_SOURCE:
		return "no-source";
	case AVS_REASON_ANNOUNCED_FROZEN:
		return "announced-frozen";
	case AVS_REASON_FROZEN:
		return "frozen";
	case AVS_REASON_MAINTENANCE:
		return "maintenance";
	case AVS_REASON_UNSUPPRESS:
		return "unsuppress";
	case AVS_REASON_EDGE_DEFAULT:
		return "edge-default";
	case AVS_REASON_EDGE_OWN:
		return "edge-own";
	case AVS_REASON_EDGE_INSIDE:
		return "edge-inside";
	}
	return "unknown";
}

uint32_t avs_site_id(const char *name)
{
	uint32_t hash = 2166136261U;

	if (!name || !*name)
		return 0;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	/* both ends of the range mean something else */
	return hash == 0 || hash == AVS_SITE_MIXED ? 1 : hash;
}

const char *avs_reason_text(enum avs_reason reason)
{
	switch (reason) {
	case AVS_REASON_UNSPEC:
		return "not decided";
	case AVS_REASON_ANNOUNCED:
		return "announced";
	case AVS_REASON_ANNOUNCED_INSIDE_COVER:
		return "announced; it takes addresses out of a wider learned prefix";
	case AVS_REASON_ANNOUNCED_HELD:
		return "announced until hold-down or tighten-delay is over; it is not needed any "
		       "more";
	case AVS_REASON_NOT_PLANNED:
		return "no avs line asks for it, and nothing else may leave to this neighbor";
	case AVS_REASON_NO_ROLE:
		return "the neighbor belongs to no route server";
	case AVS_REASON_MAP_UNDEFINED:
		return "the route-map named for this route server is not defined";
	case AVS_REASON_NOT_OURS:
		return "it is suppressed by an aggregate, and not originated by avs lines";
	case AVS_REASON_NO_BEST_PATH:
		return "it has no best path at present";
	case AVS_REASON_MAP_LOOP:
		return "the route-map named for this route server calls itself in the end";
	case AVS_REASON_WRONG_SLOT:
		return "an avs map was used where it does not belong";
	case AVS_REASON_OTHER_PATH:
		return "bgpd prefers a path that no line asks for; show bgp PREFIX says which: "
		       "neighbor ADDRESS weight 100 prefers another one";
	case AVS_REASON_UNCLASSIFIED:
		return "its segment is not known, so the other side could not tell what it is";
	case AVS_REASON_USER_LIST:
		return "an outbound list of a neighbor, or of its peer-group, holds it back; doctor "
		       "names the list and the line to type";
	case AVS_REASON_LEAK_DEFAULT:
		return "on-premises would receive a default; accept-leak on-premises permits it";
	case AVS_REASON_LEAK_RFC1918:
		return "on-premises would receive a companion or an RFC 1918 block; accept-leak "
		       "on-premises permits it";
	case AVS_REASON_LEAK_OBSERVED:
		return "the route server delivers on-premises routes although it is not declared "
		       "to reach on-premises";
	case AVS_REASON_LEAK_UNCLASSIFIED:
		return "the route server delivers unclassified routes: avs segment lines "
		       "place them, accept-leak on-premises permits it";
	case AVS_REASON_LEAK_FILTERED:
		return "a filter may hide on-premises routes: show bgp avs doctor names it; "
		       "accept-leak on-premises permits it";
	case AVS_REASON_LEAK_UNTOLD:
		return "a neighbor is up and has not told its routes yet; accept-leak "
		       "on-premises permits it at once";
	case AVS_REASON_LEAK_REMEMBERED:
		return "on-premises routes were delivered before: clear bgp avs reach NAME, "
		       "or accept-leak on-premises";
	case AVS_REASON_NO_COMMUNITY:
		return "it must carry NO_ADVERTISE, but communities are not sent to this neighbor";
	case AVS_REASON_EQUALS_LEARNED:
		return "the same prefix is learned; it would compete with its owner";
	case AVS_REASON_INSIDE_CONTRIBUTOR:
		return "it is more specific than a learned prefix and would take its traffic";
	case AVS_REASON_COVERS_NOTHING:
		return "no learned prefix lies inside; unconditional announces it all the same";
	case AVS_REASON_PROTECTED:
		return "it overlaps a range that avs protect names";
	case AVS_REASON_SHARED_REACH:
		return "the line names one segment, but this route server reaches both";
	case AVS_REASON_LATCHED:
		return "the network announced it back twice within ten minutes; clear bgp avs latch "
		       "permits it again";
	case AVS_REASON_SAME_ROUTE_SERVER:
		return "this route server itself delivers the prefix";
	case AVS_REASON_SAME_SEGMENT:
		return "the prefix comes from a segment that this route server reaches";
	case AVS_REASON_OTHER_SIDE:
		return "it comes from an overlay neighbor, and goes to none";
	case AVS_REASON_SIBLING:
		return "its best path is that of the other appliance (avs sibling), which is not "
		       "passed on";
	case AVS_REASON_NOT_EXPORTED:
		return "no-export, no-advertise or local-AS keeps it here: set comm-list delete in "
		       "the in-map of its neighbor";
	case AVS_REASON_RETURNED:
		return "it left Azure on one circuit and came back on another, so it is not "
		       "passed on";
	case AVS_REASON_NEXT_HOP:
		return "its next hop does not resolve over the interface of the overlay neighbor: "
		       "Azure's fabric would loop it";
	case AVS_REASON_AS_PATH:
		return "reserved AS numbers could not be removed from its AS path";
	case AVS_REASON_NOT_EBGP:
		return "the session to the route server is not eBGP";
	case AVS_REASON_BUDGET:
		return "route-limit and usable leave no room for it";
	case AVS_REASON_GATEWAY_BUDGET:
		return "the circuit would come too near to gateway-limit";
	case AVS_REASON_SHUTDOWN:
		return "avs shutdown is configured";
	case AVS_REASON_INACTIVE:
		return "the module is inactive";
	case AVS_REASON_INCOMPLETE:
		return "the route server lacks a neighbor or a toward line";
	case AVS_REASON_CONFLICT:
		return "two lines give the neighbor a role";
	case AVS_REASON_NOT_TARGETED:
		return "the configuration asks for it at other route servers only";
	case AVS_REASON_CONDITION:
		return "a when-present prefix is missing";
	case AVS_REASON_VPN_EXPORT:
		return "the instance exports its table to a VPN or EVPN";
	case AVS_REASON_STARTUP:
		return "the route server has not told all of its routes yet, which may show that "
		       "on-premises is reached";
	case AVS_REASON_ANNOUNCED_FROZEN:
		return "announced because it was when avs freeze was given; otherwise it would be "
		       "withdrawn";
	case AVS_REASON_FROZEN:
		return "avs freeze, and it was not announced before";
	case AVS_REASON_MAINTENANCE:
		return "the route server is drained (avs route-server maintenance)";
	case AVS_REASON_NO_SOURCE:
		return "no learned route is represented as the default (set avs advertise default)";
	case AVS_REASON_STARTUP_DELAY:
		return "bgpd has just started, and not every neighbor has told its routes yet";
	case AVS_REASON_UNSUPPRESS:
		return "a neighbor without a role has an unsuppress-map, which would let it out";
	case AVS_REASON_EDGE_DEFAULT:
		return "Azure delivers a default, which is meant for the private cloud";
	case AVS_REASON_EDGE_OWN:
		return "this router announces the same prefix to Azure: it comes back, or somebody "
		       "else claims it";
	case AVS_REASON_EDGE_INSIDE:
		return "it lies inside of a prefix that this router announces to Azure, and no avs "
		       "segment line says that it is Azure's";
	}
	return "unknown";
}
