// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets: the question, and why there is no answer.
 *
 * Contributors come from the table, everything else from the configuration.
 * This file brings them into a form in which "may this prefix be a member" is
 * a few comparisons: 32-bit words, the outermost contributors as a sorted
 * list, ranges as sorted disjoint spans, single prefixes as sorted keys.  The
 * search itself is avs_supernet_dp.c.
 *
 * Only outermost contributors count: what covers one covers what is nested in
 * it, and a prefix inside of a contributor is never a member.  So a member is
 * a strict supernet of everything in it by construction.
 *
 * When there is no set, the contributors are asked one by one, in prefix
 * order, for a permitted prefix around them; the first without one is named,
 * with what is in the way of the tightest one.  If all have one, the number of
 * members is the reason: widest prefixes need fewest, so taking the widest
 * permitted one for every contributor not covered yet shows whom max-prefixes
 * leaves over.
 *
 * Memory for the search is given back before returning; the arena of the
 * caller gets the members alone.
 */
#include <stdlib.h>
#include <string.h>

#include "avs_supernet_int.h"

const struct avs_prefix avs_supernet_within[4] = {
	{.family = AVS_IPV4, .len = 8, .addr = {10}},
	{.family = AVS_IPV4, .len = 10, .addr = {100, 64}},
	{.family = AVS_IPV4, .len = 12, .addr = {172, 16}},
	{.family = AVS_IPV4, .len = 16, .addr = {192, 168}},
};

const char *avs_supernet_fault_name(enum avs_supernet_fault fault)
{
	switch (fault) {
	case AVS_SUPERNET_OK:
		return "none";
	case AVS_SUPERNET_OUTSIDE:
		return "outside";
	case AVS_SUPERNET_TOO_SHORT:
		return "too-short";
	case AVS_SUPERNET_PROTECTED:
		return "protected";
	case AVS_SUPERNET_TAKEN:
		return "taken";
	case AVS_SUPERNET_CONSENT:
		return "consent";
	case AVS_SUPERNET_MAX_PREFIXES:
		return "max-prefixes";
	case AVS_SUPERNET_MAX_ATTRACT:
		return "max-attract";
	}
	return "unknown";
}

static int avs_key_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static struct avs_prefix avs_block4_prefix(uint32_t addr, unsigned int len)
{
	return avs_prefix_v4(addr, (uint8_t)len);
}

/* Sorted keys of the IPv4 prefixes of a list. */
static enum avs_err avs_keys(const struct avs_prefix *list, size_t count, struct avs_arena *arena,
			     uint64_t **keys, size_t *key_count)
{
	bool sorted = true;
	size_t i, n = 0;

	*keys = avs_arena_array(arena, count, sizeof(**keys));
	if (!*keys)
		return AVS_ERR_NOMEM;
	for (i = 0; i < count; i++) {
		if (!avs_prefix_ok(&list[i]))
			return AVS_ERR_INPUT;
		if (list[i].family != AVS_IPV4)
			continue;
		(*keys)[n] = avs_block4_key(avs_prefix_v4_addr(&list[i]), list[i].len);
		sorted = sorted && (!n || (*keys)[n - 1] <= (*keys)[n]);
		n++;
	}
	if (!sorted)
		qsort(*keys, n, sizeof(**keys), avs_key_order);
	*key_count = n;
	return AVS_OK;
}

/* Is the prefix with key b inside of, or equal to, the one with key a <= b? */
static bool avs_key_contains(uint64_t a, uint64_t b)
{
	unsigned int len = (unsigned int)(a & 63);

	return len <= (b & 63) && avs_block4_mask((uint32_t)(b >> 6), len) == (uint32_t)(a >> 6);
}

/* Leave out what is inside of another one; what is left is disjoint. */
static size_t avs_keys_outermost(uint64_t *keys, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (!kept || !avs_key_contains(keys[kept - 1], keys[i]))
			keys[kept++] = keys[i];
	return kept;
}

static enum avs_err avs_spans_of(const struct avs_prefix *list, size_t count,
				 struct avs_arena *arena, struct avs_spans *spans)
{
	struct avs_span *span;
	uint64_t *keys;
	enum avs_err err;
	size_t i;

	err = avs_keys(list, count, arena, &keys, &spans->count);
	if (err)
		return err;
	spans->count = avs_keys_outermost(keys, spans->count);
	spans->span = avs_arena_array(arena, spans->count, sizeof(*spans->span));
	if (!spans->span)
		return AVS_ERR_NOMEM;
	for (i = 0; i < spans->count; i++) {
		span = &spans->span[i];
		span->block.addr = (uint32_t)(keys[i] >> 6);
		span->block.len = keys[i] & 63;
		span->low = span->block.addr;
		span->high = (uint32_t)(span->low + avs_block4_size(span->block.len) - 1);
	}
	return AVS_OK;
}

/* The first span that does not end before this address, or NULL. */
static const struct avs_span *avs_span_at(const struct avs_spans *spans, uint32_t addr)
{
	size_t low = 0, high = spans->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (spans->span[middle].high < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < spans->count ? &spans->span[low] : NULL;
}

static bool avs_is_taken(const struct avs_supernet_ask *ask, uint32_t addr, unsigned int len)
{
	uint64_t key = avs_block4_key(addr, len);
	size_t low = 0, high = ask->taken_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ask->taken[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ask->taken_count && ask->taken[low] == key;
}

enum avs_supernet_fault avs_supernet_permits(const struct avs_supernet_ask *ask, uint32_t addr,
					     unsigned int len, struct avs_prefix *blocker)
{
	uint32_t last = (uint32_t)(addr + avs_block4_size(len) - 1);
	const struct avs_span *span;
	struct avs_prefix prefix;

	if (len < ask->shortest)
		return AVS_SUPERNET_TOO_SHORT;
	span = avs_span_at(&ask->within, addr);
	if (!span || span->low > addr || span->high < last)
		return AVS_SUPERNET_OUTSIDE;
	span = ask->protect.count ? avs_span_at(&ask->protect, addr) : NULL;
	if (span && span->low <= last) {
		if (blocker)
			*blocker = avs_block4_prefix(span->block.addr, span->block.len);
		return AVS_SUPERNET_PROTECTED;
	}
	if (ask->taken_count && avs_is_taken(ask, addr, len)) {
		if (blocker)
			*blocker = avs_block4_prefix(addr, len);
		return AVS_SUPERNET_TAKEN;
	}
	if (ask->consent || len > 16)
		return AVS_SUPERNET_OK;
	prefix = avs_block4_prefix(addr, len);
	if (!avs_prefix_needs_consent(&prefix))
		return AVS_SUPERNET_OK;
	if (blocker)
		*blocker = prefix;
	return AVS_SUPERNET_CONSENT;
}

static enum avs_err avs_ask_leaves(const struct avs_supernet_input *input,
				   struct avs_arena *scratch, struct avs_supernet_ask *ask)
{
	uint64_t *keys;
	enum avs_err err;
	size_t i;

	err = avs_keys(input->contributors, input->contributor_count, scratch, &keys,
		       &ask->leaf_count);
	if (err)
		return err;
	ask->leaf_count = avs_keys_outermost(keys, ask->leaf_count);
	ask->leaf = avs_arena_array(scratch, ask->leaf_count, sizeof(*ask->leaf));
	if (!ask->leaf)
		return AVS_ERR_NOMEM;
	for (i = 0; i < ask->leaf_count; i++) {
		ask->leaf[i].addr = (uint32_t)(keys[i] >> 6);
		ask->leaf[i].len = keys[i] & 63;
	}
	return AVS_OK;
}

static enum avs_err avs_ask_begin(const struct avs_supernet_input *input, struct avs_arena *scratch,
				  struct avs_supernet_ask *ask)
{
	const struct avs_prefix *within = input->within;
	size_t within_count = input->within_count;
	enum avs_err err;

	if (!within_count) {
		within = avs_supernet_within;
		within_count = 4;
	}
	*ask = (struct avs_supernet_ask){.max_prefixes = input->max_prefixes,
					 .shortest = input->shortest,
					 .consent = input->consent};
	err = avs_ask_leaves(input, scratch, ask);
	if (!err)
		err = avs_spans_of(within, within_count, scratch, &ask->within);
	if (!err)
		err = avs_spans_of(input->protect, input->protect_count, scratch, &ask->protect);
	if (!err)
		err = avs_keys(input->taken, input->taken_count, scratch, &ask->taken,
			       &ask->taken_count);
	return err;
}

/* Length of the widest permitted prefix around a leaf, or 0. */
static unsigned int avs_widest(const struct avs_supernet_ask *ask, const struct avs_block4 *leaf)
{
	unsigned int len;

	for (len = ask->shortest; len < leaf->len; len++)
		if (!avs_supernet_permits(ask, avs_block4_mask(leaf->addr, len), len, NULL))
			return len;
	return 0;
}

/* Nothing is permitted around this leaf: what is in the way of the tightest prefix. */
static void avs_blame_leaf(const struct avs_supernet_ask *ask, const struct avs_block4 *leaf,
			   struct avs_supernet_set *set)
{
	const struct avs_span *span = avs_span_at(&ask->within, leaf->addr);
	unsigned int len = leaf->len ? leaf->len - 1U : 0;

	if (!span || span->low > leaf->addr || span->block.len > leaf->len)
		set->fault = AVS_SUPERNET_OUTSIDE;
	else if (!leaf->len)
		set->fault = AVS_SUPERNET_TOO_SHORT;
	else
		set->fault = avs_supernet_permits(ask, avs_block4_mask(leaf->addr, len), len,
						  &set->blocker);
}

static void avs_blame(const struct avs_supernet_ask *ask, struct avs_supernet_set *set)
{
	size_t i, members = 0;
	uint64_t end = 0;
	unsigned int len;

	for (i = 0; i < ask->leaf_count; i++) {
		set->about = avs_block4_prefix(ask->leaf[i].addr, ask->leaf[i].len);
		if (!avs_widest(ask, &ask->leaf[i])) {
			avs_blame_leaf(ask, &ask->leaf[i], set);
			return;
		}
	}
	set->fault = AVS_SUPERNET_MAX_PREFIXES;
	for (i = 0; i < ask->leaf_count; i++) {
		if (ask->leaf[i].addr < end)
			continue;
		set->about = avs_block4_prefix(ask->leaf[i].addr, ask->leaf[i].len);
		if (++members > ask->max_prefixes)
			return;
		len = avs_widest(ask, &ask->leaf[i]);
		end = avs_block4_mask(ask->leaf[i].addr, len) + avs_block4_size(len);
	}
}

/* What every member attracts beside its contributors; the greediest one is told. */
static uint64_t avs_attracted(const struct avs_supernet_ask *ask, const struct avs_block4 *member,
			      size_t count, struct avs_prefix *most)
{
	uint64_t sum = 0, worst = 0, own, end;
	size_t i, leaf = 0;

	for (i = 0; i < count; i++) {
		own = avs_block4_size(member[i].len);
		end = member[i].addr + own;
		for (; leaf < ask->leaf_count && ask->leaf[leaf].addr < end; leaf++)
			own -= avs_block4_size(ask->leaf[leaf].len);
		if (!i || own > worst) {
			worst = own;
			*most = avs_block4_prefix(member[i].addr, member[i].len);
		}
		sum += own;
	}
	return sum;
}

static enum avs_err avs_answer(const struct avs_supernet_input *input,
			       const struct avs_supernet_ask *ask, struct avs_arena *scratch,
			       struct avs_arena *arena, struct avs_supernet_set *out)
{
	struct avs_supernet_set set = {0};
	struct avs_prefix most = {0};
	struct avs_block4 *member;
	enum avs_err err;
	size_t i;

	member = avs_arena_array(scratch, ask->max_prefixes, sizeof(*member));
	err = member ? AVS_OK : AVS_ERR_NOMEM;
	if (!err && ask->leaf_count)
		err = avs_supernet_dp(ask, scratch, member, &set.count);
	if (err)
		return err;
	if (ask->leaf_count && !set.count)
		avs_blame(ask, &set);
	set.attracted = avs_attracted(ask, member, set.count, &most);
	if (input->max_attract && set.attracted > input->max_attract) {
		set.fault = AVS_SUPERNET_MAX_ATTRACT;
		set.about = most;
		set.count = 0;
	}
	set.prefixes = avs_arena_array(arena, set.count, sizeof(*set.prefixes));
	if (!set.prefixes)
		return AVS_ERR_NOMEM;
	for (i = 0; i < set.count; i++)
		set.prefixes[i] = avs_block4_prefix(member[i].addr, member[i].len);
	*out = set;
	return AVS_OK;
}

enum avs_err avs_supernet_solve(const struct avs_supernet_input *input, struct avs_arena *arena,
				struct avs_supernet_set *set)
{
	struct avs_supernet_ask ask;
	struct avs_arena *scratch;
	enum avs_err err;

	if (!input->max_prefixes || input->max_prefixes > AVS_SUPERNET_MAX || !input->shortest ||
	    input->shortest >= AVS_IPV4)
		return AVS_ERR_INPUT;
	scratch = avs_arena_new();
	if (!scratch)
		return AVS_ERR_NOMEM;
	err = avs_ask_begin(input, scratch, &ask);
	if (!err)
		err = avs_answer(input, &ask, scratch, arena, set);
	avs_arena_free(scratch);
	return err;
}
