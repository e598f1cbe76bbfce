// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arena: a bump allocator for one computation.
 *
 * A plan or a configuration is built from many small objects that die
 * together.  Allocating them from one arena removes every per-object free
 * path, and with it the class of bugs in which an error path forgets one.
 *
 * Representation: a singly linked list of blocks.  Objects are cut from the
 * first block; one that does not fit there gets a new block, which becomes
 * the first unless the object is so large that it fills a block of its own
 * (then the room left in the present block stays in use).  Blocks double up
 * to AVS_BLOCK_MAX, so small configurations stay small and large ones need
 * few calls of the allocator.
 *
 * Invariants: every block's `used` is a multiple of the strictest alignment;
 * memory handed out is zero; what was handed out never moves.
 *
 * It does not free single objects, and it is not meant for anything that
 * lives longer than one computation.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "avs_alloc.h"
#include "avs_arena.h"

#define AVS_BLOCK_MIN 2048U
#define AVS_BLOCK_MAX 65536U
#define AVS_ALIGN _Alignof(max_align_t)

struct avs_block {
	struct avs_block *next;
	size_t size; /* bytes for objects */
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

struct avs_arena {
	struct avs_block *first;
	size_t bytes;
	size_t next_size;
};

struct avs_arena *avs_arena_new(void)
{
	struct avs_arena *arena = avs_alloc(sizeof(*arena));

	if (!arena)
		return NULL;
	*arena = (struct avs_arena){.bytes = sizeof(*arena), .next_size = AVS_BLOCK_MIN};
	return arena;
}

void avs_arena_free(struct avs_arena *arena)
{
	struct avs_block *block, *next;

	if (!arena)
		return;
	for (block = arena->first; block; block = next) {
		next = block->next;
		avs_free(block);
	}
	avs_free(arena);
}

/* A block with room for size bytes, or NULL.  Linked so that the block with
 * most room left stays in front.
 */
static struct avs_block *avs_arena_grow(struct avs_arena *arena, size_t size)
{
	size_t room = size > arena->next_size ? size : arena->next_size;
	struct avs_block *block;

	if (room > SIZE_MAX - sizeof(*block))
		return NULL;
	block = avs_alloc(sizeof(*block) + room);
	if (!block)
		return NULL;
	block->size = room;
	block->used = 0;
	arena->bytes += sizeof(*block) + room;
	if (arena->first && room - size <= arena->first->size - arena->first->used) {
		block->next = arena->first->next;
		arena->first->next = block;
	} else {
		block->next = arena->first;
		arena->first = block;
	}
	if (arena->next_size < AVS_BLOCK_MAX)
		arena->next_size *= 2;
	return block;
}

void *avs_arena_alloc(struct avs_arena *arena, size_t size)
{
	struct avs_block *block = arena->first;
	void *object;

	if (size > SIZE_MAX - AVS_ALIGN)
		return NULL;
	/* size 0 takes one unit: pointers of different objects differ */
	size = ((size ? size : 1) + AVS_ALIGN - 1) / AVS_ALIGN * AVS_ALIGN;
	if (!block || block->size - block->used < size)
		block = avs_arena_grow(arena, size);
	if (!block)
		return NULL;
	object = block->data + block->used;
	block->used += size;
	memset(object, 0, size);
	return object;
}

void *avs_arena_array(struct avs_arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return avs_arena_alloc(arena, count * size);
}

char *avs_arena_strdup(struct avs_arena *arena, const char *text)
{
	size_t size;
	char *copy;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	copy = avs_arena_alloc(arena, size);
	if (copy)
		memcpy(copy, text, size);
	return copy;
}

size_t avs_arena_bytes(const struct avs_arena *arena)
{
	return arena->bytes;
}
