// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 11: what a customer's edge router accepts from Azure.
 *
 * What covers a prefix is found by asking for each of its supernets, at most 32 of them; the
 * longest one is told, because that is the announcement which would lose its traffic.  In
 * prefix order everything inside of a prefix follows it at once, so whether it contains an
 * announced one is the neighbour's question.
 */
#include <stdlib.h>

#include "avs_inbound.h"

static int avs_own_order(const void *a, const void *b)
{
	return avs_prefix_cmp(a, b);
}

/* index of the prefix, or own->count */
static size_t avs_own_find(const struct avs_own_set *own, const struct avs_prefix *prefix)
{
	const struct avs_prefix *found = NULL;

	if (own->count)
		found = bsearch(prefix, own->prefixes, own->count, sizeof(*prefix), avs_own_order);
	return found ? (size_t)(found - own->prefixes) : own->count;
}

/*
 * The longest announced prefix that is equal to this one or contains it, or own->count.  An
 * announced default (forced tunnelling) contains everything, and says nothing.
 */
static size_t avs_own_cover(const struct avs_own_set *own, const struct avs_prefix *prefix)
{
	struct avs_prefix cover = *prefix;
	size_t at;

	for (;;) {
		if (avs_prefix_is_default_equivalent(&cover))
			return own->count;
		at = avs_own_find(own, &cover);
		if (at < own->count)
			return at;
		cover.len--;
		cover.addr[cover.len / 8] &= (uint8_t) ~(0x80U >> (cover.len % 8));
	}
}

/* Does a line say that the prefix belongs to Azure? */
static bool avs_inbound_named(const struct avs_config *config, const struct avs_prefix *prefix,
			      avs_rule_match match, void *arg)
{
	const struct avs_segment_rule *rule;
	size_t i;

	for (i = 0; i < config->rule_count; i++) {
		rule = &config->rules[i];
		if (rule->segment != AVS_SEGMENT_PRIVATE_CLOUD &&
		    rule->segment != AVS_SEGMENT_VIRTUAL_NETWORK)
			continue;
		if (rule->type == AVS_RULE_PREFIX && avs_prefix_contains(&rule->prefix, prefix))
			return true;
		if (rule->type == AVS_RULE_PREFIX_LIST && match && match(rule, arg))
			return true;
	}
	return false;
}

struct avs_inbound avs_inbound_verdict(const struct avs_config *config,
				       const struct avs_own_set *own,
				       const struct avs_prefix *prefix, avs_rule_match match,
				       void *arg)
{
	struct avs_inbound verdict = {.reason = AVS_REASON_UNSPEC};
	size_t at;

	if (avs_prefix_is_default_equivalent(prefix)) {
		verdict.reason = AVS_REASON_EDGE_DEFAULT;
		return verdict;
	}
	at = avs_own_cover(own, prefix);
	if (at == own->count || avs_inbound_named(config, prefix, match, arg))
		return verdict;
	verdict.about = own->prefixes[at];
	verdict.reason =
		verdict.about.len == prefix->len ? AVS_REASON_EDGE_OWN : AVS_REASON_EDGE_INSIDE;
	return verdict;
}

bool avs_inbound_is_supernet(const struct avs_own_set *own, const struct avs_prefix *prefix)
{
	size_t low = 0, high = own->count, middle;

	/* the first one that comes after it */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (avs_prefix_cmp(&own->prefixes[middle], prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < own->count && avs_prefix_contains(prefix, &own->prefixes[low]);
}
