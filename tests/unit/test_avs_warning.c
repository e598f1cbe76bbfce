// SPDX-License-Identifier: GPL-2.0-or-later
/* Every warning has a sentence that names what it is about and what to type. */
#include "avs_test.h"

#include "avs_warning.h"

TEST(test_every_code)
{
	struct avs_warning w = {.rs = "hub", .subject = "10.1.0.4", .number = 4711};
	char text[512], other[512];
	int i, j, count = 0;

	assert_true(avs_prefix_parse("10.0.0.0/8", &w.prefix));
	for (i = 1; i < 256; i++) {
		if (!strcmp(avs_warning_name((enum avs_warning_code)i), "unknown"))
			continue;
		count++;
		w.code = (enum avs_warning_code)i;
		avs_warning_text(&w, text, sizeof(text));
		print_note("%d %s", i, text);
		/* a sentence, not the name, not cut off */
		assert_true(strlen(text) > 30 && strlen(text) < 300);
		assert_true(text[strlen(text) - 1] != '.');
		for (j = 1; j < i; j++) {
			assert_string_not_equal(avs_warning_name((enum avs_warning_code)i),
						avs_warning_name((enum avs_warning_code)j));
			w.code = (enum avs_warning_code)j;
			assert_string_not_equal(text, avs_warning_text(&w, other, sizeof(other)));
		}
	}
	assert_true(count >= 34);
	assert_string_equal(avs_warning_name((enum avs_warning_code)255), "unknown");
}

static void check(enum avs_warning_code code, const char *prefix, uint32_t number,
		  const char *const *parts)
{
	struct avs_warning w = {.code = code, .rs = "hub", .subject = "10.1.0.4"};
	char text[512];

	if (prefix)
		assert_true(avs_prefix_parse(prefix, &w.prefix));
	w.number = number;
	avs_warning_text(&w, text, sizeof(text));
	print_note("%s", text);
	for (; *parts; parts++)
		assert_non_null(strstr(text, *parts));
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(test_sentences)
{
	check(AVS_WARN_NO_TOWARD, NULL, 0, PARTS("avs route-server hub toward"));
	check(AVS_WARN_ONE_NEIGHBOR, NULL, 0, PARTS("avs route-server hub neighbor"));
	check(AVS_WARN_NO_COMPANIONS, NULL, 0,
	      PARTS("avs advertise companions toward private-cloud"));
	check(AVS_WARN_UNCLASSIFIED, NULL, 7, PARTS("7 unclassified", "avs segment"));
	check(AVS_WARN_REACH_UNTOLD, NULL, 0, PARTS("neighbor 10.1.0.4", "5 s of silence"));
	check(AVS_WARN_REACH_UNTOLD, NULL, 1,
	      PARTS("clear bgp 10.1.0.4", "neighbor 10.1.0.4 soft-reconfiguration inbound"));
	check(AVS_WARN_MAP_REWRITES, "10.1.0.5/32", 0,
	      PARTS("route-map 10.1.0.4 of neighbor 10.1.0.5 ", "may be wrong",
		    ": neighbor 10.1.0.5 soft-reconfiguration inbound"));
	check(AVS_WARN_MAP_REWRITES, "10.1.0.5/32", 3,
	      PARTS("changes 3 paths of neighbor 10.1.0.5,", "classified as they were received"));
	check(AVS_WARN_LEARNED_RFC1918, "10.0.0.0/8", 0,
	      PARTS("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "dual VNet"));
	check(AVS_WARN_LEARNED_RFC1918, "172.16.0.0/12", 0,
	      PARTS("172.16.0.0/13", "172.24.0.0/13"));
	check(AVS_WARN_LEARNED_RFC1918, "192.168.0.0/16", 0,
	      PARTS("192.168.0.0/17", "192.168.128.0/17"));
	/* halves of a default are one as well: no advice */
	check(AVS_WARN_LEARNED_DEFAULT, "0.0.0.0/0", 0, PARTS("0.0.0.0/0", "its own prefixes"));
	check(AVS_WARN_UNACCOMPANIED, "130.40.0.0/16", 3,
	      PARTS("130.40.0.0/16 and 2 more", "avs advertise companion "));
	check(AVS_WARN_BUDGET, "10.2.0.0/16", 3, PARTS("degraded", "10.2.0.0/16", "route-limit"));
	check(AVS_WARN_GATEWAY_BUDGET, NULL, 83, PARTS("83 percent", "gateway-limit"));
	check(AVS_WARN_NEIGHBOR_CONFLICT, NULL, 0,
	      PARTS("no avs route-server hub neighbor 10.1.0.4"));
}

/* Whatever is missing, and however small the buffer. */
TEST(test_edges)
{
	struct avs_warning w = {0};
	char text[64];
	int i;

	for (i = 0; i < 256; i++) {
		w.code = (enum avs_warning_code)i;
		memset(text, 'x', sizeof(text));
		avs_warning_text(&w, text, 20);
		assert_true(strlen(text) < 20);
		assert_int_equal(text[20], 'x');
	}
	w.code = AVS_WARN_SHUTDOWN;
	text[0] = 'x';
	assert_ptr_equal(avs_warning_text(&w, text, 0), text);
	assert_int_equal(text[0], 'x');
	avs_warning_text(&w, text, 1);
	assert_int_equal(text[0], '\0');
	/* no halves of a host prefix */
	w.code = AVS_WARN_LEARNED_RFC1918;
	w.prefix = avs_prefix_v4(1, 32);
	assert_true(strlen(avs_warning_text(&w, text, sizeof(text))) > 30);
}

TEST(test_severity)
{
	assert_string_equal(avs_severity_name(AVS_SEV_NOTICE), "notice");
	assert_string_equal(avs_severity_name(AVS_SEV_WARNING), "warning");
	assert_string_equal(avs_severity_name(AVS_SEV_ALARM), "alarm");
	assert_string_equal(avs_severity_name((enum avs_severity)9), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_every_code),
		test_case(test_sentences),
		test_case(test_edges),
		test_case(test_severity),
	};

	return test_group("avs_warning", tests);
}
