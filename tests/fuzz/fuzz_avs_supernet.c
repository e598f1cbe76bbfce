// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic supernets: any question about few contributors, against the
 * oracle; and the same question in another order has the same answer.
 */
#include "avs_fuzz.h"

#include "../unit/avs_oracle_supernet.h"

#define MAX 12

static struct avs_prefix near_prefix(struct gen *g)
{
	return avs_prefix_v4(0x0a010000 | gen_below(g, 64) << 7, (uint8_t)(20 + gen_below(g, 7)));
}

static struct avs_prefix any(struct gen *g)
{
	return gen_once_in(g, 4) ? gen_prefix(g) : near_prefix(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_prefix contributors[MAX], taken[4], within[2], protect[2];
	struct avs_supernet_input in = {
		.contributors = contributors, .taken = taken, .within = within, .protect = protect};
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct avs_supernet_set set, again;
	const char *difference;
	struct gen g;
	size_t i;

	gen_bytes(&g, data, size);
	in.max_prefixes = 1 + gen_below(&g, 6);
	in.shortest = gen_once_in(&g, 3) ? 1 + gen_below(&g, 31) : 8;
	in.consent = gen_once_in(&g, 2);
	in.max_attract = gen_once_in(&g, 4) ? gen_below(&g, 70000) : 0;
	in.taken_count = gen_below(&g, 5);
	for (i = 0; i < in.taken_count; i++)
		taken[i] = any(&g);
	in.within_count = gen_once_in(&g, 4) ? 1 + gen_below(&g, 2) : 0;
	for (i = 0; i < in.within_count; i++)
		within[i] = any(&g);
	in.protect_count = gen_once_in(&g, 3) ? 1 + gen_below(&g, 2) : 0;
	for (i = 0; i < in.protect_count; i++)
		protect[i] = any(&g);
	/* the oracle is exponential: few contributors that are far from each other */
	for (i = 0; i < MAX && gen_more(&g); i++)
		contributors[i] = i > 6 ? near_prefix(&g) : any(&g);
	in.contributor_count = i;
	must(avs_supernet_solve(&in, arena, &set) == AVS_OK);
	difference = naive_supernet_compare(&in, &set);
	if (difference)
		fprintf(stderr, "differs from the oracle: %s\n", difference);
	must(!difference);
	gen_seed(&g, size);
	gen_shuffle(&g, contributors, in.contributor_count, sizeof(contributors[0]));
	must(avs_supernet_solve(&in, arena, &again) == AVS_OK);
	must(set.count == again.count && set.attracted == again.attracted &&
	     set.fault == again.fault);
	for (i = 0; i < set.count; i++)
		must(avs_prefix_equal(&set.prefixes[i], &again.prefixes[i]));
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
