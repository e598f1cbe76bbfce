// SPDX-License-Identifier: GPL-2.0-or-later
/* The filter for the customer's edge: its rules, and what they leave alone. */
#include "avs_test.h"

#include "avs_edge.h"
#include "avs_gen.h"
#include "avs_input.h"
#include "avs_oracle.h"

#define HUB                                                                                        \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub toward private-cloud\n"
#define ALWAYS "0.0.0.0/0<8 10.0.0.0/8= 172.16.0.0/12= 192.168.0.0/16="

static const char *say(const struct avs_edge *edge)
{
	static const char marks[] = {'=', '<', '+'};
	static char buf[1024];
	char text[AVS_PREFIX_STRLEN];
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < edge->count; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s%c%s", i ? " " : "",
			 avs_prefix_str(&edge->rules[i].prefix, text, sizeof(text)),
			 marks[edge->rules[i].match],
			 edge->rules[i].match == AVS_EDGE_SHORTER_8 ? "8" : "");
	return buf;
}

TEST(rules)
{
	static const struct {
		const char *text, *expected;
	} v[] = {
		{HUB, ALWAYS},
		/* what on-premises has itself, and what is inside; not what AVS has, nor a network
		 */
		{HUB
		 "learned 10.50.0.0/16 on-premises hub\nlearned 10.120.0.0/22 private-cloud hub\n"
		 "learned 10.1.0.0/16 virtual-network hub\nlearned 10.60.0.0/24 unknown hub",
		 ALWAYS " 10.50.0.0/16+"},
		/* a cover has AVS inside: the equal prefix alone */
		{HUB
		 "learned 10.120.0.0/16 on-premises hub\nlearned 10.120.0.0/22 private-cloud hub",
		 ALWAYS " 10.120.0.0/16="},
		/* covers that are refused already are not said twice */
		{HUB "learned 10.0.0.0/8 on-premises hub\nlearned 0.0.0.0/0 on-premises hub",
		 ALWAYS},
		/* both have it: it is nobody's echo */
		{HUB "learned 10.50.0.0/16 on-premises hub\nlearned 10.50.0.0/16 private-cloud hub",
		 ALWAYS},
		/* asked for toward on-premises by name */
		{HUB "avs advertise default toward on-premises",
		 "10.0.0.0/8= 172.16.0.0/12= 192.168.0.0/16="},
		{HUB "avs advertise default toward private-cloud", ALWAYS},
		{HUB "avs advertise supernet 10.0.0.0/8 toward on-premises",
		 "0.0.0.0/0<8 172.16.0.0/12= 192.168.0.0/16="},
		{HUB "avs advertise supernet 10.0.0.0/8", ALWAYS},
		/* a default in another shape is asked for */
		{HUB "avs advertise supernet 128.0.0.0/1 unconditional toward on-premises",
		 "10.0.0.0/8= 172.16.0.0/12= 192.168.0.0/16="},
		/* companions leak as the blocks do, but what AVS has itself is no companion */
		{HUB "avs advertise companion 130.40.0.0/16\navs advertise companion 10.0.0.0/8",
		 ALWAYS " 130.40.0.0/16="},
		{HUB "avs advertise companion 130.40.0.0/16\n"
		     "learned 130.40.0.0/16 private-cloud hub",
		 ALWAYS},
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct avs_edge *edge = NULL;
		struct input in;

		print_note("%s", v[i].text);
		input_read(&in, v[i].text);
		assert_int_equal(avs_edge_compute(in.config, in.table, in.arena, &edge), AVS_OK);
		assert_string_equal(say(edge), v[i].expected);
		input_free(&in);
	}
	test_no_leak();
}

static bool refused(const struct avs_edge *edge, const struct avs_prefix *p)
{
	size_t i;

	for (i = 0; i < edge->count; i++) {
		const struct avs_edge_rule *rule = &edge->rules[i];

		if (rule->match == AVS_EDGE_SHORTER_8 ? p->len < 8 && p->family == 32
		    : rule->match == AVS_EDGE_EXACT   ? naive_same(&rule->prefix, p)
						      : naive_in(&rule->prefix, p))
			return true;
	}
	return false;
}

/*
 * At random: nothing that AVS delivers is refused, but for what needs consent;
 * everything that needs consent, and everything that on-premises alone
 * delivers, is.
 */
TEST(random_tables)
{
	uint64_t seed = test_seed();
	unsigned int i, j, n;
	struct gen g;

	for (i = 0; i < 1000; i++) {
		struct avs_arena *arena = avs_arena_new();
		struct avs_table *table = avs_table_new();
		struct avs_config config = {.name = "default"};
		struct naive_table naive = {0};
		struct avs_edge *edge = NULL;

		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		n = gen_below(&g, 40);
		for (j = 0; j < n; j++) {
			struct avs_prefix p = gen_prefix(&g);
			struct avs_fact fact = gen_fact(&g, 3);

			assert_int_equal(avs_table_set(table, &p, &fact), AVS_OK);
			naive_set(&naive, &p, &fact);
		}
		assert_int_equal(avs_edge_compute(&config, table, arena, &edge), AVS_OK);
		for (j = 0; j < naive.count; j++) {
			const struct naive_route *r = &naive.route[j];

			if (r->prefix.family != 32)
				continue;
			if (r->prefix.len < 8 || naive_block(&r->prefix))
				assert_true(refused(edge, &r->prefix));
			else if (naive_pc(r))
				assert_false(refused(edge, &r->prefix));
			else if (naive_op(r))
				assert_true(refused(edge, &r->prefix));
		}
		naive_table_free(&naive);
		avs_table_free(table);
		avs_arena_free(arena);
	}
	test_no_leak();
}

TEST(bounded)
{
	struct avs_fact fact = {.from = {[AVS_SEGMENT_ON_PREMISES] = 1}};
	struct avs_edge *edge = NULL;
	struct input in;
	uint32_t i;

	input_read(&in, HUB);
	for (i = 0; i < AVS_EDGE_OWN_MAX + 7; i++) {
		struct avs_prefix p = avs_prefix_v4((10U << 24) + i * 256, 24);

		assert_int_equal(avs_table_set(in.table, &p, &fact), AVS_OK);
	}
	assert_int_equal(avs_edge_compute(in.config, in.table, in.arena, &edge), AVS_OK);
	assert_int_equal(edge->count, 4 + AVS_EDGE_OWN_MAX);
	assert_int_equal(edge->not_listed, 7);
	input_free(&in);
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(rules),
		test_case(random_tables),
		test_case(bounded),
	};

	return test_group("edge", tests);
}
