/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the classification as regular expressions over the text of the
 * AS path, which is how it is written in the documentation.
 */
#ifndef _AVS_ORACLE_CLASSIFY_H
#define _AVS_ORACLE_CLASSIFY_H

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "avs_classify.h"

/* rows in the order of the documentation; the first that matches */
static const struct {
	const char *pattern;
	enum avs_segment segment;
	enum avs_why why;
} naive_rows[] = {
	{"^65515( 12076)+( [0-9]+)* (39865[6-9]|39866[0-9]|398670|40057[2-9]|40058[01])$",
	 AVS_SEGMENT_PRIVATE_CLOUD, AVS_WHY_AVS_ORIGIN},
	{"^65515( 12076)+$", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
	{"^65515( 12076)+( [0-9]+)+$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
	{"^65515$", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_VNET},
	{"^65515( [0-9]+)+$", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
	{"", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
};

/* what Route Server's own routes are; why NULL: give the compiled patterns back */
static inline enum avs_segment naive_classify(const uint32_t *asns, size_t count, enum avs_why *why)
{
	enum { ROWS = sizeof(naive_rows) / sizeof(naive_rows[0]) };
	static regex_t compiled[ROWS];
	static int ready;
	char text[1024] = "";
	size_t used = 0, i;

	for (i = 0; i < ROWS && ready != (why ? 1 : 0); i++) {
		if (!why)
			regfree(&compiled[i]);
		else if (regcomp(&compiled[i], naive_rows[i].pattern, REG_EXTENDED | REG_NOSUB))
			abort();
	}
	ready = why ? 1 : 0;
	if (!why)
		return AVS_SEGMENT_UNKNOWN;
	for (i = 0; i < count && used < sizeof(text) - 16; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u", i ? " " : "",
					 asns[i]);
	for (i = 0; regexec(&compiled[i], text, 0, NULL, 0); i++)
		;
	*why = naive_rows[i].why;
	return naive_rows[i].segment;
}

#endif /* _AVS_ORACLE_CLASSIFY_H */
