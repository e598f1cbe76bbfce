// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a segment is expected to learn through Azure.
 *
 * Three sources.  What the plan announces to a route server reaches every
 * segment behind it, whatever was meant: nothing in Azure filters by circuit by itself;
 * only NO_ADVERTISE stays inside.  Prefixes of virtual networks are announced
 * by the gateway to all its circuits.  And with Global Reach the circuits
 * exchange their routes past the gateway; without it a gateway does not pass
 * one circuit's routes to the other, which is why there is something to do
 * here at all.
 */
#include "avs_preview.h"

struct avs_previewer {
	const struct avs_plan *plan;
	void (*func)(const struct avs_expected *expected, void *arg);
	void *arg;
	struct avs_expected at; /* segment and route server at hand */
};

static void avs_preview_plan(struct avs_previewer *p)
{
	const struct avs_rs_plan *rs = &p->plan->rs[p->at.rs];
	const struct avs_entry *entry = &p->plan->entries[rs->first], *end = entry + rs->count;

	p->at.via = AVS_VIA_PLAN;
	for (; entry < end; entry++) {
		if (!avs_reason_permits(entry->reason) || entry->no_advertise)
			continue;
		p->at.prefix = entry->prefix;
		p->at.cls = entry->cls;
		p->at.reason = entry->reason;
		p->func(&p->at, p->arg);
	}
}

/* Delivered by this route server, and not a prefix of the segment itself. */
static bool avs_preview_learned(const struct avs_prefix *prefix, const struct avs_fact *fact,
				void *arg)
{
	struct avs_previewer *p = arg;
	enum avs_segment other = p->at.segment == AVS_SEGMENT_PRIVATE_CLOUD
					 ? AVS_SEGMENT_ON_PREMISES
					 : AVS_SEGMENT_PRIVATE_CLOUD;
	uint32_t rs = 1U << p->at.rs;

	if (fact->from[p->at.segment] & rs)
		return true;
	p->at.prefix = *prefix;
	if (fact->from[AVS_SEGMENT_VIRTUAL_NETWORK] & rs)
		p->at.via = AVS_VIA_NETWORK;
	else if ((fact->from[other] & rs) && p->plan->rs[p->at.rs].config->global_reach)
		p->at.via = AVS_VIA_GLOBAL_REACH;
	else
		return true;
	p->func(&p->at, p->arg);
	return true;
}

void avs_preview_each(const struct avs_plan *plan, const struct avs_table *table,
		      void (*func)(const struct avs_expected *expected, void *arg), void *arg)
{
	static const enum avs_segment sides[] = {AVS_SEGMENT_PRIVATE_CLOUD,
						 AVS_SEGMENT_ON_PREMISES};
	struct avs_previewer p = {.plan = plan, .func = func, .arg = arg};
	unsigned int side, rs;

	for (side = 0; side < 2; side++)
		for (rs = 0; rs < plan->config->rs_count; rs++) {
			if (!((plan->rs[rs].declared | plan->rs[rs].observed) &
			      AVS_SEG_BIT(sides[side])))
				continue;
			p.at = (struct avs_expected){.segment = sides[side], .rs = rs};
			avs_preview_plan(&p);
			p.at.cls = AVS_CLASS_NONE;
			p.at.reason = AVS_REASON_UNSPEC;
			avs_table_walk(table, avs_preview_learned, &p);
		}
}

const char *avs_via_name(enum avs_via via)
{
	switch (via) {
	case AVS_VIA_PLAN:
		break;
	case AVS_VIA_NETWORK:
		return "network";
	case AVS_VIA_GLOBAL_REACH:
		return "global-reach";
	}
	return "plan";
}
