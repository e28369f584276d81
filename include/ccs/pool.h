/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for the variable parts of a message: lists, strings, certificates.
 *
 * The caller gives one block of memory; nothing in it is ever freed alone.  Aligned structs and
 * lists grow from the front, bytes and text from the back, so that a list can be extended in
 * place while the strings of its entries arrive.  4 KB are enough for every ordinary message;
 * certificates and long schedules need more.  A full pool is CCS_ERR_SPACE, nothing is
 * truncated.  To use the memory again, initialise the pool again.
 */
#ifndef CCS_POOL_H
#define CCS_POOL_H

#include <stddef.h>
#include <stdint.h>

struct ccs_pool {
	uint8_t *at;
	uint8_t *end;
};

/* `memory` needs no alignment and stays the caller's. */
static inline void ccs_pool_init(struct ccs_pool *pool, void *memory, size_t size)
{
	pool->at = memory;
	pool->end = pool->at + size;
}

/* `size` zeroed bytes, aligned for every type; NULL when the pool is full. */
void *ccs_pool_struct(struct ccs_pool *pool, size_t size);

/* `size` bytes without alignment, not cleared; NULL when the pool is full. */
static inline uint8_t *ccs_pool_bytes(struct ccs_pool *pool, size_t size)
{
	if ((size_t)(pool->end - pool->at) < size)
		return NULL;
	pool->end -= size;
	return pool->end;
}

/*
 * Room for one more entry behind the `count` ones of `list` (NULL when count is 0), each `size`
 * bytes.  The list is extended in place or moved; the new entry is zeroed.  Returns the list, or
 * NULL when the pool is full; then the old list is as it was.
 */
void *ccs_pool_list(struct ccs_pool *pool, void *list, size_t count, size_t size);

#endif
