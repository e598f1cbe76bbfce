// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets in the plan: what grows, moves, shrinks, comes back and
 * stays down, and when, by a clock that the test sets.
 */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_input.h"

#define HUB                                                                                        \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"                                              \
	"avs route-server hub toward on-premises\n"
#define AUTO HUB "avs advertise supernet auto\n"
#define A26 "learned 10.120.0.0/26 private-cloud hub\n"
#define B26 "learned 10.120.0.128/26 private-cloud hub\n"
#define ONPREM "learned 10.200.0.0/24 on-premises hub\n"

#define STEPS_MAX 64

/* plans that follow each other; a plan points into the one before */
struct story {
	struct input in[STEPS_MAX];
	unsigned int count;
	struct avs_plan *plan;
};

static struct story story;

static void story_begin(void)
{
	memset(&story, 0, sizeof(story));
}

static void story_end(void)
{
	while (story.count)
		input_free(&story.in[--story.count]);
	test_no_leak();
}

static void say(const struct avs_plan *plan, const char *rs, char *buf, size_t size)
{
	char text[AVS_PREFIX_STRLEN];
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < plan->count; i++) {
		const struct avs_entry *e = &plan->entries[i];
		bool plain = e->reason == AVS_REASON_ANNOUNCED;

		if (strcmp(plan->config->rs[e->rs].name, rs))
			continue;
		assert_int_equal(e->cls, AVS_CLASS_SUPERNET);
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%s%s%s%s", buf[0] ? " " : "",
			 avs_prefix_str(&e->prefix, text, sizeof(text)), plain ? "" : "(",
			 plain ? "" : avs_reason_name(e->reason), plain ? "" : ")");
	}
}

/* the next plan, at this second */
static void at(unsigned int second, const char *text, const char *expected)
{
	struct input *in = &story.in[story.count++];
	static char have[4096];

	assert_true(story.count < STEPS_MAX);
	print_note("at %u: %s", second, text);
	input_read(in, text);
	in->now = second * 1000ULL;
	story.plan = input_plan(in, story.plan);
	say(story.plan, "hub", have, sizeof(have));
	assert_string_equal(have, expected);
}

static void wakes_at(unsigned int second)
{
	assert_int_equal(story.plan->wakeup, second * 1000ULL);
}

static const struct avs_warning *warned(enum avs_warning_code code)
{
	size_t i;

	for (i = 0; i < story.plan->warning_count; i++)
		if (story.plan->warnings[i].code == code)
			return &story.plan->warnings[i];
	return NULL;
}

static void warns_of(enum avs_warning_code code, const char *prefix, const char *part)
{
	const struct avs_warning *w = warned(code);
	char text[AVS_PREFIX_STRLEN], sentence[512];

	assert_non_null(w);
	assert_string_equal(avs_prefix_str(&w->prefix, text, sizeof(text)), prefix);
	assert_non_null(strstr(avs_warning_text(w, sentence, sizeof(sentence)), part));
}

TEST(grows_at_once)
{
	story_begin();
	at(1, AUTO, "");
	wakes_at(0);
	at(2, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	assert_true(story.plan->entries[0].automatic);
	assert_int_equal(story.plan->automatic.attracted, 64 + 256);
	at(3, AUTO A26 "learned 10.120.0.64/26 private-cloud hub\n" ONPREM,
	   "10.120.0.0/25 10.200.0.0/23");
	at(4, AUTO A26 B26 ONPREM, "10.120.0.0/24 10.200.0.0/23");
	wakes_at(0);
	at(5, HUB A26 B26 ONPREM, "");
	story_end();
}

/* A configured supernet stays for hold-down after its last contributor went. */
TEST(configured_ones_are_held)
{
#define LINE HUB "avs advertise supernet 10.120.0.0/16\n"
#define OTHER                                                                                      \
	"avs route-server spoke neighbor 10.2.0.4\navs route-server spoke toward private-cloud\n"
	story_begin();
	/* never announced, never held */
	at(1, LINE, "10.120.0.0/16(covers-nothing)");
	wakes_at(0);
	at(2, LINE A26, "10.120.0.0/16");
	at(10, LINE, "10.120.0.0/16(announced-held)");
	wakes_at(40);
	at(39, LINE, "10.120.0.0/16(announced-held)");
	wakes_at(40);
	/* back in time: the next time counts from its own beginning */
	at(39, LINE A26, "10.120.0.0/16");
	wakes_at(0);
	at(50, LINE, "10.120.0.0/16(announced-held)");
	/* another route server does not get it now */
	at(51, LINE OTHER, "10.120.0.0/16(announced-held)");
	assert_int_equal(story.plan->entries[1].reason, AVS_REASON_COVERS_NOTHING);
	at(80, LINE, "10.120.0.0/16(covers-nothing)");
	wakes_at(0);
	at(81, LINE, "10.120.0.0/16(covers-nothing)");
	/* everything else of rule 3 acts at once, and ends it */
	at(90, LINE A26, "10.120.0.0/16");
	at(91, LINE "learned 10.120.0.0/16 on-premises hub\n", "10.120.0.0/16(equals-learned)");
	at(92, LINE, "10.120.0.0/16(covers-nothing)");
	at(93, LINE A26, "10.120.0.0/16");
	at(94, LINE "avs protect 10.120.5.0/24\n", "10.120.0.0/16(protected)");
	at(95, LINE A26, "10.120.0.0/16");
	at(96, LINE "avs shutdown\n", "10.120.0.0/16(shutdown)");
	at(97, LINE, "10.120.0.0/16(covers-nothing)");
	at(98, LINE A26, "10.120.0.0/16");
	at(99, LINE "avs hold-down 0\n", "10.120.0.0/16(covers-nothing)");
	story_end();
}

TEST(tightens_late)
{
	story_begin();
	at(1, AUTO A26 B26 ONPREM, "10.120.0.0/24 10.200.0.0/23");
	at(10, AUTO A26 ONPREM, "10.120.0.0/24(announced-held) 10.200.0.0/23");
	wakes_at(310);
	/* back in time: nothing has happened */
	at(100, AUTO A26 B26 ONPREM, "10.120.0.0/24 10.200.0.0/23");
	wakes_at(0);
	at(200, AUTO A26 ONPREM, "10.120.0.0/24(announced-held) 10.200.0.0/23");
	at(499, AUTO A26 ONPREM, "10.120.0.0/24(announced-held) 10.200.0.0/23");
	wakes_at(500);
	/* growth elsewhere does not hurry it */
	at(499, AUTO A26 ONPREM "learned 10.210.0.0/24 on-premises hub\n",
	   "10.120.0.0/24(announced-held) 10.200.0.0/23 10.210.0.0/23");
	at(500, AUTO A26 ONPREM "learned 10.210.0.0/24 on-premises hub\n",
	   "10.120.0.0/25 10.200.0.0/23 10.210.0.0/23");
	at(501, AUTO "avs tighten-delay 5\n" A26,
	   "10.120.0.0/25 10.200.0.0/23(announced-held) "
	   "10.210.0.0/23(announced-held)");
	wakes_at(531);
	story_end();
}

TEST(holds_what_covers_nothing)
{
	story_begin();
	at(1, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(10, AUTO A26, "10.120.0.0/25 10.200.0.0/23(announced-held)");
	wakes_at(40);
	at(39, AUTO, "10.120.0.0/25(announced-held) 10.200.0.0/23(announced-held)");
	at(40, AUTO, "10.120.0.0/25(announced-held)");
	wakes_at(69);
	at(69, AUTO, "");
	wakes_at(0);
	at(70, AUTO "avs hold-down 0\n" A26, "10.120.0.0/25");
	at(71, AUTO "avs hold-down 0\n", "");
	story_end();
}

TEST(moves_after_hold_down)
{
	const char *vnet = AUTO A26 B26 "learned 10.120.0.0/24 virtual-network hub\n";

	story_begin();
	at(1, vnet, "10.120.0.0/25 10.120.0.128/25");
	/* the VNet's prefix is gone: one member would do */
	at(10, AUTO A26 B26, "10.120.0.0/25(announced-held) 10.120.0.128/25(announced-held)");
	wakes_at(40);
	at(40, AUTO A26 B26, "10.120.0.0/24");
	/* and it is back: rule 3 does not wait */
	at(41, vnet, "10.120.0.0/25 10.120.0.128/25");
	story_end();
}

/* What is learned and was never announced makes way at once, replaced first. */
TEST(makes_way_for_contributors)
{
	const char *wide = AUTO A26 "learned 10.120.0.0/24 private-cloud hub\n";
	struct avs_step *steps;
	struct avs_plan *before;
	size_t count;

	story_begin();
	at(1, AUTO A26, "10.120.0.0/25");
	before = story.plan;
	at(2, wide, "10.120.0.0/23");
	assert_int_equal(avs_plan_diff(before, story.plan, story.in[1].arena, &steps, &count),
			 AVS_OK);
	assert_int_equal(count, 4);
	assert_int_equal(steps[0].type, AVS_STEP_ORIGINATE);
	assert_int_equal(steps[1].type, AVS_STEP_ANNOUNCE);
	assert_int_equal(steps[2].type, AVS_STEP_WITHDRAW);
	assert_int_equal(steps[3].type, AVS_STEP_RETIRE);
	story_end();
}

#define ECHO "learned 10.120.0.0/25 on-premises hub\n"

TEST(echo_and_latch)
{
	story_begin();
	at(1, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	/* no other prefix is looked for: its echo would be the next one */
	at(10, AUTO A26 ONPREM ECHO, "10.120.0.0/25(equals-learned) 10.200.0.0/23");
	warns_of(AVS_WARN_ECHO, "10.120.0.0/25", "1 learned");
	assert_null(warned(AVS_WARN_LATCHED));
	at(11, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(20, AUTO A26 ONPREM ECHO, "10.120.0.0/25(equals-learned) 10.200.0.0/23");
	warns_of(AVS_WARN_LATCHED, "10.120.0.0/25", "clear bgp avs latch 10.120.0.0/25");
	at(21, AUTO A26 ONPREM, "10.120.0.0/25(latched) 10.200.0.0/23");
	at(5000, AUTO A26 ONPREM, "10.120.0.0/25(latched) 10.200.0.0/23");
	at(5001, AUTO A26 ONPREM "unlatch 10.120.0.0/24\n", "10.120.0.0/25(latched) 10.200.0.0/23");
	at(5002, AUTO A26 ONPREM "unlatch 10.120.0.0/25\n", "10.120.0.0/25 10.200.0.0/23");
	assert_null(warned(AVS_WARN_LATCHED));
	/* the history is cleared as well */
	at(5003, AUTO A26 ONPREM ECHO, "10.120.0.0/25(equals-learned) 10.200.0.0/23");
	at(5004, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(5604, AUTO A26 ONPREM ECHO, "10.120.0.0/25(equals-learned) 10.200.0.0/23");
	at(5605, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(5606, AUTO A26 ONPREM ECHO, "10.120.0.0/25(equals-learned) 10.200.0.0/23");
	at(5607, AUTO A26 ONPREM "unlatch\n", "10.120.0.0/25 10.200.0.0/23");
	story_end();
}

TEST(echo_becomes_a_route_of_its_own)
{
	story_begin();
	at(1, AUTO A26, "10.120.0.0/25");
	at(10, AUTO A26 ECHO, "10.120.0.0/25(equals-learned)");
	wakes_at(1810);
	at(1809, AUTO A26 ECHO, "10.120.0.0/25(equals-learned)");
	wakes_at(1810);
	at(1810, AUTO A26 ECHO, "10.120.0.0/24");
	assert_null(warned(AVS_WARN_ECHO));
	wakes_at(0);
	story_end();
}

TEST(keeps_the_last_safe_set)
{
	const char *stray = AUTO A26 ONPREM
		"learned 20.1.0.0/16 on-premises hub\n"
		"learned 10.210.0.0/24 on-premises hub\n";

	story_begin();
	at(1, AUTO A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(2, stray, "10.120.0.0/25 10.200.0.0/23");
	warns_of(AVS_WARN_AUTO_PREVENTED, "20.1.0.0/16", "avs auto within PREFIX");
	/* a member without anything to cover goes all the same */
	at(3, AUTO ONPREM "learned 20.1.0.0/16 on-premises hub\n",
	   "10.120.0.0/25(announced-held) 10.200.0.0/23");
	at(33, AUTO ONPREM "learned 20.1.0.0/16 on-premises hub\n", "10.200.0.0/23");
	/* and so does one that rule 3 refuses */
	at(34, AUTO "avs protect 10.200.1.0/24\n" ONPREM, "10.200.0.0/23(protected)");
	warns_of(AVS_WARN_AUTO_PREVENTED, "10.200.0.0/24", "no avs protect 10.200.1.0/24");
	at(35, AUTO ONPREM, "10.200.0.0/23");
	assert_null(warned(AVS_WARN_AUTO_PREVENTED));
	story_end();
}

TEST(limits)
{
	story_begin();
	at(1, AUTO "avs auto max-attract 319\n" A26 ONPREM, "");
	warns_of(AVS_WARN_AUTO_PREVENTED, "10.200.0.0/23", "320 addresses");
	at(2, AUTO "avs auto max-attract 320\n" A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(3, AUTO "avs auto max-attract 320\n" A26 ONPREM "learned 10.9.0.0/24 on-premises hub\n",
	   "10.120.0.0/25 10.200.0.0/23");
	/* what would be too many follows the target at once */
	at(4, AUTO "avs auto max-prefixes 2\n" A26 ONPREM, "10.120.0.0/25 10.200.0.0/23");
	at(5, AUTO "avs auto max-prefixes 2\n" A26 ONPREM "learned 10.201.0.0/24 on-premises hub\n",
	   "10.120.0.0/25 10.200.0.0/15");
	at(6, AUTO "avs auto max-prefixes 2\n" ONPREM "learned 10.201.0.0/24 on-premises hub\n",
	   "10.120.0.0/25(announced-held) 10.200.0.0/15(announced-held)");
	at(7, AUTO "avs auto within 10.0.0.0/15\n" A26,
	   "10.120.0.0/25 10.200.0.0/15(announced-held)");
	story_end();
}

TEST(consent_and_targets)
{
	const char *half = "learned 172.16.0.0/13 on-premises hub\n";
	char text[1024];

	story_begin();
	snprintf(text, sizeof(text), "%s%s", AUTO, half);
	at(1, text, "");
	warns_of(AVS_WARN_AUTO_PREVENTED, "172.16.0.0/13", "172.16.0.0/12");
	snprintf(text, sizeof(text), "%savs route-server hub accept-leak on-premises\n%s", AUTO,
		 half);
	at(2, text, "172.16.0.0/12");
	/* naming on-premises as a target of the set is no consent to a block */
	snprintf(text, sizeof(text),
		 "%savs auto toward on-premises\navs auto toward private-cloud\n%s", AUTO, half);
	at(3, text, "172.16.0.0/12(leak-rfc1918)");
	at(4, AUTO "avs auto toward private-cloud\n" ONPREM, "10.200.0.0/23(shared-reach)");
	at(5,
	   "avs route-server hub neighbor 10.1.0.4\navs route-server hub toward private-cloud\n"
	   "avs advertise supernet auto\navs auto toward on-premises\n" A26,
	   "10.120.0.0/25(not-targeted)");
	story_end();
}

/* A configured supernet of the same prefix and one around: side by side. */
TEST(beside_configured_ones)
{
	story_begin();
	at(1,
	   AUTO "avs advertise supernet 10.120.0.0/25\navs advertise supernet 10.120.0.0/16\n" A26,
	   "10.120.0.0/16 10.120.0.0/25");
	assert_false(story.plan->entries[1].automatic);
	at(2, AUTO "avs advertise supernet 10.120.0.0/25\n", "10.120.0.0/25(announced-held)");
	/* both hold it, and the configured one comes first */
	assert_false(story.plan->entries[0].automatic);
	story_end();
}

TEST(waits_for_the_first_routes)
{
	bool settled[1] = {false};
	struct avs_plan *plan = NULL, *next = NULL;
	struct avs_input input;
	struct input in;

	input_read(&in, AUTO A26);
	input = (struct avs_input){.config = in.config, .table = in.table, .settled = settled};
	assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	assert_int_equal(plan->count, 0);
	settled[0] = true;
	input.prev = plan;
	assert_int_equal(avs_plan_compute(&input, in.arena, &next), AVS_OK);
	assert_int_equal(next->count, 1);
	/* a session that comes back does not take away what is in force */
	settled[0] = false;
	input.prev = next;
	assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	assert_int_equal(plan->count, 1);
	assert_true(avs_reason_permits(plan->entries[0].reason));
	input_free(&in);
	test_no_leak();
}

/* a random network that changes, and the clock with it */
static void learn_some(struct gen *g, struct avs_table *table)
{
	struct avs_fact fact = {.usable = true};
	unsigned int i, n = 1 + gen_below(g, 4);
	struct avs_prefix p;

	for (i = 0; i < n; i++) {
		p = avs_prefix_v4(0x0a780000 | gen_below(g, 32) << 7,
				  (uint8_t)(23 + gen_below(g, 4)));
		memset(fact.from, 0, sizeof(fact.from));
		fact.from[gen_below(g, 8) ? AVS_SEGMENT_PRIVATE_CLOUD
					  : gen_below(g, AVS_SEGMENT_COUNT)] = 1;
		assert_int_equal(avs_table_set(table, &p, gen_once_in(g, 3) ? NULL : &fact),
				 AVS_OK);
	}
}

struct covered {
	const struct avs_plan *plan;
	unsigned int missing;
};

static bool count_missing(const struct avs_prefix *p, const struct avs_fact *fact, bool contributor,
			  void *arg)
{
	struct covered *c = arg;
	size_t i;

	(void)fact;
	for (i = 0; i < c->plan->automatic.memory_count; i++)
		if (avs_prefix_equal(&c->plan->automatic.memory[i].prefix, p))
			return true;
	for (i = 0; i < c->plan->automatic.count; i++)
		if (avs_prefix_contains(&c->plan->automatic.members[i].prefix, p))
			return true;
	c->missing += contributor;
	return true;
}

static void check_members(const struct avs_plan *plan, const struct avs_table *table)
{
	const struct avs_auto_plan *a = &plan->automatic;
	struct covered c = {.plan = plan};
	struct avs_relation relation;
	size_t i;

	assert_true(a->count <= avs_auto_max_prefixes(&plan->config->automatic));
	for (i = 1; i < a->count; i++) {
		assert_true(avs_prefix_cmp(&a->members[i - 1].prefix, &a->members[i].prefix) < 0);
		assert_false(avs_prefix_overlaps(&a->members[i - 1].prefix, &a->members[i].prefix));
	}
	for (i = 0; i < plan->count; i++) {
		if (!avs_reason_permits(plan->entries[i].reason))
			continue;
		avs_table_relation(table, &plan->entries[i].prefix, &relation);
		assert_false(relation.equal);
	}
	if (a->target.fault)
		return;
	avs_table_walk_shapes(table, count_missing, &c);
	assert_int_equal(c.missing, 0);
}

TEST(whatever_happens)
{
	uint64_t seed = test_seed();
	struct avs_arena *arena[2] = {NULL, NULL};
	unsigned int round, step;
	struct avs_input input = {0};
	struct avs_plan *plan;
	struct input in;
	struct gen g;
	size_t i;

	for (round = 0; round < 60; round++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + round));
		gen_seed(&g, seed + round);
		input_read(&in, AUTO "avs auto max-prefixes 5\n");
		input = (struct avs_input){.config = in.config, .table = in.table, .now = 5};
		plan = NULL;
		for (step = 0; step < 60; step++) {
			learn_some(&g, in.table);
			input.now += gen_below(&g, 60000);
			input.prev = plan;
			arena[step & 1] = avs_arena_new();
			assert_int_equal(avs_plan_compute(&input, arena[step & 1], &plan), AVS_OK);
			check_members(plan, in.table);
			avs_arena_free(arena[!(step & 1)]);
			arena[!(step & 1)] = NULL;
		}
		/* left alone, it arrives at the target by what it is woken for */
		for (; plan->wakeup && step < 200; step++) {
			assert_true(plan->wakeup > input.now);
			input.now = plan->wakeup;
			input.prev = plan;
			arena[step & 1] = avs_arena_new();
			assert_int_equal(avs_plan_compute(&input, arena[step & 1], &plan), AVS_OK);
			check_members(plan, in.table);
			avs_arena_free(arena[!(step & 1)]);
			arena[!(step & 1)] = NULL;
		}
		assert_true(step < 200);
		if (!plan->automatic.target.fault) {
			assert_int_equal(plan->automatic.count, plan->automatic.target.count);
			for (i = 0; i < plan->automatic.count; i++)
				assert_true(avs_prefix_equal(&plan->automatic.members[i].prefix,
							     &plan->automatic.target.prefixes[i]));
		}
		avs_arena_free(arena[0]);
		avs_arena_free(arena[1]);
		arena[0] = arena[1] = NULL;
		input_free(&in);
	}
	test_no_leak();
}

TEST(allocator_fails)
{
	struct avs_plan *plan = NULL;
	struct avs_arena *arena;
	struct avs_input input;
	enum avs_err err;
	long n;

	story_begin();
	at(1, AUTO A26 B26 ONPREM, "10.120.0.0/24 10.200.0.0/23");
	input = (struct avs_input){.config = story.in[0].config,
				   .table = story.in[0].table,
				   .prev = story.plan,
				   .now = 2000};
	for (n = 0;; n++) {
		avs_test_fail_at(n);
		arena = avs_arena_new();
		err = arena ? avs_plan_compute(&input, arena, &plan) : AVS_ERR_NOMEM;
		avs_arena_free(arena);
		if (!avs_test_failed())
			break;
		assert_int_equal(err, AVS_ERR_NOMEM);
		assert_null(plan);
	}
	avs_test_fail_at(-1);
	assert_int_equal(err, AVS_OK);
	assert_true(n > 5);
	story_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(grows_at_once),
		test_case(configured_ones_are_held),
		test_case(tightens_late),
		test_case(holds_what_covers_nothing),
		test_case(moves_after_hold_down),
		test_case(makes_way_for_contributors),
		test_case(echo_and_latch),
		test_case(echo_becomes_a_route_of_its_own),
		test_case(keeps_the_last_safe_set),
		test_case(limits),
		test_case(consent_and_targets),
		test_case(beside_configured_ones),
		test_case(waits_for_the_first_routes),
		test_case(whatever_happens),
		test_case(allocator_fails),
	};

	return test_group("auto", tests);
}
