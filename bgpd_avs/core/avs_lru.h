/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A store with an upper bound: entries are found by key, and when it is full the one that was
 * used longest ago makes room.
 */
#ifndef _AVS_LRU_H
#define _AVS_LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* first member of every entry */
struct avs_lru_item {
	struct avs_lru_item *chain;	    /* of the same hash, or of the unused ones */
	struct avs_lru_item *older, *newer; /* in the order of use */
	uint32_t hash;
};

struct avs_lru {
	size_t size;	/* bytes of an entry, its item included */
	uint32_t max;	/* entries, not 0 */
	uint32_t count; /* entries in the store */
	bool (*same)(const struct avs_lru_item *item, const void *key);
	struct avs_lru_item **heads;
	uint32_t room; /* heads: a power of two, or 0 */
	struct avs_lru_item *oldest, *newest;
	struct avs_lru_item *unused;
};

/* an empty store; same: is this the entry with that key? */
void avs_lru_init(struct avs_lru *lru, size_t size, uint32_t max,
		  bool (*same)(const struct avs_lru_item *item, const void *key));
/* forget everything and give all memory back; the store is empty, and can be used */
void avs_lru_clear(struct avs_lru *lru);
/* NULL: there is none with this key, whose hash it is */
struct avs_lru_item *avs_lru_find(const struct avs_lru *lru, uint32_t hash, const void *key);
/* it is the one that was used last */
void avs_lru_touch(struct avs_lru *lru, struct avs_lru_item *item);
/*
 * A new entry, used just now; what follows its item is zero.  There must be none with its key.
 * At the bound the oldest entry goes first, and its memory is used again.  NULL: no memory, and
 * nothing has changed.
 */
struct avs_lru_item *avs_lru_add(struct avs_lru *lru, uint32_t hash);
/* forget one; its memory is kept for the next, or given back when it was the last */
void avs_lru_drop(struct avs_lru *lru, struct avs_lru_item *item);

#endif /* _AVS_LRU_H */
