// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The best set of supernets, exactly.
 *
 * Consider the path-compressed trie of the outermost contributors (leaves).
 * Every prefix that covers anything covers just the leaves of one of its
 * nodes v: the prefixes from v's own length (of a leaf: one bit less) up to,
 * but not including, the length of v's parent.  Only the longest permitted one
 * of them is ever worth a thought.  It costs its size; own(v).  So, with
 * exactly k members, all of them below v's parent:
 *
 *	f(v, 1) = own(v)			infinite: nothing is permitted
 *	f(v, k) = min f(left, i) + f(right, k - i)	over 0 < i < k
 *
 * Total size is what has to be minimal: the contributors' share of it is the
 * same in every set.  f is not convex in k, so nothing less than all of i will
 * do; bounding tables by min(K, leaves below) makes that O(leaves * K).
 *
 * Pruning.  A state that does not cost less than one with fewer members is
 * never part of the best set, since that prefers fewer members at equal cost.
 * Such states become infinite, trailing ones are cut off; where own(v) is not
 * above the cheapest split there is nothing to merge at all.
 *
 * Ties.  Among sets of equal cost and count the first in prefix order wins.
 * Members below `left` sort before those below `right`, so two sets are
 * compared by their left parts first.  Every node therefore ranks its states
 * by the sets they stand for: own(v) comes first, others are ranked by (rank
 * at left, rank at right).  Costs are carried as cost * 1024 + rank at left:
 * one minimum decides on cost, and on the rank in case of a tie, and its low
 * bits tell which i it was.  All of it is exact in a double (42 bits of 53),
 * and doubles have a minimum of vectors on every machine.
 *
 * The trie is never built.  Leaves come in prefix order; the bits that two
 * neighbours have in common are the lengths of the branches, and a stack of
 * finished subtrees, merged while the branch between the upper two is deeper
 * than the next one, visits nodes in post-order.  Tables of finished subtrees
 * lie on that stack; what stays per node is the choice of i for every k.
 */
#include <string.h>

#include "avs_supernet_int.h"

/* more than the rank of any state, AVS_SUPERNET_MAX of them */
#define AVS_RANKS 1024
/* no set; two of them are no set either */
#define AVS_NEVER 1e300
/* costs are worked on in groups of this many */
#define AVS_LANES 8
/* subtrees that wait for their other half: one for every length */
#define AVS_PENDING_MAX 36
#define AVS_NO_LEN 255

struct avs_dp_node {
	uint32_t left, right; /* node numbers; of a leaf 0 */
	uint32_t addr;
	uint8_t own;	  /* length of the prefix that covers it alone; AVS_NO_LEN */
	uint16_t *choice; /* [k - 2]: members below left; NULL: own alone */
};

/* a finished subtree on the stack */
struct avs_dp_table {
	uint32_t node;
	uint32_t states;  /* k = 1..states */
	double *cost;	  /* [k - 1], padded with AVS_NEVER */
	uint16_t *rank;	  /* [k - 1] */
	uint16_t *order;  /* [rank]: k */
	int above, below; /* length of the branch before and after it; -1: none */
};

struct avs_dp {
	const struct avs_supernet_ask *ask;
	struct avs_arena *scratch;
	struct avs_dp_node *node;
	uint32_t nodes;
	size_t limit;	/* most members */
	size_t stride;	/* of tables */
	double *merged; /* work space */
	double *keyed;
	uint16_t *sorted;
	uint16_t *bucket;
	struct avs_dp_table stack[AVS_PENDING_MAX];
	size_t depth;
};

/* lowest of what is there and add + each of inner */
static void avs_dp_lower(double *restrict out, const double *restrict inner, double add,
			 size_t groups)
{
	double sum;
	size_t i;

	for (; groups; groups--, out += AVS_LANES, inner += AVS_LANES) {
		for (i = 0; i < AVS_LANES; i++) {
			sum = inner[i] + add;
			out[i] = sum < out[i] ? sum : out[i];
		}
	}
}

static size_t avs_dp_groups(size_t count)
{
	return (count + AVS_LANES - 1) / AVS_LANES;
}

static void avs_dp_fill(double *cost, size_t from, size_t to)
{
	for (; from < to; from++)
		cost[from] = AVS_NEVER;
}

/* Cost of covering all leaves below by one prefix; notes its length. */
static double avs_dp_own(const struct avs_dp *dp, struct avs_dp_node *node, unsigned int longest,
			 int parent)
{
	int len;

	node->own = AVS_NO_LEN;
	for (len = (int)longest; len > parent && len >= (int)dp->ask->shortest; len--) {
		if (avs_supernet_permits(dp->ask, avs_block4_mask(node->addr, (unsigned int)len),
					 (unsigned int)len, NULL))
			continue;
		node->own = (uint8_t)len;
		return (double)avs_block4_size((unsigned int)len);
	}
	return AVS_NEVER;
}

/* Minimum of all splits into merged[k - 1], for k >= 2; returns the number of states. */
static size_t avs_dp_splits(struct avs_dp *dp, const struct avs_dp_table *left,
			    const struct avs_dp_table *right)
{
	const double *outer = dp->keyed, *inner = right->cost;
	size_t states = left->states + right->states, room, i;
	size_t outer_count = left->states, inner_count = right->states;

	if (states > dp->limit)
		states = dp->limit;
	for (i = 0; i < left->states; i++)
		dp->keyed[i] =
			left->cost[i] < AVS_NEVER ? left->cost[i] + left->rank[i] : AVS_NEVER;
	avs_dp_fill(dp->keyed, i, avs_dp_groups(i) * AVS_LANES);
	if (outer_count > inner_count) {
		outer = right->cost;
		inner = dp->keyed;
		outer_count = right->states;
		inner_count = left->states;
	}
	avs_dp_fill(dp->merged, 0, states + AVS_LANES);
	for (i = 0; i < outer_count && i + 2 <= states; i++) {
		if (outer[i] >= AVS_NEVER)
			continue;
		room = states - 1 - i;
		avs_dp_lower(dp->merged + i + 1, inner, outer[i],
			     avs_dp_groups(room < inner_count ? room : inner_count));
	}
	return states;
}

/*
 * Drop the states that cost no less than one with fewer members; returns how
 * many are left up to the last one that counts.
 */
static size_t avs_dp_prune(double *merged, size_t states)
{
	double best = AVS_NEVER, cost;
	size_t k, last = 0;

	for (k = 1; k <= states; k++) {
		if (merged[k - 1] >= AVS_NEVER)
			continue;
		cost = (double)((uint64_t)merged[k - 1] / AVS_RANKS);
		if (cost < best) {
			best = cost;
			last = k;
		} else {
			merged[k - 1] = AVS_NEVER;
		}
	}
	return last;
}

/* Stable order of sorted[] by the rank that the state's part below has. */
static void avs_dp_sort(struct avs_dp *dp, size_t count, const struct avs_dp_table *below,
			const uint16_t *choice, bool left)
{
	uint16_t *start = dp->bucket, *moved = dp->bucket + dp->stride;
	unsigned int part, sum = 0, n;
	size_t i;

	memset(start, 0, below->states * sizeof(*start));
	for (i = 0; i < count; i++) {
		part = left ? choice[dp->sorted[i] - 2] : dp->sorted[i] - choice[dp->sorted[i] - 2];
		start[below->rank[part - 1]]++;
	}
	for (i = 0; i < below->states; i++) {
		n = start[i];
		start[i] = (uint16_t)sum;
		sum += n;
	}
	for (i = 0; i < count; i++) {
		part = left ? choice[dp->sorted[i] - 2] : dp->sorted[i] - choice[dp->sorted[i] - 2];
		moved[start[below->rank[part - 1]]++] = dp->sorted[i];
	}
	memcpy(dp->sorted, moved, count * sizeof(*moved));
}

/* The merged table takes the place of the left one. */
static bool avs_dp_settle(struct avs_dp *dp, struct avs_dp_table *left,
			  const struct avs_dp_table *right, struct avs_dp_node *node, size_t states)
{
	size_t k, count = 0, rank = 0;
	uint64_t value;

	if (states > 1) {
		node->choice = avs_arena_array(dp->scratch, states - 1, sizeof(*node->choice));
		if (!node->choice)
			return false;
	}
	for (k = 2; k <= states; k++) {
		if (dp->merged[k - 1] >= AVS_NEVER)
			continue;
		value = (uint64_t)dp->merged[k - 1];
		node->choice[k - 2] = left->order[value % AVS_RANKS];
		dp->merged[k - 1] = (double)(value - value % AVS_RANKS);
		dp->sorted[count++] = (uint16_t)k;
	}
	if (count > 1) {
		avs_dp_sort(dp, count, right, node->choice, false);
		avs_dp_sort(dp, count, left, node->choice, true);
	}
	if (states && dp->merged[0] < AVS_NEVER) {
		left->order[rank] = 1;
		left->rank[0] = (uint16_t)rank++;
	}
	for (k = 0; k < count; k++) {
		left->order[rank] = dp->sorted[k];
		left->rank[dp->sorted[k] - 1] = (uint16_t)rank++;
	}
	memcpy(left->cost, dp->merged, states * sizeof(*left->cost));
	avs_dp_fill(left->cost, states, avs_dp_groups(states) * AVS_LANES);
	left->states = (uint32_t)states;
	return true;
}

/* Merge the upper two subtrees of the stack. */
static bool avs_dp_merge(struct avs_dp *dp)
{
	struct avs_dp_table *right = &dp->stack[--dp->depth], *left = right - 1;
	struct avs_dp_node *node = &dp->node[dp->nodes];
	int parent = left->above > right->below ? left->above : right->below;
	unsigned int len = (unsigned int)left->below;
	size_t states = 1;
	double own, least;

	node->left = left->node;
	node->right = right->node;
	node->addr = avs_block4_mask(dp->node[right->node].addr, len);
	own = avs_dp_own(dp, node, len, parent);
	if (own < AVS_NEVER)
		own *= AVS_RANKS;
	if (!left->states || !right->states) {
		dp->merged[0] = own;
	} else {
		least = left->cost[left->states - 1] + right->cost[right->states - 1];
		if (own > least)
			states = avs_dp_splits(dp, left, right);
		dp->merged[0] = own;
	}
	states = avs_dp_prune(dp->merged, states);
	if (!avs_dp_settle(dp, left, right, node, states))
		return false;
	left->node = dp->nodes++;
	left->below = right->below;
	return true;
}

static void avs_dp_push(struct avs_dp *dp, const struct avs_block4 *leaf, int above, int below)
{
	struct avs_dp_table *table = &dp->stack[dp->depth++];
	struct avs_dp_node *node = &dp->node[dp->nodes];
	double own = AVS_NEVER;

	node->addr = leaf->addr;
	node->own = AVS_NO_LEN;
	if (leaf->len)
		own = avs_dp_own(dp, node, leaf->len - 1U, above > below ? above : below);
	table->node = dp->nodes++;
	table->above = above;
	table->below = below;
	table->states = own < AVS_NEVER ? 1 : 0;
	if (own < AVS_NEVER)
		own *= AVS_RANKS;
	table->cost[0] = own;
	avs_dp_fill(table->cost, 1, AVS_LANES);
	table->rank[0] = 0;
	table->order[0] = 1;
}

/* Bits that a leaf has in common with the next one; -1 after the last. */
static int avs_dp_branch(const struct avs_supernet_ask *ask, size_t i)
{
	uint32_t differ;
	int len = 0;

	if (i + 1 >= ask->leaf_count)
		return -1;
	/* neither contains the other, so they differ before either ends */
	differ = ask->leaf[i].addr ^ ask->leaf[i + 1].addr;
	for (; !(differ & 0x80000000U); differ <<= 1)
		len++;
	return len;
}

static bool avs_dp_run(struct avs_dp *dp)
{
	const struct avs_supernet_ask *ask = dp->ask;
	int above = -1, below;
	size_t i;

	for (i = 0; i < ask->leaf_count; i++) {
		below = avs_dp_branch(ask, i);
		avs_dp_push(dp, &ask->leaf[i], above, below);
		while (dp->depth > 1 && dp->stack[dp->depth - 2].below > below)
			if (!avs_dp_merge(dp))
				return false;
		above = below;
	}
	return true;
}

static bool avs_dp_start(struct avs_dp *dp)
{
	size_t i, leaves = dp->ask->leaf_count;
	double *costs;
	uint16_t *ranks;

	dp->limit = dp->ask->max_prefixes < leaves ? dp->ask->max_prefixes : leaves;
	dp->stride = (avs_dp_groups(dp->limit) + 2) * AVS_LANES;
	dp->node = avs_arena_array(dp->scratch, 2 * leaves, sizeof(*dp->node));
	costs = avs_arena_array(dp->scratch, (AVS_PENDING_MAX + 2) * dp->stride, sizeof(*costs));
	ranks = avs_arena_array(dp->scratch, (2 * AVS_PENDING_MAX + 3) * dp->stride,
				sizeof(*ranks));
	if (!dp->node || !costs || !ranks)
		return false;
	for (i = 0; i < AVS_PENDING_MAX; i++) {
		dp->stack[i].cost = costs + i * dp->stride;
		dp->stack[i].rank = ranks + 2 * i * dp->stride;
		dp->stack[i].order = ranks + (2 * i + 1) * dp->stride;
	}
	dp->merged = costs + i * dp->stride;
	dp->keyed = costs + (i + 1) * dp->stride;
	dp->sorted = ranks + 2 * i * dp->stride;
	dp->bucket = ranks + (2 * i + 1) * dp->stride;
	return true;
}

/* Write down the set that a state stands for, from left to right. */
static size_t avs_dp_trace(const struct avs_dp *dp, uint32_t root, size_t k,
			   struct avs_block4 *member)
{
	struct {
		uint32_t node;
		size_t k;
	} later[AVS_PENDING_MAX];
	const struct avs_dp_node *node;
	size_t depth = 0, count = 0, left;

	later[depth].node = root;
	later[depth++].k = k;
	while (depth) {
		node = &dp->node[later[--depth].node];
		k = later[depth].k;
		if (k == 1) {
			member[count].addr = avs_block4_mask(node->addr, node->own);
			member[count++].len = node->own;
			continue;
		}
		left = node->choice[k - 2];
		later[depth].node = node->right;
		later[depth++].k = k - left;
		later[depth].node = node->left;
		later[depth++].k = left;
	}
	return count;
}

enum avs_err avs_supernet_dp(const struct avs_supernet_ask *ask, struct avs_arena *scratch,
			     struct avs_block4 *member, size_t *count)
{
	struct avs_dp *dp = avs_arena_alloc(scratch, sizeof(*dp));

	if (!dp)
		return AVS_ERR_NOMEM;
	dp->ask = ask;
	dp->scratch = scratch;
	if (!avs_dp_start(dp) || !avs_dp_run(dp))
		return AVS_ERR_NOMEM;
	/* the last state left is the cheapest one */
	*count = dp->stack[0].states
			 ? avs_dp_trace(dp, dp->stack[0].node, dp->stack[0].states, member)
			 : 0;
	return AVS_OK;
}
