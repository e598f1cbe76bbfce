// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: what a person or a policy adds, keeps, or takes away. */
#include "avs_test.h"

#include "avs_input.h"
#include "avs_vectors.h"

/* What the policy says about a prefix, and which rules hold for it all the same. */
TEST(test_represented)
{
#define LAN "learned 10.9.1.0/24 unknown none as exact\n"
	static const struct vector v[] = {
		{BOTH LAN, "10.9.1.0/24", AVS_REASON_ANNOUNCED, ""},
		{BOTH "learned 10.9.1.0/24 unknown none as supernet", "10.9.1.0/24",
		 AVS_REASON_UNSPEC, NULL},
		{BOTH "learned 10.9.1.0/24 unknown none as none", "10.9.1.0/24", AVS_REASON_UNSPEC,
		 NULL},
		/* rules 2, 4, 6 */
		{BOTH "learned 10.0.0.0/8 unknown none as exact", "10.0.0.0/8",
		 AVS_REASON_LEAK_RFC1918, ""},
		{BOTH "learned 10.9.1.0/24 on-premises hub as exact", "10.9.1.0/24",
		 AVS_REASON_UNSPEC, NULL},
		{BOTH "learned 10.9.1.0/24 on-premises none as exact", "10.9.1.0/24",
		 AVS_REASON_SAME_SEGMENT, ""},
		{BOTH LAN "avs route-server hub route-limit 2\n"
			  "avs advertise supernet 10.200.0.0/16 unconditional",
		 "10.9.1.0/24", AVS_REASON_BUDGET, ""},
		/* rule 3: not a contributor, whatever else it is */
		{BOTH SUPER "learned 10.2.0.0/16 on-premises hub as supernet", "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED, ""},
		{BOTH SUPER "learned 10.2.0.0/16 on-premises hub as cover", "10.0.0.0/9",
		 AVS_REASON_COVERS_NOTHING, ""},
		{BOTH SUPER "learned 10.2.0.0/16 on-premises hub as none", "10.0.0.0/9",
		 AVS_REASON_COVERS_NOTHING, ""},
		{BOTH SUPER "learned 10.2.0.0/16 on-premises hub as default", "10.0.0.0/9",
		 AVS_REASON_COVERS_NOTHING, ""},
		/* inside of a marked cover, but never equal to one */
		{BOTH "avs advertise supernet 10.4.0.0/15\n"
		      "learned 10.4.0.0/14 on-premises hub as cover\n"
		      "learned 10.5.0.0/16 on-premises hub",
		 "10.4.0.0/15", AVS_REASON_ANNOUNCED_INSIDE_COVER, "10.4.0.0/14"},
		{BOTH "avs advertise supernet 10.4.0.0/15\n"
		      "learned 10.4.0.0/15 on-premises hub as cover\n"
		      "learned 10.5.0.0/16 on-premises hub",
		 "10.4.0.0/15", AVS_REASON_EQUALS_LEARNED, ""},
	};

	check_vectors(v);
}

/* What is announced stays, nothing comes, and what protects others acts. */
TEST(test_freeze)
{
#define CONTRIBUTOR "learned 10.2.0.0/16 on-premises hub\n"
#define FROZEN "avs freeze\n"
	static const struct {
		const char *before, *text, *prefix;
		enum avs_reason reason;
	} v[] = {
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER CONTRIBUTOR FROZEN, "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED},
		/* rule 3 does not act, in either direction */
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER FROZEN "avs hold-down 0", "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED_FROZEN},
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER FROZEN "learned 10.0.0.0/9 unknown none",
		 "10.0.0.0/9", AVS_REASON_ANNOUNCED_FROZEN},
		{BOTH SUPER, BOTH SUPER CONTRIBUTOR FROZEN, "10.0.0.0/9", AVS_REASON_FROZEN},
		{BOTH CONTRIBUTOR, BOTH SUPER CONTRIBUTOR FROZEN, "10.0.0.0/9", AVS_REASON_FROZEN},
		{CLOUD DEFAULT,
		 CLOUD DEFAULT FROZEN "avs advertise default when-present 10.9.0.0/16", "0.0.0.0/0",
		 AVS_REASON_ANNOUNCED_FROZEN},
		/* rules 1, 2, 4, 10 do */
		{BOTH SUPER CONTRIBUTOR, BOTH CONTRIBUTOR FROZEN, "10.0.0.0/9", AVS_REASON_UNSPEC},
		{CLOUD DEFAULT, CLOUD DEFAULT FROZEN "avs route-server hub toward on-premises",
		 "0.0.0.0/0", AVS_REASON_LEAK_DEFAULT},
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER FROZEN "learned 10.0.0.0/9 unknown hub",
		 "10.0.0.0/9", AVS_REASON_SAME_ROUTE_SERVER},
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER FROZEN "learned 10.0.0.0/9 on-premises none",
		 "10.0.0.0/9", AVS_REASON_SAME_SEGMENT},
		{BOTH SUPER CONTRIBUTOR, BOTH SUPER CONTRIBUTOR FROZEN "avs shutdown", "10.0.0.0/9",
		 AVS_REASON_SHUTDOWN},
		/* computed supernets stay as they are */
		{BOTH "avs advertise supernet auto\n" CONTRIBUTOR,
		 BOTH "avs advertise supernet auto\n" FROZEN, "10.2.0.0/15", AVS_REASON_ANNOUNCED},
		{BOTH "avs advertise supernet auto\n" CONTRIBUTOR,
		 BOTH "avs advertise supernet auto\n" FROZEN "learned 10.2.0.0/15 unknown none",
		 "10.2.0.0/15", AVS_REASON_ANNOUNCED_FROZEN},
		{BOTH "avs advertise supernet auto\n" CONTRIBUTOR,
		 BOTH "avs advertise supernet auto\n" FROZEN "learned 10.99.0.0/16 on-premises hub",
		 "10.98.0.0/15", AVS_REASON_UNSPEC},
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_string_equal(
			avs_reason_name(after(v[i].before, v[i].text, v[i].prefix, 0, NULL)),
			avs_reason_name(v[i].reason));
	test_no_leak();
}

/* First prepended, then withdrawn; at once where there is nothing to drain. */
TEST(test_maintenance)
{
#define DRAIN "avs route-server hub maintenance\n"
#define UP CLOUD DEFAULT
	uint32_t prepend;

	assert_int_equal(after(UP, UP DRAIN, "0.0.0.0/0", 0, &prepend), AVS_REASON_ANNOUNCED);
	assert_int_equal(prepend, 10);
	assert_int_equal(after(UP, UP DRAIN, "0.0.0.0/0", 59999, &prepend), AVS_REASON_ANNOUNCED);
	assert_int_equal(prepend, 10);
	assert_int_equal(after(UP, UP DRAIN, "0.0.0.0/0", 60000, NULL), AVS_REASON_MAINTENANCE);
	assert_int_equal(after(CLOUD, UP DRAIN, "0.0.0.0/0", 0, NULL), AVS_REASON_MAINTENANCE);
	assert_int_equal(after(UP DRAIN, UP DRAIN, "0.0.0.0/0", 0, NULL), AVS_REASON_MAINTENANCE);
	assert_int_equal(after(UP DRAIN, UP, "0.0.0.0/0", 0, &prepend), AVS_REASON_ANNOUNCED);
	assert_int_equal(prepend, 0);
	/* also while frozen: it is what somebody wants now */
	assert_int_equal(after(UP, UP DRAIN "avs freeze", "0.0.0.0/0", 60000, NULL),
			 AVS_REASON_MAINTENANCE);
	test_no_leak();
}

/* What permit lists name, and which rules hold for it. */
TEST(test_permitted)
{
#define LIST "avs route-server hub permit prefix-list VIP\nlist VIP 10.9.0.0/16\n"
#define VIP "learned 10.9.1.0/24 unknown none\n"
	static const struct vector v[] = {
		{BOTH LIST VIP, "10.9.1.0/24", AVS_REASON_ANNOUNCED, ""},
		{BOTH LIST "local 10.9.1.0/24", "10.9.1.0/24", AVS_REASON_ANNOUNCED, ""},
		/* a list makes nothing exist, and without one, or by another one, nothing leaves */
		{BOTH LIST, "10.9.1.0/24", AVS_REASON_UNSPEC, NULL},
		{BOTH LIST "learned 10.9.1.0/24 unknown none unusable", "10.9.1.0/24",
		 AVS_REASON_UNSPEC, NULL},
		{BOTH VIP "list VIP 10.9.0.0/16", "10.9.1.0/24", AVS_REASON_UNSPEC, NULL},
		{BOTH VIP "avs route-server hub permit prefix-list NONE", "10.9.1.0/24",
		 AVS_REASON_UNSPEC, NULL},
		{BOTH LIST "learned 10.8.1.0/24 unknown none", "10.8.1.0/24", AVS_REASON_UNSPEC,
		 NULL},
		/* rule 4: what it delivers itself is not even asked for */
		{BOTH LIST "learned 10.9.1.0/24 on-premises hub", "10.9.1.0/24", AVS_REASON_UNSPEC,
		 NULL},
		{BOTH LIST VIP "learned 10.9.1.0/24 virtual-network hub unusable", "10.9.1.0/24",
		 AVS_REASON_UNSPEC, NULL},
		{BOTH LIST "learned 10.9.1.0/24 on-premises none", "10.9.1.0/24",
		 AVS_REASON_SAME_SEGMENT, ""},
		{BOTH LIST "learned 10.9.1.0/24 virtual-network none", "10.9.1.0/24",
		 AVS_REASON_ANNOUNCED, ""},
		/* rule 2: a list is no consent */
		{BOTH "avs route-server hub permit prefix-list ALL\nlist ALL 0.0.0.0/0\n"
		      "learned 0.0.0.0/0 unknown none",
		 "0.0.0.0/0", AVS_REASON_LEAK_DEFAULT, ""},
		{BOTH "avs route-server hub permit prefix-list ALL\nlist ALL 0.0.0.0/0\n"
		      "learned 10.0.0.0/8 unknown none",
		 "10.0.0.0/8", AVS_REASON_LEAK_RFC1918, ""},
		/* rule 6: after the supernets; rule 10 */
		{BOTH LIST VIP "avs route-server hub route-limit 2\n"
			       "avs advertise supernet 10.200.0.0/16 unconditional",
		 "10.9.1.0/24", AVS_REASON_BUDGET, ""},
		{BOTH LIST VIP "avs shutdown", "10.9.1.0/24", AVS_REASON_SHUTDOWN, ""},
	};

	check_vectors(v);
}

/* A list of everything is bounded, and the rest counted. */
TEST(test_permitted_many)
{
	struct avs_fact fact = {.usable = true};
	struct avs_plan *plan;
	struct avs_prefix p;
	struct input in;
	uint32_t i;

	fact.from[AVS_SEGMENT_UNKNOWN] = 1U << AVS_RS_NONE;
	input_read(&in, BOTH
		   "avs route-server hub route-limit 100000\n"
		   "avs route-server hub gateway-limit 100000\n" LIST);
	for (i = 0; i < AVS_PERMITTED_MAX + 3; i++) {
		p = avs_prefix_v4((10U << 24 | 9U << 16) + i * 2, 31);
		assert_int_equal(avs_table_set(in.table, &p, &fact), AVS_OK);
	}
	plan = input_plan(&in, NULL);
	assert_int_equal(plan->count, AVS_PERMITTED_MAX);
	assert_int_equal(plan->not_permitted, 3);
	assert_int_equal(plan->originate_count, 0);
	for (i = 0; plan->warnings[i].code != AVS_WARN_PERMITTED_MANY; i++)
		assert_true(i < plan->warning_count);
	input_free(&in);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_represented),	test_case(test_freeze),
		test_case(test_maintenance),	test_case(test_permitted),
		test_case(test_permitted_many),
	};

	return test_group("avs_plan_ops", tests);
}
