/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Automatic supernets: the few prefixes that cover all contributors and
 * attract as little as possible beside them.
 *
 * Pure: reads its arguments, allocates the result from one arena, keeps no
 * state.  IPv4 only, since Route Server has nothing else; prefixes of another
 * family are passed over.
 */
#ifndef _AVS_SUPERNET_H
#define _AVS_SUPERNET_H

#include "avs_arena.h"
#include "avs_prefix.h"
#include "avs_types.h"

/* highest max_prefixes */
#define AVS_SUPERNET_MAX 1000

/* why there is no set; the order is that in which causes are looked for */
enum avs_supernet_fault {
	AVS_SUPERNET_OK = 0,
	AVS_SUPERNET_OUTSIDE,	   /* about lies in no range of `within` */
	AVS_SUPERNET_TOO_SHORT,	   /* about is not longer than `shortest` */
	AVS_SUPERNET_PROTECTED,	   /* the prefixes around about touch blocker, protected */
	AVS_SUPERNET_TAKEN,	   /* the only prefix around about is learned: blocker */
	AVS_SUPERNET_CONSENT,	   /* the only prefix around about, blocker, needs consent */
	AVS_SUPERNET_MAX_PREFIXES, /* about is the first one left over */
	AVS_SUPERNET_MAX_ATTRACT,  /* about is the member that attracts most */
};

struct avs_supernet_input {
	/* to be covered; any order, twice or nested as may be */
	const struct avs_prefix *contributors;
	size_t contributor_count;
	/* no member equals one of these: what is learned besides contributors */
	const struct avs_prefix *taken;
	size_t taken_count;
	/* every member lies in one of these; none: avs_supernet_within */
	const struct avs_prefix *within;
	size_t within_count;
	/* no member overlaps one of these */
	const struct avs_prefix *protect;
	size_t protect_count;
	uint32_t max_prefixes; /* 1..AVS_SUPERNET_MAX */
	unsigned int shortest; /* 1..31: no member is shorter */
	uint64_t max_attract;  /* addresses beside the contributors; 0: no limit */
	bool consent;	       /* members to which rule 2 applies are permitted */
};

struct avs_supernet_set {
	/* in prefix order, none inside of another; empty with a fault */
	struct avs_prefix *prefixes;
	size_t count;
	uint64_t attracted; /* addresses in it that no contributor has */
	enum avs_supernet_fault fault;
	struct avs_prefix about;   /* what prevents a set, see the faults */
	struct avs_prefix blocker; /* family 0: none */
};

/* RFC 1918 and RFC 6598, in prefix order */
extern const struct avs_prefix avs_supernet_within[4];

/*
 * The best set: at most max_prefixes permitted prefixes, each a strict
 * supernet of every contributor in it, together covering all.  Best is the one
 * that attracts fewest addresses; of these the one with fewest members; of
 * these the first one, the members in prefix order being compared from the
 * left.  Independent of the order of the input.
 *
 * Where there is none, or it attracts more than max_attract, *set has a fault
 * and no members (attracted is told for MAX_ATTRACT).
 *
 * Returns AVS_OK, AVS_ERR_INPUT (a prefix that is not canonical, a number out
 * of range), AVS_ERR_NOMEM; *set is untouched then.
 * O(contributors * min(max_prefixes, contributors)) besides sorting.
 */
enum avs_err avs_supernet_solve(const struct avs_supernet_input *input, struct avs_arena *arena,
				struct avs_supernet_set *set);

/* YANG enum name, for example "outside" */
const char *avs_supernet_fault_name(enum avs_supernet_fault fault);

#endif /* _AVS_SUPERNET_H */
