// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which instances have lines, and the end of a transaction.
 *
 * Purpose: at the end of every transaction that touched our model, build a
 * `struct avs_config` for each instance from the tree being committed (avs_nb_build.c)
 * and hand it over.  No state is kept between transactions but the names of the
 * instances that have been handed over, so that one that vanished can be told.
 *
 * The northbound calls apply_finish for the ancestors of every changed node
 * that still exist.  The root container always does: it is not a presence
 * container, so deleting the last entry leaves it there (validation puts it
 * back if a client deletes the container itself).
 *
 * Invariants: by the time apply_finish runs the tree is valid, so values are
 * canonical and in range; whatever the core refuses all the same is logged,
 * and the configuration in force stays.
 *
 * Complexity: linear in the number of nodes, and in that of instances.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "log.h"
#include "northbound.h"
#include "yang.h"

#include "bgpd/bgpd.h"

#include "bgpd_avs/avs_compat_lib.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_build.h"

DEFINE_MTYPE_STATIC(AVS, AVS_NB_NAME, "AVS configured instance");

/* an instance whose configuration was handed over */
struct known {
	struct known *next;
	bool seen; /* in the tree at hand */
	char name[];
};

static struct known *known_instances;
/* instances with lines that wait for their commit */
static struct known *expected_instances;
/* instances whose lines were dropped by a commit that failed */
static struct known *lost_instances;

static void configure(const char *name, const struct lyd_node *dnode)
{
	struct avs_instance *inst = avs_instance_find_by_name(name);
	struct avs_arena *arena = avs_arena_new();
	struct avs_config *config = NULL;
	enum avs_err err;

	err = arena ? avs_nb_build(arena, dnode, &config) : AVS_ERR_NOMEM;
	if (err == AVS_OK) {
		avs_instance_configure(name, config, arena);
		return;
	}
	avs_arena_free(arena);
	if (inst)
		avs_instance_counters(inst)->core_errors++;
	zlog_err(
		"AVS: the new configuration of BGP instance %s could not be taken over (%s), the one in force stays",
		name,
		err == AVS_ERR_NOMEM ? "out of memory"
				     : "a value that the model allows is refused by the core");
}

/* An entry that a client made without any setting is no line. */
static bool has_lines(const struct lyd_node *instance)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(instance), child)
		if (avs_nb_has_content(child))
			return true;
	return false;
}

static void known_mark(const char *name)
{
	struct known *entry;
	size_t size = strlen(name) + 1;

	for (entry = known_instances; entry; entry = entry->next)
		if (strmatch(entry->name, name))
			break;
	if (!entry) {
		entry = XCALLOC(MTYPE_AVS_NB_NAME, sizeof(*entry) + size);
		memcpy(entry->name, name, size);
		entry->next = known_instances;
		known_instances = entry;
	}
	entry->seen = true;
}

/* tell of those that are not in the tree any more, and forget them */
static void known_sweep(void)
{
	struct known **link = &known_instances, *entry;

	while ((entry = *link)) {
		if (entry->seen) {
			entry->seen = false;
			link = &entry->next;
			continue;
		}
		*link = entry->next;
		avs_instance_configure(entry->name, NULL, NULL);
		XFREE(MTYPE_AVS_NB_NAME, entry);
	}
}

static struct known **names_find(struct known **list, const char *name)
{
	struct known **link = list;

	while (*link && !strmatch((*link)->name, name))
		link = &(*link)->next;
	return link;
}

static void names_add(struct known **list, const char *name)
{
	size_t size = strlen(name) + 1;
	struct known *entry;

	if (*names_find(list, name))
		return;
	entry = XCALLOC(MTYPE_AVS_NB_NAME, sizeof(*entry) + size);
	memcpy(entry->name, name, size);
	entry->next = *list;
	*list = entry;
}

static void names_remove(struct known **list, const char *name)
{
	struct known **link = names_find(list, name), *entry = *link;

	if (!entry)
		return;
	*link = entry->next;
	XFREE(MTYPE_AVS_NB_NAME, entry);
}

/*
 * XPath: /frr-bgp-avs:avs
 *
 * The tree at hand is the candidate that is about to become the running
 * configuration.
 */
void avs_nb_apply_finish(struct nb_cb_apply_finish_args *args)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(args->dnode), child) {
		const char *name = avs_nb_value(child, "name");

		if (!has_lines(child))
			continue;
		known_mark(name);
		names_remove(&lost_instances, name);
		configure(name, child);
	}
	known_sweep();
}

void avs_nb_adopt(const char *instance)
{
	const struct lyd_node *dnode = avs_nb_instance(running_config, instance);

	if (!dnode || !has_lines(dnode))
		return;
	zlog_warn("AVS: the lines of BGP instance %s are in force again", instance);
	known_mark(instance);
	configure(instance, dnode);
}

void avs_nb_expect(const char *instance)
{
	names_add(&expected_instances, instance);
}

void avs_nb_batch_end(void)
{
	struct known *entry;

	while ((entry = expected_instances)) {
		const struct lyd_node *dnode = avs_nb_instance(running_config, entry->name);

		if (!dnode || !has_lines(dnode)) {
			zlog_err(
				"AVS: the avs lines of BGP instance %s were dropped with a wrong line next to them: Route Servers are told nothing",
				entry->name);
			names_add(&lost_instances, entry->name);
		}
		names_remove(&expected_instances, entry->name);
	}
}

bool avs_nb_lost(const char *instance)
{
	return *names_find(&lost_instances, instance);
}

/*
 * XPath: /frr-bgp-avs:avs/instance
 *
 * The only thing that is refused because of something outside of the model:
 * an entry for a BGP instance that does not exist would be printed nowhere,
 * and lost by the next `write`.  So would one for an instance that bgpd
 * made by itself, for the sake of EVPN.
 */
int avs_nb_instance_create(struct nb_cb_create_args *args)
{
	const struct bgp *bgp;
	const char *name;

	if (args->event != NB_EV_VALIDATE)
		return NB_OK;
	name = avs_nb_value(args->dnode, "name");
	bgp = strmatch(name, VRF_DEFAULT_NAME) ? bgp_get_default() : bgp_lookup_by_name(name);
	if (bgp && !CHECK_FLAG(bgp->vrf_flags, BGP_VRF_AUTO))
		return NB_OK;
	snprintf(args->errmsg, args->errmsg_len,
		 "There is no BGP instance '%s': configure 'router bgp' first.", name);
	return NB_ERR_VALIDATION;
}

int avs_nb_purge(const char *instance)
{
	char xpath[XPATH_MAXLEN], errmsg[BUFSIZ] = "";
	const struct lyd_node *dnode = avs_nb_instance(running_config, instance);
	struct nb_config *candidate;
	int ret;

	if (!dnode)
		return 0;
	yang_dnode_get_path(dnode, xpath, sizeof(xpath));
	candidate = nb_config_dup(running_config);
	ret = avs_compat_candidate_destroy(candidate, dnode->schema->priv, xpath);
	if (ret == NB_OK)
		ret = avs_compat_candidate_commit(candidate, "BGP instance deleted", errmsg,
						  sizeof(errmsg));
	nb_config_free(candidate);
	if (ret == NB_OK || ret == NB_ERR_NO_CHANGES)
		return 0;
	zlog_warn("AVS: the lines of deleted BGP instance %s are still there (%s %s), trying again",
		  instance, nb_err_name(ret), errmsg);
	return -1;
}

void avs_nb_config_fini(void)
{
	struct known **lists[] = {&known_instances, &expected_instances, &lost_instances}, *entry;

	for (size_t i = 0; i < array_size(lists); i++)
		while ((entry = *lists[i])) {
			*lists[i] = entry->next;
			XFREE(MTYPE_AVS_NB_NAME, entry);
		}
}
