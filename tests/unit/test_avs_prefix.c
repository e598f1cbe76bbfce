// SPDX-License-Identifier: GPL-2.0-or-later
/* Prefix arithmetic against strings of bits. */
#include "avs_test.h"

#include "avs_gen.h"
#include "avs_oracle.h"

TEST(test_parse)
{
	static const struct {
		const char *text, *canonical; /* NULL: refused */
	} vectors[] = {
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"10.1.0.4", "10.1.0.4/32"},
		{"255.255.255.255/32", "255.255.255.255/32"},
		{"2001:db8::/32", "2001:db8::/32"},
		{"2001:0DB8:0::/32", "2001:db8::/32"},
		{"::/0", "::/0"},
		{"::1", "::1/128"},
		{"::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104"},
		/* host bits */
		{"10.1.0.0/8", NULL},
		{"10.0.0.1/31", NULL},
		{"0.0.0.1/0", NULL},
		{"2001:db8::1/127", NULL},
		/* lengths */
		{"10.0.0.0/33", NULL},
		{"::/129", NULL},
		{"10.0.0.0/", NULL},
		{"10.0.0.0/08", NULL},
		{"10.0.0.0/+8", NULL},
		{"10.0.0.0/8 ", NULL},
		{"10.0.0.0/-1", NULL},
		{"10.0.0.0/8/8", NULL},
		{"10.0.0.0/4294967304", NULL},
		{"10.0.0.0/255.0.0.0", NULL},
		/* addresses */
		{"", NULL},
		{"/8", NULL},
		{"10", NULL},
		{"10.0.0/8", NULL},
		{"010.0.0.0/8", NULL},
		{"10.0.0.0.0/8", NULL},
		{"256.0.0.0/8", NULL},
		{" 10.0.0.0/8", NULL},
		{"fe80::1%eth0", NULL},
		{":::/0", NULL},
		{"any", NULL},
		{"1111111111111111111111111111111111111111111111111111111111111/8", NULL},
	};
	struct avs_prefix p, before;
	char buf[AVS_PREFIX_STRLEN];
	size_t i;

	memset(&before, 0x77, sizeof(before));
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		print_note("%s", vectors[i].text);
		p = before;
		if (!vectors[i].canonical) {
			assert_false(avs_prefix_parse(vectors[i].text, &p));
			assert_memory_equal(&p, &before, sizeof(p));
			continue;
		}
		assert_true(avs_prefix_parse(vectors[i].text, &p));
		assert_true(avs_prefix_ok(&p));
		assert_string_equal(avs_prefix_str(&p, buf, sizeof(buf)), vectors[i].canonical);
	}
	assert_false(avs_prefix_parse(NULL, &p));
}

TEST(test_str)
{
	struct avs_prefix p, none = {0};
	char buf[AVS_PREFIX_STRLEN];

	assert_string_equal(avs_prefix_str(&none, buf, sizeof(buf)), "none");
	/* the longest text there is fits */
	assert_true(avs_prefix_parse("1111:2222:3333:4444:5555:6666:7777:8888/128", &p));
	assert_int_equal(strlen(avs_prefix_str(&p, buf, sizeof(buf))), 43);
	assert_string_equal(avs_prefix_str(&p, buf, 6), "1111:");
}

TEST(test_ok)
{
	struct avs_prefix p = {.family = AVS_IPV4, .len = 8, .addr = {10}};

	assert_true(avs_prefix_ok(&p));
	p.addr[1] = 1;
	assert_false(avs_prefix_ok(&p));
	p.addr[1] = 0;
	p.addr[4] = 1; /* beyond the family */
	assert_false(avs_prefix_ok(&p));
	p.addr[4] = 0;
	p.len = 33;
	assert_false(avs_prefix_ok(&p));
	p.len = 8;
	p.family = 0;
	assert_false(avs_prefix_ok(&p));
	p.family = 64;
	assert_false(avs_prefix_ok(&p));
	p.family = AVS_IPV6;
	assert_true(avs_prefix_ok(&p));
}

TEST(test_v4)
{
	struct avs_prefix p = avs_prefix_v4(0xc0a80101, 16);
	struct gen g;
	unsigned int i;

	assert_true(avs_prefix_ok(&p));
	assert_int_equal(avs_prefix_v4_addr(&p), 0xc0a80000);
	p = avs_prefix_v4(0xffffffff, 40); /* no such length: the longest */
	assert_int_equal(p.len, 32);
	for (gen_seed(&g, test_seed()), i = 0; i < 2000; i++) {
		uint32_t addr = gen_below(&g, UINT32_MAX);
		uint8_t len = (uint8_t)gen_below(&g, 33);
		uint32_t mask = len ? UINT32_MAX << (32 - len) : 0;

		p = avs_prefix_v4(addr, len);
		assert_true(avs_prefix_ok(&p));
		assert_int_equal(avs_prefix_v4_addr(&p), addr & mask);
	}
}

/* everything that two prefixes can be to each other */
static void check_pair(const struct avs_prefix *a, const struct avs_prefix *b)
{
	unsigned int i, max = a->len < b->len ? a->len : b->len, common = 0;

	assert_int_equal(avs_prefix_contains(a, b), naive_in(a, b));
	assert_int_equal(avs_prefix_equal(a, b), naive_same(a, b));
	assert_int_equal(avs_prefix_overlaps(a, b), naive_in(a, b) || naive_in(b, a));
	assert_int_equal(avs_prefix_cmp(a, b) < 0, naive_before(a, b));
	assert_int_equal(avs_prefix_cmp(a, b), -avs_prefix_cmp(b, a));
	if (naive_strictly_in(a, b))
		assert_true(avs_prefix_cmp(a, b) < 0);
	if (a->family == b->family)
		while (common < max && naive_bit(a, common) == naive_bit(b, common))
			common++;
	assert_int_equal(avs_prefix_common(a, b), common);
	for (i = 0; i < 128; i++)
		assert_int_equal(avs_prefix_bit(a, i), naive_bit(a, i));
	assert_int_equal(avs_prefix_bit(a, 128), 0);
	assert_int_equal(avs_prefix_bit(a, UINT32_MAX), 0);
}

TEST(test_pairs)
{
	struct avs_prefix a, b, again;
	char buf[AVS_PREFIX_STRLEN];
	struct gen g;
	unsigned int i;

	for (gen_seed(&g, test_seed()), i = 0; i < 50000; i++) {
		a = gen_prefix(&g);
		b = gen_once_in(&g, 3) ? gen_related(&g, a) : gen_prefix(&g);
		assert_true(avs_prefix_ok(&a));
		check_pair(&a, &b);
		assert_true(avs_prefix_parse(avs_prefix_str(&a, buf, sizeof(buf)), &again));
		assert_true(naive_same(&a, &again));
		assert_int_equal(avs_prefix_is_rfc1918_block(&a), naive_block(&a));
		assert_int_equal(avs_prefix_is_default_equivalent(&a), a.len < 8);
		assert_int_equal(avs_prefix_needs_consent(&a), a.len < 8 || naive_block(&a));
	}
}

TEST(test_words)
{
	static const struct {
		const char *text;
		bool block, is_default;
	} vectors[] = {
		{"0.0.0.0/0", false, true},	 {"0.0.0.0/1", false, true},
		{"128.0.0.0/1", false, true},	 {"10.0.0.0/7", false, true},
		{"10.0.0.0/8", true, false},	 {"10.0.0.0/9", false, false},
		{"11.0.0.0/8", false, false},	 {"172.16.0.0/12", true, false},
		{"172.16.0.0/13", false, false}, {"172.0.0.0/8", false, false},
		{"192.168.0.0/16", true, false}, {"192.168.0.0/15", false, false},
		{"::/0", false, true},		 {"a00::/8", false, false},
		{"fc00::/7", false, true},
	};
	struct avs_prefix p, none = {0};
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		print_note("%s", vectors[i].text);
		assert_true(avs_prefix_parse(vectors[i].text, &p));
		assert_int_equal(avs_prefix_is_rfc1918_block(&p), vectors[i].block);
		assert_int_equal(avs_prefix_is_default_equivalent(&p), vectors[i].is_default);
	}
	/* "none" is no default */
	assert_false(avs_prefix_is_default_equivalent(&none));
	for (i = 0; i < 3; i++)
		assert_true(avs_prefix_is_rfc1918_block(&avs_rfc1918[i]));
	assert_true(avs_prefix_cmp(&avs_rfc1918[0], &avs_rfc1918[1]) < 0);
	assert_true(avs_prefix_cmp(&avs_rfc1918[1], &avs_rfc1918[2]) < 0);
}

/* halves are in it, one bit longer, and wider again the prefix itself */
TEST(test_steps)
{
	static const struct {
		const char *text, *low, *high, *wider;
		bool is_private;
	} v[] = {
		{"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0", false},
		{"128.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2", "0.0.0.0/0", false},
		{"10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.0.0.0/7", true},
		{"11.0.0.0/8", "11.0.0.0/9", "11.128.0.0/9", "10.0.0.0/7", false},
		{"10.0.0.0/7", "10.0.0.0/8", "11.0.0.0/8", "8.0.0.0/6", false},
		{"172.31.0.0/16", "172.31.0.0/17", "172.31.128.0/17", "172.30.0.0/15", true},
		{"192.168.255.254/31", "192.168.255.254/32", "192.168.255.255/32",
		 "192.168.255.252/30", true},
		{"100.127.255.255/32", "100.127.255.255/32", "100.127.255.255/32",
		 "100.127.255.254/31", true},
		{"100.0.0.0/9", "100.0.0.0/10", "100.64.0.0/10", "100.0.0.0/8", false},
		{"::/0", "::/1", "8000::/1", "::/0", false},
	};
	char buf[AVS_PREFIX_STRLEN];
	struct avs_prefix p, q;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		print_note("%s", v[i].text);
		assert_true(avs_prefix_parse(v[i].text, &p));
		q = avs_prefix_half(&p, 0);
		assert_string_equal(avs_prefix_str(&q, buf, sizeof(buf)), v[i].low);
		q = avs_prefix_half(&p, 1);
		assert_string_equal(avs_prefix_str(&q, buf, sizeof(buf)), v[i].high);
		q = avs_prefix_wider(&p);
		assert_string_equal(avs_prefix_str(&q, buf, sizeof(buf)), v[i].wider);
		assert_int_equal(avs_prefix_is_private(&p), v[i].is_private);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_parse), test_case(test_str),   test_case(test_ok),
		test_case(test_v4),    test_case(test_pairs), test_case(test_words),
		test_case(test_steps),
	};

	return test_group("avs_prefix", tests);
}
