// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The allocator of the tests.
 *
 * Every block carries its size in front, so that bytes can be counted, and
 * fresh memory is filled with rubbish: who relies on zeros is found without a
 * sanitizer.  One failure can be ordered at a time; a test that walks n from 0
 * upwards until nothing failed has visited every allocation of what it calls.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "avs_test_alloc.h"

/* as large as the strictest alignment needs */
#define AVS_TEST_HEAD 32

static long countdown = -1;
static int failed;
static long live;
static size_t live_bytes;

void avs_test_fail_at(long n)
{
	countdown = n;
	failed = 0;
}

int avs_test_failed(void)
{
	return failed;
}

long avs_test_live(void)
{
	return live;
}

size_t avs_test_live_bytes(void)
{
	return live_bytes;
}

static int must_fail(void)
{
	if (countdown < 0 || countdown--)
		return 0;
	failed = 1;
	return 1;
}

void *avs_alloc(size_t size)
{
	unsigned char *block;

	if (must_fail() || size > SIZE_MAX - AVS_TEST_HEAD)
		return NULL;
	block = malloc(AVS_TEST_HEAD + size);
	if (!block)
		return NULL;
	memcpy(block, &size, sizeof(size));
	memset(block + AVS_TEST_HEAD, 0xa5, size);
	live++;
	live_bytes += size;
	return block + AVS_TEST_HEAD;
}

void avs_free(void *ptr)
{
	unsigned char *block = ptr;
	size_t size;

	if (!ptr)
		return;
	block -= AVS_TEST_HEAD;
	memcpy(&size, block, sizeof(size));
	live--;
	live_bytes -= size;
	memset(block + AVS_TEST_HEAD, 0x5a, size);
	free(block);
}

/* always moves, so that a kept pointer is a pointer to rubbish */
void *avs_realloc(void *ptr, size_t size)
{
	void *fresh = avs_alloc(size);
	size_t old;

	if (!fresh)
		return NULL;
	if (ptr) {
		memcpy(&old, (unsigned char *)ptr - AVS_TEST_HEAD, sizeof(old));
		memcpy(fresh, ptr, old < size ? old : size);
		avs_free(ptr);
	}
	return fresh;
}
