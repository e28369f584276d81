/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the model: it lives until the generator ends, and is given back then. */
#include "model.h"

#include <stdlib.h>

struct block {
	struct block *next;
	max_align_t memory[];
};

static struct block *blocks;

static void free_all(void)
{
	while (blocks) {
		struct block *next = blocks->next;

		free(blocks);
		blocks = next;
	}
}

void *allocate(size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		abort();
	if (!blocks && atexit(free_all))
		abort();
	block->next = blocks;
	blocks = block;
	return block->memory;
}
