// SPDX-License-Identifier: GPL-2.0-or-later
/* Classification against vectors, and against regular expressions. */
#include <regex.h>

#include "avs_test.h"

#include "avs_classify.h"
#include "avs_gen.h"
#include "avs_oracle_classify.h"

/* numbers, then "{" for what is no sequence, then "g" for the community of a gateway */
static struct avs_path path_of(const char *text, uint32_t *asns, size_t room)
{
	static const uint8_t gateway[] = {0xff, 0xee, 0xff, 0xee, 0xff, 0xed, 0xff, 0xed};
	struct avs_path path = {.rs = 0, .asns = asns};
	char *end;

	path.prefix = avs_prefix_v4(0x0a010000, 16);
	path.neighbor = avs_prefix_v4(0x0a000004, 32);
	while (*text) {
		if (*text == '{') {
			path.opaque = true;
			end = (char *)text + 1;
		} else if (*text == 'g') {
			path.communities = gateway;
			path.community_count = 2;
			end = (char *)text + 1;
		} else {
			assert_true(path.as_count < room);
			asns[path.as_count++] = (uint32_t)strtoul(text, &end, 10);
		}
		text = *end ? end + 1 : end;
	}
	return path;
}

/* What Route Server delivers: design, section 4; labs cited in the field review. */
TEST(test_table)
{
	static const struct {
		const char *path;
		enum avs_segment segment;
		enum avs_why why;
	} vectors[] = {
		{"65515", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_VNET},
		{"65515 12076", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		{"65515 12076 12076", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		{"65515 12076 398656", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 398670", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 398655", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 398671", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 400572", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 400581", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 400571", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 400582", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 65020 65010 398656", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 65001", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 12076 65001 65002", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 398656 65001", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 65010 12076 65001", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 64620 g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 398656 g", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 12076 g", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		/* Global Reach repeats 12076, from three on */
		{"65515 12076 12076 12076 398656", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_GLOBAL_REACH},
		{"65515 12076 12076 12076 65001", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GLOBAL_REACH},
		{"65515 12076 12076 12076 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GLOBAL_REACH},
		{"65515 12076 12076 398656", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 12076 12076 12076", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		{"65515 12076 12076 12076 12076", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		/* what left Azure and came back, an AS of AVS inside or not */
		{"65515 12076 65010 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 12076 65010 12076 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 12076 65001 12076 65010 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 12076 65010 398656 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 12076 12076 12076 65010 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 12076 65010 12076 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		/* what is hidden hides nothing that stands before it, and is the dangerous case */
		{"65515 12076 64620 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 12076 398656 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 65001 {", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 {", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
		{"65515 { g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		{"{", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
		{"{ g", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
		{"64512 {", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
		/* VPN gateway */
		{"65515 65001 g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		{"65515 g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		{"65515 65001 { g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		/* VPN gateway, another NVA */
		{"65515 65001", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 65515", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 65001 12076 398656", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 398656", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		/* another virtual hub */
		{"65515 65520 65520 12076 64620", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 65520 65520 12076 64620 {", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
		{"65515 65520 12076 398656", AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
		{"65515 65520 65520 12076 12076 12076 64620", AVS_SEGMENT_ON_PREMISES,
		 AVS_WHY_GLOBAL_REACH},
		{"65515 65520 65520 12076 64620 12076", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
		{"65515 65520 65520 12076", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
		{"65515 65520 65520", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_VIRTUAL_HUB},
		{"65515 65520 65520 g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		{"65515 65520 65520 65002", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 65520 65520 65011 g", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
		{"65515 65520 65001", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
		{"65515 65520 {", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
		{"12076 398656", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
		{"398656", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
		{"65520 65515 12076 398656", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
		{"64512 65515 12076 398656 g", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
		{"", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
	};
	struct avs_config config = {0};
	struct avs_verdict_class v;
	struct avs_path path;
	uint32_t asns[16];
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		print_note("%s", vectors[i].path);
		path = path_of(vectors[i].path, asns, 16);
		v = avs_classify(&config, &path, NULL, NULL);
		assert_int_equal(v.segment, vectors[i].segment);
		assert_int_equal(v.why, vectors[i].why);
		assert_string_equal(v.site, "");
		assert_int_equal(v.claim.returned, vectors[i].why == AVS_WHY_RETURNED);
		/* a neighbour without a role has no table, and claims nothing */
		path.rs = AVS_RS_NONE;
		v = avs_classify(&config, &path, NULL, NULL);
		assert_int_equal(v.segment, AVS_SEGMENT_UNKNOWN);
		assert_int_equal(v.why, AVS_WHY_NONE);
		assert_false(v.claim.returned || v.claim.global_reach || v.claim.appliance);
	}
	path.asns = NULL;
	path.as_count = 0;
	path.rs = 0;
	path.opaque = false;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_FOREIGN);
}

/* What a path says beside its segment, whatever a line says of the segment. */
TEST(test_claims)
{
	struct avs_segment_rule rule = {.type = AVS_RULE_PREFIX,
					.segment = AVS_SEGMENT_PRIVATE_CLOUD,
					.site = "",
					.prefix = avs_prefix_v4(0x0a000000, 8)};
	static const struct {
		const char *path;
		bool returned, global_reach, appliance;
		uint32_t as;
	} vectors[] = {
		{"65515", false, false, false, 0},
		{"65515 12076 64620", false, false, false, 0},
		{"65515 12076 64620 12076", true, false, false, 0},
		{"65515 12076 12076 12076 64620 12076", true, true, false, 0},
		{"65515 12076 12076 12076 64620", false, true, false, 0},
		{"65515 12076 12076 12076", false, false, false, 0},
		{"65515 65001", false, false, true, 65001},
		{"65515 65001 65001 65001", false, false, true, 65001},
		{"65515 65001 64700", false, false, true, 0},
		{"65515 65001 {", false, false, true, 0},
		{"65515 65001 g", false, false, false, 0},
		{"65515 65520 65001", false, false, true, 0},
		{"65515 {", false, false, true, 0},
		{"64512 65001", false, false, false, 0},
	};
	struct avs_config config = {.rules = &rule};
	struct avs_verdict_class v;
	struct avs_path path;
	uint32_t asns[16];
	size_t i;

	for (i = 0; i < 2 * sizeof(vectors) / sizeof(vectors[0]); i++) {
		path = path_of(vectors[i / 2].path, asns, 16);
		print_note("%s", vectors[i / 2].path);
		config.rule_count = i % 2;
		v = avs_classify(&config, &path, NULL, NULL);
		assert_int_equal(v.claim.returned, vectors[i / 2].returned);
		assert_int_equal(v.claim.global_reach, vectors[i / 2].global_reach);
		assert_int_equal(v.claim.appliance, vectors[i / 2].appliance);
		assert_int_equal(v.claim.appliance_as, vectors[i / 2].as);
	}
}

/* The other appliance: named by a line, or of this router's own AS. */
TEST(test_siblings)
{
	static const char *const its[] = {"65515 65001", "65515 65001 65001 65001",
					  "65515 65001 64700"};
	/* a gateway, another hub, a circuit, or what may hide one */
	static const char *const not_its[] = {"65515 65001 g",
					      "65515 65001 {",
					      "65515 65520 65001",
					      "65515 12076 65001",
					      "65515 65001 12076 64620",
					      "65515 64700 65001",
					      "65001"};
	struct avs_segment_rule rule = {.type = AVS_RULE_PREFIX,
					.segment = AVS_SEGMENT_ON_PREMISES,
					.site = "",
					.prefix = avs_prefix_v4(0x0a000000, 8)};
	struct avs_rs_config overlay = {.name = AVS_OVERLAY_NAME "192.0.2.2", .overlay = true};
	uint32_t siblings[] = {64999, 65001}, asns[16];
	struct avs_config config = {.siblings = siblings, .rules = &rule, .rule_count = 1};
	struct avs_verdict_class v;
	struct avs_path path;
	unsigned int own;
	size_t i;

	for (own = 0; own < 2; own++) {
		config.sibling_count = own ? 0 : 2;
		for (i = 0; i < sizeof(its) / sizeof(its[0]); i++) {
			path = path_of(its[i], asns, 16);
			print_note("%s", its[i]);
			/* a line about its prefix does not make it on-premises */
			path.own_as[own ? 3 : 0] = own ? 65001 : 64512;
			v = avs_classify(&config, &path, NULL, NULL);
			assert_true(avs_is_sibling(&v));
			assert_int_equal(v.segment, AVS_SEGMENT_UNKNOWN);
			path.own_as[3] = 0;
			path.rs = AVS_RS_NONE;
			assert_int_equal(avs_classify(&config, &path, NULL, NULL).why,
					 AVS_WHY_PREFIX);
		}
		for (i = 0; i < sizeof(not_its) / sizeof(not_its[0]); i++) {
			path = path_of(not_its[i], asns, 16);
			print_note("%s", not_its[i]);
			path.own_as[1] = own ? 65001 : 0;
			v = avs_classify(&config, &path, NULL, NULL);
			assert_false(avs_is_sibling(&v));
		}
	}
	/* an AS that no line names, and one behind the tunnel */
	path = path_of("65515 65002", asns, 16);
	config.sibling_count = 2;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_PREFIX);
	path = path_of("65515 65001", asns, 16);
	config.rs = &overlay;
	config.rs_count = 1;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_PREFIX);
}

static bool match_named(const struct avs_segment_rule *rule, void *arg)
{
	return !strcmp(rule->list, arg);
}

/* The order of the lines, whatever order they were given in. */
TEST(test_rule_order)
{
	/* each has a site that says when it is tried */
	static const struct avs_segment_rule given[] = {
		{.type = AVS_RULE_PREFIX, .site = "01", .prefix = {32, 16, {10, 1}}},
		{.type = AVS_RULE_PREFIX, .site = "02", .prefix = {32, 8, {10}}},
		{.type = AVS_RULE_PREFIX, .site = "03", .prefix = {32, 8, {11}}},
		{.type = AVS_RULE_PREFIX_LIST, .site = "04", .list = "A"},
		{.type = AVS_RULE_PREFIX_LIST, .site = "05", .list = "B"},
		{.type = AVS_RULE_NEIGHBOR, .site = "06", .prefix = {32, 32, {10, 0, 0, 4}}},
		{.type = AVS_RULE_AS_PATH_LIST, .site = "07", .list = "A"},
		{.type = AVS_RULE_ORIGIN_AS, .site = "08", .as_low = 65001, .as_high = 65001},
		{.type = AVS_RULE_ORIGIN_AS, .site = "09", .as_low = 65000, .as_high = 65005},
		{.type = AVS_RULE_ORIGIN_AS, .site = "10", .as_low = 65001, .as_high = 65006},
		{.type = AVS_RULE_ORIGIN_AS, .site = "11", .as_low = 0, .as_high = UINT32_MAX},
	};
	enum { COUNT = sizeof(given) / sizeof(given[0]) };
	struct avs_segment_rule rules[COUNT];
	struct avs_config config = {.rules = rules};
	uint32_t asns[] = {65515, 65001};
	struct avs_path path = {.asns = asns, .as_count = 2, .rs = 3};
	struct avs_verdict_class v;
	unsigned int round, i;
	struct gen g;

	path.prefix = avs_prefix_v4(0x0a010200, 24);
	path.neighbor = avs_prefix_v4(0x0a000004, 32);
	gen_seed(&g, test_seed());
	for (round = 0; round < 50; round++) {
		memcpy(rules, given, sizeof(rules));
		gen_shuffle(&g, rules, COUNT, sizeof(rules[0]));
		config.rule_count = COUNT;
		assert_int_equal(avs_config_seal(&config), AVS_OK);
		assert_int_equal(config.rule_count, COUNT);
		for (i = 0; i < COUNT; i++)
			assert_string_equal(rules[i].site, given[i].site);
	}
	/* take away the winner again and again */
	for (i = 0; config.rule_count; i++) {
		v = avs_classify(&config, &path, match_named, (void *)"A");
		assert_string_equal(v.site, config.rules[0].site);
		do {
			config.rules++;
			config.rule_count--;
			/* these two do not match at all */
		} while (config.rule_count && (!strcmp(config.rules[0].site, "03") ||
					       !strcmp(config.rules[0].site, "05")));
	}
	assert_int_equal(i, COUNT - 2);
	assert_int_equal(avs_classify(&config, &path, match_named, NULL).why,
			 AVS_WHY_NO_EXPRESSROUTE);
}

TEST(test_rules)
{
	struct avs_segment_rule rule = {.type = AVS_RULE_ORIGIN_AS,
					.segment = AVS_SEGMENT_ON_PREMISES,
					.site = "",
					.as_low = 65001,
					.as_high = 65003};
	struct avs_config config = {.rules = &rule, .rule_count = 1};
	struct avs_path path;
	uint32_t asns[8];

	path = path_of("65515 65003", asns, 8);
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_ORIGIN_AS);
	/* lines apply to everybody, the table to route servers */
	path.rs = AVS_RS_NONE;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).segment, AVS_SEGMENT_ON_PREMISES);
	path.opaque = true;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_NONE);
	path = path_of("65515 65004", asns, 8);
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).segment, AVS_SEGMENT_UNKNOWN);
	path = path_of("", asns, 8);
	rule.as_low = 0;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_FOREIGN);
	/* a prefix line matches what is equal or inside */
	rule.type = AVS_RULE_PREFIX;
	rule.prefix = avs_prefix_v4(0x0a010000, 16);
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_PREFIX);
	rule.prefix = avs_prefix_v4(0x0a010000, 17);
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_FOREIGN);
	/* lists without somebody who knows them never match */
	rule.type = AVS_RULE_PREFIX_LIST;
	rule.list = "A";
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_FOREIGN);
	assert_int_equal(avs_classify(&config, &path, match_named, (void *)"A").why,
			 AVS_WHY_PREFIX_LIST);
	rule.type = AVS_RULE_AS_PATH_LIST;
	assert_int_equal(avs_classify(&config, &path, match_named, (void *)"A").why,
			 AVS_WHY_AS_PATH_LIST);
	assert_int_equal(avs_classify(&config, &path, match_named, (void *)"B").why,
			 AVS_WHY_FOREIGN);
}

/* What an overlay neighbour says, and nobody else may. */
TEST(test_tags)
{
	struct avs_prefix host = avs_prefix_v4(0xc0000202, 32);
	struct avs_toward toward[] = {{AVS_SEGMENT_PRIVATE_CLOUD, "america"},
				      {AVS_SEGMENT_ON_PREMISES, "dc1"},
				      {AVS_SEGMENT_ON_PREMISES, "dc2"}};
	struct avs_rs_config rs[] = {
		{.name = "hub", .toward = toward, .toward_count = 3},
		{.name = AVS_OVERLAY_NAME "192.0.2.2",
		 .overlay = true,
		 .neighbors = &host,
		 .neighbor_count = 1},
	};
	struct avs_segment_rule rule = {.type = AVS_RULE_PREFIX,
					.segment = AVS_SEGMENT_VIRTUAL_NETWORK,
					.site = "",
					.prefix = avs_prefix_v4(0x0a090000, 16)};
	struct avs_config config = {.rs = rs, .rs_count = 2};
	static const uint32_t azure[] = {65515, 12076, 398656}, prem[] = {65515, 12076, 64620};
	struct avs_path path = {.rs = 1,
				.asns = azure,
				.as_count = 3,
				.prefix = avs_prefix_v4(0x0a090100, 24),
				.tagged = true,
				.tag_segment = AVS_SEGMENT_ON_PREMISES,
				.tag_site = avs_site_id("america")};
	struct avs_verdict_class v = avs_classify(&config, &path, NULL, NULL);

	/* the tag, not the path; a site is called as some line calls it */
	assert_int_equal(v.segment, AVS_SEGMENT_ON_PREMISES);
	assert_int_equal(v.why, AVS_WHY_TAG);
	assert_string_equal(v.site, "america");
	path.tag_site = avs_site_id("nowhere");
	v = avs_classify(&config, &path, NULL, NULL);
	assert_string_equal(v.site, "");
	assert_int_equal(v.site_id, avs_site_id("nowhere"));
	/* of a later release; without one the path says nothing, whatever is in it */
	path.tag_segment = (enum avs_segment)AVS_SEGMENT_COUNT;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).segment, AVS_SEGMENT_UNKNOWN);
	path.tagged = false;
	v = avs_classify(&config, &path, NULL, NULL);
	assert_int_equal(v.segment, AVS_SEGMENT_UNKNOWN);
	assert_int_equal(v.why, AVS_WHY_NONE);
	/* a line comes first */
	path.tagged = true;
	path.tag_segment = AVS_SEGMENT_ON_PREMISES;
	config.rules = &rule;
	config.rule_count = 1;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_PREFIX);
	config.rule_count = 0;
	/* from a route server, or from nobody with a role, it is not looked at */
	path.rs = 0;
	v = avs_classify(&config, &path, NULL, NULL);
	assert_int_equal(v.why, AVS_WHY_AVS_ORIGIN);
	/* its one site of that segment */
	assert_string_equal(v.site, "america");
	assert_int_equal(v.site_id, avs_site_id("america"));
	path.asns = prem;
	v = avs_classify(&config, &path, NULL, NULL);
	assert_int_equal(v.segment, AVS_SEGMENT_ON_PREMISES);
	assert_string_equal(v.site, "");
	path.rs = AVS_RS_NONE;
	assert_int_equal(avs_classify(&config, &path, NULL, NULL).why, AVS_WHY_NONE);
}

/* The same on every appliance, for ever: FNV-1a has known results. */
TEST(test_site_numbers)
{
	assert_int_equal(avs_site_id(NULL), 0);
	assert_int_equal(avs_site_id(""), 0);
	assert_int_equal(avs_site_id("a"), 0xe40c292c);
	assert_int_equal(avs_site_id("foobar"), 0xbf9cf968);
	assert_true(avs_tag_is(AVS_TAG) && avs_tag_is(AVS_TAG + 255));
	assert_false(avs_tag_is(AVS_TAG - 1) || avs_tag_is(AVS_TAG + 256));
}

TEST(test_random)
{
	static const uint32_t pool[] = {65515, 12076, 12076,  398656, 398670, 398671,
					65001, 65520, 400572, 400582, 12077,  64512};
	static const uint8_t sets[][8] = {{0xff, 0xed, 0xff, 0xed},
					  {0xff, 0xee, 0xff, 0xee, 0xff, 0xed, 0xff, 0xed},
					  {0xff, 0xed, 0xff, 0xee, 0xed, 0xff, 0xed, 0xff}};
	uint32_t siblings[] = {65001}, asns[7];
	struct avs_config config = {.siblings = siblings};
	struct avs_path path = {.asns = asns};
	struct avs_verdict_class v;
	enum avs_segment segment;
	unsigned int i, j, set;
	enum avs_why why;
	struct gen g;

	for (gen_seed(&g, test_seed()), i = 0; i < 60000; i++) {
		path.as_count = gen_below(&g, 8);
		for (j = 0; j < path.as_count; j++)
			asns[j] = pool[j ? gen_below(&g, 12) : gen_below(&g, 4) / 3 * 11];
		path.opaque = gen_once_in(&g, 4);
		set = gen_below(&g, 6);
		path.communities = set < 3 ? sets[set] : NULL;
		path.community_count = set < 3 ? 1 + (set > 0) : 0;
		config.sibling_count = gen_once_in(&g, 2);
		path.own_as[2] = gen_once_in(&g, 4) ? 64512 : 0;
		v = avs_classify(&config, &path, NULL, NULL);
		segment = naive_classify(&path, &why);
		if (naive_is_sibling(&config, &path)) {
			segment = AVS_SEGMENT_UNKNOWN;
			why = AVS_WHY_SIBLING;
		}
		assert_int_equal(v.segment, segment);
		assert_int_equal(v.why, why);
		assert_int_equal(v.claim.returned, why == AVS_WHY_RETURNED);
		if (why == AVS_WHY_GLOBAL_REACH)
			assert_true(v.claim.global_reach);
		if (v.claim.appliance)
			assert_int_equal(segment, AVS_SEGMENT_UNKNOWN);
	}
	naive_classify(NULL, NULL);
}

TEST(test_as_numbers)
{
	static const uint32_t good[] = {64512, 64514, 64599, 64941, 64999, 65413,
					65514, 65521, 65534, 1,	    64495, 64513,
					64600, 64940, 65000, 65001, 65240, 65412};
	static const uint32_t bad[] = {0,      65515,  65516,  65517,  65520,	  12076, 8074,
				       8075,   23456,  64496,  64511,  65535,	  65551, 65552,
				       398656, 398670, 400572, 400581, UINT32_MAX};
	uint32_t as;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		print_note("%u", good[i]);
		assert_null(avs_as_complaint(good[i]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print_note("%u", bad[i]);
		assert_non_null(avs_as_complaint(bad[i]));
	}
	for (as = 0; as < 500000; as++) {
		/* what public labs use: it works */
		if (avs_as_is_inside_avs(as))
			assert_null(avs_as_complaint(as));
		assert_int_equal(avs_as_is_inside_avs(as), as == 64513 ||
								   (as >= 64600 && as <= 64940) ||
								   (as >= 65000 && as <= 65412));
		assert_int_equal(avs_as_is_avs(as),
				 (as >= 398656 && as <= 398670) || (as >= 400572 && as <= 400581));
		assert_int_equal(avs_as_is_stripped(as),
				 as == 12076 || (as >= 65515 && as <= 65520));
		/* what we strip from others nobody may have as his own */
		if (avs_as_is_stripped(as) || avs_as_is_avs(as))
			assert_non_null(avs_as_complaint(as));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_table),	      test_case(test_claims), test_case(test_siblings),
		test_case(test_rule_order),   test_case(test_rules),  test_case(test_tags),
		test_case(test_site_numbers), test_case(test_random), test_case(test_as_numbers),
	};

	return test_group("avs_classify", tests);
}
