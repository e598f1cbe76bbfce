// SPDX-License-Identifier: GPL-2.0-or-later
/* Seal, compare, look up, merge. */
#include "avs_test.h"

#include "avs_dump.h"
#include "avs_gen.h"
#include "avs_input.h"
#include "avs_oracle.h"

#define TEXT_MAX 16384

/* a dump as one string */
struct text {
	char buf[TEXT_MAX];
	size_t used;
};

static void text_line(const char *line, void *arg)
{
	struct text *t = arg;
	size_t n = strlen(line);

	assert_true(t->used + n + 2 < sizeof(t->buf));
	memcpy(t->buf + t->used, line, n);
	t->used += n;
	t->buf[t->used++] = '\n';
	t->buf[t->used] = '\0';
}

static const char *dump(const struct avs_config *config, struct text *t)
{
	t->used = 0;
	t->buf[0] = '\0';
	avs_dump_config(config, text_line, t);
	return t->buf;
}

static void shuffle(struct gen *g, struct avs_config *c)
{
	size_t i;

	for (i = 0; i < c->rs_count; i++) {
		gen_shuffle(g, c->rs[i].neighbors, c->rs[i].neighbor_count,
			    sizeof(*c->rs[i].neighbors));
		gen_shuffle(g, c->rs[i].toward, c->rs[i].toward_count, sizeof(*c->rs[i].toward));
	}
	gen_shuffle(g, c->rs, c->rs_count, sizeof(*c->rs));
	gen_shuffle(g, c->rules, c->rule_count, sizeof(*c->rules));
	gen_shuffle(g, c->conditions, c->condition_count, sizeof(*c->conditions));
	gen_shuffle(g, c->supernets, c->supernet_count, sizeof(*c->supernets));
	gen_shuffle(g, c->protect, c->protect_count, sizeof(*c->protect));
}

/* What is sealed does not depend on the order, and sealing it again is nothing. */
TEST(test_seal)
{
	uint64_t seed = test_seed();
	static struct text first, again;
	struct avs_config *a, *b;
	struct avs_arena *arena;
	unsigned int i;
	struct gen g, h;

	for (i = 0; i < 2000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		gen_seed(&g, seed + i);
		gen_seed(&h, seed + i);
		a = gen_config(&g, arena);
		b = gen_config(&h, arena);
		shuffle(&g, b);
		assert_int_equal(avs_config_seal(a), AVS_OK);
		assert_int_equal(avs_config_seal(b), AVS_OK);
		assert_true(avs_config_equal(a, b));
		assert_string_equal(dump(a, &first), dump(b, &again));
		assert_int_equal(avs_config_seal(b), AVS_OK);
		assert_true(avs_config_equal(a, b));
		avs_arena_free(arena);
	}
	test_no_leak();
}

/* Equal is equal text: two random configurations are told apart by both. */
TEST(test_equal)
{
	uint64_t seed = test_seed();
	static struct text x, y;
	struct avs_config *a, *b;
	struct avs_arena *arena;
	unsigned int i, equal = 0;
	struct gen g;

	for (i = 0; i < 3000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		gen_seed(&g, seed + i);
		a = gen_config(&g, arena);
		gen_seed(&g, seed + i);
		b = gen_config(&g, arena);
		/* one word differs, or none */
		switch (gen_below(&g, 21)) {
		case 0:
			b->shutdown = !b->shutdown;
			break;
		case 1:
			b->companions = !b->companions;
			break;
		case 2:
			b->default_vnet_only = !b->default_vnet_only;
			break;
		case 3:
			b->no_discard = !b->no_discard;
			break;
		case 4:
			b->default_next_hop = gen_host(&g);
			break;
		case 5:
			if (b->rs_count)
				b->rs[0].accept_leak = !b->rs[0].accept_leak;
			break;
		case 6:
			if (b->rs_count)
				b->rs[b->rs_count - 1].map_in = "OTHER";
			break;
		case 7:
			if (b->rs_count)
				b->rs[0].prepend++, b->rs[0].maintenance = !b->rs[0].maintenance;
			break;
		case 8:
			if (b->rs_count && b->rs[0].toward_count)
				b->rs[0].toward[0].site = "other";
			break;
		case 9:
			if (b->rule_count)
				b->rules[0].site = "other";
			break;
		case 10:
			b->quiet_period.value += 1;
			break;
		case 11:
			break;
		case 13:
			b->supernet_auto = !b->supernet_auto;
			break;
		case 14:
			b->automatic.toward ^= AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);
			break;
		case 15:
			b->automatic.max_prefixes = b->automatic.max_prefixes == 7 ? 8 : 7;
			break;
		case 16:
			b->automatic.shortest = b->automatic.shortest == 7 ? 8 : 7;
			break;
		case 17:
			b->automatic.max_attract++;
			break;
		case 18:
			if (b->automatic.within_count)
				b->automatic.within_count--;
			break;
		case 19:
			b->hold_down.value++;
			b->tighten_delay.value++;
			b->startup_delay.value++;
			b->segment_memory.value++;
			b->policy = b->policy ? NULL : "P";
			b->freeze = !b->freeze;
			break;
		case 20:
			b->udr.reserved += 1;
			b->udr.route_limit ^= 1;
			break;
		case 12: /* another one altogether */
			b = gen_config(&g, arena);
			break;
		}
		assert_int_equal(avs_config_seal(a), AVS_OK);
		assert_int_equal(avs_config_seal(b), AVS_OK);
		dump(a, &x);
		dump(b, &y);
		assert_int_equal(avs_config_equal(a, b), !strcmp(x.buf, y.buf));
		assert_int_equal(avs_config_equal(b, a), avs_config_equal(a, b));
		equal += avs_config_equal(a, b);
		avs_arena_free(arena);
	}
	assert_true(equal > 100 && equal < 2900);
	test_no_leak();
}

/* What no avs line can say is refused, and left as it is. */
TEST(test_refused)
{
	struct avs_prefix host = avs_prefix_v4(0x0a010004, 32), net = avs_prefix_v4(10U << 24, 8);
	struct avs_prefix bad = net;
	struct avs_rs_config rs[AVS_RS_MAX + 1], one;
	char names[AVS_RS_MAX + 1][4];
	struct avs_toward toward = {AVS_SEGMENT_VIRTUAL_NETWORK, ""};
	struct avs_segment_rule rule = {.type = AVS_RULE_ORIGIN_AS, .as_low = 2, .as_high = 1};
	struct avs_condition condition = {.prefix = net, .from = AVS_FROM_ROUTE_SERVER};
	struct avs_supernet_config supernet = {.prefix = avs_prefix_v4(0, 0)};
	struct avs_config c = {.name = "default", .rs = rs};
	unsigned int i;

	bad.addr[3] = 1;
	memset(rs, 0, sizeof(rs));
	for (i = 0; i <= AVS_RS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "%u", AVS_RS_MAX - i);
		rs[i].name = names[i];
	}
	c.rs_count = AVS_RS_MAX + 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_LIMIT);
	assert_string_equal(rs[0].name, names[0]);
	c.rs_count = AVS_RS_MAX;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	rs[0].name = rs[29].name;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);

	memset(&one, 0, sizeof(one));
	c.rs = &one;
	c.rs_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT); /* no name */
	one.name = "";
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	one.name = "hub";
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	one.neighbors = &net;
	one.neighbor_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	one.neighbors = &host;
	one.next_hop = net;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	one.next_hop = host;
	one.toward = &toward;
	one.toward_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	toward.segment = AVS_SEGMENT_ON_PREMISES;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	c.default_next_hop = net;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.default_next_hop = host;
	c.udr.next_hop = net;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.udr.next_hop = host;
	c.udr.route_limit = AVS_UDR_LIMIT_MAX + 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.udr.route_limit = 0;
	assert_int_equal(avs_config_seal(&c), AVS_OK);

	c.rules = &rule;
	c.rule_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	rule.as_high = 2;
	rule.site = NULL;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	assert_string_equal(rule.site, "");
	rule.segment = (enum avs_segment)9;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	rule.segment = AVS_SEGMENT_UNKNOWN;
	rule.type = AVS_RULE_PREFIX_LIST;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	rule.type = AVS_RULE_PREFIX;
	rule.prefix = bad;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	rule.prefix = net;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	rule.type = AVS_RULE_NEIGHBOR;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	rule.type = (enum avs_segment_rule_type)17;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.rule_count = 0;

	c.conditions = &condition;
	c.condition_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	condition.from = AVS_FROM_NEIGHBOR;
	condition.neighbor = net;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	condition.from = (enum avs_from_type)9;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	condition.from = AVS_FROM_ZEBRA;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	condition.prefix = bad;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.condition_count = 0;

	c.supernets = &supernet;
	c.supernet_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	supernet.prefix = bad;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	supernet.prefix = net;
	supernet.toward = AVS_SEGMENT_VIRTUAL_NETWORK;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	supernet.toward = AVS_SEGMENT_ON_PREMISES;
	c.protect = &bad;
	c.protect_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.protect = &net;
	assert_int_equal(avs_config_seal(&c), AVS_OK);
}

/* One bad element is found wherever it stands, and nothing has moved then. */
TEST(test_refused_later)
{
	uint64_t seed = test_seed();
	struct avs_config *c, *same;
	struct avs_arena *arena;
	unsigned int i, refused = 0;
	struct gen g, h;
	size_t n;
	bool bad;

	for (i = 0; i < 3000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		gen_seed(&g, seed + i);
		gen_seed(&h, seed + i);
		c = gen_config(&g, arena);
		same = gen_config(&h, arena);
		bad = true;
		switch (gen_below(&g, 5)) {
		case 0:
			bad = (n = c->protect_count) > 0;
			if (bad)
				c->protect[gen_below(&g, (uint32_t)n)].family = 7;
			break;
		case 1:
			bad = (n = c->supernet_count) > 0;
			if (bad)
				c->supernets[gen_below(&g, (uint32_t)n)].prefix.len = 0;
			break;
		case 2:
			bad = (n = c->condition_count) > 0;
			if (bad)
				c->conditions[gen_below(&g, (uint32_t)n)].prefix.family = 7;
			break;
		case 3:
			bad = (n = c->rs_count) > 0 && c->rs[n - 1].neighbor_count;
			if (bad)
				c->rs[n - 1].neighbors[c->rs[n - 1].neighbor_count - 1].len = 31;
			break;
		case 4:
			bad = (n = c->rs_count) > 0 && c->rs[n - 1].toward_count;
			if (bad)
				c->rs[n - 1].toward[c->rs[n - 1].toward_count - 1].segment =
					AVS_SEGMENT_UNKNOWN;
			break;
		}
		assert_int_equal(avs_config_seal(c), bad ? AVS_ERR_INPUT : AVS_OK);
		refused += bad;
		if (bad) {
			assert_int_equal(c->supernet_count, same->supernet_count);
			assert_int_equal(c->rule_count, same->rule_count);
			for (n = 0; n < c->rule_count; n++)
				assert_int_equal(c->rules[n].type, same->rules[n].type);
			for (n = 0; n < c->rs_count; n++)
				assert_string_equal(c->rs[n].name, same->rs[n].name);
		}
		avs_arena_free(arena);
	}
	assert_true(refused > 500);
	test_no_leak();
}

/* "Without a site" has one form. */
TEST(test_sites)
{
	struct avs_segment_rule rules[3] = {{.type = AVS_RULE_ORIGIN_AS, .as_high = 3},
					    {.type = AVS_RULE_ORIGIN_AS, .as_high = 2},
					    {.type = AVS_RULE_ORIGIN_AS, .as_high = 1}};
	struct avs_toward toward[2] = {{AVS_SEGMENT_ON_PREMISES, NULL},
				       {AVS_SEGMENT_PRIVATE_CLOUD, NULL}};
	struct avs_rs_config rs = {.name = "hub", .toward = toward, .toward_count = 2};
	struct avs_config c = {.rs = &rs, .rs_count = 1, .rules = rules, .rule_count = 3};
	unsigned int i;

	assert_int_equal(avs_config_seal(&c), AVS_OK);
	for (i = 0; i < 3; i++) {
		assert_string_equal(rules[i].site, "");
		assert_int_equal(rules[i].as_high, i + 1);
	}
	for (i = 0; i < 2; i++)
		assert_string_equal(toward[i].site, "");
	assert_int_equal(toward[0].segment, AVS_SEGMENT_PRIVATE_CLOUD);
}

TEST(test_roles)
{
	struct avs_prefix p, outer = avs_prefix_v4(0x0a010000, 24);
	struct input in;
	bool conflict;

	input_read(&in,
		   "avs route-server b neighbor 10.1.0.5\n"
		   "avs route-server a neighbor 10.1.0.4\n"
		   "avs route-server c neighbor 10.1.0.5\n"
		   "avs route-server c neighbor 10.1.0.7\n");
	assert_int_equal(avs_config_find_rs(in.config, "a"), 0);
	assert_int_equal(avs_config_find_rs(in.config, "b"), 1);
	assert_int_equal(avs_config_find_rs(in.config, "c"), 2);
	assert_int_equal(avs_config_find_rs(in.config, "d"), AVS_RS_NONE);
	assert_int_equal(avs_config_find_rs(in.config, ""), AVS_RS_NONE);
	assert_int_equal(avs_config_find_rs(in.config, NULL), AVS_RS_NONE);
	p = avs_prefix_v4(0x0a010004, 32);
	conflict = true;
	assert_int_equal(avs_config_role(in.config, &p, &conflict), 0);
	assert_false(conflict);
	p = avs_prefix_v4(0x0a010005, 32);
	assert_int_equal(avs_config_role(in.config, &p, &conflict), 1);
	assert_true(conflict);
	assert_int_equal(avs_config_role(in.config, &p, NULL), 1);
	p = avs_prefix_v4(0x0a010007, 32);
	assert_int_equal(avs_config_role(in.config, &p, &conflict), 2);
	assert_false(conflict);
	assert_int_equal(avs_config_role(in.config, &outer, &conflict), AVS_RS_NONE);
	input_free(&in);
	test_no_leak();
}

static void check_merge(const char *before, const char *now, const char *expected)
{
	struct avs_config *merged = NULL;
	static struct text have, want;
	struct input a, b, e;

	print_note("%s+ %s", before ? before : "", now ? now : "");
	input_read(&a, before ? before : "");
	input_read(&b, now ? now : "");
	input_read(&e, expected);
	assert_int_equal(
		avs_config_merge(before ? a.config : NULL, now ? b.config : NULL, e.arena, &merged),
		AVS_OK);
	/* it stands on its own */
	input_free(&a);
	input_free(&b);
	assert_string_equal(dump(merged, &have), dump(e.config, &want));
	input_free(&e);
}

TEST(test_merge)
{
	check_merge(NULL, NULL, "");
	/* removed lines stay, consent goes */
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub accept-leak on-premises\n"
		"avs route-server hub guard monitor\n"
		"avs route-server hub prepend 2\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise companions toward private-cloud\n"
		"avs advertise supernet 10.0.0.0/9\n",
		NULL,
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub guard enforce\n"
		"avs route-server hub prepend 2\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise companions toward private-cloud\n"
		"avs advertise supernet 10.0.0.0/9\n");
	/* frr-reload between "delete" and "add" of a changed line */
	check_merge(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub route-limit 500\n"
		"avs route-server hub next-hop 10.9.9.9\n",
		"avs route-server hub neighbor 10.1.0.4\n",
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub route-limit 500\n"
		"avs route-server hub next-hop 10.9.9.9\n");
	check_merge("avs route-server hub route-limit 500\n",
		    "avs route-server hub route-limit 600\n",
		    "avs route-server hub route-limit 600\n");
	check_merge(
		"avs route-server hub accept-leak on-premises\n"
		"avs route-server hub guard monitor\n",
		"avs route-server hub guard enforce\n", "avs route-server hub guard enforce\n");
	check_merge("avs shutdown", NULL, "avs shutdown");
	check_merge(NULL, "avs shutdown", "avs shutdown");
	/* same key: the new one */
	check_merge("avs advertise supernet 10.0.0.0/9 unconditional",
		    "avs advertise supernet 10.0.0.0/9 toward private-cloud",
		    "avs advertise supernet 10.0.0.0/9 toward private-cloud");
	check_merge("avs segment on-premises origin-as 65001-65003",
		    "avs segment private-cloud origin-as 65001-65003 site eu",
		    "avs segment private-cloud origin-as 65001-65003 site eu");
	check_merge(
		"avs segment on-premises origin-as 65001 site us\n"
		"avs segment on-premises prefix-list OLD site us",
		"avs segment private-cloud origin-as 65002 site eu\n"
		"avs segment private-cloud as-path-list NEW site eu\n"
		"avs route-server hub route-map IN in\n"
		"avs route-server hub toward on-premises site eu\n"
		"avs advertise default when-present 10.0.0.0/8 from route-server hub",
		"avs route-server hub toward on-premises site eu\n"
		"avs route-server hub route-map IN in\n"
		"avs segment on-premises prefix-list OLD site us\n"
		"avs segment private-cloud as-path-list NEW site eu\n"
		"avs segment on-premises origin-as 65001 site us\n"
		"avs segment private-cloud origin-as 65002 site eu\n"
		"avs advertise default when-present 10.0.0.0/8 from route-server hub");
	check_merge("avs protect 10.0.0.0/9\navs quiet-period 3",
		    "avs protect 10.5.0.0/16\navs discard off",
		    "avs protect 10.0.0.0/9\navs protect 10.5.0.0/16\navs quiet-period 3\n"
		    "avs discard off");
	check_merge(
		"avs route-server a permit prefix-list X",
		"avs route-server a permit prefix-list W\navs route-server a prepend 2",
		"avs route-server a permit prefix-list W\navs route-server a permit prefix-list X\n"
		"avs route-server a prepend 2");
	check_merge("avs udr next-hop 10.1.1.4\navs udr reserved 3",
		    "avs udr next-hop 10.1.1.5\navs udr route-limit 9",
		    "avs udr next-hop 10.1.1.5\navs udr route-limit 9\navs udr reserved 3");
	check_merge("avs quiet-period 3", "avs quiet-period 0", "avs quiet-period 0");
	check_merge("avs advertise default when-present 10.0.0.0/8 from zebra",
		    "avs advertise default when-present 10.0.0.0/8",
		    "avs advertise default when-present 10.0.0.0/8\n"
		    "avs advertise default when-present 10.0.0.0/8 from zebra");
	/* a neighbour that moves is not in two places */
	check_merge("avs route-server a neighbor 10.1.0.4\navs route-server a neighbor 10.1.0.5",
		    "avs route-server b neighbor 10.1.0.4",
		    "avs route-server a neighbor 10.1.0.5\navs route-server b neighbor 10.1.0.4");
	/* a target that is no longer named is no longer consent */
	check_merge("avs advertise default toward on-premises",
		    "avs advertise default toward private-cloud",
		    "avs advertise default toward private-cloud");
	/* and what is consent now, is it for the targets of now */
	check_merge("avs advertise default toward private-cloud",
		    "avs advertise default toward on-premises",
		    "avs advertise default toward on-premises");
	check_merge(
		"avs advertise supernet 10.0.0.0/8 toward on-premises\n"
		"avs advertise supernet 10.0.0.0/9 toward on-premises",
		"avs protect 10.5.0.0/16",
		"avs advertise supernet 10.0.0.0/9 toward on-premises\n"
		"avs protect 10.5.0.0/16");
	/* without its target, or its ranges, the automatic set would widen */
	check_merge(
		"avs advertise supernet auto\n"
		"avs auto toward private-cloud\n"
		"avs auto within 10.0.0.0/8\n"
		"avs auto shortest 12\n"
		"avs hold-down 60",
		"avs auto max-prefixes 4\n"
		"avs tighten-delay 0",
		"avs advertise supernet auto\n"
		"avs auto toward private-cloud\n"
		"avs auto max-prefixes 4\n"
		"avs auto shortest 12\n"
		"avs auto within 10.0.0.0/8\n"
		"avs hold-down 60\n"
		"avs tighten-delay 0");
	test_no_leak();
}

/* a random configuration that is sealed */
static struct avs_config *draw(struct gen *g, struct avs_arena *arena)
{
	struct avs_config *c = gen_config(g, arena);

	assert_int_equal(avs_config_seal(c), AVS_OK);
	return c;
}

static struct avs_config *merge(const struct avs_config *before, const struct avs_config *now,
				struct avs_arena *arena)
{
	struct avs_config *out = NULL;

	assert_int_equal(avs_config_merge(before, now, arena, &out), AVS_OK);
	return out;
}

TEST(test_merge_laws)
{
	uint64_t seed = test_seed();
	struct avs_config *a, *b, *m, *empty;
	struct avs_arena *arena;
	unsigned int i, j;
	struct gen g;

	for (i = 0; i < 2000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		gen_seed(&g, seed + i);
		a = draw(&g, arena);
		b = draw(&g, arena);
		assert_true(avs_config_equal(merge(NULL, a, arena), a));
		m = merge(a, b, arena);
		/* merging what is merged already adds nothing: the quiet period is
		 * extended, not accumulated
		 */
		assert_true(avs_config_equal(merge(a, m, arena), m));
		for (j = 0; j < m->rs_count; j++) {
			unsigned int now = avs_config_find_rs(b, m->rs[j].name);

			assert_int_equal(m->rs[j].accept_leak,
					 now != AVS_RS_NONE && b->rs[now].accept_leak);
		}
		assert_int_equal(m->shutdown, a->shutdown || b->shutdown);
		empty = merge(NULL, NULL, arena);
		assert_int_equal(empty->rs_count, 0);
		avs_arena_free(arena);
	}
	test_no_leak();
}

/* Does somebody of the two reach on-premises, as declared by either or as observed? */
static bool reaches(const struct avs_config *c, const char *name, const struct avs_table *table,
		    unsigned int index)
{
	unsigned int rs = avs_config_find_rs(c, name);

	return (rs != AVS_RS_NONE && naive_declares(&c->rs[rs], AVS_SEGMENT_ON_PREMISES)) ||
	       avs_table_count(table, index, AVS_SEGMENT_ON_PREMISES);
}

/* Does `now` itself consent to this prefix at this route server? */
static bool consents(const struct avs_config *now, const char *name, const struct avs_entry *e)
{
	unsigned int rs = avs_config_find_rs(now, name);
	size_t i;

	if (rs != AVS_RS_NONE && now->rs[rs].accept_leak)
		return true;
	if (e->cls == AVS_CLASS_DEFAULT)
		return naive_names(now, AVS_SEGMENT_ON_PREMISES);
	for (i = 0; e->cls == AVS_CLASS_SUPERNET && i < now->supernet_count; i++)
		if (naive_same(&now->supernets[i].prefix, &e->prefix) &&
		    now->supernets[i].toward == AVS_SEGMENT_ON_PREMISES)
			return true;
	return false;
}

/* While two configurations are in force, nothing leaks that `now` would refuse. */
TEST(test_merge_never_loosens)
{
	uint64_t seed = test_seed();
	static const bool all[8] = {true, true, true, true, true, true, true, true};
	struct avs_config *before, *now, *merged;
	struct avs_input input = {.conditions = all};
	struct avs_plan *plan = NULL;
	unsigned int i, relevant = 0;
	struct avs_arena *arena;
	struct avs_table *table;
	struct avs_prefix p;
	struct avs_fact fact;
	struct gen g;
	size_t j;

	for (i = 0; i < 8000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		arena = avs_arena_new();
		table = avs_table_new();
		gen_seed(&g, seed + i);
		before = draw(&g, arena);
		now = draw(&g, arena);
		if (gen_once_in(&g, 8)) {
			/* everything was removed */
			merged = merge(before, NULL, arena);
			now = merge(NULL, NULL, arena);
		} else {
			merged = merge(before, now, arena);
		}
		for (j = gen_below(&g, 8); j > 0; j--) {
			p = gen_prefix(&g);
			fact = gen_fact(&g, (unsigned int)merged->rs_count);
			assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
		}
		input.config = merged;
		input.table = table;
		assert_int_equal(avs_plan_compute(&input, arena, &plan), AVS_OK);
		for (j = 0; j < plan->count; j++) {
			const struct avs_entry *e = &plan->entries[j];
			const char *name = merged->rs[e->rs].name;

			if (!avs_reason_permits(e->reason) || e->no_advertise ||
			    (e->prefix.len >= 8 && !naive_block(&e->prefix)))
				continue;
			relevant++;
			assert_true(!reaches(before, name, table, e->rs) || consents(now, name, e));
			assert_true(!reaches(now, name, table, e->rs) || consents(now, name, e));
			assert_false(before->shutdown || now->shutdown);
		}
		avs_table_free(table);
		avs_arena_free(arena);
	}
	assert_true(relevant > 1000);
	test_no_leak();
}

TEST(test_merge_limit)
{
	struct avs_config *out = (void *)&out, *const untouched = out;
	struct avs_rs_config one[20], two[20];
	struct avs_config a = {.rs = one, .rs_count = 20}, b = {.rs = two, .rs_count = 20};
	struct avs_arena *arena = avs_arena_new();
	char names[40][4];
	unsigned int i;

	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	for (i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "%u", i);
		*(i < 20 ? &one[i].name : &two[i - 20].name) = names[i];
	}
	assert_int_equal(avs_config_seal(&a), AVS_OK);
	assert_int_equal(avs_config_seal(&b), AVS_OK);
	assert_int_equal(avs_config_merge(&a, &b, arena, &out), AVS_ERR_LIMIT);
	assert_ptr_equal(out, untouched);
	avs_arena_free(arena);
	test_no_leak();
}

TEST(test_nomem)
{
	struct avs_config *a, *b, *out, *const untouched = (void *)&a;
	struct avs_arena *arena, *other;
	unsigned int i, n, failures = 0;
	enum avs_err err;
	struct gen g;
	bool done;

	for (i = 0; i < 100; i++) {
		arena = avs_arena_new();
		gen_seed(&g, test_seed() + i);
		a = draw(&g, arena);
		b = draw(&g, arena);
		for (n = 0, done = false; !done; n++) {
			other = avs_arena_new();
			out = untouched;
			avs_test_fail_at(n);
			err = avs_config_merge(a, b, other, &out);
			done = !avs_test_failed();
			avs_test_fail_at(-1);
			assert_int_equal(err, done ? AVS_OK : AVS_ERR_NOMEM);
			if (!done) {
				assert_ptr_equal(out, untouched);
				failures++;
			}
			avs_arena_free(other);
		}
		avs_arena_free(arena);
	}
	assert_true(failures >= 100);
	test_no_leak();
}

/* Unset scalars have their defaults. */
TEST(test_defaults)
{
	struct avs_rs_config rs = {0};
	struct avs_config c = {0};

	assert_int_equal(avs_rs_route_limit(&rs), 1000);
	assert_int_equal(avs_rs_usable(&rs), 50);
	assert_int_equal(avs_rs_gateway_limit(&rs), 1000);
	assert_int_equal(avs_config_quiet_period(&c), 5);
	c.quiet_period.set = true;
	assert_int_equal(avs_config_quiet_period(&c), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_seal),
		test_case(test_equal),
		test_case(test_refused),
		test_case(test_refused_later),
		test_case(test_sites),
		test_case(test_roles),
		test_case(test_merge),
		test_case(test_merge_laws),
		test_case(test_merge_never_loosens),
		test_case(test_merge_limit),
		test_case(test_nomem),
		test_case(test_defaults),
	};

	return test_group("avs_config", tests);
}
