// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Classification: of all lines that match, the one that the documentation
 * says comes first decides; without one, the table of Route Server's paths.
 */
#include "avs_fuzz.h"

#include "../unit/avs_oracle_classify.h"

static bool list_matches(const struct avs_segment_rule *rule, void *arg)
{
	unsigned int mask = *(unsigned int *)arg;

	return mask >> (rule->list[0] - 'A' + (rule->type == AVS_RULE_PREFIX_LIST ? 0 : 3)) & 1;
}

static bool naive_matches(const struct avs_segment_rule *rule, const struct avs_path *path,
			  unsigned int mask)
{
	switch (rule->type) {
	case AVS_RULE_PREFIX:
		return naive_in(&rule->prefix, &path->prefix);
	case AVS_RULE_NEIGHBOR:
		return naive_same(&rule->prefix, &path->neighbor);
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		return list_matches(rule, &mask);
	case AVS_RULE_ORIGIN_AS:
		return !path->opaque && path->as_count &&
		       path->asns[path->as_count - 1] >= rule->as_low &&
		       path->asns[path->as_count - 1] <= rule->as_high;
	}
	return false;
}

/* is a tried before b? */
static bool naive_first(const struct avs_segment_rule *a, const struct avs_segment_rule *b)
{
	if (a->type != b->type)
		return a->type < b->type;
	switch (a->type) {
	case AVS_RULE_PREFIX:
		if (a->prefix.len != b->prefix.len)
			return a->prefix.len > b->prefix.len;
		/* fall through */
	case AVS_RULE_NEIGHBOR:
		if (!naive_same(&a->prefix, &b->prefix))
			return naive_before(&a->prefix, &b->prefix);
		break;
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		if (strcmp(a->list, b->list))
			return strcmp(a->list, b->list) < 0;
		break;
	case AVS_RULE_ORIGIN_AS:
		if (a->as_high - a->as_low != b->as_high - b->as_low)
			return a->as_high - a->as_low < b->as_high - b->as_low;
		if (a->as_low != b->as_low)
			return a->as_low < b->as_low;
		break;
	}
	if (a->segment != b->segment)
		return a->segment < b->segment;
	return strcmp(a->site, b->site) < 0;
}

/* the site of the one `toward` line that names the segment */
static const char *naive_site(const struct avs_config *config, unsigned int rs,
			      enum avs_segment segment)
{
	const char *site = "";
	unsigned int lines = 0;
	size_t i;

	for (i = 0; rs < config->rs_count && i < config->rs[rs].toward_count; i++)
		if (config->rs[rs].toward[i].segment == segment) {
			site = config->rs[rs].toward[i].site;
			lines++;
		}
	return lines == 1 ? site : "";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t pool[] = {65515, 12076, 398656, 65520, 65001, 64995, 65000, 0};
	static const uint8_t gateway[] = {0xff, 0xed, 0xff, 0xed};
	const struct avs_segment_rule *best = NULL;
	struct avs_arena *arena = avs_arena_new();
	struct avs_segment_rule copy = {0};
	struct avs_verdict_class verdict;
	struct avs_config *config;
	struct avs_path path = {0};
	bool served;
	enum avs_segment segment;
	uint32_t asns[16];
	unsigned int mask;
	enum avs_why why;
	struct gen g;
	size_t i;

	gen_bytes(&g, data, size);
	path.asns = asns;
	path.as_count = gen_below(&g, 16);
	for (i = 0; i < path.as_count; i++)
		asns[i] = gen_once_in(&g, 8) ? gen_below(&g, UINT32_MAX) : pool[gen_below(&g, 8)];
	path.opaque = gen_once_in(&g, 8);
	path.communities = gen_once_in(&g, 3) ? gateway : NULL;
	path.community_count = path.communities ? 1 : 0;
	path.own_as[0] = gen_once_in(&g, 4) ? 65001 : 0;
	path.rs = gen_once_in(&g, 8) ? AVS_RS_NONE : 0;
	mask = gen_byte(&g);
	path.neighbor = gen_host(&g);
	config = gen_config(&g, arena);
	path.prefix = gen_prefix(&g);
	for (i = 0; i < config->rule_count; i++)
		if (naive_matches(&config->rules[i], &path, mask) &&
		    (!best || naive_first(&config->rules[i], best)))
			best = &config->rules[i];
	/* sealing moves it */
	if (best)
		copy = *best;
	must(avs_config_seal(config) == AVS_OK);
	served = path.rs != AVS_RS_NONE && !avs_config_is_overlay(config, path.rs);
	verdict = avs_classify(config, &path, list_matches, &mask);
	if (served && naive_is_sibling(config, &path)) {
		must(avs_is_sibling(&verdict) && verdict.segment == AVS_SEGMENT_UNKNOWN);
	} else if (best) {
		must(verdict.segment == copy.segment);
		must(!strcmp(verdict.site,
			     *copy.site ? copy.site : naive_site(config, path.rs, copy.segment)));
		must(verdict.why != AVS_WHY_NONE);
	} else {
		/* an overlay neighbour without a tag says nothing */
		segment = naive_classify(&path, &why);
		if (!served)
			segment = AVS_SEGMENT_UNKNOWN;
		must(verdict.segment == segment);
		must(!strcmp(verdict.site, naive_site(config, path.rs, segment)));
	}
	must(verdict.site_id == avs_site_id(verdict.site));
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
