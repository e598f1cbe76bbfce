// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of the core inside of bgpd.
 *
 * Purpose: implement the seam core/avs_alloc.h with FRR's accounting and an
 * upper bound.  libfrr's allocator aborts the daemon when the system is out of
 * memory; a plan that grows without limit must not get it there.  So
 * this one says no at AVS_MEMORY_MAX, the core answers AVS_ERR_NOMEM, and the instance
 * keeps what it had (rule 10: fail closed).
 *
 * Representation: every block is preceded by its size, because the seam's
 * free function does not know it.  The header keeps the alignment of malloc.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/core/avs_alloc.h"

DEFINE_MTYPE_STATIC(AVS, AVS_CORE, "AVS plan and table");

/*
 * A million learned prefixes take about 100 MiB; the largest table that
 * Azure can send (10,000 per ExpressRoute circuit) takes one.
 */
#define AVS_MEMORY_MAX ((size_t)512 * 1024 * 1024)

union block {
	size_t size;
	max_align_t align;
};

static size_t used;

size_t avs_memory_used(void)
{
	return used;
}

void *avs_alloc(size_t size)
{
	union block *block;

	if (size > AVS_MEMORY_MAX - used)
		return NULL;
	block = XMALLOC(MTYPE_AVS_CORE, sizeof(*block) + size);
	block->size = size;
	used += size;
	return block + 1;
}

void *avs_realloc(void *ptr, size_t size)
{
	union block *block = ptr;

	if (!ptr)
		return avs_alloc(size);
	block--;
	if (size > block->size && size - block->size > AVS_MEMORY_MAX - used)
		return NULL;
	used -= block->size;
	block = XREALLOC(MTYPE_AVS_CORE, block, sizeof(*block) + size);
	block->size = size;
	used += size;
	return block + 1;
}

void avs_free(void *ptr)
{
	union block *block = ptr;

	if (!ptr)
		return;
	block--;
	used -= block->size;
	XFREE(MTYPE_AVS_CORE, block);
}
