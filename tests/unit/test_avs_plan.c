// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: vectors per rule, and an oracle that was written from the rules. */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_input.h"
#include "avs_oracle.h"

#define BOTH                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"                                              \
	"avs route-server hub toward on-premises\n"
#define CLOUD                                                                                      \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"
#define PREM                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward on-premises\n"
#define DEFAULT "avs advertise default toward private-cloud\n"
#define CONSENT "avs route-server hub accept-leak on-premises\n"
#define SUPER "avs advertise supernet 10.0.0.0/9\n"
#define INSIDE "learned 10.1.0.0/16 on-premises none\n"

struct vector {
	const char *text;
	const char *prefix; /* at route server hub */
	enum avs_reason reason;
	const char *about; /* NULL: not looked at, "": none */
};

static void check_vector(const struct vector *v)
{
	const struct avs_entry *e;
	struct avs_prefix p, about;
	struct avs_plan *plan;
	struct input in;

	print_note("%s%s", v->text, v->prefix);
	input_read(&in, v->text);
	plan = input_plan(&in, NULL);
	assert_true(avs_prefix_parse(v->prefix, &p));
	e = avs_plan_find(plan, avs_config_find_rs(in.config, "hub"), &p);
	if (!v->reason) {
		assert_null(e);
	} else {
		assert_non_null(e);
		assert_string_equal(avs_reason_name(e->reason), avs_reason_name(v->reason));
		if (v->about && *v->about) {
			assert_true(avs_prefix_parse(v->about, &about));
			assert_true(avs_prefix_equal(&e->about, &about));
		} else if (v->about) {
			assert_int_equal(e->about.family, 0);
		}
	}
	input_free(&in);
}

#define check_vectors(vectors)                                                                     \
	do {                                                                                       \
		size_t n_;                                                                         \
		for (n_ = 0; n_ < sizeof(vectors) / sizeof(vectors[0]); n_++)                      \
			check_vector(&vectors[n_]);                                                \
		test_no_leak();                                                                    \
	} while (0)

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

/* text's plan, made after before's; NULL: nothing was announced */
static enum avs_reason after(const char *before, const char *text, const char *prefix,
			     uint64_t msec, uint32_t *prepend)
{
	struct avs_plan *old = NULL, *plan = NULL;
	struct avs_input input = {0};
	const struct avs_entry *e;
	struct input was, in;
	struct avs_prefix p;
	enum avs_reason reason;

	print_note("%s%s%s", before, text, prefix);
	input_read(&was, before);
	input_read(&in, text);
	input = (struct avs_input){.config = was.config, .table = was.table, .now = 1000};
	assert_int_equal(avs_plan_compute(&input, was.arena, &old), AVS_OK);
	input = (struct avs_input){.config = in.config,
				   .table = in.table,
				   .prev = old,
				   .frozen = in.config->freeze,
				   .now = 2000};
	assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	if (msec) {
		input.prev = plan;
		input.now += msec;
		assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	}
	assert_true(avs_prefix_parse(prefix, &p));
	e = avs_plan_find(plan, 0, &p);
	reason = e ? e->reason : AVS_REASON_UNSPEC;
	if (prepend)
		*prepend = e ? e->prepend : 0;
	input_free(&was);
	input_free(&in);
	return reason;
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

/* what is known of a route server beyond the table: closed, settled, remembered */
TEST(test_settling)
{
	static const struct {
		const char *text;
		const char *prefix;
		enum avs_reason closed;
		bool settled;
		avs_segset remembered;
		enum avs_reason reason;
	} v[] = {
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, 0, AVS_REASON_ANNOUNCED},
		/* its routes, which may show on-premises, are still to come */
		{CLOUD DEFAULT, "0.0.0.0/0", 0, false, 0, AVS_REASON_STARTUP},
		{CLOUD DEFAULT CONSENT, "0.0.0.0/0", 0, false, 0, AVS_REASON_ANNOUNCED},
		{CLOUD DEFAULT "avs advertise default vnet-only", "0.0.0.0/0", 0, false, 0,
		 AVS_REASON_ANNOUNCED},
		{BOTH DEFAULT, "0.0.0.0/0", 0, false, 0, AVS_REASON_LEAK_DEFAULT},
		{CLOUD SUPER INSIDE, "10.0.0.0/9", 0, false, 0, AVS_REASON_ANNOUNCED},
		/* a session that just came up is not a side that is gone */
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES),
		 AVS_REASON_LEAK_OBSERVED},
		{CLOUD DEFAULT, "0.0.0.0/0", 0, true, AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD),
		 AVS_REASON_ANNOUNCED},
		/* closed: nothing, whatever else would be said */
		{CLOUD DEFAULT, "0.0.0.0/0", AVS_REASON_MAP_UNDEFINED, true, 0,
		 AVS_REASON_MAP_UNDEFINED},
		{CLOUD DEFAULT, "0.0.0.0/0", AVS_REASON_ANNOUNCED, true, 0, AVS_REASON_INACTIVE},
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
					   .remembered = &v[i].remembered};
		assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
		assert_true(avs_prefix_parse(v[i].prefix, &p));
		e = avs_plan_find(plan, 0, &p);
		assert_non_null(e);
		assert_string_equal(avs_reason_name(e->reason), avs_reason_name(v[i].reason));
		input_free(&in);
	}
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
		{CLOUD DEFAULT "avs route-server hub gateway-limit 3\n"
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
	/* announced from what is there: an originated path would win over it */
	assert_int_equal(plan->originate_count, 0);
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
		{AVS_WARN_UNCLASSIFIED, CLOUD "learned 10.1.0.0/16 unknown none",
		 CLOUD "learned 10.1.0.0/16 unknown hub"},
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
		input_read(&in, CLOUD DEFAULT "avs route-server hub gateway-limit 100");
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

/* a random situation, in the core's form and in that of the oracle */
struct scene {
	struct avs_arena *arena;
	struct avs_config *config;
	struct avs_table *table;
	struct naive_table naive;
	bool conditions[4];
	enum avs_reason closed;
};

static void scene_draw(struct scene *s, struct gen *g)
{
	unsigned int i, n;
	struct avs_prefix p;
	struct avs_fact fact;

	memset(s, 0, sizeof(*s));
	s->arena = avs_arena_new();
	s->table = avs_table_new();
	s->config = gen_config(g, s->arena);
	assert_int_equal(avs_config_seal(s->config), AVS_OK);
	n = gen_below(g, 24);
	for (i = 0; i < n; i++) {
		/* near what the plan will ask about */
		p = gen_prefix(g);
		if (s->config->supernet_count && gen_once_in(g, 3))
			p = gen_related(g, s->config
						   ->supernets[gen_below(
							   g, (uint32_t)s->config->supernet_count)]
						   .prefix);
		fact = gen_fact(g, (unsigned int)s->config->rs_count);
		assert_int_equal(avs_table_set(s->table, &p, &fact), AVS_OK);
		naive_set(&s->naive, &p, &fact);
	}
	for (i = 0; i < 4; i++)
		s->conditions[i] = !gen_once_in(g, 4);
	if (gen_once_in(g, 30))
		s->closed = AVS_REASON_INACTIVE;
}

static void scene_free(struct scene *s)
{
	naive_table_free(&s->naive);
	avs_table_free(s->table);
	avs_arena_free(s->arena);
}

static struct avs_plan *scene_plan(struct scene *s, const struct avs_plan *prev)
{
	struct avs_input input = {.config = s->config,
				  .table = s->table,
				  .conditions = s->conditions,
				  .closed = s->closed,
				  .prev = prev,
				  .permits = gen_permits,
				  .default_needs_source = s->config->policy != NULL,
				  .frozen = s->config->freeze};
	struct avs_plan *plan = NULL;

	assert_int_equal(avs_plan_compute(&input, s->arena, &plan), AVS_OK);
	return plan;
}

static void check_oracle(struct scene *s, const struct avs_plan *prev, const struct avs_plan *plan)
{
	static struct naive_plan naive;
	struct naive_in in = {.config = s->config,
			      .table = &s->naive,
			      .conditions = s->conditions,
			      .closed = s->closed,
			      .prev = prev,
			      .permits = gen_permits,
			      .default_needs_source = s->config->policy != NULL,
			      .frozen = s->config->freeze};
	const char *difference;

	naive_plan_compute(&in, &naive);
	difference = naive_plan_compare(&naive, plan);
	if (difference)
		fail_msg("differs from the oracle: %s", difference);
}

/* summaries say what the entries say */
static void check_summary(const struct avs_plan *plan)
{
	size_t i, j, next = 0;

	for (i = 0; i < plan->config->rs_count; i++) {
		const struct avs_rs_plan *rs = &plan->rs[i];
		uint32_t announced = 0;

		assert_int_equal(rs->first, next);
		for (j = rs->first; j < rs->first + rs->count; j++) {
			assert_int_equal(plan->entries[j].rs, i);
			assert_true(plan->entries[j].reason != AVS_REASON_UNSPEC);
			announced += avs_reason_permits(plan->entries[j].reason);
		}
		assert_int_equal(rs->announced, announced);
		assert_int_equal(rs->refused, rs->count - announced);
		assert_true(rs->announced <= rs->usable || plan->config->freeze);
		assert_int_equal(!rs->unserved, !rs->first_unserved.family);
		next += rs->count;
	}
	assert_int_equal(next, plan->count);
}

static bool same_plan(const struct avs_plan *a, const struct avs_plan *b)
{
	size_t i;

	if (a->count != b->count || a->originate_count != b->originate_count ||
	    a->warning_count != b->warning_count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->entries[i].rs != b->entries[i].rs ||
		    !avs_prefix_equal(&a->entries[i].prefix, &b->entries[i].prefix) ||
		    a->entries[i].reason != b->entries[i].reason)
			return false;
	for (i = 0; i < a->warning_count; i++)
		if (a->warnings[i].code != b->warnings[i].code)
			return false;
	return true;
}

TEST(test_random)
{
	uint64_t seed = test_seed();
	const struct avs_plan *prev;
	struct avs_plan *plan, *again;
	struct scene a, b;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 6000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		g.v4_only = i % 3;
		scene_draw(&a, &g);
		scene_draw(&b, &g);
		plan = scene_plan(&a, NULL);
		check_oracle(&a, NULL, plan);
		check_summary(plan);
		prev = plan;
		plan = scene_plan(&b, prev);
		check_oracle(&b, prev, plan);
		check_summary(plan);
		/* idempotent: its own result in force changes nothing */
		again = scene_plan(&b, plan);
		assert_true(same_plan(plan, again));
		scene_free(&a);
		scene_free(&b);
	}
	test_no_leak();
}

/* The same configuration and table in any order give the same plan. */
TEST(test_order)
{
	uint64_t seed = test_seed();
	struct avs_config *c;
	struct avs_plan *a, *b;
	struct scene s;
	unsigned int i, j;
	struct gen g;

	for (i = 0; i < 500; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		scene_draw(&s, &g);
		a = scene_plan(&s, NULL);
		c = s.config;
		gen_shuffle(&g, c->supernets, c->supernet_count, sizeof(*c->supernets));
		gen_shuffle(&g, c->protect, c->protect_count, sizeof(*c->protect));
		for (j = 0; j < c->rs_count; j++) {
			gen_shuffle(&g, c->rs[j].neighbors, c->rs[j].neighbor_count,
				    sizeof(*c->rs[j].neighbors));
			gen_shuffle(&g, c->rs[j].toward, c->rs[j].toward_count,
				    sizeof(*c->rs[j].toward));
		}
		gen_shuffle(&g, c->rs, c->rs_count, sizeof(*c->rs));
		assert_int_equal(avs_config_seal(c), AVS_OK);
		avs_table_free(s.table);
		s.table = avs_table_new();
		gen_shuffle(&g, s.naive.route, s.naive.count, sizeof(*s.naive.route));
		for (j = 0; j < s.naive.count; j++)
			assert_int_equal(avs_table_set(s.table, &s.naive.route[j].prefix,
						       &s.naive.route[j].fact),
					 AVS_OK);
		b = scene_plan(&s, NULL);
		assert_true(same_plan(a, b));
		scene_free(&s);
	}
	test_no_leak();
}

/* what a neighbour has got: (route server name, prefix) with attributes */
struct state {
	struct avs_entry entry[NAIVE_MAX];
	const char *rs[NAIVE_MAX];
	size_t count;
	struct avs_prefix originate[NAIVE_MAX];
	size_t originate_count;
};

static size_t state_find(const struct state *s, const char *rs, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!strcmp(s->rs[i], rs) && naive_same(&s->entry[i].prefix, p))
			break;
	return i;
}

static size_t state_originates(const struct state *s, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < s->originate_count; i++)
		if (naive_same(&s->originate[i], p))
			break;
	return i;
}

static void state_load(struct state *s, const struct avs_plan *plan)
{
	size_t i;

	s->count = s->originate_count = 0;
	for (i = 0; plan && i < plan->count; i++) {
		if (!avs_reason_permits(plan->entries[i].reason) ||
		    plan->config->rs[plan->entries[i].rs].guard == AVS_GUARD_SHADOW)
			continue;
		s->rs[s->count] = plan->config->rs[plan->entries[i].rs].name;
		s->entry[s->count++] = plan->entries[i];
	}
	for (i = 0; plan && i < plan->originate_count; i++)
		s->originate[s->originate_count++] = plan->originate[i];
}

static void state_step(struct state *s, const struct avs_step *step, const struct avs_plan *next)
{
	const struct avs_entry *e;
	size_t i;

	switch (step->type) {
	case AVS_STEP_ORIGINATE:
		assert_null(step->rs);
		assert_int_equal(state_originates(s, &step->prefix), s->originate_count);
		s->originate[s->originate_count++] = step->prefix;
		break;
	case AVS_STEP_ANNOUNCE:
		e = avs_plan_find(next, avs_config_find_rs(next->config, step->rs), &step->prefix);
		assert_non_null(e);
		i = state_find(s, step->rs, &step->prefix);
		s->rs[i] = step->rs;
		s->entry[i] = *e;
		if (i == s->count)
			s->count++;
		break;
	case AVS_STEP_WITHDRAW:
		i = state_find(s, step->rs, &step->prefix);
		assert_true(i < s->count);
		s->count--;
		s->rs[i] = s->rs[s->count];
		s->entry[i] = s->entry[s->count];
		break;
	case AVS_STEP_RETIRE:
		assert_null(step->rs);
		i = state_originates(s, &step->prefix);
		assert_true(i < s->originate_count);
		s->originate[i] = s->originate[--s->originate_count];
		break;
	}
}

static void check_state(const struct state *have, const struct avs_plan *plan)
{
	static struct state want;
	size_t i, j;

	state_load(&want, plan);
	assert_int_equal(have->count, want.count);
	assert_int_equal(have->originate_count, want.originate_count);
	for (i = 0; i < want.count; i++) {
		j = state_find(have, want.rs[i], &want.entry[i].prefix);
		assert_true(j < have->count);
		assert_int_equal(have->entry[j].prepend, want.entry[i].prepend);
		assert_int_equal(have->entry[j].no_advertise, want.entry[i].no_advertise);
		assert_int_equal(have->entry[j].next_hop.family, want.entry[i].next_hop.family);
		assert_memory_equal(have->entry[j].next_hop.addr, want.entry[i].next_hop.addr, 16);
	}
	for (i = 0; i < want.originate_count; i++)
		assert_true(state_originates(have, &want.originate[i]) < have->originate_count);
}

static void check_diff(struct avs_arena *arena, const struct avs_plan *prev,
		       const struct avs_plan *next)
{
	static struct state state;
	struct avs_step *steps = NULL;
	size_t count = 0, i;

	assert_int_equal(avs_plan_diff(prev, next, arena, &steps, &count), AVS_OK);
	state_load(&state, prev);
	for (i = 0; i < count; i++) {
		if (i) {
			int c = avs_prefix_cmp(&steps[i - 1].prefix, &steps[i].prefix);

			/* additions before withdrawals, and sorted within */
			assert_true(steps[i - 1].type <= steps[i].type);
			if (steps[i - 1].type == steps[i].type)
				assert_true(c < 0 || (!c && steps[i].rs &&
						      strcmp(steps[i - 1].rs, steps[i].rs) < 0));
		}
		state_step(&state, &steps[i], next);
	}
	check_state(&state, next);
	if (prev == next)
		assert_int_equal(count, 0);
}

TEST(test_diff)
{
	uint64_t seed = test_seed();
	struct avs_plan *plan_a, *plan_b;
	struct scene a, b;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 3000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		scene_draw(&a, &g);
		scene_draw(&b, &g);
		plan_a = scene_plan(&a, NULL);
		plan_b = scene_plan(&b, plan_a);
		check_diff(a.arena, plan_a, plan_b);
		check_diff(a.arena, plan_b, plan_a);
		check_diff(a.arena, NULL, plan_a);
		check_diff(a.arena, plan_a, NULL);
		check_diff(a.arena, plan_a, plan_a);
		check_diff(a.arena, NULL, NULL);
		scene_free(&a);
		scene_free(&b);
	}
	test_no_leak();
}

/* A pure function: its input is the same afterwards, whatever failed inside. */
TEST(test_nomem)
{
	struct avs_input input = {0};
	struct avs_step *steps, *const no_steps = (void *)&input;
	struct avs_plan *plan, *const no_plan = (void *)&input;
	struct avs_arena *arena;
	unsigned int i, n;
	struct scene s;
	enum avs_err err;
	size_t count;
	struct gen g;
	long live;

	for (i = 0; i < 200; i++) {
		gen_seed(&g, test_seed() + i);
		scene_draw(&s, &g);
		input.config = s.config;
		input.table = s.table;
		input.conditions = s.conditions;
		for (n = 0;; n++) {
			arena = avs_arena_new();
			live = avs_test_live();
			plan = no_plan;
			avs_test_fail_at(n);
			err = avs_plan_compute(&input, arena, &plan);
			if (!avs_test_failed())
				break;
			assert_int_equal(err, AVS_ERR_NOMEM);
			assert_ptr_equal(plan, no_plan);
			assert_true(avs_test_live() >= live);
			avs_arena_free(arena);
		}
		avs_test_fail_at(-1);
		assert_int_equal(err, AVS_OK);
		for (n = 0;; n++) {
			struct avs_arena *other = avs_arena_new();
			bool done;

			steps = no_steps;
			count = 77;
			avs_test_fail_at(n);
			err = avs_plan_diff(NULL, plan, other, &steps, &count);
			done = !avs_test_failed();
			avs_test_fail_at(-1);
			assert_int_equal(err, done ? AVS_OK : AVS_ERR_NOMEM);
			if (!done) {
				assert_ptr_equal(steps, no_steps);
				assert_int_equal(count, 77);
			}
			avs_arena_free(other);
			if (done)
				break;
		}
		avs_arena_free(arena);
		scene_free(&s);
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_permitted),   test_case(test_permitted_many),
		test_case(test_represented), test_case(test_default_needs_source),
		test_case(test_freeze),	     test_case(test_maintenance),
		test_case(test_gates),	     test_case(test_conditions),
		test_case(test_rule_2),	     test_case(test_settling),
		test_case(test_rule_3),	     test_case(test_rule_4),
		test_case(test_rule_6),	     test_case(test_attributes),
		test_case(test_sticky),	     test_case(test_warnings),
		test_case(test_gateway),     test_case(test_warning_values),
		test_case(test_random),	     test_case(test_order),
		test_case(test_diff),	     test_case(test_nomem),
	};

	return test_group("avs_plan", tests);
}
