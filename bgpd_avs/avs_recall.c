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
 * Only what is lost is remembered, in a store of prefixes (avs_lru.c) whose order is
 * that in which they were lost, which is the order in which they expire.  With
 * a prefix of both segments it is on-premises, the one that rule 2 protects.
 * A segment that is measured again ends the memory of its prefix.
 *
 * Bounded: beyond RECALL_MAX the oldest are forgotten, and the store costs no more
 * when it is full.  Every call is O(1) but for what expires, of which a caller takes so
 * many at a time.  It does not look at a clock, and does not know paths.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"

#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_recall.h"
#include "core/avs_lru.h"

DEFINE_MTYPE_STATIC(AVS, AVS_RECALL, "AVS remembered segment");

/* a table that vanishes altogether, and not much more */
#define RECALL_MAX 65536

struct lost {
	struct avs_lru_item item;
	struct avs_prefix prefix;
	enum avs_segment segment;
	uint64_t since;
};

/* the order of use is that of `since`: nothing is touched */
struct avs_recall {
	struct avs_lru lost;
};

static bool same_prefix(const struct avs_lru_item *item, const void *key)
{
	return avs_prefix_equal(&container_of(item, const struct lost, item)->prefix, key);
}

static uint32_t lost_hash(const struct avs_prefix *prefix)
{
	return jhash(prefix->addr, sizeof(prefix->addr), prefix->len);
}

struct avs_recall *avs_recall_new(void)
{
	struct avs_recall *recall = XCALLOC(MTYPE_AVS_RECALL, sizeof(*recall));

	avs_lru_init(&recall->lost, sizeof(struct lost), RECALL_MAX, same_prefix);
	return recall;
}

void avs_recall_clear(struct avs_recall *recall)
{
	avs_lru_clear(&recall->lost);
}

void avs_recall_free(struct avs_recall *recall)
{
	avs_recall_clear(recall);
	XFREE(MTYPE_AVS_RECALL, recall);
}

static struct lost *find(const struct avs_recall *recall, const struct avs_prefix *prefix)
{
	struct avs_lru_item *item;

	if (!recall->lost.count)
		return NULL;
	item = avs_lru_find(&recall->lost, lost_hash(prefix), prefix);
	return item ? container_of(item, struct lost, item) : NULL;
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
	struct avs_lru_item *item;

	if (actual(after, servers) != AVS_SEGMENT_UNKNOWN) {
		if (lost)
			avs_lru_drop(&recall->lost, &lost->item);
		return false;
	}
	/* a fact that memory corrected says no more than the memory */
	if (lost || was == AVS_SEGMENT_UNKNOWN)
		return false;
	item = avs_lru_add(&recall->lost, lost_hash(prefix));
	if (!item)
		return false;
	lost = container_of(item, struct lost, item);
	lost->prefix = *prefix;
	lost->segment = was;
	lost->since = now;
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
	/*
	 * A route server that never delivered it as private-cloud may reach on-premises by it:
	 * rule 2 goes on counting it as unknown.
	 */
	if (segment == AVS_SEGMENT_ON_PREMISES)
		fact->from[AVS_SEGMENT_UNKNOWN] &= ~servers;
}

bool avs_recall_expire(struct avs_recall *recall, uint64_t until, unsigned int at_most,
		       void (*func)(const struct avs_prefix *prefix, void *arg), void *arg)
{
	struct avs_prefix prefix;
	struct lost *lost;

	while (recall->lost.oldest) {
		lost = container_of(recall->lost.oldest, struct lost, item);
		if (lost->since > until)
			return true;
		if (!at_most--)
			return false;
		prefix = lost->prefix;
		avs_lru_drop(&recall->lost, &lost->item);
		func(&prefix, arg);
	}
	return true;
}
