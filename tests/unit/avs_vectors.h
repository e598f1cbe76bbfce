/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vectors for the plan: a scenario as text, a prefix, and the reason that it gets.
 */
#ifndef _AVS_VECTORS_H
#define _AVS_VECTORS_H

#include "avs_test.h"

#include "avs_input.h"

#define BOTH                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"                                              \
	"avs route-server hub toward on-premises\n"
#define CLOUD                                                                                      \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward private-cloud\n"
#define PREM                                                                                       \
	"avs route-server hub neighbor 10.1.0.4\n"                                                 \
	"avs route-server hub neighbor 10.1.0.5\n"                                                 \
	"avs route-server hub toward on-premises\n"
#define DEFAULT "avs advertise default toward private-cloud\n"
#define CONSENT "avs route-server hub accept-leak on-premises\n"
#define SUPER "avs advertise supernet 10.0.0.0/9\n"
#define INSIDE "learned 10.1.0.0/16 on-premises none\n"

struct vector {
	const char *text;
	const char *prefix; /* at route server hub */
	enum avs_reason reason;
	const char *about; /* NULL: not looked at, "": none */
};

static inline void check_vector(const struct vector *v)
{
	const struct avs_entry *e;
	struct avs_prefix p, about;
	struct avs_plan *plan;
	struct input in;

	print_note("%s%s", v->text, v->prefix);
	input_read(&in, v->text);
	plan = input_plan(&in, NULL);
	assert_true(avs_prefix_parse(v->prefix, &p));
	e = avs_plan_find(plan, avs_config_find_rs(in.config, "hub"), &p);
	if (!v->reason) {
		assert_null(e);
	} else {
		assert_non_null(e);
		assert_string_equal(avs_reason_name(e->reason), avs_reason_name(v->reason));
		if (v->about && *v->about) {
			assert_true(avs_prefix_parse(v->about, &about));
			assert_true(avs_prefix_equal(&e->about, &about));
		} else if (v->about) {
			assert_int_equal(e->about.family, 0);
		}
	}
	input_free(&in);
}

#define check_vectors(vectors)                                                                     \
	do {                                                                                       \
		size_t n_;                                                                         \
		for (n_ = 0; n_ < sizeof(vectors) / sizeof(vectors[0]); n_++)                      \
			check_vector(&vectors[n_]);                                                \
		test_no_leak();                                                                    \
	} while (0)

/* text's plan, made after before's; NULL: nothing was announced */
static inline enum avs_reason after(const char *before, const char *text, const char *prefix,
				    uint64_t msec, uint32_t *prepend)
{
	struct avs_plan *old = NULL, *plan = NULL;
	struct avs_input input = {0};
	const struct avs_entry *e;
	struct input was, in;
	struct avs_prefix p;
	enum avs_reason reason;

	print_note("%s%s%s", before, text, prefix);
	input_read(&was, before);
	input_read(&in, text);
	input = (struct avs_input){.config = was.config, .table = was.table, .now = 1000};
	assert_int_equal(avs_plan_compute(&input, was.arena, &old), AVS_OK);
	input = (struct avs_input){.config = in.config,
				   .table = in.table,
				   .prev = old,
				   .frozen = in.config->freeze,
				   .now = 2000};
	assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	if (msec) {
		input.prev = plan;
		input.now += msec;
		assert_int_equal(avs_plan_compute(&input, in.arena, &plan), AVS_OK);
	}
	assert_true(avs_prefix_parse(prefix, &p));
	e = avs_plan_find(plan, 0, &p);
	reason = e ? e->reason : AVS_REASON_UNSPEC;
	if (prepend)
		*prepend = e ? e->prepend : 0;
	input_free(&was);
	input_free(&in);
	return reason;
}

#endif /* _AVS_VECTORS_H */
