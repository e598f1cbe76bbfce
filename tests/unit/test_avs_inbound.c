// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 11: what a customer's edge accepts, and that nothing of its own is among it. */
#include "avs_test.h"

#include "avs_inbound.h"

static const char *const own_text[] = {"10.0.0.0/8",	"10.100.0.0/16", "10.100.4.0/24",
				       "172.16.0.0/12", "192.0.2.1/32",	 "198.51.100.0/24"};
#define OWN_COUNT (sizeof(own_text) / sizeof(*own_text))

/* without the first `skip` of them, so that 10/8 can be left out */
static struct avs_own_set own_set(struct avs_prefix *array, size_t skip)
{
	size_t i;

	for (i = skip; i < OWN_COUNT; i++)
		assert_true(avs_prefix_parse(own_text[i], &array[i - skip]));
	return (struct avs_own_set){.prefixes = array, .count = OWN_COUNT - skip};
}

static bool list_is_azure(const struct avs_segment_rule *rule, void *arg)
{
	return !strcmp(rule->list, "AZURE");
}

static bool list_is_nothing(const struct avs_segment_rule *rule, void *arg)
{
	return false;
}

TEST(rules)
{
	static const struct {
		const char *prefix, *about;
		enum avs_reason reason;
		bool supernet;
	} v[] = {
		{"0.0.0.0/0", NULL, AVS_REASON_EDGE_DEFAULT, true},
		{"128.0.0.0/1", NULL, AVS_REASON_EDGE_DEFAULT, true},
		{"10.0.0.0/7", NULL, AVS_REASON_EDGE_DEFAULT, true},
		{"10.0.0.0/8", NULL, AVS_REASON_UNSPEC, true},
		{"10.100.0.0/15", NULL, AVS_REASON_UNSPEC, true},
		{"10.100.0.0/16", "10.100.0.0/16", AVS_REASON_EDGE_OWN, true},
		{"10.100.128.0/17", "10.100.0.0/16", AVS_REASON_EDGE_INSIDE, false},
		{"10.100.4.0/23", "10.100.0.0/16", AVS_REASON_EDGE_INSIDE, true},
		{"10.100.4.0/24", "10.100.4.0/24", AVS_REASON_EDGE_OWN, false},
		/* the longest announced prefix is told */
		{"10.100.4.7/32", "10.100.4.0/24", AVS_REASON_EDGE_INSIDE, false},
		{"10.101.0.0/16", NULL, AVS_REASON_UNSPEC, false},
		{"172.31.255.0/24", "172.16.0.0/12", AVS_REASON_EDGE_INSIDE, false},
		{"172.32.0.0/16", NULL, AVS_REASON_UNSPEC, false},
		{"192.0.2.1/32", "192.0.2.1/32", AVS_REASON_EDGE_OWN, false},
		{"192.0.2.0/32", NULL, AVS_REASON_UNSPEC, false},
		{"192.0.2.0/24", NULL, AVS_REASON_UNSPEC, true},
		{"203.0.113.0/24", NULL, AVS_REASON_UNSPEC, false},
		{"255.255.255.255/32", NULL, AVS_REASON_UNSPEC, false},
	};
	static const struct avs_config nothing = {.name = ""};
	struct avs_prefix array[OWN_COUNT], prefix, about;
	struct avs_own_set own = own_set(array, 1), none = {NULL, 0};
	struct avs_inbound verdict;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++) {
		assert_true(avs_prefix_parse(v[i].prefix, &prefix));
		verdict = avs_inbound_verdict(&nothing, &own, &prefix, NULL, NULL);
		assert_int_equal(verdict.reason, v[i].reason);
		assert_int_equal(avs_inbound_is_supernet(&own, &prefix), v[i].supernet);
		if (v[i].about) {
			assert_true(avs_prefix_parse(v[i].about, &about));
			assert_true(avs_prefix_equal(&verdict.about, &about));
		} else {
			assert_int_equal(verdict.about.family, 0);
		}
		/* nothing is announced: a default is a default all the same */
		verdict = avs_inbound_verdict(&nothing, &none, &prefix, NULL, NULL);
		assert_int_equal(verdict.reason,
				 prefix.len < 8 ? AVS_REASON_EDGE_DEFAULT : AVS_REASON_UNSPEC);
		assert_false(avs_inbound_is_supernet(&none, &prefix));
	}
}

TEST(lines_name_what_is_azures)
{
	struct avs_prefix array[OWN_COUNT], prefix;
	struct avs_own_set own = own_set(array, 0);
	struct avs_segment_rule rules[] = {
		{.type = AVS_RULE_PREFIX, .segment = AVS_SEGMENT_PRIVATE_CLOUD},
		{.type = AVS_RULE_PREFIX_LIST, .segment = AVS_SEGMENT_VIRTUAL_NETWORK},
		{.type = AVS_RULE_PREFIX, .segment = AVS_SEGMENT_ON_PREMISES},
	};
	struct avs_config config = {.name = "", .rules = rules, .rule_count = 3};

	assert_true(avs_prefix_parse("10.20.0.0/16", &rules[0].prefix));
	assert_true(avs_prefix_parse("10.30.0.0/16", &rules[2].prefix));
	rules[1].list = "AZURE";

	/* inside of the line's prefix, and not what contains it */
	assert_true(avs_prefix_parse("10.20.4.0/22", &prefix));
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_nothing, NULL).reason,
			 AVS_REASON_UNSPEC);
	assert_true(avs_prefix_parse("10.20.0.0/15", &prefix));
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_nothing, NULL).reason,
			 AVS_REASON_EDGE_INSIDE);
	/* by a list, when somebody can be asked */
	assert_true(avs_prefix_parse("10.50.0.0/16", &prefix));
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_azure, NULL).reason,
			 AVS_REASON_UNSPEC);
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, NULL, NULL).reason,
			 AVS_REASON_EDGE_INSIDE);
	rules[1].segment = AVS_SEGMENT_UNKNOWN;
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_azure, NULL).reason,
			 AVS_REASON_EDGE_INSIDE);
	/* what is on-premises is the customer's */
	assert_true(avs_prefix_parse("10.30.4.0/24", &prefix));
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_nothing, NULL).reason,
			 AVS_REASON_EDGE_INSIDE);
	/* no line makes a default acceptable */
	assert_true(avs_prefix_parse("0.0.0.0/0", &rules[0].prefix));
	assert_true(avs_prefix_parse("0.0.0.0/1", &prefix));
	assert_int_equal(avs_inbound_verdict(&config, &own, &prefix, list_is_azure, NULL).reason,
			 AVS_REASON_EDGE_DEFAULT);
}

/* against a search that looks at everything */
TEST(laws)
{
	static const struct avs_config nothing = {.name = ""};
	struct avs_prefix array[OWN_COUNT], prefix;
	struct avs_own_set own = own_set(array, 0);
	uint32_t state = 1, len, i, n;

	for (n = 0; n < 20000; n++) {
		struct avs_inbound verdict;
		bool inside = false, equal = false, contains = false;

		state = state * 1664525 + 1013904223;
		len = state >> 27;
		state = state * 1664525 + 1013904223;
		/* near to what is announced */
		prefix = avs_prefix_v4(avs_prefix_v4_addr(&array[state % OWN_COUNT]) ^
					       (state >> 12 & ((1U << (state >> 28)) - 1)),
				       (uint8_t)(len + 1));
		for (i = 0; i < own.count; i++) {
			bool same = avs_prefix_equal(&array[i], &prefix);

			equal |= same;
			inside |= !same && avs_prefix_contains(&array[i], &prefix);
			contains |= !same && avs_prefix_contains(&prefix, &array[i]);
		}
		verdict = avs_inbound_verdict(&nothing, &own, &prefix, NULL, NULL);
		assert_int_equal(verdict.reason, prefix.len < 8 ? AVS_REASON_EDGE_DEFAULT
						 : equal	? AVS_REASON_EDGE_OWN
						 : inside	? AVS_REASON_EDGE_INSIDE
								: AVS_REASON_UNSPEC);
		assert_int_equal(avs_inbound_is_supernet(&own, &prefix), contains);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(rules),
		test_case(lines_name_what_is_azures),
		test_case(laws),
	};

	return test_group("inbound", tests);
}
