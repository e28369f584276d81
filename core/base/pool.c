/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for the variable parts of a message. */
#include "ccs/pool.h"

#include <string.h>

#define POOL_ALIGN _Alignof(max_align_t)

static uint8_t *align_up(uint8_t *at)
{
	uintptr_t rest = (uintptr_t)at % POOL_ALIGN;

	return rest ? at + (POOL_ALIGN - rest) : at;
}

/* The aligned front of the pool if `size` bytes fit there, else NULL. */
static uint8_t *find_room(const struct ccs_pool *pool, size_t size)
{
	size_t left = (size_t)(pool->end - pool->at);
	size_t skip = (size_t)(align_up(pool->at) - pool->at);

	return skip <= left && size <= left - skip ? pool->at + skip : NULL;
}

void *ccs_pool_struct(struct ccs_pool *pool, size_t size)
{
	uint8_t *at = find_room(pool, size);

	if (!at)
		return NULL;
	pool->at = at + size;
	return memset(at, 0, size);
}

/* Lists have room for 1, 2, 4, 8, ... entries: the count alone tells whether one is full. */
void *ccs_pool_list(struct ccs_pool *pool, void *list, size_t count, size_t size)
{
	uint8_t *old = list, *at;

	if (count && (count & (count - 1)) != 0)
		return memset(old + count * size, 0, size) ? list : NULL;
	if (count && pool->at == old + count * size) {
		if ((size_t)(pool->end - pool->at) < count * size)
			return NULL;
		pool->at += count * size;
		memset(old + count * size, 0, size);
		return list;
	}
	at = find_room(pool, count ? 2 * count * size : size);
	if (!at)
		return NULL;
	pool->at = at + (count ? 2 * count * size : size);
	if (count)
		memcpy(at, old, count * size);
	memset(at + count * size, 0, size);
	return at;
}
