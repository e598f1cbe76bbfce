// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Segment-memory: a prefix keeps its segment when only its path changes.
 *
 * When a circuit fails, on-premises comes back through a VPN gateway, with an
 * AS path that tells nothing: what was on-premises would be unknown, would no
 * longer contribute, and its supernet would go in the very moment in which it
 * is needed.  So a prefix that was private-cloud or on-premises, and is now
 * delivered by route servers as unknown alone, is taken for what it was.
 *
 * Only what is lost is remembered: a hash of prefixes, and a list of them in the
 * order in which they were lost, which is the order in which they expire.  With
 * a prefix of both segments it is on-premises, the one that rule 2 protects.
 * A segment that is measured again ends the memory of its prefix.
 *
 * Bounded: beyond RECALL_MAX the oldest are forgotten.  Every call is O(1) but
 * for what expires.  It does not look at a clock, and does not know paths.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "typesafe.h"

#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_recall.h"

DEFINE_MTYPE_STATIC(AVS, AVS_RECALL, "AVS remembered segment");

/* a table that vanishes altogether, and not much more */
#define RECALL_MAX 65536

PREDECL_HASH(lost);
PREDECL_DLIST(age);

struct lost {
	struct lost_item hash_item;
	struct age_item age_item;
	struct avs_prefix prefix;
	enum avs_segment segment;
	uint64_t since;
};

static int lost_cmp(const struct lost *a, const struct lost *b)
{
	return avs_prefix_cmp(&a->prefix, &b->prefix);
}

static uint32_t lost_hash(const struct lost *lost)
{
	return jhash(lost->prefix.addr, sizeof(lost->prefix.addr), lost->prefix.len);
}

DECLARE_HASH(lost, struct lost, hash_item, lost_cmp, lost_hash);
DECLARE_DLIST(age, struct lost, age_item);

struct avs_recall {
	struct lost_head hash;
	struct age_head age; /* the oldest first */
};

struct avs_recall *avs_recall_new(void)
{
	struct avs_recall *recall = XCALLOC(MTYPE_AVS_RECALL, sizeof(*recall));

	lost_init(&recall->hash);
	age_init(&recall->age);
	return recall;
}

static void drop(struct avs_recall *recall, struct lost *lost)
{
	lost_del(&recall->hash, lost);
	age_del(&recall->age, lost);
	XFREE(MTYPE_AVS_RECALL, lost);
}

void avs_recall_clear(struct avs_recall *recall)
{
	struct lost *lost;

	while ((lost = age_first(&recall->age)))
		drop(recall, lost);
}

void avs_recall_free(struct avs_recall *recall)
{
	avs_recall_clear(recall);
	lost_fini(&recall->hash);
	age_fini(&recall->age);
	XFREE(MTYPE_AVS_RECALL, recall);
}

static struct lost *find(const struct avs_recall *recall, const struct avs_prefix *prefix)
{
	struct lost key = {.prefix = *prefix};

	if (!lost_count(&recall->hash))
		return NULL;
	return lost_find((struct lost_head *)&recall->hash, &key);
}

/* the segment that route servers deliver it as, when that is known */
static enum avs_segment actual(const struct avs_fact *fact, uint32_t servers)
{
	if (fact && (fact->from[AVS_SEGMENT_ON_PREMISES] & servers))
		return AVS_SEGMENT_ON_PREMISES;
	if (fact && (fact->from[AVS_SEGMENT_PRIVATE_CLOUD] & servers))
		return AVS_SEGMENT_PRIVATE_CLOUD;
	return AVS_SEGMENT_UNKNOWN;
}

bool avs_recall_note(struct avs_recall *recall, const struct avs_prefix *prefix,
		     const struct avs_fact *before, const struct avs_fact *after, uint32_t servers,
		     uint64_t now)
{
	enum avs_segment was = actual(before, servers);
	struct lost *lost = find(recall, prefix);

	if (actual(after, servers) != AVS_SEGMENT_UNKNOWN) {
		if (lost)
			drop(recall, lost);
		return false;
	}
	/* a fact that memory corrected says no more than the memory */
	if (lost || was == AVS_SEGMENT_UNKNOWN)
		return false;
	if (lost_count(&recall->hash) >= RECALL_MAX)
		drop(recall, age_first(&recall->age));
	lost = XCALLOC(MTYPE_AVS_RECALL, sizeof(*lost));
	lost->prefix = *prefix;
	lost->segment = was;
	lost->since = now;
	lost_add(&recall->hash, lost);
	age_add_tail(&recall->age, lost);
	return true;
}

enum avs_segment avs_recall_find(const struct avs_recall *recall, const struct avs_prefix *prefix)
{
	const struct lost *lost = find(recall, prefix);

	return lost ? lost->segment : AVS_SEGMENT_UNKNOWN;
}

void avs_recall_apply(const struct avs_recall *recall, const struct avs_prefix *prefix,
		      uint32_t servers, struct avs_fact *fact)
{
	uint32_t unknown = fact->from[AVS_SEGMENT_UNKNOWN] & servers;
	enum avs_segment segment;

	if (!unknown || actual(fact, servers) != AVS_SEGMENT_UNKNOWN)
		return;
	segment = avs_recall_find(recall, prefix);
	if (segment == AVS_SEGMENT_UNKNOWN)
		return;
	/* of which site is not remembered */
	fact->site[segment] = fact->from[segment] ? AVS_SITE_MIXED : 0;
	fact->from[segment] |= unknown;
	fact->from[AVS_SEGMENT_UNKNOWN] &= ~servers;
}

void avs_recall_expire(struct avs_recall *recall, uint64_t until,
		       void (*func)(const struct avs_prefix *prefix, void *arg), void *arg)
{
	struct avs_prefix prefix;
	struct lost *lost;

	while ((lost = age_first(&recall->age)) && lost->since <= until) {
		prefix = lost->prefix;
		drop(recall, lost);
		func(&prefix, arg);
	}
}
