/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the classification as regular expressions over the text of the
 * path, which is how it is written in the documentation: AS numbers, "{" for what
 * stands after them and is no AS_SEQUENCE, "g" for the community of a gateway.  A run of
 * 65520 after 65515 is left out of the text, as the documentation says.
 */
#ifndef _AVS_ORACLE_CLASSIFY_H
#define _AVS_ORACLE_CLASSIFY_H

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "avs_classify.h"

#define NAIVE_AVS "(39865[6-9]|39866[0-9]|398670|40057[2-9]|40058[01])"

/* rows in the order of the documentation; the first that matches */
static const struct {
	const char *pattern;
	enum avs_segment segment;
	enum avs_why why;
} naive_rows[] = {
	{"^65515( 12076)+( g)?$", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_REMOTE_VNET},
	{"^65515 12076 12076( 12076)+ [{]( g)?$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GLOBAL_REACH},
	{"^65515( 12076)+ [{]( g)?$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
	{"^65515 12076( [0-9]+)* 12076( [{])?( g)?$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_RETURNED},
	{"^65515( 12076){3,}( [0-9]+)* " NAIVE_AVS "( g)?$", AVS_SEGMENT_PRIVATE_CLOUD,
	 AVS_WHY_GLOBAL_REACH},
	{"^65515 12076( [0-9]+)* " NAIVE_AVS "( g)?$", AVS_SEGMENT_PRIVATE_CLOUD,
	 AVS_WHY_AVS_ORIGIN},
	{"^65515( 12076){3,} .*$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GLOBAL_REACH},
	{"^65515 12076 .*$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_CIRCUIT},
	{"^65515 (.* )?g$", AVS_SEGMENT_ON_PREMISES, AVS_WHY_GATEWAY},
	{"^65515$", AVS_SEGMENT_VIRTUAL_NETWORK, AVS_WHY_VNET},
	{"^65515 [{]$", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
	{"^65515 .*$", AVS_SEGMENT_UNKNOWN, AVS_WHY_NO_EXPRESSROUTE},
	{"^[{]", AVS_SEGMENT_UNKNOWN, AVS_WHY_OPAQUE},
	{"", AVS_SEGMENT_UNKNOWN, AVS_WHY_FOREIGN},
};

/* with the community that gateways set, among others? */
static inline bool naive_gateway(const struct avs_path *path)
{
	static const uint8_t wanted[] = {0xff, 0xed, 0xff, 0xed};
	size_t i;

	for (i = 0; i < path->community_count; i++)
		if (!memcmp(path->communities + 4 * i, wanted, 4))
			return true;
	return false;
}

static inline void naive_path_text(const struct avs_path *path, char *text, size_t size, bool *hub)
{
	bool skipping = path->as_count && path->asns[0] == 65515;
	size_t used = 0, i;

	text[0] = '\0';
	*hub = false;
	for (i = 0; i < path->as_count && used < size - 20; i++) {
		if (i && skipping && path->asns[i] == 65520) {
			*hub = true;
			continue;
		}
		if (i)
			skipping = false;
		used += (size_t)snprintf(text + used, size - used, "%s%u", used ? " " : "",
					 path->asns[i]);
	}
	if (path->opaque)
		used += (size_t)snprintf(text + used, size - used, "%s{", used ? " " : "");
	if (naive_gateway(path))
		snprintf(text + used, size - used, " g");
}

/* 65515, an appliance's number, and nothing of a circuit or gateway, or that is hidden */
static inline bool naive_is_sibling(const struct avs_config *config, const struct avs_path *path)
{
	char text[512], begin[32];
	uint32_t as = path->as_count > 1 ? path->asns[1] : 0;
	bool named = false, hub;
	size_t i;

	naive_path_text(path, text, sizeof(text) - 1, &hub);
	strcat(text, " ");
	for (i = 0; i < config->sibling_count; i++)
		named |= config->siblings[i] == as;
	for (i = 0; i < 4; i++)
		named |= path->own_as[i] == as;
	snprintf(begin, sizeof(begin), "65515 %u ", as);
	return named && as && !hub && !strncmp(text, begin, strlen(begin)) &&
	       !strpbrk(text, "{g") && !strstr(text, " 12076 ");
}

/* what Route Server's own routes are; path NULL: give the compiled patterns back */
static inline enum avs_segment naive_classify(const struct avs_path *path, enum avs_why *why)
{
	enum { ROWS = sizeof(naive_rows) / sizeof(naive_rows[0]) };
	static regex_t compiled[ROWS];
	static int ready;
	char text[512];
	bool hub;
	size_t i;

	for (i = 0; i < ROWS && ready != (path ? 1 : 0); i++) {
		if (!path)
			regfree(&compiled[i]);
		else if (regcomp(&compiled[i], naive_rows[i].pattern, REG_EXTENDED | REG_NOSUB))
			abort();
	}
	ready = path ? 1 : 0;
	if (!path)
		return AVS_SEGMENT_UNKNOWN;
	naive_path_text(path, text, sizeof(text), &hub);
	for (i = 0; regexec(&compiled[i], text, 0, NULL, 0); i++)
		;
	*why = naive_rows[i].why;
	if (hub && *why == AVS_WHY_VNET)
		*why = AVS_WHY_VIRTUAL_HUB;
	return naive_rows[i].segment;
}

#endif /* _AVS_ORACLE_CLASSIFY_H */
