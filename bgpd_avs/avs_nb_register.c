// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Quarantine: how our YANG module gets into bgpd's northbound.
 *
 * Purpose: FRR loads the YANG modules that stand in a constant list of the
 * daemon, and has no call to add one.  The list is read by nb_init(), which
 * runs after the hook frr_early_init: whoever replaces the list in that hook
 * has his module loaded and validated like a stock one, with nothing to
 * rebuild afterwards.
 *
 * The list hangs on the daemon's `struct frr_daemon_info`, which is static in
 * the executable.  It is found by its contents: an aligned place in the
 * executable's own writable segments that points to the daemon's module, to
 * bgpd's privileges, and to a list that has the two route-map modules of bgpd
 * in it.  The first two are compared as numbers; nothing is dereferenced
 * before both match.
 *
 * Invariant: exactly one such place, or nothing is touched.  A wrong guess
 * would write into bgpd's memory; no guess costs the configuration, and
 * without configuration nothing is announced.
 *
 * Complexity: one pass over .data and .bss, once.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>
#include <link.h>

#include "libfrr.h"
#include "log.h"
#include "module.h"
#include "privs.h"
#include "routemap.h"

#include "bgpd/bgp_routemap_nb.h"

#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_register.h"

/* bgpd has five modules; a number far from it is not a list of modules */
#define AVS_YANG_MODULES_MIN 2
#define AVS_YANG_MODULES_MAX 64

/* of bgpd's main file, exported and in no header */
extern struct zebra_privs_t bgpd_privs;

/* bgpd's list and ours at the end; libfrr keeps a pointer to it */
static const struct frr_yang_module_info *yang_list[AVS_YANG_MODULES_MAX + 1];

struct search {
	const struct frrmod_runtime *daemon;
	struct frr_daemon_info *found;
	unsigned int hits;
};

static bool list_is_bgpd(const struct frr_daemon_info *info)
{
	bool rmap = false, bgp_rmap = false;

	if (!info->yang_modules || info->n_yang_modules < AVS_YANG_MODULES_MIN ||
	    info->n_yang_modules > AVS_YANG_MODULES_MAX)
		return false;
	for (size_t i = 0; i < info->n_yang_modules; i++) {
		rmap |= info->yang_modules[i] == &frr_route_map_info;
		bgp_rmap |= info->yang_modules[i] == &frr_bgp_route_map_info;
	}
	return rmap && bgp_rmap;
}

static void search_segment(struct search *search, uintptr_t start, size_t size)
{
	const size_t step = sizeof(void *);
	const uintptr_t end = start + size;

	start = (start + step - 1) / step * step;
	for (; start + sizeof(struct frr_daemon_info) <= end; start += step) {
		struct frr_daemon_info *info = (struct frr_daemon_info *)start;

		if (info->module != search->daemon || info->privs != &bgpd_privs)
			continue;
		if (!list_is_bgpd(info))
			continue;
		search->found = info;
		search->hits++;
	}
}

/* called for each loaded object, the executable first */
static int search_executable(struct dl_phdr_info *object, size_t size, void *arg)
{
	struct search *search = arg;

	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W))
			search_segment(search, object->dlpi_addr + segment->p_vaddr,
				       segment->p_memsz);
	}
	return 1;
}

bool avs_nb_register(void)
{
	struct search search = {};
	struct frr_daemon_info *info;

	/* the list begins with libfrr, then comes the daemon */
	if (frrmod_list)
		search.daemon = frrmod_list->next;
	if (search.daemon)
		dl_iterate_phdr(search_executable, &search);
	if (search.hits != 1) {
		zlog_err(
			"AVS: cannot add the YANG module %s to this bgpd (%u places found, 1 expected): no avs configuration is possible, nothing will be announced",
			frr_bgp_avs_info.name, search.hits);
		return false;
	}

	info = search.found;
	for (size_t i = 0; i < info->n_yang_modules; i++) {
		if (info->yang_modules[i] == &frr_bgp_avs_info)
			return true;
		yang_list[i] = info->yang_modules[i];
	}
	yang_list[info->n_yang_modules] = &frr_bgp_avs_info;
	info->yang_modules = yang_list;
	info->n_yang_modules++;
	return true;
}
