// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A store with an upper bound.
 *
 * Purpose: what is kept "as far as it fits" (segments that prefixes had, refusals for `show`)
 * costs the same when it is full as when it is empty.  A hash that shrinks by its count does
 * not do: full, each new entry takes one away and adds one, across the line at which it is
 * resized, and every step is O(entries).
 *
 * Representation: open lists of equal hash, and one list of all entries in the order of use.
 * The heads double with the entries and never shrink while there is one.  Entries that were
 * dropped form a list of their own, and are used again before memory is asked for.
 *
 * Invariants: an entry is in the list of its hash and in the order of use, or unused;
 * count <= max; entries and unused ones together are at most max; an empty store has no memory.
 *
 * Complexity: every call is O(1), with a list of one entry on average; doubling the heads is
 * O(entries) and happens log2(max) times between two times of being empty.
 */
#include <string.h>

#include "avs_alloc.h"
#include "avs_lru.h"

#define AVS_LRU_ROOM_MIN 16U

void avs_lru_init(struct avs_lru *lru, size_t size, uint32_t max,
		  bool (*same)(const struct avs_lru_item *item, const void *key))
{
	*lru = (struct avs_lru){.size = size, .max = max, .same = same};
}

static void avs_lru_free_list(struct avs_lru_item *item)
{
	struct avs_lru_item *next;

	for (; item; item = next) {
		next = item->chain;
		avs_free(item);
	}
}

void avs_lru_clear(struct avs_lru *lru)
{
	uint32_t i;

	for (i = 0; i < lru->room; i++)
		avs_lru_free_list(lru->heads[i]);
	avs_lru_free_list(lru->unused);
	avs_free(lru->heads);
	avs_lru_init(lru, lru->size, lru->max, lru->same);
}

struct avs_lru_item *avs_lru_find(const struct avs_lru *lru, uint32_t hash, const void *key)
{
	struct avs_lru_item *item = lru->room ? lru->heads[hash & (lru->room - 1)] : NULL;

	while (item && (item->hash != hash || !lru->same(item, key)))
		item = item->chain;
	return item;
}

/* ---- the order of use ---------------------------------------------------- */

static void avs_lru_leave_order(struct avs_lru *lru, struct avs_lru_item *item)
{
	*(item->older ? &item->older->newer : &lru->oldest) = item->newer;
	*(item->newer ? &item->newer->older : &lru->newest) = item->older;
}

static void avs_lru_join_order(struct avs_lru *lru, struct avs_lru_item *item)
{
	item->older = lru->newest;
	item->newer = NULL;
	*(lru->newest ? &lru->newest->newer : &lru->oldest) = item;
	lru->newest = item;
}

void avs_lru_touch(struct avs_lru *lru, struct avs_lru_item *item)
{
	avs_lru_leave_order(lru, item);
	avs_lru_join_order(lru, item);
}

/* ---- entries ------------------------------------------------------------- */

/* no memory: the lists get longer */
static void avs_lru_grow(struct avs_lru *lru)
{
	uint32_t room = lru->room ? 2 * lru->room : AVS_LRU_ROOM_MIN, i;
	struct avs_lru_item **heads = avs_alloc(room * sizeof(struct avs_lru_item *));
	struct avs_lru_item *item, *next;

	if (!heads)
		return;
	for (i = 0; i < room; i++)
		heads[i] = NULL;
	for (i = 0; i < lru->room; i++)
		for (item = lru->heads[i]; item; item = next) {
			next = item->chain;
			item->chain = heads[item->hash & (room - 1)];
			heads[item->hash & (room - 1)] = item;
		}
	avs_free(lru->heads);
	lru->heads = heads;
	lru->room = room;
}

/* out of the store, and among the unused ones */
static void avs_lru_remove(struct avs_lru *lru, struct avs_lru_item *item)
{
	struct avs_lru_item **link = &lru->heads[item->hash & (lru->room - 1)];

	while (*link != item)
		link = &(*link)->chain;
	*link = item->chain;
	avs_lru_leave_order(lru, item);
	item->chain = lru->unused;
	lru->unused = item;
	lru->count--;
}

struct avs_lru_item *avs_lru_add(struct avs_lru *lru, uint32_t hash)
{
	struct avs_lru_item *item;

	if (lru->count == lru->max)
		avs_lru_remove(lru, lru->oldest);
	if (lru->count >= lru->room)
		avs_lru_grow(lru);
	if (!lru->room)
		return NULL;
	item = lru->unused;
	if (item)
		lru->unused = item->chain;
	else
		item = avs_alloc(lru->size);
	if (!item) {
		if (!lru->count)
			avs_lru_clear(lru);
		return NULL;
	}
	memset(item, 0, lru->size);
	item->hash = hash;
	item->chain = lru->heads[hash & (lru->room - 1)];
	lru->heads[hash & (lru->room - 1)] = item;
	avs_lru_join_order(lru, item);
	lru->count++;
	return item;
}

void avs_lru_drop(struct avs_lru *lru, struct avs_lru_item *item)
{
	avs_lru_remove(lru, item);
	if (!lru->count)
		avs_lru_clear(lru);
}
