// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bgpd_avs: Azure Route Server and Azure VMware Solution for FRR's bgpd.
 *
 * Purpose: load into the distribution's own bgpd (`-M avs`), refuse every
 * other one, and register what the rooms offer.  This file holds the list of
 * hooks and nothing else; read it top to bottom to see what the module does.
 *
 * Release lock, in two steps.  When loaded, the version of the running libfrr
 * must be the one of the headers.  In another release nothing is registered:
 * bgpd runs, our lines are unknown to it, and the owned maps that a saved
 * configuration names are undefined, which denies.  Later, when there is
 * something to compare with, the sizes that bgpd's own allocations have must be
 * those of our structs (a package can be rebuilt with other options under the same
 * version): otherwise the module is inactive, keeps its configuration and announces
 * nothing.
 *
 * Start order of FRR: init, frr_early_init, northbound, bgpd, frr_late_init,
 * fork, configuration.  No thread, no socket and no allocation in bgpd's
 * tables happens before frr_late_init.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>
#include <malloc.h>

#include "libfrr.h"
#include "linklist.h"
#include "module.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_memory.h"
#include "bgpd/bgp_updgrp.h"

#include "bgpd_avs/avs_cli.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_hold.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_register.h"
#include "bgpd_avs/avs_nb_reserved.h"
#include "bgpd_avs/avs_policy.h"
#include "bgpd_avs/avs_received.h"
#include "bgpd_avs/avs_refuse.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_routemap.h"
#include "bgpd_avs/avs_show.h"
#include "bgpd_avs/avs_zebra.h"
#include "bgpd_avs/avs_update_in.h"
#include "bgpd_avs/avs_watch.h"

DEFINE_MGROUP(AVS, "BGP AVS");

/* ---- release lock ------------------------------------------------------ */

static bool registered;
static char complaint[160];

/* what we read or write, and what bgpd says about its size */
static const struct layout {
	const char *name;
	const struct memtype *type;
	size_t size;
	bool required; /* exists as soon as a BGP instance does */
} layouts[] = {
	{"struct peer", MTYPE_BGP_PEER, sizeof(struct peer), true},
	{"struct bgp_dest", MTYPE_BGP_NODE, sizeof(struct bgp_dest), false},
	{"struct bgp_path_info", MTYPE_BGP_ROUTE, sizeof(struct bgp_path_info), false},
	{"struct bgp_path_info_extra", MTYPE_BGP_ROUTE_EXTRA, sizeof(struct bgp_path_info_extra),
	 false},
	{"struct attr", MTYPE_ATTR, sizeof(struct attr), false},
	{"struct bgp_adj_out", MTYPE_BGP_ADJ_OUT, sizeof(struct bgp_adj_out), false},
	{"struct update_subgroup", MTYPE_BGP_UPD_SUBGRP, sizeof(struct update_subgroup), false},
};

static void refuse(const char *name, size_t theirs, size_t ours)
{
	snprintf(complaint, sizeof(complaint),
		 "%s has %zu bytes in this bgpd and %zu in the module", name, theirs, ours);
	zlog_err("AVS: %s: inactive, nothing is announced", complaint);
}

/*
 * struct bgp shares its memory type with smaller things, so its size is not
 * known to bgpd's accounting; the allocator knows it up to its rounding.
 */
static bool instance_fits(const struct bgp *bgp)
{
#ifdef HAVE_MALLOC_USABLE_SIZE
	size_t theirs = malloc_usable_size((void *)bgp);
	size_t ours = sizeof(struct bgp) + AVS_LAYOUT_SKEW;

	if (theirs < ours || theirs >= ours + 2 * sizeof(max_align_t)) {
		refuse("struct bgp", theirs, ours);
		return false;
	}
#endif
	return true;
}

bool avs_module_active(void)
{
	const struct bgp *bgp;

	if (complaint[0] || !registered)
		return false;
	for (size_t i = 0; i < array_size(layouts); i++) {
		const struct layout *layout = &layouts[i];
		size_t theirs = layout->type->size;

		/* none allocated yet; before there is an instance nothing is known */
		if (!theirs && layout->required)
			return false;
		/* a type that stock code also uses for something else tells nothing */
		if (!theirs || (theirs == SIZE_VAR && !layout->required))
			continue;
		if (theirs == layout->size + AVS_LAYOUT_SKEW)
			continue;
		refuse(layout->name, theirs, layout->size + AVS_LAYOUT_SKEW);
		return false;
	}
	bgp = listnode_head(bm->bgp);
	return bgp && instance_fits(bgp);
}

const char *avs_module_complaint(void)
{
	return complaint[0] ? complaint : NULL;
}

static bool release_matches(void)
{
	for (struct frrmod_runtime *rt = frrmod_list; rt; rt = rt->next) {
		if (!strmatch(rt->info->name, "libfrr"))
			continue;
		if (strmatch(rt->info->version, AVS_FRR_VERSION))
			return true;
		fprintf(stderr,
			"bgpd_avs: built for FRR %s, this is %s: not active, Route Servers are told nothing\n",
			AVS_FRR_VERSION, rt->info->version);
		zlog_err("AVS: built for FRR %s, this is %s: not active", AVS_FRR_VERSION,
			 rt->info->version);
		return false;
	}
	return false;
}

/* ---- hooks ------------------------------------------------------------- */

static int early_init(avs_loop_t *loop)
{
	registered = avs_nb_register();
	return 0;
}

static int config_write(struct bgp *bgp, struct vty *vty)
{
	avs_nb_write(vty, bgp->name ? bgp->name : VRF_DEFAULT_NAME);
	return 0;
}

static int inst_delete(struct bgp *bgp)
{
	avs_instance_delete(bgp);
	return 0;
}

static int late_init(avs_loop_t *loop)
{
	if (!registered)
		return 0;
	avs_routemap_init();
	avs_policy_init();
	avs_received_init();
	avs_nb_reserved_init();
	avs_rib_init();
	avs_zebra_init();
	avs_watch_init();
	avs_update_in_init();
	avs_refuse_init();
	avs_cli_init();
	avs_cli_edge_init();
	avs_cli_overlay_init();
	avs_cli_udr_init();
	avs_cli_rmap_init();
	avs_show_init();
	avs_show_check_init();
	avs_show_edge_init();
	avs_show_udr_init();
	hook_register(bgp_inst_config_write, config_write);
	hook_register(bgp_inst_delete, inst_delete);
	return 0;
}

static int early_fini(void)
{
	avs_show_long_fini();
	avs_instance_fini();
	avs_zebra_fini();
	avs_hold_fini();
	avs_refuse_fini();
	return 0;
}

static int fini(void)
{
	avs_routemap_fini();
	avs_nb_config_fini();
	return 0;
}

static int avs_module_init(void)
{
	/* an error here would keep bgpd, and every other session, from starting */
	if (!release_matches())
		return 0;
	hook_register(frr_early_init, early_init);
	hook_register(frr_late_init, late_init);
	hook_register(frr_early_fini, early_fini);
	hook_register(frr_fini, fini);
	return 0;
}

FRR_MODULE_SETUP(.name = "bgpd_avs", .version = AVS_FRR_VERSION,
		 .description = "Azure Route Server and Azure VMware Solution",
		 .init = avs_module_init, );
