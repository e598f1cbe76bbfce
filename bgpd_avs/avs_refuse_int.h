/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rooms that judge typed lines share.  Nobody else includes it.
 */
#ifndef _AVS_REFUSE_INT_H
#define _AVS_REFUSE_INT_H

#include <stdbool.h>
#include <string.h>

#include "command.h"

struct bgp;

/* tokens of a line that are looked at */
#define WORDS_MAX 40

/* a parsed line */
struct avs_refuse_line {
	struct vty *vty;
	enum node_type node; /* where it matched */
	bool no;
	unsigned int count;
	const char *word[WORDS_MAX]; /* without the leading `no`; full spelling */
	struct list *tokens;	     /* owner of the words */
};

enum avs_answer {
	AVS_ANSWER_PASS,
	AVS_ANSWER_REFUSE,
	AVS_ANSWER_SWALLOW, /* it succeeds and does nothing */
	AVS_ANSWER_DONE,    /* what it asks for was done here, as bgpd must not do it */
};

/* the word at this place, in full spelling */
static inline bool avs_refuse_word(const struct avs_refuse_line *line, unsigned int index,
				   const char *text)
{
	return index < line->count && strcmp(line->word[index], text) == 0;
}

/* has the instance something to do with Azure? */
bool avs_refuse_has_lines(const struct bgp *bgp);
/* a line that begins with `neighbor` */
enum avs_answer avs_refuse_neighbor(const struct avs_refuse_line *line);

#endif /* _AVS_REFUSE_INT_H */
