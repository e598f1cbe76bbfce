/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generators: values to test with, drawn from a seed or from a fuzzer's bytes.
 *
 * Prefixes that are drawn at random never touch each other, and then every
 * rule about containment is tested with its easy half only.  So most are
 * derived from one that was drawn before: equal, inside, outside, adjacent,
 * sibling; or from the addresses about which the rules speak.  Both families
 * go through the same code.
 */
#ifndef _AVS_GEN_H
#define _AVS_GEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "avs_config.h"
#include "avs_table.h"

#define GEN_POOL 64

struct gen {
	uint64_t state;	     /* of the random numbers, when data is NULL */
	const uint8_t *data; /* a fuzzer's bytes; zeros follow the last one */
	size_t size;
	bool v4_only;
	struct avs_prefix pool[GEN_POOL]; /* drawn before */
	unsigned int pool_count;
};

static inline void gen_seed(struct gen *g, uint64_t seed)
{
	memset(g, 0, sizeof(*g));
	g->state = seed * 0x9e3779b97f4a7c15ULL + 1;
}

static inline void gen_bytes(struct gen *g, const uint8_t *data, size_t size)
{
	memset(g, 0, sizeof(*g));
	g->data = data;
	g->size = size;
}

static inline uint8_t gen_byte(struct gen *g)
{
	if (!g->data) {
		g->state ^= g->state << 13;
		g->state ^= g->state >> 7;
		g->state ^= g->state << 17;
		return (uint8_t)(g->state >> 32);
	}
	if (!g->size)
		return 0;
	g->size--;
	return *g->data++;
}

static inline bool gen_more(const struct gen *g)
{
	return !g->data || g->size;
}

/* 0 .. below - 1; one byte where one is enough, for the fuzzer's sake */
static inline uint32_t gen_below(struct gen *g, uint32_t below)
{
	uint32_t value = gen_byte(g);

	if (below > 256)
		value = value << 8 | gen_byte(g);
	if (below > 65536) {
		/* one by one: the order of evaluation must not depend on the compiler */
		value = value << 8 | gen_byte(g);
		value = value << 8 | gen_byte(g);
	}
	return below ? value % below : 0;
}

/* true once in n */
static inline bool gen_once_in(struct gen *g, uint32_t n)
{
	return gen_below(g, n) == n - 1;
}

static inline void gen_clear_host(struct avs_prefix *p)
{
	unsigned int i;

	for (i = p->len; i < 128; i++)
		p->addr[i / 8] &= (uint8_t) ~(0x80 >> (i % 8));
}

/* addresses that the rules know by name, and their surroundings */
static inline struct avs_prefix gen_landmark(struct gen *g)
{
	static const struct {
		uint32_t addr;
		uint8_t len;
	} v4[] = {
		{0, 0},		  {0, 1},	    {0x80000000, 1},  {0x08000000, 5},
		{0x0a000000, 7},  {0x0a000000, 8},  {0x0a000000, 9},  {0x0a800000, 9},
		{0x0b000000, 8},  {0xac000000, 8},  {0xac000000, 9},  {0xac100000, 12},
		{0xac100000, 13}, {0xac180000, 13}, {0xc0000000, 8},  {0xc0a80000, 15},
		{0xc0a80000, 16}, {0xc0a80000, 17}, {0x64400000, 10}, {0xffffffff, 32},
		{0x0a780000, 22}, {0x0a780200, 23}, {0x0a780000, 26}, {0x0a780100, 25},
		{0x0a000000, 16}, {0x0a010000, 16},
	};
	static const char *const v6[] = {"::/0",	  "8000::/1",		"2001:db8::/32",
					 "2001:db8::/33", "2001:db8:8000::/33", "fc00::/7",
					 "::1/128",	  "fe80::/10"};
	struct avs_prefix p;

	if (g->v4_only || gen_below(g, 4)) {
		uint32_t i = gen_below(g, sizeof(v4) / sizeof(v4[0]));

		return avs_prefix_v4(v4[i].addr, v4[i].len);
	}
	if (!avs_prefix_parse(v6[gen_below(g, sizeof(v6) / sizeof(v6[0]))], &p))
		abort();
	return p;
}

static inline struct avs_prefix gen_anywhere(struct gen *g)
{
	struct avs_prefix p = {.family = AVS_IPV4};
	unsigned int i;

	if (!g->v4_only && gen_once_in(g, 4))
		p.family = AVS_IPV6;
	p.len = (uint8_t)gen_below(g, p.family + 1U);
	for (i = 0; i < p.family / 8U; i++)
		p.addr[i] = gen_byte(g);
	gen_clear_host(&p);
	return p;
}

/* equal, inside, outside, adjacent */
static inline struct avs_prefix gen_related(struct gen *g, struct avs_prefix p)
{
	unsigned int i, old = p.len;

	switch (gen_below(g, 5)) {
	case 0:
		break;
	case 1: /* inside, mostly near */
		p.len = (uint8_t)(old + 1 + gen_below(g, gen_below(g, 3) ? 3 : p.family));
		if (p.len > p.family)
			p.len = p.family;
		for (i = old; i < p.len; i++)
			if (gen_byte(g) & 1)
				p.addr[i / 8] |= (uint8_t)(0x80 >> (i % 8));
		break;
	case 2: /* outside, mostly near */
		p.len = (uint8_t)(gen_below(g, 3) ? old - (old ? 1 : 0) : gen_below(g, old + 1));
		break;
	case 3: /* the other half of the parent */
		if (old)
			p.addr[(old - 1) / 8] ^= (uint8_t)(0x80 >> ((old - 1) % 8));
		break;
	case 4: /* differs in one bit somewhere */
		if (old) {
			i = gen_below(g, old);
			p.addr[i / 8] ^= (uint8_t)(0x80 >> (i % 8));
		}
		break;
	}
	gen_clear_host(&p);
	return p;
}

static inline struct avs_prefix gen_prefix(struct gen *g)
{
	struct avs_prefix p;
	uint32_t kind = gen_below(g, 8);

	if (kind < 5 && g->pool_count)
		p = gen_related(g, g->pool[gen_below(g, g->pool_count)]);
	else if (kind < 7)
		p = gen_landmark(g);
	else
		p = gen_anywhere(g);
	if (g->pool_count < GEN_POOL)
		g->pool[g->pool_count++] = p;
	else
		g->pool[gen_below(g, GEN_POOL)] = p;
	return p;
}

/* a host prefix out of few, so that they meet */
static inline struct avs_prefix gen_host(struct gen *g)
{
	return avs_prefix_v4(0x0a010004 + gen_below(g, 8), AVS_IPV4);
}

/* Configurations: small, so that their parts meet. */
static const char *const gen_names[] = {"alpha", "hub", "hub2", "zulu"};
static const char *const gen_overlays[] = {AVS_OVERLAY_NAME "10.1.0.6",
					   AVS_OVERLAY_NAME "10.1.0.9"};
static const char *const gen_sites[] = {"", "eu", "us"};

static inline struct avs_fact gen_fact(struct gen *g, unsigned int rs_count)
{
	struct avs_fact fact = {0};
	unsigned int n = gen_below(g, 3), i, rs;

	for (i = 0; i <= n; i++) {
		struct avs_claim claim = {.returned = gen_once_in(g, 8),
					  .global_reach = gen_once_in(g, 8),
					  .appliance = gen_once_in(g, 8)};

		if (claim.appliance)
			claim.appliance_as = gen_below(g, 3);
		rs = gen_once_in(g, 5) ? AVS_RS_NONE : gen_below(g, rs_count ? rs_count : 1);
		avs_fact_add(&fact, (enum avs_segment)gen_below(g, AVS_SEGMENT_COUNT), rs,
			     avs_site_id(gen_sites[gen_once_in(g, 3) ? gen_below(g, 3) : 0]),
			     &claim);
	}
	fact.usable = gen_below(g, 4) != 0;
	fact.local = fact.usable && gen_once_in(g, 4);
	fact.away = gen_once_in(g, 8);
	/* of what was drawn already */
	fact.kept = fact.usable && fact.from[0] % 4 == 1;
	fact.sibling = gen_once_in(g, 8);
	if (gen_once_in(g, 3))
		fact.represent = (enum avs_represent)gen_below(g, AVS_REPRESENT_COUNT);
	if (gen_once_in(g, 16)) {
		memset(fact.from, 0, sizeof(fact.from));
		memset(fact.site, 0, sizeof(fact.site));
		memset(fact.returned, 0, sizeof(fact.returned));
	}
	return fact;
}

static const char *const gen_lists[] = {"A", "B", "C"};

/* what these lists permit; no list permits everything, or nothing */
static inline bool gen_permits(const char *list, const struct avs_prefix *p, void *arg)
{
	(void)arg;
	return ((unsigned int)*list + p->len + p->addr[1]) % 3 == 0;
}

static inline void *gen_need(void *p)
{
	if (!p)
		abort();
	return p;
}

static inline enum avs_segment gen_side(struct gen *g)
{
	return gen_byte(g) & 1 ? AVS_SEGMENT_PRIVATE_CLOUD : AVS_SEGMENT_ON_PREMISES;
}

static inline void gen_rs(struct gen *g, struct avs_arena *arena, const char *name,
			  struct avs_rs_config *rs)
{
	static const uint32_t limits[] = {0, 0, 0, 1, 2, 3, 4, 6, 8, 4000};
	size_t i;

	rs->name = name;
	rs->neighbor_count = gen_once_in(g, 6) ? 0 : 1 + gen_below(g, 2);
	rs->neighbors = gen_need(avs_arena_array(arena, 3, sizeof(*rs->neighbors)));
	for (i = 0; i < rs->neighbor_count; i++)
		rs->neighbors[i] = gen_host(g);
	rs->toward_count = gen_once_in(g, 6) ? 0 : 1 + gen_below(g, 2);
	rs->toward = gen_need(avs_arena_array(arena, 3, sizeof(*rs->toward)));
	for (i = 0; i < rs->toward_count; i++) {
		rs->toward[i].segment = gen_side(g);
		rs->toward[i].site = gen_sites[gen_once_in(g, 3) ? gen_below(g, 3) : 0];
	}
	rs->global_reach = gen_once_in(g, 6);
	rs->accept_leak = gen_once_in(g, 3);
	rs->permit_count = gen_once_in(g, 3) ? 1 + gen_below(g, 2) : 0;
	rs->permit = gen_need(avs_arena_array(arena, 3, sizeof(*rs->permit)));
	for (i = 0; i < rs->permit_count; i++)
		rs->permit[i] = gen_lists[gen_below(g, 3)];
	rs->guard = gen_once_in(g, 3) ? (enum avs_guard)gen_below(g, 3) : AVS_GUARD_ENFORCE;
	rs->map_in = gen_once_in(g, 5) ? "IN" : NULL;
	rs->map_out = gen_once_in(g, 5) ? "OUT" : NULL;
	if (gen_once_in(g, 4))
		rs->next_hop = gen_host(g);
	rs->route_limit = limits[gen_below(g, 10)];
	rs->usable = gen_once_in(g, 3) ? 1 + gen_below(g, 100) : 0;
	rs->gateway_limit = limits[gen_below(g, 10)];
	rs->prepend = gen_once_in(g, 5) ? gen_below(g, 4) : 0;
	rs->maintenance = gen_once_in(g, 12);
	rs->interface = gen_once_in(g, 6) ? "eth1" : NULL;
}

static inline void gen_overlay(struct gen *g, struct avs_arena *arena, const char *name,
			       struct avs_rs_config *rs)
{
	rs->name = name;
	rs->overlay = true;
	rs->neighbors = gen_need(avs_arena_array(arena, 1, sizeof(*rs->neighbors)));
	rs->neighbor_count = 1;
	if (!avs_prefix_parse(avs_rs_label(rs), &rs->neighbors[0]))
		abort();
	rs->gets_default = gen_byte(g) & 1;
	rs->interface = gen_once_in(g, 3) ? "vxlan0" : NULL;
	rs->map_out = gen_once_in(g, 5) ? "OUT" : NULL;
}

static inline void gen_exact(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	struct avs_exact *exact;
	size_t i;

	config->exact_count = gen_once_in(g, 2) ? 1 + gen_below(g, 3) : 0;
	config->exact = gen_need(avs_arena_array(arena, 4, sizeof(*config->exact)));
	for (i = 0; i < config->exact_count; i++) {
		exact = &config->exact[i];
		exact->segment = (enum avs_segment)(1 + gen_below(g, AVS_SEGMENT_COUNT - 1));
		exact->site = gen_sites[gen_once_in(g, 3) ? gen_below(g, 3) : 0];
		exact->toward = gen_side(g);
		exact->toward_site = gen_sites[gen_once_in(g, 3) ? gen_below(g, 3) : 0];
		exact->list = gen_once_in(g, 3) ? gen_lists[gen_below(g, 3)] : NULL;
	}
	config->loose_count = gen_once_in(g, 4);
	config->loose = gen_need(avs_arena_array(arena, 1, sizeof(*config->loose)));
	if (config->loose_count)
		config->loose[0] = avs_prefix_v4(0x0a020000 + gen_below(g, 4), AVS_IPV4);
}

static inline void gen_rules(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	static const char *const lists[] = {"A", "B", "C"};
	struct avs_segment_rule *rule;
	size_t i;

	config->rule_count = gen_below(g, 5);
	config->rules = gen_need(avs_arena_array(arena, 5, sizeof(*config->rules)));
	for (i = 0; i < config->rule_count; i++) {
		rule = &config->rules[i];
		rule->type = (enum avs_segment_rule_type)gen_below(g, 5);
		rule->segment = (enum avs_segment)gen_below(g, AVS_SEGMENT_COUNT);
		rule->site = gen_sites[gen_below(g, 3)];
		rule->prefix = rule->type == AVS_RULE_NEIGHBOR ? gen_host(g) : gen_prefix(g);
		rule->list = lists[gen_below(g, 3)];
		rule->as_low = 64990 + gen_below(g, 20);
		rule->as_high = rule->as_low + gen_below(g, 4) * 5;
	}
}

static inline void gen_siblings(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	size_t i;

	config->sibling_count = gen_once_in(g, 3) ? 1 + gen_below(g, 2) : 0;
	config->siblings = gen_need(avs_arena_array(arena, 3, sizeof(*config->siblings)));
	for (i = 0; i < config->sibling_count; i++)
		config->siblings[i] = 64990 + gen_below(g, 20);
	config->keep_communities = gen_once_in(g, 6);
}

static inline void gen_conditions(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	struct avs_condition *condition;
	size_t i;

	config->condition_count = gen_once_in(g, 4) ? 1 + gen_below(g, 2) : 0;
	config->conditions = gen_need(avs_arena_array(arena, 3, sizeof(*config->conditions)));
	for (i = 0; i < config->condition_count; i++) {
		condition = &config->conditions[i];
		condition->prefix = gen_prefix(g);
		condition->from = (enum avs_from_type)gen_below(g, 5);
		condition->route_server = gen_names[gen_below(g, 4)];
		condition->neighbor = gen_host(g);
	}
}

static inline void gen_supernets(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	static const enum avs_segment toward[] = {AVS_SEGMENT_UNKNOWN, AVS_SEGMENT_UNKNOWN,
						  AVS_SEGMENT_PRIVATE_CLOUD,
						  AVS_SEGMENT_ON_PREMISES};
	size_t i, n = gen_below(g, 8);

	config->supernets = gen_need(avs_arena_array(arena, 8, sizeof(*config->supernets)));
	config->supernet_count = 0;
	for (i = 0; i < n; i++) {
		struct avs_supernet_config *s = &config->supernets[config->supernet_count];

		s->prefix = gen_prefix(g);
		s->unconditional = gen_once_in(g, 3);
		s->toward = toward[gen_below(g, 4)];
		if (s->prefix.len)
			config->supernet_count++;
	}
}

static inline void gen_companions(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	size_t i, n = gen_once_in(g, 2) ? gen_below(g, 4) : 0;

	config->companion = gen_need(avs_arena_array(arena, 4, sizeof(*config->companion)));
	for (i = 0; i < n; i++) {
		struct avs_prefix p = gen_prefix(g);

		if (p.family == AVS_IPV4 && p.len >= 8)
			config->companion[config->companion_count++] = p;
	}
}

/* limits and delays; the plan's oracle does not know computed supernets */
static inline struct avs_seconds gen_seconds(struct gen *g, uint32_t limit)
{
	bool set = gen_once_in(g, 3);

	return (struct avs_seconds){.set = set, .value = gen_below(g, limit)};
}

static inline void gen_auto(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	struct avs_auto_config *automatic = &config->automatic;
	size_t i;

	if (gen_once_in(g, 3))
		automatic->toward = AVS_SEG_BIT(gen_side(g));
	automatic->max_prefixes = gen_once_in(g, 3) ? 1 + gen_below(g, 1000) : 0;
	automatic->shortest = gen_once_in(g, 3) ? 1 + gen_below(g, 31) : 0;
	automatic->max_attract = gen_once_in(g, 3) ? 1 + gen_below(g, 100000) : 0;
	automatic->within = gen_need(avs_arena_array(arena, 3, sizeof(*automatic->within)));
	automatic->within_count = gen_once_in(g, 3) ? 1 + gen_below(g, 3) : 0;
	for (i = 0; i < automatic->within_count; i++)
		automatic->within[i] = avs_prefix_v4(gen_below(g, 4) << 28, 6);
	config->hold_down = gen_seconds(g, 3601);
	config->tighten_delay = gen_seconds(g, 86401);
	config->startup_delay = gen_seconds(g, 3601);
	config->segment_memory = gen_seconds(g, 86401);
}

/* not sealed; duplicates included */
/* azure-edge neighbours: one that is an overlay neighbour now and then, one that is not */
static inline void gen_edges(struct gen *g, struct avs_arena *arena, struct avs_config *config)
{
	static const char *const addresses[] = {"10.1.0.6", "10.1.0.9"};
	struct avs_edge_config *edge;
	unsigned int i;

	config->edges = gen_need(avs_arena_array(arena, 2, sizeof(*config->edges)));
	for (i = 0; i < 2; i++) {
		if (!gen_once_in(g, 8))
			continue;
		edge = &config->edges[config->edge_count++];
		avs_prefix_parse(addresses[i], &edge->neighbor);
		edge->role = !gen_once_in(g, 4);
		/* an address without a role is there because of its map */
		edge->map_in = !edge->role || gen_once_in(g, 2) ? "MINE" : NULL;
	}
}

static inline struct avs_config *gen_config(struct gen *g, struct avs_arena *arena)
{
	struct avs_config *config = gen_need(avs_arena_alloc(arena, sizeof(*config)));
	unsigned int i, mask = gen_below(g, 16);

	config->name = "default";
	config->shutdown = gen_once_in(g, 16);
	config->rs = gen_need(avs_arena_array(arena, 6, sizeof(*config->rs)));
	for (i = 0; i < 4; i++)
		if (mask >> i & 1)
			gen_rs(g, arena, gen_names[i], &config->rs[config->rs_count++]);
	for (i = 0; i < 2; i++)
		if (gen_once_in(g, 3))
			gen_overlay(g, arena, gen_overlays[i], &config->rs[config->rs_count++]);
	gen_exact(g, arena, config);
	gen_rules(g, arena, config);
	config->default_toward =
		(avs_segset)(gen_byte(g) & (AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD) |
					    AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)));
	if (gen_once_in(g, 4))
		config->default_next_hop = gen_host(g);
	config->default_vnet_only = gen_once_in(g, 8);
	config->default_form = (enum avs_form)(gen_once_in(g, 2) ? gen_below(g, 4) : 0);
	gen_conditions(g, arena, config);
	config->companions = gen_byte(g) & 1;
	gen_companions(g, arena, config);
	gen_supernets(g, arena, config);
	config->protect_count = gen_below(g, 3);
	config->protect = gen_need(avs_arena_array(arena, 3, sizeof(*config->protect)));
	for (i = 0; i < config->protect_count; i++)
		config->protect[i] = gen_prefix(g);
	gen_auto(g, arena, config);
	config->freeze = gen_once_in(g, 8);
	config->quiet_period = gen_seconds(g, 61);
	if (gen_once_in(g, 4))
		config->policy = gen_lists[gen_below(g, 3)];
	config->no_discard = gen_once_in(g, 4);
	if (gen_once_in(g, 2))
		config->udr.next_hop = gen_host(g);
	if (config->udr.next_hop.family != AVS_IPV4)
		config->udr.next_hop = (struct avs_prefix){0};
	config->udr.route_limit = gen_once_in(g, 3) ? 1 + gen_below(g, 12) : 0;
	config->udr.reserved = gen_once_in(g, 4) ? gen_below(g, 5) : 0;
	gen_edges(g, arena, config);
	gen_siblings(g, arena, config);
	return config;
}

/* any order of an array is as good as any other */
static inline void gen_shuffle(struct gen *g, void *array, size_t count, size_t size)
{
	unsigned char *base = array, tmp[512];
	size_t i, j;

	if (size > sizeof(tmp))
		abort();
	for (i = count; i > 1; i--) {
		j = gen_below(g, (uint32_t)i);
		memcpy(tmp, base + (i - 1) * size, size);
		memmove(base + (i - 1) * size, base + j * size, size);
		memcpy(base + j * size, tmp, size);
	}
}

#endif /* _AVS_GEN_H */
