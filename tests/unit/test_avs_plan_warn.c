// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: its warnings, and what they count. */
#include "avs_test.h"

#include "avs_input.h"
#include "avs_vectors.h"

#define OUTSIDE "learned 130.40.0.0/16 on-premises none\n"

static bool has_warning(const struct avs_plan *plan, enum avs_warning_code code)
{
	size_t i;

	for (i = 0; i < plan->warning_count; i++)
		if (plan->warnings[i].code == code)
			return true;
	return false;
}

/* Each warning with the line that makes it, and without. */
TEST(test_warnings)
{
	static const struct {
		enum avs_warning_code code;
		const char *quiet, *loud;
	} v[] = {
		{AVS_WARN_SHUTDOWN, CLOUD, CLOUD "avs shutdown"},
		{AVS_WARN_NO_NEIGHBOR, CLOUD, "avs route-server hub toward private-cloud"},
		{AVS_WARN_ONE_NEIGHBOR, CLOUD, "avs route-server hub neighbor 10.1.0.4"},
		{AVS_WARN_NO_TOWARD, CLOUD, "avs route-server hub neighbor 10.1.0.4"},
		{AVS_WARN_MONITOR, CLOUD, CLOUD "avs route-server hub guard monitor"},
		{AVS_WARN_SHADOW, CLOUD, CLOUD "avs route-server hub guard shadow"},
		{AVS_WARN_FREEZE, CLOUD, CLOUD "avs freeze"},
		{AVS_WARN_MAINTENANCE, CLOUD, CLOUD "avs route-server hub maintenance"},
		{AVS_WARN_DRAIN_SHARED, CLOUD "avs route-server hub maintenance",
		 CLOUD "avs route-server hub maintenance\n"
		       "avs route-server hub next-hop 10.1.1.4"},
		{AVS_WARN_NEXT_HOP,
		 CLOUD "avs route-server hub next-hop 10.1.1.4\n"
		       "learned 10.1.0.0/16 virtual-network hub\n"
		       "learned 10.2.0.0/16 virtual-network none",
		 CLOUD "avs route-server hub next-hop 10.2.1.4\n"
		       "learned 10.1.0.0/16 virtual-network hub\n"
		       "learned 10.2.0.0/16 virtual-network none"},
		/* nothing is known of the networks; a default is none */
		{AVS_WARN_NEXT_HOP, CLOUD "avs advertise default next-hop 10.2.1.4",
		 CLOUD "avs advertise default next-hop 10.2.1.4\n"
		       "learned 0.0.0.0/0 virtual-network hub"},
		{AVS_WARN_NEIGHBOR_CONFLICT, CLOUD "avs route-server x neighbor 10.1.0.6",
		 CLOUD "avs route-server x neighbor 10.1.0.5"},
		{AVS_WARN_REACH_OBSERVED, CLOUD "learned 10.1.0.0/16 on-premises none",
		 CLOUD "learned 10.1.0.0/16 on-premises hub"},
		{AVS_WARN_REACH_OBSERVED,
		 CLOUD "avs route-server hub global-reach on-premises\n"
		       "learned 10.1.0.0/16 on-premises hub",
		 PREM "learned 10.1.0.0/16 private-cloud hub"},
		{AVS_WARN_REACH_FILTERED, BOTH "filtered hub list", CLOUD "filtered hub list"},
		{AVS_WARN_REACH_FILTERED,
		 CLOUD "filtered hub list\nlearned 10.1.0.0/16 on-premises hub",
		 CLOUD "filtered hub list\nlearned 10.1.0.0/16 private-cloud hub"},
		{AVS_WARN_REACH_REMEMBERED, CLOUD, CLOUD "remembered hub"},
		/* for a moment only: a word when something waits for it */
		{AVS_WARN_REACH_UNTOLD, CLOUD "untold hub 10.1.0.4",
		 CLOUD DEFAULT "untold hub 10.1.0.4"},
		/* but for who cannot be asked */
		{AVS_WARN_REACH_UNTOLD, CLOUD "untold hub 10.1.0.4",
		 CLOUD "untold hub 10.1.0.4\nmute hub"},
		{AVS_WARN_UNCLASSIFIED, CLOUD "learned 10.1.0.0/16 unknown none",
		 CLOUD "learned 10.1.0.0/16 unknown hub"},
		/* who announces what we would is no VPN: never the advice to call him on-premises
		 */
		{AVS_WARN_UNCLASSIFIED,
		 CLOUD DEFAULT "learned 0.0.0.0/0 unknown hub appliance 65002",
		 CLOUD DEFAULT "learned 0.0.0.0/0 unknown hub appliance 65002\n"
			       "learned 10.9.0.0/16 unknown hub appliance 65003"},
		{AVS_WARN_SIBLING, CLOUD DEFAULT "learned 0.0.0.0/0 unknown hub",
		 CLOUD DEFAULT "learned 0.0.0.0/0 unknown hub appliance 65002"},
		{AVS_WARN_SIBLING, CLOUD DEFAULT "learned 10.1.0.0/16 unknown hub appliance 65002",
		 CLOUD DEFAULT "learned 0.0.0.0/0 on-premises hub appliance 65002"},
		/* around what contributes */
		{AVS_WARN_SIBLING,
		 CLOUD "avs advertise supernet auto\n"
		       "learned 10.20.0.0/24 private-cloud hub\n"
		       "learned 10.30.0.0/16 unknown hub appliance 65002",
		 CLOUD "avs advertise supernet auto\n"
		       "learned 10.20.0.0/24 private-cloud hub\n"
		       "learned 10.20.0.0/23 unknown hub appliance 65002"},
		{AVS_WARN_GLOBAL_REACH,
		 CLOUD "avs route-server hub global-reach on-premises\n"
		       "learned 10.1.0.0/16 on-premises hub global-reach",
		 CLOUD "learned 10.1.0.0/16 on-premises hub global-reach"},
		{AVS_WARN_GLOBAL_REACH, CLOUD "learned 10.1.0.0/16 private-cloud hub global-reach",
		 CLOUD "learned 10.1.0.0/16 on-premises hub global-reach"},
		{AVS_WARN_NO_EXPRESSROUTE, CLOUD, CLOUD "learned 10.1.0.0/16 virtual-network hub"},
		{AVS_WARN_NO_EXPRESSROUTE,
		 CLOUD "learned 10.1.0.0/16 virtual-network hub\n"
		       "learned 10.2.0.0/16 private-cloud hub",
		 CLOUD "learned 10.1.0.0/16 unknown hub"},
		{AVS_WARN_NO_COMPANIONS,
		 CLOUD DEFAULT "avs advertise companions toward private-cloud", CLOUD DEFAULT},
		{AVS_WARN_NO_COMPANIONS, BOTH DEFAULT, BOTH CONSENT DEFAULT},
		{AVS_WARN_NO_COMPANIONS, CLOUD DEFAULT "avs advertise default vnet-only",
		 CLOUD DEFAULT},
		/* in whatever shape, and with blocks that are typed one by one */
		{AVS_WARN_NO_COMPANIONS,
		 CLOUD DEFAULT "avs advertise default form halves\n"
			       "avs advertise companion 10.0.0.0/8\n"
			       "avs advertise companion 172.16.0.0/12\n"
			       "avs advertise companion 192.0.0.0/8",
		 CLOUD DEFAULT "avs advertise default form halves\n"
			       "avs advertise companion 10.0.0.0/8\n"
			       "avs advertise companion 172.16.0.0/12"},
		{AVS_WARN_NO_COMPANIONS, CLOUD "avs advertise supernet 10.0.0.0/8 unconditional",
		 CLOUD "avs advertise supernet 128.0.0.0/1 unconditional"},
		{AVS_WARN_UNACCOMPANIED,
		 CLOUD DEFAULT OUTSIDE "avs advertise companion 130.40.0.0/16",
		 CLOUD DEFAULT OUTSIDE},
		{AVS_WARN_UNACCOMPANIED,
		 CLOUD DEFAULT OUTSIDE "avs advertise companion 128.0.0.0/8\n"
				       "avs advertise companion 130.0.0.0/8",
		 CLOUD DEFAULT OUTSIDE "avs advertise companion 131.0.0.0/8"},
		/* a supernet, or the prefix itself, does it as well */
		{AVS_WARN_UNACCOMPANIED,
		 CLOUD DEFAULT OUTSIDE "avs advertise supernet 130.40.0.0/15",
		 CLOUD DEFAULT OUTSIDE "avs advertise supernet 128.0.0.0/1"},
		{AVS_WARN_UNACCOMPANIED,
		 CLOUD DEFAULT OUTSIDE "avs advertise segment on-premises toward private-cloud",
		 CLOUD DEFAULT OUTSIDE "avs advertise segment private-cloud toward on-premises"},
		/* nobody is drawn away from it */
		{AVS_WARN_UNACCOMPANIED, CLOUD OUTSIDE, CLOUD DEFAULT OUTSIDE},
		{AVS_WARN_UNACCOMPANIED, CLOUD DEFAULT "learned 10.50.0.0/16 on-premises none",
		 CLOUD DEFAULT "learned 100.64.0.0/16 on-premises none"},
		{AVS_WARN_UNACCOMPANIED, CLOUD DEFAULT "learned 0.0.0.0/0 on-premises none",
		 CLOUD DEFAULT "learned 9.0.0.0/8 on-premises none"},
		{AVS_WARN_UNACCOMPANIED, CLOUD DEFAULT "learned 130.40.0.0/16 private-cloud none",
		 BOTH CONSENT DEFAULT "learned 130.40.0.0/16 on-premises hub"},
		{AVS_WARN_LEARNED_DEFAULT, CLOUD "learned 128.0.0.0/1 on-premises none",
		 CLOUD "learned 128.0.0.0/1 on-premises hub"},
		{AVS_WARN_LEARNED_DEFAULT, CLOUD "learned 10.0.0.0/8 on-premises hub",
		 CLOUD "learned 254.0.0.0/7 on-premises hub"},
		{AVS_WARN_NEXT_HOP,
		 CLOUD "avs route-server hub next-hop 10.1.1.4\n"
		       "learned 10.0.0.0/8 virtual-network hub",
		 CLOUD "avs route-server hub next-hop 10.1.1.4\n"
		       "learned 0.0.0.0/1 virtual-network hub"},
		{AVS_WARN_UNTAGGED,
		 "avs overlay neighbor 192.0.2.2\n"
		 "learned 128.0.0.0/1 unknown overlay@192.0.2.2",
		 "avs overlay neighbor 192.0.2.2\n"
		 "learned 128.0.0.0/8 unknown overlay@192.0.2.2"},
		{AVS_WARN_LEARNED_DEFAULT, CLOUD "learned 0.0.0.0/0 on-premises none",
		 CLOUD "learned 0.0.0.0/0 on-premises hub"},
		{AVS_WARN_LEARNED_RFC1918, CLOUD "learned 10.0.0.0/9 on-premises hub",
		 CLOUD "learned 172.16.0.0/12 on-premises hub"},
		{AVS_WARN_BUDGET, CLOUD DEFAULT "avs route-server hub route-limit 2",
		 CLOUD DEFAULT "avs route-server hub route-limit 1"},
		{AVS_WARN_GATEWAY_BUDGET,
		 CLOUD "avs route-server hub gateway-limit 2\n"
		       "learned 10.1.0.0/16 virtual-network hub",
		 CLOUD "avs route-server hub gateway-limit 1\n"
		       "learned 10.1.0.0/16 virtual-network hub"},
		{AVS_WARN_GATEWAY_BUDGET, CLOUD DEFAULT,
		 CLOUD DEFAULT "avs route-server hub gateway-limit 1"},
	};
	struct input in;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		print_note("%s, quiet", avs_warning_name(v[i].code));
		input_read(&in, v[i].quiet);
		assert_false(has_warning(input_plan(&in, NULL), v[i].code));
		input_free(&in);
		print_note("%s, loud", avs_warning_name(v[i].code));
		input_read(&in, v[i].loud);
		assert_true(has_warning(input_plan(&in, NULL), v[i].code));
		input_free(&in);
	}
	test_no_leak();
}

/* Where the words about the gateway begin, and where the announcements end. */
TEST(test_gateway)
{
	static const struct {
		unsigned int learned;
		bool announced, warning;
	} v[] = {
		{0, true, false}, {78, true, false}, {79, true, true},	{80, true, true},
		{94, true, true}, {95, false, true}, {96, false, true}, {120, false, true},
	};
	struct avs_fact fact = {.usable = true};
	struct avs_plan *plan;
	struct avs_prefix p;
	struct input in;
	unsigned int j;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		print_note("%u", v[i].learned);
		input_read(&in, CLOUD CONSENT DEFAULT "avs route-server hub gateway-limit 100");
		for (j = 0; j < v[i].learned; j++) {
			fact.from[AVS_SEGMENT_VIRTUAL_NETWORK] = j & 1;
			fact.from[AVS_SEGMENT_UNKNOWN] = !(j & 1);
			p = avs_prefix_v4(0x14000000 | j << 8, 24);
			assert_int_equal(avs_table_set(in.table, &p, &fact), AVS_OK);
		}
		plan = input_plan(&in, NULL);
		assert_int_equal(plan->rs[0].announced, v[i].announced);
		assert_int_equal(plan->rs[0].gateway_used, v[i].learned + v[i].announced);
		assert_int_equal(has_warning(plan, AVS_WARN_GATEWAY_BUDGET), v[i].warning);
		input_free(&in);
	}
	test_no_leak();
}

/* What a warning is about. */
TEST(test_warning_values)
{
	const struct avs_warning *w;
	struct avs_plan *plan;
	struct input in;

	input_read(&in, CLOUD
		   "avs route-server x neighbor 10.1.0.5\n"
		   "avs route-server x neighbor 10.1.0.6\n"
		   "avs route-server x toward on-premises\n"
		   "learned 10.1.0.0/16 on-premises hub\n"
		   "learned 10.2.0.0/16 on-premises hub\n");
	plan = input_plan(&in, NULL);
	assert_int_equal(plan->warning_count, 2);
	w = &plan->warnings[0];
	assert_int_equal(w->code, AVS_WARN_NEIGHBOR_CONFLICT);
	assert_int_equal(w->severity, AVS_SEV_ALARM);
	assert_string_equal(w->rs, "hub");
	assert_string_equal(w->subject, "10.1.0.5");
	assert_int_equal(avs_prefix_v4_addr(&w->prefix), 0x0a010005);
	w = &plan->warnings[1];
	assert_int_equal(w->code, AVS_WARN_REACH_OBSERVED);
	assert_int_equal(w->severity, AVS_SEV_ALARM);
	assert_string_equal(w->subject, "on-premises");
	assert_int_equal(w->number, 2);
	input_free(&in);
	test_no_leak();
}

/* The line to type is one that would be announced. */
TEST(test_unaccompanied)
{
	static const struct {
		const char *text, *prefix, *line;
		uint32_t count;
	} v[] = {
		{CLOUD DEFAULT OUTSIDE, "130.40.0.0/16", "130.40.0.0/16", 1},
		{BOTH CONSENT DEFAULT
		 "learned 130.41.0.0/16 on-premises hub\nlearned 131.0.0.0/24 on-premises hub",
		 "130.41.0.0/16", "130.40.0.0/15", 2},
		{BOTH CONSENT DEFAULT
		 "learned 130.41.0.0/16 on-premises hub\nlearned 130.40.0.0/15 on-premises hub",
		 "130.40.0.0/15", "130.40.0.0/14", 2},
		/* wider than /8 would be a default */
		{BOTH CONSENT DEFAULT "learned 130.0.0.0/8 on-premises hub", "130.0.0.0/8", NULL,
		 1},
	};
	char buf[AVS_PREFIX_STRLEN];
	struct avs_plan *plan;
	struct input in;
	size_t i, j;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		print_note("%s", v[i].text);
		input_read(&in, v[i].text);
		plan = input_plan(&in, NULL);
		for (j = 0; plan->warnings[j].code != AVS_WARN_UNACCOMPANIED; j++)
			assert_true(j + 1 < plan->warning_count);
		assert_string_equal(avs_prefix_str(&plan->warnings[j].prefix, buf, sizeof(buf)),
				    v[i].prefix);
		assert_int_equal(plan->warnings[j].number, v[i].count);
		if (v[i].line)
			assert_string_equal(plan->warnings[j].subject, v[i].line);
		else
			assert_null(plan->warnings[j].subject);
		input_free(&in);
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_warnings),
		test_case(test_gateway),
		test_case(test_unaccompanied),
		test_case(test_warning_values),
	};

	return test_group("avs_plan_warn", tests);
}
