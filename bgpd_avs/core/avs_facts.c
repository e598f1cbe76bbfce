// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts: a set of values, counted by reference.
 *
 * Thousands of learned prefixes have the same handful of facts ("delivered by
 * route server 0 as on-premises, usable").  The table keeps each once and
 * names it by a number of 24 bits, which is what makes its nodes small.
 *
 * Representation: an array of values with reference counts, and a hash table
 * of as many heads, its lists linked through the array.  Unused places form a
 * list of their own.  Both arrays double together.
 *
 * Invariants: a value with references is in the list of its hash and nowhere
 * else; equal values have equal numbers; when the arrays grow, no place is
 * unused.
 *
 * Every call is O(1) but for growing.  The number of values is bounded by
 * that of the prefixes; memory is given back as a whole.
 */
#include <string.h>

#include "avs_alloc.h"
#include "avs_facts.h"

/* a fact and how many prefixes have it */
struct avs_shared {
	struct avs_fact fact;
	uint32_t refs; /* 0: unused */
	uint32_t next; /* of the same hash, or of the unused ones */
};

/* a path that came back counts as such only while nobody has it otherwise */
static void avs_fact_add_source(struct avs_fact *fact, enum avs_segment segment, uint32_t bit,
				bool returned)
{
	if (!returned)
		fact->returned[segment] &= ~bit;
	else if (!(fact->from[segment] & bit))
		fact->returned[segment] |= bit;
	fact->from[segment] |= bit;
}

void avs_fact_add(struct avs_fact *fact, enum avs_segment segment, unsigned int source,
		  uint32_t site, const struct avs_claim *claim)
{
	static const struct avs_claim nothing;
	bool first = !avs_fact_delivered(fact);

	if (!claim)
		claim = &nothing;
	if (!fact->from[segment])
		fact->site[segment] = site;
	else if (fact->site[segment] != site)
		fact->site[segment] = AVS_SITE_MIXED;
	avs_fact_add_source(fact, segment, 1U << source, claim->returned);
	if (claim->global_reach)
		fact->linked |= 1U << source;
	fact->appliance = claim->appliance && (first || fact->appliance);
	if (first)
		fact->appliance_as = claim->appliance_as;
	else if (fact->appliance_as != claim->appliance_as)
		fact->appliance_as = 0;
}

bool avs_fact_same_sources(const struct avs_fact *a, const struct avs_fact *b)
{
	return !memcmp(a->from, b->from, sizeof(a->from)) &&
	       !memcmp(a->site, b->site, sizeof(a->site)) &&
	       !memcmp(a->returned, b->returned, sizeof(a->returned)) && a->linked == b->linked &&
	       a->appliance == b->appliance && a->appliance_as == b->appliance_as &&
	       a->sibling == b->sibling && a->represent == b->represent;
}

bool avs_fact_same_path(const struct avs_fact *a, const struct avs_fact *b)
{
	return a->usable == b->usable && a->local == b->local && a->away == b->away &&
	       a->kept == b->kept && a->best == b->best && a->best_represent == b->best_represent &&
	       a->best_site == b->best_site;
}

static bool avs_fact_equal(const struct avs_fact *a, const struct avs_fact *b)
{
	return avs_fact_same_path(a, b) && avs_fact_same_sources(a, b);
}

static uint32_t avs_fact_hash(const struct avs_fact *fact)
{
	uint32_t h = fact->usable | (uint32_t)fact->away << 1 | (uint32_t)fact->represent << 2;
	unsigned int i;

	h |= (uint32_t)fact->appliance << 8 | (uint32_t)fact->sibling << 9 |
	     (uint32_t)fact->local << 10 | (uint32_t)fact->kept << 11;
	h |= (uint32_t)fact->best << 16 | (uint32_t)fact->best_represent << 24;
	h = (h ^ fact->best_site) * 0x85ebca6bU;
	h = (h ^ fact->linked) * 0x9e3779b1U;
	h = (h ^ fact->appliance_as) * 0x85ebca6bU;
	for (i = 0; i < AVS_SEGMENT_COUNT; i++) {
		h = (h ^ fact->returned[i]) * 0xc2b2ae35U;
		h = (h ^ fact->from[i]) * 0x9e3779b1U;
		h ^= h >> 15;
		h = (h ^ fact->site[i]) * 0x85ebca6bU;
		h ^= h >> 13;
	}
	return h;
}

/* Twice the room.  On failure everything is as it was. */
static enum avs_err avs_facts_grow(struct avs_facts *facts)
{
	uint32_t room = facts->room ? 2 * facts->room : 16;
	struct avs_shared *shared;
	uint32_t *hash, *head, i;

	if (facts->room > AVS_FACTS_MAX / 2)
		return AVS_ERR_LIMIT;
	hash = avs_alloc(room * sizeof(*hash));
	if (!hash)
		return AVS_ERR_NOMEM;
	shared = avs_realloc(facts->shared, room * sizeof(*shared));
	if (!shared) {
		avs_free(hash);
		return AVS_ERR_NOMEM;
	}
	avs_free(facts->hash);
	facts->bytes += (room - facts->room) * (sizeof(*hash) + sizeof(*shared));
	facts->shared = shared;
	facts->hash = hash;
	facts->room = room;
	if (!facts->fresh)
		facts->fresh = 1;
	/* called only when no place is unused: all below fresh are in a list */
	memset(hash, 0, room * sizeof(*hash));
	for (i = 1; i < facts->fresh; i++) {
		head = &hash[avs_fact_hash(&shared[i].fact) & (room - 1)];
		shared[i].next = *head;
		*head = i;
	}
	return AVS_OK;
}

enum avs_err avs_facts_get(struct avs_facts *facts, const struct avs_fact *fact, uint32_t *number)
{
	uint32_t h = avs_fact_hash(fact), n = 0;
	enum avs_err err;

	if (facts->room)
		n = facts->hash[h & (facts->room - 1)];
	for (; n; n = facts->shared[n].next) {
		if (!avs_fact_equal(&facts->shared[n].fact, fact))
			continue;
		facts->shared[n].refs++;
		*number = n;
		return AVS_OK;
	}
	if (!facts->free && facts->fresh >= facts->room) {
		err = avs_facts_grow(facts);
		if (err)
			return err;
	}
	n = facts->free;
	if (n)
		facts->free = facts->shared[n].next;
	else
		n = facts->fresh++;
	facts->shared[n].fact = *fact;
	facts->shared[n].refs = 1;
	facts->shared[n].next = facts->hash[h & (facts->room - 1)];
	facts->hash[h & (facts->room - 1)] = n;
	*number = n;
	return AVS_OK;
}

void avs_facts_put(struct avs_facts *facts, uint32_t number)
{
	struct avs_shared *shared;
	uint32_t *link;

	if (!number)
		return;
	shared = &facts->shared[number];
	if (--shared->refs)
		return;
	link = &facts->hash[avs_fact_hash(&shared->fact) & (facts->room - 1)];
	while (*link != number)
		link = &facts->shared[*link].next;
	*link = shared->next;
	shared->next = facts->free;
	facts->free = number;
}

const struct avs_fact *avs_facts_at(const struct avs_facts *facts, uint32_t number)
{
	return number ? &facts->shared[number].fact : NULL;
}

uint32_t avs_facts_unknown_of(const struct avs_facts *facts, unsigned int rs, uint32_t as)
{
	uint32_t count = 0, n;

	for (n = 1; n < facts->fresh; n++)
		if (facts->shared[n].refs && facts->shared[n].fact.appliance &&
		    facts->shared[n].fact.appliance_as == as &&
		    (facts->shared[n].fact.from[AVS_SEGMENT_UNKNOWN] >> rs & 1))
			count += facts->shared[n].refs;
	return count;
}

void avs_facts_clear(struct avs_facts *facts)
{
	avs_free(facts->shared);
	avs_free(facts->hash);
	*facts = (struct avs_facts){0};
}
