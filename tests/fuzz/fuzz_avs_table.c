// SPDX-License-Identifier: GPL-2.0-or-later
/* The table: any sequence of changes, some without memory, against a list. */
#include "avs_fuzz.h"

struct walk {
	const struct naive_table *naive;
	struct avs_prefix last;
	size_t count;
};

static bool visit(const struct avs_prefix *p, const struct avs_fact *fact, void *arg)
{
	struct walk *w = arg;
	const struct naive_route *r = naive_find(w->naive, p);

	must(r);
	must(!memcmp(r->fact.from, fact->from, sizeof(fact->from)));
	must(r->fact.usable == fact->usable);
	must(r->fact.away == fact->away);
	must(r->fact.represent == fact->represent);
	must(!w->count || naive_before(&w->last, p));
	w->last = *p;
	w->count++;
	return true;
}

static void check_all(const struct avs_table *table, const struct naive_table *naive)
{
	struct walk w = {.naive = naive};
	unsigned int rs, seg;

	avs_table_walk(table, visit, &w);
	must(w.count == naive->count && avs_table_size(table) == naive->count);
	for (rs = 0; rs < 4; rs++)
		for (seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
			must(avs_table_count(table, rs, (enum avs_segment)seg) ==
			     naive_count(naive, rs, seg));
}

static void check_relation(const struct avs_table *table, const struct naive_table *naive,
			   const struct avs_prefix *p)
{
	struct avs_relation a, b;

	avs_table_relation(table, p, &a);
	naive_relation(naive, p, &b);
	must(a.equal == b.equal);
	must(a.contributors == b.contributors);
	must(a.inside_cover == b.inside_cover);
	must(a.inside_contributor == b.inside_contributor);
	must(!a.inside_cover || naive_same(&a.cover, &b.cover));
	must(!a.inside_contributor || naive_same(&a.contributor, &b.contributor));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_table *table = avs_table_new();
	struct naive_table naive = {0};
	struct avs_prefix p, q;
	struct avs_fact fact;
	unsigned int n = 0;
	enum avs_err err;
	struct gen g;
	bool remove;

	gen_bytes(&g, data, size);
	/* the list is slow: a thousand changes are enough for anybody */
	for (; gen_more(&g) && n < 1000; n++) {
		p = gen_prefix(&g);
		fact = gen_fact(&g, 4);
		remove = gen_once_in(&g, 3);
		avs_test_fail_at(gen_once_in(&g, 4) ? (long)gen_below(&g, 3) : -1);
		err = avs_table_set(table, &p, remove ? NULL : &fact);
		must(err == AVS_OK || (err == AVS_ERR_NOMEM && avs_test_failed()));
		avs_test_fail_at(-1);
		if (!err)
			naive_set(&naive, &p, remove ? NULL : &fact);
		check_relation(table, &naive, &p);
		q = gen_prefix(&g);
		check_relation(table, &naive, &q);
	}
	check_all(table, &naive);
	naive_table_free(&naive);
	avs_table_free(table);
	must(avs_test_live() == 0 && avs_test_live_bytes() == 0);
	return 0;
}
