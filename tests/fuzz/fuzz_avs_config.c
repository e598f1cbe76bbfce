// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configurations: sealing forgets the order; what is dumped can be read; a
 * merge unites and never gives consent.
 */
#include "avs_fuzz.h"

#include "avs_dump.h"

#include "../unit/avs_input.h"

static char text[65536];
static size_t used;

static void put_line(const char *line, void *arg)
{
	size_t n = strlen(line);

	(void)arg;
	must(used + n + 2 < sizeof(text));
	memcpy(text + used, line, n);
	used += n;
	text[used++] = '\n';
	text[used] = '\0';
}

static void check_round_trip(const struct avs_config *config)
{
	struct input in;

	used = 0;
	text[0] = '\0';
	avs_dump_config(config, put_line, NULL);
	input_read(&in, text);
	must(avs_config_equal(config, in.config));
	input_free(&in);
}

static bool lists(const struct avs_config *c, unsigned int rs, const struct avs_prefix *neighbor)
{
	size_t i;

	for (i = 0; rs != AVS_RS_NONE && i < c->rs[rs].neighbor_count; i++)
		if (naive_same(&c->rs[rs].neighbors[i], neighbor))
			return true;
	return false;
}

static void check_merge(const struct avs_config *before, const struct avs_config *now,
			const struct avs_config *merged)
{
	size_t i, j;

	must(merged->shutdown == (before->shutdown || now->shutdown));
	for (i = 0; i < merged->rs_count; i++) {
		const struct avs_rs_config *rs = &merged->rs[i];
		unsigned int a = avs_config_find_rs(before, rs->name);
		unsigned int b = avs_config_find_rs(now, rs->name);

		must(a != AVS_RS_NONE || b != AVS_RS_NONE);
		must(rs->accept_leak == (b != AVS_RS_NONE && now->rs[b].accept_leak));
		must(!rs->global_reach || (a != AVS_RS_NONE && before->rs[a].global_reach) ||
		     (b != AVS_RS_NONE && now->rs[b].global_reach));
		for (j = 0; j < rs->neighbor_count; j++) {
			/* where it was, unless now says where it is */
			must(lists(now, b, &rs->neighbors[j]) ||
			     (avs_config_role(now, &rs->neighbors[j], NULL) == AVS_RS_NONE &&
			      lists(before, a, &rs->neighbors[j])));
		}
	}
	for (i = 0; i < before->rs_count; i++)
		/* an overlay neighbour whose address has another role now is none any more */
		must(avs_config_find_rs(merged, before->rs[i].name) != AVS_RS_NONE ||
		     (before->rs[i].overlay &&
		      avs_config_role(now, &before->rs[i].neighbors[0], NULL) != AVS_RS_NONE));
	for (i = 0; i < now->rs_count; i++)
		must(avs_config_find_rs(merged, now->rs[i].name) != AVS_RS_NONE);
	must((merged->default_toward & ~now->default_toward &
	      AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_arena *arena = gen_need(avs_arena_new());
	struct avs_config *a, *b, *again, *m = NULL, *failed = NULL;
	struct gen g, copy;
	enum avs_err err;

	gen_bytes(&g, data, size);
	copy = g;
	a = gen_config(&g, arena);
	again = gen_config(&copy, arena);
	gen_shuffle(&g, again->rs, again->rs_count, sizeof(*again->rs));
	gen_shuffle(&g, again->rules, again->rule_count, sizeof(*again->rules));
	gen_shuffle(&g, again->supernets, again->supernet_count, sizeof(*again->supernets));
	gen_shuffle(&g, again->protect, again->protect_count, sizeof(*again->protect));
	gen_shuffle(&g, again->conditions, again->condition_count, sizeof(*again->conditions));
	b = gen_config(&g, arena);
	must(avs_config_seal(a) == AVS_OK);
	must(avs_config_seal(again) == AVS_OK);
	must(avs_config_seal(b) == AVS_OK);
	must(avs_config_equal(a, again));
	check_round_trip(a);
	avs_test_fail_at((long)gen_below(&g, 64));
	err = avs_config_merge(a, b, arena, &failed);
	must(err == AVS_OK || (err == AVS_ERR_NOMEM && avs_test_failed() && !failed));
	avs_test_fail_at(-1);
	must(avs_config_merge(a, b, arena, &m) == AVS_OK);
	check_merge(a, b, m);
	check_round_trip(m);
	must(avs_config_merge(a, m, arena, &failed) == AVS_OK);
	must(avs_config_equal(m, failed));
	avs_arena_free(arena);
	must(avs_test_live() == 0);
	return 0;
}
