// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets, calmly.
 *
 * avs_supernet.c says which set is the best one for what is learned at this
 * moment: the target.  The set in force follows it (rule 9):
 *
 *	a contributor is not covered		at once
 *	other prefixes for what is covered	after hold-down
 *	less, or tighter			after tighten-delay
 *	nothing left to cover			after hold-down
 *
 * Both sets are free of nesting, so the outermost prefixes of the two together
 * cut the address space into regions in which they can be compared on their
 * own.  A region is a member of the one set around any number of members of
 * the other:
 *
 *	around	  inside	what the change is
 *	in force  target	tighter; without target: nothing left to cover
 *	target	  in force	growth if a contributor has no member, else a move
 *
 * A region whose time has come, or which may not wait, takes the members of
 * the target, the others keep those in force.  Everything follows the target
 * at once when there would be too many members, or they would attract too
 * much, or when a line of the configuration has changed: that waits for the
 * quiet period already.
 *
 * A member in force that rule 3 refuses goes in the same plan; what it covered
 * is growth then, and the difference of two plans puts additions first.  There
 * is one exception: a member that is learned because it came back to us
 * (avs_plan_memory.c).  It stays in the target and is refused as long as it is
 * learned.  Looking for another one instead would find a wider one, whose echo
 * would make the next one wider, up to `shortest`.
 *
 * When there is no target, the set in force stays, and rule 3 decides about
 * each member (avs_plan.c).
 *
 * What covers too much to be a contributor (shorter than `shortest`) is what
 * the table calls a cover at the default length: no member equals it.
 */
#include <string.h>

#include "avs_plan_int.h"

struct avs_autoplan {
	const struct avs_input *input;
	const struct avs_auto_config *config;
	struct avs_arena *arena;
	struct avs_arena *scratch;
	struct avs_plan *plan;
	/* from the table, in prefix order */
	struct avs_prefix *contributors, *taken;
	size_t contributor_count, taken_count;
	/* members in force that may stay; then the next ones */
	struct avs_auto_member *old, *next;
	size_t old_count, next_count;
	bool *covers; /* [old]: rule 3 lets it out */
};

/* a region, and what of both sets is in it */
struct avs_region {
	struct avs_prefix around;
	bool target_around;
	size_t old_first, old_count;
	size_t new_first, new_count;
	bool growth;
};

/* Azure's own networks do not announce anything again. */
static bool avs_fact_may_be_echo(const struct avs_fact *fact)
{
	return fact->from[AVS_SEGMENT_PRIVATE_CLOUD] || fact->from[AVS_SEGMENT_ON_PREMISES] ||
	       fact->from[AVS_SEGMENT_UNKNOWN];
}

/* What came back: told, and looked at again when it is no echo any more. */
static void avs_auto_echo(struct avs_autoplan *w, const struct avs_prefix *prefix)
{
	struct avs_auto_plan *out = &w->plan->automatic;
	const struct avs_memory *known = avs_memory_find(out, prefix);

	if (!out->echoes++)
		out->first_echo = *prefix;
	if (known)
		avs_plan_wake(w->plan, known->announced + AVS_ECHO_MSEC);
}

/*
 * Does an appliance announce what we did, or what is around a contributor?  Then it does what
 * we do.  One is enough to be told.
 */
static void avs_auto_sibling(struct avs_autoplan *w, const struct avs_prefix *prefix,
			     const struct avs_fact *fact, bool echo)
{
	struct avs_auto_plan *out = &w->plan->automatic;
	struct avs_relation relation;

	if (!fact->appliance || !fact->appliance_as || out->sibling_as)
		return;
	avs_table_relation(w->input->table, prefix, &relation);
	if (!echo && !relation.contributors)
		return;
	out->sibling_as = fact->appliance_as;
	out->sibling_prefix = *prefix;
}

static bool avs_auto_collect(const struct avs_prefix *prefix, const struct avs_fact *fact,
			     bool contributor, void *arg)
{
	struct avs_autoplan *w = arg;
	bool echo;

	if (prefix->family != AVS_IPV4)
		return false;
	if (!avs_fact_delivered(fact))
		return true;
	echo = avs_fact_may_be_echo(fact) &&
	       avs_memory_is_echo(w->input, &w->plan->automatic, prefix);
	avs_auto_sibling(w, prefix, fact, echo);
	if (echo)
		avs_auto_echo(w, prefix);
	else if (contributor && prefix->len >= avs_auto_shortest(w->config))
		w->contributors[w->contributor_count++] = *prefix;
	else
		w->taken[w->taken_count++] = *prefix;
	return true;
}

static enum avs_err avs_auto_solve(struct avs_autoplan *w, bool consent)
{
	struct avs_supernet_input question = {
		.contributors = w->contributors,
		.contributor_count = w->contributor_count,
		.taken = w->taken,
		.taken_count = w->taken_count,
		.within = w->config->within,
		.within_count = w->config->within_count,
		.protect = w->input->config->protect,
		.protect_count = w->input->config->protect_count,
		.max_prefixes = avs_auto_max_prefixes(w->config),
		.shortest = avs_auto_shortest(w->config),
		.max_attract = w->config->max_attract,
		.consent = consent,
	};

	return avs_supernet_solve(&question, w->arena, &w->plan->automatic.target);
}

static bool avs_auto_in_target(const struct avs_supernet_set *target, const struct avs_prefix *p)
{
	size_t low = 0, high = target->count, middle;
	int c;

	while (low < high) {
		middle = low + (high - low) / 2;
		c = avs_prefix_cmp(&target->prefixes[middle], p);
		if (!c)
			return true;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The members in force; with a target, those that rule 3 lets out or that are in it. */
static bool avs_auto_begin(struct avs_autoplan *w)
{
	const struct avs_supernet_set *target = &w->plan->automatic.target;
	const struct avs_auto_plan *prev = w->input->prev ? &w->input->prev->automatic : NULL;
	size_t i, count = prev ? prev->count : 0;
	struct avs_prefix about;
	enum avs_reason reason;

	w->old = avs_arena_array(w->scratch, count, sizeof(*w->old));
	w->covers = avs_arena_array(w->scratch, count, sizeof(*w->covers));
	w->next = avs_arena_array(w->arena, count + target->count, sizeof(*w->next));
	if (!w->old || !w->covers || !w->next)
		return false;
	for (i = 0; i < count; i++) {
		reason = avs_plan_rule_3(w->input, &w->plan->automatic, &prev->members[i].prefix,
					 true, &about);
		if (!target->fault && !avs_reason_permits(reason) &&
		    !avs_auto_in_target(target, &prev->members[i].prefix))
			continue;
		w->covers[w->old_count] = avs_reason_permits(reason);
		w->old[w->old_count++] = prev->members[i];
	}
	return true;
}

/* Where in a sorted array without nesting does the search for p go on? */
static bool avs_is_before(const struct avs_prefix *a, const struct avs_prefix *p)
{
	return avs_prefix_cmp(a, p) < 0 && !avs_prefix_contains(a, p);
}

/* The next region, or false; the counters say what is behind the last one. */
static bool avs_region_next(const struct avs_autoplan *w, struct avs_region *r)
{
	const struct avs_supernet_set *target = &w->plan->automatic.target;
	size_t o = r->old_first + r->old_count, n = r->new_first + r->new_count;

	if (o == w->old_count && n == target->count)
		return false;
	r->target_around =
		o == w->old_count ||
		(n < target->count && avs_prefix_cmp(&target->prefixes[n], &w->old[o].prefix) <= 0);
	r->around = r->target_around ? target->prefixes[n] : w->old[o].prefix;
	r->old_first = o;
	r->new_first = n;
	r->growth = false;
	while (o < w->old_count && avs_prefix_contains(&r->around, &w->old[o].prefix))
		o++;
	while (n < target->count && avs_prefix_contains(&r->around, &target->prefixes[n]))
		n++;
	r->old_count = o - r->old_first;
	r->new_count = n - r->new_first;
	return true;
}

/* Is a contributor of the region in no member in force?  *c is where to look from. */
static bool avs_region_grows(const struct avs_autoplan *w, const struct avs_region *r, size_t *c)
{
	size_t o = r->old_first, end = r->old_first + r->old_count;
	const struct avs_prefix *p;
	bool grows = false;

	for (; *c < w->contributor_count; (*c)++) {
		p = &w->contributors[*c];
		if (avs_prefix_cmp(p, &r->around) > 0 && !avs_prefix_contains(&r->around, p))
			break;
		if (!avs_prefix_contains(&r->around, p))
			continue;
		while (o < end && avs_is_before(&w->old[o].prefix, p))
			o++;
		if (o == end || !w->covers[o] || !avs_prefix_contains(&w->old[o].prefix, p) ||
		    w->old[o].prefix.len >= p->len)
			grows = true;
	}
	return grows;
}

/* Both sets are the same here. */
static bool avs_region_is_settled(const struct avs_autoplan *w, const struct avs_region *r)
{
	const struct avs_supernet_set *target = &w->plan->automatic.target;

	return r->old_count == 1 && r->new_count == 1 &&
	       avs_prefix_equal(&w->old[r->old_first].prefix, &target->prefixes[r->new_first]);
}

static uint64_t avs_msec(uint32_t seconds)
{
	return seconds * 1000ULL;
}

/* May the members in force stay for now?  Notes since when they are not wanted. */
static bool avs_region_waits(struct avs_autoplan *w, const struct avs_region *r)
{
	const struct avs_config *config = w->input->config;
	uint64_t since = w->input->now, due;
	size_t i;

	for (i = r->old_first; i < r->old_first + r->old_count; i++)
		if (w->old[i].ending && w->old[i].since < since)
			since = w->old[i].since;
	due = since + avs_msec(!r->target_around && r->new_count ? avs_config_tighten_delay(config)
								 : avs_config_hold_down(config));
	if (due <= w->input->now)
		return false;
	avs_plan_wake(w->plan, due);
	for (i = r->old_first; i < r->old_first + r->old_count; i++) {
		w->old[i].ending = true;
		w->old[i].since = since;
	}
	return true;
}

static void avs_region_follow(struct avs_autoplan *w, const struct avs_region *r)
{
	const struct avs_supernet_set *target = &w->plan->automatic.target;
	size_t i;

	for (i = 0; i < r->new_count; i++)
		w->next[w->next_count++] =
			(struct avs_auto_member){.prefix = target->prefixes[r->new_first + i]};
}

static void avs_region_keep(struct avs_autoplan *w, const struct avs_region *r)
{
	size_t i;

	for (i = 0; i < r->old_count; i++)
		w->next[w->next_count++] = w->old[r->old_first + i];
}

/* Addresses of the members that no contributor has. */
static uint64_t avs_auto_attracted(const struct avs_autoplan *w)
{
	const struct avs_prefix *last = NULL, *p;
	uint64_t sum = 0;
	size_t i, m = 0;

	for (i = 0; i < w->next_count; i++)
		sum += (uint64_t)1 << (AVS_IPV4 - w->next[i].prefix.len);
	for (i = 0; i < w->contributor_count; i++) {
		p = &w->contributors[i];
		if (last && avs_prefix_contains(last, p))
			continue;
		last = p;
		while (m < w->next_count && avs_is_before(&w->next[m].prefix, p))
			m++;
		if (m < w->next_count && avs_prefix_contains(&w->next[m].prefix, p))
			sum -= (uint64_t)1 << (AVS_IPV4 - p->len);
	}
	return sum;
}

/* Did somebody change what the set has to be like? */
static bool avs_auto_is_reconfigured(const struct avs_autoplan *w)
{
	const struct avs_plan *prev = w->input->prev;

	return !prev || !prev->config->supernet_auto ||
	       !avs_auto_equal(&prev->config->automatic, w->config);
}

/* There is a target: follow it, region by region. */
static void avs_auto_follow(struct avs_autoplan *w)
{
	const struct avs_supernet_set *target = &w->plan->automatic.target;
	bool at_once = avs_auto_is_reconfigured(w);
	uint64_t wakeup = w->plan->wakeup;
	struct avs_region r = {0};
	size_t c = 0;

	while (!at_once && avs_region_next(w, &r)) {
		r.growth = avs_region_grows(w, &r, &c);
		if (avs_region_is_settled(w, &r) || r.growth || !avs_region_waits(w, &r))
			avs_region_follow(w, &r);
		else
			avs_region_keep(w, &r);
	}
	if (!at_once && w->next_count <= avs_auto_max_prefixes(w->config) &&
	    (!w->config->max_attract || avs_auto_attracted(w) <= w->config->max_attract))
		return;
	w->plan->wakeup = wakeup;
	w->next_count = 0;
	r.new_first = 0;
	r.new_count = target->count;
	avs_region_follow(w, &r);
}

/* There is none: keep what is in force, without what has had nothing to cover for long. */
static void avs_auto_stay(struct avs_autoplan *w)
{
	struct avs_region r = {0};
	size_t i, c = 0;

	for (i = 0; i < w->old_count; i++) {
		r.around = w->old[i].prefix;
		r.old_first = i;
		r.old_count = 1;
		while (c < w->contributor_count && avs_is_before(&w->contributors[c], &r.around))
			c++;
		if (c < w->contributor_count && avs_prefix_contains(&r.around, &w->contributors[c]))
			w->old[i].ending = false;
		else if (!avs_region_waits(w, &r))
			continue;
		avs_region_keep(w, &r);
	}
}

static enum avs_err avs_auto_run(struct avs_autoplan *w, bool consent)
{
	size_t room = avs_table_size(w->input->table);
	enum avs_err err;

	w->contributors = avs_arena_array(w->scratch, room, sizeof(*w->contributors));
	w->taken = avs_arena_array(w->scratch, room, sizeof(*w->taken));
	if (!w->contributors || !w->taken)
		return AVS_ERR_NOMEM;
	avs_table_walk_shapes(w->input->table, avs_auto_collect, w);
	err = avs_auto_solve(w, consent);
	if (err)
		return err;
	if (!avs_auto_begin(w))
		return AVS_ERR_NOMEM;
	if (w->plan->automatic.target.fault)
		avs_auto_stay(w);
	else
		avs_auto_follow(w);
	w->plan->automatic.members = w->next;
	w->plan->automatic.count = w->next_count;
	w->plan->automatic.attracted = avs_auto_attracted(w);
	return AVS_OK;
}

/*
 * Routes trickle in when a session comes up: the first set waits for a route
 * server that has told its own.  What is in force already follows as it comes.
 */
static bool avs_auto_may_start(const struct avs_input *input)
{
	size_t i;

	if (!input->settled || (input->prev && input->prev->automatic.count))
		return true;
	for (i = 0; i < input->config->rs_count; i++)
		if (input->settled[i])
			return true;
	return false;
}

/* The set that is in force, as it is. */
static enum avs_err avs_auto_freeze(const struct avs_input *input, struct avs_arena *arena,
				    struct avs_plan *plan)
{
	const struct avs_auto_plan *prev = input->prev ? &input->prev->automatic : NULL;
	struct avs_auto_member *members;
	size_t i;

	if (!prev || !prev->count)
		return AVS_OK;
	members = avs_arena_array(arena, prev->count, sizeof(*members));
	if (!members)
		return AVS_ERR_NOMEM;
	for (i = 0; i < prev->count; i++)
		members[i].prefix = prev->members[i].prefix;
	plan->automatic.members = members;
	plan->automatic.count = prev->count;
	plan->automatic.attracted = prev->attracted;
	return AVS_OK;
}

enum avs_err avs_plan_auto(const struct avs_input *input, bool consent, struct avs_arena *arena,
			   struct avs_plan *plan)
{
	struct avs_autoplan w = {
		.input = input, .config = &input->config->automatic, .arena = arena, .plan = plan};
	enum avs_err err;

	if (!input->config->supernet_auto || !avs_auto_may_start(input))
		return AVS_OK;
	if (input->frozen)
		return avs_auto_freeze(input, arena, plan);
	w.scratch = avs_arena_new();
	if (!w.scratch)
		return AVS_ERR_NOMEM;
	err = avs_auto_run(&w, consent);
	avs_arena_free(w.scratch);
	return err;
}
