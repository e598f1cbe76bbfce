// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The avs lines under `router bgp`.
 *
 * Purpose: translate a typed line into changes of the YANG tree.  One line is
 * one setting: its key and, where it has one, its value.
 *
 * Rules that every command keeps, because frr-reload.py and `vtysh -b` depend
 * on them:
 *  - `no` and the whole line removes exactly that line.  Where the line is
 *    not there as it stands, nothing happens and nothing fails.  frr-reload.py
 *    cuts words off a `no` line that failed, so a shorter line must never
 *    remove more: it does not, because a shorter line is another line.
 *  - A line that is there already is accepted again.
 *  - What is wrong in itself is refused here, before it is enqueued: during
 *    `vtysh -b` many lines are one transaction, and a bad one found later
 *    takes all of them with it.  The judge is the model: values are checked
 *    against its types, and its sentences are printed.
 *  - What depends on other lines is not looked at, with one exception: the
 *    numbers of route servers and overlay neighbors are bounded, and the line
 *    that exceeds one must not cost the others.
 *
 * Names go into XPath expressions, and libfrr asserts that these are well
 * formed: no name is used before avs_line_check() has seen it.
 *
 * File reads: every northbound line read from a file would be a transaction
 * of its own, which costs the whole tree each time.  So batching is switched
 * on for them, as vtysh does; it stays on, since libfrr asserts that it is
 * not switched off with changes pending.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"
#include "prefix.h"
#include "vty.h"

#include "bgpd/bgpd.h"

#include "bgpd_avs/avs_cli.h"
#include "bgpd_avs/avs_cli_line.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/core/avs_types.h"

#include "bgpd_avs/avs_cli_clippy.c"

#define AVS_STR "Announcements to Azure Route Server\n"
#define AVS_RS_STR AVS_STR "A Route Server\nIts name\n"
#define AVS_SEG_PC "Azure VMware Solution\n"
#define AVS_SEG_OP "The customer's own network\n"
#define AVS_SEG_VN "Virtual networks of Azure\n"
#define AVS_SITE_STR "One of several sites\nName of the site\n"
#define AVS_SEG_STR AVS_STR "Where learned routes come from\n" AVS_SEG_PC AVS_SEG_OP AVS_SEG_VN
#define AVS_ADV_STR AVS_STR "What is to be announced\n"
#define AVS_DFLT_STR AVS_ADV_STR "The default route\n"
#define AVS_AUTO_STR AVS_STR "Limits of computed supernets\n"
#define AVS_PREFIX_STR "IPv4 prefix\nIPv6 prefix\n"

/* optional values: NULL is right */
static bool check_site(struct vty *vty, const char *site)
{
	return !site || avs_line_check(vty, "segment/prefix/site", site);
}

/* leaf of a route server with the same name as the keyword */
static int rs_leaf(struct vty *vty, const char *no, const char *rs, const char *leaf,
		   const char *value)
{
	char xpath[XPATH_MAXLEN], schema[64];
	struct avs_line line;

	snprintf(schema, sizeof(schema), "route-server/%s", leaf);
	if (!avs_line_begin_rs(&line, vty, no, rs, xpath, sizeof(xpath)) ||
	    !avs_line_check(vty, schema, value))
		return CMD_WARNING_CONFIG_FAILED;
	strlcat(xpath, "/", sizeof(xpath));
	strlcat(xpath, leaf, sizeof(xpath));
	return avs_line_leaf(&line, xpath, value);
}

/* the same with a number, written as the model writes it */
static int rs_number(struct vty *vty, const char *no, const char *rs, const char *leaf, long value)
{
	char text[16];

	snprintf(text, sizeof(text), "%ld", value);
	return rs_leaf(vty, no, rs, leaf, text);
}

/* entry of a leaf-list of a route server */
static int rs_item(struct vty *vty, const char *no, const char *rs, const char *list,
		   const char *value)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin_rs(&line, vty, no, rs, xpath, sizeof(xpath)))
		return CMD_WARNING_CONFIG_FAILED;
	strlcat(xpath, "/", sizeof(xpath));
	strlcat(xpath, list, sizeof(xpath));
	return avs_line_item(&line, xpath, value);
}

DEFPY_YANG(avs_rs_neighbor, avs_rs_neighbor_cmd,
	   "[no] avs route-server NAME$rs neighbor <A.B.C.D$address|X:X::X:X$address6>",
	   NO_STR AVS_RS_STR
	   "One of its instances\n"
	   "Its address\n"
	   "Its address (not possible: Azure Route Server does not support IPv6)\n")
{
	if (address6_str) {
		vty_out(vty, "%% %s: Azure Route Server does not support IPv6\n", address6_str);
		return CMD_WARNING_CONFIG_FAILED;
	}
	return rs_item(vty, no, rs, "neighbor", address_str);
}

DEFPY_YANG(
	avs_rs_toward, avs_rs_toward_cmd,
	"[no] avs route-server NAME$rs toward <private-cloud|on-premises>$segment [site NAME$site]",
	NO_STR AVS_RS_STR
	"Segment that announcements end up at\n" AVS_SEG_PC AVS_SEG_OP AVS_SITE_STR)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;
	size_t len;

	if (!check_site(vty, site) || !avs_line_begin_rs(&line, vty, no, rs, xpath, sizeof(xpath)))
		return CMD_WARNING_CONFIG_FAILED;
	len = strlen(xpath);
	snprintf(xpath + len, sizeof(xpath) - len, "/toward[segment='%s'][site='%s']", segment,
		 site ? site : "");
	return avs_line_present(&line, xpath);
}

DEFPY_YANG(avs_rs_consent, avs_rs_consent_cmd,
	   "[no] avs route-server NAME$rs <global-reach|accept-leak>$what on-premises",
	   NO_STR AVS_RS_STR
	   "Global Reach links its circuit to another segment as well\n"
	   "Another segment may get the default route and the companions as well\n" AVS_SEG_OP)
{
	return rs_item(vty, no, rs, what, "on-premises");
}

DEFPY_YANG(avs_rs_guard, avs_rs_guard_cmd,
	   "[no] avs route-server NAME$rs guard <enforce|monitor|shadow>$mode",
	   NO_STR AVS_RS_STR
	   "What is done about announcements that are not in the plan\n"
	   "They are refused (default)\n"
	   "They are counted, and leave\n"
	   "Nothing is touched or originated: what is sent is compared with the plan\n")
{
	return rs_leaf(vty, no, rs, "guard", mode);
}

DEFPY_YANG(avs_rs_route_map, avs_rs_route_map_cmd,
	   "[no] avs route-server NAME$rs route-map NAME$map <in|out>$direction",
	   NO_STR AVS_RS_STR
	   "Your own route-map, inside of the plan: narrows, changes attributes\n"
	   "Its name\n"
	   "For what is learned\n"
	   "For what is announced\n")
{
	if (!no && !avs_line_check_map(vty, map))
		return CMD_WARNING_CONFIG_FAILED;
	return rs_leaf(vty, no, rs, strmatch(direction, "in") ? "route-map-in" : "route-map-out",
		       map);
}

DEFPY_YANG(avs_rs_permit, avs_rs_permit_cmd,
	   "[no] avs route-server NAME$rs permit prefix-list NAME$list",
	   NO_STR AVS_RS_STR
	   "Further prefixes that may leave, if the rules let them\n"
	   "Those that a prefix list permits\n"
	   "Its name\n")
{
	if (!avs_line_check(vty, "route-server/permit-prefix-list", list))
		return CMD_WARNING_CONFIG_FAILED;
	return rs_item(vty, no, rs, "permit-prefix-list", list);
}

DEFPY_YANG(avs_rs_next_hop, avs_rs_next_hop_cmd,
	   "[no] avs route-server NAME$rs next-hop A.B.C.D$address",
	   NO_STR AVS_RS_STR
	   "Next hop of announcements, instead of this router\n"
	   "For example a load balancer\n")
{
	return rs_leaf(vty, no, rs, "next-hop", address_str);
}

DEFPY_YANG(avs_rs_route_limit, avs_rs_route_limit_cmd,
	   "[no] avs route-server NAME$rs <route-limit|gateway-limit>$leaf (1-100000)$limit",
	   NO_STR AVS_RS_STR
	   "Routes that it accepts from one neighbor (default 4000)\n"
	   "Routes that the gateway advertises toward the circuit in total (default 1000)\n"
	   "Number of routes\n")
{
	return rs_number(vty, no, rs, leaf, limit);
}

DEFPY_YANG(avs_rs_usable, avs_rs_usable_cmd, "[no] avs route-server NAME$rs usable (1-100)$percent",
	   NO_STR AVS_RS_STR
	   "Part of the route limit that may be used (default 50)\n"
	   "Percent\n")
{
	return rs_number(vty, no, rs, "usable", percent);
}

DEFPY_YANG(avs_rs_maintenance, avs_rs_maintenance_cmd, "[no] avs route-server NAME$rs maintenance",
	   NO_STR AVS_RS_STR "Drain it: prepend for a minute, then withdraw everything\n")
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin_rs(&line, vty, no, rs, xpath, sizeof(xpath)))
		return CMD_WARNING_CONFIG_FAILED;
	strlcat(xpath, "/maintenance", sizeof(xpath));
	return avs_line_present(&line, xpath);
}

DEFPY_YANG(avs_rs_prepend, avs_rs_prepend_cmd, "[no] avs route-server NAME$rs prepend (1-10)$count",
	   NO_STR AVS_RS_STR
	   "Prepend the own AS (standby appliance)\n"
	   "How often\n")
{
	return rs_number(vty, no, rs, "prepend", count);
}

/* leaf of the instance; path as in the model */
static int instance_leaf(struct vty *vty, const char *no, const char *path, const char *value)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/%s", path);
	return avs_line_leaf(&line, xpath, value);
}

/* entry of a leaf-list of the instance */
static int instance_item(struct vty *vty, const char *no, const char *path, const char *value)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/%s", path);
	return avs_line_item(&line, xpath, value);
}

/* leaf of type empty */
static int instance_present(struct vty *vty, const char *no, const char *path)
{
	char xpath[XPATH_MAXLEN];
	struct avs_line line;

	if (!avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/%s", path);
	return avs_line_present(&line, xpath);
}

static int instance_number(struct vty *vty, const char *no, const char *path, long value)
{
	char text[16];

	snprintf(text, sizeof(text), "%ld", value);
	return instance_leaf(vty, no, path, text);
}

/* --------------------------------------------------------------- segments */

/*
 * A line of the classification: entry is the XPath of its list entry below
 * "segment", its value the segment and the site.
 */
static int segment_line(struct avs_line *line, const char *entry, const char *segment,
			const char *site)
{
	char xpath[XPATH_MAXLEN], leaf[XPATH_MAXLEN + 16];
	const struct lyd_node *dnode;

	avs_line_path(line, xpath, sizeof(xpath), "/segment/%s", entry);
	if (line->no) {
		dnode = avs_line_find(line, xpath);
		if (dnode && avs_line_child_is(dnode, "segment", segment) &&
		    avs_line_child_is(dnode, "site", site))
			avs_line_remove(line, dnode);
		return avs_line_apply(line);
	}
	nb_cli_enqueue_change(line->vty, xpath, NB_OP_CREATE, NULL);
	snprintf(leaf, sizeof(leaf), "%s/segment", xpath);
	nb_cli_enqueue_change(line->vty, leaf, NB_OP_MODIFY, segment);
	snprintf(leaf, sizeof(leaf), "%s/site", xpath);
	nb_cli_enqueue_change(line->vty, leaf, site ? NB_OP_MODIFY : NB_OP_DESTROY, site);
	return avs_line_apply(line);
}

DEFPY_YANG(
	avs_segment_prefix, avs_segment_prefix_cmd,
	"[no] avs segment <private-cloud|on-premises|virtual-network>$segment prefix <A.B.C.D/M|X:X::X:X/M>$prefix [site NAME$site]",
	NO_STR AVS_SEG_STR "This prefix and what is inside of it\n" AVS_PREFIX_STR AVS_SITE_STR)
{
	char entry[PREFIX_STRLEN + 32];
	struct avs_line line;

	if (!avs_line_check_prefix(vty, prefix) || !check_site(vty, site) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	snprintfrr(entry, sizeof(entry), "prefix[prefix='%pFX']", prefix);
	return segment_line(&line, entry, segment, site);
}

DEFPY_YANG(
	avs_segment_list, avs_segment_list_cmd,
	"[no] avs segment <private-cloud|on-premises|virtual-network>$segment <prefix-list|as-path-list>$type NAME$list [site NAME$site]",
	NO_STR AVS_SEG_STR
	"What a prefix list permits\n"
	"What an AS path list permits\n"
	"Its name\n" AVS_SITE_STR)
{
	char entry[128];
	struct avs_line line;

	if (!avs_line_check(vty, "segment/prefix-list/name", list) || !check_site(vty, site) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(entry, sizeof(entry), "%s[name='%s']", type, list);
	return segment_line(&line, entry, segment, site);
}

DEFPY_YANG(
	avs_segment_neighbor, avs_segment_neighbor_cmd,
	"[no] avs segment <private-cloud|on-premises|virtual-network>$segment neighbor <A.B.C.D|X:X::X:X>$address [site NAME$site]",
	NO_STR AVS_SEG_STR
	"Everything that a neighbor delivers\n"
	"Its address\n"
	"Its address\n" AVS_SITE_STR)
{
	char entry[INET6_ADDRSTRLEN + 32];
	struct avs_line line;

	if (!check_site(vty, site) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	snprintfrr(entry, sizeof(entry), "neighbor[address='%pSU']", address);
	return segment_line(&line, entry, segment, site);
}

/* "65001" or "65001-65010" */
static bool parse_as_range(const char *text, unsigned long *first, unsigned long *last)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*first = *last = strtoul(text, &end, 10);
	if (*end == '-' && isdigit((unsigned char)end[1]))
		*last = strtoul(end + 1, &end, 10);
	return *end == '\0' && *first >= 1 && *first <= *last && *last <= UINT32_MAX;
}

DEFPY_YANG(
	avs_segment_origin_as, avs_segment_origin_as_cmd,
	"[no] avs segment <private-cloud|on-premises|virtual-network>$segment origin-as ASN$range [site NAME$site]",
	NO_STR AVS_SEG_STR
	"Routes of an origin AS\n"
	"AS number, or a range FIRST-LAST\n" AVS_SITE_STR)
{
	unsigned long first, last;
	struct avs_line line;
	char entry[64];

	if (!parse_as_range(range, &first, &last)) {
		vty_out(vty, "%% %s: neither an AS number nor a range FIRST-LAST of them\n", range);
		return CMD_WARNING_CONFIG_FAILED;
	}
	if (!check_site(vty, site) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(entry, sizeof(entry), "origin-as[first='%lu'][last='%lu']", first, last);
	return segment_line(&line, entry, segment, site);
}

/* -------------------------------------------------------------- advertise */

DEFPY_YANG(avs_default_toward, avs_default_toward_cmd,
	   "[no] avs advertise default toward <private-cloud|on-premises>$segment",
	   NO_STR AVS_DFLT_STR "Segment that is to get it\n" AVS_SEG_PC AVS_SEG_OP)
{
	return instance_item(vty, no, "advertise/default/toward", segment);
}

DEFPY_YANG(avs_default_next_hop, avs_default_next_hop_cmd,
	   "[no] avs advertise default next-hop A.B.C.D$address",
	   NO_STR AVS_DFLT_STR
	   "Its next hop, instead of that of the other announcements\n"
	   "For example a load balancer\n")
{
	return instance_leaf(vty, no, "advertise/default/next-hop", address_str);
}

DEFPY_YANG(avs_default_vnet_only, avs_default_vnet_only_cmd, "[no] avs advertise default vnet-only",
	   NO_STR AVS_DFLT_STR "For the machines of the virtual network alone (NO_ADVERTISE)\n")
{
	return instance_present(vty, no, "advertise/default/vnet-only");
}

DEFPY_YANG(avs_default_form, avs_default_form_cmd,
	   "[no] avs advertise default form <route|halves|both>$form",
	   NO_STR AVS_DFLT_STR
	   "The prefixes that make it\n"
	   "0.0.0.0/0 (default)\n"
	   "0.0.0.0/1 and 128.0.0.0/1, where 0.0.0.0/0 is not passed on\n"
	   "All three\n")
{
	return instance_leaf(vty, no, "advertise/default/form", form);
}

DEFPY_YANG(
	avs_default_when_present, avs_default_when_present_cmd,
	"[no] avs advertise default when-present <A.B.C.D/M|X:X::X:X/M>$prefix [from <overlay$overlay|zebra$zebra|route-server NAME$rs|A.B.C.D$v4|X:X::X:X$v6>]",
	NO_STR AVS_DFLT_STR
	"Only while a prefix is learned; all such lines have to hold\n" AVS_PREFIX_STR
	"Whom it has to be learned from, instead of any BGP neighbor\n"
	"Any overlay neighbor\n"
	"The routing table of this machine\n"
	"A Route Server\n"
	"Its name\n"
	"Address of a neighbor\n"
	"Address of a neighbor\n")
{
	char xpath[XPATH_MAXLEN], source[INET6_ADDRSTRLEN + AVS_NAME_MAX] = "";
	const char *type = "any";
	struct avs_line line;

	if (!avs_line_check_prefix(vty, prefix) ||
	    (rs && !avs_line_check(vty, "route-server/name", rs)) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	if (overlay) {
		type = "overlay";
	} else if (zebra) {
		type = "zebra";
	} else if (rs) {
		type = "route-server";
		strlcpy(source, rs, sizeof(source));
	} else if (v4_str) {
		type = "neighbor";
		snprintfrr(source, sizeof(source), "%pI4", &v4);
	} else if (v6_str) {
		type = "neighbor";
		snprintfrr(source, sizeof(source), "%pI6", &v6);
	}
	avs_line_path(
		&line, xpath, sizeof(xpath),
		"/advertise/default/when-present[prefix='%pFX'][source-type='%s'][source='%s']",
		prefix, type, source);
	return avs_line_present(&line, xpath);
}

DEFPY_YANG(avs_companions, avs_companions_cmd, "[no] avs advertise companions toward private-cloud",
	   NO_STR AVS_ADV_STR
	   "The blocks of RFC 1918, which the private cloud's routers prefer over a default route\n"
	   "Segment that is to get them\n" AVS_SEG_PC)
{
	return instance_item(vty, no, "advertise/companions/toward", "private-cloud");
}

/* Right for a supernet or a companion: IPv4, no host bits, not the default route. */
static bool check_attracting(struct vty *vty, const char *leaf, const struct prefix *prefix)
{
	char text[PREFIX_STRLEN];

	if (prefix->family != AF_INET) {
		vty_out(vty, "%% %pFX: Azure Route Server does not support IPv6\n", prefix);
		return false;
	}
	prefix2str(prefix, text, sizeof(text));
	return avs_line_check(vty, leaf, text) && avs_line_check_prefix(vty, prefix);
}

DEFPY_YANG(
	avs_supernet, avs_supernet_cmd,
	"[no] avs advertise supernet <A.B.C.D/M|X:X::X:X/M>$prefix [unconditional$unconditional] [toward <private-cloud|on-premises>$segment]",
	NO_STR AVS_ADV_STR
	"Prefix less specific than what the segments advertise themselves\n"
	"The prefix\n"
	"The prefix (not possible: Azure Route Server does not support IPv6)\n"
	"Even while no learned prefix is inside\n"
	"Segment that is to get it, instead of every Route Server\n" AVS_SEG_PC AVS_SEG_OP)
{
	char xpath[XPATH_MAXLEN], leaf[XPATH_MAXLEN + 16];
	const struct lyd_node *dnode;
	struct avs_line line;

	if (!check_attracting(vty, "advertise/supernet/prefix", prefix) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/advertise/supernet[prefix='%pFX']", prefix);
	if (no) {
		dnode = avs_line_find(&line, xpath);
		if (dnode && avs_line_child_is(dnode, "toward", segment) &&
		    !avs_nb_child(dnode, "unconditional") == !unconditional)
			avs_line_remove(&line, dnode);
		return avs_line_apply(&line);
	}
	nb_cli_enqueue_change(vty, xpath, NB_OP_CREATE, NULL);
	snprintf(leaf, sizeof(leaf), "%s/unconditional", xpath);
	nb_cli_enqueue_change(vty, leaf, unconditional ? NB_OP_CREATE : NB_OP_DESTROY, NULL);
	snprintf(leaf, sizeof(leaf), "%s/toward", xpath);
	nb_cli_enqueue_change(vty, leaf, segment ? NB_OP_MODIFY : NB_OP_DESTROY, segment);
	return avs_line_apply(&line);
}

DEFPY_YANG(avs_companion, avs_companion_cmd,
	   "[no] avs advertise companion <A.B.C.D/M|X:X::X:X/M>$prefix",
	   NO_STR AVS_ADV_STR
	   "A further block toward the private cloud, for what on-premises has beyond RFC 1918\n"
	   "The prefix\n"
	   "The prefix (not possible: Azure Route Server does not support IPv6)\n")
{
	char xpath[XPATH_MAXLEN], text[PREFIX_STRLEN];
	struct avs_line line;

	if (!check_attracting(vty, "advertise/companion", prefix) ||
	    !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/advertise/companion");
	prefix2str(prefix, text, sizeof(text));
	return avs_line_item(&line, xpath, text);
}

/* --------------------------------------------------------------- instance */

DEFPY_YANG(avs_shutdown, avs_shutdown_cmd, "[no] avs shutdown",
	   NO_STR AVS_STR "Emergency stop: announce nothing, the sessions stay\n")
{
	return instance_present(vty, no, "shutdown");
}

DEFPY_YANG(avs_freeze, avs_freeze_cmd, "[no] avs freeze",
	   NO_STR AVS_STR "Keep what is announced as it is; only safety rules act\n")
{
	return instance_present(vty, no, "freeze");
}

DEFPY_YANG(avs_protect, avs_protect_cmd, "[no] avs protect <A.B.C.D/M|X:X::X:X/M>$prefix",
	   NO_STR AVS_STR "Address space that no supernet may touch\n" AVS_PREFIX_STR)
{
	char xpath[XPATH_MAXLEN], text[PREFIX_STRLEN];
	struct avs_line line;

	if (!avs_line_check_prefix(vty, prefix) || !avs_line_begin(&line, vty, no))
		return CMD_WARNING_CONFIG_FAILED;
	avs_line_path(&line, xpath, sizeof(xpath), "/protect");
	return avs_line_item(&line, xpath, prefix2str(prefix, text, sizeof(text)));
}

DEFPY_YANG(avs_quiet_period, avs_quiet_period_cmd, "[no] avs quiet-period (0-60)$seconds",
	   NO_STR AVS_STR
	   "Time that changes wait which loosen or remove (default 5)\n"
	   "Seconds\n")
{
	return instance_number(vty, no, "quiet-period", seconds);
}

DEFPY_YANG(avs_discard, avs_discard_cmd, "[no] avs discard <auto|off>$mode",
	   NO_STR AVS_STR
	   "Discard routes for originated supernets\n"
	   "Where the next hop is this router (default)\n"
	   "None\n")
{
	return instance_leaf(vty, no, "discard", mode);
}

/* ---------------------------------------------------- automatic supernets */

DEFPY_YANG(avs_supernet_auto, avs_supernet_auto_cmd, "[no] avs advertise supernet auto",
	   NO_STR AVS_ADV_STR
	   "Prefix less specific than what the segments advertise themselves\n"
	   "Computed from what is learned\n")
{
	return instance_present(vty, no, "advertise/supernet-auto");
}

DEFPY_YANG(avs_auto_toward, avs_auto_toward_cmd,
	   "[no] avs auto toward <private-cloud|on-premises>$segment",
	   NO_STR AVS_AUTO_STR
	   "Segment that is to get them, instead of every Route Server\n" AVS_SEG_PC AVS_SEG_OP)
{
	return instance_item(vty, no, "auto/toward", segment);
}

DEFPY_YANG(avs_auto_max_prefixes, avs_auto_max_prefixes_cmd,
	   "[no] avs auto max-prefixes (1-1000)$count",
	   NO_STR AVS_AUTO_STR
	   "Most of them (default 16)\n"
	   "Number of prefixes\n")
{
	return instance_number(vty, no, "auto/max-prefixes", count);
}

DEFPY_YANG(avs_auto_shortest, avs_auto_shortest_cmd, "[no] avs auto shortest (1-31)$len",
	   NO_STR AVS_AUTO_STR
	   "Shortest one (default 8)\n"
	   "Prefix length\n")
{
	return instance_number(vty, no, "auto/shortest", len);
}

DEFPY_YANG(avs_auto_within, avs_auto_within_cmd, "[no] avs auto within A.B.C.D/M$prefix",
	   NO_STR AVS_AUTO_STR
	   "Address space that they stay in (default RFC 1918 and 100.64.0.0/10)\n"
	   "IPv4 prefix\n")
{
	char text[PREFIX_STRLEN];

	if (!avs_line_check_prefix(vty, (const struct prefix *)prefix))
		return CMD_WARNING_CONFIG_FAILED;
	return instance_item(vty, no, "auto/within", prefix2str(prefix, text, sizeof(text)));
}

DEFPY_YANG(avs_auto_max_attract, avs_auto_max_attract_cmd,
	   "[no] avs auto max-attract (1-4294967295)$addresses",
	   NO_STR AVS_AUTO_STR
	   "Most addresses attracted beyond those of the learned prefixes\n"
	   "Number of addresses\n")
{
	return instance_number(vty, no, "auto/max-attract", addresses);
}

DEFPY_YANG(
	avs_hold_down, avs_hold_down_cmd, "[no] avs hold-down (0-3600)$seconds",
	NO_STR AVS_STR
	"Time before computed supernets move, and before one goes that covers nothing (default 30)\n"
	"Seconds\n")
{
	return instance_number(vty, no, "hold-down", seconds);
}

DEFPY_YANG(avs_tighten_delay, avs_tighten_delay_cmd, "[no] avs tighten-delay (0-86400)$seconds",
	   NO_STR AVS_STR
	   "Time before computed supernets shrink (default 300)\n"
	   "Seconds\n")
{
	return instance_number(vty, no, "tighten-delay", seconds);
}

DEFPY_YANG(avs_startup_delay, avs_startup_delay_cmd, "[no] avs startup-delay (0-3600)$seconds",
	   NO_STR AVS_STR
	   "Longest wait for the neighbors' routes after the start (default 120)\n"
	   "Seconds\n")
{
	return instance_number(vty, no, "startup-delay", seconds);
}

DEFPY_YANG(avs_segment_memory, avs_segment_memory_cmd, "[no] avs segment-memory (0-86400)$seconds",
	   NO_STR AVS_STR
	   "Time that a prefix keeps its segment when only its path changes (default 600)\n"
	   "Seconds\n")
{
	return instance_number(vty, no, "segment-memory", seconds);
}

DEFPY_YANG(avs_policy, avs_policy_cmd, "[no] avs policy route-map NAME$map",
	   NO_STR AVS_STR
	   "What learned routes are, and how they are represented\n"
	   "By a route-map with set avs lines\n"
	   "Its name\n")
{
	if (!no && !avs_line_check_map(vty, map))
		return CMD_WARNING_CONFIG_FAILED;
	return instance_leaf(vty, no, "policy/route-map", map);
}

void avs_cli_init(void)
{
	install_element(BGP_NODE, &avs_auto_max_attract_cmd);
	install_element(BGP_NODE, &avs_auto_max_prefixes_cmd);
	install_element(BGP_NODE, &avs_auto_shortest_cmd);
	install_element(BGP_NODE, &avs_auto_toward_cmd);
	install_element(BGP_NODE, &avs_auto_within_cmd);
	install_element(BGP_NODE, &avs_companions_cmd);
	install_element(BGP_NODE, &avs_companion_cmd);
	install_element(BGP_NODE, &avs_default_form_cmd);
	install_element(BGP_NODE, &avs_default_next_hop_cmd);
	install_element(BGP_NODE, &avs_default_toward_cmd);
	install_element(BGP_NODE, &avs_default_vnet_only_cmd);
	install_element(BGP_NODE, &avs_default_when_present_cmd);
	install_element(BGP_NODE, &avs_discard_cmd);
	install_element(BGP_NODE, &avs_freeze_cmd);
	install_element(BGP_NODE, &avs_hold_down_cmd);
	install_element(BGP_NODE, &avs_policy_cmd);
	install_element(BGP_NODE, &avs_protect_cmd);
	install_element(BGP_NODE, &avs_quiet_period_cmd);
	install_element(BGP_NODE, &avs_rs_consent_cmd);
	install_element(BGP_NODE, &avs_rs_guard_cmd);
	install_element(BGP_NODE, &avs_rs_maintenance_cmd);
	install_element(BGP_NODE, &avs_rs_neighbor_cmd);
	install_element(BGP_NODE, &avs_rs_next_hop_cmd);
	install_element(BGP_NODE, &avs_rs_permit_cmd);
	install_element(BGP_NODE, &avs_rs_prepend_cmd);
	install_element(BGP_NODE, &avs_rs_route_limit_cmd);
	install_element(BGP_NODE, &avs_rs_route_map_cmd);
	install_element(BGP_NODE, &avs_rs_toward_cmd);
	install_element(BGP_NODE, &avs_rs_usable_cmd);
	install_element(BGP_NODE, &avs_segment_list_cmd);
	install_element(BGP_NODE, &avs_segment_memory_cmd);
	install_element(BGP_NODE, &avs_segment_neighbor_cmd);
	install_element(BGP_NODE, &avs_segment_origin_as_cmd);
	install_element(BGP_NODE, &avs_segment_prefix_cmd);
	install_element(BGP_NODE, &avs_shutdown_cmd);
	install_element(BGP_NODE, &avs_startup_delay_cmd);
	install_element(BGP_NODE, &avs_supernet_auto_cmd);
	install_element(BGP_NODE, &avs_supernet_cmd);
	install_element(BGP_NODE, &avs_tighten_delay_cmd);
}
