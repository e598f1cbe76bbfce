// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Classification: the segment of one learned path.
 *
 * Data in: what the caller measured of the path (prefix, neighbour, route
 * server, AS numbers, communities) and the sealed `avs segment` lines.  Data out:
 * segment, site, and the line or row that decided, so that show can say why.
 *
 * An overlay neighbour's word, the tag, comes between the two, and instead of the second.
 *
 * First of all the other appliance (avs sibling), whose announcements count for nothing,
 * whatever a line says of their AS number or prefix.  Then the lines, in the order
 * avs_config_seal() gave them: an exact statement (prefix) before a list, a list before a
 * neighbour, a neighbour before a guess by AS number.  Then, for routes of a Route Server
 * only, the table of what Azure delivers, where a run of 65520 after 65515 (another virtual
 * hub's) is skipped:
 *
 *	65515 12076+			virtual-network (remote, on the circuit)
 *	65515 12076+ ... 12076		on-premises, but it came back: no contributor
 *	65515 12076+ ... X		private-cloud, X an AS of AVS
 *	65515 12076+ <anything else>	on-premises
 *	65515 ... with 65517:65517	on-premises (a VPN gateway)
 *	65515				virtual-network
 *	65515 <anything else>		unknown (VPN gateway or another NVA?)
 *	<anything else>			unknown
 *
 * Three and more 12076 before something else say besides that Global Reach brought it.
 *
 * Like OpenBGPD's ASPA check this is measure, then decide: one pass over the
 * AS numbers fills a small struct, the table above is read off it.
 *
 * An AS_SET or a confederation segment ends what is known of a path, and hides nothing that
 * stands before it.  What it may hide is taken for the dangerous case: behind a circuit it
 * is on-premises, without one it is unknown, and no origin-as line applies.
 * "Unknown" is never a contributor, so doubt ends in announcing less.  Doubt about which
 * side of the circuit a route comes from ends in on-premises, the segment that rule 2
 * protects; a path that came back is on-premises even when an AS of AVS stands in it.
 *
 * It does not know other tables' opinions, prefix lists or time; the first
 * come through the match callback, segment-memory is the caller's.
 */
#include "avs_classify.h"

/* what one pass over the path finds */
struct avs_measure {
	bool from_azure;      /* begins with 65515 */
	bool hub;	      /* AS 65520 right after it */
	bool gateway;	      /* with the community of a gateway */
	size_t microsoft;     /* AS 12076 that many times right after these */
	const uint32_t *rest; /* AS numbers after all of them ... */
	size_t rest_count;
	uint32_t origin; /* the last AS number; 0 without any */
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
	if (avs_as_is_avs(as))
		return "Azure VMware Solution has this AS number";
	if (as == 23456 || (as >= 64496 && as <= 64511) || (as >= 65535 && as <= 65551))
		return "IANA reserves this AS number, and Azure refuses it";
	if (as > UINT16_MAX)
		return "Route Server accepts 16-bit AS numbers only";
	return NULL;
}

bool avs_as_is_inside_avs(uint32_t as)
{
	return as == 64513 || (as >= 64600 && as <= 64940) || (as >= 65000 && as <= 65412);
}

static bool avs_has_community(const struct avs_path *path, uint32_t community)
{
	const uint8_t *octets = path->communities;
	size_t i;

	for (i = 0; octets && i < path->community_count; i++, octets += 4)
		if (((uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
		     (uint32_t)octets[2] << 8 | octets[3]) == community)
			return true;
	return false;
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
	m.gateway = avs_has_community(path, AVS_COMMUNITY_GATEWAY);
	for (i = 1; i < path->as_count && path->asns[i] == AVS_AS_HUB; i++)
		m.hub = true;
	for (; i < path->as_count && path->asns[i] == AVS_AS_MSEE; i++)
		m.microsoft++;
	m.rest = path->asns + i;
	m.rest_count = path->as_count - i;
	return m;
}

/* left Azure for a customer, and came back from there */
static bool avs_came_back(const struct avs_measure *m)
{
	return m->microsoft && m->rest_count && m->origin == AVS_AS_MSEE;
}

/* Something stands behind the circuit's edge, be it hidden, and Global Reach brought it. */
static bool avs_by_global_reach(const struct avs_path *path, const struct avs_measure *m)
{
	return m->microsoft >= AVS_GLOBAL_REACH_RUN && (m->rest_count || path->opaque);
}

/* neither a circuit nor a gateway: somebody who peers with the route server as we do */
static bool avs_by_appliance(const struct avs_path *path, const struct avs_measure *m)
{
	return m->from_azure && !m->microsoft && !m->gateway && (m->rest_count || path->opaque);
}

/* AS number of the appliance that has told it to this very route server; 0: not known */
static uint32_t avs_appliance_as(const struct avs_path *path, const struct avs_measure *m)
{
	size_t i;

	if (!avs_by_appliance(path, m) || m->hub || path->opaque)
		return 0;
	/* what else stands in the path is behind it */
	for (i = 1; i < m->rest_count; i++)
		if (m->rest[i] == AVS_AS_MSEE)
			return 0;
	return m->rest[0];
}

/* nothing but one AS number, however often */
static bool avs_is_plain(const struct avs_measure *m)
{
	size_t i;

	for (i = 1; i < m->rest_count; i++)
		if (m->rest[i] != m->rest[0])
			return false;
	return m->rest_count > 0;
}

static bool avs_names_sibling(const struct avs_config *config, const struct avs_path *path,
			      uint32_t as)
{
	size_t i;

	if (!as)
		return false;
	/* this router's own number, which allowas-in lets in: another one of the same AS */
	for (i = 0; i < AVS_OWN_AS_MAX; i++)
		if (path->own_as[i] == as)
			return true;
	return avs_config_is_sibling(config, as);
}

static enum avs_segment avs_decide_circuit(const struct avs_path *path, const struct avs_measure *m,
					   enum avs_why *why)
{
	bool linked = avs_by_global_reach(path, m);

	if (!m->rest_count && !path->opaque) {
		*why = AVS_WHY_REMOTE_VNET;
		return AVS_SEGMENT_VIRTUAL_NETWORK;
	}
	if (avs_came_back(m)) {
		*why = AVS_WHY_RETURNED;
		return AVS_SEGMENT_ON_PREMISES;
	}
	if (!path->opaque && avs_as_is_avs(m->origin)) {
		*why = linked ? AVS_WHY_GLOBAL_REACH : AVS_WHY_AVS_ORIGIN;
		return AVS_SEGMENT_PRIVATE_CLOUD;
	}
	*why = linked ? AVS_WHY_GLOBAL_REACH : AVS_WHY_CIRCUIT;
	return AVS_SEGMENT_ON_PREMISES;
}

static enum avs_segment avs_decide(const struct avs_path *path, const struct avs_measure *m,
				   enum avs_why *why)
{
	if (!m->from_azure) {
		*why = path->opaque && !path->as_count ? AVS_WHY_OPAQUE : AVS_WHY_FOREIGN;
		return AVS_SEGMENT_UNKNOWN;
	}
	if (m->microsoft)
		return avs_decide_circuit(path, m, why);
	if (m->gateway) {
		*why = AVS_WHY_GATEWAY;
		return AVS_SEGMENT_ON_PREMISES;
	}
	if (m->rest_count) {
		*why = AVS_WHY_NO_EXPRESSROUTE;
		return AVS_SEGMENT_UNKNOWN;
	}
	if (path->opaque) {
		*why = AVS_WHY_OPAQUE;
		return AVS_SEGMENT_UNKNOWN;
	}
	*why = m->hub ? AVS_WHY_VIRTUAL_HUB : AVS_WHY_VNET;
	return AVS_SEGMENT_VIRTUAL_NETWORK;
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
	bool served = path->rs != AVS_RS_NONE && !avs_config_is_overlay(config, path->rs);
	const struct avs_segment_rule *rule;
	const char *site;
	size_t i;

	if (served) {
		verdict.claim.returned = avs_came_back(&m);
		verdict.claim.global_reach = avs_by_global_reach(path, &m);
		verdict.claim.appliance = avs_by_appliance(path, &m);
		verdict.claim.appliance_as = avs_is_plain(&m) ? avs_appliance_as(path, &m) : 0;
		if (avs_names_sibling(config, path, avs_appliance_as(path, &m))) {
			verdict.why = AVS_WHY_SIBLING;
			return verdict;
		}
	}
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
	if (verdict.why == AVS_WHY_NONE && served)
		verdict.segment = avs_decide(path, &m, &verdict.why);
	/* what a line leaves open, the route server's own line may say */
	if (!*verdict.site && path->rs < config->rs_count) {
		site = avs_classify_site(&config->rs[path->rs], verdict.segment);
		verdict.site = site ? site : "";
	}
	verdict.site_id = avs_site_id(verdict.site);
	return verdict;
}
