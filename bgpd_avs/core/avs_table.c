// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Table: what is learned, by prefix.
 *
 * Rule 3 asks of every candidate supernet how it lies among the learned
 * prefixes: does it equal one, is it inside a contributor or a cover, does it
 * cover a contributor.  A path-compressed binary trie answers all of it on one
 * way down, because every node knows three numbers about its subtree.
 *
 * Representation.  One trie per family.  A node is 24 bytes and the address
 * of its family, so 28 bytes for IPv4:
 *
 *	child[2]	the longer prefixes that continue with bit 0, with bit 1
 *	actual[2]	private-cloud and on-premises prefixes in the subtree,
 *			the node itself included
 *	contributors	contributors in the subtree, the node itself included
 *	meta		fact << 8 | length
 *
 *	              10.0.0.0/8 (fact)
 *	             /                 \
 *	    10.0.0.0/15 (branch)     10.128.0.0/9 (fact)
 *	     /            \
 *	10.0.0.0/24     10.1.0.0/16		branch: two children, no fact
 *
 * n prefixes need at most n - 1 branches, thus less than 56 bytes per IPv4
 * prefix.  Nodes are named by 32-bit numbers into blocks of AVS_BLOCK nodes
 * that never move; number 0 means "none".  Facts are shared (avs_facts.c).
 *
 * Invariants, between calls:
 *   - a node without a fact has two children; a child is strictly inside its
 *     parent and on the side that its number in child[] says;
 *   - the numbers of a node follow from its fact and those of its children
 *     (avs_table_recount), so only the nodes on the way to a changed prefix
 *     ever need work;
 *   - whether a prefix is a cover follows from its own form, its fact and its
 *     subtree: it never has to be stored.
 *
 * Failure: everything that can fail (a place for two nodes, a place for a
 * fact) is done before the first change.
 *
 * Complexity: every function but the walk is O(bits of the family), whatever
 * the size of the table.  Memory of removed prefixes is used again, and given
 * back with the table.
 *
 * It does not know sites, preferences, time or who asks.
 */
#include <stdint.h>
#include <string.h>

#include "avs_alloc.h"
#include "avs_facts.h"
#include "avs_table.h"

#define AVS_BLOCK_BITS 7
#define AVS_BLOCK (1U << AVS_BLOCK_BITS)
/* nodes from the root to a full-length prefix: one per length */
#define AVS_DEPTH_MAX (AVS_IPV6 + 1)
#define AVS_SOURCES 32

/* index in actual[] */
enum { AVS_PC = 0, AVS_OP = 1 };

struct avs_node {
	uint32_t child[2];
	uint32_t actual[2];
	uint32_t contributors;
	uint32_t meta;
	uint8_t key[];
};

/* the nodes of one family */
struct avs_trie {
	unsigned int family;
	size_t stride;	/* bytes of a node */
	uint32_t root;	/* 0: empty */
	uint32_t fresh; /* lowest number never used */
	uint32_t free;	/* list of unused nodes, linked by child[0] */
	uint32_t free_count;
	uint32_t block_count, block_room;
	unsigned char **blocks;
};

struct avs_table {
	struct avs_trie trie[2]; /* IPv4, IPv6 */

	struct avs_facts facts;
	uint32_t delivered[AVS_SOURCES][AVS_SEGMENT_COUNT];
	uint32_t linked[AVS_SOURCES][AVS_SEGMENT_COUNT];
	uint32_t represented[AVS_REPRESENT_COUNT];
	uint32_t appliances;
	size_t size;
	size_t bytes;
};

/* the way from the root to a prefix, or to where it would be */
struct avs_way {
	uint32_t at[AVS_DEPTH_MAX + 1]; /* nodes that contain it or are it */
	unsigned int depth;
	uint32_t stop;	     /* first node that does not contain it; 0: none */
	unsigned int common; /* bits that the prefix has in common with stop */
	bool exact;	     /* the last of at[] is the prefix itself */
};

static struct avs_node *avs_node(const struct avs_trie *trie, uint32_t n)
{
	return (struct avs_node *)(void *)(trie->blocks[n >> AVS_BLOCK_BITS] +
					   (n & (AVS_BLOCK - 1)) * trie->stride);
}

static unsigned int avs_node_len(const struct avs_node *node)
{
	return node->meta & 0xff;
}

static uint32_t avs_node_fact(const struct avs_node *node)
{
	return node->meta >> 8;
}

static void avs_node_set_fact(struct avs_node *node, uint32_t fact)
{
	node->meta = fact << 8 | (node->meta & 0xff);
}

static struct avs_prefix avs_node_prefix(const struct avs_trie *trie, const struct avs_node *node)
{
	struct avs_prefix p = {.family = (uint8_t)trie->family};

	p.len = (uint8_t)avs_node_len(node);
	memcpy(p.addr, node->key, trie->family / 8);
	return p;
}

static unsigned int avs_key_bit(const uint8_t *key, unsigned int i)
{
	return (unsigned int)(key[i >> 3] >> (7 - (i & 7))) & 1;
}

/* Room for `want` more nodes, so that taking them cannot fail. */
static enum avs_err avs_trie_reserve(struct avs_table *table, struct avs_trie *trie, uint32_t want)
{
	size_t size = AVS_BLOCK * trie->stride;
	unsigned char **blocks, *block;
	uint32_t room;

	if (trie->free_count + (trie->block_count << AVS_BLOCK_BITS) - trie->fresh >= want)
		return AVS_OK;
	if (trie->block_count >= (UINT32_MAX >> AVS_BLOCK_BITS))
		return AVS_ERR_LIMIT;
	if (trie->block_count == trie->block_room) {
		room = trie->block_room ? 2 * trie->block_room : 8;
		blocks = avs_realloc(trie->blocks, room * sizeof(*blocks));
		if (!blocks)
			return AVS_ERR_NOMEM;
		table->bytes += (room - trie->block_room) * sizeof(*blocks);
		trie->blocks = blocks;
		trie->block_room = room;
	}
	block = avs_alloc(size);
	if (!block)
		return AVS_ERR_NOMEM;
	table->bytes += size;
	trie->blocks[trie->block_count++] = block;
	if (!trie->fresh)
		trie->fresh = 1; /* number 0 means "none" */
	return AVS_OK;
}

/* A node without children; avs_trie_reserve() has seen to its place. */
static uint32_t avs_node_take(struct avs_trie *trie, const uint8_t *addr, unsigned int len)
{
	struct avs_node *node;
	uint32_t n = trie->free;
	unsigned int i;

	if (n) {
		trie->free = avs_node(trie, n)->child[0];
		trie->free_count--;
	} else {
		n = trie->fresh++;
	}
	node = avs_node(trie, n);
	memset(node, 0, trie->stride);
	node->meta = len;
	for (i = 0; i < len / 8; i++)
		node->key[i] = addr[i];
	if (len % 8)
		node->key[i] = (uint8_t)(addr[i] & (0xff00U >> (len % 8)));
	return n;
}

static void avs_node_drop(struct avs_trie *trie, uint32_t n)
{
	avs_node(trie, n)->child[0] = trie->free;
	trie->free = n;
	trie->free_count++;
}

/* Keep the answers of avs_table_count() up to date. */
static void avs_fact_tally(struct avs_table *table, const struct avs_fact *fact, bool add)
{
	uint32_t one = add ? 1 : UINT32_MAX;
	unsigned int rs, seg;

	for (seg = 0; seg < AVS_SEGMENT_COUNT; seg++)
		for (rs = 0; rs < AVS_SOURCES && fact->from[seg] >> rs; rs++)
			if (fact->from[seg] >> rs & 1) {
				table->delivered[rs][seg] += one;
				if (fact->linked >> rs & 1)
					table->linked[rs][seg] += one;
			}
	table->represented[fact->represent] += one;
	if (fact->appliance)
		table->appliances += one;
}

static const struct avs_fact *avs_node_fact_of(const struct avs_table *table,
					       const struct avs_node *node)
{
	return avs_facts_at(&table->facts, avs_node_fact(node));
}

/* Bit AVS_PC and bit AVS_OP: the segments by which a node is an actual prefix. */
static unsigned int avs_node_actual(const struct avs_table *table, const struct avs_node *node)
{
	const struct avs_fact *fact = avs_node_fact_of(table, node);

	if (!fact)
		return 0;
	return (avs_fact_actual(fact, AVS_SEGMENT_PRIVATE_CLOUD) ? 1U << AVS_PC : 0) |
	       (avs_fact_actual(fact, AVS_SEGMENT_ON_PREMISES) ? 1U << AVS_OP : 0);
}

/* A cover by its form, whatever else is learned. */
static bool avs_cover_by_form(const struct avs_prefix *p)
{
	return avs_prefix_needs_consent(p);
}

/*
 * Is this actual prefix a contributor?  Not when it has the form of a cover,
 * not when an actual prefix of the other segment lies strictly inside, not
 * when the policy represents it otherwise, and not while rule 8 keeps it back.
 * A prefix that both segments advertise is other to both.  An appliance that
 * announces what is around an actual prefix does what we do, whatever a line
 * says that it is: two of us that cover each other's supernets would widen
 * them for ever.
 */
static bool avs_node_contributes(const struct avs_table *table, const struct avs_trie *trie,
				 const struct avs_node *node)
{
	const struct avs_fact *fact = avs_node_fact_of(table, node);
	unsigned int segs = avs_node_actual(table, node);
	uint32_t inside_pc = node->actual[AVS_PC] - (segs >> AVS_PC & 1);
	uint32_t inside_op = node->actual[AVS_OP] - (segs >> AVS_OP & 1);
	struct avs_prefix p;

	/* what rule 8 keeps back here, a supernet would attract */
	if (!segs || fact->represent > AVS_REPRESENT_SUPERNET || fact->away)
		return false;
	if (((segs & 1U << AVS_PC) && inside_op) || ((segs & 1U << AVS_OP) && inside_pc))
		return false;
	if (fact->appliance && (inside_pc || inside_op))
		return false;
	p = avs_node_prefix(trie, node);
	return !avs_cover_by_form(&p);
}

static void avs_table_recount(const struct avs_table *table, struct avs_trie *trie,
			      struct avs_node *node)
{
	unsigned int segs = avs_node_actual(table, node), i;
	const struct avs_node *child;

	node->actual[AVS_PC] = segs >> AVS_PC & 1;
	node->actual[AVS_OP] = segs >> AVS_OP & 1;
	node->contributors = 0;
	for (i = 0; i < 2; i++) {
		if (!node->child[i])
			continue;
		child = avs_node(trie, node->child[i]);
		node->actual[AVS_PC] += child->actual[AVS_PC];
		node->actual[AVS_OP] += child->actual[AVS_OP];
		node->contributors += child->contributors;
	}
	if (avs_node_contributes(table, trie, node))
		node->contributors++;
}

static const struct avs_trie *avs_trie_of(const struct avs_table *table,
					  const struct avs_prefix *prefix)
{
	return &table->trie[prefix->family == AVS_IPV6];
}

static void avs_way_find(const struct avs_trie *trie, const struct avs_prefix *prefix,
			 struct avs_way *way)
{
	const struct avs_node *node;
	unsigned int len = 0, known, max;
	uint32_t n = trie->root;

	way->depth = 0;
	way->exact = false;
	way->common = 0;
	while (n) {
		node = avs_node(trie, n);
		/* the parent's bits are those of the prefix */
		known = len;
		len = avs_node_len(node);
		max = len < prefix->len ? len : prefix->len;
		way->common = avs_bits_common(node->key, prefix->addr, known, max);
		if (way->common < len)
			break;
		way->at[way->depth++] = n;
		if (len == prefix->len) {
			way->exact = true;
			n = 0;
			break;
		}
		n = node->child[avs_key_bit(prefix->addr, len)];
	}
	way->stop = n;
}

/* The link that points to at[i], or to where a node after at[i - 1] belongs. */
static uint32_t *avs_way_link(struct avs_trie *trie, const struct avs_way *way, unsigned int i,
			      const uint8_t *addr)
{
	struct avs_node *parent;

	if (!i)
		return &trie->root;
	parent = avs_node(trie, way->at[i - 1]);
	return &parent->child[avs_key_bit(addr, avs_node_len(parent))];
}

/*
 * Put a node for the prefix at the end of the way: where nothing is (attach),
 * above what is inside of it (attach with a child), or beside it (split).
 */
static void avs_table_attach(struct avs_trie *trie, const struct avs_prefix *prefix,
			     struct avs_way *way)
{
	uint32_t *link = avs_way_link(trie, way, way->depth, prefix->addr);
	uint32_t n = avs_node_take(trie, prefix->addr, prefix->len), branch;
	unsigned int side;

	if (!way->stop) {
		*link = n;
	} else if (way->common == prefix->len) {
		side = avs_key_bit(avs_node(trie, way->stop)->key, prefix->len);
		avs_node(trie, n)->child[side] = way->stop;
		*link = n;
	} else {
		branch = avs_node_take(trie, prefix->addr, way->common);
		side = avs_key_bit(prefix->addr, way->common);
		avs_node(trie, branch)->child[side] = n;
		avs_node(trie, branch)->child[!side] = way->stop;
		*link = branch;
		way->at[way->depth++] = branch;
	}
	way->at[way->depth++] = n;
	way->exact = true;
	way->stop = 0;
}

/*
 * Take the last node of the way out of the trie when it is of no use any
 * more: no fact and less than two children.  Its parent may be of no use then.
 */
static void avs_table_detach(struct avs_trie *trie, const struct avs_prefix *prefix,
			     struct avs_way *way)
{
	struct avs_node *node;
	uint32_t *link, n;

	while (way->depth) {
		n = way->at[way->depth - 1];
		node = avs_node(trie, n);
		if (avs_node_fact(node) || (node->child[0] && node->child[1]))
			return;
		link = avs_way_link(trie, way, way->depth - 1, prefix->addr);
		*link = node->child[0] ? node->child[0] : node->child[1];
		avs_node_drop(trie, n);
		way->depth--;
	}
}

/* Give the prefix at the end of the way this fact; 0 removes it. */
static void avs_table_place(struct avs_table *table, struct avs_trie *trie,
			    const struct avs_prefix *prefix, struct avs_way *way, uint32_t fact)
{
	struct avs_node *node;
	uint32_t old;
	unsigned int i;

	if (!way->exact)
		avs_table_attach(trie, prefix, way);
	node = avs_node(trie, way->at[way->depth - 1]);
	old = avs_node_fact(node);
	if (old)
		avs_fact_tally(table, avs_facts_at(&table->facts, old), false);
	if (fact)
		avs_fact_tally(table, avs_facts_at(&table->facts, fact), true);
	table->size += (fact ? 1U : 0U);
	table->size -= (old ? 1U : 0U);
	avs_node_set_fact(node, fact);
	avs_facts_put(&table->facts, old);
	if (!fact)
		avs_table_detach(trie, prefix, way);
	for (i = way->depth; i > 0; i--)
		avs_table_recount(table, trie, avs_node(trie, way->at[i - 1]));
}

enum avs_err avs_table_set(struct avs_table *table, const struct avs_prefix *prefix,
			   const struct avs_fact *fact)
{
	struct avs_fact wanted = {0};
	struct avs_trie *trie;
	struct avs_way way;
	enum avs_err err;
	uint32_t number;

	if (!avs_prefix_ok(prefix))
		return AVS_ERR_INPUT;
	/* a copy: it may be one of ours, which move when there are more of them */
	if (fact)
		wanted = *fact;
	trie = &table->trie[prefix->family == AVS_IPV6];
	avs_way_find(trie, prefix, &way);
	if (!wanted.usable && !wanted.sibling && !avs_fact_delivered(&wanted)) {
		if (way.exact)
			avs_table_place(table, trie, prefix, &way, 0);
		return AVS_OK;
	}
	/* the node and the branch above it */
	err = way.exact ? AVS_OK : avs_trie_reserve(table, trie, 2);
	if (!err)
		err = avs_facts_get(&table->facts, &wanted, &number);
	if (!err)
		avs_table_place(table, trie, prefix, &way, number);
	return err;
}

const struct avs_fact *avs_table_find(const struct avs_table *table,
				      const struct avs_prefix *prefix)
{
	const struct avs_trie *trie = avs_trie_of(table, prefix);
	struct avs_way way;

	if (!avs_prefix_ok(prefix))
		return NULL;
	avs_way_find(trie, prefix, &way);
	if (!way.exact)
		return NULL;
	return avs_node_fact_of(table, avs_node(trie, way.at[way.depth - 1]));
}

void avs_table_relation(const struct avs_table *table, const struct avs_prefix *prefix,
			struct avs_relation *relation)
{
	const struct avs_trie *trie = avs_trie_of(table, prefix);
	const struct avs_node *node;
	const struct avs_fact *fact;
	struct avs_way way;
	unsigned int i, above;

	*relation = (struct avs_relation){0};
	if (!avs_prefix_ok(prefix))
		return;
	avs_way_find(trie, prefix, &way);
	above = way.exact ? way.depth - 1 : way.depth;
	for (i = 0; i < above; i++) {
		node = avs_node(trie, way.at[i]);
		if (avs_node_contributes(table, trie, node)) {
			relation->inside_contributor = true;
			relation->contributor = avs_node_prefix(trie, node);
		} else if (avs_node_actual(table, node)) {
			relation->inside_cover = true;
			relation->cover = avs_node_prefix(trie, node);
		}
	}
	if (way.exact) {
		node = avs_node(trie, way.at[above]);
		fact = avs_node_fact_of(table, node);
		relation->equal = fact && avs_fact_delivered(fact);
		relation->contributors =
			node->contributors - (avs_node_contributes(table, trie, node) ? 1U : 0U);
	} else if (way.stop && way.common == prefix->len) {
		relation->contributors = avs_node(trie, way.stop)->contributors;
	}
}

uint32_t avs_table_represented(const struct avs_table *table, enum avs_represent represent)
{
	return table->represented[represent];
}

uint32_t avs_table_count(const struct avs_table *table, unsigned int rs, enum avs_segment segment)
{
	if (rs >= AVS_SOURCES || (unsigned int)segment >= AVS_SEGMENT_COUNT)
		return 0;
	return table->delivered[rs][segment];
}

uint32_t avs_table_linked(const struct avs_table *table, unsigned int rs, enum avs_segment segment)
{
	if (rs >= AVS_SOURCES || (unsigned int)segment >= AVS_SEGMENT_COUNT)
		return 0;
	return table->linked[rs][segment];
}

uint32_t avs_table_appliances(const struct avs_table *table)
{
	return table->appliances;
}

uint32_t avs_table_unknown_of(const struct avs_table *table, unsigned int rs, uint32_t as)
{
	return avs_facts_unknown_of(&table->facts, rs, as);
}

size_t avs_table_size(const struct avs_table *table)
{
	return table->size;
}

size_t avs_table_bytes(const struct avs_table *table)
{
	return table->bytes + table->facts.bytes;
}

/* one of the forms of a walk */
struct avs_walker {
	bool (*skip)(const struct avs_prefix *prefix, void *arg); /* on-premises alone */
	bool (*each)(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg);
	bool (*shape)(const struct avs_prefix *prefix, const struct avs_fact *fact,
		      bool contributor, void *arg);
	const struct avs_prefix *after; /* begin behind it; NULL: with the first */
	void *arg;
};

/*
 * Is nothing of this node and below it behind the prefix where the walk begins?  *before: the
 * node itself is not.  A node that comes before it either contains it or ends before it.
 */
static bool avs_walk_behind(const struct avs_walker *w, const struct avs_prefix *p, bool *before)
{
	*before = w->after && avs_prefix_cmp(p, w->after) <= 0;
	return *before && !avs_prefix_contains(p, w->after);
}

/* Nodes in prefix order: a node, what continues with 0, what continues with 1. */
static bool avs_trie_walk(const struct avs_table *table, const struct avs_trie *trie,
			  const struct avs_walker *w)
{
	uint32_t later[AVS_DEPTH_MAX], n = trie->root;
	const struct avs_node *node;
	const struct avs_fact *fact;
	unsigned int depth = 0;
	struct avs_prefix p;
	bool before;

	while (n) {
		node = avs_node(trie, n);
		p = avs_node_prefix(trie, node);
		if (avs_walk_behind(w, &p, &before) ||
		    (w->skip && (!node->actual[AVS_OP] || w->skip(&p, w->arg)))) {
			n = depth ? later[--depth] : 0;
			continue;
		}
		fact = before ? NULL : avs_node_fact_of(table, node);
		if (fact && w->skip &&
		    (!fact->from[AVS_SEGMENT_ON_PREMISES] ||
		     !avs_node_contributes(table, trie, node)))
			fact = NULL;
		if (fact && w->each && !w->each(&p, fact, w->arg))
			return false;
		if (fact && w->shape &&
		    !w->shape(&p, fact, avs_node_contributes(table, trie, node), w->arg))
			return false;
		/* at most one waits for every length on the way */
		if (node->child[0] && node->child[1])
			later[depth++] = node->child[1];
		n = node->child[0] ? node->child[0] : node->child[1];
		if (!n && depth)
			n = later[--depth];
	}
	return true;
}

void avs_table_walk(const struct avs_table *table,
		    bool (*each)(const struct avs_prefix *prefix, const struct avs_fact *fact,
				 void *arg),
		    void *arg)
{
	struct avs_walker w = {.each = each, .arg = arg};

	if (avs_trie_walk(table, &table->trie[0], &w))
		avs_trie_walk(table, &table->trie[1], &w);
}

void avs_table_walk_after(const struct avs_table *table, const struct avs_prefix *after,
			  bool (*each)(const struct avs_prefix *prefix, const struct avs_fact *fact,
				       void *arg),
			  void *arg)
{
	struct avs_walker w = {.each = each, .after = after, .arg = arg};

	if (avs_trie_walk(table, &table->trie[0], &w))
		avs_trie_walk(table, &table->trie[1], &w);
}

void avs_table_walk_shapes(const struct avs_table *table,
			   bool (*each)(const struct avs_prefix *prefix,
					const struct avs_fact *fact, bool contributor, void *arg),
			   void *arg)
{
	struct avs_walker w = {.shape = each, .arg = arg};

	if (avs_trie_walk(table, &table->trie[0], &w))
		avs_trie_walk(table, &table->trie[1], &w);
}

void avs_table_walk_on_premises(const struct avs_table *table,
				bool (*skip)(const struct avs_prefix *prefix, void *arg),
				bool (*each)(const struct avs_prefix *prefix,
					     const struct avs_fact *fact, void *arg),
				void *arg)
{
	struct avs_walker w = {.skip = skip, .each = each, .arg = arg};

	avs_trie_walk(table, &table->trie[0], &w);
}

struct avs_table *avs_table_new(void)
{
	struct avs_table *table = avs_alloc(sizeof(*table));
	unsigned int i, bits;

	if (!table)
		return NULL;
	*table = (struct avs_table){.bytes = sizeof(*table)};
	for (i = 0; i < 2; i++) {
		bits = i ? AVS_IPV6 : AVS_IPV4;
		table->trie[i].family = bits;
		table->trie[i].stride = sizeof(struct avs_node) + bits / 8;
	}
	return table;
}

void avs_table_free(struct avs_table *table)
{
	unsigned int i, n;

	if (!table)
		return;
	for (i = 0; i < 2; i++) {
		for (n = 0; n < table->trie[i].block_count; n++)
			avs_free(table->trie[i].blocks[n]);
		avs_free(table->trie[i].blocks);
	}
	avs_facts_clear(&table->facts);
	avs_free(table);
}
