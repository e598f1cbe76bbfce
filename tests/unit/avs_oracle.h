/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Oracles: the rules once more, as slowly and plainly as possible.
 *
 * Written from the text of the rules, not from the core: prefixes are strings
 * of bits, the table is a list, every question is a loop over all of it.  What
 * is said here about covers, leaks and budgets is meant to be compared with
 * the user's documentation by eye.  Shared by unit tests and fuzz targets.
 */
#ifndef _AVS_ORACLE_H
#define _AVS_ORACLE_H

#include <stdlib.h>
#include <string.h>

#include "avs_plan.h"

#include "avs_oracle_table.h"

#define NAIVE_MAX 512

struct naive_plan {
	struct avs_entry entry[NAIVE_MAX];
	size_t count;
	struct avs_prefix originate[NAIVE_MAX];
	size_t originate_count;
};

struct naive_in {
	const struct avs_config *config;
	const struct naive_table *table;
	const bool *conditions;
	enum avs_reason closed;
	const struct avs_plan *prev;
	bool (*permits)(const char *list, const struct avs_prefix *prefix, void *arg);
	bool default_needs_source;
	bool frozen;
	const bool *settled;		 /* NULL: all have told */
	const struct avs_unseen *unseen; /* NULL: nothing is hidden */
};

static inline bool naive_toward(const struct avs_rs_config *rs, enum avs_segment seg)
{
	size_t i;

	for (i = 0; i < rs->toward_count; i++)
		if (rs->toward[i].segment == seg)
			return true;
	return false;
}

static inline bool naive_declares(const struct avs_rs_config *rs, enum avs_segment seg)
{
	return naive_toward(rs, seg) || (seg == AVS_SEGMENT_ON_PREMISES && rs->global_reach);
}

static inline bool naive_reaches(const struct naive_in *in, unsigned int rs, enum avs_segment seg)
{
	if (in->config->rs[rs].overlay)
		return false;
	return naive_declares(&in->config->rs[rs], seg) || naive_count(in->table, rs, seg) > 0;
}

static inline bool naive_names(const struct avs_config *c, enum avs_segment seg)
{
	return (c->default_toward >> seg) & 1;
}

/* did the plan in force announce it there, and not in shadow? */
static inline bool naive_left(const struct naive_in *in, const char *rs, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; in->prev && i < in->prev->count; i++) {
		const struct avs_entry *e = &in->prev->entries[i];
		const struct avs_rs_config *c = &in->prev->config->rs[e->rs];

		if (!strcmp(c->name, rs) && naive_same(&e->prefix, p) &&
		    avs_reason_permits(e->reason) && c->guard != AVS_GUARD_SHADOW)
			return true;
	}
	return false;
}

/* what is not known counts as reached; what was observed once stays */
static inline enum avs_reason naive_unknown(const struct naive_in *in, unsigned int rs,
					    const struct avs_prefix *p)
{
	const struct avs_unseen *u = in->unseen ? &in->unseen[rs] : NULL;

	if (in->config->rs[rs].overlay)
		return AVS_REASON_UNSPEC;
	if (u && u->remembered)
		return AVS_REASON_LEAK_REMEMBERED;
	if (u && u->filter)
		return AVS_REASON_LEAK_FILTERED;
	if ((u && u->unclassified) || naive_count(in->table, rs, AVS_SEGMENT_UNKNOWN) > 0)
		return AVS_REASON_LEAK_UNCLASSIFIED;
	/* nothing new while a neighbour tells its routes; the others keep what they have */
	if (u && u->untold)
		return naive_left(in, in->config->rs[rs].name, p) ? AVS_REASON_UNSPEC
								  : AVS_REASON_LEAK_UNTOLD;
	if (in->settled && !in->settled[rs])
		return AVS_REASON_STARTUP;
	return AVS_REASON_UNSPEC;
}

/* rule 2 */
static inline enum avs_reason naive_leak(const struct naive_in *in, unsigned int rs,
					 const struct avs_prefix *p, bool named, bool companion)
{
	const struct avs_rs_config *c = &in->config->rs[rs];

	if (p->len >= 8 && !naive_block(p) && !companion)
		return AVS_REASON_UNSPEC;
	if (c->accept_leak || named)
		return AVS_REASON_UNSPEC;
	if (!naive_reaches(in, rs, AVS_SEGMENT_ON_PREMISES))
		return naive_unknown(in, rs, p);
	if (!naive_declares(c, AVS_SEGMENT_ON_PREMISES))
		return AVS_REASON_LEAK_OBSERVED;
	return p->len < 8 ? AVS_REASON_LEAK_DEFAULT : AVS_REASON_LEAK_RFC1918;
}

static inline bool naive_maybe(uint32_t have, const char *named)
{
	return have == 0 || have == UINT32_MAX || !*named || have == avs_site_id(named);
}

/* does it come from a segment, perhaps of the same site, that the route server reaches? */
static inline bool naive_home(const struct naive_in *in, unsigned int rs,
			      const struct naive_route *r, enum avs_segment seg)
{
	const struct avs_rs_config *c = &in->config->rs[rs];
	size_t i;

	if (!r->fact.from[seg] || !naive_reaches(in, rs, seg))
		return false;
	if (!naive_toward(c, seg) || (seg == AVS_SEGMENT_ON_PREMISES && c->global_reach))
		return true;
	for (i = 0; i < c->toward_count; i++)
		if (c->toward[i].segment == seg &&
		    naive_maybe(r->fact.site[seg], c->toward[i].site))
			return true;
	return false;
}

/* rule 4, for what is no supernet */
static inline enum avs_reason naive_back(const struct naive_in *in, unsigned int rs,
					 const struct avs_prefix *p)
{
	const struct naive_route *r = naive_find(in->table, p);
	unsigned int seg;

	for (seg = 0; r && seg < 4; seg++)
		if (r->fact.from[seg] & (1U << rs))
			return AVS_REASON_SAME_ROUTE_SERVER;
	if (r && r->fact.away)
		return AVS_REASON_NEXT_HOP;
	if (r && r->fact.usable &&
	    (naive_home(in, rs, r, AVS_SEGMENT_PRIVATE_CLOUD) ||
	     naive_home(in, rs, r, AVS_SEGMENT_ON_PREMISES)))
		return AVS_REASON_SAME_SEGMENT;
	if (r && r->fact.kept && !in->config->rs[rs].overlay)
		return AVS_REASON_NOT_EXPORTED;
	return AVS_REASON_UNSPEC;
}

/* the clock stands still: a route server that had something is prepended, others are empty */
static inline bool naive_drained(const struct naive_in *in, unsigned int rs)
{
	size_t i;

	if (!in->config->rs[rs].maintenance)
		return false;
	for (i = 0; in->prev && i < in->prev->config->rs_count; i++) {
		const struct avs_rs_plan *p = &in->prev->rs[i];

		if (strcmp(p->config->name, in->config->rs[rs].name))
			continue;
		return p->config->maintenance ? p->drain.done : !p->announced;
	}
	return true;
}

static inline enum avs_reason naive_gate(const struct naive_in *in, unsigned int rs)
{
	if (in->closed)
		return in->closed;
	if (in->config->shutdown)
		return AVS_REASON_SHUTDOWN;
	if (!in->config->rs[rs].neighbor_count ||
	    (!in->config->rs[rs].toward_count && !in->config->rs[rs].overlay))
		return AVS_REASON_INCOMPLETE;
	if (naive_drained(in, rs))
		return AVS_REASON_MAINTENANCE;
	return AVS_REASON_UNSPEC;
}

static inline bool naive_needs_source(const struct naive_in *in)
{
	size_t i;

	for (i = 0; in->default_needs_source && i < in->table->count; i++)
		if (in->table->route[i].fact.represent == AVS_REPRESENT_DEFAULT)
			return false;
	return in->default_needs_source;
}

static inline void naive_default(const struct naive_in *in, unsigned int rs, struct avs_entry *e)
{
	const struct avs_config *c = in->config;
	bool targeted = false;
	size_t i;

	e->cls = AVS_CLASS_DEFAULT;
	e->no_advertise = c->default_vnet_only;
	if (c->default_next_hop.family)
		e->next_hop = c->default_next_hop;
	if (c->default_vnet_only)
		targeted = true;
	if (c->rs[rs].overlay) {
		e->no_advertise = false;
		e->next_hop.family = 0;
		targeted = c->rs[rs].gets_default;
	}
	if (naive_toward(&c->rs[rs], AVS_SEGMENT_PRIVATE_CLOUD) &&
	    naive_names(c, AVS_SEGMENT_PRIVATE_CLOUD))
		targeted = true;
	if (naive_toward(&c->rs[rs], AVS_SEGMENT_ON_PREMISES) &&
	    naive_names(c, AVS_SEGMENT_ON_PREMISES))
		targeted = true;
	e->reason = naive_gate(in, rs);
	if (!e->reason && !targeted)
		e->reason = AVS_REASON_NOT_TARGETED;
	if (!e->reason && !c->default_vnet_only)
		e->reason = naive_leak(in, rs, &e->prefix, naive_names(c, AVS_SEGMENT_ON_PREMISES),
				       false);
	if (!e->reason)
		e->reason = naive_back(in, rs, &e->prefix);
	if (!e->reason && naive_needs_source(in))
		e->reason = AVS_REASON_NO_SOURCE;
	for (i = 0; !e->reason && i < c->condition_count; i++) {
		if (in->conditions[i])
			continue;
		e->reason = AVS_REASON_CONDITION;
		e->about = c->conditions[i].prefix;
	}
}

static inline void naive_companion(const struct naive_in *in, unsigned int rs, struct avs_entry *e)
{
	e->cls = AVS_CLASS_COMPANION;
	e->reason = naive_gate(in, rs);
	if (!e->reason && !naive_toward(&in->config->rs[rs], AVS_SEGMENT_PRIVATE_CLOUD))
		e->reason = AVS_REASON_NOT_TARGETED;
	if (!e->reason)
		e->reason = naive_leak(in, rs, &e->prefix, false, true);
	if (!e->reason)
		e->reason = naive_back(in, rs, &e->prefix);
}

/* the first protected range, in prefix order, that shares an address */
static inline const struct avs_prefix *naive_protected(const struct avs_config *c,
						       const struct avs_prefix *p)
{
	const struct avs_prefix *first = NULL;
	size_t i;

	for (i = 0; i < c->protect_count; i++) {
		if (!naive_in(&c->protect[i], p) && !naive_in(p, &c->protect[i]))
			continue;
		if (!first || naive_before(&c->protect[i], first))
			first = &c->protect[i];
	}
	return first;
}

/* cls NONE: as whatever */
static inline bool naive_had(const struct naive_in *in, const char *rs, const struct avs_prefix *p,
			     enum avs_class cls)
{
	size_t i;

	for (i = 0; in->prev && i < in->prev->count; i++) {
		const struct avs_entry *e = &in->prev->entries[i];

		if (!strcmp(in->prev->config->rs[e->rs].name, rs) && naive_same(&e->prefix, p) &&
		    avs_reason_permits(e->reason) && (!cls || e->cls == cls))
			return true;
	}
	return false;
}

static inline void naive_rule_3(const struct naive_in *in, const struct avs_supernet_config *s,
				struct avs_entry *e)
{
	const struct avs_prefix *protect = naive_protected(in->config, &e->prefix);
	struct avs_relation rel;

	naive_relation(in->table, &e->prefix, &rel);
	if (rel.equal) {
		e->reason = AVS_REASON_EQUALS_LEARNED;
	} else if (rel.inside_contributor) {
		e->reason = AVS_REASON_INSIDE_CONTRIBUTOR;
		e->about = rel.contributor;
	} else if (protect) {
		e->reason = AVS_REASON_PROTECTED;
		e->about = *protect;
	} else if (!rel.contributors && !s->unconditional) {
		/* the clock stands still here: hold-down is over at once, or never */
		e->reason =
			naive_had(in, in->config->rs[e->rs].name, &e->prefix, AVS_CLASS_SUPERNET) &&
					avs_config_hold_down(in->config)
				? AVS_REASON_ANNOUNCED_HELD
				: AVS_REASON_COVERS_NOTHING;
	} else if (rel.inside_cover) {
		e->reason = AVS_REASON_ANNOUNCED_INSIDE_COVER;
		e->about = rel.cover;
	}
}

static inline void naive_supernet(const struct naive_in *in, unsigned int rs,
				  const struct avs_supernet_config *s, struct avs_entry *e)
{
	enum avs_segment other = s->toward == AVS_SEGMENT_ON_PREMISES ? AVS_SEGMENT_PRIVATE_CLOUD
								      : AVS_SEGMENT_ON_PREMISES;

	e->cls = AVS_CLASS_SUPERNET;
	e->reason = naive_gate(in, rs);
	if (!e->reason && s->toward && !naive_reaches(in, rs, s->toward))
		e->reason = AVS_REASON_NOT_TARGETED;
	if (!e->reason)
		e->reason =
			naive_leak(in, rs, &e->prefix, s->toward == AVS_SEGMENT_ON_PREMISES, false);
	if (!e->reason && in->frozen)
		e->reason = naive_back(in, rs, &e->prefix);
	if (!e->reason && s->toward &&
	    (naive_reaches(in, rs, other) ||
	     (other == AVS_SEGMENT_ON_PREMISES && in->unseen && in->unseen[rs].remembered)))
		e->reason = AVS_REASON_SHARED_REACH;
	if (!e->reason)
		naive_rule_3(in, s, e);
}

/* does a list of the route server name it, and is it somebody else's and usable? */
static inline bool naive_listed(const struct naive_in *in, unsigned int rs,
				const struct naive_route *r)
{
	const struct avs_rs_config *c = &in->config->rs[rs];
	unsigned int seg;
	size_t i;

	if (r->prefix.family != 32 || !r->fact.usable)
		return false;
	for (seg = 0; seg < 4; seg++)
		if (r->fact.from[seg] & (1U << rs))
			return false;
	for (i = 0; in->permits && i < c->permit_count; i++)
		if (in->permits(c->permit[i], &r->prefix, NULL))
			return true;
	return false;
}

/* does an `advertise segment` line ask for it at this route server? */
static inline bool naive_line(const struct naive_in *in, unsigned int rs,
			      const struct avs_exact *line, const struct naive_route *r)
{
	const struct avs_rs_config *c = &in->config->rs[rs];
	size_t i;

	/* of its own, not come back to it */
	if (!(r->fact.from[line->segment] & ~r->fact.returned[line->segment]))
		return false;
	if (*line->site && r->fact.site[line->segment] != avs_site_id(line->site))
		return false;
	if (line->list && !(in->permits && in->permits(line->list, &r->prefix, NULL)))
		return false;
	for (i = 0; i < c->toward_count; i++)
		if (c->toward[i].segment == line->toward &&
		    (!*line->toward_site || !strcmp(line->toward_site, c->toward[i].site)))
			return true;
	return false;
}

/* does the policy, or a line, let it leave as it is, and is it somebody else's and usable? */
static inline bool naive_exact(const struct naive_in *in, unsigned int rs,
			       const struct naive_route *r)
{
	bool asked = r->fact.represent == AVS_REPRESENT_EXACT;
	unsigned int seg;
	size_t i;

	if (r->prefix.family != 32 || !r->fact.usable)
		return false;
	for (seg = 0; seg < 4; seg++)
		if (r->fact.from[seg] & (1U << rs))
			return false;
	for (i = 0; i < in->config->exact_count; i++)
		if (r->fact.represent != AVS_REPRESENT_NONE &&
		    naive_line(in, rs, &in->config->exact[i], r))
			asked = true;
	return asked;
}

static inline void naive_permit(const struct naive_in *in, unsigned int rs, enum avs_class cls,
				struct avs_entry *e)
{
	e->cls = cls;
	e->reason = naive_gate(in, rs);
	if (!e->reason)
		e->reason = naive_leak(in, rs, &e->prefix, false, false);
	if (!e->reason)
		e->reason = naive_back(in, rs, &e->prefix);
}

/* rules 3 and conditions do not act, and nothing new comes */
static inline void naive_freeze(const struct naive_in *in, struct avs_entry *e)
{
	bool had = naive_had(in, in->config->rs[e->rs].name, &e->prefix, AVS_CLASS_NONE);

	if (!in->frozen)
		return;
	if (had && ((e->reason >= 30 && e->reason < 40 && e->reason != AVS_REASON_SHARED_REACH) ||
		    e->reason == AVS_REASON_CONDITION || e->reason == AVS_REASON_NO_SOURCE)) {
		e->reason = AVS_REASON_ANNOUNCED_FROZEN;
	} else if (!had && (!e->reason || avs_reason_permits(e->reason))) {
		e->reason = AVS_REASON_FROZEN;
		e->about.family = 0;
	}
}

/* one more entry of a route server; of two with one prefix the announced one,
 * else the one that came first, stays
 */
static inline void naive_add(struct naive_plan *plan, size_t first, struct avs_entry *e)
{
	size_t i;

	if (!e->reason)
		e->reason = AVS_REASON_ANNOUNCED;
	for (i = first; i < plan->count; i++) {
		if (!naive_same(&plan->entry[i].prefix, &e->prefix))
			continue;
		if (!avs_reason_permits(plan->entry[i].reason) &&
		    plan->entry[i].reason != AVS_REASON_CONDITION && avs_reason_permits(e->reason))
			plan->entry[i] = *e;
		return;
	}
	if (plan->count == NAIVE_MAX)
		abort();
	plan->entry[plan->count++] = *e;
}

/* rule 6: repeat "find the best claim that is not served yet" until none is left */
static inline void naive_budget(const struct naive_in *in, unsigned int rs, struct naive_plan *plan,
				size_t first)
{
	const struct avs_rs_config *c = &in->config->rs[rs];
	uint64_t limit =
		(c->route_limit ? c->route_limit : 4000ULL) * (c->usable ? c->usable : 50) / 100;
	uint64_t gateway = (c->gateway_limit ? c->gateway_limit : 1000ULL) * 95 / 100;
	uint64_t foreign = c->overlay ? 0
				      : naive_count(in->table, rs, AVS_SEGMENT_VIRTUAL_NETWORK) +
						naive_count(in->table, rs, AVS_SEGMENT_UNKNOWN);
	bool served[NAIVE_MAX] = {false};
	uint64_t ours = 0;
	size_t i, best;

	for (; !in->frozen;) {
		best = NAIVE_MAX;
		for (i = first; i < plan->count; i++) {
			const struct avs_entry *a = &plan->entry[i], *b = &plan->entry[best];
			bool a_had, b_had;

			if (served[i] || !avs_reason_permits(a->reason))
				continue;
			if (best == NAIVE_MAX || a->cls < b->cls) {
				best = i;
				continue;
			}
			if (a->cls > b->cls)
				continue;
			a_had = naive_had(in, c->name, &a->prefix, AVS_CLASS_NONE);
			b_had = naive_had(in, c->name, &b->prefix, AVS_CLASS_NONE);
			if ((a_had && !b_had) ||
			    (a_had == b_had && naive_before(&a->prefix, &b->prefix)))
				best = i;
		}
		if (best == NAIVE_MAX)
			return;
		served[best] = true;
		if (ours + 1 <= limit && foreign + ours + 1 <= gateway) {
			ours++;
			continue;
		}
		plan->entry[best].reason = plan->entry[best].reason == AVS_REASON_ANNOUNCED_HELD
						   ? AVS_REASON_COVERS_NOTHING
					   : ours + 1 > limit ? AVS_REASON_BUDGET
							      : AVS_REASON_GATEWAY_BUDGET;
		plan->entry[best].about.family = 0;
	}
}

static inline void naive_originate(const struct naive_in *in, struct naive_plan *plan)
{
	size_t i, j;

	for (i = 0; i < plan->count; i++) {
		const struct avs_entry *e = &plan->entry[i];
		const struct naive_route *r = naive_find(in->table, &e->prefix);

		if (!avs_reason_permits(e->reason) ||
		    (r && r->fact.usable && !(r->fact.local && e->cls < AVS_CLASS_PERMITTED)) ||
		    in->config->rs[e->rs].guard == AVS_GUARD_SHADOW)
			continue;
		for (j = 0; j < plan->originate_count; j++)
			if (naive_same(&plan->originate[j], &e->prefix))
				break;
		if (j == plan->originate_count)
			plan->originate[plan->originate_count++] = e->prefix;
	}
}

static inline void naive_plan_compute(const struct naive_in *in, struct naive_plan *plan)
{
	static const struct avs_prefix any = {.family = 32}, low = {.family = 32, .len = 1},
				       high = {.family = 32, .len = 1, .addr = {128}};
	const struct avs_prefix *shapes[3] = {&any, &low, &high};
	const struct avs_config *c = in->config;
	struct avs_entry fresh, e;
	bool wanted = c->default_toward || c->default_vnet_only;
	size_t i, first;
	unsigned int rs;

	for (rs = 0; rs < c->rs_count; rs++)
		wanted = wanted || c->rs[rs].gets_default;
	plan->count = plan->originate_count = 0;
	for (rs = 0; rs < c->rs_count; rs++) {
		first = plan->count;
		memset(&fresh, 0, sizeof(fresh));
		fresh.rs = rs;
		fresh.next_hop = c->rs[rs].next_hop;
		fresh.prepend = c->rs[rs].maintenance ? 10 : c->rs[rs].prepend;
		for (i = 0; i < 3; i++) {
			if (!wanted || (c->rs[rs].overlay && !c->rs[rs].gets_default))
				continue;
			/* another appliance gets the route, whatever its form toward Azure */
			if (c->rs[rs].overlay ? i > 0
			    : i == 0	      ? c->default_form == AVS_FORM_HALVES
					      : c->default_form < AVS_FORM_HALVES)
				continue;
			e = fresh;
			e.prefix = *shapes[i];
			naive_default(in, rs, &e);
			naive_freeze(in, &e);
			naive_add(plan, first, &e);
		}
		/* what else an overlay neighbour gets is in no list */
		if (c->rs[rs].overlay) {
			naive_budget(in, rs, plan, first);
			continue;
		}
		for (i = 0; c->companions && i < 3; i++) {
			e = fresh;
			e.prefix = i == 0   ? avs_prefix_v4(10U << 24, 8)
				   : i == 1 ? avs_prefix_v4(172U << 24 | 16 << 16, 12)
					    : avs_prefix_v4(192U << 24 | 168 << 16, 16);
			naive_companion(in, rs, &e);
			naive_freeze(in, &e);
			naive_add(plan, first, &e);
		}
		for (i = 0; i < c->companion_count; i++) {
			e = fresh;
			e.prefix = c->companion[i];
			naive_companion(in, rs, &e);
			naive_freeze(in, &e);
			naive_add(plan, first, &e);
		}
		for (i = 0; i < c->supernet_count; i++) {
			e = fresh;
			e.prefix = c->supernets[i].prefix;
			naive_supernet(in, rs, &c->supernets[i], &e);
			naive_freeze(in, &e);
			naive_add(plan, first, &e);
		}
		for (i = 0; i < in->table->count; i++) {
			const struct naive_route *r = &in->table->route[i];
			bool listed = naive_listed(in, rs, r);

			e = fresh;
			e.prefix = r->prefix;
			if (listed || naive_exact(in, rs, r)) {
				naive_permit(in, rs, listed ? AVS_CLASS_PERMITTED : AVS_CLASS_EXACT,
					     &e);
				naive_freeze(in, &e);
				naive_add(plan, first, &e);
			}
		}
		naive_budget(in, rs, plan, first);
	}
	naive_originate(in, plan);
}

/* NULL when the plan is what the oracle says, else what differs */
static inline const char *naive_plan_compare(const struct naive_plan *naive,
					     const struct avs_plan *plan)
{
	size_t i;

	if (plan->count != naive->count)
		return "number of entries";
	for (i = 0; i < naive->count; i++) {
		const struct avs_entry *n = &naive->entry[i];
		const struct avs_entry *e = avs_plan_find(plan, n->rs, &n->prefix);

		if (!e)
			return "an entry is missing";
		if (e->reason != n->reason)
			return "a reason";
		if (e->cls != n->cls)
			return "a class";
		if (e->about.family != n->about.family ||
		    (n->about.family && !naive_same(&e->about, &n->about)))
			return "what a reason is about";
		if (e->next_hop.family != n->next_hop.family ||
		    (n->next_hop.family && !naive_same(&e->next_hop, &n->next_hop)))
			return "a next hop";
		if (e->prepend != n->prepend || e->no_advertise != n->no_advertise)
			return "an attribute";
	}
	for (i = 1; i < plan->count; i++)
		if (plan->entries[i - 1].rs == plan->entries[i].rs &&
		    !naive_before(&plan->entries[i - 1].prefix, &plan->entries[i].prefix))
			return "the order of entries";
	if (plan->originate_count != naive->originate_count)
		return "number of originated prefixes";
	for (i = 0; i < naive->originate_count; i++) {
		size_t j;

		for (j = 0; j < plan->originate_count; j++)
			if (naive_same(&plan->originate[j], &naive->originate[i]))
				break;
		if (j == plan->originate_count)
			return "an originated prefix";
	}
	for (i = 1; i < plan->originate_count; i++)
		if (!naive_before(&plan->originate[i - 1], &plan->originate[i]))
			return "the order of originated prefixes";
	return NULL;
}

#endif /* _AVS_ORACLE_H */
