// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guard refused.
 *
 * Purpose: answer "what did not go out, and why" without growing with the
 * table.  A Route Server delivers thousands of prefixes, and each of them is
 * refused once per evaluation because nothing goes back where it came from
 * (rule 4) or because it is not planned (rule 1): the normal case.  What an
 * engineer looks for is the rest.
 *
 * Representation: two bounded stores (avs_lru.c) keyed by (route server, prefix,
 * reason), of at most LEAKS_MAX entries together.  Common reasons may take half
 * of them and are then only counted; rare ones take what is free, then displace
 * common ones, then the oldest rare one.
 *
 * Complexity: a refusal is O(1), full or not; the list is O(entries).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"

#include "bgpd_avs/avs_leak.h"
#include "bgpd_avs/avs_memory.h"
#include "core/avs_lru.h"

DEFINE_MTYPE_STATIC(AVS, AVS_LEAK, "AVS refusal");

#define LEAKS_MAX 1024
#define COMMON_MAX (LEAKS_MAX / 2)

struct entry {
	struct avs_lru_item item;
	struct avs_leak leak;
};

struct avs_leaks {
	struct avs_lru common, rare;
	uint64_t not_listed;
	struct avs_leak *listed;
};

static struct avs_leak *leak_of(struct avs_lru_item *item)
{
	return &container_of(item, struct entry, item)->leak;
}

static bool same_leak(const struct avs_lru_item *item, const void *key)
{
	const struct avs_leak *a = &container_of(item, const struct entry, item)->leak, *b = key;

	return a->reason == b->reason && avs_prefix_equal(&a->prefix, &b->prefix) &&
	       strmatch(a->rs, b->rs);
}

static uint32_t leak_hash(const struct avs_leak *leak)
{
	uint32_t key = jhash(leak->prefix.addr, sizeof(leak->prefix.addr), leak->reason);

	key = jhash_2words(key, leak->prefix.len, leak->prefix.family);
	return jhash(leak->rs, strlen(leak->rs), key);
}

static bool reason_is_common(enum avs_reason reason)
{
	return reason == AVS_REASON_NOT_PLANNED || reason == AVS_REASON_SAME_ROUTE_SERVER;
}

struct avs_leaks *avs_leaks_new(void)
{
	struct avs_leaks *leaks = XCALLOC(MTYPE_AVS_LEAK, sizeof(*leaks));

	avs_lru_init(&leaks->common, sizeof(struct entry), COMMON_MAX, same_leak);
	avs_lru_init(&leaks->rare, sizeof(struct entry), LEAKS_MAX, same_leak);
	return leaks;
}

void avs_leaks_clear(struct avs_leaks *leaks)
{
	avs_lru_clear(&leaks->common);
	avs_lru_clear(&leaks->rare);
	leaks->not_listed = 0;
}

void avs_leaks_free(struct avs_leaks *leaks)
{
	if (!leaks)
		return;
	avs_leaks_clear(leaks);
	XFREE(MTYPE_AVS_LEAK, leaks->listed);
	XFREE(MTYPE_AVS_LEAK, leaks);
}

/* make room for one more; false: it will not be listed */
static bool make_room(struct avs_leaks *leaks, bool common)
{
	bool full = leaks->common.count + leaks->rare.count >= LEAKS_MAX;

	if (!full && !(common && leaks->common.count >= COMMON_MAX))
		return true;
	leaks->not_listed++;
	if (common)
		return false;
	if (leaks->common.count)
		avs_lru_drop(&leaks->common, leaks->common.oldest);
	return true;
}

void avs_leaks_count(struct avs_leaks *leaks, const char *rs, const struct avs_prefix *prefix,
		     enum avs_reason reason, const char *source, bool let_out)
{
	bool common = reason_is_common(reason);
	struct avs_lru *store = common ? &leaks->common : &leaks->rare;
	struct avs_leak key = {.prefix = *prefix, .reason = reason}, *leak;
	struct avs_lru_item *item;
	uint32_t hash;

	strlcpy(key.rs, rs, sizeof(key.rs));
	hash = leak_hash(&key);
	item = avs_lru_find(store, hash, &key);
	if (!item) {
		item = make_room(leaks, common) ? avs_lru_add(store, hash) : NULL;
		if (!item)
			return;
		*leak_of(item) = key;
	} else {
		avs_lru_touch(store, item);
	}
	leak = leak_of(item);
	strlcpy(leak->source, source, sizeof(leak->source));
	leak->let_out = let_out;
	leak->count++;
	leak->last = time(NULL);
}

const struct avs_leak *avs_leaks_list(struct avs_leaks *leaks, size_t *count, uint64_t *not_listed)
{
	size_t at = 0;

	XFREE(MTYPE_AVS_LEAK, leaks->listed);
	*count = leaks->common.count + leaks->rare.count;
	*not_listed = leaks->not_listed;
	if (!*count)
		return NULL;
	leaks->listed = XCALLOC(MTYPE_AVS_LEAK, *count * sizeof(*leaks->listed));
	for (struct avs_lru_item *item = leaks->rare.newest; item; item = item->older)
		leaks->listed[at++] = *leak_of(item);
	for (struct avs_lru_item *item = leaks->common.newest; item; item = item->older)
		leaks->listed[at++] = *leak_of(item);
	return leaks->listed;
}
