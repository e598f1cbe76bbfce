// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration: sealing, comparison, look-ups, defaults. */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_input.h"
#include "avs_text.h"

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
		switch (gen_below(&g, 23)) {
		case 0:
			b->shutdown = !b->shutdown;
			break;
		case 1:
			if (gen_once_in(&g, 2))
				b->companions = !b->companions;
			else if (b->companion_count)
				b->companion_count--;
			else
				b->default_form = b->default_form == AVS_FORM_BOTH ? AVS_FORM_HALVES
										   : AVS_FORM_BOTH;
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
			if (b->rs_count && !b->rs[0].overlay)
				b->rs[0].accept_leak = !b->rs[0].accept_leak;
			break;
		case 6:
			if (b->rs_count && !b->rs[0].overlay)
				b->rs[b->rs_count - 1].map_in = "OTHER";
			break;
		case 7:
			if (b->rs_count && !b->rs[0].overlay)
				b->rs[0].prepend++, b->rs[0].maintenance = !b->rs[0].maintenance;
			break;
		case 8:
			if (b->rs_count && !b->rs[0].overlay && b->rs[0].toward_count)
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
		case 21:
			if (b->exact_count)
				b->exact[0].list = b->exact[0].list ? NULL : "A";
			if (b->rs_count)
				b->rs[0].interface = b->rs[0].interface ? NULL : "wg0";
			break;
		case 22:
			if (b->rs_count && b->rs[b->rs_count - 1].overlay)
				b->rs[b->rs_count - 1].gets_default ^= true;
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

	c.companion = &bad;
	c.companion_count = 1;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	bad = avs_prefix_v4(128U << 24, 1);
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	bad = avs_prefix_v4(128U << 24, 8);
	assert_int_equal(avs_config_seal(&c), AVS_OK);
	c.companion_count = 0;
	bad = (struct avs_prefix){.family = 7};
	c.default_form = (enum avs_form)9;
	assert_int_equal(avs_config_seal(&c), AVS_ERR_INPUT);
	c.default_form = AVS_FORM_HALVES;
	assert_int_equal(avs_config_seal(&c), AVS_OK);

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

/* Unset scalars have their defaults. */
TEST(test_defaults)
{
	struct avs_rs_config rs = {0};
	struct avs_config c = {0};

	assert_int_equal(avs_rs_route_limit(&rs), 4000);
	assert_int_equal(avs_rs_usable(&rs), 50);
	assert_int_equal(avs_rs_gateway_limit(&rs), 1000);
	assert_int_equal(avs_config_quiet_period(&c), 5);
	c.quiet_period.set = true;
	assert_int_equal(avs_config_quiet_period(&c), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_seal),	       test_case(test_equal), test_case(test_refused),
		test_case(test_refused_later), test_case(test_sites), test_case(test_roles),
		test_case(test_defaults),
	};

	return test_group("avs_config", tests);
}
