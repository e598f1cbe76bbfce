// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Classification: the segment of one learned path.
 *
 * Data in: what the caller measured of the path (prefix, neighbour, route
 * server, AS numbers) and the sealed `avs segment` lines.  Data out: segment,
 * site, and the line or row that decided, so that show can say why.
 *
 * An overlay neighbour's word, the tag, comes between the two, and instead of the second.
 *
 * First the lines, in the order avs_config_seal() gave them: an exact
 * statement (prefix) before a list, a list before a neighbour, a neighbour
 * before a guess by AS number.  Then, for routes of a Route Server only, the
 * table of what Azure delivers:
 *
 *	65515				virtual-network
 *	65515 12076+			virtual-network (remote, on the circuit)
 *	65515 12076+ ... X		private-cloud, X an AS of AVS
 *	65515 12076+ <anything else>	on-premises
 *	65515 <anything else>		unknown (VPN gateway or another NVA?)
 *	<anything else>			unknown
 *
 * Like OpenBGPD's ASPA check this is measure, then decide: one pass over the
 * AS numbers fills a small struct, the table above is read off it.
 *
 * A path with an AS_SET or a confederation segment has no certain origin: no
 * row and no origin-as line applies to it.  "Unknown" is never a contributor,
 * so doubt ends in announcing less.  Doubt about which side of the circuit a
 * route comes from ends in on-premises, the segment that rule 2 protects.
 *
 * It does not know other tables' opinions, prefix lists or time; the first
 * come through the match callback, segment-memory is the caller's.
 */
#include "avs_classify.h"

/* what one pass over the AS numbers finds */
struct avs_measure {
	bool from_azure;  /* begins with 65515 */
	size_t microsoft; /* AS 12076 that many times right after it */
	size_t rest;	  /* AS numbers after these */
	uint32_t origin;  /* the last AS number; 0 without any */
};

bool avs_as_is_avs(uint32_t as)
{
	static const uint32_t ranges[][2] = {AVS_AS_RANGES};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (as >= ranges[i][0] && as <= ranges[i][1])
			return true;
	return false;
}

bool avs_as_is_stripped(uint32_t as)
{
	return (as >= 65515 && as <= 65520) || as == AVS_AS_MSEE;
}

const char *avs_as_complaint(uint32_t as)
{
	if (as == 0)
		return "AS 0 is reserved (RFC 7607)";
	if (as == AVS_AS_MSEE || as == 8074 || as == 8075)
		return "Azure uses this AS number itself and refuses it";
	if (as >= 65515 && as <= 65520)
		return "Azure reserves AS 65515 to 65520";
	if (avs_as_is_avs(as) || as == 64513 || (as >= 64600 && as <= 64940) ||
	    (as >= 65000 && as <= 65412))
		return "Azure VMware Solution uses this AS number inside the private cloud";
	if (as == 23456 || (as >= 64496 && as <= 64511) || (as >= 65535 && as <= 65551))
		return "IANA reserves this AS number, and Azure refuses it";
	if (as > UINT16_MAX)
		return "Route Server accepts 16-bit AS numbers only";
	return NULL;
}

static struct avs_measure avs_measure_path(const struct avs_path *path)
{
	struct avs_measure m = {0};
	size_t i = 0;

	if (!path->asns || !path->as_count)
		return m;
	m.origin = path->asns[path->as_count - 1];
	m.from_azure = path->asns[0] == AVS_AS_ROUTE_SERVER;
	if (!m.from_azure)
		return m;
	for (i = 1; i < path->as_count && path->asns[i] == AVS_AS_MSEE; i++)
		m.microsoft++;
	m.rest = path->as_count - i;
	return m;
}

static enum avs_segment avs_decide(const struct avs_path *path, const struct avs_measure *m,
				   enum avs_why *why)
{
	if (path->opaque) {
		*why = AVS_WHY_OPAQUE;
		return AVS_SEGMENT_UNKNOWN;
	}
	if (!m->from_azure) {
		*why = AVS_WHY_FOREIGN;
		return AVS_SEGMENT_UNKNOWN;
	}
	if (!m->rest) {
		*why = m->microsoft ? AVS_WHY_REMOTE_VNET : AVS_WHY_VNET;
		return AVS_SEGMENT_VIRTUAL_NETWORK;
	}
	if (!m->microsoft) {
		*why = AVS_WHY_NO_EXPRESSROUTE;
		return AVS_SEGMENT_UNKNOWN;
	}
	if (avs_as_is_avs(m->origin)) {
		*why = AVS_WHY_AVS_ORIGIN;
		return AVS_SEGMENT_PRIVATE_CLOUD;
	}
	*why = AVS_WHY_CIRCUIT;
	return AVS_SEGMENT_ON_PREMISES;
}

static bool avs_rule_applies(const struct avs_segment_rule *rule, const struct avs_path *path,
			     const struct avs_measure *m, avs_rule_match match, void *arg)
{
	switch (rule->type) {
	case AVS_RULE_PREFIX:
		return avs_prefix_contains(&rule->prefix, &path->prefix);
	case AVS_RULE_PREFIX_LIST:
	case AVS_RULE_AS_PATH_LIST:
		return match && match(rule, arg);
	case AVS_RULE_NEIGHBOR:
		return avs_prefix_equal(&rule->prefix, &path->neighbor);
	case AVS_RULE_ORIGIN_AS:
		/* no AS numbers: a path of our own AS, which has no origin to compare */
		return !path->opaque && path->asns && path->as_count && m->origin >= rule->as_low &&
		       m->origin <= rule->as_high;
	}
	return false;
}

static enum avs_why avs_rule_why(enum avs_segment_rule_type type)
{
	switch (type) {
	case AVS_RULE_PREFIX:
		return AVS_WHY_PREFIX;
	case AVS_RULE_PREFIX_LIST:
		return AVS_WHY_PREFIX_LIST;
	case AVS_RULE_NEIGHBOR:
		return AVS_WHY_NEIGHBOR;
	case AVS_RULE_AS_PATH_LIST:
		return AVS_WHY_AS_PATH_LIST;
	case AVS_RULE_ORIGIN_AS:
		return AVS_WHY_ORIGIN_AS;
	}
	return AVS_WHY_NONE;
}

/* What the overlay neighbour says; without a tag, or with one from a newer release: unknown. */
static void avs_classify_tag(const struct avs_config *config, const struct avs_path *path,
			     struct avs_verdict_class *verdict)
{
	if (!path->tagged || (unsigned int)path->tag_segment >= AVS_SEGMENT_COUNT)
		return;
	verdict->why = AVS_WHY_TAG;
	verdict->segment = path->tag_segment;
	verdict->site_id = path->tag_site;
	verdict->site = avs_config_site_name(config, path->tag_site);
}

/* The one site at which the route server reaches the segment; NULL: none, or several. */
static const char *avs_classify_site(const struct avs_rs_config *rs, enum avs_segment segment)
{
	const char *site = NULL;
	size_t i;

	for (i = 0; i < rs->toward_count; i++) {
		if (rs->toward[i].segment != segment)
			continue;
		if (site)
			return NULL;
		site = rs->toward[i].site;
	}
	return site;
}

struct avs_verdict_class avs_classify(const struct avs_config *config, const struct avs_path *path,
				      avs_rule_match match, void *arg)
{
	struct avs_verdict_class verdict = {.site = ""};
	struct avs_measure m = avs_measure_path(path);
	const struct avs_segment_rule *rule;
	const char *site;
	size_t i;

	for (i = 0; i < config->rule_count; i++) {
		rule = &config->rules[i];
		if (!avs_rule_applies(rule, path, &m, match, arg))
			continue;
		verdict.segment = rule->segment;
		verdict.site = rule->site;
		verdict.why = avs_rule_why(rule->type);
		break;
	}
	if (verdict.why == AVS_WHY_NONE && avs_config_is_overlay(config, path->rs)) {
		avs_classify_tag(config, path, &verdict);
		return verdict;
	}
	if (verdict.why == AVS_WHY_NONE && path->rs != AVS_RS_NONE)
		verdict.segment = avs_decide(path, &m, &verdict.why);
	/* what a line leaves open, the route server's own line may say */
	if (!*verdict.site && path->rs < config->rs_count) {
		site = avs_classify_site(&config->rs[path->rs], verdict.segment);
		verdict.site = site ? site : "";
	}
	verdict.site_id = avs_site_id(verdict.site);
	return verdict;
}
