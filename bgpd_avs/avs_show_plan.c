// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan, entry by entry, for `show bgp avs plan`.
 *
 * Purpose: the list as a table, in one piece where it is short, and as rows of fixed columns
 * that can be asked for some at a time where it is long (avs_show_long.c).
 *
 * Representation: where a list that is written in parts stands is a name and a prefix, never an
 * index: between two parts another plan, or a plan of another configuration, may have come.
 * Route servers are sorted by name and their entries by prefix in every plan, so the next entry is
 * the first one behind that place; what stays is found once.
 *
 * Complexity: O(route servers + log entries) to find a place, O(1) for each entry behind it.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "termtable.h"
#include "vty.h"

#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_show.h"

/* the first entry of one route server behind the prefix */
static size_t behind(const struct avs_plan *plan, const struct avs_rs_plan *rs,
		     const struct avs_prefix *prefix)
{
	size_t low = rs->first, high = rs->first + rs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (avs_prefix_cmp(&plan->entries[middle].prefix, prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* the first entry behind the place, of any route server */
static size_t first_entry(const struct avs_plan *plan, const struct avs_show_place *place)
{
	for (size_t i = 0; i < plan->config->rs_count; i++) {
		int order = strcmp(plan->config->rs[i].name, place->rs);

		if (order > 0)
			return plan->rs[i].first;
		if (!order)
			return behind(plan, &plan->rs[i], &place->prefix);
	}
	return plan->count;
}

bool avs_show_plan_next(const struct avs_instance *inst, struct avs_show_place *place,
			unsigned int entries, avs_show_entry func, void *arg)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	size_t i = plan ? first_entry(plan, place) : 0;

	for (; plan && entries && i < plan->count; i++, entries--) {
		func(inst, &plan->entries[i], arg);
		strlcpy(place->rs, plan->config->rs[plan->entries[i].rs].name, sizeof(place->rs));
		place->prefix = plan->entries[i].prefix;
	}
	return plan && i < plan->count;
}

bool avs_show_originate_next(const struct avs_instance *inst, struct avs_show_place *place,
			     unsigned int prefixes,
			     void (*func)(const struct avs_prefix *prefix, void *arg), void *arg)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	size_t low = 0, high = plan ? plan->originate_count : 0;

	while (place->originate.family && low < high) {
		size_t middle = low + (high - low) / 2;

		if (avs_prefix_cmp(&plan->originate[middle], &place->originate) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; plan && prefixes && low < plan->originate_count; low++, prefixes--) {
		func(&plan->originate[low], arg);
		place->originate = plan->originate[low];
	}
	return plan && low < plan->originate_count;
}

/* ---- text ---------------------------------------------------------------- */

/* the columns of one entry */
struct row {
	char prefix[AVS_PREFIX_STRLEN], about[AVS_PREFIX_STRLEN], hop[AVS_PREFIX_STRLEN];
	char reason[64];
	const char *rs, *cls, *state;
};

static void row_of(const struct avs_plan *plan, const struct avs_entry *e, struct row *row)
{
	bool out = avs_reason_permits(e->reason);

	strlcpy(row->about, "-", sizeof(row->about));
	strlcpy(row->hop, out ? "self" : "-", sizeof(row->hop));
	if (e->about.family)
		avs_prefix_str(&e->about, row->about, sizeof(row->about));
	if (out && e->next_hop.family)
		avs_prefix_display(&e->next_hop, row->hop, sizeof(row->hop));
	avs_prefix_str(&e->prefix, row->prefix, sizeof(row->prefix));
	snprintf(row->reason, sizeof(row->reason), "%u %s", e->reason, avs_reason_name(e->reason));
	row->rs = plan->config->rs[e->rs].name;
	row->cls = e->automatic ? "automatic" : avs_class_name(e->cls);
	row->state = !out ? "refused" : avs_plan_leaves(plan, e) ? "announced" : "shadow";
}

void avs_show_plan_out(struct vty *vty, const struct avs_instance *inst)
{
	const struct avs_plan *plan = avs_instance_plan(inst);
	struct ttable *tt =
		avs_show_table("Route server|Prefix|Class|State|Reason|About|Next hop|Prepend");
	struct row row;

	for (size_t i = 0; plan && i < plan->count; i++) {
		row_of(plan, &plan->entries[i], &row);
		ttable_add_row(tt, "%s|%s|%s|%s|%s|%s|%s|%u", row.rs, row.prefix, row.cls,
			       row.state, row.reason, row.about, row.hop, plan->entries[i].prepend);
	}
	avs_show_table_out(vty, tt);
}

void avs_show_plan_line(const struct avs_instance *inst, const struct avs_entry *entry, char *buf,
			size_t size)
{
	static const char form[] = " %-16s  %-18s  %-10s  %-9s  %-28s  %-18s  %-15s  %s\n";
	char prepend[16];
	struct row row;

	if (!entry) {
		snprintf(buf, size, form, "Route server", "Prefix", "Class", "State", "Reason",
			 "About", "Next hop", "Prepend");
		return;
	}
	row_of(avs_instance_plan(inst), entry, &row);
	snprintf(prepend, sizeof(prepend), "%u", entry->prepend);
	snprintf(buf, size, form, row.rs, row.prefix, row.cls, row.state, row.reason, row.about,
		 row.hop, prepend);
}
