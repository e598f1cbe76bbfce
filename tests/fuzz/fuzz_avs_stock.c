// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way back: every announcement is permitted by exactly one line of a list,
 * everything that is originated has its `network`, and nothing else is named.
 */
#include "avs_fuzz_scene.h"

#include "avs_stock.h"

struct seen {
	const struct avs_plan *plan;
	size_t permitted, networks;
};

static void line(const char *text, void *arg)
{
	struct seen *seen = arg;
	char rs[64], prefix[64];
	const char *dash;
	struct avs_prefix p;
	unsigned int group;
	size_t i;

	must(strlen(text) < 500 && !strchr(text, '\n'));
	if (sscanf(text, "ip prefix-list PLAN-%63s seq %*u permit %63s", rs, prefix) == 2) {
		const struct avs_entry *e;

		dash = strrchr(rs, '-');
		must(dash && sscanf(dash, "-%u", &group) == 1);
		rs[dash - rs] = '\0';
		must(avs_prefix_parse(prefix, &p));
		e = avs_plan_find(seen->plan, avs_config_find_rs(seen->plan->config, rs), &p);
		must(e && avs_reason_permits(e->reason));
		must(group == (e->cls == AVS_CLASS_DEFAULT ? 1U : 2U));
		seen->permitted++;
	} else if (sscanf(text, "  network %63s", prefix) == 1) {
		must(avs_prefix_parse(prefix, &p));
		for (i = 0; i < seen->plan->originate_count; i++)
			if (naive_same(&seen->plan->originate[i], &p))
				break;
		must(i < seen->plan->originate_count);
		seen->networks++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	size_t i, announced = 0;
	struct seen seen;
	struct scene s;
	struct gen g;

	gen_bytes(&g, data, size);
	scene_draw(&s, &g, arena);
	seen = (struct seen){.plan = scene_plan(&s, arena)};
	avs_stock_write(seen.plan, 4294967295U, 4294967295U, "", line, &seen);
	for (i = 0; i < seen.plan->count; i++)
		announced += avs_reason_permits(seen.plan->entries[i].reason) &&
			     !seen.plan->config->rs[seen.plan->entries[i].rs].overlay;
	must(seen.permitted == announced);
	must(seen.networks == seen.plan->originate_count);
	scene_free(&s);
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
