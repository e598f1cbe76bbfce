// SPDX-License-Identifier: GPL-2.0-or-later
/* Doctor's steps, what segments are expected to learn, and the way back. */
#include "avs_test.h"

#include "avs_checklist.h"
#include "avs_input.h"
#include "avs_preview.h"
#include "avs_stock.h"

#define BOTH                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"                                              \
	"avs route-server hub toward on-premises\n"
#define LEARNED                                                                                    \
	"learned 10.1.0.0/16 virtual-network hub\n"                                                \
	"learned 10.20.0.0/16 private-cloud hub\n"                                                 \
	"learned 10.30.0.0/16 on-premises hub\n"

/* Every warning has a step and every step has words; what all depends on comes first. */
TEST(steps)
{
	unsigned int used[AVS_CHECK_COUNT] = {0}, i;

	for (i = 1; strcmp(avs_warning_name((enum avs_warning_code)i), "unknown"); i++) {
		assert_true(avs_check_of((enum avs_warning_code)i) < AVS_CHECK_COUNT);
		used[avs_check_of((enum avs_warning_code)i)]++;
	}
	for (i = 0; i < AVS_CHECK_COUNT; i++) {
		assert_true(used[i] > 0);
		assert_true(strlen(avs_check_text((enum avs_check)i)) > 10);
	}
	assert_int_equal(avs_check_of(AVS_WARN_INACTIVE), AVS_CHECK_MODULE);
	assert_int_equal(avs_check_of(AVS_WARN_SESSION_DOWN), AVS_CHECK_SESSIONS);
	assert_int_equal(avs_check_of(AVS_WARN_MONITOR), AVS_CHECK_GUARD);
}

static char said[4096];

static void add(const char *text)
{
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", text);
}

static void expected(const struct avs_expected *e, void *arg)
{
	char prefix[AVS_PREFIX_STRLEN], line[256];

	(void)arg;
	snprintf(line, sizeof(line), "%s %s %u %s %s", avs_segment_name(e->segment),
		 avs_prefix_str(&e->prefix, prefix, sizeof(prefix)), e->rs, avs_via_name(e->via),
		 e->via == AVS_VIA_PLAN ? avs_class_name(e->cls) : "-");
	add(line);
}

static void check_preview(const char *text, const char *wanted)
{
	struct input in;

	print_note("%s", text);
	said[0] = '\0';
	input_read(&in, text);
	avs_preview_each(input_plan(&in, NULL), in.table, expected, NULL);
	assert_string_equal(said, wanted);
	input_free(&in);
	test_no_leak();
}

/* Nothing in Azure filters by circuit; a gateway does not join its circuits. */
TEST(preview)
{
	check_preview(BOTH LEARNED "avs advertise supernet 10.30.0.0/15",
		      "private-cloud 10.30.0.0/15 0 plan supernet\n"
		      "private-cloud 10.1.0.0/16 0 network -\n"
		      "on-premises 10.30.0.0/15 0 plan supernet\n"
		      "on-premises 10.1.0.0/16 0 network -\n");
	check_preview(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub global-reach on-premises\n" LEARNED
		"avs route-server hub accept-leak on-premises\n"
		"avs advertise default toward private-cloud",
		"private-cloud 0.0.0.0/0 0 plan default\n"
		"private-cloud 10.1.0.0/16 0 network -\n"
		"private-cloud 10.30.0.0/16 0 global-reach -\n"
		"on-premises 0.0.0.0/0 0 plan default\n"
		"on-premises 10.1.0.0/16 0 network -\n"
		"on-premises 10.20.0.0/16 0 global-reach -\n");
	/* NO_ADVERTISE stays inside, and what is refused is not expected */
	check_preview(BOTH
		      "avs advertise default vnet-only\n"
		      "avs advertise companions toward private-cloud",
		      "");
	check_preview("avs route-server hub neighbor 10.1.0.4", "");
}

static void line(const char *text, void *arg)
{
	(void)arg;
	if (text[0] != '!')
		add(text);
}

static void check_stock(const char *text, const char *instance, const char *wanted)
{
	struct input in;

	print_note("%s", text);
	said[0] = '\0';
	input_read(&in, text);
	avs_stock_write(input_plan(&in, NULL), 64512, 64512, instance, line, NULL);
	assert_string_equal(said, wanted);
	input_free(&in);
	test_no_leak();
}

TEST(stock)
{
	check_stock(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs route-server hub prepend 2\n"
		"avs route-server hub next-hop 10.1.1.9\n"
		"avs route-server hub route-map OUT out\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise default next-hop 10.1.1.4\n"
		"avs advertise supernet 10.20.0.0/15\n"
		"avs advertise supernet 10.40.0.0/15\n"
		"learned 10.20.0.0/16 private-cloud hub",
		"",
		"route-map PLAN-IN permit 10\n"
		"exit\n"
		"ip prefix-list PLAN-hub-1 seq 5 permit 0.0.0.0/0\n"
		"ip prefix-list PLAN-hub-2 seq 10 permit 10.20.0.0/15\n"
		"route-map PLAN-hub permit 10\n"
		" match ip address prefix-list PLAN-hub-1\n"
		" call OUT\n"
		" set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		" set as-path prepend 64512 64512\n"
		" set ip next-hop 10.1.1.4\n"
		"exit\n"
		"route-map PLAN-hub permit 20\n"
		" match ip address prefix-list PLAN-hub-2\n"
		" call OUT\n"
		" set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		" set as-path prepend 64512 64512\n"
		" set ip next-hop 10.1.1.9\n"
		"exit\n"
		"router bgp 64512\n"
		" no bgp network import-check\n"
		" address-family ipv4 unicast\n"
		"  network 0.0.0.0/0\n"
		"  network 10.20.0.0/15\n"
		"  neighbor 10.1.0.4 route-map PLAN-IN in\n"
		"  neighbor 10.1.0.4 route-map PLAN-hub out\n"
		"  neighbor 10.1.0.4 next-hop-self\n"
		" exit-address-family\n"
		"exit\n");
	/* discard routes for what is originated with this router as next hop; nothing planned: deny
	 */
	check_stock(BOTH LEARNED
		    "avs advertise supernet 10.30.0.0/15\n"
		    "avs route-server dmz neighbor 10.2.0.4\n"
		    "avs route-server hub route-map IN in\n"
		    "avs advertise default vnet-only\n",
		    "",
		    "ip route 10.30.0.0/15 Null0 254\n"
		    "route-map PLAN-IN permit 10\n"
		    "exit\n"
		    "route-map PLAN-dmz deny 10\n"
		    "exit\n"
		    "ip prefix-list PLAN-hub-1 seq 5 permit 0.0.0.0/0\n"
		    "ip prefix-list PLAN-hub-2 seq 10 permit 10.30.0.0/15\n"
		    "route-map PLAN-hub permit 10\n"
		    " match ip address prefix-list PLAN-hub-1\n"
		    " set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		    " set community no-advertise additive\n"
		    "exit\n"
		    "route-map PLAN-hub permit 20\n"
		    " match ip address prefix-list PLAN-hub-2\n"
		    " set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		    "exit\n"
		    "router bgp 64512\n"
		    " no bgp network import-check\n"
		    " address-family ipv4 unicast\n"
		    "  network 0.0.0.0/0\n"
		    "  network 10.30.0.0/15\n"
		    "  neighbor 10.2.0.4 route-map PLAN-IN in\n"
		    "  neighbor 10.2.0.4 route-map PLAN-dmz out\n"
		    "  neighbor 10.2.0.4 next-hop-self\n"
		    "  neighbor 10.1.0.4 route-map IN in\n"
		    "  neighbor 10.1.0.4 route-map PLAN-hub out\n"
		    "  neighbor 10.1.0.4 next-hop-self\n"
		    "  neighbor 10.1.0.5 route-map IN in\n"
		    "  neighbor 10.1.0.5 route-map PLAN-hub out\n"
		    "  neighbor 10.1.0.5 next-hop-self\n"
		    " exit-address-family\n"
		    "exit\n");
	/* none for what is as good as a default */
	check_stock(
		"avs route-server hub neighbor 10.1.0.4\n"
		"avs route-server hub toward private-cloud\n"
		"avs advertise default toward private-cloud\n"
		"avs advertise default form halves\n"
		"avs advertise supernet 64.0.0.0/2 unconditional\n",
		"",
		"route-map PLAN-IN permit 10\n"
		"exit\n"
		"ip prefix-list PLAN-hub-1 seq 5 permit 0.0.0.0/1\n"
		"ip prefix-list PLAN-hub-2 seq 10 permit 64.0.0.0/2\n"
		"ip prefix-list PLAN-hub-1 seq 15 permit 128.0.0.0/1\n"
		"route-map PLAN-hub permit 10\n"
		" match ip address prefix-list PLAN-hub-1\n"
		" set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		"exit\n"
		"route-map PLAN-hub permit 20\n"
		" match ip address prefix-list PLAN-hub-2\n"
		" set as-path exclude 12076 65515 65516 65517 65518 65519 65520\n"
		"exit\n"
		"router bgp 64512\n"
		" no bgp network import-check\n"
		" address-family ipv4 unicast\n"
		"  network 0.0.0.0/1\n"
		"  network 64.0.0.0/2\n"
		"  network 128.0.0.0/1\n"
		"  neighbor 10.1.0.4 route-map PLAN-IN in\n"
		"  neighbor 10.1.0.4 route-map PLAN-hub out\n"
		"  neighbor 10.1.0.4 next-hop-self\n"
		" exit-address-family\n"
		"exit\n");
	/* no discard routes where Null0 would be another table's */
	check_stock("", " vrf red",
		    "route-map PLAN-IN permit 10\n"
		    "exit\n"
		    "router bgp 64512 vrf red\n"
		    " no bgp network import-check\n"
		    " address-family ipv4 unicast\n"
		    " exit-address-family\n"
		    "exit\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(steps),
		test_case(preview),
		test_case(stock),
	};

	return test_group("checklist", tests);
}
