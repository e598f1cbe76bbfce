// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The automatic supernets alone, without a daemon.
 *
 * Usage: solver ROUTES ROUNDS
 *
 * Prints CPU time (the best of all rounds) as lines of "name value":
 *   table_ms     build the table of so many learned routes
 *   change_us    one route of it leaves and comes back (median)
 *   solve_ms     the best set of at most 1000 supernets for them
 *   peak_bytes   memory of the solver at its highest
 *
 * The routes lie as those that the benchmark feeds (bench/feed.py), in
 * shuffled order.  All are contributors: the hardest case.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "avs_alloc.h"
#include "avs_arena.h"
#include "avs_supernet.h"
#include "avs_table.h"

static const uint8_t lengths[16] = {24, 25, 25, 26, 26, 26, 26, 27, 27, 27, 27, 27, 27, 27, 28, 28};

/* the size of a block stands in front of it */
static size_t in_use, peak;

static void *counted(void *block, size_t size)
{
	if (!block)
		return NULL;
	*(size_t *)block = size;
	in_use += size;
	if (in_use > peak)
		peak = in_use;
	return (char *)block + 16;
}

void *avs_alloc(size_t size)
{
	return counted(malloc(size + 16), size);
}

void *avs_realloc(void *ptr, size_t size)
{
	char *block = ptr ? (char *)ptr - 16 : NULL;
	size_t old = block ? *(size_t *)block : 0;
	char *new = realloc(block, size + 16);

	if (new)
		in_use -= old;
	return counted(new, size);
}

void avs_free(void *ptr)
{
	if (!ptr)
		return;
	in_use -= *(size_t *)((char *)ptr - 16);
	free((char *)ptr - 16);
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static uint64_t random_state = 88172645463325252U;

static size_t below(size_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (size_t)(random_state % limit);
}

static void make(struct avs_prefix *prefixes, size_t count)
{
	uint32_t address = 0;
	size_t i, j;
	struct avs_prefix swap;

	/* from 0.0.0.0 on, because a million routes do not fit into 10.0.0.0/8 */
	for (i = 0, address = 1U << 24; i < count; i++) {
		prefixes[i] = (struct avs_prefix){.family = AVS_IPV4, .len = lengths[i % 16]};
		prefixes[i].addr[0] = (uint8_t)(address >> 24);
		prefixes[i].addr[1] = (uint8_t)(address >> 16);
		prefixes[i].addr[2] = (uint8_t)(address >> 8);
		prefixes[i].addr[3] = (uint8_t)address;
		address += 1U << (32 - lengths[i % 16]);
		/* every fifth /22 is empty */
		if (i % 64 == 63)
			address += 1U << 10;
	}
	for (i = count; i > 1; i--) {
		j = below(i);
		swap = prefixes[i - 1];
		prefixes[i - 1] = prefixes[j];
		prefixes[j] = swap;
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double best(double so_far, double value)
{
	return so_far == 0 || value < so_far ? value : so_far;
}

static int table(const struct avs_prefix *prefixes, size_t count, double *build, double *change)
{
	struct avs_fact fact = {.from = {[AVS_SEGMENT_PRIVATE_CLOUD] = 1}, .usable = true};
	struct avs_table *t = avs_table_new();
	double start = now_ms(), took[101];
	size_t i;

	if (!t)
		return 1;
	for (i = 0; i < count; i++)
		if (avs_table_set(t, &prefixes[i], &fact) != AVS_OK)
			return 1;
	*build = best(*build, now_ms() - start);
	for (i = 0; i < 101; i++) {
		const struct avs_prefix *prefix = &prefixes[below(count)];

		start = now_ms();
		if (avs_table_set(t, prefix, NULL) != AVS_OK ||
		    avs_table_set(t, prefix, &fact) != AVS_OK)
			return 1;
		took[i] = (now_ms() - start) * 1e3;
	}
	qsort(took, 101, sizeof(*took), by_value);
	*change = best(*change, took[50]);
	avs_table_free(t);
	return 0;
}

static int solve(const struct avs_prefix *prefixes, size_t count, double *ms, size_t *members)
{
	static const struct avs_prefix everything = {.family = AVS_IPV4};
	struct avs_supernet_input input = {
		.contributors = prefixes,
		.contributor_count = count,
		.within = &everything,
		.within_count = 1,
		.max_prefixes = AVS_SUPERNET_MAX,
		.shortest = 1,
	};
	struct avs_arena *arena = avs_arena_new();
	struct avs_supernet_set set;
	double start = now_ms();

	if (!arena || avs_supernet_solve(&input, arena, &set) != AVS_OK || set.fault)
		return 1;
	*ms = best(*ms, now_ms() - start);
	*members = set.count;
	avs_arena_free(arena);
	return 0;
}

int main(int argc, char **argv)
{
	size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, members = 0;
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct avs_prefix *prefixes;
	double build = 0, change = 0, ms = 0;

	if (!count || !rounds || count > 4000000) {
		fprintf(stderr, "usage: %s ROUTES ROUNDS\n", argv[0]);
		return 2;
	}
	prefixes = calloc(count, sizeof(*prefixes));
	if (!prefixes)
		return 1;
	make(prefixes, count);
	for (unsigned long i = 0; i < rounds; i++)
		if (table(prefixes, count, &build, &change))
			return 1;
	peak = in_use;
	for (unsigned long i = 0; i < rounds; i++)
		if (solve(prefixes, count, &ms, &members))
			return 1;
	printf("table_ms %.3f\nchange_us %.3f\nsolve_ms %.3f\nmembers %zu\npeak_bytes %zu\n", build,
	       change, ms, members, peak);
	free(prefixes);
	return 0;
}
