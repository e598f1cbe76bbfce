/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Oracle for automatic supernets: the definition, read aloud.
 *
 * Every prefix that strictly contains a contributor is looked at; those that
 * are permitted are candidates; every set of at most K candidates that are not
 * nested is tried.  Exponential, so for few contributors.  Nested sets are not
 * tried, since a member inside of another one adds no coverage and the smaller
 * set without it costs the same.
 */
#ifndef _AVS_ORACLE_SUPERNET_H
#define _AVS_ORACLE_SUPERNET_H

#include "avs_oracle.h"
#include "avs_supernet.h"

#define NAIVE_SETS 512

struct naive_set {
	struct avs_prefix member[NAIVE_SETS];
	size_t count;
	double size;
	bool found;
};

struct naive_solver {
	const struct avs_supernet_input *in;
	struct avs_prefix candidate[NAIVE_SETS];
	size_t candidates;
	struct naive_set best, now;
};

static inline bool naive_permitted(const struct avs_supernet_input *in, const struct avs_prefix *p)
{
	static const struct avs_prefix usual[4] = {
		{32, 8, {10}}, {32, 10, {100, 64}}, {32, 12, {172, 16}}, {32, 16, {192, 168}}};
	const struct avs_prefix *within = in->within_count ? in->within : usual;
	size_t i, n = in->within_count ? in->within_count : 4;
	bool inside = false;

	if (p->family != 32 || p->len < in->shortest)
		return false;
	for (i = 0; i < n; i++)
		inside = inside || naive_in(&within[i], p);
	if (!inside)
		return false;
	for (i = 0; i < in->protect_count; i++)
		if (naive_in(&in->protect[i], p) || naive_in(p, &in->protect[i]))
			return false;
	for (i = 0; i < in->taken_count; i++)
		if (naive_same(&in->taken[i], p))
			return false;
	for (i = 0; i < in->contributor_count; i++)
		if (naive_in(&in->contributors[i], p))
			return false;
	return in->consent || (p->len >= 8 && !naive_block(p));
}

static inline void naive_candidates(struct naive_solver *s)
{
	const struct avs_prefix *c;
	struct avs_prefix p;
	unsigned int len, j;
	size_t i, k;

	for (i = 0; i < s->in->contributor_count; i++) {
		c = &s->in->contributors[i];
		for (len = 0; c->family == 32 && len < c->len; len++) {
			p = *c;
			p.len = (uint8_t)len;
			for (j = len; j < 128; j++)
				p.addr[j / 8] &= (uint8_t) ~(0x80 >> (j % 8));
			if (!naive_permitted(s->in, &p))
				continue;
			for (k = 0; k < s->candidates; k++)
				if (naive_same(&s->candidate[k], &p))
					break;
			if (k == s->candidates)
				s->candidate[s->candidates++] = p;
		}
	}
}

/* is the set at hand better than the best one? */
static inline bool naive_better(const struct naive_set *a, const struct naive_set *b)
{
	size_t i;

	if (!b->found || a->size != b->size)
		return !b->found || a->size < b->size;
	if (a->count != b->count)
		return a->count < b->count;
	for (i = 0; i < a->count; i++)
		if (!naive_same(&a->member[i], &b->member[i]))
			return naive_before(&a->member[i], &b->member[i]);
	return false;
}

/* take care of the first contributor, in prefix order, that is not covered */
static inline void naive_search(struct naive_solver *s)
{
	const struct avs_prefix *first = NULL, *c, *p;
	size_t i, j;

	for (i = 0; i < s->in->contributor_count; i++) {
		c = &s->in->contributors[i];
		for (j = 0; j < s->now.count; j++)
			if (naive_in(&s->now.member[j], c))
				break;
		if (c->family == 32 && j == s->now.count && (!first || naive_before(c, first)))
			first = c;
	}
	if (!first) {
		if (naive_better(&s->now, &s->best)) {
			s->best = s->now;
			s->best.found = true;
		}
		return;
	}
	if (s->now.count == s->in->max_prefixes)
		return;
	for (i = 0; i < s->candidates; i++) {
		p = &s->candidate[i];
		for (j = 0; j < s->now.count; j++)
			if (naive_in(p, &s->now.member[j]))
				break;
		if (!naive_in(p, first) || j < s->now.count)
			continue;
		s->now.member[s->now.count++] = *p;
		s->now.size += 1.0 * (1ULL << (32 - p->len));
		naive_search(s);
		s->now.count--;
		s->now.size -= 1.0 * (1ULL << (32 - p->len));
	}
}

/* addresses of the contributors, each counted once */
static inline double naive_own_space(const struct avs_supernet_input *in)
{
	double sum = 0;
	size_t i, j;

	for (i = 0; i < in->contributor_count; i++) {
		for (j = 0; j < in->contributor_count; j++) {
			if (naive_strictly_in(&in->contributors[j], &in->contributors[i]))
				break;
			if (j < i && naive_same(&in->contributors[j], &in->contributors[i]))
				break;
		}
		if (in->contributors[i].family == 32 && j == in->contributor_count)
			sum += 1.0 * (1ULL << (32 - in->contributors[i].len));
	}
	return sum;
}

/* a sentence about the first difference, or NULL */
static inline const char *naive_supernet_compare(const struct avs_supernet_input *in,
						 const struct avs_supernet_set *set)
{
	static struct naive_solver s;
	double attracted;
	size_t i;

	memset(&s, 0, sizeof(s));
	s.in = in;
	naive_candidates(&s);
	naive_search(&s);
	attracted = s.best.size - naive_own_space(in);
	if (s.best.found && in->max_attract && attracted > (double)in->max_attract) {
		if (set->fault != AVS_SUPERNET_MAX_ATTRACT || set->count)
			return "attracts too much";
		return (double)set->attracted == attracted ? NULL : "attracted, too much";
	}
	if (!s.best.found)
		return set->fault == AVS_SUPERNET_OK || set->fault == AVS_SUPERNET_MAX_ATTRACT ||
				       set->count
			       ? "there is no set"
			       : NULL;
	if (set->fault != AVS_SUPERNET_OK)
		return "there is a set";
	if (set->count != s.best.count)
		return "count";
	for (i = 0; i < set->count; i++)
		if (!naive_same(&set->prefixes[i], &s.best.member[i]))
			return "members";
	return (double)set->attracted == attracted ? NULL : "attracted";
}

#endif /* _AVS_ORACLE_SUPERNET_H */
