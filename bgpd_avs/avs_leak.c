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
 * Representation: a hash of at most LEAKS_MAX entries keyed by (route server,
 * prefix, reason).  Common reasons may take half of it and are then only
 * counted; rare ones take what is free, then displace common ones, then the
 * oldest rare one.  Entries hang in two lists in order of age, so both steps
 * are O(1).
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "typesafe.h"

#include "bgpd_avs/avs_leak.h"
#include "bgpd_avs/avs_memory.h"

DEFINE_MTYPE_STATIC(AVS, AVS_LEAK, "AVS refusal");

#define LEAKS_MAX 1024
#define COMMON_MAX (LEAKS_MAX / 2)

PREDECL_HASH(avs_leak_hash);
PREDECL_DLIST(avs_leak_age);

struct entry {
	struct avs_leak_hash_item hash;
	struct avs_leak_age_item age;
	struct avs_leak leak;
};

static int entry_cmp(const struct entry *a, const struct entry *b)
{
	int cmp = avs_prefix_cmp(&a->leak.prefix, &b->leak.prefix);

	if (cmp)
		return cmp;
	if (a->leak.reason != b->leak.reason)
		return a->leak.reason < b->leak.reason ? -1 : 1;
	return strcmp(a->leak.rs, b->leak.rs);
}

static uint32_t entry_hash(const struct entry *e)
{
	uint32_t key = jhash(e->leak.prefix.addr, sizeof(e->leak.prefix.addr), e->leak.reason);

	return jhash_2words(key, e->leak.prefix.len, e->leak.prefix.family);
}

DECLARE_HASH(avs_leak_hash, struct entry, hash, entry_cmp, entry_hash);
DECLARE_DLIST(avs_leak_age, struct entry, age);

struct avs_leaks {
	struct avs_leak_hash_head hash;
	struct avs_leak_age_head common; /* oldest first */
	struct avs_leak_age_head rare;	 /* oldest first */
	uint64_t not_listed;
	struct avs_leak *listed;
};

static bool reason_is_common(enum avs_reason reason)
{
	return reason == AVS_REASON_NOT_PLANNED || reason == AVS_REASON_SAME_ROUTE_SERVER;
}

struct avs_leaks *avs_leaks_new(void)
{
	struct avs_leaks *leaks = XCALLOC(MTYPE_AVS_LEAK, sizeof(*leaks));

	avs_leak_hash_init(&leaks->hash);
	avs_leak_age_init(&leaks->common);
	avs_leak_age_init(&leaks->rare);
	return leaks;
}

static void drop(struct avs_leaks *leaks, struct avs_leak_age_head *list)
{
	struct entry *entry = avs_leak_age_pop(list);

	avs_leak_hash_del(&leaks->hash, entry);
	XFREE(MTYPE_AVS_LEAK, entry);
}

void avs_leaks_clear(struct avs_leaks *leaks)
{
	while (avs_leak_age_count(&leaks->common))
		drop(leaks, &leaks->common);
	while (avs_leak_age_count(&leaks->rare))
		drop(leaks, &leaks->rare);
	leaks->not_listed = 0;
}

void avs_leaks_free(struct avs_leaks *leaks)
{
	if (!leaks)
		return;
	avs_leaks_clear(leaks);
	avs_leak_hash_fini(&leaks->hash);
	avs_leak_age_fini(&leaks->common);
	avs_leak_age_fini(&leaks->rare);
	XFREE(MTYPE_AVS_LEAK, leaks->listed);
	XFREE(MTYPE_AVS_LEAK, leaks);
}

/* make room for one more; false: it will not be listed */
static bool make_room(struct avs_leaks *leaks, bool common)
{
	if (common) {
		if (avs_leak_age_count(&leaks->common) < COMMON_MAX &&
		    avs_leak_hash_count(&leaks->hash) < LEAKS_MAX)
			return true;
		leaks->not_listed++;
		return false;
	}
	if (avs_leak_hash_count(&leaks->hash) < LEAKS_MAX)
		return true;
	drop(leaks, avs_leak_age_count(&leaks->common) ? &leaks->common : &leaks->rare);
	leaks->not_listed++;
	return true;
}

void avs_leaks_count(struct avs_leaks *leaks, const char *rs, const struct avs_prefix *prefix,
		     enum avs_reason reason, const char *source, bool let_out)
{
	bool common = reason_is_common(reason);
	struct avs_leak_age_head *list = common ? &leaks->common : &leaks->rare;
	struct entry key = {.leak = {.prefix = *prefix, .reason = reason}};
	struct entry *entry;

	strlcpy(key.leak.rs, rs, sizeof(key.leak.rs));
	entry = avs_leak_hash_find(&leaks->hash, &key);
	if (!entry) {
		if (!make_room(leaks, common))
			return;
		entry = XCALLOC(MTYPE_AVS_LEAK, sizeof(*entry));
		entry->leak = key.leak;
		avs_leak_hash_add(&leaks->hash, entry);
	} else {
		avs_leak_age_del(list, entry);
	}
	avs_leak_age_add_tail(list, entry);
	strlcpy(entry->leak.source, source, sizeof(entry->leak.source));
	entry->leak.let_out = let_out;
	entry->leak.count++;
	entry->leak.last = time(NULL);
}

const struct avs_leak *avs_leaks_list(struct avs_leaks *leaks, size_t *count, uint64_t *not_listed)
{
	size_t total = avs_leak_hash_count(&leaks->hash);
	size_t at = avs_leak_age_count(&leaks->rare);
	struct entry *entry;

	XFREE(MTYPE_AVS_LEAK, leaks->listed);
	*count = total;
	*not_listed = leaks->not_listed;
	if (!total)
		return NULL;
	leaks->listed = XCALLOC(MTYPE_AVS_LEAK, total * sizeof(*leaks->listed));
	frr_each (avs_leak_age, &leaks->rare, entry)
		leaks->listed[--at] = entry->leak;
	at = total;
	frr_each (avs_leak_age, &leaks->common, entry)
		leaks->listed[--at] = entry->leak;
	return leaks->listed;
}
