// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Golden files: data/NAME.in is a scenario (avs_input.h), or several of them
 * separated by lines of "---" that follow each other in time; data/NAME.out is
 * what the core makes of it.
 *
 * AVS_TEST_UPDATE=1 in the environment writes the .out files anew; look at the
 * difference before you commit it.
 */
#include <dirent.h>
#include <limits.h>

#include "avs_test.h"

#include "avs_dump.h"
#include "avs_gen.h"
#include "avs_input.h"

#define FILE_MAX 65536
#define CASES_MAX 64

static char text_in[FILE_MAX], text_out[FILE_MAX], text_have[FILE_MAX];
static size_t have_used;

static void put_line(const char *line, void *arg)
{
	const char *indent = arg;
	int n = snprintf(text_have + have_used, sizeof(text_have) - have_used, "%s%s\n",
			 indent ? indent : "", line);

	assert_true(n > 0 && (size_t)n < sizeof(text_have) - have_used);
	have_used += (size_t)n;
}

static bool read_file(const char *path, char *buf)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(buf, 1, FILE_MAX - 1, f);
	buf[n] = '\0';
	fclose(f);
	return true;
}

static void dump_scenario(struct input *in, const struct avs_plan *prev, bool follows,
			  struct avs_plan **plan)
{
	struct avs_step *steps = NULL;
	size_t count = 0;

	put_line("configuration", NULL);
	avs_dump_config(in->config, put_line, " ");
	put_line("table", NULL);
	avs_dump_table(in->table, put_line, " ");
	*plan = input_plan(in, prev);
	put_line("plan", NULL);
	avs_dump_plan(*plan, put_line, " ");
	if (!follows)
		return;
	assert_int_equal(avs_plan_diff(prev, *plan, in->arena, &steps, &count), AVS_OK);
	put_line("steps", NULL);
	avs_dump_steps(steps, count, put_line, " ");
}

/* all scenarios of one file, each after the plan of the one before */
static void dump_file(char *text)
{
	struct input in[8];
	struct avs_plan *plan = NULL;
	unsigned int n = 0, i;
	char *next;

	have_used = 0;
	text_have[0] = '\0';
	for (; text; text = next) {
		next = strstr(text, "\n---\n");
		if (next) {
			next[1] = '\0';
			next += 5;
		}
		assert_true(n < 8);
		if (n)
			put_line("---", NULL);
		input_read(&in[n], text);
		dump_scenario(&in[n], plan, n > 0, &plan);
		n++;
	}
	for (i = 0; i < n; i++)
		input_free(&in[i]);
}

static void check_case(const char *dir, const char *name)
{
	/* room for both, as far as a compiler can tell */
	char path[2 * PATH_MAX + 8];
	FILE *f;

	print_note("%.900s", name);
	snprintf(path, sizeof(path), "%s/%s.in", dir, name);
	assert_true(read_file(path, text_in));
	dump_file(text_in);
	snprintf(path, sizeof(path), "%s/%s.out", dir, name);
	if (getenv("AVS_TEST_UPDATE")) {
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(text_have, f);
		fclose(f);
	}
	assert_true(read_file(path, text_out));
	assert_string_equal(text_have, text_out);
}

static int name_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

TEST(test_golden)
{
	static char names[CASES_MAX][64];
	const char *top = getenv("AVS_SRCDIR");
	char dir[PATH_MAX];
	struct dirent *entry;
	size_t count = 0, i, n;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/tests/unit/data", top ? top : ".");
	print_note("%.900s", dir);
	d = opendir(dir);
	assert_non_null(d);
	while ((entry = readdir(d))) {
		n = strlen(entry->d_name);
		if (n < 4 || n >= sizeof(names[0]) || strcmp(entry->d_name + n - 3, ".in"))
			continue;
		assert_true(count < CASES_MAX);
		memcpy(names[count], entry->d_name, n - 3);
		names[count++][n - 3] = '\0';
	}
	closedir(d);
	qsort(names, count, sizeof(names[0]), name_order);
	assert_true(count >= 5);
	for (i = 0; i < count; i++)
		check_case(dir, names[i]);
	test_no_leak();
}

/* What is dumped can be read again, and is the same then. */
TEST(test_round_trip)
{
	uint64_t seed = test_seed();
	struct avs_config *config;
	struct avs_arena *arena;
	struct input in;
	unsigned int i;
	struct gen g;

	for (i = 0; i < 2000; i++) {
		print_note("AVS_TEST_SEED=%llu", (unsigned long long)(seed + i));
		gen_seed(&g, seed + i);
		arena = avs_arena_new();
		config = gen_config(&g, arena);
		assert_int_equal(avs_config_seal(config), AVS_OK);
		have_used = 0;
		text_have[0] = '\0';
		avs_dump_config(config, put_line, NULL);
		input_read(&in, text_have);
		assert_true(avs_config_equal(config, in.config));
		input_free(&in);
		avs_arena_free(arena);
	}
	test_no_leak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_case(test_golden),
		test_case(test_round_trip),
	};

	return test_group("avs_dump", tests);
}
