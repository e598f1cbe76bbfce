// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of user-defined routes: what is in them, what lingers, when they are
 * complete, and which number they have; then at random against an oracle that
 * asks of each prefix on its own.
 */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_input.h"
#include "avs_oracle_udr.h"

#define BASE                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"                                              \
	"avs udr next-hop 10.1.1.4\n"
#define AVS_24 "learned 10.120.0.0/24 private-cloud hub\n"
#define OP_24 "learned 10.50.0.0/24 on-premises hub\n"

#define STEPS_MAX 32

static struct {
	struct input in[STEPS_MAX];
	unsigned int count;
	struct avs_plan *plan;
	struct avs_udr *udr;
	bool up, settled;
} story;

static void begin(void)
{
	memset(&story, 0, sizeof(story));
	story.up = story.settled = true;
}

static void end(void)
{
	while (story.count)
		input_free(&story.in[--story.count]);
	test_no_leak();
}

static const char *say(const struct avs_udr *udr, enum avs_udr_table table)
{
	static char buf[4096];
	char text[AVS_PREFIX_STRLEN];
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < udr->table[table].count; i++) {
		const struct avs_udr_route *route = &udr->table[table].routes[i];

		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s%s", i ? " " : "",
			 avs_prefix_str(&route->prefix, text, sizeof(text)),
			 route->stale ? "(stale)" : "");
	}
	return buf;
}

/* the next tables, at this second: what gateway-subnet has */
static void at(unsigned int second, const char *text, const char *expected)
{
	struct input *in = &story.in[story.count++];
	bool up[AVS_RS_MAX], settled[AVS_RS_MAX];
	struct avs_udr_input input;
	unsigned int i;

	assert_true(story.count < STEPS_MAX);
	print_note("at %u: %s", second, text);
	input_read(in, text);
	story.plan = input_plan(in, story.plan);
	for (i = 0; i < AVS_RS_MAX; i++) {
		up[i] = story.up;
		settled[i] = story.settled;
	}
	input = (struct avs_udr_input){in->config, in->table, story.plan,      up,
				       settled,	   story.udr, second * 1000ULL};
	assert_int_equal(avs_udr_compute(&input, in->arena, &story.udr), AVS_OK);
	assert_string_equal(say(story.udr, AVS_UDR_GATEWAY_SUBNET), expected);
}

static void is(enum avs_udr_state state, uint64_t generation)
{
	assert_int_equal(story.udr->state, state);
	assert_int_equal(story.udr->generation, generation);
	assert_int_equal(!avs_udr_state_text(state), state == AVS_UDR_COMPLETE);
}

static void excludes(const char *prefix, enum avs_udr_why why)
{
	char text[AVS_PREFIX_STRLEN];

	assert_int_equal(story.udr->excluded_count, 1);
	assert_string_equal(avs_prefix_str(&story.udr->excluded[0].prefix, text, sizeof(text)),
			    prefix);
	assert_int_equal(story.udr->excluded[0].why, why);
	assert_true(avs_udr_why_text(why)[0] != '\0');
}

TEST(follows_what_is_learned)
{
	const struct avs_udr_route *route;

	begin();
	at(1, BASE, "");
	is(AVS_UDR_COMPLETE, 1);
	at(2, BASE AVS_24 OP_24, "10.50.0.0/24 10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 2);
	route = story.udr->table[AVS_UDR_GATEWAY_SUBNET].routes;
	assert_int_equal(route[0].segments, AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES));
	assert_int_equal(route[1].segments, AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD));
	assert_int_equal(avs_prefix_v4_addr(&route[0].next_hop), 0x0a010104);
	/* nothing new is no new generation; of others than the two segments nothing is needed */
	at(3,
	   BASE AVS_24 OP_24
	   "learned 10.9.0.0/16 virtual-network hub\nlearned 10.8.0.0/16 unknown hub\n"
	   "local 10.7.0.0/16\n",
	   "10.50.0.0/24 10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 2);
	/* another next hop is another generation */
	at(4, "avs route-server hub neighbor 10.1.0.4\navs udr next-hop 10.1.1.5\n" AVS_24 OP_24,
	   "10.50.0.0/24 10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 3);
	end();
}

/* a default in every shape: none for GatewaySubnet, one for the own NIC */
TEST(defaults)
{
	begin();
	at(1, BASE AVS_24 "learned 128.0.0.0/1 on-premises hub", "10.120.0.0/24");
	excludes("128.0.0.0/1", AVS_UDR_DEFAULT_ROUTE);
	assert_string_equal(say(story.udr, AVS_UDR_NVA_NIC), "");
	at(2, BASE "avs advertise default toward private-cloud\navs advertise default form halves",
	   "10.120.0.0/24(stale)");
	assert_string_equal(say(story.udr, AVS_UDR_NVA_NIC), "0.0.0.0/1 128.0.0.0/1");
	at(3,
	   BASE
	   "avs advertise default toward private-cloud\navs advertise default form both\n"
	   "avs advertise supernet 64.0.0.0/2 unconditional",
	   "10.120.0.0/24(stale)");
	assert_string_equal(say(story.udr, AVS_UDR_NVA_NIC),
			    "0.0.0.0/0 0.0.0.0/1 64.0.0.0/2 128.0.0.0/1");
	end();
}

TEST(lingers)
{
	begin();
	at(1, BASE AVS_24 OP_24, "10.50.0.0/24 10.120.0.0/24");
	at(10, BASE AVS_24, "10.50.0.0/24(stale) 10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 1);
	assert_int_equal(story.udr->wakeup, 3610 * 1000ULL);
	at(3609, BASE AVS_24, "10.50.0.0/24(stale) 10.120.0.0/24");
	/* it comes back */
	at(3609, BASE AVS_24 OP_24, "10.50.0.0/24 10.120.0.0/24");
	assert_int_equal(story.udr->wakeup, 0);
	at(3620, BASE AVS_24, "10.50.0.0/24(stale) 10.120.0.0/24");
	at(7219, BASE AVS_24, "10.50.0.0/24(stale) 10.120.0.0/24");
	at(7220, BASE AVS_24, "10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 2);
	end();
}

TEST(nothing_ends_while_incomplete)
{
	begin();
	at(1, BASE AVS_24 OP_24, "10.50.0.0/24 10.120.0.0/24");
	story.up = false;
	at(10, BASE, "10.50.0.0/24(stale) 10.120.0.0/24(stale)");
	is(AVS_UDR_SESSION_DOWN, 1);
	assert_string_equal(story.udr->rs, "hub");
	at(90000, BASE, "10.50.0.0/24(stale) 10.120.0.0/24(stale)");
	story.up = true;
	story.settled = false;
	at(90001, BASE, "10.50.0.0/24(stale) 10.120.0.0/24(stale)");
	is(AVS_UDR_STARTING, 1);
	story.settled = true;
	at(90002, BASE AVS_24, "10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 2);
	assert_null(story.udr->rs);
	end();
}

TEST(not_complete)
{
	begin();
	at(1, "avs route-server hub neighbor 10.1.0.4\n" AVS_24, "");
	is(AVS_UDR_NO_NEXT_HOP, 1);
	at(2, "avs udr next-hop 10.1.1.4\n", "");
	is(AVS_UDR_NO_ROUTE_SERVER, 1);
	at(3, "avs udr next-hop 10.1.1.4\navs route-server hub toward private-cloud\n" AVS_24,
	   "10.120.0.0/24");
	is(AVS_UDR_NO_ROUTE_SERVER, 2);
	end();
}

TEST(what_azure_forbids)
{
	begin();
	at(1, BASE AVS_24 "learned 0.0.0.0/0 on-premises hub\n", "10.120.0.0/24");
	excludes("0.0.0.0/0", AVS_UDR_DEFAULT_ROUTE);
	is(AVS_UDR_COMPLETE, 1);
	/* it holds Route Server, whose network is not known to be more specific */
	at(2, BASE "learned 10.0.0.0/8 on-premises hub\n", "10.120.0.0/24(stale)");
	excludes("10.0.0.0/8", AVS_UDR_HOLDS_NEIGHBOR);
	at(3, BASE "learned 10.0.0.0/8 on-premises hub\nlearned 10.1.0.0/16 virtual-network hub\n",
	   "10.0.0.0/8 10.120.0.0/24(stale)");
	assert_int_equal(story.udr->excluded_count, 0);
	at(4, BASE "learned 10.1.0.0/16 on-premises hub\nlearned 10.1.0.0/16 virtual-network hub\n",
	   "10.0.0.0/8(stale) 10.120.0.0/24(stale)");
	excludes("10.1.0.0/16", AVS_UDR_VIRTUAL_NETWORK);
	end();
}

TEST(limit)
{
	begin();
	at(1, BASE "avs udr route-limit 3\navs udr reserved 1\n" AVS_24 OP_24,
	   "10.50.0.0/24 10.120.0.0/24");
	is(AVS_UDR_COMPLETE, 1);
	assert_int_equal(story.udr->table[AVS_UDR_GATEWAY_SUBNET].limit, 2);
	/* what vanished has no room left */
	at(2,
	   BASE "avs udr route-limit 3\navs udr reserved 1\n" AVS_24
		"learned 10.121.0.0/24 private-cloud hub\n",
	   "10.120.0.0/24 10.121.0.0/24");
	is(AVS_UDR_COMPLETE, 2);
	at(3,
	   BASE "avs udr route-limit 3\navs udr reserved 1\n" AVS_24 OP_24
		"learned 10.121.0.0/24 private-cloud hub\n",
	   "10.50.0.0/24 10.120.0.0/24");
	is(AVS_UDR_OVER_LIMIT, 3);
	assert_int_equal(story.udr->not_fitting, 1);
	excludes("10.121.0.0/24", AVS_UDR_DOES_NOT_FIT);
	at(4, BASE "avs udr route-limit 3\navs udr reserved 4\n" AVS_24, "");
	is(AVS_UDR_OVER_LIMIT, 4);
	end();
}

TEST(own_nic)
{
	begin();
	at(1, BASE "avs advertise default toward private-cloud\n", "");
	assert_string_equal(say(story.udr, AVS_UDR_NVA_NIC), "0.0.0.0/0");
	assert_int_equal(story.udr->table[AVS_UDR_NVA_NIC].routes[0].next_hop.family, 0);
	is(AVS_UDR_COMPLETE, 1);
	at(2, BASE "avs advertise default toward private-cloud\navs shutdown\n", "");
	assert_string_equal(say(story.udr, AVS_UDR_NVA_NIC), "");
	is(AVS_UDR_COMPLETE, 2);
	end();
}

/* the excluded ones are bounded, and the rest is counted */
TEST(many)
{
	static char text[64000];
	size_t used;
	int i;

	begin();
	used = (size_t)snprintf(text, sizeof(text), BASE "avs udr route-limit 5\n");
	for (i = 0; i < 1010; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "learned 10.%d.%d.0/24 on-premises hub\n", 100 + i / 256,
					 i % 256);
	at(1, text, "10.100.0.0/24 10.100.1.0/24 10.100.2.0/24 10.100.3.0/24 10.100.4.0/24");
	assert_int_equal(story.udr->excluded_count, AVS_UDR_EXCLUDED_MAX);
	assert_int_equal(story.udr->not_listed, 5);
	assert_int_equal(story.udr->not_fitting, 1005);
	end();
}

TEST(no_memory)
{
	struct input in;
	struct avs_plan *plan;
	struct avs_arena *arena;
	struct avs_udr *udr = NULL;
	bool yes[1] = {true};
	unsigned int n;
	enum avs_err err = AVS_ERR_NOMEM;

	input_read(&in, BASE AVS_24 OP_24);
	plan = input_plan(&in, NULL);
	for (n = 0; n < 50 && err; n++) {
		struct avs_udr_input input = {in.config, in.table, plan, yes, yes, NULL, 1};

		avs_test_fail_at((long)n);
		arena = avs_arena_new();
		err = arena ? avs_udr_compute(&input, arena, &udr) : AVS_ERR_NOMEM;
		avs_test_fail_at(-1);
		assert_int_equal(!udr, err != AVS_OK);
		avs_arena_free(arena);
	}
	assert_int_equal(err, AVS_OK);
	assert_true(n > 1);
	input_free(&in);
	test_no_leak();
}

TEST(oracle)
{
	uint64_t seed = test_seed();
	unsigned int i;
	struct gen g;

	for (i = 0; i < 2000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		assert_null(udr_oracle_round(&g));
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(follows_what_is_learned),
		test_case(defaults),
		test_case(lingers),
		test_case(nothing_ends_while_incomplete),
		test_case(not_complete),
		test_case(what_azure_forbids),
		test_case(limit),
		test_case(own_nic),
		test_case(many),
		test_case(no_memory),
		test_case(oracle),
	};

	return test_group("udr", tests);
}
