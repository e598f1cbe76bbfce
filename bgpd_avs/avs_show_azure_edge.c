// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Azure-edge neighbours in `show bgp avs` and `show bgp avs explain`.
 *
 * Purpose: what a customer's edge router announces to Azure and accepts from it.  What it
 * refused is in `show bgp avs leaks`.
 *
 * Representation: none, everything is asked for.  Complexity: a walk of the table for each
 * neighbour that is up.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_debug.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/avs_show.h"

static void show_one(const struct avs_instance *inst, const struct avs_edge_config *config,
		     void (*func)(const struct avs_show_edge *edge, void *arg), void *arg)
{
	struct peer *peer = avs_session_peer(avs_instance_bgp(inst), &config->neighbor);
	struct avs_show_edge edge = {.config = config, .state = "not configured"};

	if (peer) {
		edge.state = lookup_msg(bgp_status_msg, avs_peer_status(peer), NULL);
		edge.announced = avs_adj_out_count(peer);
		edge.accepted = avs_azure_edge_accepted(inst, peer, &edge.supernets);
	}
	func(&edge, arg);
}

void avs_show_edges(const struct avs_instance *inst,
		    void (*func)(const struct avs_show_edge *edge, void *arg), void *arg)
{
	const struct avs_config *config = avs_instance_effective(inst);

	for (size_t i = 0; i < config->edge_count; i++)
		if (config->edges[i].role)
			show_one(inst, &config->edges[i], func, arg);
}

static void edge_out(const struct avs_show_edge *edge, void *arg)
{
	char address[AVS_PREFIX_STRLEN];
	struct vty *vty = arg;

	vty_out(vty, "Azure edge %s: %s",
		avs_prefix_display(&edge->config->neighbor, address, sizeof(address)), edge->state);
	if (edge->config->map_in)
		vty_out(vty, ", route-map %s in", edge->config->map_in);
	vty_out(vty, "\n  %u announced, %u accepted, %u of these contain one that is announced\n\n",
		edge->announced, edge->accepted, edge->supernets);
}

void avs_show_edges_out(struct vty *vty, const struct avs_instance *inst)
{
	avs_show_edges(inst, edge_out, vty);
}

static void explain_one(struct vty *vty, const struct avs_instance *inst,
			const struct avs_edge_config *edge, const struct avs_prefix *prefix)
{
	char address[AVS_PREFIX_STRLEN], text[AVS_PREFIX_STRLEN];
	struct prefix p = avs_to_prefix(prefix);
	struct avs_prefix about;
	enum avs_reason reason = avs_azure_edge_verdict(inst, edge, &p, &about);

	vty_out(vty,
		"Azure edge %s: ", avs_prefix_display(&edge->neighbor, address, sizeof(address)));
	if (reason == AVS_REASON_UNSPEC) {
		vty_out(vty, "accepted\n");
		return;
	}
	vty_out(vty, "refused, %u %s: %s", reason, avs_reason_name(reason),
		avs_reason_text(reason));
	if (about.family)
		vty_out(vty, " (%s)", avs_prefix_str(&about, text, sizeof(text)));
	vty_out(vty, "\n");
}

void avs_show_edges_explain(struct vty *vty, const struct avs_instance *inst,
			    const struct avs_prefix *prefix)
{
	const struct avs_config *config = avs_instance_effective(inst);

	for (size_t i = 0; i < config->edge_count; i++)
		if (config->edges[i].role)
			explain_one(vty, inst, &config->edges[i], prefix);
}
