/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Oracle of the tables of user-defined routes, for unit test and fuzz target.
 *
 * A life of one instance: tables, sessions and the clock change at random, and
 * after each change the tables are compared with what is said about every
 * single prefix here, from the documentation alone.  The oracle keeps its own
 * memory of what is in the table and since when it is gone.
 */
#ifndef _AVS_ORACLE_UDR_H
#define _AVS_ORACLE_UDR_H

#include "avs_gen.h"
#include "avs_oracle.h"
#include "avs_udr.h"

#define UDR_ORACLE_MAX 512

struct udr_kept {
	struct avs_prefix prefix;
	bool gone;
	uint64_t since;
};

struct udr_oracle {
	struct udr_kept kept[UDR_ORACLE_MAX];
	size_t count;
	uint64_t generation;
	bool begun;
	struct avs_prefix hop;
	bool nic[256]; /* by address and length, see udr_shape() */
};

/* a number for each default-equivalent, without a gap */
static inline unsigned int udr_shape(const struct avs_prefix *p)
{
	return (1U << p->len) + (p->addr[0] >> (8 - p->len));
}

static inline bool udr_vnet(const struct naive_route *r)
{
	return r->fact.from[AVS_SEGMENT_VIRTUAL_NETWORK] != 0;
}

/* of a segment, and known here; what only the other side has, the gateway learns from us */
static inline bool udr_actual(const struct avs_config *config, const struct naive_route *r)
{
	struct naive_route here = *r;
	size_t i, j;

	for (i = 0; i < config->rs_count; i++)
		for (j = 0; config->rs[i].overlay && j < AVS_SEGMENT_COUNT; j++)
			here.fact.from[j] &= ~(1U << i);
	return naive_actual(&here);
}

static inline bool udr_needed(const struct avs_config *config, const struct naive_table *t,
			      const struct naive_route *r)
{
	size_t i, j, k;

	if (!udr_actual(config, r) || r->prefix.family != 32 || r->prefix.len < 8 || udr_vnet(r))
		return false;
	for (i = 0; i < config->rs_count; i++)
		for (j = 0; j < config->rs[i].neighbor_count; j++) {
			const struct avs_prefix *n = &config->rs[i].neighbors[j];
			bool sheltered = false;

			if (!naive_in(&r->prefix, n))
				continue;
			for (k = 0; k < t->count; k++)
				sheltered |= udr_vnet(&t->route[k]) &&
					     naive_strictly_in(&r->prefix, &t->route[k].prefix) &&
					     naive_in(&t->route[k].prefix, n);
			if (!sheltered)
				return false;
		}
	return true;
}

/* the next prefix after `after` (NULL: the first) that is needed */
static inline const struct naive_route *udr_next(const struct avs_config *config,
						 const struct naive_table *t,
						 const struct avs_prefix *after)
{
	const struct naive_route *best = NULL, *r;
	size_t i;

	for (i = 0; i < t->count; i++) {
		r = &t->route[i];
		if (!udr_needed(config, t, r) || (after && !naive_before(after, &r->prefix)))
			continue;
		if (!best || naive_before(&r->prefix, &best->prefix))
			best = r;
	}
	return best;
}

static inline bool udr_has(const struct udr_kept *kept, size_t count, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (naive_same(&kept[i].prefix, p))
			return true;
	return false;
}

/* NULL, or what is wrong with the tables */
static inline const char *udr_oracle_check(struct udr_oracle *o, const struct avs_udr_input *in,
					   const struct naive_table *t, const struct avs_udr *udr)
{
	const struct avs_config *config = in->config;
	struct udr_kept next[UDR_ORACLE_MAX];
	size_t i, count = 0, needed = 0, same = 0;
	size_t limit = config->udr.route_limit ? config->udr.route_limit : 1000;
	const struct naive_route *r = NULL, *known;
	bool complete = true, servers = false, hop = config->udr.next_hop.family != 0;
	bool nic[256] = {false}, in_nic[256] = {false};
	size_t nics = 0;

	const size_t nic_limit = limit;

	limit = config->udr.reserved < limit ? limit - config->udr.reserved : 0;
	while (hop && (r = udr_next(config, t, r ? &r->prefix : NULL))) {
		if (needed++ < limit)
			next[count++] = (struct udr_kept){.prefix = r->prefix};
	}
	for (i = 0; i < config->rs_count; i++) {
		if (config->rs[i].overlay)
			continue;
		servers = true;
		complete &= config->rs[i].neighbor_count && in->up[i] && in->settled[i];
	}
	complete &= servers && hop && needed <= limit;
	if ((udr->state == AVS_UDR_COMPLETE) != complete)
		return "complete";
	for (i = 0; hop && i < o->count; i++) {
		struct udr_kept k = o->kept[i];

		known = naive_find(t, &k.prefix);
		if ((known && udr_actual(config, known)) || count == limit)
			continue;
		if (!k.gone)
			k.since = in->now;
		k.gone = true;
		if (in->now - k.since >= 3600000 && complete)
			continue;
		next[count++] = k;
	}
	if (udr->table[AVS_UDR_GATEWAY_SUBNET].count != count)
		return "count";
	for (i = 0; i < count; i++) {
		const struct avs_udr_route *have = &udr->table[AVS_UDR_GATEWAY_SUBNET].routes[i];
		size_t j;

		if (i && !naive_before(&have[-1].prefix, &have->prefix))
			return "order";
		for (j = 0; j < count && !naive_same(&next[j].prefix, &have->prefix); j++)
			;
		if (j == count)
			return "a route that is not needed";
		if (have->stale != next[j].gone || (have->stale && have->since != next[j].since))
			return "stale";
		if (!naive_same(&have->next_hop, &config->udr.next_hop))
			return "next hop";
		same += udr_has(o->kept, o->count, &have->prefix);
	}
	for (i = 0; in->plan && i < in->plan->count; i++)
		if (in->plan->entries[i].prefix.len < 8 &&
		    in->plan->entries[i].prefix.family == 32 &&
		    !in->plan->config->rs[in->plan->entries[i].rs].overlay &&
		    avs_reason_permits(in->plan->entries[i].reason))
			nic[udr_shape(&in->plan->entries[i].prefix)] = true;
	for (i = 0; i < 256; i++)
		nics += nic[i];
	if (udr->table[AVS_UDR_NVA_NIC].count != (nics < nic_limit ? nics : nic_limit))
		return "own NIC";
	for (i = 0; i < udr->table[AVS_UDR_NVA_NIC].count; i++) {
		const struct avs_udr_route *have = &udr->table[AVS_UDR_NVA_NIC].routes[i];

		if (!nic[udr_shape(&have->prefix)])
			return "a route of the own NIC";
		if (i && !naive_before(&have[-1].prefix, &have->prefix))
			return "the order of the own NIC";
		in_nic[udr_shape(&have->prefix)] = true;
	}
	if (!o->begun || same != count || count != o->count ||
	    memcmp(in_nic, o->nic, sizeof(in_nic)) ||
	    (count && !naive_same(&o->hop, &config->udr.next_hop)))
		o->generation++;
	if (udr->generation != o->generation)
		return "generation";
	/* in prefix order, as the tables are */
	for (i = 0; i < count; i++) {
		const struct avs_udr_route *have = &udr->table[AVS_UDR_GATEWAY_SUBNET].routes[i];

		o->kept[i] = (struct udr_kept){have->prefix, have->stale, have->since};
	}
	o->count = count;
	o->begun = true;
	o->hop = config->udr.next_hop;
	memcpy(o->nic, in_nic, sizeof(in_nic));
	return NULL;
}

static inline void udr_oracle_change(struct gen *g, const struct avs_config *config,
				     struct avs_table *table, struct naive_table *naive)
{
	unsigned int i, n = gen_below(g, 12);

	for (i = 0; i < n; i++) {
		struct avs_prefix p = gen_prefix(g);
		struct avs_fact fact = gen_fact(g, (unsigned int)config->rs_count);
		bool gone = gen_once_in(g, 3);

		if (avs_table_set(table, &p, gone ? NULL : &fact))
			abort();
		naive_set(naive, &p, gone ? NULL : &fact);
	}
}

/* NULL, or what is wrong */
static inline const char *udr_oracle_round(struct gen *g)
{
	static struct udr_oracle oracle;
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct avs_table *table = gen_need(avs_table_new());
	struct avs_config *config = NULL;
	struct naive_table naive = {0};
	bool up[6], settled[6], conditions[4] = {true, true, true, true};
	struct avs_udr *udr = NULL;
	struct avs_plan *plan;
	const char *wrong = NULL;
	uint64_t now = 1000;
	unsigned int step, i;

	memset(&oracle, 0, sizeof(oracle));
	for (step = 0; step < 6 && !wrong; step++) {
		struct avs_input input;
		struct avs_udr_input udr_input;

		if (!config || gen_once_in(g, 4)) {
			config = gen_config(g, arena);
			if (avs_config_seal(config))
				abort();
		}
		udr_oracle_change(g, config, table, &naive);
		for (i = 0; i < 6; i++) {
			up[i] = !gen_once_in(g, 6);
			settled[i] = !gen_once_in(g, 8);
		}
		now += gen_once_in(g, 3) ? 3600000 : gen_below(g, 1000000);
		input = (struct avs_input){
			.config = config, .table = table, .conditions = conditions};
		plan = NULL;
		if (!gen_once_in(g, 8) && avs_plan_compute(&input, arena, &plan))
			abort();
		udr_input = (struct avs_udr_input){config, table, plan, up, settled, udr, now};
		if (avs_udr_compute(&udr_input, arena, &udr))
			abort();
		wrong = udr_oracle_check(&oracle, &udr_input, &naive, udr);
	}
	naive_table_free(&naive);
	avs_table_free(table);
	avs_arena_free(arena);
	return wrong;
}

#endif /* _AVS_ORACLE_UDR_H */
