/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: alignment, both ends, lists that grow, and what a full pool answers. */
#include "ccs/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_structs_are_aligned_and_zeroed(void **state)
{
	uint8_t memory[256];
	struct ccs_pool pool;

	(void)state;
	memset(memory, 0xaa, sizeof(memory));
	ccs_pool_init(&pool, memory + 1, sizeof(memory) - 1);
	for (int i = 0; i < 3; i++) {
		uint8_t *at = ccs_pool_struct(&pool, 3);

		assert_non_null(at);
		assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
		assert_int_equal(at[0] | at[1] | at[2], 0);
	}
}

static void test_bytes_grow_from_the_back(void **state)
{
	uint8_t memory[64];
	struct ccs_pool pool;

	(void)state;
	ccs_pool_init(&pool, memory, sizeof(memory));
	assert_ptr_equal(ccs_pool_bytes(&pool, 3), memory + 61);
	assert_ptr_equal(ccs_pool_bytes(&pool, 5), memory + 56);
	assert_null(ccs_pool_bytes(&pool, 57));
	assert_ptr_equal(ccs_pool_bytes(&pool, 56), memory);
	assert_null(ccs_pool_struct(&pool, 1));
}

/* Appends 0, 1, 2, ... until the pool is full; with `between`, other structs are taken too. */
static size_t fill_list(struct ccs_pool *pool, uint32_t **list, size_t between)
{
	size_t count = 0;

	for (;;) {
		uint32_t *longer = ccs_pool_list(pool, *list, count, sizeof(**list));

		if (!longer)
			return count;
		assert_int_equal(longer[count], 0);
		longer[count] = (uint32_t)count;
		*list = longer;
		count++;
		if (between)
			ccs_pool_struct(pool, between);
	}
}

static void test_lists_keep_their_entries(void **state)
{
	for (size_t between = 0; between < 2; between++) {
		uint8_t memory[4096];
		struct ccs_pool pool;
		uint32_t *list = NULL;
		size_t count;

		(void)state;
		memset(memory, 0xaa, sizeof(memory));
		ccs_pool_init(&pool, memory, sizeof(memory));
		count = fill_list(&pool, &list, between);
		assert_true(count >= 64);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(list[i], i);
	}
}

static void test_a_list_alone_fills_the_pool(void **state)
{
	_Alignas(max_align_t) uint8_t memory[1024];
	struct ccs_pool pool;
	uint32_t *list = NULL;

	(void)state;
	ccs_pool_init(&pool, memory, sizeof(memory));
	assert_int_equal(fill_list(&pool, &list, 0), sizeof(memory) / sizeof(*list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structs_are_aligned_and_zeroed),
		cmocka_unit_test(test_bytes_grow_from_the_back),
		cmocka_unit_test(test_lists_keep_their_entries),
		cmocka_unit_test(test_a_list_alone_fills_the_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
