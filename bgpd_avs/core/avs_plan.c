// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plan: from configuration and table to announcements, each with its reason.
 *
 * Data in: the sealed configuration, the table of what is learned, the truth
 * of the when-present conditions, whether something forbids everything, and
 * the plan in force.  Data out: for every route server and every prefix that
 * the configuration asks for one entry, announced or refused; the list of what
 * the module has to originate; warnings (avs_plan_warn.c).
 *
 * The computation has three passes:
 *
 *   1. Candidates.  What is asked for, whoever gets it: the default, the
 *      companions, the supernets, configured ones and those that
 *      avs_plan_auto.c has computed, what permit lists name or the policy
 *      represents as it is, in prefix order.  Rule 3 looks at the table alone,
 *      so its verdict is found here, once per supernet.
 *   2. Verdicts.  For every route server and candidate the rules in order of
 *      precedence (rule 9); the first that applies gives the reason:
 *		closed, shutdown, incomplete		rule 10
 *		not asked for at this route server	rule 1
 *		default-equivalents, companions		rule 2
 *		came from there				rule 4
 *		when-present does not hold
 *		supernets				rule 3
 *      A supernet skips rule 4: it equals what is learned, which rule 3 says.
 *   3. Budget.  What is left is served class by class until the limits are
 *      reached (rule 6); what was announced goes first within its class.
 *
 * Two candidates of one prefix (a companion, and a supernet of that block)
 * make one entry: the one that is announced, else the one of the higher class.
 *
 * Invariants: entries are sorted by (route server, prefix) without duplicates,
 * because candidates are sorted and route servers are visited in order.  Ties
 * are broken by prefix order and by nothing else.  An error inside never
 * shows: *out is written in the last line.
 *
 * Entries cost O(bits) each, plus a binary search where the protected ranges are asked; the plan
 * in force is read beside the candidates, in the same order (struct avs_before).
 *
 * It does not apply anything, look at a clock, or know paths: rule 5 and the
 * verdict about what the plan does not name are the guard's.
 */
#include <stdlib.h>

#include "avs_plan.h"
#include "avs_plan_int.h"

/* of gateway-limit: where we stop (rule 6) */
#define AVS_GATEWAY_STOP 95

/* a prefix that the configuration asks for */
struct avs_candidate {
	struct avs_prefix prefix;
	enum avs_class cls;
	bool automatic;
	avs_segset toward;	/* SUPERNET; 0: unqualified */
	uint32_t permitted;	/* PERMITTED, EXACT: at these route servers, a bit each */
	enum avs_reason reason; /* of rule 3 and when-present */
	struct avs_prefix about;
};

/* everything the passes share */
struct avs_planner {
	const struct avs_input *input;
	const struct avs_config *config;
	struct avs_arena *arena;
	struct avs_plan *plan;
	struct avs_candidate *candidates;
	size_t count;
};

/* Are these two sites the same, as far as one knows? */
static bool avs_site_may_be(uint32_t a, uint32_t b)
{
	return !a || !b || a == AVS_SITE_MIXED || b == AVS_SITE_MIXED || a == b;
}

static int avs_candidate_order(const void *a, const void *b)
{
	const struct avs_candidate *x = a, *y = b;
	int c = avs_prefix_cmp(&x->prefix, &y->prefix);

	if (c)
		return c;
	if (x->cls != y->cls)
		return x->cls < y->cls ? -1 : 1;
	return (x->automatic ? 1 : 0) - (y->automatic ? 1 : 0);
}

static void avs_rule_3(const struct avs_planner *planner, struct avs_candidate *candidate,
		       bool unconditional)
{
	const struct avs_auto_plan *memory = &planner->plan->automatic;
	const struct avs_memory *known = avs_memory_find(memory, &candidate->prefix);

	candidate->reason = avs_plan_rule_3(planner->input, memory, &candidate->prefix,
					    unconditional, &candidate->about);
	if (known && known->latched && avs_reason_permits(candidate->reason)) {
		candidate->reason = AVS_REASON_LATCHED;
		candidate->about = (struct avs_prefix){0};
	}
}

/* All conditions have to hold; the first that does not is named. */
static void avs_rule_condition(const struct avs_planner *planner, struct avs_candidate *candidate)
{
	const bool *holds = planner->input->conditions;
	size_t i;

	if (planner->input->default_needs_source &&
	    !avs_table_represented(planner->input->table, AVS_REPRESENT_DEFAULT)) {
		candidate->reason = AVS_REASON_NO_SOURCE;
		return;
	}
	for (i = 0; i < planner->config->condition_count; i++) {
		if (holds && holds[i])
			continue;
		candidate->reason = AVS_REASON_CONDITION;
		candidate->about = planner->config->conditions[i].prefix;
		return;
	}
}

static struct avs_candidate *avs_candidate_add(struct avs_planner *planner,
					       const struct avs_prefix *prefix, enum avs_class cls)
{
	struct avs_candidate *candidate = &planner->candidates[planner->count++];

	candidate->prefix = *prefix;
	candidate->cls = cls;
	candidate->reason = AVS_REASON_ANNOUNCED;
	return candidate;
}

/* Calm decides how long a member that covers nothing stays, not rule 3. */
static void avs_candidate_automatic(struct avs_planner *planner,
				    const struct avs_auto_member *member)
{
	struct avs_candidate *candidate =
		avs_candidate_add(planner, &member->prefix, AVS_CLASS_SUPERNET);

	candidate->automatic = true;
	candidate->toward = planner->config->automatic.toward;
	avs_rule_3(planner, candidate, true);
	if (member->ending && candidate->reason == AVS_REASON_ANNOUNCED)
		candidate->reason = AVS_REASON_ANNOUNCED_HELD;
}

/* Does an overlay neighbour get the default? */
static bool avs_gives_default(const struct avs_config *config)
{
	size_t i;

	for (i = 0; i < config->rs_count; i++)
		if (config->rs[i].overlay && config->rs[i].gets_default)
			return true;
	return false;
}

/*
 * The default, in the form that is asked for.  An overlay neighbour gets the route alone: halves
 * would be more specific than its own default, and take its own way through the tunnel.
 */
static bool avs_form_has(const struct avs_config *config, unsigned int rs,
			 const struct avs_prefix *prefix)
{
	if (config->rs[rs].overlay)
		return !prefix->len;
	return prefix->len || avs_config_form(config) != AVS_FORM_HALVES;
}

static void avs_candidate_default(struct avs_planner *planner)
{
	static const struct avs_prefix route = {.family = AVS_IPV4};
	enum avs_form form = avs_config_form(planner->config);
	struct avs_prefix half;
	unsigned int bit;

	if (form != AVS_FORM_HALVES || avs_gives_default(planner->config))
		avs_rule_condition(planner, avs_candidate_add(planner, &route, AVS_CLASS_DEFAULT));
	for (bit = 0; form != AVS_FORM_ROUTE && bit < 2; bit++) {
		half = avs_prefix_half(&route, bit);
		avs_rule_condition(planner, avs_candidate_add(planner, &half, AVS_CLASS_DEFAULT));
	}
}

/* Pass 1: what the configuration asks for. */
static bool avs_plan_candidates(struct avs_planner *planner)
{
	const struct avs_auto_plan *automatic = &planner->plan->automatic;
	const struct avs_config *config = planner->config;
	struct avs_candidate *candidate;
	struct avs_permitted *permitted;
	size_t i, count;

	if (!avs_plan_permitted(planner->input, planner->arena, planner->plan, &permitted, &count))
		return false;
	planner->candidates = avs_arena_array(
		planner->arena,
		3 + 3 + config->companion_count + config->supernet_count + automatic->count + count,
		sizeof(*planner->candidates));
	planner->plan->holds = avs_arena_array(planner->arena, config->supernet_count,
					       sizeof(*planner->plan->holds));
	if (!planner->candidates || !planner->plan->holds)
		return false;
	for (i = 0; i < count; i++) {
		candidate = avs_candidate_add(planner, &permitted[i].prefix, permitted[i].cls);
		candidate->permitted = permitted[i].rs;
	}
	if (config->default_toward || config->default_vnet_only || avs_gives_default(config))
		avs_candidate_default(planner);
	for (i = 0; config->companions && i < 3; i++)
		avs_candidate_add(planner, &avs_rfc1918[i], AVS_CLASS_COMPANION);
	for (i = 0; i < config->companion_count; i++)
		avs_candidate_add(planner, &config->companion[i], AVS_CLASS_COMPANION);
	for (i = 0; i < config->supernet_count; i++) {
		candidate = avs_candidate_add(planner, &config->supernets[i].prefix,
					      AVS_CLASS_SUPERNET);
		if (config->supernets[i].toward != AVS_SEGMENT_UNKNOWN)
			candidate->toward = AVS_SEG_BIT(config->supernets[i].toward);
		avs_rule_3(planner, candidate, config->supernets[i].unconditional);
		if (candidate->reason == AVS_REASON_COVERS_NOTHING &&
		    avs_plan_hold(planner->input, planner->plan, &candidate->prefix))
			candidate->reason = AVS_REASON_ANNOUNCED_HELD;
	}
	for (i = 0; i < automatic->count; i++)
		avs_candidate_automatic(planner, &automatic->members[i]);
	qsort(planner->candidates, planner->count, sizeof(*planner->candidates),
	      avs_candidate_order);
	return true;
}

/* What the `toward` lines of a route server say. */
static avs_segset avs_rs_toward(const struct avs_rs_config *rs)
{
	avs_segset set = 0;
	size_t i;

	for (i = 0; i < rs->toward_count; i++)
		set |= AVS_SEG_BIT(rs->toward[i].segment);
	return set;
}

/*
 * Rule 2: what is not known counts as reached.  Why on-premises does, though it is neither
 * declared nor observed; UNSPEC: all is known.
 */
static enum avs_reason avs_rule_2_unseen(const struct avs_input *input, unsigned int index)
{
	static const struct avs_unseen nothing;
	const struct avs_unseen *unseen = input->unseen ? &input->unseen[index] : &nothing;

	if (unseen->remembered)
		return AVS_REASON_LEAK_REMEMBERED;
	if (unseen->filter)
		return AVS_REASON_LEAK_FILTERED;
	if (unseen->unclassified || avs_table_count(input->table, index, AVS_SEGMENT_UNKNOWN))
		return AVS_REASON_LEAK_UNCLASSIFIED;
	if (unseen->untold)
		return AVS_REASON_LEAK_UNTOLD;
	if (input->settled && !input->settled[index])
		return AVS_REASON_STARTUP;
	return AVS_REASON_UNSPEC;
}

static void avs_rs_reach(const struct avs_planner *planner, unsigned int rs)
{
	static const enum avs_segment sides[] = {AVS_SEGMENT_PRIVATE_CLOUD,
						 AVS_SEGMENT_ON_PREMISES};
	struct avs_rs_plan *summary = &planner->plan->rs[rs];
	unsigned int i;

	/* what an overlay neighbour reaches, its own appliance knows */
	if (summary->config->overlay)
		return;
	summary->declared = avs_rs_toward(summary->config);
	if (summary->config->global_reach)
		summary->declared |= AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	for (i = 0; i < 2; i++) {
		if (avs_table_count(planner->input->table, rs, sides[i]))
			summary->observed |= AVS_SEG_BIT(sides[i]);
		if (avs_table_linked(planner->input->table, rs, sides[i]))
			summary->linked |= AVS_SEG_BIT(sides[i]);
	}
	summary->unseen = avs_rule_2_unseen(planner->input, rs);
}

/* Rule 10: nothing at all toward this route server. */
static enum avs_reason avs_rule_10(const struct avs_planner *planner, unsigned int index)
{
	const struct avs_rs_config *rs = planner->plan->rs[index].config;
	enum avs_reason closed = planner->input->closed;

	if (closed == AVS_REASON_UNSPEC && planner->input->rs_closed)
		closed = planner->input->rs_closed[index];
	if (closed != AVS_REASON_UNSPEC)
		/* a caller's mistake must not open what it meant to close */
		return avs_reason_permits(closed) ? AVS_REASON_INACTIVE : closed;
	if (planner->config->shutdown)
		return AVS_REASON_SHUTDOWN;
	if (!rs->neighbor_count || (!rs->toward_count && !rs->overlay))
		return AVS_REASON_INCOMPLETE;
	if (planner->plan->rs[index].drain.done)
		return AVS_REASON_MAINTENANCE;
	return AVS_REASON_ANNOUNCED;
}

/* Rule 1: does the configuration ask for it at this route server? */
static bool avs_rule_1(const struct avs_planner *planner, const struct avs_rs_plan *rs,
		       const struct avs_candidate *candidate)
{
	const struct avs_config *config = planner->config;
	avs_segset toward = avs_rs_toward(rs->config);

	if (rs->config->overlay)
		return candidate->cls == AVS_CLASS_DEFAULT && rs->config->gets_default;
	switch (candidate->cls) {
	case AVS_CLASS_NONE:
		break;
	case AVS_CLASS_DEFAULT:
		return config->default_vnet_only || (toward & config->default_toward);
	case AVS_CLASS_COMPANION:
		return toward & AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD);
	case AVS_CLASS_SUPERNET:
		return !candidate->toward || ((rs->declared | rs->observed) & candidate->toward);
	case AVS_CLASS_PERMITTED:
	case AVS_CLASS_EXACT:
		/* at the others it is no candidate */
		return true;
	}
	return false;
}

/* Is on-premises a named target of the line that asks for this prefix? */
static bool avs_names_on_premises(const struct avs_config *config,
				  const struct avs_candidate *candidate)
{
	switch (candidate->cls) {
	case AVS_CLASS_NONE:
	case AVS_CLASS_COMPANION:
	case AVS_CLASS_PERMITTED:
	case AVS_CLASS_EXACT:
		break;
	case AVS_CLASS_DEFAULT:
		return config->default_toward & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	case AVS_CLASS_SUPERNET:
		/* a computed prefix is nobody's word */
		return !candidate->automatic &&
		       candidate->toward == AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	}
	return false;
}

static bool avs_reaches_on_premises(const struct avs_rs_plan *rs)
{
	return (rs->declared | rs->observed) & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
}

/* What attracts more than is learned, for the private cloud's sake: rule 2 asks about it. */
static bool avs_asks_consent(const struct avs_candidate *candidate)
{
	return avs_prefix_needs_consent(&candidate->prefix) ||
	       candidate->cls == AVS_CLASS_COMPANION;
}

/* Default-equivalents, RFC 1918 blocks and companions need consent: is there none? */
static bool avs_lacks_consent(const struct avs_planner *planner, const struct avs_rs_plan *rs,
			      const struct avs_candidate *candidate)
{
	if (!avs_asks_consent(candidate))
		return false;
	/* the appliance at the other end asks before it announces it */
	if (rs->config->overlay)
		return false;
	/* NO_ADVERTISE keeps it inside the route server */
	if (candidate->cls == AVS_CLASS_DEFAULT && planner->config->default_vnet_only)
		return false;
	return !rs->config->accept_leak && !avs_names_on_premises(planner->config, candidate);
}

/* what the plan in force says of the entries of one route server, asked in prefix order */
struct avs_before {
	const struct avs_plan *plan; /* NULL: there was none, or no such route server */
	const struct avs_entry *next, *end;
};

/* Route servers of two plans are matched by name. */
static void avs_before_begin(const struct avs_planner *planner, unsigned int i,
			     struct avs_before *before)
{
	const struct avs_plan *prev = planner->input->prev;
	unsigned int rs = AVS_RS_NONE;

	*before = (struct avs_before){.plan = NULL};
	if (prev)
		rs = avs_config_find_rs(prev->config, planner->config->rs[i].name);
	if (rs == AVS_RS_NONE)
		return;
	before->plan = prev;
	before->next = &prev->entries[prev->rs[rs].first];
	before->end = before->next + prev->rs[rs].count;
}

/* its entry for the prefix, or NULL */
static const struct avs_entry *avs_before_find(struct avs_before *before,
					       const struct avs_prefix *prefix)
{
	int c = 1;

	for (; before->next < before->end; before->next++) {
		c = avs_prefix_cmp(&before->next->prefix, prefix);
		if (c >= 0)
			break;
	}
	return before->next < before->end && !c ? before->next : NULL;
}

/*
 * Rule 2 for what lacks consent.  A neighbour that comes back has nothing before it has told
 * its routes, see relies; those that stay, and have told theirs, keep what they have.
 */
static enum avs_reason avs_rule_2(const struct avs_planner *planner, const struct avs_rs_plan *rs,
				  const struct avs_candidate *candidate,
				  const struct avs_entry *before)
{
	if (!avs_lacks_consent(planner, rs, candidate))
		return AVS_REASON_ANNOUNCED;
	if (!avs_reaches_on_premises(rs)) {
		if (rs->unseen == AVS_REASON_UNSPEC ||
		    (rs->unseen == AVS_REASON_LEAK_UNTOLD && before &&
		     avs_plan_leaves(planner->input->prev, before)))
			return AVS_REASON_ANNOUNCED;
		return rs->unseen;
	}
	if (!(rs->declared & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)))
		return AVS_REASON_LEAK_OBSERVED;
	if (avs_prefix_is_default_equivalent(&candidate->prefix))
		return AVS_REASON_LEAK_DEFAULT;
	return AVS_REASON_LEAK_RFC1918;
}

/* Rules 4 and 8: nothing goes back where it came from, or into a tunnel that is none. */
static enum avs_reason avs_rule_4(const struct avs_planner *planner, unsigned int rs,
				  const struct avs_candidate *candidate)
{
	const struct avs_fact *fact;
	unsigned int seg;

	fact = avs_table_find(planner->input->table, &candidate->prefix);
	if (!fact)
		return AVS_REASON_ANNOUNCED;
	for (seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
		if (fact->from[seg] >> rs & 1)
			return AVS_REASON_SAME_ROUTE_SERVER;
	/* rule 8: it would be announced from that path, or not at all */
	if (fact->away)
		return AVS_REASON_NEXT_HOP;
	if (fact->usable && avs_plan_same_segment(&planner->plan->rs[rs], fact))
		return AVS_REASON_SAME_SEGMENT;
	/* within this AS bgpd passes some of it on */
	if (fact->kept && !planner->config->rs[rs].overlay)
		return AVS_REASON_NOT_EXPORTED;
	/* it would leave from a path that nobody asked for */
	if (candidate->cls == AVS_CLASS_EXACT &&
	    !avs_plan_asks_best(planner->input, rs, &candidate->prefix, fact))
		return AVS_REASON_OTHER_PATH;
	return AVS_REASON_ANNOUNCED;
}

/* The lines name one segment, but the other one would get it as well, or got it before. */
static bool avs_reaches_more(const struct avs_rs_plan *rs, const struct avs_candidate *candidate)
{
	avs_segset reach = rs->declared | rs->observed;

	if (rs->unseen == AVS_REASON_LEAK_REMEMBERED)
		reach |= AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	return candidate->cls == AVS_CLASS_SUPERNET && candidate->toward &&
	       (reach & (avs_segset)~candidate->toward);
}

/*
 * Does rule 2 leave computed prefixes alone at every route server that gets them?  While a
 * neighbour tells its routes this stays as it was.
 */
static bool avs_auto_consent(const struct avs_planner *planner)
{
	avs_segset toward = planner->config->automatic.toward, reach;
	const struct avs_plan *prev = planner->input->prev;
	const struct avs_rs_plan *rs;
	unsigned int i;

	for (i = 0; i < planner->config->rs_count; i++) {
		rs = &planner->plan->rs[i];
		reach = rs->declared | rs->observed;
		if (rs->config->overlay || rs->config->accept_leak)
			continue;
		if (toward && (!(reach & toward) || (reach & (avs_segset)~toward)))
			continue;
		if (avs_reaches_on_premises(rs))
			return false;
		if (rs->unseen == AVS_REASON_UNSPEC ||
		    (rs->unseen == AVS_REASON_LEAK_UNTOLD && prev && prev->automatic.consent))
			continue;
		return false;
	}
	return true;
}

/*
 * Pass 2 for one route server and one candidate: everything but the budget.
 *
 * before: the entry of the plan in force, or NULL
 */
static void avs_plan_judge(const struct avs_planner *planner, unsigned int rs,
			   const struct avs_candidate *candidate, const struct avs_entry *before,
			   struct avs_entry *entry)
{
	struct avs_rs_plan *summary = &planner->plan->rs[rs];
	const struct avs_config *config = planner->config;
	bool is_default = candidate->cls == AVS_CLASS_DEFAULT;

	*entry = (struct avs_entry){.rs = rs,
				    .prefix = candidate->prefix,
				    .cls = candidate->cls,
				    .automatic = candidate->automatic,
				    .before = before && avs_reason_permits(before->reason)};
	entry->next_hop = is_default && config->default_next_hop.family ? config->default_next_hop
									: summary->config->next_hop;
	entry->prepend = summary->drain.active ? AVS_DRAIN_PREPEND : summary->config->prepend;
	entry->no_advertise = is_default && config->default_vnet_only;
	/* these are for Azure; through the tunnel it goes to this router, as any route */
	if (summary->config->overlay) {
		entry->next_hop = (struct avs_prefix){0};
		entry->no_advertise = false;
	}

	entry->reason = summary->gate;
	if (avs_reason_permits(entry->reason) && !avs_rule_1(planner, summary, candidate))
		entry->reason = AVS_REASON_NOT_TARGETED;
	if (avs_reason_permits(entry->reason))
		entry->reason = avs_rule_2(planner, summary, candidate, before);
	/* rule 3 says the same of a supernet, but does not act while frozen */
	if (avs_reason_permits(entry->reason) &&
	    (candidate->cls != AVS_CLASS_SUPERNET || planner->input->frozen))
		entry->reason = avs_rule_4(planner, rs, candidate);
	if (avs_reason_permits(entry->reason) && avs_reaches_more(summary, candidate))
		entry->reason = AVS_REASON_SHARED_REACH;
	if (avs_reason_permits(entry->reason)) {
		entry->reason = candidate->reason;
		entry->about = candidate->about;
	}
	/* held means that it stays, not that another route server gets it now */
	if (entry->reason == AVS_REASON_ANNOUNCED_HELD && !candidate->automatic &&
	    !(entry->before && before->cls == AVS_CLASS_SUPERNET))
		entry->reason = AVS_REASON_COVERS_NOTHING;
	avs_plan_freeze(planner->input, entry, entry->before);
	/* bgpd asks it whatever the plan says; all neighbours of a route server get the same */
	if (avs_reason_permits(entry->reason) && planner->input->held_back &&
	    planner->input->held_back(rs, &candidate->prefix, planner->input->held_back_arg)) {
		entry->reason = AVS_REASON_USER_LIST;
		entry->about = (struct avs_prefix){0};
	}
	if (avs_reason_permits(entry->reason) && avs_lacks_consent(planner, summary, candidate))
		summary->relies = true;
}

static enum avs_reason avs_rule_6(const struct avs_rs_plan *rs)
{
	uint64_t stop = (uint64_t)avs_rs_gateway_limit(rs->config) * AVS_GATEWAY_STOP / 100;

	if (rs->announced >= rs->usable)
		return AVS_REASON_BUDGET;
	if (rs->gateway_used >= stop)
		return AVS_REASON_GATEWAY_BUDGET;
	return AVS_REASON_ANNOUNCED;
}

/* Serve those of one class that were, or were not, announced before. */
static void avs_plan_serve(const struct avs_planner *planner, struct avs_rs_plan *rs,
			   enum avs_class cls, bool before)
{
	struct avs_entry *entry = &planner->plan->entries[rs->first];
	struct avs_entry *end = entry + rs->count;
	enum avs_reason reason;

	for (; entry < end; entry++) {
		if (entry->cls != cls || !avs_reason_permits(entry->reason) ||
		    entry->before != before)
			continue;
		/* nothing new comes while frozen */
		reason = planner->input->frozen ? AVS_REASON_ANNOUNCED : avs_rule_6(rs);
		if (avs_reason_permits(reason)) {
			rs->announced++;
			rs->gateway_used++;
			continue;
		}
		entry->about = (struct avs_prefix){0};
		/* nobody misses what was only held */
		if (entry->reason == AVS_REASON_ANNOUNCED_HELD && !entry->automatic) {
			entry->reason = AVS_REASON_COVERS_NOTHING;
			continue;
		}
		entry->reason = reason;
		if (!rs->unserved++)
			rs->first_unserved = entry->prefix;
	}
}

/* Pass 3 for one route server. */
static void avs_plan_budget(const struct avs_planner *planner, unsigned int i)
{
	static const enum avs_class order[] = {AVS_CLASS_DEFAULT, AVS_CLASS_COMPANION,
					       AVS_CLASS_SUPERNET, AVS_CLASS_PERMITTED,
					       AVS_CLASS_EXACT};
	const struct avs_table *table = planner->input->table;
	struct avs_rs_plan *rs = &planner->plan->rs[i];
	unsigned int c, asked = 0;
	size_t e;

	rs->usable = (uint32_t)((uint64_t)avs_rs_route_limit(rs->config) *
				avs_rs_usable(rs->config) / 100);
	/* no gateway stands behind an overlay neighbour */
	if (!rs->config->overlay)
		rs->gateway_used = avs_table_count(table, i, AVS_SEGMENT_VIRTUAL_NETWORK) +
				   avs_table_count(table, i, AVS_SEGMENT_UNKNOWN);
	for (e = 0; e < rs->count; e++)
		if (avs_reason_permits(planner->plan->entries[rs->first + e].reason))
			asked |= 1U << planner->plan->entries[rs->first + e].cls;
	for (c = 0; c < sizeof(order) / sizeof(order[0]); c++) {
		if (!(asked >> order[c] & 1))
			continue;
		avs_plan_serve(planner, rs, order[c], true);
		avs_plan_serve(planner, rs, order[c], false);
	}
	rs->refused = (uint32_t)rs->count - rs->announced;
}

static void avs_plan_route_server(const struct avs_planner *planner, unsigned int i)
{
	struct avs_plan *plan = planner->plan;
	struct avs_rs_plan *rs = &plan->rs[i];
	struct avs_entry entry, *last;
	struct avs_before before;
	size_t c;

	avs_before_begin(planner, i, &before);
	rs->first = plan->count;
	for (c = 0; c < planner->count; c++) {
		if (planner->candidates[c].cls >= AVS_CLASS_PERMITTED &&
		    !(planner->candidates[c].permitted >> i & 1))
			continue;
		if (planner->candidates[c].cls == AVS_CLASS_DEFAULT &&
		    !avs_form_has(planner->config, i, &planner->candidates[c].prefix))
			continue;
		/* the rest is avs_plan_overlay()'s */
		if (rs->config->overlay &&
		    (planner->candidates[c].cls != AVS_CLASS_DEFAULT || !rs->config->gets_default))
			continue;
		avs_plan_judge(planner, i, &planner->candidates[c],
			       avs_before_find(&before, &planner->candidates[c].prefix), &entry);
		last = rs->count ? &plan->entries[plan->count - 1] : NULL;
		if (!last || !avs_prefix_equal(&last->prefix, &entry.prefix)) {
			plan->entries[plan->count++] = entry;
			rs->count++;
		} else if (!avs_reason_permits(last->reason) && avs_reason_permits(entry.reason) &&
			   last->reason != AVS_REASON_CONDITION) {
			/* a default that waits is not replaced by one that was learned */
			*last = entry;
		}
	}
	avs_plan_budget(planner, i);
}

/*
 * Where nobody usable announces it, we do.  A line of the user may: ours stands beside it then,
 * and is announced in its place when the line goes; what is announced because it is there by
 * hand alone goes with it.
 */
static bool avs_plan_originate(const struct avs_planner *planner)
{
	struct avs_plan *plan = planner->plan;
	const struct avs_named *named;
	const struct avs_fact *fact;
	size_t i;

	plan->originate =
		avs_arena_array(planner->arena, plan->named_count, sizeof(*plan->originate));
	if (!plan->originate)
		return false;
	for (i = 0; i < plan->named_count; i++) {
		named = &plan->named[i];
		if (!named->stands)
			continue;
		fact = avs_table_find(planner->input->table, &named->prefix);
		if ((!fact || !fact->usable) || (fact->local && named->outlives))
			plan->originate[plan->originate_count++] = named->prefix;
	}
	return true;
}

/* What the passes need to know before the first candidate. */
static enum avs_err avs_plan_prepare(struct avs_planner *planner)
{
	const struct avs_config *config = planner->config;
	struct avs_plan *plan = planner->plan;
	unsigned int i;

	plan->config = config;
	plan->rs = avs_arena_array(planner->arena, config->rs_count, sizeof(*plan->rs));
	if (!plan->rs || !avs_memory_begin(planner->input, planner->arena, plan))
		return AVS_ERR_NOMEM;
	for (i = 0; i < config->rs_count; i++) {
		plan->rs[i].config = &config->rs[i];
		avs_rs_reach(planner, i);
		avs_plan_drain(planner->input, plan, i);
		plan->rs[i].gate = avs_rule_10(planner, i);
	}
	plan->automatic.consent = avs_auto_consent(planner);
	return avs_plan_auto(planner->input, plan->automatic.consent, planner->arena, plan);
}

enum avs_err avs_plan_compute(const struct avs_input *input, struct avs_arena *arena,
			      struct avs_plan **out)
{
	struct avs_planner planner = {.input = input, .config = input->config, .arena = arena};
	size_t rs_count = input->config->rs_count;
	struct avs_plan *plan;
	enum avs_err err;
	unsigned int i;

	plan = avs_arena_alloc(arena, sizeof(*plan));
	if (!plan)
		return AVS_ERR_NOMEM;
	planner.plan = plan;
	err = avs_plan_prepare(&planner);
	if (err)
		return err;
	if (!avs_plan_candidates(&planner))
		return AVS_ERR_NOMEM;
	/* at most 30 route servers, so the product cannot overflow before the array does */
	plan->entries = avs_arena_array(arena, rs_count * planner.count, sizeof(*plan->entries));
	if (!plan->entries)
		return AVS_ERR_NOMEM;
	for (i = 0; i < rs_count; i++)
		avs_plan_route_server(&planner, i);
	avs_memory_end(input, plan);
	if (!avs_plan_name(arena, plan) || !avs_plan_originate(&planner) ||
	    !avs_plan_warn(input, arena, plan))
		return AVS_ERR_NOMEM;
	*out = plan;
	return AVS_OK;
}

bool avs_plan_wants_discard(const struct avs_plan *plan, const struct avs_prefix *prefix)
{
	const struct avs_named *named;

	if (plan->config->no_discard || avs_prefix_is_default_equivalent(prefix))
		return false;
	named = avs_plan_named(plan, prefix);
	return named && named->next_hop_self;
}

bool avs_plan_same_segment(const struct avs_rs_plan *rs, const struct avs_fact *fact)
{
	avs_segset unsaid = rs->observed;
	const struct avs_toward *toward;
	size_t i;

	for (i = 0; i < rs->config->toward_count; i++) {
		toward = &rs->config->toward[i];
		unsaid &= (avs_segset)~AVS_SEG_BIT(toward->segment);
		if (fact->from[toward->segment] &&
		    avs_site_may_be(fact->site[toward->segment], avs_site_id(toward->site)))
			return true;
	}
	if (rs->config->global_reach)
		unsaid |= AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
	/* reached by no line that could name a site */
	return ((unsaid & AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD)) &&
		fact->from[AVS_SEGMENT_PRIVATE_CLOUD]) ||
	       ((unsaid & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)) &&
		fact->from[AVS_SEGMENT_ON_PREMISES]);
}

enum avs_reason avs_plan_overlay(const struct avs_plan *plan, unsigned int rs,
				 const struct avs_prefix *prefix, enum avs_segment segment,
				 bool other_side)
{
	if (rs >= plan->config->rs_count || !plan->config->rs[rs].overlay)
		return AVS_REASON_NO_ROLE;
	if (!avs_reason_permits(plan->rs[rs].gate))
		return plan->rs[rs].gate;
	if (prefix->family != AVS_IPV4)
		return AVS_REASON_NOT_PLANNED;
	if (other_side)
		return AVS_REASON_OTHER_SIDE;
	if (avs_prefix_is_default_equivalent(prefix) && !plan->config->rs[rs].gets_default)
		return AVS_REASON_NOT_TARGETED;
	if (segment == AVS_SEGMENT_UNKNOWN)
		return AVS_REASON_UNCLASSIFIED;
	return AVS_REASON_ANNOUNCED;
}

const struct avs_entry *avs_plan_find(const struct avs_plan *plan, unsigned int rs,
				      const struct avs_prefix *prefix)
{
	size_t low, high, middle;
	int c;

	if (rs >= plan->config->rs_count)
		return NULL;
	low = plan->rs[rs].first;
	high = low + plan->rs[rs].count;
	while (low < high) {
		middle = low + (high - low) / 2;
		c = avs_prefix_cmp(&plan->entries[middle].prefix, prefix);
		if (!c)
			return &plan->entries[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
