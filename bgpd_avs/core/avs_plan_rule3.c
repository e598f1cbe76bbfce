// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 3: may this supernet be announced, as far as the table and the protected
 * ranges say?
 *
 * The plan asks it for every supernet, and the automatic set for every member
 * in force; what depends on the route server, on delays and on latches is not
 * asked here.  An echo (avs_plan_memory.c) is no contributor: a supernet may
 * lie inside of it.  O(bits).
 */
#include <stdlib.h>

#include "avs_plan_int.h"

static int avs_protect_order(const void *a, const void *b)
{
	return avs_prefix_cmp(a, b);
}

/* First index in the sorted array whose element does not sort before p. */
static size_t avs_lower_bound(const struct avs_prefix *array, size_t count,
			      const struct avs_prefix *p)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (avs_prefix_cmp(&array[middle], p) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * First protected range, in prefix order, that the prefix overlaps, or NULL.
 * Two prefixes overlap when one contains the other: ask for every prefix that
 * contains this one by name, then for the first one that follows it.
 */
static const struct avs_prefix *avs_protected(const struct avs_config *config,
					      const struct avs_prefix *prefix)
{
	struct avs_prefix wider = {.family = prefix->family};
	const struct avs_prefix *hit;
	size_t next;

	if (!config->protect_count)
		return NULL;
	for (; wider.len < prefix->len; wider.len++) {
		hit = bsearch(&wider, config->protect, config->protect_count, sizeof(wider),
			      avs_protect_order);
		if (hit)
			return hit;
		if (avs_prefix_bit(prefix, wider.len))
			wider.addr[wider.len / 8] |= (uint8_t)(0x80U >> (wider.len % 8));
	}
	next = avs_lower_bound(config->protect, config->protect_count, prefix);
	if (next < config->protect_count && avs_prefix_contains(prefix, &config->protect[next]))
		return &config->protect[next];
	return NULL;
}

/* How it lies among the learned ones; what came back from us is no contributor. */
static void avs_relation_to_others(const struct avs_input *input,
				   const struct avs_auto_plan *memory,
				   const struct avs_prefix *prefix, struct avs_relation *relation)
{
	struct avs_relation outer;

	avs_table_relation(input->table, prefix, relation);
	while (relation->inside_contributor &&
	       avs_memory_is_echo(input, memory, &relation->contributor)) {
		avs_table_relation(input->table, &relation->contributor, &outer);
		if (!relation->inside_cover || relation->cover.len < relation->contributor.len)
			relation->cover = relation->contributor;
		relation->inside_cover = true;
		relation->inside_contributor = outer.inside_contributor;
		relation->contributor = outer.contributor;
	}
}

enum avs_reason avs_plan_rule_3(const struct avs_input *input, const struct avs_auto_plan *memory,
				const struct avs_prefix *prefix, bool unconditional,
				struct avs_prefix *about)
{
	const struct avs_prefix *protect = avs_protected(input->config, prefix);
	struct avs_relation relation;

	avs_relation_to_others(input, memory, prefix, &relation);
	if (relation.equal)
		return AVS_REASON_EQUALS_LEARNED;
	if (relation.inside_contributor) {
		*about = relation.contributor;
		return AVS_REASON_INSIDE_CONTRIBUTOR;
	}
	if (protect) {
		*about = *protect;
		return AVS_REASON_PROTECTED;
	}
	if (!relation.contributors && !unconditional)
		return AVS_REASON_COVERS_NOTHING;
	if (relation.inside_cover) {
		*about = relation.cover;
		return AVS_REASON_ANNOUNCED_INSIDE_COVER;
	}
	return AVS_REASON_ANNOUNCED;
}
