// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: vectors per rule. */
#include "avs_test.h"

#include "avs_input.h"
#include "avs_vectors.h"

/* Rule 10, and what is not asked for. */
TEST(test_gates)
{
	static const struct vector v[] = {
		{CLOUD, "0.0.0.0/0", AVS_REASON_UNSPEC, NULL},
		{CLOUD DEFAULT, "10.0.0.0/8", AVS_REASON_UNSPEC, NULL},
		{CLOUD DEFAULT, "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs shutdown", "0.0.0.0/0", AVS_REASON_SHUTDOWN, ""},
		{CLOUD DEFAULT "closed inactive", "0.0.0.0/0", AVS_REASON_INACTIVE, ""},
		{CLOUD DEFAULT "avs shutdown\nclosed vpn-export", "0.0.0.0/0",
		 AVS_REASON_VPN_EXPORT, ""},
		/* a mistake of the caller opens nothing */
		{CLOUD DEFAULT "closed announced", "0.0.0.0/0", AVS_REASON_INACTIVE, ""},
		{"avs route-server hub toward private-cloud\n" DEFAULT, "0.0.0.0/0",
		 AVS_REASON_INCOMPLETE, ""},
		{"avs route-server hub neighbor 10.1.0.4\n" DEFAULT, "0.0.0.0/0",
		 AVS_REASON_INCOMPLETE, ""},
		/* global-reach says what is reached too, not what is meant */
		{"avs route-server hub neighbor 10.1.0.4\n"
		 "avs route-server hub global-reach on-premises\n"
		 "avs advertise default toward on-premises",
		 "0.0.0.0/0", AVS_REASON_INCOMPLETE, ""},
		{PREM DEFAULT, "0.0.0.0/0", AVS_REASON_NOT_TARGETED, ""},
		{CLOUD "avs route-server hub global-reach on-premises\n"
		       "avs advertise default toward on-premises",
		 "0.0.0.0/0", AVS_REASON_NOT_TARGETED, ""},
		{PREM "avs advertise companions toward private-cloud", "10.0.0.0/8",
		 AVS_REASON_NOT_TARGETED, ""},
		{PREM "avs advertise supernet 10.0.0.0/9 toward private-cloud", "10.0.0.0/9",
		 AVS_REASON_NOT_TARGETED, ""},
		/* targeted by what it delivers */
		{PREM "avs advertise supernet 10.0.0.0/9 toward private-cloud\n"
		      "learned 10.2.0.0/16 private-cloud hub",
		 "10.0.0.0/9", AVS_REASON_SHARED_REACH, ""},
	};

	check_vectors(v);
}

/* The default exists while a route does that is represented so. */
TEST(test_default_needs_source)
{
	static const char *const lines[] = {
		CLOUD DEFAULT, CLOUD DEFAULT "learned 10.9.0.0/16 unknown none",
		CLOUD DEFAULT "learned 10.9.0.0/16 unknown none as default"};
	static const enum avs_reason reason[] = {AVS_REASON_NO_SOURCE, AVS_REASON_NO_SOURCE,
						 AVS_REASON_ANNOUNCED};
	struct avs_prefix dflt = avs_prefix_v4(0, 0);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		struct input in;
		struct avs_plan *plan = NULL;
		struct avs_input input;

		input_read(&in, lines[i]);
		input = (struct avs_input){
			.config = in.config, .table = in.table, .default_needs_source = true};
		assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
		assert_int_equal(avs_plan_find(plan, 0, &dflt)->reason, reason[i]);
		input_free(&in);
	}
	test_no_leak();
}

TEST(test_conditions)
{
	static const struct vector v[] = {
		{CLOUD DEFAULT "avs advertise default when-present 192.0.2.0/24", "0.0.0.0/0",
		 AVS_REASON_CONDITION, "192.0.2.0/24"},
		{CLOUD DEFAULT "avs advertise default when-present 192.0.2.0/24\n"
			       "holds 192.0.2.0/24",
		 "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs advertise default when-present 192.0.2.0/24\n"
			       "avs advertise default when-present 198.51.100.0/24\n"
			       "holds 192.0.2.0/24",
		 "0.0.0.0/0", AVS_REASON_CONDITION, "198.51.100.0/24"},
		/* safety is told first */
		{BOTH DEFAULT "avs advertise default when-present 192.0.2.0/24", "0.0.0.0/0",
		 AVS_REASON_LEAK_DEFAULT, ""},
		/* conditions belong to the default alone */
		{CLOUD DEFAULT "avs advertise default when-present 192.0.2.0/24\n"
			       "avs advertise companions toward private-cloud",
		 "10.0.0.0/8", AVS_REASON_ANNOUNCED, ""},
	};

	check_vectors(v);
}

TEST(test_rule_2)
{
	static const struct vector v[] = {
		{BOTH DEFAULT, "0.0.0.0/0", AVS_REASON_LEAK_DEFAULT, ""},
		{BOTH CONSENT DEFAULT, "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs route-server hub global-reach on-premises", "0.0.0.0/0",
		 AVS_REASON_LEAK_DEFAULT, ""},
		/* finding 3: declared private-cloud only, but on-premises is there */
		{CLOUD DEFAULT "learned 10.1.0.0/16 on-premises hub", "0.0.0.0/0",
		 AVS_REASON_LEAK_OBSERVED, ""},
		{CLOUD DEFAULT CONSENT "learned 10.1.0.0/16 on-premises hub", "0.0.0.0/0",
		 AVS_REASON_ANNOUNCED, ""},
		/* delivered by somebody else: no reach of this one */
		{CLOUD DEFAULT "learned 10.1.0.0/16 on-premises none", "0.0.0.0/0",
		 AVS_REASON_ANNOUNCED, ""},
		/* named as its target */
		{PREM "avs advertise default toward on-premises", "0.0.0.0/0", AVS_REASON_ANNOUNCED,
		 ""},
		{BOTH "avs advertise default toward on-premises", "0.0.0.0/0", AVS_REASON_ANNOUNCED,
		 ""},
		/* companions are never meant for on-premises */
		{BOTH "avs advertise default toward on-premises\n"
		      "avs advertise companions toward private-cloud",
		 "172.16.0.0/12", AVS_REASON_LEAK_RFC1918, ""},
		{CLOUD "avs advertise companions toward private-cloud\n"
		       "learned 10.1.0.0/16 on-premises hub",
		 "192.168.0.0/16", AVS_REASON_LEAK_OBSERVED, ""},
		{CLOUD "avs advertise companions toward private-cloud", "192.168.0.0/16",
		 AVS_REASON_ANNOUNCED, ""},
		/* finding 4: defaults in disguise */
		{BOTH "avs advertise supernet 0.0.0.0/1 unconditional", "0.0.0.0/1",
		 AVS_REASON_LEAK_DEFAULT, ""},
		{BOTH "avs advertise supernet 10.0.0.0/7 unconditional", "10.0.0.0/7",
		 AVS_REASON_LEAK_DEFAULT, ""},
		{BOTH "avs advertise supernet 10.0.0.0/8 unconditional", "10.0.0.0/8",
		 AVS_REASON_LEAK_RFC1918, ""},
		{BOTH "avs advertise supernet 11.0.0.0/8 unconditional", "11.0.0.0/8",
		 AVS_REASON_ANNOUNCED, ""},
		{PREM "avs advertise supernet 10.0.0.0/8 unconditional toward on-premises",
		 "10.0.0.0/8", AVS_REASON_ANNOUNCED, ""},
		{BOTH "avs advertise supernet 10.0.0.0/8 unconditional toward private-cloud",
		 "10.0.0.0/8", AVS_REASON_LEAK_RFC1918, ""},
		/* NO_ADVERTISE stays inside the route server */
		{BOTH "avs advertise default vnet-only", "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		{BOTH DEFAULT "avs advertise default vnet-only", "0.0.0.0/0", AVS_REASON_ANNOUNCED,
		 ""},
		/* a companion is also a supernet of the user: the one that may go goes */
		{PREM "avs advertise companions toward private-cloud\n"
		      "avs advertise supernet 10.0.0.0/8 unconditional toward on-premises",
		 "10.0.0.0/8", AVS_REASON_ANNOUNCED, ""},
	};

	check_vectors(v);
}

#define HALVES "avs advertise default form halves\n"
#define COMPANION "avs advertise companion 130.40.0.0/16\n"

/* the default in every form, and companions beyond RFC 1918: the same rules */
TEST(test_forms)
{
	static const struct vector v[] = {
		{CLOUD DEFAULT "avs advertise default form route", "0.0.0.0/1", 0, ""},
		{CLOUD DEFAULT HALVES, "0.0.0.0/0", 0, ""},
		{CLOUD DEFAULT HALVES, "0.0.0.0/1", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT HALVES, "128.0.0.0/1", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs advertise default form both", "0.0.0.0/0", AVS_REASON_ANNOUNCED,
		 ""},
		{CLOUD DEFAULT "avs advertise default form both", "128.0.0.0/1",
		 AVS_REASON_ANNOUNCED, ""},
		/* a form asks for nothing */
		{CLOUD HALVES, "0.0.0.0/1", 0, ""},
		{BOTH DEFAULT HALVES, "128.0.0.0/1", AVS_REASON_LEAK_DEFAULT, ""},
		{BOTH CONSENT DEFAULT HALVES, "128.0.0.0/1", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT HALVES "learned 10.1.0.0/16 on-premises hub", "0.0.0.0/1",
		 AVS_REASON_LEAK_OBSERVED, ""},
		{PREM "avs advertise default toward on-premises\n" HALVES, "0.0.0.0/1",
		 AVS_REASON_ANNOUNCED, ""},
		{BOTH "avs advertise default vnet-only\n" HALVES, "128.0.0.0/1",
		 AVS_REASON_ANNOUNCED, ""},
		/* each for itself: what comes from there does not go there */
		{CLOUD DEFAULT HALVES "learned 0.0.0.0/1 private-cloud hub", "0.0.0.0/1",
		 AVS_REASON_SAME_ROUTE_SERVER, ""},
		{CLOUD DEFAULT HALVES "learned 0.0.0.0/1 private-cloud hub", "128.0.0.0/1",
		 AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT HALVES "avs advertise default when-present 192.0.2.0/24",
		 "128.0.0.0/1", AVS_REASON_CONDITION, "192.0.2.0/24"},
		/* a supernet of that prefix does not come before the condition */
		{CLOUD DEFAULT HALVES "avs advertise default when-present 192.0.2.0/24\n"
				      "avs advertise supernet 128.0.0.0/1 unconditional",
		 "128.0.0.0/1", AVS_REASON_CONDITION, "192.0.2.0/24"},
		{CLOUD DEFAULT HALVES "avs route-server hub route-limit 2", "128.0.0.0/1",
		 AVS_REASON_BUDGET, ""},
		{CLOUD DEFAULT HALVES "avs shutdown", "128.0.0.0/1", AVS_REASON_SHUTDOWN, ""},

		{CLOUD COMPANION, "130.40.0.0/16", AVS_REASON_ANNOUNCED, ""},
		{CLOUD COMPANION, "10.0.0.0/8", 0, ""},
		{PREM COMPANION, "130.40.0.0/16", AVS_REASON_NOT_TARGETED, ""},
		{BOTH COMPANION, "130.40.0.0/16", AVS_REASON_LEAK_RFC1918, ""},
		{BOTH CONSENT COMPANION, "130.40.0.0/16", AVS_REASON_ANNOUNCED, ""},
		{CLOUD COMPANION "learned 10.1.0.0/16 on-premises hub", "130.40.0.0/16",
		 AVS_REASON_LEAK_OBSERVED, ""},
		{CLOUD CONSENT COMPANION "learned 130.40.0.0/16 on-premises hub", "130.40.0.0/16",
		 AVS_REASON_SAME_ROUTE_SERVER, ""},
		{CLOUD COMPANION "learned 130.40.0.0/16 on-premises none", "130.40.0.0/16",
		 AVS_REASON_ANNOUNCED, ""},
		/* twice the same block is one announcement */
		{CLOUD "avs advertise companion 10.0.0.0/8\n"
		       "avs advertise companions toward private-cloud",
		 "10.0.0.0/8", AVS_REASON_ANNOUNCED, ""},
	};

	check_vectors(v);
}

static bool wants_discard(const char *text, const char *prefix)
{
	struct avs_prefix p;
	struct input in;
	bool wanted;

	input_read(&in, text);
	assert_true(avs_prefix_parse(prefix, &p));
	wanted = avs_plan_wants_discard(input_plan(&in, NULL), &p);
	input_free(&in);
	return wanted;
}

/* What is as good as a default is this router's own way to the internet. */
TEST(test_discards)
{
	static const char *const defaults[] = {"0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2",
					       "10.0.0.0/7", "172.0.0.0/6"};
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		snprintf(text, sizeof(text), CLOUD "avs advertise supernet %s unconditional",
			 defaults[i]);
		assert_false(wants_discard(text, defaults[i]));
	}
	assert_true(wants_discard(CLOUD "avs advertise supernet 10.0.0.0/8 unconditional",
				  "10.0.0.0/8"));
	assert_false(wants_discard(CLOUD DEFAULT HALVES, "0.0.0.0/1"));
	assert_false(wants_discard(CLOUD COMPANION, "130.40.0.0/16"));
	assert_false(wants_discard(CLOUD "avs advertise supernet 10.0.0.0/8 unconditional\n"
					 "avs discard off",
				   "10.0.0.0/8"));
	assert_false(wants_discard(CLOUD "avs advertise supernet 10.0.0.0/8 unconditional\n"
					 "avs route-server hub next-hop 10.1.1.9",
				   "10.0.0.0/8"));
	test_no_leak();
}

#define UNTOLD                                                                                     \
	{                                                                                          \
		.untold = "10.1.0.4"                                                               \
	}
#define HIDDEN                                                                                     \
	{                                                                                          \
		.filter = "prefix-list NARROW"                                                     \
	}
#define DROPPED                                                                                    \
	{                                                                                          \
		.unclassified = true                                                               \
	}
#define BEFORE                                                                                     \
	{                                                                                          \
		.remembered = true                                                                 \
	}

/* what is known of a route server beyond the table: closed, settled, unseen */
TEST(test_settling)
{
	static const struct {
		const char *text;
		const char *prefix;
		enum avs_reason closed;
		bool settled;
		struct avs_unseen unseen;
		enum avs_reason reason;
	} v[] = {
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, {0}, AVS_REASON_ANNOUNCED},
		/* its routes, which may show on-premises, are still to come */
		{CLOUD DEFAULT, "0.0.0.0/0", 0, false, {0}, AVS_REASON_STARTUP},
		{CLOUD DEFAULT CONSENT, "0.0.0.0/0", 0, false, {0}, AVS_REASON_ANNOUNCED},
		{CLOUD DEFAULT "avs advertise default vnet-only",
		 "0.0.0.0/0",
		 0,
		 false,
		 {0},
		 AVS_REASON_ANNOUNCED},
		{BOTH DEFAULT, "0.0.0.0/0", 0, false, {0}, AVS_REASON_LEAK_DEFAULT},
		{CLOUD SUPER INSIDE, "10.0.0.0/9", 0, false, {0}, AVS_REASON_ANNOUNCED},
		/* what is not known counts as reached */
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, UNTOLD, AVS_REASON_LEAK_UNTOLD},
		{CLOUD DEFAULT, "0.0.0.0/0", 0, false, UNTOLD, AVS_REASON_LEAK_UNTOLD},
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, HIDDEN, AVS_REASON_LEAK_FILTERED},
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, BEFORE, AVS_REASON_LEAK_REMEMBERED},
		{CLOUD DEFAULT "learned 10.1.0.0/16 unknown hub",
		 "0.0.0.0/0",
		 0,
		 true,
		 {0},
		 AVS_REASON_LEAK_UNCLASSIFIED},
		/* bgpd drops such a route: the table does not have it */
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, DROPPED, AVS_REASON_LEAK_UNCLASSIFIED},
		/* a map that rewrites paths makes routes unclassified: the cause, not its effect */
		{CLOUD DEFAULT "learned 10.1.0.0/16 unknown hub", "0.0.0.0/0", 0, true, HIDDEN,
		 AVS_REASON_LEAK_FILTERED},
		/* of somebody else: it says nothing of this route server */
		{CLOUD DEFAULT "learned 10.1.0.0/16 unknown none",
		 "0.0.0.0/0",
		 0,
		 true,
		 {0},
		 AVS_REASON_ANNOUNCED},
		{CLOUD "avs advertise companions toward private-cloud", "10.0.0.0/8", 0, true,
		 BEFORE, AVS_REASON_LEAK_REMEMBERED},
		{CLOUD "avs advertise supernet 10.0.0.0/8 unconditional", "10.0.0.0/8", 0, true,
		 HIDDEN, AVS_REASON_LEAK_FILTERED},
		{CLOUD "avs advertise supernet 128.0.0.0/1 unconditional", "128.0.0.0/1", 0, true,
		 UNTOLD, AVS_REASON_LEAK_UNTOLD},
		/* what is declared or seen is the better reason */
		{BOTH DEFAULT, "0.0.0.0/0", 0, true, BEFORE, AVS_REASON_LEAK_DEFAULT},
		{CLOUD DEFAULT "learned 10.1.0.0/16 on-premises hub", "0.0.0.0/0", 0, true, HIDDEN,
		 AVS_REASON_LEAK_OBSERVED},
		/* consent, and what is no default */
		{CLOUD DEFAULT CONSENT, "0.0.0.0/0", 0, true, HIDDEN, AVS_REASON_ANNOUNCED},
		{CLOUD DEFAULT CONSENT, "0.0.0.0/0", 0, true, UNTOLD, AVS_REASON_ANNOUNCED},
		{CLOUD SUPER INSIDE, "10.0.0.0/9", 0, true, BEFORE, AVS_REASON_ANNOUNCED},
		{CLOUD SUPER INSIDE "learned 10.1.0.0/16 unknown hub", "10.0.0.0/9", 0, true,
		 UNTOLD, AVS_REASON_ANNOUNCED},
		/* meant for the private cloud alone, and on-premises had routes there */
		{CLOUD "avs advertise supernet 10.0.0.0/9 unconditional toward private-cloud",
		 "10.0.0.0/9", 0, true, BEFORE, AVS_REASON_SHARED_REACH},
		/* closed: nothing, whatever else would be said */
		{CLOUD DEFAULT,
		 "0.0.0.0/0",
		 AVS_REASON_MAP_UNDEFINED,
		 true,
		 {0},
		 AVS_REASON_MAP_UNDEFINED},
		{CLOUD DEFAULT, "0.0.0.0/0", AVS_REASON_ANNOUNCED, true, {0}, AVS_REASON_INACTIVE},
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const struct avs_entry *e;
		struct avs_plan *plan = NULL;
		struct avs_input input;
		struct avs_prefix p;
		struct input in;

		print_note("%s%s", v[i].text, v[i].prefix);
		input_read(&in, v[i].text);
		input = (struct avs_input){.config = in.config,
					   .table = in.table,
					   .conditions = in.conditions,
					   .rs_closed = &v[i].closed,
					   .settled = &v[i].settled,
					   .unseen = &v[i].unseen};
		assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
		assert_true(avs_prefix_parse(v[i].prefix, &p));
		e = avs_plan_find(plan, 0, &p);
		assert_non_null(e);
		assert_string_equal(avs_reason_name(e->reason), avs_reason_name(v[i].reason));
		input_free(&in);
	}
	test_no_leak();
}

static enum avs_reason then(struct input *in, const char *text, const struct avs_plan **prev,
			    const char *prefix)
{
	struct avs_plan *plan;
	struct avs_prefix p;

	/* the last one is let go with the arena of its own input, after the next was computed */
	input_read(in, text);
	plan = input_plan(in, *prev);
	*prev = plan;
	assert_true(avs_prefix_parse(prefix, &p));
	return avs_plan_find(plan, 0, &p)->reason;
}

/* One of two comes back: what the other one has stays, nothing new comes, and it must wait. */
TEST(test_untold)
{
	const struct avs_plan *prev = NULL;
	struct input in[8];
	size_t i;

	assert_int_equal(then(&in[0], CLOUD DEFAULT "untold hub 10.1.0.4", &prev, "0.0.0.0/0"),
			 AVS_REASON_LEAK_UNTOLD);
	assert_false(prev->rs[0].relies);
	assert_int_equal(then(&in[1], CLOUD DEFAULT, &prev, "0.0.0.0/0"), AVS_REASON_ANNOUNCED);
	assert_true(prev->rs[0].relies);
	assert_int_equal(then(&in[2],
			      CLOUD DEFAULT "avs advertise companions toward private-cloud\n"
					    "untold hub 10.1.0.4",
			      &prev, "10.0.0.0/8"),
			 AVS_REASON_LEAK_UNTOLD);
	assert_int_equal(prev->entries[0].reason, AVS_REASON_ANNOUNCED);
	assert_true(prev->rs[0].relies);
	/* it has told them, and one is of on-premises */
	assert_int_equal(then(&in[3],
			      CLOUD DEFAULT "learned 10.1.0.0/16 on-premises hub\n"
					    "untold hub 10.1.0.4",
			      &prev, "0.0.0.0/0"),
			 AVS_REASON_LEAK_OBSERVED);
	assert_false(prev->rs[0].relies);
	/* in shadow nothing was announced that could stay */
	assert_int_equal(
		then(&in[4], CLOUD DEFAULT "avs route-server hub guard shadow", &prev, "0.0.0.0/0"),
		AVS_REASON_ANNOUNCED);
	assert_int_equal(then(&in[5], CLOUD DEFAULT "untold hub 10.1.0.4", &prev, "0.0.0.0/0"),
			 AVS_REASON_LEAK_UNTOLD);
	/* with consent there is nothing to wait for */
	assert_int_equal(
		then(&in[6], CLOUD DEFAULT CONSENT "untold hub 10.1.0.4", &prev, "0.0.0.0/0"),
		AVS_REASON_ANNOUNCED);
	assert_false(prev->rs[0].relies);
	assert_int_equal(then(&in[7], BOTH SUPER INSIDE "untold hub 10.1.0.4", &prev, "10.0.0.0/9"),
			 AVS_REASON_ANNOUNCED);
	assert_false(prev->rs[0].relies);
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		input_free(&in[i]);
	test_no_leak();
}

TEST(test_rule_3)
{
	static const struct vector v[] = {
		{BOTH SUPER, "10.0.0.0/9", AVS_REASON_COVERS_NOTHING, ""},
		{BOTH "avs advertise supernet 10.0.0.0/9 unconditional", "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED, ""},
		{BOTH SUPER INSIDE, "10.0.0.0/9", AVS_REASON_ANNOUNCED, ""},
		/* a virtual network does not contribute */
		{BOTH SUPER "learned 10.1.0.0/16 virtual-network hub", "10.0.0.0/9",
		 AVS_REASON_COVERS_NOTHING, ""},
		/* but counts for equality, and so does what is unknown or unusable */
		{BOTH SUPER INSIDE "learned 10.0.0.0/9 virtual-network hub", "10.0.0.0/9",
		 AVS_REASON_EQUALS_LEARNED, ""},
		{BOTH SUPER INSIDE "learned 10.0.0.0/9 unknown none unusable", "10.0.0.0/9",
		 AVS_REASON_EQUALS_LEARNED, ""},
		{BOTH "avs advertise supernet 10.0.0.0/9 unconditional\n"
		      "learned 10.0.0.0/9 on-premises hub",
		 "10.0.0.0/9", AVS_REASON_EQUALS_LEARNED, ""},
		/* our own network line is not learned */
		{BOTH SUPER INSIDE "local 10.0.0.0/9", "10.0.0.0/9", AVS_REASON_ANNOUNCED, ""},
		{BOTH "avs advertise supernet 10.1.1.0/24 unconditional\n" INSIDE, "10.1.1.0/24",
		 AVS_REASON_INSIDE_CONTRIBUTOR, "10.1.0.0/16"},
		{BOTH "avs advertise supernet 10.1.1.0/24 unconditional\n" INSIDE
		      "learned 10.1.0.0/20 on-premises hub",
		 "10.1.1.0/24", AVS_REASON_INSIDE_CONTRIBUTOR, "10.1.0.0/20"},
		/* finding 1: 0/0 and 10/8 from on-premises kill nothing */
		{BOTH SUPER INSIDE "learned 0.0.0.0/0 on-premises hub", "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED_INSIDE_COVER, "0.0.0.0/0"},
		{BOTH SUPER INSIDE "learned 0.0.0.0/0 on-premises hub\n"
				   "learned 10.0.0.0/8 on-premises hub",
		 "10.0.0.0/9", AVS_REASON_ANNOUNCED_INSIDE_COVER, "10.0.0.0/8"},
		/* AVS was carved out of an aggregate of on-premises */
		{BOTH "avs advertise supernet 10.1.0.0/16\n"
		      "learned 10.0.0.0/9 on-premises hub\n"
		      "learned 10.1.0.0/22 private-cloud hub",
		 "10.1.0.0/16", AVS_REASON_ANNOUNCED_INSIDE_COVER, "10.0.0.0/9"},
		/* covers are no contributors: nothing is left to cover */
		{BOTH "avs advertise supernet 8.0.0.0/5\n" CONSENT
		      "learned 10.0.0.0/8 on-premises hub",
		 "8.0.0.0/5", AVS_REASON_COVERS_NOTHING, ""},
		{BOTH SUPER INSIDE "avs protect 10.5.0.0/16", "10.0.0.0/9", AVS_REASON_PROTECTED,
		 "10.5.0.0/16"},
		{BOTH SUPER INSIDE "avs protect 10.0.0.0/8\navs protect 10.5.0.0/16", "10.0.0.0/9",
		 AVS_REASON_PROTECTED, "10.0.0.0/8"},
		{BOTH SUPER INSIDE "avs protect 10.0.0.0/9", "10.0.0.0/9", AVS_REASON_PROTECTED,
		 "10.0.0.0/9"},
		{BOTH SUPER INSIDE "avs protect 10.128.0.0/9\navs protect 9.0.0.0/8", "10.0.0.0/9",
		 AVS_REASON_ANNOUNCED, ""},
		/* unconditional lifts COVERS_NOTHING and nothing else */
		{BOTH "avs advertise supernet 10.0.0.0/9 unconditional\n"
		      "avs protect 10.5.0.0/16",
		 "10.0.0.0/9", AVS_REASON_PROTECTED, "10.5.0.0/16"},
		{BOTH "avs advertise supernet 10.0.0.0/9 toward private-cloud\n" INSIDE,
		 "10.0.0.0/9", AVS_REASON_SHARED_REACH, ""},
		{CLOUD "avs advertise supernet 10.0.0.0/9 toward private-cloud\n" INSIDE,
		 "10.0.0.0/9", AVS_REASON_ANNOUNCED, ""},
		{CLOUD "avs advertise supernet 10.0.0.0/9 toward private-cloud\n"
		       "learned 10.1.0.0/16 on-premises hub",
		 "10.0.0.0/9", AVS_REASON_SHARED_REACH, ""},
		{BOTH "avs advertise supernet 2001:db8::/32\n"
		      "learned 2001:db8:1::/48 on-premises hub",
		 "2001:db8::/32", AVS_REASON_ANNOUNCED, ""},
	};

	check_vectors(v);
}

TEST(test_rule_4)
{
	static const struct vector v[] = {
		{BOTH CONSENT DEFAULT "learned 0.0.0.0/0 on-premises hub", "0.0.0.0/0",
		 AVS_REASON_SAME_ROUTE_SERVER, ""},
		{CLOUD DEFAULT "learned 0.0.0.0/0 virtual-network hub unusable", "0.0.0.0/0",
		 AVS_REASON_SAME_ROUTE_SERVER, ""},
		/* from the other NVA: on-premises' default for the private cloud */
		{CLOUD DEFAULT "learned 0.0.0.0/0 on-premises none", "0.0.0.0/0",
		 AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "learned 0.0.0.0/0 private-cloud none", "0.0.0.0/0",
		 AVS_REASON_SAME_SEGMENT, ""},
		{CLOUD DEFAULT "learned 0.0.0.0/0 private-cloud none unusable", "0.0.0.0/0",
		 AVS_REASON_ANNOUNCED, ""},
		{BOTH CONSENT DEFAULT "learned 0.0.0.0/0 on-premises none", "0.0.0.0/0",
		 AVS_REASON_SAME_SEGMENT, ""},
		{CLOUD DEFAULT "learned 0.0.0.0/0 unknown none", "0.0.0.0/0", AVS_REASON_ANNOUNCED,
		 ""},
		{CLOUD "avs advertise companions toward private-cloud\n"
		       "learned 10.0.0.0/8 private-cloud hub",
		 "10.0.0.0/8", AVS_REASON_SAME_ROUTE_SERVER, ""},
		/* rule 2 is told before rule 4 */
		{BOTH DEFAULT "learned 0.0.0.0/0 on-premises hub", "0.0.0.0/0",
		 AVS_REASON_LEAK_DEFAULT, ""},
	};

	check_vectors(v);
}

TEST(test_rule_6)
{
	static const struct vector v[] = {
		/* 3 of 6: default, two companions */
		{CLOUD DEFAULT "avs advertise companions toward private-cloud\n"
			       "avs route-server hub route-limit 6",
		 "172.16.0.0/12", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs advertise companions toward private-cloud\n"
			       "avs route-server hub route-limit 6",
		 "192.168.0.0/16", AVS_REASON_BUDGET, ""},
		{CLOUD DEFAULT "avs advertise companions toward private-cloud\n"
			       "avs route-server hub route-limit 4\n"
			       "avs route-server hub usable 100",
		 "192.168.0.0/16", AVS_REASON_ANNOUNCED, ""},
		{CLOUD DEFAULT "avs route-server hub route-limit 1", "0.0.0.0/0", AVS_REASON_BUDGET,
		 ""},
		/* the class counts, not the prefix */
		{CLOUD "avs advertise companions toward private-cloud\n"
		       "avs advertise supernet 9.0.0.0/8 unconditional\n"
		       "avs route-server hub route-limit 6",
		 "9.0.0.0/8", AVS_REASON_BUDGET, ""},
		/* 95 percent of 3 are 2 */
		{CLOUD DEFAULT "avs route-server hub gateway-limit 3\n"
			       "learned 10.1.0.0/16 virtual-network hub",
		 "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		{CLOUD CONSENT DEFAULT "avs route-server hub gateway-limit 3\n"
				       "learned 10.1.0.0/16 virtual-network hub\n"
				       "learned 10.2.0.0/16 unknown hub",
		 "0.0.0.0/0", AVS_REASON_GATEWAY_BUDGET, ""},
		/* what the circuit brought does not go back to it */
		{CLOUD DEFAULT "avs route-server hub gateway-limit 3\n"
			       "learned 10.1.0.0/16 private-cloud hub\n"
			       "learned 10.2.0.0/16 private-cloud hub",
		 "0.0.0.0/0", AVS_REASON_ANNOUNCED, ""},
		/* refused inside a cover: it is not about the cover any more */
		{BOTH SUPER INSIDE "avs route-server hub route-limit 1\n"
				   "learned 0.0.0.0/0 on-premises hub",
		 "10.0.0.0/9", AVS_REASON_BUDGET, ""},
	};

	check_vectors(v);
}

TEST(test_attributes)
{
	const struct avs_entry *e;
	struct avs_prefix any = avs_prefix_v4(0, 0), block = avs_prefix_v4(10U << 24, 8);
	struct avs_plan *plan;
	struct input in;

	input_read(&in, CLOUD DEFAULT
		   "avs advertise companions toward private-cloud\n"
		   "avs route-server hub next-hop 10.9.9.9\n"
		   "avs advertise default next-hop 10.8.8.8\n"
		   "avs route-server hub prepend 3\n");
	plan = input_plan(&in, NULL);
	e = avs_plan_find(plan, 0, &any);
	assert_int_equal(avs_prefix_v4_addr(&e->next_hop), 0x0a080808);
	assert_int_equal(e->prepend, 3);
	assert_false(e->no_advertise);
	e = avs_plan_find(plan, 0, &block);
	assert_int_equal(avs_prefix_v4_addr(&e->next_hop), 0x0a090909);
	assert_null(avs_plan_find(plan, 1, &any));
	assert_null(avs_plan_find(plan, AVS_RS_NONE, &any));
	assert_int_equal(plan->originate_count, 4);
	input_free(&in);

	input_read(&in, CLOUD "avs advertise default vnet-only\nlocal 0.0.0.0/0");
	plan = input_plan(&in, NULL);
	e = avs_plan_find(plan, 0, &any);
	assert_true(e->no_advertise);
	assert_int_equal(e->next_hop.family, 0);
	/* announced from what is there; ours waits beside it, for the line to go */
	assert_int_equal(plan->originate_count, 1);
	input_free(&in);
	test_no_leak();
}

/* Within a class what is announced stays; a higher class displaces. */
TEST(test_sticky)
{
	static const char first[] = CLOUD
		"avs route-server hub route-limit 4\n"
		"avs advertise supernet 11.0.0.0/8 unconditional\n"
		"avs advertise supernet 12.0.0.0/8 unconditional\n";
	static const char second[] = CLOUD
		"avs route-server hub route-limit 4\n"
		"avs advertise supernet 9.0.0.0/8 unconditional\n"
		"avs advertise supernet 11.0.0.0/8 unconditional\n"
		"avs advertise supernet 12.0.0.0/8 unconditional\n"
		"avs route-server alpha neighbor 10.1.0.9\n";
	struct avs_plan *a, *b, *c;
	struct input one, two, three;

	input_read(&one, first);
	input_read(&two, second);
	input_read(&three, CLOUD DEFAULT
		   "avs route-server hub route-limit 4\n"
		   "avs advertise supernet 11.0.0.0/8 unconditional\n"
		   "avs advertise supernet 12.0.0.0/8 unconditional\n");
	a = input_plan(&one, NULL);
	assert_int_equal(a->rs[0].announced, 2);
	/* a newcomer that sorts first; the route server has another index now */
	b = input_plan(&two, a);
	assert_int_equal(b->rs[1].announced, 2);
	assert_int_equal(b->entries[b->rs[1].first].reason, AVS_REASON_BUDGET);
	assert_int_equal(b->rs[1].unserved, 1);
	assert_true(avs_prefix_equal(&b->rs[1].first_unserved, &b->entries[b->rs[1].first].prefix));
	/* without memory it would be the other way round */
	c = input_plan(&two, NULL);
	assert_int_equal(c->entries[c->rs[1].first].reason, AVS_REASON_ANNOUNCED);
	assert_int_equal(c->entries[c->rs[1].first + 2].reason, AVS_REASON_BUDGET);
	/* the default is of a higher class */
	c = input_plan(&three, a);
	assert_int_equal(c->entries[0].reason, AVS_REASON_ANNOUNCED);
	assert_int_equal(c->entries[1].reason, AVS_REASON_ANNOUNCED);
	assert_int_equal(c->entries[2].reason, AVS_REASON_BUDGET);
	input_free(&one);
	input_free(&two);
	input_free(&three);
	test_no_leak();
}

/* What an overlay neighbour gets is no list. */
TEST(test_overlay_verdict)
{
	static const struct {
		const char *lines, *prefix;
		enum avs_segment segment;
		bool other_side;
		enum avs_reason reason;
	} v[] = {
		{"", "10.1.0.0/16", AVS_SEGMENT_PRIVATE_CLOUD, false, AVS_REASON_ANNOUNCED},
		{"", "10.1.0.0/16", AVS_SEGMENT_VIRTUAL_NETWORK, false, AVS_REASON_ANNOUNCED},
		{"", "10.0.0.0/8", AVS_SEGMENT_ON_PREMISES, false, AVS_REASON_ANNOUNCED},
		{"", "10.1.0.0/16", AVS_SEGMENT_UNKNOWN, false, AVS_REASON_UNCLASSIFIED},
		{"", "10.1.0.0/16", AVS_SEGMENT_PRIVATE_CLOUD, true, AVS_REASON_OTHER_SIDE},
		{"", "0.0.0.0/0", AVS_SEGMENT_ON_PREMISES, false, AVS_REASON_NOT_TARGETED},
		{"", "128.0.0.0/1", AVS_SEGMENT_ON_PREMISES, false, AVS_REASON_NOT_TARGETED},
		{"avs overlay default 192.0.2.2", "128.0.0.0/1", AVS_SEGMENT_ON_PREMISES, false,
		 AVS_REASON_ANNOUNCED},
		{"avs overlay default 192.0.2.2", "128.0.0.0/1", AVS_SEGMENT_ON_PREMISES, true,
		 AVS_REASON_OTHER_SIDE},
		{"", "2001:db8::/32", AVS_SEGMENT_ON_PREMISES, false, AVS_REASON_NOT_PLANNED},
		{"avs shutdown", "10.1.0.0/16", AVS_SEGMENT_PRIVATE_CLOUD, false,
		 AVS_REASON_SHUTDOWN},
		{"closed inactive", "10.1.0.0/16", AVS_SEGMENT_PRIVATE_CLOUD, false,
		 AVS_REASON_INACTIVE},
	};
	char lines[512];
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct avs_plan *plan;
		struct avs_prefix p;
		struct input in;
		unsigned int rs;

		print_note("%zu", i);
		snprintf(lines, sizeof(lines), "%savs overlay neighbor 192.0.2.2\n%s", CLOUD,
			 v[i].lines);
		input_read(&in, lines);
		plan = input_plan(&in, NULL);
		rs = avs_config_find_rs(in.config, AVS_OVERLAY_NAME "192.0.2.2");
		assert_true(avs_prefix_parse(v[i].prefix, &p));
		assert_int_equal(avs_plan_overlay(plan, rs, &p, v[i].segment, v[i].other_side),
				 v[i].reason);
		/* and nobody else gets anything this way */
		assert_int_equal(avs_plan_overlay(plan, avs_config_find_rs(in.config, "hub"), &p,
						  v[i].segment, false),
				 AVS_REASON_NO_ROLE);
		assert_int_equal(avs_plan_overlay(plan, AVS_RS_NONE, &p, v[i].segment, false),
				 AVS_REASON_NO_ROLE);
		input_free(&in);
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_overlay_verdict),
		test_case(test_gates),
		test_case(test_default_needs_source),
		test_case(test_conditions),
		test_case(test_rule_2),
		test_case(test_forms),
		test_case(test_discards),
		test_case(test_settling),
		test_case(test_untold),
		test_case(test_rule_3),
		test_case(test_rule_4),
		test_case(test_rule_6),
		test_case(test_attributes),
		test_case(test_sticky),
	};

	return test_group("avs_plan", tests);
}
