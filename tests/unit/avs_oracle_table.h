/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Oracle for prefixes and for the table: strings of bits, and a list.  How oracles
 * are written here: avs_oracle.h.
 */
#ifndef _AVS_ORACLE_TABLE_H
#define _AVS_ORACLE_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "avs_config.h"
#include "avs_table.h"

static inline int naive_bit(const struct avs_prefix *p, unsigned int i)
{
	return (p->addr[i / 8] & (1 << (7 - i % 8))) != 0;
}

/* inner equals outer, or lies inside of it */
static inline bool naive_in(const struct avs_prefix *outer, const struct avs_prefix *inner)
{
	unsigned int i;

	if (outer->family != inner->family || outer->len > inner->len)
		return false;
	for (i = 0; i < outer->len; i++)
		if (naive_bit(outer, i) != naive_bit(inner, i))
			return false;
	return true;
}

static inline bool naive_same(const struct avs_prefix *a, const struct avs_prefix *b)
{
	return naive_in(a, b) && naive_in(b, a);
}

static inline bool naive_strictly_in(const struct avs_prefix *outer, const struct avs_prefix *inner)
{
	return naive_in(outer, inner) && !naive_in(inner, outer);
}

static inline bool naive_block(const struct avs_prefix *p)
{
	if (p->family != 32)
		return false;
	return (p->len == 8 && p->addr[0] == 10) ||
	       (p->len == 12 && p->addr[0] == 172 && p->addr[1] == 16) ||
	       (p->len == 16 && p->addr[0] == 192 && p->addr[1] == 168);
}

/* family, then bit by bit, then the shorter first */
static inline int naive_before(const struct avs_prefix *a, const struct avs_prefix *b)
{
	unsigned int i;

	if (a->family != b->family)
		return a->family < b->family;
	for (i = 0; i < a->family; i++)
		if (naive_bit(a, i) != naive_bit(b, i))
			return naive_bit(a, i) < naive_bit(b, i);
	return a->len < b->len;
}

/* the table as a list: */

struct naive_route {
	struct avs_prefix prefix;
	struct avs_fact fact;
};

struct naive_table {
	struct naive_route *route;
	size_t count, room;
};

static inline void naive_table_free(struct naive_table *t)
{
	free(t->route);
	memset(t, 0, sizeof(*t));
}

static inline struct naive_route *naive_find(const struct naive_table *t,
					     const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (naive_same(&t->route[i].prefix, p))
			return &t->route[i];
	return NULL;
}

static inline bool naive_delivered(const struct avs_fact *f)
{
	return f->from[0] || f->from[1] || f->from[2] || f->from[3];
}

static inline void naive_set(struct naive_table *t, const struct avs_prefix *p,
			     const struct avs_fact *fact)
{
	struct naive_route *r = naive_find(t, p);
	bool keep = fact && (naive_delivered(fact) || fact->usable || fact->sibling);

	if (r && keep) {
		r->fact = *fact;
	} else if (r) {
		*r = t->route[--t->count];
	} else if (keep) {
		if (t->count == t->room) {
			t->room = t->room ? 2 * t->room : 64;
			t->route = realloc(t->route, t->room * sizeof(*t->route));
			if (!t->route)
				abort();
		}
		t->route[t->count].prefix = *p;
		t->route[t->count++].fact = *fact;
	}
}

static inline bool naive_pc(const struct naive_route *r)
{
	/* what only came back is nobody's */
	return (r->fact.from[AVS_SEGMENT_PRIVATE_CLOUD] &
		~r->fact.returned[AVS_SEGMENT_PRIVATE_CLOUD]) != 0;
}

static inline bool naive_op(const struct naive_route *r)
{
	return (r->fact.from[AVS_SEGMENT_ON_PREMISES] &
		~r->fact.returned[AVS_SEGMENT_ON_PREMISES]) != 0;
}

static inline bool naive_actual(const struct naive_route *r)
{
	return naive_pc(r) || naive_op(r);
}

/* 0/0, shorter than /8, an RFC 1918 block, or around one of the other segment */
static inline bool naive_cover(const struct naive_table *t, const struct naive_route *r)
{
	size_t i;

	if (!naive_actual(r))
		return false;
	if (r->prefix.len < 8 || naive_block(&r->prefix))
		return true;
	/* rule 8 keeps it back */
	if (r->fact.away)
		return true;
	/* the policy represents it otherwise than by supernets */
	if (r->fact.represent != AVS_REPRESENT_UNSET && r->fact.represent != AVS_REPRESENT_SUPERNET)
		return true;
	for (i = 0; i < t->count; i++) {
		const struct naive_route *o = &t->route[i];

		if (!naive_strictly_in(&r->prefix, &o->prefix))
			continue;
		/* an appliance covers what others have */
		if (r->fact.appliance && naive_actual(o))
			return true;
		if ((naive_pc(r) && naive_op(o)) || (naive_op(r) && naive_pc(o)))
			return true;
	}
	return false;
}

static inline void naive_relation(const struct naive_table *t, const struct avs_prefix *p,
				  struct avs_relation *rel)
{
	size_t i;

	memset(rel, 0, sizeof(*rel));
	for (i = 0; i < t->count; i++) {
		const struct naive_route *r = &t->route[i];

		if (naive_same(&r->prefix, p) && naive_delivered(&r->fact))
			rel->equal = true;
		if (!naive_actual(r))
			continue;
		if (naive_strictly_in(p, &r->prefix) && !naive_cover(t, r))
			rel->contributors++;
		if (!naive_strictly_in(&r->prefix, p))
			continue;
		if (naive_cover(t, r)) {
			if (!rel->inside_cover || rel->cover.len < r->prefix.len)
				rel->cover = r->prefix;
			rel->inside_cover = true;
		} else {
			if (!rel->inside_contributor || rel->contributor.len < r->prefix.len)
				rel->contributor = r->prefix;
			rel->inside_contributor = true;
		}
	}
}

static inline uint32_t naive_count(const struct naive_table *t, unsigned int rs, unsigned int seg)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < t->count; i++)
		if (t->route[i].fact.from[seg] & (1U << rs))
			n++;
	return n;
}

/* the plan: */

#endif /* _AVS_ORACLE_TABLE_H */
