/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which segment a learned path belongs to.
 *
 * The measure-then-decide shape: the caller measures the path (AS numbers,
 * peer, route server), this file decides, by `avs segment` lines first and by
 * the table of what Route Server delivers after them (doc/user.rst,
 * "Classification").
 */
#ifndef _AVS_CLASSIFY_H
#define _AVS_CLASSIFY_H

#include "avs_config.h"

#define AVS_AS_ROUTE_SERVER 65515
#define AVS_AS_MSEE 12076
/* what Route Server puts between its own number and the path of another virtual hub */
#define AVS_AS_HUB 65520
/* community 65517:65517: a gateway of Azure has learned the route */
#define AVS_COMMUNITY_GATEWAY (65517U << 16 | 65517U)
/* the circuit's edge repeats 12076 so often, at least, for what Global Reach brings */
#define AVS_GLOBAL_REACH_RUN 3
/* AS numbers that an appliance may put in front of what it announces: its own */
#define AVS_OWN_AS_MAX 4

struct avs_path {
	struct avs_prefix prefix;
	struct avs_prefix neighbor; /* host prefix of the peer it came from */
	unsigned int rs;	    /* index of its route server or AVS_RS_NONE */
	/* the AS_SEQUENCE, nearest first, up to the first element of another kind */
	const uint32_t *asns; /* NULL with count 0 */
	size_t as_count;
	bool opaque; /* after these stands an AS_SET or a confederation segment */
	/* communities (RFC 1997), four octets each as they are sent; NULL with count 0 */
	const uint8_t *communities;
	size_t community_count;
	/* numbers that this router itself puts in front; 0: none */
	uint32_t own_as[AVS_OWN_AS_MAX];
	/* segment tag that the neighbour has set; looked at from overlay neighbours only */
	bool tagged;
	enum avs_segment tag_segment;
	uint32_t tag_site;
};

/*
 * The segment tag, a large community (RFC 8092): AS of the appliance that sets it,
 * AVS_TAG + number of the segment, avs_site_id() of the site.
 */
#define AVS_TAG 0x41565300U
/* Is this the second number of a tag? */
static inline bool avs_tag_is(uint32_t data)
{
	return data >= AVS_TAG && data < AVS_TAG + 256;
}

struct avs_verdict_class {
	enum avs_segment segment;
	const char *site; /* "" without one; owned by the configuration */
	uint32_t site_id; /* also of a site that the configuration does not name */
	enum avs_why why;
	enum avs_represent represent; /* of the policy; this room leaves it unset */

	struct avs_claim claim; /* whoever decided about the segment */
};

/*
 * Answers for rules that need lists which live outside of the core
 * (prefix-list, as-path-list): does this rule match the path at hand?
 */
typedef bool (*avs_rule_match)(const struct avs_segment_rule *rule, void *arg);

/*
 * Classify one path.
 *
 * match is called for PREFIX_LIST and AS_PATH_LIST rules only; NULL means
 * that they never match.  Cannot fail.  O(rules) and O(AS numbers).
 */
struct avs_verdict_class avs_classify(const struct avs_config *config, const struct avs_path *path,
				      avs_rule_match match, void *arg);

/* Is it the path of the other appliance (avs sibling), which counts for nothing? */
static inline bool avs_is_sibling(const struct avs_verdict_class *verdict)
{
	return verdict->why == AVS_WHY_SIBLING;
}

/* AS numbers of AVS: first and last of each range */
#define AVS_AS_RANGES                                                                              \
	{398656, 398670},                                                                          \
	{                                                                                          \
		400572, 400581                                                                     \
	}
/* is it one of these? */
bool avs_as_is_avs(uint32_t as);
/* AS numbers that never go into a path toward a route server: 65515-65520, 12076 (rule 5) */
bool avs_as_is_stripped(uint32_t as);
/*
 * Why an AS number cannot be used by an NVA: a sentence, or NULL when it can.
 * Reserved by Azure or by IANA, or wider than 16 bits.
 */
const char *avs_as_complaint(uint32_t as);
/* Does AVS use it inside the private cloud as well?  Route Server accepts it all the same. */
bool avs_as_is_inside_avs(uint32_t as);

#endif /* _AVS_CLASSIFY_H */
