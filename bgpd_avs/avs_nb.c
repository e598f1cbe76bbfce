// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which node of yang/frr-bgp-avs.yang has which callbacks.
 *
 * Purpose: the table, and nothing that decides.  The northbound wants a
 * callback for every operation a node allows, and checks at start that none
 * is missing.
 *
 * Representation: every callback of our own tree but two does nothing.  State is not kept
 * node by node: when a transaction is applied, the root's apply_finish
 * rebuilds the configuration of each instance from the tree that is being
 * committed (avs_nb_config.c).  So what the tree says and what the module
 * does cannot differ, and a deleted list entry, for whose children the
 * northbound calls nothing, needs no care.
 *
 * What is wrong whatever the rest of the configuration says is refused by the
 * model itself (patterns, ranges, must), in its own words; the one thing that
 * a model cannot know, whether BGP has such an instance, is refused by
 * avs_nb_instance_create().
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "northbound_cli.h"
#include "yang.h"

#include "bgpd_avs/avs_cli.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_rmap.h"

static int avs_nb_noop_create(struct nb_cb_create_args *args)
{
	return NB_OK;
}

static int avs_nb_noop_modify(struct nb_cb_modify_args *args)
{
	return NB_OK;
}

static int avs_nb_noop_destroy(struct nb_cb_destroy_args *args)
{
	return NB_OK;
}

/* clang-format off */
const struct frr_yang_module_info frr_bgp_avs_info = {
	.name = "frr-bgp-avs",
	.nodes = {
		{
			.xpath = AVS_XPATH,
			.cbs = {
				.apply_finish = avs_nb_apply_finish,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE,
			.cbs = {
				.create = avs_nb_instance_create,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/shutdown",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_shutdown,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/freeze",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/neighbor",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/toward",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_rs_toward,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/global-reach",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/accept-leak",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/guard",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/route-map-in",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_route_map,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/route-map-out",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_route_map,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/permit-prefix-list",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_rs_permit,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/next-hop",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/interface",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/route-limit",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/usable",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/gateway-limit",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/prepend",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/route-server/maintenance",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_rs_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/neighbor",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_overlay_neighbor,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/neighbor/interface",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/default",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_overlay_default,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/route-map",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/route-map/in",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_overlay_route_map,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/overlay/route-map/out",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_overlay_route_map,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/azure-edge/route-map",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/azure-edge/route-map/in",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_edge_route_map,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/azure-edge/neighbor",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_edge_neighbor,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix/segment",
			.cbs = {
				.modify = avs_nb_noop_modify,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix/site",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix-list",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix-list/segment",
			.cbs = {
				.modify = avs_nb_noop_modify,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/prefix-list/site",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/neighbor",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/neighbor/segment",
			.cbs = {
				.modify = avs_nb_noop_modify,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/neighbor/site",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/as-path-list",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/as-path-list/segment",
			.cbs = {
				.modify = avs_nb_noop_modify,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/as-path-list/site",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/origin-as",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/origin-as/segment",
			.cbs = {
				.modify = avs_nb_noop_modify,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment/origin-as/site",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/sibling/as",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_sibling,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/keep-azure-communities",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_keep,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/segment-memory",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/policy/route-map",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_policy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/default/toward",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_default_toward,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/default/next-hop",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_default_next_hop,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/default/when-present",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_when_present,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/default/vnet-only",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_vnet_only,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/default/form",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_default_form,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/companions/toward",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_companions,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/companion",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_companion,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/supernet",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_supernet,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/supernet/unconditional",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/supernet/toward",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/supernet-auto",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_supernet_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/segment",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_advertise_segment,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/advertise/segment/prefix-list",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/auto/toward",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/auto/max-prefixes",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/auto/shortest",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/auto/within",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/auto/max-attract",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_auto,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/protect",
			.cbs = {
				.create = avs_nb_noop_create,
				.destroy = avs_nb_noop_destroy,
				.cli_cmp = avs_cli_cmp,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/hold-down",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/tighten-delay",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/startup-delay",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/quiet-period",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/discard",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_leaf,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/udr/next-hop",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_udr,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/udr/route-limit",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_udr,
			}
		},
		{
			.xpath = AVS_XPATH_INSTANCE "/udr/reserved",
			.cbs = {
				.modify = avs_nb_noop_modify,
				.destroy = avs_nb_noop_destroy,
				.cli_show = avs_cli_show_udr,
			}
		},
		{
			.xpath = AVS_XPATH_MATCH "avs-segment",
			.cbs = {
				.modify = avs_nb_match_modify,
				.destroy = avs_nb_match_destroy,
				.cli_show = avs_cli_show_match,
			}
		},
		{
			.xpath = AVS_XPATH_MATCH "avs-route",
			.cbs = {
				.modify = avs_nb_match_modify,
				.destroy = avs_nb_match_destroy,
				.cli_show = avs_cli_show_match,
			}
		},
		{
			.xpath = AVS_XPATH_MATCH "avs-leak-toward",
			.cbs = {
				.modify = avs_nb_match_modify,
				.destroy = avs_nb_match_destroy,
				.cli_show = avs_cli_show_match,
			}
		},
		{
			.xpath = AVS_XPATH_SET "avs-segment",
			.cbs = {
				.modify = avs_nb_set_modify,
				.destroy = avs_nb_set_destroy,
				.cli_show = avs_cli_show_set,
			}
		},
		{
			.xpath = AVS_XPATH_SET "avs-advertise",
			.cbs = {
				.modify = avs_nb_set_modify,
				.destroy = avs_nb_set_destroy,
				.cli_show = avs_cli_show_set,
			}
		},
		{
			.xpath = AVS_XPATH_SET "avs-as-path",
			.cbs = {
				.modify = avs_nb_set_modify,
				.destroy = avs_nb_set_destroy,
				.cli_show = avs_cli_show_set,
			}
		},
		{
			.xpath = AVS_XPATH_SET "avs-site",
			.cbs = {
				.modify = avs_nb_set_site_modify,
				.destroy = avs_nb_set_site_destroy,
			}
		},
		{
			.xpath = NULL,
		},
	},
};
/* clang-format on */
