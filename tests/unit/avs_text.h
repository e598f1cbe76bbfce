/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration as text, to compare two.
 */
#ifndef _AVS_TEXT_H
#define _AVS_TEXT_H

#include "avs_test.h"

#include "avs_dump.h"

#define TEXT_MAX 16384

/* a dump as one string */
struct text {
	char buf[TEXT_MAX];
	size_t used;
};

static inline void text_line(const char *line, void *arg)
{
	struct text *t = arg;
	size_t n = strlen(line);

	assert_true(t->used + n + 2 < sizeof(t->buf));
	memcpy(t->buf + t->used, line, n);
	t->used += n;
	t->buf[t->used++] = '\n';
	t->buf[t->used] = '\0';
}

static inline const char *dump(const struct avs_config *config, struct text *t)
{
	t->used = 0;
	t->buf[0] = '\0';
	avs_dump_config(config, text_line, t);
	return t->buf;
}

#endif /* _AVS_TEXT_H */
