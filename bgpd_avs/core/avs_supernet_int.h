/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the automatic supernets share, and nobody else sees. */
#ifndef _AVS_SUPERNET_INT_H
#define _AVS_SUPERNET_INT_H

#include "avs_supernet.h"

/* an IPv4 prefix in host order */
struct avs_block4 {
	uint32_t addr;
	uint8_t len;
};

/* addresses low..high, both included */
struct avs_span {
	uint32_t low, high;
	struct avs_block4 block;
};

struct avs_spans {
	struct avs_span *span; /* sorted, disjoint */
	size_t count;
};

/* the question in a form that can be asked fast */
struct avs_supernet_ask {
	struct avs_block4 *leaf; /* outermost contributors, in prefix order */
	size_t leaf_count;
	struct avs_spans within, protect;
	uint64_t *taken; /* avs_block4_key(), sorted */
	size_t taken_count;
	size_t max_prefixes;
	unsigned int shortest;
	bool consent;
};

/* network part of an address */
static inline uint32_t avs_block4_mask(uint32_t addr, unsigned int len)
{
	return len ? addr & (UINT32_MAX << (32 - len)) : 0;
}

/* a key that sorts in prefix order */
static inline uint64_t avs_block4_key(uint32_t addr, unsigned int len)
{
	return (uint64_t)addr << 6 | len;
}

static inline uint64_t avs_block4_size(unsigned int len)
{
	return (uint64_t)1 << (32 - len);
}

/*
 * May this prefix be a member?  AVS_SUPERNET_OK, or why not; blocker is
 * written where there is one, and may be NULL.
 */
enum avs_supernet_fault avs_supernet_permits(const struct avs_supernet_ask *ask, uint32_t addr,
					     unsigned int len, struct avs_prefix *blocker);

/*
 * The best set into member[], of at least max_prefixes; *count is 0 when there
 * is none.  At least one leaf.
 */
enum avs_err avs_supernet_dp(const struct avs_supernet_ask *ask, struct avs_arena *scratch,
			     struct avs_block4 *member, size_t *count);

#endif /* _AVS_SUPERNET_INT_H */
