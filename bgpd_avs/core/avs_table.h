/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is learned, by prefix: the facts the plan is computed from.
 *
 * Representation: a path-compressed binary trie per address family.  Every
 * node carries counts of its subtree, so that the questions of rule 3 are
 * answered on the way down, in O(bits of the family), whatever the size of
 * the table.  Facts have few distinct values and are shared.
 *
 * The table is a value to everybody else: who changes it (one function), who
 * asks (const).  Results do not depend on the order of changes.
 */
#ifndef _AVS_TABLE_H
#define _AVS_TABLE_H

#include "avs_prefix.h"
#include "avs_types.h"

/* all paths of one prefix, united; our own announcements are never in it */
struct avs_fact {
	/*
	 * from[segment]: who delivers it as that segment, a mask of
	 * (1 << route server index); bit AVS_RS_NONE: a neighbour without a role
	 */
	uint32_t from[AVS_SEGMENT_COUNT];
	/* site[segment]: avs_site_id() of who delivers it so, AVS_SITE_MIXED when they differ */
	uint32_t site[AVS_SEGMENT_COUNT];
	/* of from[segment]: who delivers it only because it came back from there */
	uint32_t returned[AVS_SEGMENT_COUNT];
	/* who delivers it by Global Reach, as whatever segment */
	uint32_t linked;
	/* every path is an appliance's, of this AS alone (0: of several, or it has others behind)
	 */
	bool appliance;
	uint32_t appliance_as;
	/* the other appliance announces it: only to be shown, it counts for nothing */
	bool sibling;
	/* the best path has a community that lets bgpd tell it to nobody outside of its AS */
	bool kept;
	/* a path that is valid, or locally configured (network, redistribute,
	 * aggregate), exists: what is planned is announced from it
	 */
	bool usable;
	/*
	 * What is usable is locally configured, and nothing else: a line that can go.  What is
	 * planned is originated beside it, so that it is not withdrawn then.
	 */
	bool local;
	/* rule 8 keeps back what bgpd would announce: its best path, or all that are valid */
	bool away;
	enum avs_represent represent;
	/*
	 * bgpd's best path, where it is not what all paths together are: 1 + its segment, or
	 * AVS_BEST_LOCAL; 0: it is.  What leaves as it is leaves from this path.
	 */
	uint8_t best;
	enum avs_represent best_represent;
	uint32_t best_site;
};
/* a path of this router's own: network, redistribute, aggregate */
#define AVS_BEST_LOCAL (AVS_SEGMENT_COUNT + 1)

/* who delivers it as this segment, and did not get it back from there */
static inline uint32_t avs_fact_actual(const struct avs_fact *fact, enum avs_segment segment)
{
	return fact->from[segment] & ~fact->returned[segment];
}

/* Does anybody deliver it? */
static inline bool avs_fact_delivered(const struct avs_fact *fact)
{
	unsigned int i;

	for (i = 0; i < AVS_SEGMENT_COUNT; i++)
		if (fact->from[i])
			return true;
	return false;
}

/*
 * One path more: of this source (route server index or AVS_RS_NONE), segment and site.  The
 * order of paths does not matter.
 */
void avs_fact_add(struct avs_fact *fact, enum avs_segment segment, unsigned int source,
		  uint32_t site, const struct avs_claim *claim);

/* Do the two say the same of which path bgpd uses? */
bool avs_fact_same_path(const struct avs_fact *a, const struct avs_fact *b);

/* Do the two say the same of who delivers the prefix, and as what? */
bool avs_fact_same_sources(const struct avs_fact *a, const struct avs_fact *b);

struct avs_table;

/* how a prefix lies among the learned ones (rule 3) */
struct avs_relation {
	bool equal;		 /* somebody delivers it, any segment; usable alone is not it */
	bool inside_contributor; /* strictly inside a contributor ... */
	struct avs_prefix contributor; /* ... the longest such one */
	bool inside_cover;	       /* strictly inside a cover ... */
	struct avs_prefix cover;       /* ... the longest such one */
	uint32_t contributors;	       /* that many contributors strictly inside */
};

struct avs_table *avs_table_new(void);
void avs_table_free(struct avs_table *table);
/*
 * Set, replace or (fact NULL, or nobody delivers it, a sibling included, and not usable) remove
 * the fact of a prefix.  On AVS_ERR_NOMEM or AVS_ERR_LIMIT the table is
 * unchanged.
 */
enum avs_err avs_table_set(struct avs_table *table, const struct avs_prefix *prefix,
			   const struct avs_fact *fact);
/* NULL when unknown; valid until the next avs_table_set() */
const struct avs_fact *avs_table_find(const struct avs_table *table,
				      const struct avs_prefix *prefix);
/*
 * Relation of a prefix to the learned ones.
 *
 * An actual prefix (segment private-cloud or on-premises, and not only because it came
 * back from there) is a cover when it is 0/0, shorter than AVS_SHORTEST_DEFAULT (IPv4), an
 * RFC 1918 block, has an actual prefix of the other segment strictly inside, or of any
 * when it is an appliance's announcement, or is represented otherwise
 * than by supernets; every other one is a contributor.
 */
void avs_table_relation(const struct avs_table *table, const struct avs_prefix *prefix,
			struct avs_relation *relation);
/* prefixes that this source (route server index or AVS_RS_NONE) delivers as this segment */
uint32_t avs_table_count(const struct avs_table *table, unsigned int rs, enum avs_segment segment);
/* ... and that it delivers so by Global Reach; of private-cloud and on-premises only */
uint32_t avs_table_linked(const struct avs_table *table, unsigned int rs, enum avs_segment segment);
/* prefixes that appliances alone deliver */
uint32_t avs_table_appliances(const struct avs_table *table);
/* prefixes that this source delivers as unknown, and nobody but the appliance of this AS */
uint32_t avs_table_unknown_of(const struct avs_table *table, unsigned int rs, uint32_t as);
/* prefixes that are represented so */
uint32_t avs_table_represented(const struct avs_table *table, enum avs_represent represent);
/* number of prefixes */
size_t avs_table_size(const struct avs_table *table);
/* bytes obtained from the allocator */
size_t avs_table_bytes(const struct avs_table *table);
/* in prefix order; stops when the callback returns false */
void avs_table_walk(const struct avs_table *table,
		    bool (*each)(const struct avs_prefix *prefix, const struct avs_fact *fact,
				 void *arg),
		    void *arg);
/*
 * The same, beginning with the first prefix behind this one, which need not be in the table: a walk
 * that was stopped goes on, whatever was set meanwhile.  NULL: with the first of all.
 */
void avs_table_walk_after(const struct avs_table *table, const struct avs_prefix *after,
			  bool (*each)(const struct avs_prefix *prefix, const struct avs_fact *fact,
				       void *arg),
			  void *arg);
/* the same, and says of every prefix whether it is a contributor */
void avs_table_walk_shapes(const struct avs_table *table,
			   bool (*each)(const struct avs_prefix *prefix,
					const struct avs_fact *fact, bool contributor, void *arg),
			   void *arg);
/*
 * The contributors that on-premises delivers, in prefix order.  What lies inside of a prefix of
 * which skip says so is not looked at, and costs nothing.
 */
void avs_table_walk_on_premises(const struct avs_table *table,
				bool (*skip)(const struct avs_prefix *prefix, void *arg),
				bool (*each)(const struct avs_prefix *prefix,
					     const struct avs_fact *fact, void *arg),
				void *arg);

#endif /* _AVS_TABLE_H */
